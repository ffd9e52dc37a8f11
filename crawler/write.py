"""The journalled write of one record: intent, file, log, in this order, so that a kill at any moment loses nothing."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import Edited, EditRefused, RecordError
from crawler.model import Article, Change, Json, Record, Schema, Splice
from crawler.records import articles, edit, folder
from crawler.state.rows import Row
from crawler.state.store import Store

# A person who saves a file while we write it does so once or twice, not for ever.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Edition:
    """What a record becomes: its new bytes, the rows of its change log, and the changes that could not be made."""

    document: bytes
    rows: tuple[Row, ...]
    refused: tuple[tuple[Change, str], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a write: the record as it is now, the rows that were made, and lines about what was left out."""

    record: Record
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()


def edition(record: Record, changes: Sequence[Change], *, run: str) -> Edition:
    """The record with every change made that can be made safely."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    refused: list[tuple[Change, str]] = []
    wanted = list(changes)
    try:
        splices = edit.splices(record.document, {change.pointer: change.after for change in wanted})
    except EditRefused:
        wanted, refused = _safe_ones(record.document, wanted)
        splices = edit.splices(record.document, {change.pointer: change.after for change in wanted})
    document = edit.apply(record.document, tuple(splices.values()))
    by_pointer = {change.pointer: change for change in wanted}
    rows = tuple(
        _row(by_pointer[pointer], record.path, run, at) | {"splice": _splice_row(splice)}
        for pointer, splice in splices.items()
    )
    return Edition(document, rows, tuple(refused))


def _row(change: Change, shown: str, run: str, at: str) -> Row:
    return {
        "type": "change",
        "v": 1,
        "run": run,
        "record": shown,
        "pointer": change.pointer,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "source": change.source,
        "evidence": change.evidence,
        "reason": change.reason,
        "at": at,
    }


async def write(
    store: Store,
    path: Path,
    record: Record,
    changes: Sequence[Change],
    decide: Callable[[Article], Sequence[Change]],
    *,
    schema: Schema,
    run: str,
) -> Written:
    """Make the changes on disk.

    A file that a person saved since it was read is read again, and those changes are made whose old value still stands.

    Args:
        path: the file; `record.path` is how the user named it.
        decide: what should change in an article as it is now, from what was fetched.

    Raises:
        RecordError: the file cannot be read or replaced; nothing was changed.
    """
    notes: list[str] = []
    asked = {_claim(change) for change in changes}
    for _ in range(_TRIES):
        made = edition(record, changes, run=run)
        if not made.rows:
            return Written(record, (), (*notes, *_left_out(record, made)))
        try:
            await _journalled(store, path, record, made, run)
        except Edited:
            record = await _reread(path, record, schema)
            found = [change for article in record.articles for change in decide(article)]
            still = [change for change in found if _claim(change) in asked]
            notes += _lost(record, changes, still)
            changes = still
        else:
            new = articles.read(record.path, made.document, schema) or record
            return Written(new, made.rows, (*notes, *_left_out(record, made)))
    raise RecordError("it is being edited; left for the next run", path=record.path)


async def plan(store: Store, path: Path, record: Record, changes: Sequence[Change], *, run: str) -> Written:
    """Remember what would be written; the file stays as it is."""
    made = edition(record, changes, run=run)
    if made.rows:
        await store.journal.plan(run, *_intent(path, record, made))
    return Written(record, made.rows, _left_out(record, made))


async def _journalled(store: Store, path: Path, record: Record, made: Edition, run: str) -> None:
    intent = await store.journal.intend(run, *_intent(path, record, made))
    try:
        await asyncio.to_thread(folder.replace, path, made.document, expected=record.digest)
    except RecordError as error:
        await store.journal.dropped(intent, error.why)
        raise
    await store.journal.applied(intent)


def _intent(path: Path, record: Record, made: Edition) -> tuple[Path, str, str, str, tuple[Row, ...]]:
    return folder.address(path), record.path, record.digest, hashlib.sha256(made.document).hexdigest(), made.rows


def _left_out(record: Record, made: Edition) -> tuple[str, ...]:
    return tuple(f"{record.path}#{change.pointer}: not written: {why}" for change, why in made.refused)


async def _reread(path: Path, old: Record, schema: Schema) -> Record:
    record = articles.read(old.path, await asyncio.to_thread(folder.read, path), schema)
    if record is None:
        raise RecordError("it is no record any more", path=old.path)
    return record


def _lost(record: Record, before: Sequence[Change], still: Sequence[Change]) -> list[str]:
    kept = {_claim(change) for change in still}
    lost = [change for change in before if _claim(change) not in kept]
    return [f"{record.path}#{change.pointer}: edited while we crawled; left as it is" for change in lost]


def _claim(change: Change) -> tuple[str, str, str, str]:
    """What makes two changes the same wherever their article has moved to."""
    return change.field, change.pointer.rpartition("/")[2], repr(change.before), repr(change.after)


def _safe_ones(document: bytes, changes: Sequence[Change]) -> tuple[list[Change], list[tuple[Change, str]]]:
    safe: list[Change] = []
    refused: list[tuple[Change, str]] = []
    for change in changes:
        try:
            edit.splices(document, {c.pointer: c.after for c in (*safe, change)})
        except EditRefused as error:
            refused.append((change, str(error)))
        else:
            safe.append(change)
    return safe, refused


def _splice_row(splice: Splice) -> Json:
    return {"offset": splice.offset, "before": splice.before.decode(), "after": splice.after.decode()}
