"""What Python code may count on."""

import inspect
import subprocess
import sys

import pytest

import crawler
from crawler import MetafreshError

PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>A tide turns | The Tidings</title>
<meta property="og:title" content="A tide turns">
<meta property="og:site_name" content="The Tidings">
<meta property="og:description" content="Tidal power comes of age.">
<meta property="og:image" content="/tide.jpg"><meta property="og:image:width" content="1200">
<meta property="article:published_time" content="2026-10-05T08:00:00Z">
<meta name="author" content="Ann Author">
<link rel="canonical" href="https://tidings.example/tide">
<link rel="amphtml" href="https://tidings.example/tide/amp">
</head><body></body></html>"""


def test_a_page_gives_its_metadata():
    metadata = crawler.extract(PAGE, "https://tidings.example/tide?utm_source=feed", content_type="text/html")

    assert metadata.title == "A tide turns"
    assert metadata.excerpt == "Tidal power comes of age."
    assert metadata.image == "https://tidings.example/tide.jpg"
    assert metadata.images == (crawler.Image("https://tidings.example/tide.jpg", 1200),)
    assert metadata.published == "2026-10-05T08:00:00Z"
    assert metadata.authors == ("Ann Author",)
    assert metadata.site_name == "The Tidings"
    assert metadata.lang == "en"
    assert metadata.canonical == "https://tidings.example/tide"
    assert metadata.amphtml == "https://tidings.example/tide/amp"


def test_every_value_comes_with_its_evidence_the_believed_one_first():
    metadata = crawler.extract(PAGE, "https://tidings.example/tide")
    evidence = metadata.candidates["title"][0]

    assert (evidence.value, evidence.tag) == ("A tide turns", 'meta[property="og:title"]')
    assert evidence.trust > 0
    assert evidence.because


def test_text_and_bytes_of_a_page_say_the_same():
    url = "https://tidings.example/tide"

    assert crawler.extract(PAGE, url) == crawler.extract(PAGE.decode(), url)


@pytest.mark.parametrize("page", [b"", "", b"\x00\xff", "plain words", b"%PDF-1.7", "<html><head></head></html>"])
def test_what_is_not_there_is_none_and_never_empty_text(page):
    metadata = crawler.extract(page, "https://tidings.example/")
    plain = metadata.to_dict()

    assert {"url"} == {name for name, value in plain.items() if value not in (None, [], {})}


@pytest.mark.parametrize(
    "refused",
    [
        lambda: crawler.check_url("http://127.0.0.1/"),
        lambda: crawler.amp_cache_url("nonsense"),
        lambda: crawler.edit(b"no front matter", {"/title": "New"}),
    ],
)
def test_bad_input_raises_only_errors_of_one_family(refused):
    with pytest.raises(MetafreshError) as caught:
        refused()

    assert "\n" not in str(caught.value)
    assert str(caught.value)


def test_a_missing_page_is_not_kept():
    url = "https://tidings.example/tide"
    assessment = crawler.assess(status=404, url=url, final_url=url, title="Not found", excerpt=None)

    assert not assessment.keep
    assert assessment.reason


def test_an_edit_touches_nothing_else():
    document = b'---\ntitle: "Old"   # by hand\nother:  1\n---\n'

    assert b'---\ntitle: "New"   # by hand\nother:  1\n---\n' == crawler.edit(document, {"/title": "New"})


def test_the_public_names_are_all_there_and_told():
    assert [] == [name for name in crawler.__all__ if not inspect.getdoc(getattr(crawler, name))]


def test_the_function_keeps_its_name_beside_the_room_that_shares_it():
    from crawler.extract import claims  # noqa: PLC0415

    assert callable(claims)
    assert inspect.isfunction(crawler.extract)


def test_importing_the_package_opens_no_network_library():
    loaded = "import crawler, sys; print([name for name in ('aiohttp', 'sqlalchemy', 'rich') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
