"""Hooks as processes: what they read, what they say, and how those end that do not end by themselves."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from crawler.after import hooks


async def said_of(command, text="", max_time=60.0):
    """What is said of a hook that runs this command."""
    lines = []
    with TemporaryFile() as told:
        told.write(text.encode())
        told.flush()
        limit = timedelta(seconds=max_time)
        await hooks.start("on_change", command, told, {"METAFRESH_RUN": "r1"}, limit, lines.append)
    return lines


async def test_a_hook_reads_the_document_and_its_environment(tmp_path):
    assert [] == await said_of(f'(cat; echo "$METAFRESH_RUN") > {tmp_path}/read', "told ")

    assert "told r1\n" == (tmp_path / "read").read_text()


async def test_a_hook_that_does_not_read_is_no_failure():
    assert [] == await said_of("true", "x" * 1_000_000)


async def test_what_a_hook_says_comes_line_by_line_from_both_its_outputs():
    assert ["on_change: one", "on_change: two", "on_change: no end"] == await said_of(
        "echo one; echo two >&2; printf 'no end'"
    )


async def test_what_is_no_text_is_said_all_the_same():
    assert ["on_change: �"] == await said_of(r"printf '\377\n'")


async def test_a_line_without_end_is_said_in_parts():
    lines = await said_of("head -c 200000 /dev/zero | tr '\\0' x")

    assert 200_000 == sum(line.count("x") for line in lines)
    assert len(lines) > 1


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("exit 3", "on_change ended with status 3"),
        ("kill -KILL $$", "on_change was ended by signal 9"),
    ],
)
async def test_a_hook_that_fails_is_said_in_a_line(command, line):
    assert [line] == await said_of(command)


async def test_a_hook_that_is_not_there_is_said_by_the_shell_and_its_status():
    lines = await said_of("./nowhere/at-all")

    assert "on_change ended with status 127" == lines[-1]
    assert "nowhere/at-all" in lines[0]


async def test_a_hook_that_hangs_is_killed_with_all_that_it_started(tmp_path):
    lines = await said_of(f"sleep 600 & echo $! > {tmp_path}/child; wait", max_time=0.5)

    assert ["on_change took longer than 0.5 s, and was killed"] == lines
    await until_gone(int((tmp_path / "child").read_text()))


async def test_an_interrupted_hook_is_killed(tmp_path):
    os.mkfifo(tmp_path / "shell")
    running = asyncio.create_task(said_of(f"echo $$ > {tmp_path}/shell; exec sleep 600"))
    shell = int(await asyncio.to_thread((tmp_path / "shell").read_text))

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    await until_gone(shell)


async def test_what_goes_on_in_the_background_keeps_nobody_waiting(tmp_path):
    assert ["on_change: on its way"] == await said_of(f"sleep 600 & echo $! > {tmp_path}/child; echo on its way")

    os.kill(int((tmp_path / "child").read_text()), 9)


async def until_gone(process):
    """Wait until a process is no more; one that only waits to be noticed counts as gone."""
    for _ in range(500):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        if is_unnoticed(Path(f"/proc/{process}/stat")):
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"process {process} is still there")


def is_unnoticed(state):
    """Whether a process has ended, and its parent has yet to ask."""
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"
