"""One run at a time: a lock of the kernel's, which is free the moment its holder is gone, however it went."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.errors import Busy, StateError


@contextmanager
def hold(folder: Path, wait: timedelta) -> Iterator[None]:
    """The lock on a state folder, held within the block; the folder is made if it is not there.

    Blocks the thread for up to `wait`, so it belongs around the event loop, not into it.

    Raises:
        Busy: another run still held it after `wait`.
        StateError: the folder cannot be written.
    """
    file = folder / "lock"
    lock = FileLock(file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=max(wait.total_seconds(), 0))
    except Timeout as error:
        waited = f" after {wait.total_seconds():g} s" if wait else ""
        raise Busy(f"another run still holds {file}{waited}" if wait else f"another run holds {file}") from error
    except OSError as error:
        raise StateError(f"{folder}: cannot keep state there: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def is_held(folder: Path) -> bool:
    """Whether a run holds the lock on a state folder; nothing is made.

    For the moment of looking, a run that begins would find the lock taken: look only where there is reason to.

    Raises:
        StateError: the lock is there and cannot be looked at.
    """
    try:
        number = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StateError(f"{folder / 'lock'}: cannot be read: {error.strerror}") from error
    try:
        # Shared, so that several may look at a time; closing the file gives it back.
        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(number)
    return False


@asynccontextmanager
async def locked(folder: Path, wait: timedelta) -> AsyncIterator[None]:
    """The same within an event loop, which stays free meanwhile to hear a Ctrl-C."""
    loop = asyncio.get_running_loop()
    patience = loop.time() + wait.total_seconds()
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(hold(folder, timedelta(0)))
                break
            except Busy:
                if loop.time() >= patience:
                    raise
            await asyncio.sleep(0.1)
        yield
