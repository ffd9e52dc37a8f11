"""AMP pages in a crawl: second witnesses, pairs, rot."""

import pytest

from tests.desk import AMP, PAGE, RECORD, Desk, amp_page, changed, html, with_amp
from tests.loopback import Answer, etag


@pytest.fixture
def desk(web, tmp_path):
    return Desk(web, tmp_path)


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


async def test_a_dead_amp_address_is_not_removed_before_the_articles_own_page_was_read(desk):
    desk.write(WITH_BOTH)
    body = html()
    desk.web[PAGE], desk.web[AMP] = Answer(body, headers=etag(body)), amp_page()
    await desk.crawl(settings={"urls": "remove"})
    desk.web[AMP] = Answer(status=410)

    assert [] == await desk.crawl(settings={"urls": "remove"}, everything=True)
    assert 2 == len(await desk.crawl(settings={"urls": "remove"}, everything=True))


async def test_a_dead_amp_address_stays_while_only_its_copy_in_the_cache_answers(desk):
    desk.write(WITH_BOTH)
    desk.web[PAGE], desk.web[CACHED] = Answer(status=503), amp_page()

    assert [] == await desk.crawl(settings={"urls": "remove"})


async def test_an_amp_page_that_leads_to_the_article_is_not_filled_in(desk):
    desk.write(RECORD)
    desk.web[PAGE] = naming(AMP)
    an_amp_page_that_leads_to_the_article(desk.web)

    assert [] == await desk.crawl(settings={"fields": ["amp"]})
    assert {(AMP, "amp-rot")} == desk.failures()


async def test_missing_amp_addresses_are_filled_in_when_they_are_among_the_fields(desk):
    desk.write(RECORD)
    desk.web[PAGE], desk.web[AMP] = naming(AMP), amp_page()

    rows = await desk.crawl(settings={"fields": ["amp"]})

    assert {"/ampWebUrl": (None, AMP), "/cdnAmpWebUrl": (None, CACHED)} == changed(rows)
