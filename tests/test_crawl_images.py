"""Pictures in a crawl: their true sizes, those that cannot be seen, those that moved."""

import random
import re
import sqlite3
import zlib

import pytest

from tests.desk import IMAGE, NEW_IMAGE, PAGE, RECORD, Desk, changed, html
from tests.loopback import Answer, etag, png


@pytest.fixture
def desk(web, tmp_path):
    return Desk(web, tmp_path)


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


async def test_how_far_an_image_was_read_for_its_size_is_told(desk):
    desk.write(RECORD)
    profile = b"\xff\xe2\xff\xff" + bytes(65_533)
    desk.web[IMAGE] = Answer(b"\xff\xd8" + profile * 5, content_type="image/jpeg")
    desk.web[PAGE] = html()

    assert [] == await desk.crawl()
    assert {"no size can be read from its first 256 KB (image/jpeg)"} == {
        row["reason"] for row in desk.rows if row["type"] == "failure"
    }


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


async def test_the_same_picture_is_followed_once_its_old_address_is_dead(desk):
    desk.write(RECORD)
    desk.web[IMAGE] = desk.web[MOVED] = Answer(drawn(640, 480), content_type="image/png")
    desk.web[PAGE] = html(image=MOVED)
    await desk.crawl()
    desk.web[IMAGE] = Answer(status=404)

    (address, _) = await desk.crawl(everything=True)

    assert (IMAGE, MOVED) == (address["before"], address["after"])
    assert "the same picture at a new address; the old one is gone" == address["reason"]


async def test_an_image_is_not_asked_for_while_its_page_is_not_modified(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer(html(), headers=etag(html()))
    await desk.crawl()

    await desk.crawl(everything=True)

    assert 1 == desk.summary.counts["not_modified"]
    assert 1 == len(desk.web.asked(IMAGE))


async def test_once_a_month_page_and_image_are_seen_anew_whatever_the_server_says_of_the_page(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer(html(), headers=etag(html()))
    await desk.crawl()
    desk.web[IMAGE] = png(320, 240)
    with sqlite3.connect(desk.state / "metafresh.sqlite3") as database:
        database.execute("UPDATE settled SET at = at - 31 * 86400 * 1000000")

    rows = await desk.crawl(everything=True)

    assert 0 == desk.summary.counts["not_modified"]
    assert {"/images/0/width": (640, 320), "/images/0/height": (480, 240)} == changed(rows)


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
