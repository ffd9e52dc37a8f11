"""What a page says of its article, who says it, and why: as a person reads it, and as a program does."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from crawler import Assessment, Candidate, Image, ImageSize, Metadata, extract
from crawler.model import Failure
from crawler.records.folder import MAX_BYTES
from crawler.report.inspection import ASCII_SIGNS, Inspection, Signs, print_inspection, shortened
from crawler.web.exchange import Limits
from tests.loopback import Answer, png

URL = "https://tidings.example/tide"
KEPT = Assessment(keep=True, kind="article", reason="nothing speaks against it")


def claim(value, tag="title", trust=0.8, because="most trusted", field="title", width=None, height=None):
    return Candidate(
        field=field, value=value, tag=tag, url=URL, width=width, height=height, trust=trust, because=because
    )


def title(*claims, believed="A tide turns"):
    return Metadata(URL, title=believed, candidates={"title": claims})


def inspected(metadata, *, name=URL, final_url=URL, status=200, assessment=KEPT, true_size=None):
    return Inspection(name, URL, final_url, status, assessment, metadata, true_size)


def shown(found, width=80, signs=None):
    """The lines that a pipe would get."""
    out = io.StringIO()
    print_inspection(found, Console(file=out, width=width, highlight=False), signs or Signs())
    return out.getvalue().splitlines()


def block(lines, field):
    """The lines of one field."""
    start = lines.index(field) + 1
    return lines[start : lines.index("", start)]


# ---- the header


def test_first_come_the_address_the_status_and_the_verdict():
    lines = shown(inspected(Metadata(URL)))

    assert [URL, "status 200 · kept: article: nothing speaks against it"] == lines[:2]


def test_a_redirect_is_shown():
    lines = shown(inspected(Metadata(URL), final_url="https://tidings.example/2026/tide"))

    assert [URL, "→ https://tidings.example/2026/tide"] == lines[:2]


def test_a_refused_page_is_said_with_kind_and_reason():
    refused = Assessment(keep=False, kind="challenge", reason="Cloudflare challenges us")

    assert "status 403 · refused: challenge: Cloudflare challenges us" in shown(
        inspected(Metadata(URL), status=403, assessment=refused)
    )


def test_a_file_has_a_place_where_it_was_found_and_no_status():
    lines = shown(inspected(Metadata(URL), name="page.html", status=None))

    assert ["page.html", f"read as found at {URL}", "kept: article: nothing speaks against it"] == lines[:3]


# ---- one field


def test_what_is_believed_comes_first_then_who_says_it_with_trust_tag_and_reason():
    lines = shown(
        inspected(
            title(
                claim("A tide turns", 'meta[property="og:title"]', 0.97, "most trusted; 1 other source agrees"),
                claim("A tide turns", "h1", 0.97, "less trusted; 1 other source agrees"),
                claim("Tide", "title", 0.6, "less trusted"),
            )
        )
    )

    assert [
        "  A tide turns",
        '  ✓ 0.97  meta[property="og:title"]  most trusted; 1 other source agrees',
        "    0.97  h1                         less trusted; 1 other source agrees",
        "  Tide",
        "    0.60  title                      less trusted",
    ] == block(lines, "title")


def test_a_value_from_which_something_was_cut_stands_below_what_is_believed():
    lines = shown(inspected(title(claim("A tide turns | Tidings", because="most trusted; without '| Tidings'"))))

    assert [
        "  A tide turns",
        "  A tide turns | Tidings",
        "  ✓ 0.80  title  most trusted; without '| Tidings'",
    ] == block(lines, "title")


def test_a_refused_claim_bears_another_sign_than_one_that_lost():
    lines = shown(
        inspected(title(claim("A tide turns"), claim("Tidings", "h1", 0.0, "it is the site's name"), believed=None))
    )

    assert "  ✗ 0.00  h1     it is the site's name" in lines


def test_where_every_claim_is_refused_nothing_is_believed_and_that_is_said():
    lines = shown(inspected(title(claim("Tidings", "h1", 0.0, "it is the site's name"), believed=None)))

    assert ["  (nothing is believed)", "  Tidings", "  ✗ 0.00  h1  it is the site's name"] == block(lines, "title")


def test_each_of_several_authors_is_believed():
    authors = [claim(name, 'meta[name="author"]', field="author") for name in ("Ann Author", "Ben Writer")]
    lines = shown(inspected(Metadata(URL, authors=("Ann Author", "Ben Writer"), candidates={"author": authors})))

    assert [
        "  Ann Author, Ben Writer",
        "  Ann Author",
        '  ✓ 0.80  meta[name="author"]  most trusted',
        "  Ben Writer",
        '  ✓ 0.80  meta[name="author"]  most trusted',
    ] == block(lines, "author")


def test_a_field_that_is_only_noted_has_claims_that_neither_win_nor_lose():
    noted = claim("https://tidings.example/oembed", "link", 0.0, "noted only", field="oembed")
    lines = shown(inspected(Metadata(URL, candidates={"oembed": (noted,)})))

    assert ["  https://tidings.example/oembed", "    0.00  link  noted only"] == block(lines, "oembed")


def test_a_claim_may_have_no_reason():
    assert ["  A tide turns", "  ✓ 0.80  title"] == block(
        shown(inspected(title(claim("A tide turns", because="")))), "title"
    )


def test_fields_come_in_one_order_and_unknown_ones_behind_them():
    names = ("oembed", "lang", "author", "title")
    lines = shown(inspected(Metadata(URL, candidates={name: (claim("x", field=name),) for name in names})))

    assert ["title", "author", "lang", "oembed"] == [line for line in lines if line in names]


def test_what_nobody_says_is_named_in_the_last_line():
    names = ("title", "excerpt", "image", "published", "author", "site_name", "lang", "canonical")
    lines = shown(inspected(Metadata(URL, candidates={name: (claim("x", field=name),) for name in names})))

    assert "nothing found: modified, amphtml" == lines[-1]


# ---- the image and its size


@pytest.mark.parametrize(
    ("declared", "true_size", "said"),
    [
        ((800, 400), None, "declared 800 × 400"),
        ((None, None), None, "no size declared"),
        ((800, None), None, "declared width 800"),
        ((800, 400), ImageSize(800, 400, "png"), "800 × 400 as declared"),
        ((1200, 630), ImageSize(800, 400, "png"), "declared 1200 × 630, truly 800 × 400"),
        ((None, None), ImageSize(800, 400, "png"), "truly 800 × 400"),
        ((8, 4), Failure("u", "image-gone", "status 404", 404), "declared 8 × 4; it cannot be seen: status 404"),
    ],
)
def test_the_size_of_the_believed_image_is_as_declared_and_as_it_is(declared, true_size, said):
    image = "https://tidings.example/a.jpg"
    claims = (claim(image, "og:image", field="image", width=declared[0], height=declared[1]),)
    metadata = Metadata(URL, image=image, images=(Image(image, *declared),), candidates={"image": claims})

    assert [f"  {image}", f"  {said}"] == block(shown(inspected(metadata, true_size=true_size)), "image")[:2]


def test_another_image_has_its_declared_size_behind_its_address():
    other = claim("https://tidings.example/b.jpg", "twitter:image", 0.5, field="image", width=80, height=40)
    metadata = Metadata(URL, image="a", candidates={"image": (claim("a", field="image"), other)})

    assert "  https://tidings.example/b.jpg  80 × 40" in shown(inspected(metadata))


# ---- width


def test_what_is_believed_is_shown_whole_and_its_lines_end_at_words():
    excerpt = "Power comes with the tide. " * 9
    metadata = Metadata(URL, excerpt=excerpt.strip(), candidates={"excerpt": (claim(excerpt.strip()),)})
    lines = block(shown(inspected(metadata)), "excerpt")

    assert excerpt.split() == " ".join(lines[:-1]).split()


def test_an_address_that_is_believed_stays_on_one_line_to_be_copied():
    image = f"https://tidings.example/{'a' * 200}.jpg"
    metadata = Metadata(URL, image=image, candidates={"image": (claim(image, field="image"),)})

    assert f"  {image}" in shown(inspected(metadata))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_other_values_are_cut_to_the_width_and_keep_both_their_ends(width):
    long = claim(f"The tide {'and again the tide ' * 20}turns | Tidings", "h1", 0.5)
    (line,) = [line for line in shown(inspected(title(claim("A tide turns"), long)), width) if "…" in line]

    assert line.startswith("  The tide")
    assert line.endswith("Tidings")
    assert width - 2 <= cell_len(line) <= width


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
def test_a_shortened_text_fits(text, width):
    assert cell_len(shortened(text, width, "…")) <= max(width, 1)


def test_a_text_of_marks_that_take_no_room_is_cut_all_the_same():
    assert 1000 > len(shortened("a" + "\u0301" * 100_000, 40, "…"))


def test_letters_of_double_width_are_counted_as_two():
    assert "潮流发电…道" == shortened("潮流发电站今日开始供电的详细报道", 12, "…")


def test_a_long_reason_goes_on_in_its_own_column():
    long = "most trusted; 3 other sources and the words of the title agree"

    assert [
        "  ✓ 0.80  ld+json WebPage headline  most trusted; 3 other sources and the words",
        "                                    of the title agree",
    ] == block(shown(inspected(title(claim("A tide turns", "ld+json WebPage headline", because=long)))), "title")[1:]


def test_a_reason_stands_below_a_tag_that_reaches_into_its_column():
    tag = 'meta[property="article:published_time"]'
    lines = shown(inspected(title(claim("A tide turns", tag, because="most trusted; 2 other sources agree"))))

    assert [f"  ✓ 0.80  {tag}", f"{'':45}most trusted; 2 other sources agree"] == block(lines, "title")[1:]


def test_where_all_is_narrow_reasons_stand_below_the_tags():
    reason = "most trusted; 2 other sources agree"
    lines = shown(inspected(title(claim("A tide turns", because=reason))), width=50)

    assert ["  ✓ 0.80  title", f"            {reason}"] == block(lines, "title")[1:]


# ---- hostile text, poor terminals


def test_text_that_would_act_is_made_harmless():
    evil = claim("\x1b[2J\u202eA tide", "h1\x1b]0;x\x07", 0.5, "because\u2066")
    text = "\n".join(shown(inspected(title(claim("A tide turns"), evil))))

    assert r"\x1b[2J\u202eA tide" in text
    assert r"h1\x1b]0;x\x07" in text
    assert r"because\u2066" in text


def test_a_name_with_square_brackets_is_no_markup():
    assert "  [red]A tide[/red]" in shown(inspected(title(claim("A tide turns"), claim("[red]A tide[/red]", "h1"))))


def test_a_password_in_an_address_is_not_shown():
    found = Inspection("page.html", "https://ann:secret@tidings.example/", URL, None, KEPT, Metadata(URL))

    assert "secret" not in "\n".join(shown(found)) + json.dumps(found.to_dict())


def test_without_unicode_all_signs_are_ascii():
    lost = claim("The tide " * 20, "h1", 0.0, "no")
    image = claim("a", field="image", width=8, height=4)
    metadata = Metadata(
        URL, title="A tide", image="a", candidates={"title": (claim("A tide"), lost), "image": (image,)}
    )
    text = "\n".join(shown(inspected(metadata, final_url=f"{URL}/2"), signs=ASCII_SIGNS))

    assert text.isascii()
    assert all(sign in text for sign in ("->", "*", "  x 0.00", "..."))


def test_only_what_won_and_what_was_refused_is_coloured():
    out = io.StringIO()
    console = Console(file=out, width=80, color_system="standard", no_color=False, force_terminal=True, highlight=False)
    claims = (claim("A tide turns"), claim("Tide", "h1", 0.5), claim("Tidings", "h2", 0.0))
    print_inspection(inspected(title(*claims)), console, Signs())

    text = out.getvalue()
    assert "\x1b[32m✓ 0.80\x1b[0m" in text
    assert "\x1b[2m  0.50\x1b[0m" in text
    assert "\x1b[31m✗ 0.00\x1b[0m" in text


# ---- for programs


def test_a_row_for_programs_has_the_verdict_and_the_metadata():
    metadata = extract("<title>A tide turns</title>", URL)

    assert {
        "type": "inspection",
        "v": 1,
        "url": URL,
        "final_url": URL,
        "status": 200,
        "assessment": {"keep": True, "kind": "article", "reason": "nothing speaks against it"},
        "true_size": {"width": 800, "height": 400, "format": "png", "failure": None},
        "metadata": metadata.to_dict(),
    } == inspected(metadata, true_size=ImageSize(800, 400, "png")).to_dict()


def test_an_image_that_cannot_be_seen_is_a_failure_in_the_row():
    row = inspected(Metadata(URL), true_size=Failure(URL, "image-gone", "status 404", 404)).to_dict()

    assert {"width": None, "height": None, "format": None, "failure": "status 404"} == row["true_size"]


# ---- the command, as a process

PAGE = """<html lang="en"><head><title>A tide turns | Tidings</title>
<meta property="og:title" content="A tide turns"><meta property="og:site_name" content="Tidings">
<meta property="og:description" content="Power comes with the tide, twice a day and for nothing.">
<meta property="og:image" content="/tide.png">
<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630"></head></html>"""
OWN = f'<link rel="canonical" href="{URL}">'


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class User:
    """Somebody in a folder, at a shell."""

    def __init__(self, web, folder):
        self.web, self.folder = web, folder
        (folder / "metafresh.yaml").write_text("fetch: {delay: 0, retries: 0}")

    def inspect(self, *words, stdin=b"", **environment):
        done = subprocess.run(
            [sys.executable, "-m", "crawler", "inspect", *words],
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            env=os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"} | environment,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def inspect_web(self, *words):
        return self.inspect(*words, *self.web.flags)

    def save(self, document, name="page.html"):
        (self.folder / name).write_bytes(document.encode() if isinstance(document, str) else document)
        return name


@pytest.fixture
def user(web, tmp_path):
    return User(web, tmp_path)


def test_a_page_is_fetched_and_its_image_looked_at(user):
    user.web[URL] = Answer("", 301, {"Location": "/2026/tide"})
    user.web["https://tidings.example/2026/tide"] = PAGE
    user.web["https://tidings.example/tide.png"] = png(800, 400)

    ended = user.inspect_web(URL)

    assert (0, "") == (ended.code, ended.err)
    lines = ended.out.splitlines()
    assert [URL, "→ https://tidings.example/2026/tide"] == lines[:2]
    assert lines[2].startswith("status 200 · kept: article: ")
    assert ["  https://tidings.example/tide.png", "  declared 1200 × 630, truly 800 × 400"] == block(lines, "image")[:2]


def test_no_image_is_asked_for_when_the_user_says_so(user):
    user.web[URL] = PAGE

    ended = user.inspect_web(URL, "--no-images")

    assert "  declared 1200 × 630" in ended.out.splitlines()
    assert [] == user.web.asked("https://tidings.example/tide.png")


def test_a_page_that_a_crawl_would_refuse_is_shown_with_the_reason(user):
    user.web[URL] = Answer("<title>Just a moment...</title>", 403, {"cf-mitigated": "challenge"})

    ended = user.inspect_web(URL)

    assert 0 == ended.code
    assert "refused: challenge: Cloudflare challenges us" in ended.out


def test_json_is_one_object_on_one_line(user):
    user.web[URL] = PAGE
    user.web["https://tidings.example/tide.png"] = png(800, 400)

    ended = user.inspect_web(URL, "--json")

    (line,) = ended.out.splitlines()
    row = json.loads(line)
    assert ("inspection", 1, URL, 200, True) == (
        *(row[key] for key in ("type", "v", "final_url", "status")),
        row["assessment"]["keep"],
    )
    assert "A tide turns" == row["metadata"]["title"]
    assert {"value", "tag", "url", "trust", "because"} <= set(row["metadata"]["candidates"]["title"][0])
    assert 800 == row["true_size"]["width"]


def test_robots_txt_is_obeyed_as_in_a_crawl(user):
    user.web["https://tidings.example/robots.txt"] = "User-agent: *\nDisallow: /"
    user.web[URL] = PAGE

    ended = user.inspect_web(URL)

    assert (1, "") == (ended.code, ended.out)
    assert f"metafresh: {URL}: " in ended.err
    assert "robots.txt" in ended.err
    assert [] == user.web.asked(URL)


def test_robots_txt_is_passed_over_aloud(user):
    user.web["https://tidings.example/robots.txt"] = "User-agent: *\nDisallow: /"
    user.web[URL] = PAGE

    ended = user.inspect_web(URL, "--ignore-robots", "--no-images")

    assert (0, "metafresh: robots.txt is ignored, as you asked\n") == (ended.code, ended.err)


def test_a_private_address_is_not_dialled(user):
    ended = user.inspect("http://127.0.0.1:1/")

    assert (1, "", 1) == (ended.code, ended.out, ended.err.count("\n"))
    assert ended.err.startswith("metafresh: http://127.0.0.1:1/: ")


def test_who_asks_can_be_told(user):
    user.web[URL] = PAGE

    user.inspect_web(URL, "--no-images", "--user-agent", "reader (+https://example.com)")

    assert "reader (+https://example.com)" == user.web.asked(URL)[0].headers["User-Agent"]


def test_a_saved_page_is_read_as_found_where_the_user_says(user):
    ended = user.inspect(user.save(PAGE), "--url", URL)

    assert (0, "") == (ended.code, ended.err)
    assert ["page.html", f"read as found at {URL}"] == ended.out.splitlines()[:2]
    assert "  https://tidings.example/tide.png" in ended.out.splitlines()


def test_a_saved_page_is_else_where_it_says_itself(user):
    ended = user.inspect(user.save(OWN + PAGE))

    assert f"metafresh: no --url is given: taken to be at {URL}, as the page says\n" == ended.err
    assert "  https://tidings.example/tide.png" in ended.out.splitlines()


def test_a_saved_page_that_names_no_place_is_nowhere_and_that_is_said(user):
    ended = user.inspect(user.save(PAGE))

    assert (0, 1) == (ended.code, ended.err.count("\n"))
    assert "taken to be at https://page.invalid/" in ended.err
    assert "read as found at https://page.invalid/" in ended.out.splitlines()


def test_a_page_can_come_from_standard_input(user):
    ended = user.inspect("-", "--url", URL, stdin=PAGE.encode())

    assert (0, "standard input") == (ended.code, ended.out.splitlines()[0])


def test_a_saved_wall_is_told_from_an_article(user):
    ended = user.inspect(user.save("<title>Just a moment...</title><script>_cf_chl_opt</script>"), "--url", URL)

    assert "refused: challenge: " in ended.out


def test_a_terminal_without_unicode_gets_ascii(user):
    ended = user.inspect(user.save(OWN + PAGE), "--url", URL, PYTHONUTF8="0", PYTHONIOENCODING="latin-1")

    assert (0, True) == (ended.code, ended.out.isascii())
    assert "  * 0." in ended.out


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "it is empty"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)), "not a page: it is no text"),
        (b" " * (MAX_BYTES + 1), "larger than 16 MiB"),
    ],
)
def test_a_file_that_is_no_page_is_one_line_and_exit_1(user, document, why):
    name = user.save(document)

    assert Ended(1, "", f"metafresh: page.html: {why}\n") == user.inspect(name)
    assert Ended(1, "", f"metafresh: standard input: {why}\n") == user.inspect("-", stdin=document)


def test_a_file_may_be_as_large_as_a_page_of_the_web():
    assert Limits().max_body_bytes <= MAX_BYTES


def test_a_file_that_is_not_there_is_one_line_and_exit_2(user):
    words = "no such file or directory; a page to be fetched begins with https://"

    assert Ended(2, "", f"metafresh: tidings.example/a: {words}\n") == user.inspect("tidings.example/a")


def test_a_folder_is_one_line_and_exit_2(user):
    assert Ended(2, "", "metafresh: .: a folder; name a page in it\n") == user.inspect(".")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_one_line_and_exit_1(user):
    Path(user.folder, user.save(PAGE)).chmod(0)

    assert Ended(1, "", "metafresh: page.html: cannot be read: permission denied\n") == user.inspect("page.html")


@pytest.mark.parametrize(
    "words",
    [[""], ["https://"], ["https://a.example:99999/"], ["page.html", "--url", "a.example"], [URL, "--url", URL]],
)
def test_what_is_no_address_or_needs_none_is_a_usage_error(user, words):
    ended = user.inspect(*words)

    assert (2, "", 1) == (ended.code, ended.out, ended.err.count("\n"))
    assert ended.err.endswith("; see metafresh inspect --help\n")
