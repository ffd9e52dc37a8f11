"""What a crawl goes through: state that is damaged or gone, clocks that jump, files that are not as they should be."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.records import folder
from crawler.state.rows import Write
from crawler.state.store import open_store
from tests.desk import PAGE, RECORD, Desk, html
from tests.loopback import Answer
from tests.test_journal import digest

YEAR = 365 * 24 * 3600
NEW = RECORD.replace("Old title", "New title")


@pytest.fixture
def desk(web, tmp_path):
    desk = Desk(web, tmp_path)
    web[PAGE] = html("New title")
    desk.write(RECORD)
    return desk


def notes(desk) -> str:
    return "\n".join(row["text"] for row in desk.rows if row["type"] == "note")


def times(desk) -> list[int]:
    return [path.stat().st_mtime_ns for path in desk.folder.iterdir()]


# ---- state that is damaged or gone


def is_no_database(file: Path) -> None:
    file.write_bytes(b"what a broken disk gave back " * 1000)


def is_cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def is_spoilt_where_visits_are(file: Path) -> None:
    with sqlite3.connect(file) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'visits'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    with file.open("r+b") as pages:
        pages.seek((root - 1) * size)
        pages.write(b"\xff" * size)


DAMAGES = [is_no_database, is_cut_off, is_spoilt_where_visits_are]


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_database_is_moved_aside_and_the_crawl_begins_afresh(desk, damage):
    await desk.crawl()
    log = desk.log()
    run, before = desk.summary.run, times(desk)
    damage(desk.state / "metafresh.sqlite3")

    assert [] == await desk.crawl()

    assert "done" == desk.summary.outcome
    assert "the database was damaged; it is metafresh.sqlite3.damaged-" in notes(desk)
    assert 1 == len(list(desk.state.glob("metafresh.sqlite3.damaged-*")))
    assert log == [json.loads(line) for line in (desk.state / "changes" / f"{run}.jsonl").read_text().splitlines()]
    assert before == times(desk)
    assert 2 == len(desk.web.asked(PAGE))


async def test_a_change_whose_row_was_not_logged_yet_is_logged_though_the_database_is_damaged(desk):
    run = "20261123-120000-000000"
    async with open_store(desk.state) as store:
        await store.start_run(run, datetime(2026, 11, 23, tzinfo=UTC), dry_run=False)
        row = {"pointer": "/title", "before": "Old title", "after": "New title"}
        address = str(folder.address(desk.folder / "a.md"))
        await store.journal.intend(run, Write(address, "a.md", digest(RECORD), digest(NEW), [row]))
    desk.write(NEW)
    is_spoilt_where_visits_are(desk.state / "metafresh.sqlite3")

    await desk.crawl()

    (line,) = (desk.state / "changes" / f"{run}.jsonl").read_text().splitlines()
    assert row | {"status": "applied"} == json.loads(line)


async def test_a_database_that_stays_sound_is_never_moved_aside(desk):
    await desk.crawl()
    await desk.crawl(everything=True)

    assert [] == list(desk.state.glob("*.damaged-*"))


async def test_without_its_state_a_crawl_visits_everything_once_more_and_rewrites_nothing(desk):
    await desk.crawl()
    before = times(desk)
    shutil.rmtree(desk.state)

    assert [] == await desk.crawl()
    assert before == times(desk)
    assert 2 == len(desk.web.asked(PAGE))


@pytest.mark.parametrize("garbage", [b"\xff\xfe\x00\n", b"{}\n[", b"\x00" * 4096])
async def test_a_change_log_of_a_killed_run_that_holds_garbage_is_completed(desk, garbage):
    await desk.crawl()
    log = desk.state / "changes" / f"{desk.summary.run}.jsonl"
    whole = log.read_bytes()
    log.write_bytes(garbage)
    with sqlite3.connect(desk.state / "metafresh.sqlite3") as database:
        database.execute("UPDATE runs SET finished = NULL, outcome = NULL")
    database.close()

    await desk.crawl()

    assert "done" == desk.summary.outcome
    assert log.read_bytes().endswith(whole)


# ---- clocks that jump


class Clock:
    """Crawls by the command, each by a clock that is some time ahead."""

    def __init__(self, web, tmp_path, shim):
        self.web, self.folder, self.shim = web, tmp_path, shim
        (tmp_path / "records").mkdir()
        (tmp_path / "records" / "a.md").write_text("---\ntitle: Title\nwebUrl: http://news.example/a\n---\n")
        web["http://news.example/a"] = Answer('<meta property="og:title" content="Title">')

    def crawl(self, ahead: int) -> int:
        """How many visits a crawl makes."""
        before = len(self.web.asked("http://news.example/a"))
        self._run(ahead, "crawl", "--delay", "0", "--connect-to", f"*:80:127.0.0.1:{self.web.http_port}")
        return len(self.web.asked("http://news.example/a")) - before

    def newest(self) -> str:
        return json.loads(self._run(0, "report", "--format", "json"))["run"]["id"]

    def _run(self, ahead: int, *words: str) -> str:
        environment = {**os.environ, "LD_PRELOAD": str(self.shim), "CLOCK_AHEAD": str(ahead)}
        words = [sys.executable, "-m", "crawler", *words]
        done = subprocess.run(words, cwd=self.folder, env=environment, check=False, capture_output=True, text=True)
        assert (0, "") == (done.returncode, done.stderr)
        return done.stdout


@pytest.fixture
def clock(web, tmp_path, faults):
    return Clock(web, tmp_path, faults)


@pytest.mark.parametrize(
    ("clocks", "visits"),
    [
        ([0, 0, 60], [1, 0, 0]),
        ([YEAR, 0, 0, 60], [1, 1, 0, 0]),
        ([0, YEAR, YEAR, YEAR + 60], [1, 1, 0, 0]),
        ([0, YEAR, 0, 60, 2 * 24 * 3600], [1, 1, 1, 0, 1]),
    ],
    ids=["steady", "set back", "set forward", "set forward and back"],
)
def test_however_the_clock_jumps_nothing_is_visited_at_each_run_and_nothing_never_again(clock, clocks, visits):
    assert visits == [clock.crawl(ahead) for ahead in clocks]


def test_the_newest_run_is_the_last_one_though_the_clock_was_set_back(clock):
    seen = []
    for ahead in (YEAR, 0, 0):
        clock.crawl(ahead)
        seen.append(clock.newest())

    assert sorted(set(seen)) == seen
