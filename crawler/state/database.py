"""The database behind the tables: SQLite in a file, or PostgreSQL on a server; its errors become `StateError` here.

All that a run asks goes through one connection in a thread of its own, a whole transaction at a time: SQLite has one
writer anyway, and a question that crosses between threads at each statement costs several times as much.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from json import JSONDecodeError
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Table, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from crawler.errors import Busy, Damaged, NotReady, StateError
from crawler.place import Place, Server
from crawler.state import tables

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_T = TypeVar("_T")

_LOCK_SECONDS = 0.5  # from one try to get a server's lock to the next
# Seconds that a server that is gone may take to come back, as where it is restarted, and between looks.
_PATIENCE, _AGAIN = 60.0, 0.5


class Dialect(Protocol):
    """What the databases do each in a way of its own: the modules `sqlite` and `postgresql`."""

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that may have an ON CONFLICT."""

    def lock(self, connection: Connection, name: str) -> bool:
        """Whether the run that asks is the only one from now on."""

    def size(self, connection: Connection) -> int:
        """How many bytes the database takes."""

    def shrink(self, engine: Engine) -> None:
        """Give back the room of what was deleted, outside of any transaction."""

    def is_lost(self, error: DBAPIError) -> bool:
        """Whether the database is gone, and may be back soon."""

    def why(self, error: Exception) -> str:
        """What went wrong, in a line that holds no password."""

    def is_damaged(self, error: Exception) -> bool:
        """Whether it went wrong because what is remembered is lost."""


@dataclass(frozen=True, slots=True)
class Database:
    """The opened database; made by `open_database`.

    What it is given to do runs in its thread, to the end even where nobody waits for it any more. `name` is how it is
    told of.
    """

    name: str
    dialect: Dialect = field(repr=False)
    engine: Engine = field(repr=False)
    thread: ThreadPoolExecutor = field(repr=False)

    async def read(self, ask: Callable[[Connection], _T]) -> _T:
        """What asking gives."""
        return await self._run(ask, writes=False)

    async def ask_once(self, ask: Callable[[Connection], _T]) -> _T:
        """What asking gives; a server that cannot be reached is not waited for."""
        return await self._run(ask, writes=False, patience=0)

    async def write(self, act: Callable[[Connection], _T]) -> _T:
        """What acting gives, in a transaction: on disk once this returns, undone if it raises."""
        return await self._run(act, writes=True)

    async def each(self, act: Callable[[Connection], _T]) -> _T:
        """What acting gives, each statement a transaction of its own; where one was lost, all may be done again."""
        return await self._run(act, writes=True, one_by_one=True)

    async def upsert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Put rows in, all or none, in place of those with the same primary key; columns that they lack stay."""
        if not rows:
            return
        statement = self.dialect.insert(table)
        values = {name: statement.excluded[name] for name in rows[0] if not table.c[name].primary_key}
        put = statement.on_conflict_do_update(index_elements=table.primary_key, set_=values)
        await self.write(lambda connection: connection.execute(put, rows))

    async def lock(self, wait: timedelta) -> None:
        """Be the only run that this database has, until it is closed.

        Raises:
            Busy: another run still was after `wait`.
        """
        loop = asyncio.get_running_loop()
        patience = loop.time() + wait.total_seconds()
        while not await self.read(lambda connection: self.dialect.lock(connection, self.name)):
            if loop.time() >= patience:
                raise Busy(f"another run, perhaps of another machine, holds {self.name}")
            await asyncio.sleep(_LOCK_SECONDS)

    async def size(self) -> int:
        """How many bytes it takes."""
        return await self.read(self.dialect.size)

    async def shrink(self) -> None:
        """Give back the room of what was deleted."""
        await asyncio.get_running_loop().run_in_executor(self.thread, self._shrink)

    async def _run(
        self, work: Callable[[Connection], _T], *, writes: bool, patience: float = _PATIENCE, one_by_one: bool = False
    ) -> _T:
        do = partial(self._work, work, writes=writes, patience=patience, one_by_one=one_by_one)
        return await asyncio.get_running_loop().run_in_executor(self.thread, do)

    def _work(self, work: Callable[[Connection], _T], *, writes: bool, patience: float, one_by_one: bool) -> _T:
        deadline = time.monotonic() + patience
        options = {"isolation_level": "AUTOCOMMIT"} if one_by_one else {"writes": writes}
        with self._complaining():
            while True:
                is_sent = False
                try:
                    with self.engine.connect() as connection:
                        connection.execution_options(**options)
                        with connection.begin():
                            result = work(connection)
                            is_sent = not one_by_one
                        return result
                except DBAPIError as error:
                    # Where the answer to COMMIT was lost, nobody knows whether it is done.
                    if is_sent or time.monotonic() > deadline or not self.dialect.is_lost(error):
                        raise
                time.sleep(_AGAIN)

    def _shrink(self) -> None:
        with self._complaining():
            self.dialect.shrink(self.engine)

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, UnicodeDecodeError, JSONDecodeError) as error:
            kind = Damaged if self.dialect.is_damaged(error) else StateError
            raise kind(f"{self.name}: {self.dialect.why(error)}") from error
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None)
            raise StateError(f"{self.name}: {' '.join(str(cause or error).split())}") from error


@asynccontextmanager
async def open_database(place: Place, *, makes: bool = True) -> AsyncIterator[Database]:
    """The database of a place, with its tables.

    Args:
        makes: whether they are made, or brought up to date, if need be.

    Raises:
        NotReady: they would have to be, and are not.
        StateError: it cannot be opened, is damaged, or is of another version; also later, from what is done with it.
    """
    dialect, engine, name = _opened(place)
    with ThreadPoolExecutor(1, thread_name_prefix="state") as thread:
        database = Database(name, dialect, engine, thread)
        try:
            # Looked at first: no command that only reads should wait for a run that writes, nor for alembic's modules.
            if (found := await database.ask_once(_revision)) != tables.REVISION:
                if not makes:
                    raise NotReady(f"{name}: its tables are of version {found or 'none'}, not {tables.REVISION}")
                await database.write(partial(_brought_up_to_date, name=name))
            yield database
        finally:
            thread.submit(engine.dispose)


def _opened(place: Place) -> tuple[Dialect, Engine, str]:
    # Who has the one need not wait for the modules of the other.
    if isinstance(place, Server):
        from crawler.state import postgresql  # noqa: PLC0415

        return postgresql, postgresql.engine(place), str(place)
    from crawler.state import sqlite  # noqa: PLC0415

    file = place / "metafresh.sqlite3"
    return sqlite, sqlite.engine(file), str(file)


def _brought_up_to_date(connection: Connection, *, name: str) -> None:
    """Make the tables, or make those of an older metafresh as ours are; `name` is how the database is told of."""
    if connection.dialect.name == "postgresql":
        # Who comes second waits here, and finds the tables; SQLite has but one writer anyway.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('metafresh tables'))"))
    if inspect(connection).get_table_names():
        # Alembic takes longer to import than a run with nothing due.
        from crawler.state.migrate import migrate  # noqa: PLC0415

        migrate(connection, name)
    else:
        tables.metadata.create_all(connection, checkfirst=False)
        tables.versions.create(connection)
        connection.execute(tables.versions.insert(), {"version_num": tables.REVISION})


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
