"""Small pictures of images, where they are asked for: made, kept, shown, and nothing that a file can do harm by."""

import asyncio
import base64
import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crawler.cli.report import recall, render
from crawler.config import load
from crawler.images.thumbnail import thumbnail
from crawler.report.model import build
from tests.desk import IMAGE, NEW_IMAGE, PAGE, RECORD, Desk, html
from tests.loopback import Answer, etag
from tests.reports import PICTURES, another_picture, run


def picture(width, height, form="PNG", **options):
    made = BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(made, form, **options)
    return made.getvalue()


def size(made):
    with Image.open(BytesIO(made)) as opened:
        return opened.format, opened.size


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_becomes_a_small_one_of_the_same_proportions(form):
    assert ("WEBP", (240, 120)) == size(thumbnail(picture(800, 400, form)))


def test_a_picture_that_is_small_already_is_not_made_larger():
    assert ("WEBP", (16, 8)) == size(thumbnail(picture(16, 8)))


def test_a_picture_that_lies_on_its_side_is_shown_upright():
    turned = Image.Exif()
    turned[0x0112] = 6

    assert (100, 200) == size(thumbnail(picture(800, 400, "JPEG", exif=turned)))[1]


def test_a_picture_of_which_too_much_would_be_decoded_is_none():
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")

    assert thumbnail(bomb.getvalue()) is None


@pytest.mark.parametrize("body", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture(300, 300)[:200]])
def test_what_cannot_be_shown_is_none(body):
    assert thumbnail(body) is None


@given(st.integers(0, 2_000), st.binary(min_size=1, max_size=40), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))
def test_a_spoilt_file_is_none_or_a_picture(at, noise, form):
    whole = picture(64, 48, form)
    at %= len(whole)

    made = thumbnail(whole[:at] + noise + whole[at + len(noise) :])

    assert made is None or "WEBP" == size(made)[0]


# ---- in a crawl


@pytest.fixture
def desk(web, tmp_path):
    desk = Desk(web, tmp_path)
    desk.write(RECORD)
    web[IMAGE] = Answer(picture(640, 480), content_type="image/png", headers=etag("old"))
    web[NEW_IMAGE] = Answer(picture(800, 400), content_type="image/png")
    web[PAGE] = html()
    return desk


def report(desk):
    config = load(None, {"state": desk.state, "records": (desk.folder,)})
    told = asyncio.run(recall(config, None, datetime.now(UTC)))
    return render(told, "html")


def shown(page):
    return [size(base64.b64decode(data))[1] for data in re.findall(r"data:image/webp;base64,([\w+/=]+)", page)]


async def crawl_twice(desk, **settings):
    await desk.crawl(settings=settings)
    desk.web[PAGE] = html(image=NEW_IMAGE)
    return await desk.crawl(settings=settings, everything=True)


def test_the_report_shows_the_old_picture_and_the_new_one(desk):
    asyncio.run(crawl_twice(desk, thumbnails=True))

    assert [(240, 180), (240, 120)] == shown(report(desk))


def test_unless_they_are_asked_for_no_more_is_read_of_a_picture_and_none_is_shown(desk):
    asyncio.run(crawl_twice(desk))

    assert [] == shown(report(desk))
    assert all("bytes=0-" in request.headers["Range"] for request in desk.web.asked(NEW_IMAGE))
    assert 1 == len(desk.web.asked(NEW_IMAGE))


async def test_who_asks_for_them_later_gets_them_of_pictures_that_are_known(desk):
    await desk.crawl()
    await desk.crawl(settings={"thumbnails": True}, everything=True)
    asked = len(desk.web.asked(IMAGE))
    await desk.crawl(settings={"thumbnails": True}, everything=True)

    assert 1 < asked
    assert asked == len([each for each in desk.web.asked(IMAGE) if "If-None-Match" not in each.headers])


async def test_a_picture_that_is_no_picture_any_more_costs_no_change(desk):
    desk.web[NEW_IMAGE] = Answer(picture(800, 400)[:-3000], content_type="image/png")

    rows = await crawl_twice(desk, thumbnails=True)

    assert "/images/0/url" in {row["pointer"] for row in rows}


def test_thumbnails_are_shown_by_a_browser_and_ask_for_nothing(opened):
    small = thumbnail(picture(642, 321))
    told = build(run(), another_picture(), (), (), thumbnails={f"{PICTURES}old.png": small})
    shown = opened(told)

    assert [240] == shown.page.locator("img").evaluate_all("all => all.map(each => each.naturalWidth)")
    assert [] == shown.said
    assert 1 == shown.page.locator("figure svg").count()
