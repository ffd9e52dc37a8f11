"""Records written back: a file replaced whole or not at all, and never over what somebody else saved meanwhile.

The order, each step on disk before the next:

1. The new document goes into a temporary file beside the record, which is synced and then bears its final name.
2. Who opens the record for writing is held back; its bytes are compared with those that were read.
3. The two files swap their names, and the folder is synced.
4. What came out is compared once more. If it is what was read, it is removed. If not, somebody saved it a moment before
   the swap: it goes back, and ours is dropped.

After a crash or a power cut at any moment the record is the old document or the new one, and `sweep` tells from the
temporary file what it was: its name has the beginnings of both documents' digests. Mode, owner and extended attributes
are carried over as far as we may. A file with several hard links is refused: the other names would keep the old
document, and writing in place could be cut short.

What that guarantees: where the system knows swaps and leases (Linux, on most local file systems) no edit is lost, be
it renamed over the record or written into it. Where it knows swaps only, an edit is lost that is written into the file
by a program that opened it before the swap and writes after step 4. Without swaps a rename takes their place, and what
is saved in the microseconds between steps 2 and 3 is lost.
"""

import errno
import fcntl
import hashlib
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from crawler.errors import Edited, RecordError, Unsure
from crawler.records import folder, swap

# Digests of the old document, of the new one and of the record's name; `part` while it is not whole.
_TEMPORARY = re.compile(r"\.metafresh-(?P<old>\w{16})-(?P<new>\w{16})-(?P<name>\w{16})-\w{8}\.(?P<kind>tmp|part)")
_ALL_TEMPORARY = ".metafresh-*"
_DIGITS = 16
_LONGEST_KEPT_NAME = 200


def replace(path: Path, document: bytes, *, expected: str) -> str | None:
    """Put a new document in the place of a file; through a link, of its target.

    Args:
        expected: SHA-256, in hex, of the document that was read.

    Returns:
        The new file's `folder.signature`; None where somebody else may have written it by now.

    Raises:
        Edited: the file is another one now; nothing was written.
        Unsure: the disk failed: the file may be the old or the new one, and a temporary file may be left.
        RecordError: it may not or cannot be written; no temporary file is left.
    """
    try:
        target = path.resolve(strict=True)
        with open(target, "rb", buffering=0, opener=folder.open_without_waiting) as old:
            _refuse_protected(path, target, os.fstat(old.fileno()))
            if _digest(old) != expected:
                raise Edited("changed on disk since it was read; left as it is", path=str(path))
            ours = hashlib.sha256(document).hexdigest()[:_DIGITS]
            name = f".metafresh-{expected[:_DIGITS]}-{ours}-{_mark(target.name)}-{secrets.token_hex(4)}"
            with _written_beside(path, target.parent / name, document, old) as (temporary, written):
                _take_the_place(path, target, temporary, old, expected, ours)
                # The swap itself counts as a change of the file's, so that its signature is known only now.
                now = target.stat()
    except BlockingIOError as error:
        raise Edited("somebody has it open for writing; left as it is", path=str(path)) from error
    except (OSError, RuntimeError) as error:
        raise RecordError(f"cannot be written: {folder.why(error)}", path=str(path)) from error
    return folder.signed(now) if _is_same(now, written) else None


def sweep(place: Path) -> None:
    """Remove the temporary files that killed runs left in a folder; call it before the first `replace` of a run.

    What somebody saved in the very moment of the kill lies in one of them, and is given back.
    """
    with suppress(OSError):
        for stray in sorted(place.glob(_ALL_TEMPORARY)):
            if named := _TEMPORARY.fullmatch(stray.name):
                with suppress(OSError, RecordError):
                    _swept(stray, named)


def _swept(stray: Path, named: re.Match[str]) -> None:
    with open(stray, "rb", buffering=0, opener=folder.open_without_waiting) as file:
        # A living run holds it.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if named["kind"] == "tmp" and _digest(file)[:_DIGITS] not in {named["old"], named["new"]}:
            _give_back(stray, named["name"], named["new"])
        stray.unlink(missing_ok=True)


def _refuse_protected(path: Path, target: Path, before: os.stat_result) -> None:
    if not stat.S_ISREG(before.st_mode):
        raise RecordError("not a regular file", path=str(path))
    # A swap asks only the folder; the file's own permission is what its owner set.
    if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise RecordError("cannot be written: it is read-only", path=str(path))
    if before.st_nlink > 1:
        raise RecordError("cannot be written: it has several hard links; make it a file of its own", path=str(path))


# ---- the temporary file


@contextmanager
def _written_beside(path: Path, name: Path, document: bytes, old: FileIO) -> Iterator[tuple[Path, os.stat_result]]:
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
                with _left_open(path):
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


def _take_the_place(path: Path, target: Path, temporary: Path, old: FileIO, expected: str, ours: str) -> None:
    """Let the temporary file, whose digest begins with `ours`, take the target's name."""
    edited = Edited("changed on disk while it was being written; left as it is", path=str(path))
    with swap.writers_held_back(old.fileno()) as is_somebody_waiting:

        def is_as_read() -> bool:
            return not is_somebody_waiting() and _digest_of(temporary) == expected

        try:
            same = os.path.samestat(target.stat(), os.fstat(old.fileno()))
            if not same or is_somebody_waiting() or _digest(old) != expected:
                raise edited
            swapped = swap.exchange(temporary, target)
            if not swapped:
                temporary.replace(target)
        except FileNotFoundError as error:
            raise edited from error
        if swapped:
            _confirm(path, target, temporary, is_as_read, ours)
        else:
            with _left_open(path):
                _sync_folder(target.parent)


def _confirm(path: Path, target: Path, temporary: Path, is_as_read: Callable[[], bool], ours: str) -> None:
    """Bring a swap to the disk; take it back where that fails, or where what came out is not what was read."""
    failure: Exception = Edited("changed on disk while it was being written; left as it is", path=str(path))
    with _left_open(path):
        try:
            _sync_folder(target.parent)
            if is_as_read():
                return
        except OSError as error:
            failure = error
        _undo(path, target, temporary, ours)
        _sync_folder(target.parent)
    raise failure


def _undo(path: Path, target: Path, temporary: Path, ours: str) -> None:
    _swap_again(temporary, target)
    if _digest_of(temporary)[:_DIGITS] != ours:
        # Somebody saved over ours already. That is the newest and stays; what they saved before is kept beside it.
        _swap_again(temporary, target)
        kept = _kept(temporary, target)
        raise RecordError(f"saved by others twice while it was being written; {kept.name} is the first", path=str(path))


def _swap_again(one: Path, other: Path) -> None:
    if not swap.exchange(one, other):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def _kept(temporary: Path, target: Path) -> Path:
    """A temporary file, under a name that somebody will see."""
    beginning = os.fsdecode(os.fsencode(target.name)[:_LONGEST_KEPT_NAME])
    return temporary.rename(target.with_name(f"{beginning}.saved-{secrets.token_hex(4)}"))


def _give_back(stray: Path, mark: str, ours: str) -> None:
    """Put back what somebody saved in the moment of a kill, which came out when ours was swapped in."""
    target = next((each for each in stray.parent.iterdir() if _mark(each.name) == mark), None)
    if target is None:
        return
    if _digest_of(target)[:_DIGITS] == ours:
        _undo(target, target, stray, ours)
    else:
        _kept(stray, target)


@contextmanager
def _left_open(path: Path) -> Iterator[None]:
    """Where the disk fails in the block, only a later `sweep` and a look at the file can tell what is on it."""
    try:
        yield
    except OSError as error:
        why = f"the disk failed while it was written: {folder.why(error)}; the next run sees what became of it"
        raise Unsure(why, path=str(path)) from error


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


# ---- telling files apart


def _digest(file: FileIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of(path: Path) -> str:
    with open(path, "rb", buffering=0, opener=folder.open_without_waiting) as file:
        return _digest(file)


def _mark(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:_DIGITS]


def _is_same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_ino, one.st_size, one.st_mtime_ns) == (other.st_ino, other.st_size, other.st_mtime_ns)
