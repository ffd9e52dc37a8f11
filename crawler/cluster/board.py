"""The board: errands to be done, and what came of them; one table of the store's database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import delete, event, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from crawler.state.database import Database
from crawler.state.tables import errands

# What is many comes as one JSON: a statement is read anew for each number of parameters, and arrays are slow to write.
_DONE = "report IS NOT NULL AND key IN (SELECT json_array_elements_text(CAST(:keys AS json)))"
_LOOK = text(f"SELECT key, report FROM errands WHERE {_DONE}")  # noqa: S608  (nothing from outside)
_TAKE = text(f"DELETE FROM errands WHERE {_DONE} RETURNING key, report")  # noqa: S608
_REPORT = text("""
    UPDATE errands SET report = told.value FROM json_each_text(CAST(:reports AS json)) AS told
    WHERE errands.key = told.key AND errands.report IS NULL
""")


class Posted(NamedTuple):
    """An errand on the board, as JSON; `tries` is how many workers did not come back from it."""

    key: str
    host: str
    errand: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """The board in a database; every method raises `StateError` when that cannot be used."""

    database: Database

    async def post(self, posted: Sequence[Posted]) -> None:
        """Put up errands; one that is up already stays as it is, with what came of it."""
        if not posted:
            return
        now = datetime.now(UTC)
        rows = [{**each._asdict(), "posted_at": now} for each in posted]
        put = insert(errands).on_conflict_do_nothing(index_elements=[errands.c.key])
        await self.database.write(lambda connection: connection.execute(put, rows))

    async def done(self, keys: Iterable[str], *, taken: bool) -> dict[str, str]:
        """What came of those of the errands that are done, as JSON.

        Args:
            taken: whether they go from the board; else they stay for a later run.
        """
        ask, wanted = (_TAKE if taken else _LOOK), {"keys": json.dumps(list(keys))}
        found = await self.database.write(lambda connection: connection.execute(ask, wanted).all())
        return {row.key: row.report for row in found}

    async def undone(self, host: str, limit: int) -> list[Posted]:
        """The oldest errands to a host of which nothing came yet."""
        open_ones = errands.c.report.is_(None)
        columns = (errands.c[name] for name in Posted._fields)
        oldest = select(*columns).where(errands.c.host == host, open_ones).order_by(errands.c.id).limit(limit)
        return await self.database.read(lambda connection: [Posted(*row) for row in connection.execute(oldest)])

    async def hosts(self) -> list[str]:
        """The hosts of all errands of which nothing came yet."""
        wanted = select(errands.c.host).where(errands.c.report.is_(None)).distinct()
        return await self.database.read(lambda connection: list(connection.scalars(wanted)))

    async def left_by_the_dead(self, host: str) -> None:
        """Count one try more for the errand that a worker did not come back from: the oldest to its host."""
        open_ones = (errands.c.host == host) & errands.c.report.is_(None)
        oldest = select(func.min(errands.c.id)).where(open_ones).scalar_subquery()
        once_more = update(errands).where(errands.c.id == oldest).values(tries=errands.c.tries + 1)
        await self.database.write(lambda connection: connection.execute(once_more))

    async def report(self, reports: Mapping[str, str]) -> None:
        """Put up what came of errands, by key; the first to do so has its say."""
        if reports:
            rows = {"reports": json.dumps(reports)}
            await self.database.each(lambda connection: connection.execute(_REPORT, rows))

    async def clear(self, before: datetime) -> None:
        """Forget what was posted before a time."""
        old = delete(errands).where(errands.c.posted_at < before)
        await self.database.write(lambda connection: connection.execute(old))


async def hurry(database: Database) -> None:
    """Let the database say that something is done before it is on its disk: what a crash undoes is only done again."""
    faster = "SET synchronous_commit = off"

    def made(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.cursor().execute(faster)
        connection.commit()

    event.listen(database.engine, "connect", made)
    await database.write(lambda connection: connection.execute(text(faster)))
