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
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_HERE = -100  # AT_FDCWD; the paths are absolute
_SWAP = 2  # RENAME_EXCHANGE and RENAME_SWAP alike
# How system, file system or sandbox say that they know no swap.
_UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})

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
