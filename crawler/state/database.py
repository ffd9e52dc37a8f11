"""The database behind the tables; what only SQLite knows is here, and its errors become `StateError` here.

SQLite in WAL mode: readers do not wait for the writer. `synchronous=FULL`, because a row of the journal that a power
cut undoes is worse than none. Transactions that write begin IMMEDIATE: one that begins by reading and writes later
fails at once when another wrote in between, however long it would be willing to wait (https://sqlite.org/isolation.html).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from crawler.errors import StateError
from crawler.state.tables import VERSION, metadata, schema_version

_BUSY_SECONDS = 30  # how long to wait while another process writes
_CONNECTIONS = 4  # each is a thread; writers take turns anyway
_INSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_DAMAGED = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB (https://sqlite.org/rescode.html)


@dataclass(frozen=True, slots=True)
class Database:
    """The opened database; made by `open_database`."""

    file: Path
    engine: AsyncEngine = field(repr=False)
    # SQLite has one writer at a time. It waits by polling and sleeping; a lock of ours wakes the next at once.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with."""
        with _complaining(self.file):
            async with self.engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: on disk once the block has ended, undone if it raises."""
        with _complaining(self.file):
            async with self.turn, self.engine.connect() as connection:
                await connection.execution_options(writes=True)
                async with connection.begin():
                    yield connection

    async def upsert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Put rows in, all or none, in place of those with the same primary key."""
        if not rows:
            return
        statement = _INSERTS[self.engine.dialect.name](table)
        values = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
        async with self.writing() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=table.primary_key, set_=values), rows
            )


@asynccontextmanager
async def open_database(file: Path) -> AsyncIterator[Database]:
    """The database in a file, with its tables; both are made if they are not there.

    Raises:
        StateError: it cannot be opened, is damaged, or is of another version; also later, from what is done with it.
    """
    url = URL.create("sqlite+aiosqlite", database=str(file))
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_SECONDS}, pool_size=_CONNECTIONS, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "invalidate", _give_up)
    database = Database(file, engine)
    try:
        await _make_tables(database)
        yield database
    finally:
        await engine.dispose()


async def _make_tables(database: Database) -> None:
    async with database.reading() as connection:  # no command that only reads should wait for a run that writes
        found = await connection.run_sync(_version)
    if found is None:
        async with database.writing() as connection:
            if await connection.run_sync(_version) is None:  # else another process was quicker
                await connection.run_sync(metadata.create_all)
                await connection.execute(insert(schema_version).values(number=VERSION))
    elif found != VERSION:
        raise StateError(
            f"{database.file} is of version {found}, this metafresh knows version {VERSION}: "
            "use the metafresh that made it, or move the file away to start afresh"
        )


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


def _give_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _error: BaseException | None) -> None:
    # A task was cancelled in the middle of a statement. Closing is not enough: SQLite keeps the transaction, and so the
    # one place of the writer, until Python has collected the cursor (https://sqlite.org/c3ref/close.html).
    connection.rollback()


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
