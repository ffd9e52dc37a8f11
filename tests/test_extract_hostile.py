"""No page, however broken or malicious, makes reading it fail, hang, or claim nonsense."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import claims

URL = "https://tidings.example/tide"
# What a slow machine under load may need for half a megabyte; quadratic work on it takes minutes.
SECONDS = 5
SIZE = 500_000

TEXTS = {"title", "excerpt", "author", "site_name", "lang"}
LINKS = {"image", "canonical", "amphtml", "oembed"}
DATES = {"published", "modified"}


def ld(content: str) -> str:
    return f'<script type="application/ld+json">{content}</script>'


def filled(piece: str, *, before: str = "", after: str = "") -> str:
    return before + piece * (SIZE // len(piece)) + after


HOSTILE = {
    "nested lists": filled("<ul><li>"),
    "nested formatting in tables": filled("<table><b><i><a>"),
    "a tag of a hundred thousand attributes": "<meta " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
    "many tags of many attributes": filled("<meta " + " ".join(f"a{n}" for n in range(200)) + ">"),
    "tags that never end": filled("<meta "),
    "quotes that never close": filled('<meta content="'),
    "comments that never close": filled("<!--"),
    "scripts that never close": filled('<script type="application/ld+json">'),
    "titles that never close": filled("<title>"),
    "headings that never close": filled("<h1>"),
    "by-lines without end": filled('<p class="byline author'),
    "equals signs": filled("=", before="<meta ", after=">"),
    "less-than signs": filled("<"),
    "deep JSON lists": ld("[" * SIZE),
    "deep JSON objects": ld('{"a":' * (SIZE // 5)),
    "JSON of commas": ld('{"@type": "Article"' + ", " * (SIZE // 2)),
    "JSON of backslashes": ld('{"a": "' + "\\" * SIZE),
    "JSON of comments": ld("/*" * (SIZE // 2)),
    "a huge JSON number": ld('{"@type": "Article", "headline": ' + "9" * SIZE + "}"),
    "many JSON blocks": filled(ld('{"@type": "Article", "headline": "x", "author": {"name": "b"}}')),
    "many articles in one graph": ld(f'{{"@graph": [{",".join(["{}"] * (SIZE // 3))}]}}'),
    "a title of separators": filled("a - ", before="<title>", after="</title>"),
    "a description of entities": filled("&amp;", before='<meta name="description" content="', after='">'),
    "a description of tags": filled("&lt;a ", before='<meta name="description" content="', after='">'),
    "a date of digits": filled("2", before='<meta property="article:published_time" content="', after='">'),
    "many pictures": filled('<meta property="og:image" content="/a.jpg">'),
}


def is_sound(claim) -> bool:
    if claim.field in LINKS:
        return claim.value.startswith(("http://", "https://")) and len(claim.value) <= 5_000
    if claim.field in DATES:
        return claim.value[:4].isdecimal() and claim.value[4] == "-" and len(claim.value) <= 40
    return claim.field in TEXTS and claim.value == " ".join(claim.value.split()) != "" and len(claim.value) <= 6_000


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_is_read_in_time(page):
    started = time.perf_counter()
    found = claims(page.encode(), URL)
    took = time.perf_counter() - started

    assert took < SECONDS
    assert [] == [claim for claim in found if not is_sound(claim)]


@pytest.mark.parametrize(
    "charset", ["hex", "zlib", "punycode", "idna", "utf-7", "undefined", "rot13", "x" * 5000, "utf-8\0"]
)
def test_a_charset_that_no_browser_knows_is_not_obeyed(charset):
    page = b"<html><head><title>A tide turns</title></head></html>"

    assert ["A tide turns"] == [
        claim.value for claim in claims(page, URL, content_type=f"text/html; charset={charset}")
    ]
    declared = b'<meta charset="' + charset.encode() + b'">'
    assert ["A tide turns"] == [claim.value for claim in claims(declared + page, URL)]


PIECES = st.sampled_from(
    (
        *("<meta ", "property=", '"og:title"', "content=", "'", '"', ">", "<", "</head>", "<body>", "<h1>", "</h1>"),
        *("<title>", "</title>", "<!--", "-->", "<base href=", "<link rel=canonical href=", "http://[", "//x"),
        *("<time datetime=", "2026-13-40", '<script type="application/ld+json">', "</script>", '"\\ud800"', "[", "]"),
        *('{"@type":"Article","headline":', "}", ",", "null", "1e999", "\u202e", "\ufeff", "&#0;", "&#xD800;", "&amp;"),
        *("Ã©", "\0", "article:published_time", "<html lang=", "byline", "itemprop=author"),
    )
)


@settings(deadline=None)
@given(st.binary(max_size=400) | st.lists(PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode()))
def test_no_bytes_make_it_raise_or_claim_nothing_as_something(page):
    assert [] == [claim for claim in claims(page, URL) if not is_sound(claim)]


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.none() | st.text(max_size=60))
def test_no_text_address_or_content_type_makes_it_raise(page, url, content_type):
    claims(f'<meta property="og:image" content="{page}"><title>{page}</title>', url, content_type=content_type)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_real_page_cut_and_mixed_up_still_gives_sound_claims(data):
    pages = sorted((Path(__file__).resolve().parents[2] / "shared/corpus/pages").glob("*.html"))
    if not pages:
        pytest.skip("the shared corpus is not on this machine")
    page = data.draw(st.sampled_from(pages)).read_bytes()[: data.draw(st.integers(0, 60_000))]
    at, noise = data.draw(st.integers(0, len(page))), data.draw(PIECES).encode()

    assert [] == [claim for claim in claims(page[:at] + noise + page[at:], URL) if not is_sound(claim)]
