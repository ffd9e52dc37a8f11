"""Records written back: a file replaced whole or not at all, and never over what somebody else saved meanwhile.

The order, each step on disk before the next:

1. The new document goes into a temporary file beside the record, which is synced and then bears its final name.
2. Who opens the record for writing is held back; its bytes are compared with those that were read.
3. The two files swap their names, and the folder is synced.
4. What came out is compared once more. If it is what was read, it is removed. If not, somebody saved it a moment before
   the swap: it goes back, and ours is dropped.

After a crash or a power cut at any moment the record is the old document or the new one, and `stray.sweep` tells from
the temporary file what it was. Mode, owner and extended attributes are carried over as far as we may. A file with
several hard links is refused: the other names would keep the old document, and writing in place could be cut short.

What that guarantees: where the system knows swaps and leases (Linux, on most local file systems) no edit is lost, be
it renamed over the record or written into it. Where it knows swaps only, an edit is lost that is written into the file
by a program that opened it before the swap and writes after step 4. Without swaps a rename takes their place, and what
is saved in the microseconds between steps 2 and 3 is lost.
"""

import errno
import fcntl
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from crawler.errors import Edited, RecordError, Unsure
from crawler.records import folder, stray, swap
from crawler.records.folder import Found


def replace(found: Found, document: bytes, *, expected: str) -> str | None:
    """Put a new document in the place of a record's file; through a link, of the file that it led to when it was found.

    Args:
        expected: SHA-256, in hex, of the document that was read.

    Returns:
        The new file's `folder.signature`; None where somebody else may have written it by now.

    Raises:
        Edited: the file is another one now; nothing was written.
        Unsure: the disk failed: the file may be the old or the new one, and a temporary file may be left.
        RecordError: it may not or cannot be written; no temporary file is left.
    """
    path, target = found.path, Path(found.address)
    try:
        if not folder.is_at(path, found.address):
            raise RecordError("cannot be written: it leads elsewhere since it was found", path=str(path))
        with open(target, "rb", buffering=0, opener=folder.open_without_waiting) as old:
            _refuse_protected(found, os.fstat(old.fileno()))
            if swap.digest_of_open(old) != expected:
                raise Edited("changed on disk since it was read; left as it is", path=str(path))
            ours = hashlib.sha256(document).hexdigest()
            name = target.with_name(stray.name(target.name, expected, ours))
            with _written_beside(found, name, document, old) as (temporary, written):
                _take_the_place(found, temporary, old, expected, ours)
                # The swap itself counts as a change of the file's, so that its signature is known only now.
                now = target.stat()
    except BlockingIOError as error:
        raise Edited("somebody has it open for writing; left as it is", path=str(path)) from error
    except (OSError, RuntimeError) as error:
        raise RecordError(f"cannot be written: {folder.why(error)}", path=str(path)) from error
    return folder.signed(now) if _is_same(now, written) else None


def _refuse_protected(found: Found, before: os.stat_result) -> None:
    path = str(found.path)
    if not stat.S_ISREG(before.st_mode):
        raise RecordError("not a regular file", path=path)
    # A swap asks only the folder; the file's own permission is what its owner set.
    if not os.access(found.address, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise RecordError("cannot be written: it is read-only", path=path)
    if before.st_nlink > 1:
        raise RecordError("cannot be written: it has several hard links; make it a file of its own", path=path)


# ---- the temporary file


@contextmanager
def _written_beside(found: Found, name: Path, document: bytes, old: FileIO) -> Iterator[tuple[Path, os.stat_result]]:
    """The new document in a temporary file, with its state; gone after the block, unless it may hold what is needed."""
    part, temporary = name.with_name(f"{name.name}.part"), name.with_name(f"{name.name}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    unsure = False
    with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
        try:
            # Until both are closed, no other run's `sweep` takes them for stray: after a swap it is the old one.
            for each in (file, old):
                with suppress(OSError):
                    fcntl.flock(each, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.write(document)
            file.flush()
            _make_alike(file.fileno(), old.fileno())
            os.fsync(file.fileno())
            part.rename(temporary)
            yield temporary, os.fstat(file.fileno())
        except Unsure:
            unsure = True
            raise
        finally:
            for each in (part, *(() if unsure else (temporary,))):
                with _left_open(found):
                    each.unlink(missing_ok=True)


def _make_alike(number: int, model: int) -> None:
    before = os.fstat(model)
    # The owner comes before the mode: changing it clears set-id bits. Who may not give it away may keep the group.
    for owner in (before.st_uid, -1):
        with suppress(PermissionError):
            os.fchown(number, owner, before.st_gid)
            break
    os.fchmod(number, stat.S_IMODE(before.st_mode))
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(model):
                # Some, like SELinux labels, only root may set; the file system gives the new file its own.
                with suppress(OSError):
                    os.setxattr(number, name, os.getxattr(model, name))


# ---- the swap


def _take_the_place(found: Found, temporary: Path, old: FileIO, expected: str, ours: str) -> None:
    """Let the temporary file, whose digest is `ours`, take the record's name."""
    target, edited = Path(found.address), _edited_meanwhile(found)
    with swap.writers_held_back(old.fileno()) as is_somebody_waiting:

        def is_as_read() -> bool:
            return not is_somebody_waiting() and swap.digest(temporary) == expected

        try:
            same = os.path.samestat(target.stat(), os.fstat(old.fileno()))
            if not same or is_somebody_waiting() or swap.digest_of_open(old) != expected:
                raise edited
            swapped = swap.exchange(temporary, target)
            if not swapped:
                temporary.replace(target)
        except FileNotFoundError as error:
            raise edited from error
        if swapped:
            _confirm(found, temporary, is_as_read, ours)
        else:
            with _left_open(found):
                _sync_folder(target.parent)


def _confirm(found: Found, temporary: Path, is_as_read: Callable[[], bool], ours: str) -> None:
    """Bring a swap to the disk; take it back where that fails, or where what came out is not what was read."""
    target = Path(found.address)
    failure: Exception = _edited_meanwhile(found)
    with _left_open(found):
        try:
            _sync_folder(target.parent)
            if is_as_read():
                return
        except OSError as error:
            failure = error
        if first := swap.undo(temporary, target, ours):
            why = f"saved by others twice while it was being written; {first.name} is the first"
            raise RecordError(why, path=str(found.path))
        _sync_folder(target.parent)
    raise failure


def _edited_meanwhile(found: Found) -> RecordError:
    return Edited("changed on disk while it was being written; left as it is", path=str(found.path))


@contextmanager
def _left_open(found: Found) -> Iterator[None]:
    """Where the disk fails in the block, only a later `sweep` and a look at the file can tell what is on it."""
    try:
        yield
    except OSError as error:
        why = f"the disk failed while it was written: {folder.why(error)}; the next run sees what became of it"
        raise Unsure(why, path=str(found.path)) from error


def _sync_folder(place: Path) -> None:
    number = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    except OSError as error:
        # Some network file systems cannot sync a folder, and say so in this way.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(number)


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_ino, one.st_size, one.st_mtime_ns) == (other.st_ino, other.st_size, other.st_mtime_ns)
