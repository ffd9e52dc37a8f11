"""Records in, records out: stories over a real loopback web with TLS."""

import asyncio
import os
import signal
from collections import Counter
from datetime import date, timedelta

import pytest

from crawler import urls
from crawler.model import Splice
from crawler.records.edit import apply, undo
from tests.desk import AMP, IMAGE, NEW_IMAGE, PAGE, RECORD, Desk, amp_page, changed, html
from tests.loopback import Answer, etag, png
from tests.proxy import proxying


@pytest.fixture
def desk(web, tmp_path):
    return Desk(web, tmp_path)


async def test_a_new_title_is_written_and_every_other_byte_stays(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    rows = await desk.crawl()

    assert {"/title": ("Old title", "New title")} == changed(rows)
    assert RECORD.replace('"Old title"', '"New title"') == desk.read()


@pytest.mark.parametrize("workers", [1, 2])
async def test_pages_and_images_are_asked_for_through_the_proxy_of_the_settings(desk, workers):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title", image=NEW_IMAGE)

    async with proxying(desk.web) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        rows = await desk.crawl(fetch={"proxy": url, "connect_to": (), "workers": workers})

    assert ("New title", NEW_IMAGE) == (changed(rows)["/title"][1], changed(rows)["/images/0/url"][1])
    assert {f"CONNECT {host}.example:443 HTTP/1.1" for host in ("news", "cdn")} == set(proxy.asked)


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
        desk.web[url] = html(title=f"Another title, number {number}")

    rows = await desk.crawl()

    assert ("brake", 25) == (desk.summary.outcome, len(rows))
    assert RECORD.replace(PAGE, "https://news.example/7") == desk.read("7.md")
    assert any("25 of 25 articles of news.example would change in title" in str(row.get("text")) for row in desk.rows)
    assert 25 == len(await desk.apply(desk.summary.run))
    assert "number 7" in desk.read("7.md")


async def test_the_brake_sees_that_many_hosts_would_say_the_same(desk):
    for number in range(80):
        url = f"https://host-{number}.example/a"
        desk.write(RECORD.replace(PAGE, url), f"{number}.md")
        desk.web[url] = html(title="Welcome to the hotel's network") if number < 30 else html()

    await desk.crawl(settings={"images": False})

    assert "brake" == desk.summary.outcome
    assert any("30 of 80 articles would change in title to the same value" in str(row.get("text")) for row in desk.rows)


async def test_the_brake_looks_at_each_host_and_at_each_field_by_itself(desk):
    for number in range(80):
        url = f"https://{'bad' if number < 20 else 'good'}.example/{number}"
        desk.write(RECORD.replace(PAGE, url), f"{number}.md")
        desk.web[url] = html(title=f"Other {number}") if number < 20 else html()

    await desk.crawl(settings={"images": False})

    assert "brake" == desk.summary.outcome
    assert any("20 of 20 articles of bad.example would change in title" in str(row.get("text")) for row in desk.rows)


async def test_what_is_held_does_not_trip_the_brake(desk):
    for number in range(25):
        url = f"https://news.example/{number}"
        desk.write(RECORD.replace(PAGE, url).replace("Old excerpt.", "A long excerpt. " * 9), f"{number}.md")
        desk.web[url] = html(excerpt=f"Short {number}.")

    await desk.crawl()

    assert ("done", 25, 0) == (desk.summary.outcome, desk.summary.counts["held"], desk.summary.counts["changes"])


async def test_a_few_changes_never_trip_the_brake(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    await desk.crawl()

    assert "done" == desk.summary.outcome
    assert "New title" in desk.read()


async def test_without_the_brake_all_may_change_at_once(desk):
    for number in range(25):
        url = f"https://news.example/{number}"
        desk.write(RECORD.replace(PAGE, url), f"{number}.md")
        desk.web[url] = html(title=f"Another title, number {number}")

    assert 25 == len(await desk.crawl(settings={"brake": "off"}))
    assert "done" == desk.summary.outcome


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


async def test_a_new_record_is_due_once_its_page_that_was_visited_for_another_may_be_asked_again(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    desk.write(RECORD, "b.md")
    at_once = {"revisit": {"min_interval": 0}}

    assert [] == await desk.crawl()
    assert ["New title"] == [row["after"] for row in await desk.crawl(settings=at_once)]
    assert [] == await desk.crawl(settings=at_once)


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
    desk.web[IMAGE] = png(320, 240)

    assert {"/images/0/width": (640, 320), "/images/0/height": (480, 240)} == changed(await desk.crawl(everything=True))
    assert 1 == desk.summary.counts["not_modified"]


async def test_a_record_that_cannot_be_written_is_told_and_stays_due(desk):
    path = desk.write(RECORD)
    (desk.folder / "b.md").hardlink_to(path)
    desk.web[PAGE] = html(title="New title")

    assert [] == await desk.crawl()
    assert (str(path),) == desk.summary.unusable[:1]
    (desk.folder / "b.md").unlink()
    assert 1 == len(await desk.crawl())


async def test_a_host_that_fails_again_and_again_is_left_alone_by_the_next_run_too(desk):
    for number in range(8):
        url = f"https://news.example/{number}"
        desk.write(RECORD.replace(PAGE, url), f"{number}.md")
        desk.web[url] = Answer("<title>Oops</title>", status=500)

    await desk.crawl()
    assert Counter({"server-error": 5, "resting": 3}) == Counter(kind for _, kind in desk.failures())
    await desk.crawl(everything=True)

    assert 5 == len([request for request in desk.web.log if not request.url.endswith("/robots.txt")])
    assert {"resting"} == {kind for _, kind in desk.failures()}


def records_grouped_by_host(desk, *hosts, pages):
    for host in hosts:
        for number in range(pages):
            url = f"https://{host}/{number}"
            desk.write(RECORD.replace(PAGE, url), f"{host}-{number}.md")
            desk.web[url] = html(title=f"New {number}")


def hosts_asked(desk):
    return [urls.host(request.url) for request in desk.web.log if not request.url.endswith(("robots.txt", ".png"))]


async def test_hosts_take_turns_however_the_records_lie(desk):
    records_grouped_by_host(desk, "a.example", "b.example", "c.example", pages=3)

    await desk.crawl(fetch={"delay": 0.3})

    asked = hosts_asked(desk)
    assert [{"a.example", "b.example", "c.example"}] * 3 == [set(asked[at : at + 3]) for at in (0, 3, 6)]


async def test_a_limit_is_not_spent_on_the_first_host_alone(desk):
    records_grouped_by_host(desk, "a.example", "b.example", "c.example", pages=5)

    await desk.crawl(limit=6)

    asked = Counter(hosts_asked(desk))
    assert (3, 6) == (len(asked), asked.total())
    assert max(asked.values()) <= 3


async def test_a_backlog_beyond_the_memory_is_visited_all_the_same(desk, monkeypatch):
    monkeypatch.setattr("crawler.lanes._IN_MEMORY", 3)
    records_grouped_by_host(desk, "a.example", "b.example", pages=8)

    assert 16 == len(await desk.crawl())
    assert 16 == len(hosts_asked(desk))


async def test_a_page_that_asks_not_to_be_listed_is_followed_all_the_same_and_that_is_said(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer(html(title="New title"), headers={"X-Robots-Tag": "noindex"})

    assert {"/title": ("Old title", "New title")} == changed(await desk.crawl())
    assert [True] == [row["aside"] for row in desk.rows if "noindex" in row.get("text", "")]


async def test_a_page_that_leads_from_https_to_http_is_followed_and_that_is_said(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer(status=302, headers={"Location": "http://news.example/a"})
    desk.web["http://news.example/a"] = html(title="New title")

    assert {"/title": ("Old title", "New title")} == changed(await desk.crawl())
    assert [True] == [row["aside"] for row in desk.rows if "from https to http" in row.get("text", "")]


async def test_a_password_in_an_address_is_neither_sent_nor_told_and_keeps_nobody_from_asking(desk):
    desk.write(RECORD.replace("https://news", "https://me:secret@news"))
    desk.web[PAGE] = html(title="New title")

    rows = await desk.crawl()

    assert {"/title": ("Old title", "New title")} == changed(rows)
    assert "secret" not in repr(desk.rows) + repr(desk.web.log)


@pytest.mark.parametrize("pin", ["pin: [title]", "pin: title", "pin:\n    - title"])
async def test_what_its_owner_pinned_in_the_record_stays(desk, pin):
    pinned = RECORD.replace("secured:", f"metafresh:\n  {pin}\nsecured:")
    desk.write(pinned)
    desk.web[PAGE] = html(title="New title", excerpt="New excerpt.")

    assert {"/excerpt": ("Old excerpt.", "New excerpt.")} == changed(await desk.crawl())
    assert pinned.replace("Old excerpt", "New excerpt") == desk.read()


@pytest.mark.parametrize(("glob", "stays"), [("a.md", True), ("records/*.md", True), ("b.md", False)])
async def test_what_the_settings_pin_stays(desk, glob, stays):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    await desk.crawl(settings={"pin": {glob: ["title"]}})

    assert stays == (RECORD == desk.read())


async def test_what_is_pinned_no_more_is_followed_again(desk):
    desk.write(RECORD.replace("secured:", "metafresh: {pin: [title]}\nsecured:"))
    body = html(title="New title")
    desk.web[PAGE] = Answer(body, headers=etag(body))
    await desk.crawl()
    desk.write(desk.read().replace("pin: [title]", "pin: []"))

    assert {"/title": ("Old title", "New title")} == changed(await desk.crawl(everything=True))
