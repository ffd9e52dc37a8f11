"""What a crawl goes through: state that is damaged or gone, clocks that jump, files that are not as they should be."""

import json
import os
import random
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


def lacks_what_we_ask_for(file: Path) -> None:
    told_to(file, "ALTER TABLE visits RENAME COLUMN failing_since TO failing_sinc")


def says_what_is_no_text(file: Path) -> None:
    told_to(file, "UPDATE visits SET etag = CAST(x'ff' AS TEXT)")


def says_what_was_never_packed(file: Path) -> None:
    told_to(file, "UPDATE records SET articles = x'00'")


def told_to(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as database:
        database.execute(statement)
    database.close()


DAMAGES = [
    is_no_database,
    is_cut_off,
    is_spoilt_where_visits_are,
    lacks_what_we_ask_for,
    says_what_is_no_text,
    says_what_was_never_packed,
]


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


@pytest.mark.parametrize("seed", range(12))
async def test_wherever_a_database_is_damaged_a_crawl_comes_to_its_end_and_rewrites_nothing(desk, seed):
    await desk.crawl()
    before, chance = times(desk), random.Random(seed)
    with (desk.state / "metafresh.sqlite3").open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        for _ in range(chance.choice([1, 10, 1000])):
            file.seek(chance.randrange(size))
            file.write(chance.randbytes(chance.choice([1, 16])))

    await desk.crawl()

    assert ("done", before) == (desk.summary.outcome, times(desk))


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
    told_to(desk.state / "metafresh.sqlite3", "UPDATE runs SET finished = NULL, outcome = NULL")

    await desk.crawl()

    assert "done" == desk.summary.outcome
    assert log.read_bytes().endswith(whole)


# ---- clocks that jump, and other odd machines


class Machine:
    """One record, crawled by the command on a machine that is as the environment says (see `faults.c`)."""

    def __init__(self, web, tmp_path, shim):
        self.web, self.folder, self.shim = web, tmp_path, shim
        self.record = tmp_path / "records" / "a.md"
        self.record.parent.mkdir()
        self.record.write_text("---\ntitle: Title\nwebUrl: http://news.example/a\n---\n")
        self.title("Title")

    def title(self, said: str) -> None:
        self.web["http://news.example/a"] = Answer(f'<meta property="og:title" content="{said}">')

    def crawl(self, *words: str, **environment: str) -> int:
        """How many visits a crawl makes."""
        before = len(self.web.asked("http://news.example/a"))
        web = ["--delay", "0", "--connect-to", f"*:80:127.0.0.1:{self.web.http_port}"]
        self._run("crawl", "-q", *words, *web, **environment)
        return len(self.web.asked("http://news.example/a")) - before

    def newest(self) -> dict:
        """What is told of the newest run."""
        return json.loads(self._run("report", "--format", "json"))

    def logged(self) -> list[dict]:
        logs = sorted((self.folder / "state" / "changes").iterdir())
        return [json.loads(line) for log in logs for line in log.read_text("utf-8").splitlines()]

    def _run(self, *words: str, **environment: str) -> str:
        environment = {**os.environ, "LD_PRELOAD": str(self.shim), **environment}
        words = [sys.executable, "-m", "crawler", *words]
        done = subprocess.run(words, cwd=self.folder, env=environment, check=False, capture_output=True, text=True)
        assert (0, "") == (done.returncode, done.stderr)
        return done.stdout


@pytest.fixture
def machine(web, tmp_path, faults):
    return Machine(web, tmp_path, faults)


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
def test_however_the_clock_jumps_nothing_is_visited_at_each_run_and_nothing_never_again(machine, clocks, visits):
    assert visits == [machine.crawl(CLOCK_AHEAD=str(ahead)) for ahead in clocks]


def test_the_newest_run_is_the_last_one_though_the_clock_was_set_back(machine):
    seen = []
    for ahead in (YEAR, 0, 0):
        machine.crawl(CLOCK_AHEAD=str(ahead))
        seen.append(machine.newest()["run"]["id"])

    assert sorted(set(seen)) == seen


@pytest.mark.parametrize("clock", [f"0,{YEAR}", f"{YEAR},0", f"0,{-YEAR},{YEAR},60,{-60}"])
def test_a_clock_that_jumps_at_each_look_costs_no_change_and_no_row(machine, clock):
    machine.title("New title")

    machine.crawl(CLOCK_AHEAD=clock)

    assert machine.record.read_text().startswith("---\ntitle: New title\n")
    assert [("/title", "applied")] == [(row["pointer"], row["status"]) for row in machine.logged()]
    assert 1 == machine.newest()["counts"]["changes"]
    assert [0, 0] == [machine.crawl() for _ in range(3)][1:]


# ---- what a person does to files and folders meanwhile


def deletes_it(path: Path) -> None:
    path.unlink()


def moves_it(path: Path) -> None:
    path.rename(path.with_name("moved.md"))


def moves_its_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))


def puts_a_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()


def puts_a_link_there(path: Path) -> None:
    path.rename(path.parents[1] / "elsewhere.md")
    path.symlink_to(path.parents[1] / "elsewhere.md")


def puts_a_link_in_place_of_its_folder(path: Path) -> None:
    path.parent.rename(path.parents[1] / "elsewhere")
    path.parent.symlink_to(path.parents[1] / "elsewhere")


def makes_it_read_only(path: Path) -> None:
    path.chmod(0o444)


def gives_it_another_name(path: Path) -> None:
    path.with_name("too.txt").hardlink_to(path)


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (deletes_it, "cannot be read: no such file or directory"),
        (moves_it, "cannot be read: no such file or directory"),
        (moves_its_folder, "cannot be read: no such file or directory"),
        (puts_a_folder_there, "cannot be read: is a directory"),
        (puts_a_link_there, "cannot be written: it leads elsewhere since it was found"),
        (puts_a_link_in_place_of_its_folder, "cannot be written: it leads elsewhere since it was found"),
        (gives_it_another_name, "cannot be written: it has several hard links; make it a file of its own"),
    ],
)
async def test_a_record_that_is_elsewhere_by_now_is_told_and_nothing_is_written_anywhere(web, tmp_path, person, why):
    desk = Desk(web, tmp_path)
    path = desk.write(RECORD)

    def meanwhile(_):
        person(path)
        return Answer(html("New title"))

    web[PAGE] = meanwhile

    assert [] == await desk.crawl()
    assert [(str(path), why)] == [(row["record"], row["reason"]) for row in desk.rows if row["type"] == "failure"]
    left = [each for each in tmp_path.rglob("*") if each.is_file() and desk.state not in each.parents]
    assert all(each.read_text() == RECORD for each in left)
    assert not (desk.state / "changes" / f"{desk.summary.run}.jsonl").exists()


# ---- files and folders that may not be written


@pytest.fixture
async def imported(web, tmp_path):
    """All that a crawl imports: a user like others might not read it."""
    (tmp_path / "before").mkdir()
    await Desk(web, tmp_path / "before").crawl()


@pytest.mark.usefixtures("imported")
async def test_what_may_not_be_written_is_told_and_keeps_nothing_else_from_being_written(web, plain_users):
    desk = Desk(web, plain_users)
    page = PAGE.replace("https", "http")
    (desk.folder / "closed").mkdir()
    names = ["a.md", "closed/b.md", "open.md"]
    for name in names:
        desk.write(RECORD.replace(PAGE, page), name)
    web[page] = html("New title")
    (desk.folder / "a.md").chmod(0o444)
    (desk.folder / "closed").chmod(0o555)

    (change,) = await desk.crawl(settings={"images": False}, fetch={"ca_file": None})

    (desk.folder / "closed").chmod(0o755)
    assert str(desk.folder / "open.md") == change["record"]
    assert {
        (str(desk.folder / "a.md"), "cannot be written: it is read-only"),
        (str(desk.folder / "closed/b.md"), "cannot be written: permission denied"),
    } == {(row["record"], row["reason"]) for row in desk.rows if row["type"] == "failure"}
    assert [1, 1] == [desk.read(name).count("Old title") for name in names[:2]]
    assert names == sorted(str(each.relative_to(desk.folder)) for each in desk.folder.rglob("*.*"))
