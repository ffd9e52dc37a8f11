"""What is remembered between runs, over real SQLite files."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from crawler.errors import RecordError, StateError
from crawler.place import Place
from crawler.state import tables
from crawler.state.rows import Held, HostVisits, Probe, Robots, Run, Visit, new_run_id
from crawler.state.store import open_store
from tests.places import spelt

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUN = "20261123-120000-123456"
ROOT = Path(__file__).resolve().parents[1]


def visit_to(url: str, **known) -> Visit:
    return Visit(url, "example.com", NOON, 200, "ok", last_success=NOON)._replace(**known)


# ---- visits and what else the web told


async def test_a_visit_is_remembered_by_the_next_run(place):
    visit = Visit(
        url="https://www.example.com/a",
        host="example.com",
        at=NOON,
        status=503,
        kind="status",
        why="status 503",
        final_url="https://www.example.com/b",
        etag='W/"x"',
        last_modified="Mon, 23 Nov 2026 12:00:00 GMT",
        failures=2,
        last_success=NOON - HOUR,
    )
    async with open_store(place) as store:
        await store.remember_visits([visit])

    async with open_store(place) as store:
        assert visit == await store.visit("https://www.example.com/a")


async def test_a_url_never_visited_has_no_visit(place):
    async with open_store(place) as store:
        assert await store.visit("https://example.com/a") is None
        assert await store.probe("https://example.com/a.png") is None


async def test_a_visit_takes_the_place_of_the_last(place):
    first, second = visit_to("https://example.com/a", etag="1"), visit_to("https://example.com/a", at=NOON + HOUR)
    async with open_store(place) as store:
        await store.remember_visits([first])
        await store.remember_visits([second])

        assert second == await store.visit("https://example.com/a")


async def test_of_two_visits_told_at_once_the_later_stays(place):
    first, second = visit_to("https://example.com/a", etag="1"), visit_to("https://example.com/a", etag="2")
    async with open_store(place) as store:
        await store.remember_visits([first, second])

        assert second == await store.visit("https://example.com/a")


async def test_visits_are_remembered_all_or_none(place):
    naive = visit_to("https://example.com/b", at=datetime(2026, 11, 23))  # noqa: DTZ001 (what is refused)
    async with open_store(place) as store:
        with pytest.raises(StateError, match=r"a time without its zone$"):
            await store.remember_visits([visit_to("https://example.com/a"), naive])

        assert await store.visit("https://example.com/a") is None


async def test_the_visits_to_many_urls_are_found_at_once(place):
    visits = {url: visit_to(url) for url in (f"https://example.com/{number}" for number in range(1200))}
    async with open_store(place) as store:
        await store.remember_visits(visits.values())

        assert visits == await store.visits([*visits, "https://example.com/never"])
        assert {} == await store.visits([])


async def test_ten_thousand_visits_are_remembered_within_seconds(place):
    visits = [visit_to(f"https://example.com/{number}", etag=f'"{number}"') for number in range(10_000)]
    async with open_store(place) as store:
        await store.remember_visits(visits)
        start = time.perf_counter()
        await store.remember_visits(visits)

        assert time.perf_counter() - start < 5
        assert visits[-1] == await store.visit(visits[-1].url)


async def test_times_of_any_zone_come_back_in_utc(place):
    here = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    async with open_store(place) as store:
        await store.remember_visits([visit_to("https://example.com/a", at=here)])
        found = await store.visit("https://example.com/a")

    assert NOON == found.at
    assert found.at.tzinfo is UTC


@pytest.mark.parametrize("text", ["\udcff", "\0", "\ufdd0", "\ufdd00041", "\ud83d\ude00", "😀"])
async def test_any_text_of_the_web_comes_back_as_it_was(place, text):
    visit = visit_to("https://example.com/a", etag=text, why=text, final_url=text)
    async with open_store(place) as store:
        await store.remember_visits([visit])

        assert visit == await store.visit("https://example.com/a")


@given(text=st.text(st.characters(exclude_categories=())))
def test_text_is_stored_as_what_both_databases_take(text):
    stored = tables.Words().process_bind_param(text, postgresql.dialect())

    assert "\0" not in stored
    assert stored == stored.encode().decode()
    assert text == tables.Words().process_result_value(stored, postgresql.dialect())


async def test_the_last_look_at_an_image_is_remembered(place):
    probe = Probe("https://example.com/a.png", NOON, '"1"', "Mon, 23 Nov 2026 12:00:00 GMT", 800, 600, "png", "ab12")
    bare = Probe("https://example.com/b.png", NOON)
    async with open_store(place) as store:
        await store.remember_probes([probe._replace(width=1), bare])
        await store.remember_probes([probe])

        assert probe == await store.probe("https://example.com/a.png")
        assert {bare.url: bare} == await store.probes([bare.url, "https://example.com/c.png"])


async def test_settled_articles_are_known_by_record_and_pointer(place):
    one, other = "/records/one.md", "/records/two.md"
    async with open_store(place) as store:
        await store.settle({one: {"": "aa", "/related/0": "bb"}, other: {"": "cc"}}, NOON)
        await store.settle({one: {"/related/0": "dd"}}, NOON + HOUR)
        await store.settle({one: {}}, NOON)

        assert {one: {"": "aa", "/related/0": "dd"}} == await store.settled(
            [one, "/records/three.md"], NOON, NOON + HOUR
        )
        assert {other: {"": "cc"}} == await store.settled([other], NOON, NOON)


async def test_what_was_settled_too_long_ago_is_known_without_its_digest(place):
    async with open_store(place) as store:
        await store.settle({"/records/one.md": {"": "aa"}}, NOON)

        assert {"/records/one.md": {"": ""}} == await store.settled(["/records/one.md"], NOON + HOUR, NOON + HOUR)


async def test_a_record_whose_name_is_no_utf8_is_settled_too(place):
    path = os.fsdecode(b"/records/caf\xe9.md")
    async with open_store(place) as store:
        await store.settle({path: {"": "aa"}}, NOON)

        assert {path: {"": "aa"}} == await store.settled([path], NOON, NOON)


async def test_only_hosts_that_must_wait_are_told(place):
    async with open_store(place) as store:
        await store.remember_turns({"past.example": NOON - HOUR, "now.example": NOON, "busy.example": NOON})
        await store.remember_turns({"busy.example": NOON + HOUR})

        assert {"busy.example": NOON + HOUR} == await store.turns(NOON)


async def test_hosts_in_trouble_are_known_for_a_day_after_their_rest_unless_they_are_well_again(place):
    async with open_store(place) as store:
        troubles = {"bad.example": (7, NOON), "old.example": (7, NOON - 25 * HOUR), "well.example": (7, NOON)}
        await store.remember_troubles(troubles)
        await store.remember_troubles({"well.example": (0, NOON)})

        assert {"bad.example": (7, NOON)} == await store.troubles(NOON)


async def test_robots_txt_is_kept_until_it_is_too_old(place):
    old = Robots("https://old.example", NOON - 2 * HOUR, 200, "User-agent: *\nDisallow: /\n")
    fresh = Robots("https://fresh.example", NOON - HOUR, 404, "")
    async with open_store(place) as store:
        await store.remember_robots([old, fresh])
        await store.remember_robots([tuple(fresh)])

        assert fresh == await store.robots("https://fresh.example", NOON - HOUR, NOON)
        assert await store.robots("https://old.example", NOON - HOUR, NOON) is None
        assert await store.robots("https://new.example", NOON - HOUR, NOON) is None


# ---- runs


def test_ids_of_runs_sort_by_time_in_any_zone_and_fit_a_file_name():
    east = timezone(timedelta(hours=14))
    moments = [NOON, NOON + timedelta(microseconds=1), (NOON + HOUR).astimezone(east), NOON + timedelta(days=400)]
    ids = [new_run_id(moment) for moment in moments]

    assert "20261123-120000-123456" == ids[0]
    assert ids == sorted(set(ids))


def test_an_id_follows_on_the_last_where_the_clock_was_set_back():
    last = "20271123-235959-999999"

    assert "20271124-000000-000000" == new_run_id(NOON, last)
    assert "20261123-120000-123456" == new_run_id(NOON, "20261123-120000-123455")


async def test_what_a_clock_that_was_ahead_noted_is_not_believed(place):
    year = 365 * 24 * HOUR
    async with open_store(place) as store:
        await store.remember_turns({"news.example": NOON + year})
        await store.remember_troubles({"news.example": (7, NOON + year)})
        await store.remember_robots([("https://news.example", NOON + year, 200, "")])
        await store.settle({"/records/one.md": {"": "aa"}}, NOON + year)

        assert {} == await store.turns(NOON)
        assert {} == await store.troubles(NOON)
        assert await store.robots("https://news.example", NOON - HOUR, NOON) is None
        assert {"/records/one.md": {"": ""}} == await store.settled(["/records/one.md"], NOON - HOUR, NOON)


async def test_a_run_is_known_from_its_start_to_its_end(place):
    async with open_store(place) as store:
        await store.start_run(RUN, NOON, dry_run=True)
        begun = await store.run(RUN)
        await store.finish_run(RUN, NOON + HOUR, "done", {"changes": 3, "seconds": 1.5})

        assert Run(RUN, NOON, dry_run=True) == begun
        assert Run(RUN, NOON, True, NOON + HOUR, "done", {"changes": 3, "seconds": 1.5}) == await store.run(RUN)


async def test_the_newest_run_is_the_one_meant_without_an_id(place):
    async with open_store(place) as store:
        assert await store.run() is None
        for hours in (2, 0, 1):
            await store.start_run(new_run_id(NOON + hours * HOUR), NOON + hours * HOUR, dry_run=False)

        assert NOON + 2 * HOUR == (await store.run()).started
        assert [NOON, NOON + HOUR, NOON + 2 * HOUR] == [run.started for run in await store.runs()]
        assert await store.run("20200101-000000-000000") is None


async def test_two_runs_cannot_have_one_id(place):
    async with open_store(place) as store:
        await store.start_run(RUN, NOON, dry_run=False)

        with pytest.raises(StateError, match=r"(?i)unique"):
            await store.start_run(RUN, NOON, dry_run=False)


async def test_failures_are_kept_for_the_report_in_order(place):
    rows = [{"type": "failure", "url": f"https://example.com/{number}"} for number in range(3)]
    async with open_store(place) as store:
        await store.start_run(RUN, NOON, dry_run=False)
        await store.note_failure(RUN, rows[0])
        await store.note_failure(RUN)
        await store.note_failure(RUN, *rows[1:])

        assert rows == await store.failures(RUN)
        assert [] == await store.failures("20200101-000000-000000")


async def test_held_changes_are_kept_for_review_in_order(place, tmp_path):
    path = tmp_path / "a.md"
    async with open_store(place) as store:
        await store.start_run(RUN, NOON, dry_run=False)
        await store.note_held(RUN, path, "a.md", {"pointer": "/title"}, {"pointer": "/excerpt"})
        await store.note_held(RUN, path, "a.md")

        assert [
            Held(1, RUN, path, "a.md", {"pointer": "/title", "status": "held"}),
            Held(2, RUN, path, "a.md", {"pointer": "/excerpt", "status": "held"}),
        ] == await store.held(RUN)


async def test_a_held_change_that_cannot_be_logged_is_not_kept(place, tmp_path):
    async with open_store(place) as store:
        await store.start_run(RUN, NOON, dry_run=False)

        with pytest.raises(RecordError, match=r"a\.md: a change cannot be logged"):
            await store.note_held(RUN, tmp_path / "a.md", "a.md", {"before": float("nan")})
        assert [] == await store.held(RUN)


async def test_what_belongs_to_no_run_is_refused(place):
    async with open_store(place) as store:
        with pytest.raises(StateError, match=r"(?i)foreign key"):
            await store.note_failure("20200101-000000-000000", {"url": "https://example.com/"})


# ---- the database's troubles


def database_of(folder: Path) -> Path:
    return folder / "metafresh.sqlite3"


async def filled(place: Place) -> None:
    async with open_store(place) as store:
        await store.remember_visits([visit_to(f"https://example.com/{number}") for number in range(2000)])


async def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="state: cannot keep state there: Not a directory"):
        async with open_store(tmp_path / "file" / "state"):
            pass


async def test_a_database_that_cannot_be_opened_is_said(tmp_path):
    database_of(tmp_path).mkdir()

    with pytest.raises(StateError, match=r"metafresh\.sqlite3: cannot keep state there: Is a directory$"):
        async with open_store(tmp_path):
            pass


async def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path):
    database_of(tmp_path).write_text("not a database, but some 30 bytes")

    with pytest.raises(StateError, match=r"metafresh\.sqlite3: it is damaged \(file is not a database\); a crawl"):
        async with open_store(tmp_path):
            pass
    assert "not a database, but some 30 bytes" == database_of(tmp_path).read_text()


async def test_a_database_with_spoilt_pages_is_named(tmp_path):
    await filled(tmp_path)
    with database_of(tmp_path).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (database_of(tmp_path).stat().st_size - 4096))

    with pytest.raises(StateError, match=r"metafresh\.sqlite3: it is damaged"):
        async with open_store(tmp_path) as store:
            await store.visits([f"https://example.com/{number}" for number in range(2000)])


async def test_an_empty_file_becomes_a_database(tmp_path):
    database_of(tmp_path).touch()

    async with open_store(tmp_path) as store:
        assert [] == await store.runs()


async def test_state_that_was_deleted_begins_afresh(tmp_path):
    await filled(tmp_path)
    for file in tmp_path.iterdir():
        file.unlink()

    async with open_store(tmp_path) as store:
        assert await store.visit("https://example.com/1") is None


async def test_a_commit_survives_a_power_cut(tmp_path):
    async with open_store(tmp_path) as store:
        pragmas = await store.database.read(
            lambda connection: {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        )

    assert {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1} == pragmas


async def test_no_thread_outlives_the_store(tmp_path):
    before = set(threading.enumerate())
    async with open_store(tmp_path) as store:
        await asyncio.gather(*(store.visit(f"https://example.com/{number}") for number in range(50)))
        started = set(threading.enumerate()) - before
    for thread in started:
        thread.join(timeout=5)

    assert started
    assert [] == [thread for thread in started if thread.is_alive()]


# ---- several at once


async def test_many_tasks_read_and_write_at_once(place):
    async with open_store(place) as store:

        async def one(number: int) -> Visit | None:
            await store.remember_visits([visit_to(f"https://example.com/{number}")])
            return await store.visit(f"https://example.com/{number}")

        found = await asyncio.gather(*(one(number) for number in range(100)))

    assert [f"https://example.com/{number}" for number in range(100)] == [visit.url for visit in found]


@pytest.mark.parametrize("steps", range(0, 40, 3))
async def test_a_cancelled_write_is_whole_or_not_there_and_the_store_goes_on(place, steps):
    visits = [visit_to(f"https://example.com/{number}") for number in range(300)]
    async with open_store(place) as store:
        write = asyncio.create_task(store.remember_visits(visits))
        for _ in range(steps):
            await asyncio.sleep(0.0002)
        write.cancel()
        await asyncio.wait([write])

        assert len(await store.visits(visit.url for visit in visits)) in (0, 300)
        await store.remember_visits(visits)
        assert 300 == len(await store.visits(visit.url for visit in visits))


def in_another_process(code: str, *arguments: object) -> subprocess.Popen:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


KILLED_IN_A_TRANSACTION = """
import asyncio, os, signal, sys
from sqlalchemy import update
from crawler.state import tables
from crawler.state.store import open_store
from tests.places import place_of

async def main():
    def die(connection):
        connection.execute(update(tables.visits).values(etag="torn"))
        os.kill(os.getpid(), signal.SIGKILL)

    async with open_store(place_of(sys.argv[1])) as store:
        await store.database.write(die)

asyncio.run(main())
"""


async def test_a_process_killed_in_a_transaction_changes_nothing(place):
    await filled(place)
    with in_another_process(KILLED_IN_A_TRANSACTION, spelt(place)) as process:
        process.wait()

    assert -9 == process.returncode
    async with open_store(place) as store:
        assert visit_to("https://example.com/1") == await store.visit("https://example.com/1")


FULL_DISK = """
import asyncio, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.errors import StateError
from crawler.state.rows import Visit
from crawler.state.store import open_store

async def main():
    async with open_store(Path(sys.argv[1])) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        visits = [Visit(f"https://example.com/{n}", "example.com", datetime.now(UTC), 200, "ok") for n in range(20_000)]
        try:
            await store.remember_visits(visits)
        except StateError as error:
            print(error)

asyncio.run(main())
"""


async def test_a_disk_that_fills_up_is_said_and_what_was_remembered_stays(tmp_path):
    await filled(tmp_path)
    with in_another_process(FULL_DISK, tmp_path) as process:
        said, _ = process.communicate()

    assert said.startswith(f"{database_of(tmp_path)}: ")
    async with open_store(tmp_path) as store:
        assert visit_to("https://example.com/1") == await store.visit("https://example.com/1")
        assert await store.visit("https://example.com/19999") is None


async def test_one_reads_while_another_process_writes(tmp_path):
    await filled(tmp_path)
    writer = sqlite3.connect(database_of(tmp_path))
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE visits SET etag = 'theirs'")
    async with open_store(tmp_path / ".") as store:
        found = await store.visit("https://example.com/1")
    writer.rollback()
    writer.close()

    assert visit_to("https://example.com/1") == found


async def test_how_hosts_fared_is_told_by_host_and_kind_of_what_was_visited_since(place):
    def failed(path, kind, **known):
        told = {"kind": kind, "why": f"{kind}!", "failures": 1, "failing_since": NOON, "last_success": None}
        return visit_to(f"https://example.com/{path}", **(told | known))

    async with open_store(place) as store:
        await store.remember_visits([
            visit_to("https://example.com/a"),
            failed("b", "dns"),
            failed("c", "dns", failures=7, failing_since=NOON - HOUR),
            failed("d", "tls", at=NOON - HOUR),
            visit_to("https://example.org/a", kind="not-modified"),
        ])  # fmt: skip

        fared = await store.visits_by_host(NOON)

    assert [
        HostVisits("example.com", "dns", 2, 7, NOON - HOUR, "dns!"),
        HostVisits("example.com", "ok", 1, 0, None, None),
        HostVisits("example.org", "not-modified", 1, 0, None, None),
    ] == sorted(fared)
