"""What nothing wants any more, out of the store: state of records that are gone, and history past its time.

A run is forgotten whole or not at all: half a run in a report would pass for all of it. It stays, however old it is, as
long as a write of it is open, a change that it held waits for a decision or to be written, or what a person refused in
it (rejected, or taken back) would be proposed again without it. The newest run stays, too.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
)

from crawler import urls
from crawler.errors import StateError
from crawler.state import tables
from crawler.state.database import Database
from crawler.state.outlines import from_stored
from crawler.state.packed import numbered
from crawler.state.rows import Decision, IntentState, new_run_id
from crawler.state.tables import Words

_ROWS_AT_A_TIME = 500
# Hosts in trouble are left alone, and a robots.txt may be used, for a day at most.
_OF_USE = timedelta(days=2)

# What is kept; these tables last as long as the connection.
_temporary = MetaData()
_records = Table(
    "kept_records",
    _temporary,
    Column("path", Words, primary_key=True),
    Column("number", BigInteger, nullable=False, index=True),
    prefixes=["TEMPORARY"],
)
_pages = Table("kept_pages", _temporary, Column("url", Words, primary_key=True), prefixes=["TEMPORARY"])


class Forgotten(NamedTuple):
    """How much was forgotten, and the bytes that the database took before and takes now."""

    records: int
    visits: int
    images: int
    runs: int
    bytes_before: int
    bytes: int


async def begin(database: Database) -> None:
    """Make ready to be told what is to be kept."""
    await database.write(_temporary.create_all)


async def keep(database: Database, paths: Iterable[str]) -> None:
    """Tell of records that are there, each once."""
    rows = [{"path": path, "number": numbered(path)} for path in paths]
    if rows:
        await database.write(lambda connection: connection.execute(insert(_records), rows))


async def forget(
    database: Database, folder: Path, now: datetime, *, history: timedelta, pictures: timedelta
) -> Forgotten:
    """Forget all but what is kept, and give the room back.

    Args:
        folder: of the change logs.
        history: for how long runs are kept, with their change logs; `pictures` that no page showed meanwhile.

    Raises:
        StateError: the database cannot be written, or a change log not be removed.
    """

    def act(connection: Connection) -> tuple[int, int, int, int]:
        records = _forget_records(connection)
        _keep_pages(database, connection)
        visits = _delete(connection, tables.visits, ~exists().where(_pages.c.url == tables.visits.c.url))
        images = _delete(connection, tables.images, tables.images.c.at < now - pictures)
        _delete(connection, tables.hosts, tables.hosts.c.next_allowed < now)
        _delete(connection, tables.troubles, tables.troubles.c.until < now - _OF_USE)
        _delete(connection, tables.robots, tables.robots.c.fetched_at < now - _OF_USE)
        return records, visits, images, _forget_runs(connection, now - history)

    before = await database.size()
    forgotten = await database.write(act)
    await _remove_logs(database, folder, now - history)
    await database.shrink()
    return Forgotten(*forgotten, before, await database.size())


def _delete(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(which)).rowcount


def _forget_records(connection: Connection) -> int:
    _delete(connection, tables.settled, ~exists().where(_records.c.number == tables.settled.c.record))
    return _delete(connection, tables.records, ~exists().where(_records.c.path == tables.records.c.path))


def _keep_pages(database: Database, connection: Connection) -> None:
    """Keep what the records that are left want visited."""
    records = tables.records.c
    some = select(records.path, records.articles).order_by(records.path).limit(_ROWS_AT_A_TIME)
    put = database.dialect.insert(_pages).on_conflict_do_nothing()
    rows = connection.execute(some).all()
    while rows:
        articles = (article for path, stored in rows for article in from_stored(path, stored))
        pages = {urls.canonical(target.url) for article in articles for target in article.targets}
        if pages:
            connection.execute(put, [{"url": url} for url in pages])
        rows = connection.execute(some.where(records.path > rows[-1].path)).all()


def _forget_runs(connection: Connection, before: datetime) -> int:
    runs, held, intents = tables.runs.c, tables.held.c, tables.intents.c
    is_there = exists().where(_records.c.path == held.path), exists().where(_records.c.path == intents.path)
    waits = held.decision.is_(None) | (held.decision == Decision.ACCEPTED)
    # No text in JSON holds such quotes.
    taken_back = cast(intents.rows, Text).contains('"status": "reverted"')
    old = select(runs.id).where(
        runs.started < before,
        runs.finished.is_not(None),
        runs.id != select(func.max(runs.id)).scalar_subquery(),
        ~exists().where(held.run == runs.id, waits | ((held.decision == Decision.REJECTED) & is_there[0])),
        ~exists().where(intents.run == runs.id, (intents.state == IntentState.OPEN) | (taken_back & is_there[1])),
    )
    gone = connection.scalars(old).all()
    for start in range(0, len(gone), _ROWS_AT_A_TIME):
        some = gone[start : start + _ROWS_AT_A_TIME]
        for table in (tables.failures, tables.held, tables.intents):
            _delete(connection, table, table.c.run.in_(some))
        _delete(connection, tables.runs, runs.id.in_(some))
    return len(gone)


async def _remove_logs(database: Database, folder: Path, before: datetime) -> None:
    """Remove the change logs of runs that are forgotten, by this machine or another."""
    known = await database.read(lambda connection: set(connection.scalars(select(tables.runs.c.id))))
    for log in sorted((folder / "changes").glob("*.jsonl")):
        if log.stem not in known and log.stem < new_run_id(before):
            try:
                log.unlink(missing_ok=True)
            except OSError as error:
                raise StateError(f"{log}: cannot be removed: {error.strerror}") from error
