"""What systems offer beyond the rename: two names swapped in one step, and word of who opens a file to write.

A rename over a file that somebody saved a moment ago loses what they saved. After a swap both files are still there,
and what came out can be looked at. A file that is already open may be written to after it lost its name; a read lease
tells of that: the kernel grants it only on a file that nobody has open for writing, and holds back whoever opens it so
until the lease is given up.

Swaps: renameat2(2) with RENAME_EXCHANGE on Linux, renamex_np(2) with RENAME_SWAP on macOS, on most local file systems.
Leases: fcntl(2) with F_SETLEASE, on Linux, for a file's owner and for root.
"""

import ctypes
import errno
import fcntl
import hashlib
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from crawler.records import folder

_HERE = -100  # AT_FDCWD; the paths are absolute
_SWAP = 2  # RENAME_EXCHANGE and RENAME_SWAP alike
# How system, file system or sandbox say that they know no swap.
_UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})

_LONGEST_KEPT_NAME = 200

_libc: Any = ctypes.CDLL(None, use_errno=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two files swap their names; False where the system or the file system cannot, and nothing was done.

    Raises:
        OSError: one of them is gone, or may not be renamed.
    """
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(_libc, "renameat2"):
        failed = _libc.renameat2(_HERE, names[0], _HERE, names[1], _SWAP)
    elif sys.platform == "darwin":
        failed = _libc.renamex_np(*names, _SWAP)
    else:
        return False
    number = ctypes.get_errno()
    if failed and number not in _UNKNOWN:
        raise OSError(number, os.strerror(number), str(other))
    return not failed


def undo(temporary: Path, target: Path, ours: str) -> Path | None:
    """Take a swap back, after which a temporary file holds our document again.

    Args:
        ours: what the digest of our document begins with.

    Returns:
        None; or, where somebody saved over our document already, which is the newest and stays, where that is which
        came out first.

    Raises:
        OSError: it cannot be done.
    """
    _exchange_again(temporary, target)
    if digest(temporary).startswith(ours):
        return None
    _exchange_again(temporary, target)
    return kept_beside(temporary, target.name)


def kept_beside(stray: Path, name: str) -> Path:
    """A temporary file under a new name that somebody will see, which begins with that of its record."""
    beginning = os.fsdecode(os.fsencode(name)[:_LONGEST_KEPT_NAME])
    return stray.rename(stray.with_name(f"{beginning}.saved-{secrets.token_hex(4)}"))


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with open(path, "rb", buffering=0, opener=folder.open_without_waiting) as file:
        return digest_of_open(file)


def digest_of_open(file: FileIO) -> str:
    """SHA-256 of a file, in hex."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _exchange_again(one: Path, other: Path) -> None:
    if not exchange(one, other):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


@contextmanager
def writers_held_back(number: int) -> Iterator[Callable[[], bool]]:
    """Hold back, within the block, whoever opens a file for writing, as far as the system can.

    Args:
        number: a descriptor of the file, open for reading only.

    Returns:
        What tells whether somebody is being held back.

    Raises:
        BlockingIOError: somebody has it open for writing.
    """
    if sys.platform == "linux" and _lease(number):
        try:
            # While it is being broken, a lease is told as what it is to become.
            yield lambda: fcntl.fcntl(number, fcntl.F_GETLEASE) != fcntl.F_RDLCK
        finally:
            # Not left to the descriptor's end: a process that was forked meanwhile has it, too.
            fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    else:
        yield lambda: False


def _lease(number: int) -> bool:
    """Whether there is a lease on a file now."""
    try:
        # Who is held back is told of by a signal: the usual one would end the process, this one does nothing.
        fcntl.fcntl(number, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True
