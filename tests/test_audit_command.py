"""`metafresh audit` as a user runs it: what it says, its exit codes, and what it hands over."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.state.lock import hold
from crawler.state.rows import Decision, Visit
from crawler.state.store import open_store
from tests.desk import PAGE, RECORD, Desk, changed, html

CLEAN = "---\ntitle: Fine words\nwebUrl: https://news.example/fine\n---\n"
DAMAGED = """\
---
title: "Fish &amp;amp; chips"
webUrl: https://news.example/fish
related:
  - title: Just a moment...
    webUrl: https://news.example/wall
---
"""
TOLD = """\
records/b.md
  line 2  /title  encoded-text
    - Fish &amp;amp; chips
    + Fish & chips
    encoded once too often: readers see its entities as they are written
  line 5  /related/0/title  wall-title
    Just a moment...
    it is what a page is called that is not the article (challenge); visit first

2 findings in 1 of 2 records: 1 encoded-text, 1 wall-title
1 to fix, 1 to visit first; --hold hands the fixes to review
"""


@pytest.fixture
def metafresh(tmp_path, monkeypatch, capsys):
    """The command, run in this process, in a folder with a clean record and a damaged one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("records").mkdir()
    Path("records/a.md").write_text(CLEAN)
    Path("records/b.md").write_text(DAMAGED)

    def run(*words):
        with pytest.raises(SystemExit) as caught:
            main(["audit", *words])
        said = capsys.readouterr()
        return int(caught.value.code or 0), said.out, said.err

    return run


def rows(out):
    return [json.loads(line) for line in out.splitlines()]


def test_findings_are_told_record_by_record_and_counted_by_kind(metafresh):
    assert (0, TOLD, "") == metafresh("records")


def test_nothing_is_said_where_nothing_is_found(metafresh):
    assert (0, "", "") == metafresh("records/a.md", "--detailed-exit-code")


def test_a_script_can_ask_whether_something_was_found(metafresh):
    code, _, _ = metafresh("--detailed-exit-code")

    assert 5 == code


def test_programs_get_a_row_a_finding(metafresh):
    _, out, _ = metafresh("--json", "--only", "b.md")

    fix, visit = rows(out)
    assert {
        "type": "finding",
        "v": 1,
        "record": "records/b.md",
        "line": 2,
        "pointer": "/title",
        "kind": "encoded-text",
        "reason": "encoded once too often: readers see its entities as they are written",
        "value": "Fish &amp;amp; chips",
        "remedy": "fix",
        "fix": {
            "before": "Fish &amp;amp; chips",
            "after": "Fish & chips",
            "reason": "encoded once too often: readers see its entities as they are written",
        },
    } == fix
    assert ("wall-title", "visit", None) == (visit["kind"], visit["remedy"], visit["fix"])


def test_a_terminal_is_told_that_nothing_was_found(metafresh, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    assert (0, "no damage found in 1 record\n", "") == metafresh("records/a.md")


def test_paths_can_come_from_a_file(metafresh):
    Path("list.txt").write_text("records/a.md\n")

    assert (0, "", "") == metafresh("--files-from", "list.txt")


def test_globs_choose_among_the_records(metafresh):
    assert (0, "", "") == metafresh("--only", "a*")


def test_a_file_that_was_named_and_cannot_be_read_is_exit_1(metafresh):
    Path("records/c.md").write_text("---\ntitle: [a\n---\n")

    code, out, err = metafresh("records/c.md", "records/b.md")

    assert (1, 1) == (code, err.count("\n"))
    assert err.startswith("metafresh: records/c.md:")
    assert "encoded-text" in out


def test_a_path_that_is_not_there_is_exit_2(metafresh):
    code, out, err = metafresh("records/z.md")

    assert (2, "") == (code, out)
    assert "records/z.md" in err


def test_no_state_is_made_where_nothing_is_to_be_held(metafresh):
    metafresh("records")

    assert not Path("state").exists()


def test_what_a_terminal_obeys_is_shown_as_an_escape(metafresh):
    Path("records/b.md").write_text('---\ntitle: "A\\e[2J\\uFFFD"\nwebUrl: https://news.example/a\n---\n')

    _, out, _ = metafresh("records")

    assert r"A\x1b[2J" in out


async def state_of(run):
    async with open_store(Path("state")) as store:
        return await store.run(run), await store.held(run)


def test_fixes_are_held_in_a_run_of_their_own(metafresh):
    _, out, _ = metafresh("--hold")

    last, due = out.splitlines()[-2:]
    run, held = asyncio.run(state_of(last.rpartition(" ")[2]))
    assert f"1 change held: metafresh review {run.id}" == last
    assert "1 article due again: metafresh crawl" == due
    assert ("done", {"records": 2, "held": 1}) == (run.outcome, {k: run.counts[k] for k in ("records", "held")})
    assert [("records/b.md", "/title", "Fish & chips", "held")] == [
        (each.shown, each.row["pointer"], each.row["after"], each.row["status"]) for each in held
    ]
    assert DAMAGED == Path("records/b.md").read_text()


def test_what_waits_for_a_person_already_is_not_held_again(metafresh):
    metafresh("--hold")

    _, out, _ = metafresh("--hold")

    assert "review" not in out.splitlines()[-1]
    assert 1 == len(asyncio.run(waiting(None)))


async def waiting(decision):
    async with open_store(Path("state")) as store:
        return await store.decided(decision)


async def decide(decision):
    async with open_store(Path("state")) as store:
        await store.decide(decision, *(held.id for held in await store.decided(None)))


@pytest.mark.parametrize(
    ("decision", "again"),
    [(Decision.REJECTED, 0), (Decision.ACCEPTED, 0), (Decision.APPLIED, 1), (Decision.OUTDATED, 1)],
)
def test_a_fix_that_a_person_decided_on_is_held_again_only_where_the_damage_came_back(metafresh, decision, again):
    metafresh("--hold")
    asyncio.run(decide(decision))

    metafresh("--hold")

    assert again == len(asyncio.run(waiting(None)))


@pytest.mark.parametrize("where", ["record", "settings"])
def test_what_is_pinned_is_for_its_owner_to_mend(metafresh, where):
    if where == "record":
        Path("records/b.md").write_text(DAMAGED.replace('title: "Fish', 'metafresh: {pin: [title]}\ntitle: "Fish'))
    else:
        Path("metafresh.yaml").write_text("pin: {'*.md': [title]}\n")

    _, out, _ = metafresh("--hold")

    assert "mend by hand" in out
    assert "+ Fish & chips" not in out
    assert [] == asyncio.run(waiting(None))


def test_programs_hear_what_was_held(metafresh):
    _, out, _ = metafresh("--hold", "--json")

    (held,) = [row for row in rows(out) if row["type"] == "held"]
    assert ("/title", "title", "Fish & chips") == (held["pointer"], held["field"], held["after"])


def test_who_reads_a_long_text_is_shown_where_it_is_damaged(metafresh):
    excerpt = "Trains run again. " * 10 + "Fish &amp;amp; chips"
    Path("records/b.md").write_text(f"---\nexcerpt: {excerpt}\nwebUrl: https://news.example/a\n---\n")

    _, out, _ = metafresh("records")

    assert "    - …gain. Trains run again. Fish &amp;amp; chips\n" in out


def test_nothing_is_held_where_nothing_can_be_fixed(metafresh):
    Path("records/b.md").unlink()

    assert (0, "", "") == metafresh("--hold")


def test_an_audit_that_holds_waits_for_no_other_run(metafresh):
    with hold(Path("state"), timedelta(0)):
        code, _, err = metafresh("--hold")

    assert 75 == code
    assert "another run holds" in err


async def test_what_wants_a_visit_is_read_anew_by_the_next_crawl(web, tmp_path, monkeypatch):
    desk = Desk(web, tmp_path)
    path = desk.write(RECORD)
    web[PAGE] = html()
    await desk.crawl()
    assert 0 == len(await desk.crawl())
    async with open_store(desk.state) as store:
        visit = await store.visit(PAGE)
        await store.remember_visits([visit._replace(status=404, kind="not-found", failures=1, failing_since=visit.at)])

        await store.forget(str(path.resolve()), [""], [PAGE])

        assert {} == await store.settled([str(path.resolve())], datetime(2000, 1, 1, tzinfo=UTC), datetime.now(UTC))
    web[PAGE] = html(title="New title")
    assert {"/title": ("Old title", "New title")} == changed(await desk.crawl())


async def test_what_is_known_of_other_articles_and_pages_stays(tmp_path):
    at = datetime(2026, 11, 23, tzinfo=UTC)
    async with open_store(tmp_path) as store:
        await store.settle({"/a.md": {"": "1", "/related/0": "2"}, "/b.md": {"": "3"}}, at)
        visits = [Visit(f"https://news.example/{name}", "news.example", at, 200, "ok", etag="x") for name in "ab"]
        await store.remember_visits(visits)

        await store.forget("/a.md", ["/related/0"], ["https://news.example/a"])

        assert {"/a.md": {"": "1"}, "/b.md": {"": "3"}} == await store.settled(["/a.md", "/b.md"], at, at)
        assert visits[1] == await store.visit(visits[1].url)
        assert "x" == (await store.visit(visits[0].url)).etag
