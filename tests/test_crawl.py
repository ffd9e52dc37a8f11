"""Records in, records out: stories over a real loopback web with TLS."""

import asyncio
import json
import os
import random
import re
import signal
import zlib
from datetime import date, timedelta

import pytest

from crawler.config import load
from crawler.crawl import crawl
from crawler.due import Scope
from crawler.model import Splice
from crawler.records.edit import apply, undo
from tests.loopback import Answer, etag, png

PAGE, AMP = "https://news.example/a", "https://news.example/a/amp"
IMAGE, NEW_IMAGE = "https://cdn.example/old.png", "https://cdn.example/new.png"
RECORD = f"""\
---
title: "Old title"   # the owner's remark
excerpt: "Old excerpt."
publishedDateTime: 2021-06-17T00:00:00Z
webUrl: {PAGE}

images:
  - url: "{IMAGE}"
    width: 640
    height: 480
    isCached: true

secured: "b3BhcXVl"
---
<p>The body.</p>
"""


def html(title="Old title", excerpt="Old excerpt.", image=IMAGE, extra=""):
    tags = {"og:title": title, "og:description": excerpt, "og:image": image}
    meta = "".join(f'<meta property="{name}" content="{value}">' for name, value in tags.items() if value)
    return f"<!doctype html><html lang=en><head><title>{title or ''}</title>{meta}{extra}</head><body></body></html>"


class Desk:
    """A folder of records and a web to crawl them against."""

    def __init__(self, web, folder):
        self.web, self.folder, self.state = web, folder / "records", folder / "state"
        self.folder.mkdir()
        web[IMAGE], web[NEW_IMAGE] = png(640, 480), png(800, 400)

    def write(self, text, name="a.md"):
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def read(self, name="a.md"):
        return (self.folder / name).read_bytes().decode()

    async def crawl(self, *, settings=None, fetch=None, **scope):
        rows = []
        usual = {"delay": 0, "retries": 0, "connect_to": self.web.connect_to, "ca_file": str(self.web.ca_file)}
        overrides = {"state": str(self.state), "fetch": usual | (fetch or {})} | (settings or {})
        paths = scope.pop("paths", (self.folder,))
        self.summary = await crawl(load(None, overrides), Scope(paths, **scope), rows.append)
        self.rows = rows
        return [row for row in rows if row["type"] == "change"]

    def failures(self):
        return {(row["url"], row["kind"]) for row in self.rows if row["type"] == "failure"}

    def log(self):
        (file,) = (self.state / "changes").glob(f"{self.summary.run}.jsonl")
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture
def desk(web, tmp_path):
    return Desk(web, tmp_path)


def changed(rows):
    return {row["pointer"]: (row["before"], row["after"]) for row in rows}


async def test_a_new_title_is_written_and_every_other_byte_stays(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    rows = await desk.crawl()

    assert {"/title": ("Old title", "New title")} == changed(rows)
    assert RECORD.replace('"Old title"', '"New title"') == desk.read()


async def test_a_change_tells_where_it_came_from(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    (row,) = await desk.crawl()

    assert (1, desk.summary.run, "title", PAGE) == (row["v"], row["run"], row["field"], row["source"])
    assert "og:title" in row["evidence"]
    assert str(desk.folder / "a.md") == row["record"]


async def test_when_nothing_changed_nothing_is_written(desk):
    path = desk.write(RECORD)
    os.utime(path, (1, 1))
    desk.web[PAGE] = html()

    assert [] == await desk.crawl()
    assert (RECORD, 1) == (desk.read(), path.stat().st_mtime)


async def test_an_image_gets_its_true_size_and_is_no_longer_cached(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(image=NEW_IMAGE)

    rows = await desk.crawl()

    assert {
        "/images/0/url": (IMAGE, NEW_IMAGE),
        "/images/0/width": (640, 800),
        "/images/0/height": (480, 400),
        "/images/0/isCached": (True, False),
    } == changed(rows)


async def test_images_are_left_alone_when_they_may_not_be_fetched(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(image=NEW_IMAGE)

    assert [] == await desk.crawl(settings={"images": False})
    assert [] == desk.web.asked(NEW_IMAGE)


async def test_a_missing_images_block_is_inserted_before_what_follows_it(desk):
    without = re.sub(r"\nimages:.*?true\n", "", RECORD, flags=re.DOTALL)
    desk.write(without)
    desk.web[PAGE] = html(image=NEW_IMAGE)

    rows = await desk.crawl()

    block = f"\nimages:\n  - url: {NEW_IMAGE}\n    width: 800\n    height: 400\n    isCached: false\n"
    assert ["/images"] == [row["pointer"] for row in rows]
    assert without.replace("\nsecured", block + "\nsecured") == desk.read().replace(f'"{NEW_IMAGE}"', NEW_IMAGE)


def a_dead_page(web):
    return "not-found"


def a_page_that_is_gone(web):
    web[PAGE] = Answer(status=410)
    return "gone"


def a_server_error(web):
    web[PAGE] = Answer("<title>Oops</title>", status=500)
    return "server-error"


def a_challenge(web):
    web[PAGE] = Answer(html(title="Just a moment..."), status=403, headers={"cf-mitigated": "challenge"})
    return "challenge"


def a_wall_with_status_200(web):
    web[PAGE] = "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"
    return "challenge"


def an_empty_page(web):
    web[PAGE] = ""
    return "empty"


def a_soft_404(web):
    web[PAGE] = Answer(status=302, headers={"Location": "https://news.example/"})
    web["https://news.example/"] = html(title="News Example, all the news")
    return "home"


@pytest.mark.parametrize(
    "page",
    [a_dead_page, a_page_that_is_gone, a_server_error, a_challenge, a_wall_with_status_200, an_empty_page, a_soft_404],
)
async def test_a_page_that_is_not_the_article_changes_nothing_and_is_told(desk, page):
    desk.write(RECORD)
    kind = page(desk.web)

    assert [] == await desk.crawl()
    assert RECORD == desk.read()
    assert {(PAGE, kind)} == desk.failures()


def with_amp(record=RECORD):
    return record.replace(f"webUrl: {PAGE}", f"webUrl: {PAGE}\nampWebUrl: {AMP}")


def amp_page(canonical=PAGE, **said):
    return html(**said, extra=f'<link rel="canonical" href="{canonical}">')


async def test_an_amp_page_fills_what_the_original_lacks(desk):
    desk.write(with_amp())
    desk.web[PAGE], desk.web[AMP] = html(excerpt=None), amp_page(title="AMP title", excerpt="AMP excerpt.")

    assert {"/excerpt": ("Old excerpt.", "AMP excerpt.")} == changed(await desk.crawl())


async def test_an_amp_page_speaks_for_an_original_that_is_down(desk):
    desk.write(with_amp())
    desk.web[PAGE], desk.web[AMP] = Answer(status=503), amp_page(title="AMP title")

    (row,) = await desk.crawl()

    assert ("AMP title", AMP) == (row["after"], row["source"])


async def test_an_amp_page_of_another_article_is_not_heard(desk):
    desk.write(with_amp())
    desk.web[PAGE] = Answer(status=503)
    desk.web[AMP] = amp_page(canonical="https://news.example/other", title="Another")

    assert [] == await desk.crawl()
    assert (AMP, "not-canonical") in desk.failures()
    assert 0 == desk.summary.counts["unchanged"]


async def test_amp_pages_can_be_left_out(desk):
    desk.write(with_amp())
    desk.web[PAGE], desk.web[AMP] = html(excerpt=None), amp_page(excerpt="AMP excerpt.")

    assert [] == await desk.crawl(settings={"amp": "never"})
    assert [] == desk.web.asked(AMP)


async def test_amp_pages_can_be_kept_for_when_they_are_needed(desk):
    desk.write(with_amp())
    desk.web[PAGE], desk.web[AMP] = html(), amp_page()

    await desk.crawl(settings={"amp": "fallback"})

    assert [] == desk.web.asked(AMP)


async def test_amp_pages_that_are_kept_back_are_asked_when_they_are_needed(desk):
    desk.write(with_amp())
    desk.web[PAGE], desk.web[AMP] = html(excerpt=None), amp_page(excerpt="AMP excerpt.")

    assert {"/excerpt": ("Old excerpt.", "AMP excerpt.")} == changed(await desk.crawl(settings={"amp": "fallback"}))


async def test_amp_pages_are_asked_always_unless_told_otherwise(desk):
    desk.write(with_amp())
    desk.web[PAGE], desk.web[AMP] = html(), amp_page()

    await desk.crawl()

    assert 1 == len(desk.web.asked(AMP))


CACHED = "https://news-example.cdn.ampproject.org/c/s/news.example/a/amp"
NEW_AMP, NEW_CACHED = "https://news.example/amp/a", "https://news-example.cdn.ampproject.org/c/s/news.example/amp/a"
AMP_KEYS = f"ampWebUrl: {AMP}\ncdnAmpWebUrl: {CACHED}\n"
WITH_BOTH = RECORD.replace("\nimages", AMP_KEYS + "\nimages")


def naming(amp):
    return html(extra=f'<link rel="amphtml" href="{amp}">')


def an_amp_page_that_is_gone(web):
    web[AMP] = Answer(status=410)


def an_amp_page_that_leads_to_the_article(web):
    web[AMP] = Answer(status=301, headers={"Location": PAGE})


def an_amp_page_that_leads_home(web):
    web[AMP] = Answer(status=302, headers={"Location": "https://news.example/"})
    web["https://news.example/"] = html(title="News Example, all the news")


def an_ordinary_page_in_place_of_an_amp_page(web):
    web[AMP] = amp_page(canonical=AMP, title="Another title")


@pytest.mark.parametrize(
    "dead",
    [
        an_amp_page_that_is_gone,
        an_amp_page_that_leads_to_the_article,
        an_amp_page_that_leads_home,
        an_ordinary_page_in_place_of_an_amp_page,
    ],
)
async def test_a_dead_amp_page_is_told_as_rot_and_stays_in_the_record(desk, dead):
    desk.write(WITH_BOTH)
    desk.web[PAGE] = naming(NEW_AMP)
    dead(desk.web)

    assert [] == await desk.crawl()
    assert {(AMP, "amp-rot")} == desk.failures()
    assert [] == desk.web.asked(NEW_AMP)


@pytest.mark.parametrize("rule", ["update", "remove"])
async def test_amp_addresses_follow_the_page_on_request(desk, rule):
    desk.write(WITH_BOTH)
    desk.web[PAGE], desk.web[NEW_AMP] = naming(NEW_AMP), amp_page()

    rows = await desk.crawl(settings={"urls": rule})

    assert {"/ampWebUrl": (AMP, NEW_AMP), "/cdnAmpWebUrl": (CACHED, NEW_CACHED)} == changed(rows)
    assert WITH_BOTH.replace(AMP, NEW_AMP).replace(CACHED, NEW_CACHED) == desk.read()
    assert {"amp"} == {row["field"] for row in rows}


async def test_an_amp_page_that_does_not_point_back_is_told_and_not_followed(desk):
    desk.write(WITH_BOTH)
    desk.web[PAGE], desk.web[AMP] = naming(NEW_AMP), amp_page()
    desk.web[NEW_AMP] = amp_page(canonical="https://news.example/other")

    assert [] == await desk.crawl(settings={"urls": "update"})
    assert {(NEW_AMP, "not-canonical")} == desk.failures()


async def test_dead_amp_addresses_are_removed_on_request(desk):
    desk.write(WITH_BOTH)
    desk.web[PAGE] = html()

    rows = await desk.crawl(settings={"urls": "remove"})

    assert {"/ampWebUrl": (AMP, None), "/cdnAmpWebUrl": (CACHED, None)} == changed(rows)
    assert WITH_BOTH.replace(AMP_KEYS, "") == desk.read()
    assert [] == await desk.crawl(settings={"urls": "remove"}, everything=True)


async def test_amp_addresses_that_the_server_does_not_call_gone_are_not_removed(desk):
    desk.write(WITH_BOTH)
    desk.web[PAGE], desk.web[AMP] = html(), Answer(status=503)

    assert [] == await desk.crawl(settings={"urls": "remove"})


async def test_missing_amp_addresses_are_filled_in_when_they_are_among_the_fields(desk):
    desk.write(RECORD)
    desk.web[PAGE], desk.web[AMP] = naming(AMP), amp_page()

    rows = await desk.crawl(settings={"fields": ["amp"]})

    assert {"/ampWebUrl": (None, AMP), "/cdnAmpWebUrl": (None, CACHED)} == changed(rows)


async def test_related_articles_are_refreshed_too(desk):
    related = 'related:\n  - title: "Old"\n    webUrl: https://other.example/b\n    quality: 3\n\nsecured'
    desk.write(RECORD.replace("secured", related))
    desk.web[PAGE], desk.web["https://other.example/b"] = html(), html(title="New", image=None)

    rows = await desk.crawl(settings={"fields": ["title"]})

    assert {"/related/0/title": ("Old", "New")} == changed(rows)


async def test_an_address_that_two_articles_share_is_asked_for_once(desk):
    desk.write(RECORD)
    desk.write(RECORD, "b.md")
    desk.web[PAGE] = html(title="New title")

    assert 2 == len(await desk.crawl())
    assert 1 == len(desk.web.asked(PAGE))


async def test_the_second_visit_is_content_with_not_modified(desk):
    desk.write(RECORD)
    body = html(title="New title")
    desk.web[PAGE] = Answer(body, headers=etag(body))
    await desk.crawl()

    assert [] == await desk.crawl(everything=True)
    assert (1, 1) == (desk.summary.counts["visited"], desk.summary.counts["not_modified"])


async def test_a_record_that_a_person_edited_since_is_set_against_the_page_again(desk):
    desk.write(RECORD)
    body = html()
    desk.web[PAGE] = Answer(body, headers=etag(body))
    await desk.crawl()
    desk.write(RECORD.replace("Old excerpt.", "Mine."))

    assert {"/excerpt": ("Mine.", "Old excerpt.")} == changed(await desk.crawl(everything=True))


async def test_what_was_visited_is_not_due_again_so_soon(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()
    desk.web[PAGE] = html(title="New title")

    assert [] == await desk.crawl()
    assert 1 == len(desk.web.asked(PAGE))


async def test_what_is_not_due_is_visited_when_everything_is_wanted(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()
    desk.web[PAGE] = html(title="New title")

    assert 1 == len(await desk.crawl(everything=True))


async def test_a_visit_is_due_again_after_its_interval(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl(settings={"revisit": {"every": 0}})
    desk.web[PAGE] = html(title="New title")

    assert 1 == len(await desk.crawl(settings={"revisit": {"every": 0}}))


async def test_a_dry_run_writes_nothing_and_takes_nothing_from_the_next_run(desk):
    desk.write(RECORD)
    body = html(title="New title")
    desk.web[PAGE] = Answer(body, headers=etag(body))

    assert 1 == len(await desk.crawl(dry_run=True))
    assert RECORD == desk.read()
    assert not list(desk.state.glob("changes/*.jsonl"))
    assert 1 == len(await desk.crawl())
    assert "New title" in desk.read()


async def test_the_change_log_turns_old_files_into_new_ones_and_back(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title='New "title"', excerpt="Neu: süß", image=NEW_IMAGE)
    await desk.crawl()

    rows = desk.log()
    splices = [
        Splice(at["offset"], at["before"].encode(), at["after"].encode()) for at in (row["splice"] for row in rows)
    ]
    new = desk.read().encode()
    assert {"applied"} == {row["status"] for row in rows}
    assert new == apply(RECORD.encode(), splices)
    assert RECORD.encode() == undo(new, splices)


async def test_fill_mode_touches_only_what_is_missing(desk):
    desk.write(RECORD.replace('excerpt: "Old excerpt."\n', ""))
    desk.web[PAGE] = html(title="New title", excerpt="New excerpt.")

    assert {"/excerpt": (None, "New excerpt.")} == changed(await desk.crawl(settings={"mode": "fill"}))


async def test_only_the_fields_asked_for_are_touched(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title", excerpt="New excerpt.")

    assert {"/excerpt"} == set(changed(await desk.crawl(settings={"fields": ["excerpt"]})))


async def test_only_the_records_asked_for_are_visited(desk):
    desk.write(RECORD)
    desk.write(RECORD.replace(PAGE, "https://other.example/b"), "b.md")

    await desk.crawl(only=("b*",))

    assert [] == desk.web.asked(PAGE)
    assert 1 == len(desk.web.asked("https://other.example/b"))


async def test_only_the_host_asked_for_is_visited(desk):
    desk.write(RECORD)
    desk.write(RECORD.replace(PAGE, "https://www.other.example/b"), "b.md")

    await desk.crawl(host="www.other.example")

    assert [] == desk.web.asked(PAGE)
    assert 1 == len(desk.web.asked("https://www.other.example/b"))


async def test_articles_from_before_a_day_can_be_left_out(desk):
    desk.write(RECORD)

    await desk.crawl(since=date(2021, 6, 18))
    assert 0 == desk.summary.counts["visited"]
    await desk.crawl(since=date(2021, 6, 17))
    assert 1 == desk.summary.counts["visited"]


async def test_no_more_pages_are_asked_for_than_the_limit_and_the_rest_stays_due(desk):
    for number in range(5):
        url = f"https://news.example/{number}"
        desk.write(RECORD.replace(PAGE, url), f"{number}.md")
        desk.web[url] = html(title=f"New {number}")

    assert 2 == len(await desk.crawl(limit=2))
    assert 3 == len(await desk.crawl())


async def test_a_broken_record_is_told_with_its_line_and_costs_no_other_its_turn(desk):
    desk.write("---\ntitle: ok\nexcerpt: [unclosed\n---\n", "0.md")
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    assert 1 == len(await desk.crawl())
    (failure,) = (row for row in desk.rows if row["type"] == "failure")
    assert (str(desk.folder / "0.md"), "record") == (failure["record"], failure["kind"])
    assert "line" in failure["reason"]


async def test_a_named_file_that_cannot_be_used_is_told_apart(desk):
    path = desk.write("---\ntitle: [unclosed\n---\n")

    await desk.crawl(paths=(path,))

    assert (str(path),) == desk.summary.unusable


async def test_files_without_front_matter_are_no_records(desk):
    desk.write("# Read me\n", "README.md")

    assert [] == await desk.crawl()
    assert 0 == desk.summary.counts["records"]


async def test_what_a_person_writes_meanwhile_stays_and_our_change_is_made_around_it(desk):
    path = desk.write(RECORD)

    def edited_while_we_ask(_):
        path.write_text(RECORD.replace("Old excerpt.", "Mine, just now."))
        return Answer(html(title="New title"))

    desk.web[PAGE] = edited_while_we_ask
    rows = await desk.crawl()

    assert {"/title": ("Old title", "New title")} == changed(rows)
    assert RECORD.replace("Old excerpt.", "Mine, just now.").replace("Old title", "New title") == desk.read()


async def test_a_field_that_a_person_edits_meanwhile_is_theirs(desk):
    path = desk.write(RECORD)

    def edited_while_we_ask(_):
        path.write_text(RECORD.replace("Old title", "My title"))
        return Answer(html(title="New title"))

    desk.web[PAGE] = edited_while_we_ask

    assert [] == await desk.crawl()
    assert RECORD.replace("Old title", "My title") == desk.read()
    assert any("edited while we crawled" in row["text"] for row in desk.rows if row["type"] == "note")


async def test_a_run_that_is_told_to_stop_keeps_what_was_fetched_and_leaves_the_rest_due(desk):
    desk.write(RECORD)
    desk.write(RECORD.replace(PAGE, "https://slow.example/b"), "b.md")
    desk.web[PAGE] = html(title="New title")
    desk.web["https://slow.example/b"] = Answer(html(title="Late"), seconds=3)
    asyncio.get_running_loop().call_later(1, os.kill, os.getpid(), signal.SIGTERM)

    rows = await desk.crawl()

    assert ("interrupted", ["New title"]) == (desk.summary.outcome, [row["after"] for row in rows])
    desk.web["https://slow.example/b"] = html(title="Late")
    assert ["Late"] == [row["after"] for row in await desk.crawl()]


async def test_no_visit_is_begun_after_the_time_allowed(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    assert [] == await desk.crawl(max_time=timedelta(0))
    assert "done" == desk.summary.outcome
    assert [] == desk.web.asked(PAGE)


async def test_the_brake_writes_nothing_and_keeps_a_plan(desk):
    for number in range(25):
        url = f"https://news.example/{number}"
        desk.write(RECORD.replace(PAGE, url), f"{number}.md")
        desk.web[url] = html(title="The same for all")

    rows = await desk.crawl(settings={"brake": 30})

    assert ("brake", 25) == (desk.summary.outcome, len(rows))
    assert RECORD.replace(PAGE, "https://news.example/7") == desk.read("7.md")
    assert 25 == len(await desk.crawl())


async def test_a_few_changes_never_trip_the_brake(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    await desk.crawl(settings={"brake": 30})

    assert "done" == desk.summary.outcome
    assert "New title" in desk.read()


def drawn(width, height):
    """A whole PNG, pixels and all."""

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = chunk(b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0")
    pixels = chunk(b"IDAT", zlib.compress(random.Random(width).randbytes(width * height + height), 0))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def an_image_that_is_a_page():
    return "image-unreadable", Answer("<html>no image</html>", content_type="image/png")


def an_image_that_is_a_drawing_within_a_page():
    page = "<!doctype html><html><body><svg width='9' height='9'></svg></body></html>"
    return "image-unreadable", Answer(page, content_type="image/svg+xml")


def an_image_of_a_few_bytes():
    return "image-unreadable", Answer(drawn(800, 400)[:20], content_type="image/png")


def half_an_image():
    return "image-unreadable", Answer(drawn(80, 40)[:1500], content_type="image/png")


def half_a_large_image():
    return "image-unreadable", Answer(drawn(800, 400)[:150_000], content_type="image/png")


def half_an_image_from_a_server_without_ranges():
    return "image-unreadable", Answer(drawn(800, 400)[:150_000], content_type="image/png", ranges=False)


def an_image_without_a_pixel():
    return "image-unreadable", Answer(drawn(0, 0), content_type="image/png")


def an_image_that_is_gone():
    return "image-gone", Answer(status=410)


@pytest.mark.parametrize(
    "image",
    [
        an_image_that_is_a_page,
        an_image_that_is_a_drawing_within_a_page,
        an_image_of_a_few_bytes,
        half_an_image,
        half_a_large_image,
        half_an_image_from_a_server_without_ranges,
        an_image_without_a_pixel,
        an_image_that_is_gone,
    ],
)
async def test_an_image_that_cannot_be_seen_changes_nothing_and_is_told(desk, image):
    desk.write(RECORD)
    kind, desk.web[NEW_IMAGE] = image()
    desk.web[PAGE] = html(image=NEW_IMAGE)

    assert [] == await desk.crawl()
    assert {(NEW_IMAGE, kind)} == desk.failures()


async def test_a_size_that_the_page_declares_wrongly_is_told_and_the_true_one_written(desk):
    desk.write(RECORD)
    declared = '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">'
    desk.web[PAGE] = html(image=NEW_IMAGE, extra=declared)

    rows = await desk.crawl()

    assert (640, 800) == changed(rows)["/images/0/width"]
    assert any("the page declares 1200 x 630, it is 800 x 400" in row["reason"] for row in rows)


MOVED = "https://img.other-cdn.example/picture.png?w=640"


async def test_the_same_picture_at_another_address_is_no_change_and_said_aside(desk):
    desk.write(RECORD)
    desk.web[IMAGE] = desk.web[MOVED] = Answer(drawn(640, 480), content_type="image/png")
    desk.web[PAGE] = html(image=MOVED)

    assert [] == await desk.crawl()
    (aside,) = (row for row in desk.rows if row.get("aside"))
    assert f"{desk.folder / 'a.md'}#: {MOVED}: same picture, new address; the record keeps its own" == aside["text"]
    assert ["bytes=0-4095"] == [request.headers["Range"] for request in desk.web.asked(IMAGE)]


async def test_another_picture_of_the_same_size_is_a_change(desk):
    desk.write(RECORD)
    desk.web[IMAGE] = Answer(drawn(640, 480), content_type="image/png")
    desk.web[MOVED] = Answer(drawn(640, 480) + b"more", content_type="image/png")
    desk.web[PAGE] = html(image=MOVED)

    assert (IMAGE, MOVED) == changed(await desk.crawl())["/images/0/url"]


@pytest.mark.parametrize("page_is_remembered", [False, True])
async def test_the_same_picture_is_followed_once_its_old_address_is_dead(desk, page_is_remembered):
    desk.write(RECORD)
    desk.web[IMAGE] = desk.web[MOVED] = Answer(drawn(640, 480), content_type="image/png")
    body = html(image=MOVED)
    desk.web[PAGE] = Answer(body, headers=etag(body) if page_is_remembered else {})
    await desk.crawl()
    desk.web[IMAGE] = Answer(status=404)
    if page_is_remembered:
        await desk.crawl(everything=True)  # the page is "not modified": that the picture is gone is told first
        assert (IMAGE, "image-gone") in desk.failures()

    (address, _) = await desk.crawl(everything=True)

    assert (IMAGE, MOVED) == (address["before"], address["after"])
    assert "the same picture at a new address; the old one is gone" == address["reason"]


async def test_the_same_picture_stays_where_it_is_while_its_old_address_is_only_down(desk):
    desk.write(RECORD)
    desk.web[IMAGE] = desk.web[MOVED] = Answer(drawn(640, 480), content_type="image/png")
    desk.web[PAGE] = html(image=MOVED)
    await desk.crawl()
    desk.web[IMAGE] = Answer(status=500)

    assert [] == await desk.crawl(everything=True)


async def test_an_image_whose_header_comes_late_is_read_further(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    frame = bytes.fromhex("ffc0001108") + (300).to_bytes(2, "big") + (900).to_bytes(2, "big") + b"\3" + bytes(9)
    profile = b"\xff\xe2" + (40_000).to_bytes(2, "big") + bytes(39_998)
    scan = b"\xff\xda\0\x0c" + bytes(90_000)
    desk.web[IMAGE] = Answer(b"\xff\xd8" + profile + frame + scan, content_type="image/jpeg")

    assert {"/images/0/width": (640, 900), "/images/0/height": (480, 300)} == changed(await desk.crawl())


async def test_line_ends_byte_order_mark_and_blanks_stay(desk):
    text = "\ufeff" + RECORD.replace("\n", "\r\n").replace("quality", "\tquality")
    desk.write(text)
    desk.web[PAGE] = html(title="New title")

    await desk.crawl()

    assert text.replace("Old title", "New title") == desk.read()


async def test_robots_txt_is_asked_for_once_and_remembered_between_runs(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()
    await desk.crawl(everything=True)

    assert 1 == len(desk.web.asked("https://news.example/robots.txt"))


ORIGINAL = "https://first.example/a"
TWO_PAGES = RECORD.replace(f"webUrl: {PAGE}", f"originalUrl: {ORIGINAL}\nwebUrl: {PAGE}")


async def test_a_lesser_page_does_not_contradict_an_original_that_is_not_modified(desk):
    desk.write(TWO_PAGES)
    body = html(title="The original's title")
    desk.web[ORIGINAL], desk.web[PAGE] = Answer(body, headers=etag(body)), html(title="The copy's title")
    await desk.crawl()

    assert [] == await desk.crawl(everything=True)
    assert 1 == desk.summary.counts["not_modified"]
    assert "The original's title" in desk.read()


async def test_a_lesser_page_does_not_contradict_an_original_that_was_not_asked(desk):
    desk.write(TWO_PAGES)
    desk.web[ORIGINAL], desk.web[PAGE] = html(), html(title="The copy's title")

    assert [] == await desk.crawl(host="news.example")


async def test_a_lesser_page_speaks_when_the_original_is_dead(desk):
    desk.write(TWO_PAGES)
    desk.web[PAGE] = html(title="The copy's title")

    assert {"/title": ("Old title", "The copy's title")} == changed(await desk.crawl())


async def test_one_records_bad_title_opens_no_door_for_another_that_shares_its_page(desk):
    desk.write(RECORD.replace("Old title", "Just a moment..."))
    desk.write(RECORD, "b.md")
    desk.web[PAGE] = "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"

    assert [] == await desk.crawl()


async def test_a_new_record_is_due_although_its_page_was_visited_for_another(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    desk.write(RECORD, "b.md")

    assert ["New title"] == [row["after"] for row in await desk.crawl()]
    assert [] == await desk.crawl()


async def test_a_page_whose_host_rests_is_as_due_as_it_was(desk):
    desk.write(RECORD)
    desk.write(RECORD.replace(PAGE, "https://news.example/b"), "b.md")
    desk.web[PAGE] = desk.web["https://news.example/b"] = Answer(status=429, headers={"Retry-After": "600"})
    await desk.crawl()
    asked = {request.url for request in desk.web.log}

    await desk.crawl()

    assert asked == {request.url for request in desk.web.log}
    assert {"resting"} == {kind for _, kind in desk.failures()}


async def test_an_amp_page_is_the_articles_own_where_it_has_no_other(desk):
    desk.write(RECORD.replace(f"webUrl: {PAGE}", f"ampWebUrl: {AMP}"))
    body = amp_page()
    desk.web[AMP] = Answer(body, headers=etag(body))
    await desk.crawl()
    desk.web[IMAGE] = png(99, 98)

    assert {"/images/0/width": (640, 99), "/images/0/height": (480, 98)} == changed(await desk.crawl(everything=True))
    assert 1 == desk.summary.counts["not_modified"]


async def test_a_record_that_cannot_be_written_is_told_and_stays_due(desk):
    path = desk.write(RECORD)
    (desk.folder / "b.md").hardlink_to(path)
    desk.web[PAGE] = html(title="New title")

    assert [] == await desk.crawl()
    assert (str(path),) == desk.summary.unusable[:1]
    (desk.folder / "b.md").unlink()
    assert 1 == len(await desk.crawl())
