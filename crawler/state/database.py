"""The database behind the tables; what only SQLite knows is here, and its errors become `StateError` here.

SQLite in WAL mode: readers do not wait for the writer. `synchronous=FULL`, because a row of the journal that a power
cut undoes is worse than none. Transactions that write begin IMMEDIATE: one that begins by reading and writes later
fails at once when another wrote in between, however long it would be willing to wait (https://sqlite.org/isolation.html).

All that a run asks goes through one connection in a thread of its own, a whole transaction at a time: SQLite has one
writer anyway, and a question that crosses between threads at each statement costs several times as much.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, inspect, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from crawler.errors import StateError
from crawler.state.tables import VERSION, metadata, schema_version

_T = TypeVar("_T")

_BUSY_SECONDS = 30  # how long to wait while another process writes
_DAMAGED = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB (https://sqlite.org/rescode.html)


@dataclass(frozen=True, slots=True)
class Database:
    """The opened database; made by `open_database`.

    What it is given to do runs in its thread, to the end even where nobody waits for it any more.
    """

    file: Path
    engine: Engine = field(repr=False)
    thread: ThreadPoolExecutor = field(repr=False)

    async def read(self, ask: Callable[[Connection], _T]) -> _T:
        """What asking gives."""
        return await self._run(ask, writes=False)

    async def write(self, act: Callable[[Connection], _T]) -> _T:
        """What acting gives, in a transaction: on disk once this returns, undone if it raises."""
        return await self._run(act, writes=True)

    async def upsert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Put rows in, all or none, in place of those with the same primary key."""
        if not rows:
            return
        statement = sqlite.insert(table)
        values = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
        put = statement.on_conflict_do_update(index_elements=table.primary_key, set_=values)
        await self.write(lambda connection: connection.execute(put, rows))

    async def _run(self, work: Callable[[Connection], _T], *, writes: bool) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, self._work, work, writes)

    def _work(self, work: Callable[[Connection], _T], writes: bool) -> _T:  # noqa: FBT001 (an executor knows no keywords)
        with _complaining(self.file), self.engine.connect() as connection:
            connection.execution_options(writes=writes)
            with connection.begin():
                return work(connection)


@asynccontextmanager
async def open_database(file: Path) -> AsyncIterator[Database]:
    """The database in a file, with its tables; both are made if they are not there.

    Raises:
        StateError: it cannot be opened, is damaged, or is of another version; also later, from what is done with it.
    """
    url = URL.create("sqlite", database=str(file))
    # It moves between no threads but ours and the one that closes it.
    arguments = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, poolclass=StaticPool)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    with ThreadPoolExecutor(1, thread_name_prefix="state") as thread:
        database = Database(file, engine, thread)
        try:
            await _make_tables(database)
            yield database
        finally:
            thread.submit(engine.dispose)


async def _make_tables(database: Database) -> None:
    # Looked at first: no command that only reads should wait for a run that writes.
    found = await database.read(_version)
    if found is None:
        await database.write(_made)
    elif found != VERSION:
        raise StateError(
            f"{database.file} is of version {found}, this metafresh knows version {VERSION}: "
            "use the metafresh that made it, or move the file away to start afresh"
        )


def _made(connection: Connection) -> None:
    if _version(connection) is None:  # else another process was quicker
        metadata.create_all(connection)
        connection.execute(insert(schema_version).values(number=VERSION))


def _version(connection: Connection) -> int | None:
    if not inspect(connection).has_table(schema_version.name):
        return None
    return connection.execute(select(schema_version.c.number)).scalar()


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    driver: Any = connection
    driver.isolation_level = None  # the driver would begin transactions by itself; `_begin` does
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "journal_mode=WAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _complaining(file: Path) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, StatementError) else None
        why = " ".join(str(cause or error).split())
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
            why = f"it is damaged ({why}); move it away and run again: what was remembered is lost, no record is"
        raise StateError(f"{file}: {why}") from error
