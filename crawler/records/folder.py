"""Records on disk: finding and reading them; `save` writes them back. No other module touches them."""

import fnmatch
import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from crawler.errors import ConfigError, RecordError
from crawler.model import Article

SUFFIXES = frozenset({".md", ".markdown", ".mdx", ".html", ".htm", ".yml", ".yaml"})
MAX_BYTES = 16 * 1024 * 1024

# Seconds in which a file may be written again without its time telling: two on file systems that keep whole seconds.
_SAME_TICK, _SAME_WHOLE_SECOND = 0.02, 2.0


class Found(NamedTuple):
    """A file that may be a record.

    Attributes:
        path: as the user named it.
        address: the one name under which it is remembered: absolute, links followed.
    """

    path: Path
    address: str


def discover(paths: Sequence[Path], only: Sequence[str] = ()) -> Iterator[Found]:
    """The files that may be records, sorted within each of `paths`, each file once.

    Hidden files and folders within a folder are left out. A link is followed only where its target lies within the
    folder given, and is not met there under its own name. A folder that cannot be listed is yielded itself, so that
    reading it tells why.

    Args:
        paths: files and folders; what is found is named by joining to these.
        only: globs on the path relative to the folder given, or on the file's name; none means all.

    Raises:
        ConfigError: at once, when one of `paths` is not there, or is a file of another kind.
    """
    for path in paths:
        try:
            kind = path.stat().st_mode
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path}: {why(error)}") from error
        if not stat.S_ISDIR(kind) and path.suffix.lower() not in SUFFIXES:
            raise ConfigError(f"{path}: not a record; records end in {', '.join(sorted(SUFFIXES))}")
    return _discovered(paths, only)


def read(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        RecordError: it cannot be read, is no regular file, or is larger than 16 MiB.
    """
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RecordError("not a regular file", path=str(path))
            document = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise RecordError(f"cannot be read: {why(error)}", path=str(path)) from error
    if len(document) > MAX_BYTES:
        raise RecordError(f"larger than {MAX_BYTES // 1024**2} MiB", path=str(path))
    return document


def digest(path: Path) -> str | None:
    """SHA-256 of a file, in hex; None if it is gone.

    Raises:
        RecordError: as `read`.
    """
    return hashlib.sha256(read(path)).hexdigest() if path.exists() else None


def address(path: Path) -> Path:
    """The one name under which a record is remembered, however the user named it: absolute, links followed."""
    real = path.resolve()
    # Where the case of names does not matter, a file has many: its folders tell which is its own.
    other = real.with_name(real.name.swapcase()) if real.name else real
    return _as_listed(real) if os.path.exists(other) else real  # noqa: PTH110  (it asks without raising)


def _as_listed(path: Path) -> Path:
    listed = Path(path.anchor)
    for name in path.parts[1:]:
        try:
            names = os.listdir(listed)  # noqa: PTH208  (names alone)
        except OSError:
            names = [name]
        alike = (each for each in names if each.casefold() == name.casefold())
        listed /= name if name in names else next(alike, name)
    return listed


def is_at(path: Path, address: str) -> bool:
    """Whether a path leads to the file that has this address, which no link has taken the place of.

    Raises:
        OSError: one of them is gone.
    """
    return Path(address).resolve() == Path(address) and path.samefile(address)


def signature(path: Path) -> str | None:
    """Equal as long as nobody wrote to a file; None where that cannot be told, or not yet.

    As git's index has it: a file may be written twice within one tick of its file system's clock.
    """
    try:
        now = path.stat()
    except (OSError, ValueError):
        return None
    tick = _SAME_TICK if now.st_mtime_ns % 10**9 else _SAME_WHOLE_SECOND
    return signed(now) if abs(time.time() - now.st_mtime) > tick else None


def open_without_waiting(path: str, flags: int) -> int:
    """An opener for `open`: else to open a pipe would wait for its writer, for ever."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)


def signed(now: os.stat_result) -> str:
    """The signature of a file in this state."""
    return f"{now.st_mtime_ns:x} {now.st_ctime_ns:x} {now.st_size:x} {now.st_ino:x}"


def _discovered(paths: Sequence[Path], only: Sequence[str]) -> Iterator[Found]:
    walked: set[Path] = set()
    for given in paths:
        root = address(given)
        if _is_met(root, walked):
            continue
        found = _walk(given, root) if given.is_dir() else [(given, root)]
        for path, real in found:
            if _matches(path, given, only) and not _is_met(real, walked):
                yield Found(path, str(real))
        walked.add(root)


def _walk(folder: Path, root: Path) -> Iterator[tuple[Path, Path]]:
    """Files below a folder, each with its real path."""
    linked: set[Path] = set()
    waiting = [(folder, root, True)]
    while waiting:
        path, real, is_folder = waiting.pop()
        if not is_folder:
            yield path, real
            continue
        try:
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            yield path, real
            continue
        below = []
        for entry in entries:
            target = _linked_target(path / entry.name, root) if entry.is_symlink() else real / entry.name
            if entry.name.startswith(".") or target is None or target in linked:
                continue
            if entry.is_symlink():
                linked.add(target)
            if entry.is_dir() or Path(entry.name).suffix.lower() in SUFFIXES:
                below.append((path / entry.name, target, entry.is_dir()))
        waiting += reversed(below)


def _linked_target(link: Path, root: Path) -> Path | None:
    """Where a link leads, if that is within the root but not met there by itself."""
    try:
        target = address(link.resolve(strict=True))
        inside = target.relative_to(root)
    except (OSError, RuntimeError, ValueError):
        return None
    met = not any(part.startswith(".") for part in inside.parts) and (
        target.is_dir() or target.suffix.lower() in SUFFIXES
    )
    return None if met else target


def _is_met(real: Path, walked: set[Path]) -> bool:
    """Whether a file or folder was met already, itself or below a folder that was walked."""
    if real in walked:
        return True
    for parent in real.parents if walked else ():
        if parent in walked:
            return not any(part.startswith(".") for part in real.relative_to(parent).parts)
    return False


def _matches(path: Path, given: Path, only: Sequence[str]) -> bool:
    inside = path.name if path == given else path.relative_to(given).as_posix()
    return not only or any(fnmatch.fnmatchcase(inside, glob) or fnmatch.fnmatchcase(path.name, glob) for glob in only)


def pinned(article: Article, path: Path, pin: Mapping[str, Iterable[str]]) -> Article:
    """The article with what the settings keep by hand in its record, too: fields by the globs of paths."""
    fields = {field for glob, some in pin.items() if is_named(path, glob) for field in some}
    return replace(article, pinned=article.pinned | fields) if fields else article


def is_named(path: Path, glob: str) -> bool:
    """Whether a glob names a record: its file, or the last parts of its path."""
    return (
        fnmatch.fnmatchcase(path.name, glob)
        or fnmatch.fnmatchcase(path.as_posix(), f"*/{glob.lstrip('/')}")
        or (fnmatch.fnmatchcase(path.as_posix(), glob))
    )


def why(error: Exception) -> str:
    """An error of the system in its own words, without number and path."""
    return (error.strerror or "" if isinstance(error, OSError) else str(error)).lower() or type(error).__name__
