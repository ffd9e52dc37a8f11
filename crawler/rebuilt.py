"""Records as a run's writes found them, rebuilt from what the files are now and what the journal has of them."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.errors import EditRefused, RecordError
from crawler.model import Splice
from crawler.records import edit, folder
from crawler.state.rows import Intent, Row
from crawler.state.store import Store


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One write to one record.

    Attributes:
        path: absolute; `shown` is the same file as the user named it.
        document: the record before the write; the splices make of it what it was after.
    """

    path: Path
    shown: str
    document: bytes
    splices: tuple[Splice, ...]


async def rebuilt(store: Store, run: str) -> AsyncGenerator[Rebuilt | RecordError, None]:
    """Each write that a run made, or would make, in its order; an error where the record cannot be rebuilt.

    What metafresh itself wrote since is taken back in thought; what a person edited since cannot be.
    """
    latest: dict[Path, str] = {}
    for intent in await store.journal.told(run):
        try:
            document = await _before(store, intent, latest.get(intent.path))
        except RecordError as error:
            yield RecordError(error.why, path=intent.shown)
        else:
            latest[intent.path] = intent.new_digest
            yield Rebuilt(intent.path, intent.shown, document, _splices(intent.rows))


async def _before(store: Store, intent: Intent, latest: str | None) -> bytes:
    """The record before a write; `latest` is its digest after the run's write before that."""
    if latest not in (None, intent.old_digest):
        raise RecordError("planned in two parts, or edited between two writes; left out")
    document = await asyncio.to_thread(folder.read, intent.path)
    if _digest(document) == intent.old_digest:
        return document
    made = [intent] if _digest(document) == intent.new_digest else await store.journal.made_to(intent.path)
    for write in reversed(made):
        if _digest(document) == write.new_digest:
            document = _undone(document, write)
        if _digest(document) == intent.old_digest:
            return document
    raise RecordError("edited since; left out")


def _undone(document: bytes, write: Intent) -> bytes:
    try:
        return edit.undo(document, _splices(write.rows))
    except EditRefused as error:
        raise RecordError("not what the journal says; left out") from error


def _splices(rows: Iterable[Row]) -> tuple[Splice, ...]:
    cuts: Iterable[Any] = (row["splice"] for row in rows)
    return tuple(Splice(cut["offset"], cut["before"].encode(), cut["after"].encode()) for cut in cuts)


def _digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()
