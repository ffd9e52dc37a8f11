"""The operator's own commands, each in a session of its own, so that it ends with all that it started.

What one says goes to standard error line by line, made visible by who prints it. Whether it reads its input is its own
affair: that is a file, not a pipe. One that fails is said in a line; the run has been, whatever it does.
"""

import asyncio
import codecs
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import BinaryIO

Say = Callable[[str], None]

# Seconds that output may still come after its command has ended: what goes on in the background may hold it open.
_LINGER = 1.0
_LONGEST_LINE = 65_536


async def start(
    name: str, command: str, told: BinaryIO | None, more: Mapping[str, str], max_time: timedelta, say: Say
) -> None:
    """Run a command to its end, or to the end of its time.

    Args:
        name: what it is called where something is said of it.
        told: what it may read, from the beginning; None is nothing.
        more: variables of its environment besides ours.
        say: gets lines.
    """
    if told:
        told.seek(0)
    try:
        process = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", command, stdin=told or DEVNULL, stdout=PIPE, stderr=STDOUT,
            env={**os.environ, **more}, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        say(f"{name} cannot be started: {(error.strerror or str(error)).lower()}")
        return
    if why := await _ended(process, max_time, lambda line: say(f"{name}: {line}")):
        say(f"{name} {why}")


async def _ended(process: Process, max_time: timedelta, say: Say) -> str | None:
    """What was wrong with how it ended."""
    assert process.stdout is not None  # noqa: S101  (it was asked for)
    passing_on = asyncio.create_task(_pass_on(process.stdout, say))
    try:
        async with asyncio.timeout(max_time.total_seconds()):
            code = await process.wait()
        await asyncio.wait([passing_on], timeout=_LINGER)
    except TimeoutError:
        return f"took longer than {max_time.total_seconds():g} s, and was killed"
    finally:
        # Also where we are interrupted while it runs.
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        passing_on.cancel()
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended with status {code}" if code else None


async def _pass_on(output: asyncio.StreamReader, say: Say) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    line = ""
    while read := await output.read(_LONGEST_LINE):
        *lines, line = (line + decoder.decode(read)).split("\n")
        for each in lines:
            say(each.removesuffix("\r").expandtabs())
        if len(line) > _LONGEST_LINE:
            say(line)
            line = ""
    if line:
        say(line)
