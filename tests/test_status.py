"""`metafresh status`: what is due when, what fails, what waits for a person; it reads, and never waits."""

import asyncio
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.report.standing import Dead, Host, Next, Ran, Status, soon
from crawler.report.status import due_lines, lines, to_dict
from crawler.standing import soonest
from crawler.state.lock import hold
from crawler.state.rows import Decision, Visit, Write
from crawler.state.store import open_store
from tests.desk import PAGE, RECORD, Desk, html
from tests.reports import HOSTILE

RUN = "20261123-003901-123456"
NOW, HOUR, DAY = datetime.now(UTC), timedelta(hours=1), timedelta(days=1)
SECOND = "https://other.example/b"


def now():
    """For what is told relative to the time when it is read: a suite may begin long before a test."""
    return datetime.now(UTC)


@pytest.fixture
def metafresh(tmp_path, monkeypatch, capsys):
    """The command, run in this process, in a folder with one record."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("records").mkdir()
    Path("records/a.md").write_text(RECORD)

    def run(*words):
        with pytest.raises(SystemExit) as caught:
            main(["status", *words])
        said = capsys.readouterr()
        return int(caught.value.code or 0), said.out, said.err

    return run


def remembered(act=None):
    """State in which a run went to its end two hours ago, and whatever else is done to it."""

    async def make():
        async with open_store(Path("state")) as store:
            await store.start_run(RUN, now() - 2 * HOUR, dry_run=False)
            await store.finish_run(RUN, now() - HOUR, "done", {"changes": 12, "held": 3, "failed": 1})
            if act:
                await act(store)

    asyncio.run(make())


def visit(url=PAGE, **other):
    return Visit(**({"url": url, "host": "news.example", "at": now() - HOUR / 2, "status": 200, "kind": "ok"} | other))


def failed(url=PAGE, **other):
    kinds = {"status": None, "kind": "timeout", "failures": 5, "failing_since": now() - 5 * DAY, "last_success": None}
    return visit(url, **(kinds | other))


def gone(url=PAGE):
    return failed(url, status=404, kind="not-found")


def parts(out):
    """The lines of each section, by its title."""
    sections = (text.splitlines() for text in out.split("\n\n")[1:])
    return {re.split(r" \(|  ", title)[0]: body for title, *body in sections}


def part(out, title):
    return parts(out).get(title)


# ---- nothing remembered


def test_where_nothing_is_remembered_it_is_said_and_nothing_is_made(metafresh, tmp_path):
    assert (0, "nothing is remembered yet in state; metafresh crawl begins\n", "") == metafresh()
    assert not (tmp_path / "state").exists()


def test_a_program_hears_that_nothing_is_remembered(metafresh):
    assert {"type": "status", "v": 1, "runs": []} == json.loads(metafresh("--json")[1])


# ---- runs


def test_the_last_runs_are_told_with_what_they_did(metafresh):
    remembered()

    code, out, err = metafresh()

    assert (0, "") == (code, err)
    assert "no run is under way; the last full success began 2 h ago" == out.splitlines()[0]
    assert [f"  {RUN}  2 h ago       done             12       3       1"] == part(out, "Last runs")


def test_a_run_that_is_under_way_is_told_and_not_waited_for(metafresh):
    async def begin(store):
        await store.start_run("20261123-233901-123456", now(), dry_run=False)

    remembered(begin)
    with hold(Path("state"), timedelta(0)):
        _, out, _ = metafresh()

    assert out.startswith("a run is under way; ")
    assert "under way" in part(out, "Last runs")[0]


def test_a_run_that_died_is_told(metafresh):
    async def begin(store):
        await store.start_run("20261123-233901-123456", now(), dry_run=False)

    remembered(begin)

    assert "died" in part(metafresh()[1], "Last runs")[0]


def test_a_dry_run_is_no_success(metafresh):
    async def make():
        async with open_store(Path("state")) as store:
            await store.start_run(RUN, now(), dry_run=True)
            await store.finish_run(RUN, now(), "done", {})

    asyncio.run(make())

    assert "none has gone to its end yet" in metafresh()[1].splitlines()[0]


# ---- due


def test_what_is_new_is_due_now(metafresh):
    remembered()

    _, out, _ = metafresh()

    assert ["  now                        1"] == part(out, "Due")


async def test_what_was_just_visited_is_due_later(web, tmp_path, monkeypatch, capsys):
    desk = Desk(web, tmp_path)
    desk.write(RECORD)
    web[PAGE] = html()
    await desk.crawl()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit):
        await asyncio.to_thread(main, ["status", "--due", "--json"])

    row = json.loads(capsys.readouterr().out)
    assert ("due", 1, "records/a.md", "") == (row["type"], row["v"], row["record"], row["pointer"])
    assert datetime.fromisoformat(row["next"]) > datetime.fromisoformat(row["last"])
    assert "changes expected since its last visit" in row["why"]


def test_articles_are_listed_those_due_first_with_why(metafresh):
    Path("records/b.md").write_text(RECORD.replace(PAGE, SECOND))

    async def fail(store):
        await store.remember_visits([failed()])

    remembered(fail)

    _, out, _ = metafresh("--due")

    first, why, second, later = out.splitlines()
    assert ["records/b.md", "records/a.md"] == [first, second]
    assert ["due", "now", "never", "visited"] == why.split()
    assert "due in 15 h" in later
    assert "visited 30 min ago; failed 5 times in a row" in later


def test_an_article_without_a_page_is_not_told(metafresh):
    Path("records/a.md").write_text("---\ntitle: A\n---\n")
    remembered()

    assert ["  no article in the records has a page"] == part(metafresh()[1], "Due")


def test_having_looked_is_not_remembered(metafresh):
    remembered()
    metafresh()
    address = str(Path("records/a.md").resolve())

    async def known():
        async with open_store(Path("state")) as store:
            return await store.outlines([address])

    assert {} == asyncio.run(known())


def test_records_that_are_not_there_are_told_and_the_rest_is_shown(metafresh):
    Path("records/a.md").unlink()
    Path("records").rmdir()
    remembered()

    code, out, err = metafresh()

    assert (0, "metafresh: records: there are no records here\n") == (code, err)
    assert RUN in out


async def test_of_many_articles_only_the_first_are_kept():
    async def backlog():
        for number in range(1000):
            yield Next(f"{number}.md", "", None, NOW + HOUR * ((number * 7) % 1000), "why")

    first, others = await soonest(backlog(), 3)

    assert ([NOW, NOW + HOUR, NOW + 2 * HOUR], 997) == ([each.next for each in first], others)


async def test_articles_that_are_due_at_the_same_time_stay_in_the_order_of_their_records():
    async def backlog():
        for number in range(9):
            yield Next(f"{number}.md", "", None, NOW, "why")

    first, _ = await soonest(backlog(), 3)

    assert ["0.md", "1.md", "2.md"] == [each.record for each in first]


@pytest.mark.parametrize(
    ("wait", "word"),
    [(-DAY, "now"), (0 * DAY, "now"), (HOUR, "within an hour"), (2 * HOUR, "within a day"), (DAY, "within a day"),
     (2 * DAY, "within a week"), (60 * DAY, "later")],
)  # fmt: skip
def test_a_moment_has_a_word(wait, word):
    assert word == soon(NOW + wait, NOW)


# ---- what waits


def test_held_changes_are_counted_by_field_and_kind_with_the_command_to_review_them(metafresh):
    async def hold_three(store):
        row = {"type": "held", "record": "records/a.md", "pointer": "/title", "field": "title", "kind": "unproven"}
        await store.note_held(RUN, "/a.md", "a.md", row, row, row | {"field": "excerpt", "kind": "shrinking"}, row)
        (last,) = [held.id for held in await store.held(RUN)][-1:]
        await store.decide(Decision.ACCEPTED, last)

    remembered(hold_three)

    assert [
        "  3 held changes              metafresh review",
        "    2 title, unproven",
        "    1 excerpt, shrinking",
        "  1 accepted change           metafresh apply",
    ] == part(metafresh()[1], "Waiting for you")


def test_a_plan_is_told_with_the_command_to_carry_it_out(metafresh):
    async def plan(store):
        await store.journal.plan(RUN, *(Write(f"/{name}", name, "x", "y", [{"field": "title"}]) for name in "ab"))

    remembered(plan)

    assert [f"  a plan for 2 records        metafresh apply {RUN}"] == part(metafresh()[1], "Waiting for you")


def test_where_nothing_waits_and_nothing_fails_nothing_is_said_of_it(metafresh):
    remembered()

    assert ["Last runs", "Due"] == list(parts(metafresh()[1]))


# ---- what fails


def test_a_host_that_gives_none_of_its_pages_is_told(metafresh):
    async def fail(store):
        success = {"last_success": now() - 4 * DAY}
        await store.remember_visits([failed(**success), failed(f"{PAGE}2", status=404, kind="not-found", **success)])
        await store.remember_troubles({"www.news.example": (6, datetime.now(UTC) + 3 * HOUR + timedelta(minutes=1))})

    remembered(fail)

    assert ["  news.example                      2  4 days ago    3 h         not-found an…"] == part(
        metafresh()[1], "Hosts that fail"
    )


@pytest.mark.parametrize(
    "visits", [[failed(), visit(f"{PAGE}2")], [gone()], [visit()]], ids=["one page", "all are gone", "none"]
)
def test_a_host_that_answers_does_not_fail(metafresh, visits):
    async def remember(store):
        await store.remember_visits(visits)

    remembered(remember)

    assert part(metafresh()[1], "Hosts that fail") is None


def test_a_dead_link_is_told_with_an_article_that_names_it(metafresh):
    Path("records/a.md").write_text(f"---\nrelated:\n  - webUrl: {SECOND}\n  - webUrl: {PAGE}\n---\n")

    async def die(store):
        await store.remember_visits([gone()])

    remembered(die)

    _, out, _ = metafresh()

    assert [f"  {PAGE}", "    404 for 5 days; in records/a.md#/related/1"] == part(out, "Dead links")


def test_of_many_dead_links_the_first_are_shown_and_the_others_counted(metafresh):
    pages = [f"{PAGE}/{number}" for number in range(30)]
    for number, page in enumerate([*pages, *pages]):
        Path(f"records/{number:02}.md").write_text(RECORD.replace(PAGE, page))

    async def die(store):
        await store.remember_visits(map(gone, pages))

    remembered(die)

    out, told = metafresh()[1], json.loads(metafresh("--json")[1])
    assert "Dead links (30)" in out
    assert "  and 20 more" == part(out, "Dead links")[-1]
    assert (30, 30) == (len(told["dead"]), told["dead_count"])


# ---- for a program, for a terminal


def test_the_readme_shows_it_as_it_is():
    status = Status(
        now=NOW,
        busy=False,
        success=NOW - timedelta(minutes=37),
        runs=(Ran(RUN, NOW - timedelta(minutes=37), "done", 12, 3, 7, dry_run=False),),
        due=Counter({"now": 31, "within an hour": 118, "within a day": 1204, "within a week": 489}),
        held=Counter({("title", "unproven"): 2, ("excerpt", "shrinking"): 1}),
        accepted=0,
        plan=None,
        hosts=(Host("quarry.example", 14, "timeout", NOW - 4 * DAY, NOW - 4 * DAY, NOW + 3 * HOUR),),
        host_count=1,
        dead=(Dead("https://fieldnotes.example/p/1", 404, NOW - 5 * DAY, "records/links.yml#/3"),),
        dead_count=1,
    )

    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")
    assert "\n".join(line.plain.rstrip() for line in lines(status)) in readme


def full(text="x", *, number=1):
    """Of everything something."""
    run = Ran(text, NOW - DAY, text, number, number, number, dry_run=False)
    host = Host(text, number, text, NOW, NOW - DAY, NOW + DAY)
    dead = Dead(text, 404, NOW - DAY, text)
    held = Counter({(text, text): number})
    due = Counter({"now": number, "later": number})
    return Status(NOW, True, NOW - DAY, (run,), due, held, number, (text, number), (host,), 99, (dead,), 99)


def test_json_tells_everything(metafresh):
    remembered()

    told = json.loads(metafresh("--json")[1])

    assert {"type": "status", "v": 1, "busy": False, "accepted": 0, "plan": None}.items() <= told.items()
    assert [RUN] == [run["id"] for run in told["runs"]]
    assert 1 == told["due"]["now"]
    assert told == json.loads(json.dumps(told))


def test_large_numbers_and_long_names_fit_80_columns():
    status = full("a-host-of-a-name-that-is-longer-than-a-line." + "w" * 40, number=1_234_567)

    tables = [line.plain for line in lines(status) if line.plain.lstrip().startswith("a-host") or "  " in line.plain]
    assert [] == [line for line in tables if len(line) > 80 and "www" not in line]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_harmlessly(text):
    due = due_lines([Next(text, text, NOW, NOW, text)], 1, NOW)

    assert [] == [line.plain for line in (*lines(full(text)), *due) if not line.plain.removeprefix("\n").isprintable()]
    json.dumps(to_dict(full(text))).encode("ascii")
