"""The change log of a run: `STATE/changes/<run>.jsonl`, one JSON object a line.

It is derived from the journal: a row is appended once its change is known to be made, and what a crash kept out of the
log is appended later. A line counts once its line feed is there; what follows the last one is the torn end of a write
that never finished, and the next write cuts it off.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from crawler.errors import RecordError, StateError
from crawler.state.rows import Row

# What JSON lets stand as it is, but some reader takes for the end of a line or cannot encode.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_RUN = re.compile(r"[0-9A-Za-z_-]+")


def line(row: Row) -> str:
    """A row as one line of JSON, without its line feed, in any reader's sense of a line.

    Raises:
        ValueError, TypeError: the row holds what JSON cannot say, such as NaN or a date.
    """
    text = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def check(rows: Iterable[Row], shown: str) -> None:
    """Raise RecordError, naming the record as the user did, if one of its rows cannot be logged."""
    try:
        for row in rows:
            line(row)
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordError(f"a change cannot be logged: {error}", path=shown) from error


def with_status(status: str, rows: Iterable[Row]) -> list[Row]:
    """Rows with a status each: their own, if they have one, else this one."""
    return [row if "status" in row else row | {"status": status} for row in rows]


def append(folder: Path, run: str, rows: Iterable[Row]) -> None:
    """Rows at the end of a run's log, on disk when this returns; `folder` is the store's.

    Raises:
        StateError: the log cannot be written. Whole rows may have been.
    """
    if added := [line(row) for row in rows]:
        _write(_file(folder, run), added)


def complete(folder: Path, run: str, rows: Iterable[Row]) -> None:
    """Append those of the rows that the run's log lacks, in their order; lines that are none of ours stay.

    Raises:
        StateError: the log cannot be read or written.
    """
    file = _file(folder, run)
    # Not the lines themselves: a run may have a million.
    present = Counter(map(_fingerprint, _lines(file)))
    missing = []
    for text in map(line, rows):
        print_of_it = _fingerprint(text.encode())
        if present[print_of_it] > 0:
            present[print_of_it] -= 1
        else:
            missing.append(text)
    # Without a row, too: who wrote them may have been killed before they were on disk.
    if missing or present:
        _write(file, missing)


def read(folder: Path, run: str) -> list[Row]:
    """The rows of a run's log, oldest first; none if nothing was logged, without a torn last line.

    Raises:
        StateError: the log cannot be read, or a line is not a row.
    """
    file = _file(folder, run)
    rows, at = [], 0
    for number, text in enumerate(_lines(file), 1):
        try:
            row = json.loads(text.decode())
        except UnicodeDecodeError as error:
            raise StateError(f"{file}: not UTF-8 at byte {at + error.start}") from error
        except (ValueError, RecursionError) as error:
            raise StateError(f"{file}:{number}: not a line of JSON: {error}") from error
        if not isinstance(row, dict):
            raise StateError(f"{file}:{number}: not a row of the change log")
        at += len(text) + 1
        rows.append(row)
    return rows


def _file(folder: Path, run: str) -> Path:
    # A run's id may come from a command line, and must not lead out of the folder.
    if not _RUN.fullmatch(run):
        raise StateError(f"{run!r} is not the name of a run")
    return folder / "changes" / f"{run}.jsonl"


def _fingerprint(text: bytes) -> bytes:
    return blake2b(text, digest_size=16).digest()


def _lines(file: Path) -> Iterator[bytes]:
    """The lines that are whole, without their line feed."""
    try:
        with file.open("rb") as log:
            yield from (raw[:-1] for raw in log if raw.endswith(b"\n"))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StateError(f"{file}: cannot be read: {error.strerror}") from error


def _write(file: Path, lines: list[str]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+b") as log:
            size = log.seek(0, os.SEEK_END)
            if size == 0:  # a file's name is on disk once its folder is: before the first row, so that it holds for all
                _sync_folder(file.parent)
                _sync_folder(file.parent.parent)
            else:
                _cut_torn_end(log, size)
            log.write("".join(f"{each}\n" for each in lines).encode())
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        raise StateError(f"{file}: cannot be written: {error.strerror}") from error


def _cut_torn_end(log: BinaryIO, size: int) -> None:
    log.seek(size - 1)
    if log.read(1) != b"\n":  # rare, so the whole log may be read then
        log.seek(0)
        log.truncate(log.read().rfind(b"\n") + 1)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
