"""One run at a time, told by real processes."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import Busy, StateError
from crawler.place import Server
from crawler.state.lock import hold, is_held
from crawler.state.store import open_alone
from tests.places import spelt

NOW = timedelta(0)

HOLDER = """
import sys
from datetime import timedelta
from pathlib import Path
from crawler.state.lock import hold
from crawler.state.store import open_alone
from tests.places import spelt

with hold(Path(sys.argv[1]), timedelta(0)):
    print("held", flush=True)
    sys.stdin.readline()
"""


ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock on tmp_path until it reads a line or dies."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_lock_is_free_when_nobody_holds_it(tmp_path):
    with hold(tmp_path / "state", NOW):
        pass

    with hold(tmp_path / "state", NOW):
        pass


def test_a_second_run_is_told_at_once_that_another_holds_it(tmp_path, holder):
    with pytest.raises(Busy, match=r"another run holds .*lock$"), hold(tmp_path, NOW):
        pass


def test_a_second_run_waits_as_long_as_it_was_told(tmp_path, holder):
    start = time.monotonic()
    with pytest.raises(Busy, match=r"after 0\.3 s"), hold(tmp_path, timedelta(seconds=0.3)):
        pass

    assert 0.3 <= time.monotonic() - start < 5


def test_a_waiting_run_gets_the_lock_when_the_other_ends(tmp_path, holder):
    holder.stdin.write("go\n")
    holder.stdin.flush()

    with hold(tmp_path, timedelta(seconds=30)):
        pass


def test_a_killed_run_leaves_the_lock_free_at_once(tmp_path, holder):
    holder.kill()  # SIGKILL
    holder.wait()

    with hold(tmp_path, NOW):
        pass


def test_the_lock_is_given_back_when_the_run_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), hold(tmp_path, NOW):
        raise ZeroDivisionError

    with hold(tmp_path, NOW):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="state: cannot keep state there: Not a"), hold(tmp_path / "file/state", NOW):
        pass


def test_a_lock_that_cannot_be_opened_is_said(tmp_path):
    (tmp_path / "lock").mkdir()

    with pytest.raises(StateError, match="cannot keep state there"), hold(tmp_path, NOW):
        pass


def test_whoever_only_looks_sees_that_another_run_holds_it(tmp_path, holder):
    assert is_held(tmp_path)
    holder.kill()
    holder.wait()
    assert not is_held(tmp_path)


def test_to_look_makes_nothing_and_keeps_nobody_out(tmp_path):
    assert not is_held(tmp_path / "state")
    assert not (tmp_path / "state").exists()
    with hold(tmp_path, NOW):
        pass
    assert not is_held(tmp_path)
    with hold(tmp_path, NOW):
        assert is_held(tmp_path)


def test_a_lock_that_cannot_be_looked_at_is_told(tmp_path):
    (tmp_path / "lock").symlink_to("lock")

    with pytest.raises(StateError, match="lock: cannot be read"):
        is_held(tmp_path)


# ---- over one database, perhaps of two machines

RUNS = """
import asyncio, sys
from datetime import timedelta
from crawler.state.store import open_alone
from tests.places import place_of

async def main():
    async with open_alone(place_of(sys.argv[1]), timedelta(0)):
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


@pytest.fixture
def running(place):
    """Another run in the same place, until it reads a line or dies."""
    command = [sys.executable, "-c", RUNS, spelt(place)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def from_another_machine(place):
    """The same database, seen by a machine with a disk of its own."""
    return Server(place.url, place.folder / "elsewhere") if isinstance(place, Server) else place


async def test_a_place_has_one_run_at_a_time(place, running):
    with pytest.raises(Busy, match=r"^another run"):
        async with open_alone(from_another_machine(place), NOW):
            pass


async def test_a_run_waits_for_the_one_that_its_place_has(place, running):
    running.stdin.write("go\n")
    running.stdin.flush()

    async with open_alone(from_another_machine(place), timedelta(seconds=30)) as store:
        assert [] == await store.runs()


async def test_a_killed_run_leaves_its_place_free(place, running):
    running.kill()  # SIGKILL
    running.wait()

    async with open_alone(from_another_machine(place), timedelta(seconds=30)) as store:
        assert [] == await store.runs()


async def test_a_busy_server_is_named_without_its_password(server):
    async with open_alone(server, NOW):
        with pytest.raises(Busy) as raised:
            async with open_alone(from_another_machine(server), NOW):
                pass

    assert f"another run, perhaps of another machine, holds {server}" == str(raised.value)
    assert "hidden" not in str(raised.value)
