"""The journalled write of records: intents, files, log, in this order, so that a kill at any moment loses nothing."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.errors import Edited, EditRefused, RecordError, Unsure
from crawler.model import Change, Json, Record, Schema, Splice
from crawler.records import articles, edit, folder, save, stray
from crawler.records.folder import Found
from crawler.state import changelog
from crawler.state.rows import Row, Write
from crawler.state.store import Store

# A person who saves a file while we write it does so once or twice, not for ever.
_TRIES = 3
# Keys of a change's row that the log needs and nobody reads.
_LOG_ONLY = frozenset({"status", "splice"})


@dataclass(frozen=True, slots=True)
class Edition:
    """What a record becomes: its new bytes, the rows of its change log, and lines about what could not be changed."""

    document: bytes
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def edition(record: Record, changes: Sequence[Change], *, run: str) -> Edition:
    """The record with every change made that can be made safely."""
    refused: list[tuple[Change, str]] = []
    wanted = list(changes)
    try:
        splices = edit.splices(record.document, {change.pointer: change.after for change in wanted})
    except EditRefused:
        wanted, refused = _safe_ones(record.document, wanted)
        splices = edit.splices(record.document, {change.pointer: change.after for change in wanted})
    notes = (f"{record.path}#{change.pointer}: not written: {why}" for change, why in refused)
    return replace(spliced(record, wanted, splices, run=run), notes=tuple(notes))


def spliced(record: Record, changes: Sequence[Change], splices: Mapping[str, Splice], *, run: str) -> Edition:
    """The record with changes made by these splices, in the order of the file.

    Raises:
        EditRefused: the bytes that one replaces are not there.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    document = edit.apply(record.document, tuple(splices.values()))
    by_pointer = {change.pointer: change for change in changes}
    lines = _lines(document, splices)
    rows = tuple(
        change_row(by_pointer[pointer], record.path, run, at) | {"line": lines[pointer], "splice": _splice_row(splice)}
        for pointer, splice in splices.items()
    )
    return Edition(document, rows)


def _lines(document: bytes, splices: Mapping[str, Splice]) -> dict[str, int]:
    """Where each change stands in a document in which the splices were made: lines from 1 on, by pointer."""
    lines: dict[str, int] = {}
    grown = 0
    for pointer, splice in splices.items():
        breaks = len(splice.after) - len(splice.after.lstrip(b"\r\n"))
        lines[pointer] = document.count(b"\n", 0, splice.offset + grown + breaks) + 1
        grown += len(splice.after) - len(splice.before)
    return lines


def still_wanted(record: Record, decided: Iterable[Change], before: Sequence[Change], *, run: str) -> Edition:
    """The edition of a record that may have been edited since its changes were decided.

    Args:
        decided: what should change in it as it is now; only what should have changed `before`, too, is made.
    """
    asked = {_claim(change) for change in before}
    still = [change for change in decided if _claim(change) in asked]
    kept = {_claim(change) for change in still}
    lost = [change for change in before if _claim(change) not in kept]
    notes = (f"{record.path}#{change.pointer}: edited while we crawled; left as it is" for change in lost)
    made = edition(record, still, run=run)
    return replace(made, notes=(*notes, *made.notes))


def change_row(change: Change, shown: str, run: str, at: str) -> Row:
    """A change as the change log and `--json` tell of it."""
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


def told(row: Row) -> Row:
    """A row of the change log as it is told."""
    return {name: value for name, value in row.items() if name not in _LOG_ONLY}


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What one record should become.

    Attributes:
        found: its file.
        edit: the edition of the record as it is now; raises RecordError where it should stay as it is.
    """

    found: Found
    edit: Callable[[Record], Edition]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a wish.

    Attributes:
        record: as it is now; None where it cannot be read or written, and `error` says why.
        signature: of its new file; None where it has none, or where somebody else may have written it by now.
        rows: the changes that were made.
        notes: lines about what was left out.
    """

    record: Record | None
    signature: str | None = None
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    error: RecordError | None = None


async def recover(store: Store) -> None:
    """Make journal, files and change logs agree after a run that was killed; before the next, under the lock."""
    for place in {intent.path.parent for intent in await store.journal.open_intents()}:
        stray.sweep(place)
    await store.journal.settle_open(folder.digest)


async def write(store: Store, wishes: Sequence[Wish], *, schema: Schema, run: str) -> list[Written]:
    """Make changes on disk; the journal of many records costs as much as that of one.

    Each file is read anew, and again where a person saves it meanwhile.
    """
    done: dict[Wish, Written] = {}
    for _ in range(_TRIES):
        left = [wish for wish in wishes if wish not in done]
        drafts = await asyncio.to_thread(_drafted_all, left, schema)
        done |= {wish: draft for wish, draft in drafts.items() if isinstance(draft, Written)}
        done |= await _journalled(store, {w: d for w, d in drafts.items() if isinstance(d, _Draft)}, run)
    return [
        done.get(wish) or _failed(RecordError("it is being edited; left for the next run", path=str(wish.found.path)))
        for wish in wishes
    ]


async def plan(store: Store, wishes: Sequence[Wish], *, schema: Schema, run: str) -> list[Written]:
    """Remember what would be written; the files stay as they are."""
    drafts = await asyncio.to_thread(_drafted_all, wishes, schema)
    made = {wish: draft for wish, draft in drafts.items() if isinstance(draft, _Draft)}
    await store.journal.plan(run, *(_entry(wish, draft) for wish, draft in made.items()))
    return [
        Written(draft.record, None, draft.made.rows, draft.made.notes) if isinstance(draft, _Draft) else draft
        for draft in drafts.values()
    ]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A record as it is now, what it is to become, and the record that this will be."""

    record: Record
    made: Edition
    following: Record


def _drafted_all(wishes: Sequence[Wish], schema: Schema) -> dict[Wish, _Draft | Written]:
    return {wish: _drafted(wish, schema) for wish in wishes}


def _drafted(wish: Wish, schema: Schema) -> _Draft | Written:
    """What is to be written, or what came of a wish that needs no writing."""
    shown = str(wish.found.path)
    try:
        record = articles.read(shown, folder.read(wish.found.path), schema)
        if record is None:
            return _failed(RecordError("it is no record any more", path=shown))
        made = wish.edit(record)
        following = (articles.read(shown, made.document, schema) if made.rows else None) or record
        changelog.check(made.rows, shown)
    except RecordError as error:
        return _failed(RecordError(error.why, line=error.line, path=shown))
    return _Draft(record, made, following) if made.rows else Written(record, None, (), made.notes)


async def _journalled(store: Store, drafts: Mapping[Wish, _Draft], run: str) -> dict[Wish, Written]:
    """What was written; a file that a person saved in the meantime is left out."""
    intents = await store.journal.intend(run, *(_entry(wish, draft) for wish, draft in drafts.items()))
    outcomes = await asyncio.to_thread(lambda: {wish: _replaced(wish, draft) for wish, draft in drafts.items()})
    for intent, outcome in zip(intents, outcomes.values(), strict=True):
        # What nobody can tell yet stays open: the next run looks.
        if outcome.error and not isinstance(outcome.error, Unsure):
            await store.journal.dropped(intent, outcome.error.why)
    done = [intent for intent, outcome in zip(intents, outcomes.values(), strict=True) if not outcome.error]
    await store.journal.applied(*done)
    return {wish: outcome for wish, outcome in outcomes.items() if not isinstance(outcome.error, Edited)}


def _replaced(wish: Wish, draft: _Draft) -> Written:
    try:
        signature = save.replace(wish.found, draft.made.document, expected=draft.record.digest)
    except RecordError as error:
        return _failed(error)
    return Written(draft.following, signature, draft.made.rows, draft.made.notes)


def _failed(error: RecordError) -> Written:
    return Written(None, error=error)


def _entry(wish: Wish, draft: _Draft) -> Write:
    record, made = draft.record, draft.made
    digest = hashlib.sha256(made.document).hexdigest()
    return Write(wish.found.address, record.path, record.digest, digest, made.rows)


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
