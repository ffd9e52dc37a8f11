"""What a report knows besides its run, on either database: earlier runs, since when something fails, what is due."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from crawler.cli.report import recall, render
from crawler.config import load
from crawler.state.rows import Visit
from crawler.state.store import open_store
from tests.desk import AMP, PAGE, RECORD, Desk, changed, html, with_amp
from tests.loopback import Answer

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(web, tmp_path, place):
    return Desk(web, tmp_path, place)


async def report(desk, run=None, now=None):
    return await recall(load(None, {"state": desk.place, "records": (desk.folder,)}), run, now or datetime.now(UTC))


def changes(told):
    return [change for record in told.records for article in record.articles for change in article.changes]


async def test_the_last_success_is_the_one_before_the_run(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()
    first = desk.summary.run
    await desk.crawl(dry_run=True)
    await desk.crawl(everything=True)

    assert (await report(desk, first)).started == (await report(desk)).last_success
    assert (await report(desk, first)).last_success is None


async def test_runs_are_told_the_newest_first(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    await desk.crawl(everything=True)

    assert [0, 1] == [run.changes for run in (await report(desk)).standing.runs]


async def test_a_failure_says_since_when_and_its_host_how_it_stands(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer("", status=500)
    await desk.crawl()
    since = datetime.now(UTC) - 5 * 24 * HOUR
    fails = Visit(PAGE, "news.example", since, 500, "server-error", failures=3, failing_since=since)
    async with open_store(desk.place) as store:
        await store.remember_visits([fails])

    (host,) = (await report(desk)).failures

    assert [since] == [failure.since for failure in host.failures]
    assert (1, since, None) == (host.standing.pages, host.standing.since, host.standing.last_success)


async def test_a_page_that_is_well_again_is_not_told_as_failing(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer("", status=500)
    await desk.crawl()
    first = desk.summary.run
    desk.web[PAGE] = html()
    await desk.crawl(everything=True)

    (host,) = (await report(desk, first)).failures

    assert [None] == [failure.since for failure in host.failures]
    assert host.standing is None


async def test_dead_amp_pages_are_told_from_other_dead_links(desk):
    desk.write(with_amp())
    gone = {"status": 410, "kind": "gone", "failures": 1, "failing_since": datetime.now(UTC)}
    desk.web[PAGE] = html()
    await desk.crawl()
    async with open_store(desk.place) as store:
        await store.remember_visits([Visit(url, "news.example", datetime.now(UTC), **gone) for url in (PAGE, AMP)])

    standing = (await report(desk)).standing

    assert {(PAGE, False), (AMP, True)} == {(dead.url, dead.amp) for dead in standing.dead}
    assert 2 == standing.dead_count


async def test_what_is_due_is_counted_by_when(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()
    desk.write(RECORD.replace(PAGE, f"{PAGE}/2"), "b.md")

    due = (await report(desk)).standing.due

    assert (1, 2) == (due["now"], Counter(due).total())


async def test_a_change_says_in_which_line_it_is_and_what_else_the_page_said(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title", extra="<meta name='twitter:title' content='Newest title'>")
    await desk.crawl()

    (change,) = changes(await report(desk))

    assert 'title: "New title"   # the owner\'s remark' == desk.read().splitlines()[change.line - 1]
    assert ["Newest title"] == [other.value for other in change.others]


async def test_lines_are_those_of_the_file_with_all_changes_made(desk):
    desk.write(RECORD.replace('excerpt: "Old excerpt."\n', "").replace("\n", "\r\n"))
    desk.web[PAGE] = html(title="New title", excerpt="New excerpt.", image=None)

    rows = await desk.crawl()

    lines = desk.read().split("\r\n")
    assert {"/title", "/excerpt"} == set(changed(rows))
    assert all(str(row["after"]) in lines[row["line"] - 1] for row in rows)


async def test_a_plan_that_is_carried_out_still_knows_what_else_the_page_said(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title", extra="<meta name='twitter:title' content='Newest title'>")
    await desk.crawl(dry_run=True)
    await desk.apply()

    (change,) = changes(await report(desk))

    assert "Newest title" in {other.value for other in change.others}


async def test_where_there_are_too_many_records_to_look_at_the_report_says_so_and_waits_for_no_more(desk, monkeypatch):
    monkeypatch.setattr("crawler.cli.report._PATIENCE", -1.0)
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()

    told = await report(desk)

    assert not told.standing.whole
    assert "of the records that there was time to look at" in render(told, "html")
    assert 0 == told.standing.due.total()
