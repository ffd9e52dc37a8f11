"""The operator's own commands, each in a session of its own, so that it ends with all that it started.

What one says goes to standard error line by line, made visible by who prints it. Whether it reads its input is its own
affair: that is a file, not a pipe. One that fails is said in a line; the run has been, whatever it does.
"""

import asyncio
import codecs
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Callable, Mapping
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
    async with _listening(lambda line: say(f"{name}: {line}")) as (output, heard):
        try:
            process = await create_subprocess_exec(
                "/bin/sh", "-c", command, stdin=told or DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **more}, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            say(f"{name} cannot be started: {(error.strerror or str(error)).lower()}")
            return
        finally:
            os.close(output)
        why = await _ended(process, max_time)
        await asyncio.wait([heard], timeout=_LINGER)
    if why:
        say(f"{name} {why}")


@contextlib.asynccontextmanager
async def _listening(say: Say) -> AsyncIterator[tuple[int, asyncio.Task[None]]]:
    """A pipe to be written to, and the task that passes on what comes; not asyncio's own, which nobody can close."""
    output, written = os.pipe()
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(output, "rb", buffering=0)
    )
    heard = asyncio.create_task(_pass_on(reader, say))
    try:
        yield written, heard
    finally:
        heard.cancel()
        transport.close()


async def _ended(process: Process, max_time: timedelta) -> str | None:
    """What was wrong with how it ended."""
    try:
        async with asyncio.timeout(max_time.total_seconds()):
            code = await process.wait()
    except TimeoutError:
        return f"took longer than {max_time.total_seconds():g} s, and was killed"
    finally:
        # Also where we are interrupted while it runs.
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
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
