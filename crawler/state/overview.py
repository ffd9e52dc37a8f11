"""What is remembered, summed up: the last runs, and how each host's pages did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from crawler import urls
from crawler.state.database import Database
from crawler.state.rows import Run
from crawler.state.tables import runs, troubles, visits

# A server that says so is well; it is the pages that are not.
_MISSING = (404, 410)
_ROWS_AT_A_TIME = 500


class HostSum(NamedTuple):
    """A registrable host, no page of which was got at its last visit, for another reason than that it is not there.

    Attributes:
        pages: those that were ever visited.
        kinds: what the visits failed of: the first and the last in the alphabet.
        since: when the first of the failures in a row was; `last_success` is when a page was last got.
    """

    host: str
    pages: int
    kinds: tuple[str, str]
    since: datetime | None
    last_success: datetime | None


async def last_runs(database: Database, most: int) -> list[Run]:
    """The last runs, the newest first."""
    wanted = select(runs).order_by(runs.c.id.desc()).limit(most)
    return await database.read(lambda connection: [Run(**row) for row in connection.execute(wanted).mappings()])


async def last_success(database: Database, before: str | None = None) -> Run | None:
    """The last run, or the last `before` another, that was no dry run and went to its end."""
    done = (runs.c.outcome == "done") & runs.c.dry_run.is_(other=False)
    earlier = done if before is None else done & (runs.c.id < before)
    wanted = select(runs).where(earlier).order_by(runs.c.id.desc()).limit(1)
    found = await database.read(lambda connection: connection.execute(wanted).mappings().first())
    return Run(**found) if found else None


async def failing_hosts(database: Database) -> list[HostSum]:
    """The hosts that fail, those with the most pages first."""
    page = visits.c
    wanted = select(page.url, page.status, page.kind, page.failures, page.failing_since, page.last_success)

    def ask(connection: Connection) -> dict[str, _Sum]:
        sums: dict[str, _Sum] = {}
        with connection.execution_options(yield_per=_ROWS_AT_A_TIME).execute(wanted) as rows:
            for row in rows:
                sums.setdefault(urls.registrable_host(row.url), _Sum()).add(row)
        return sums

    sums = await database.read(ask)
    failing = (found.told(host) for host, found in sums.items() if found.fails)
    return sorted(failing, key=lambda found: (-found.pages, found.host))


@dataclass(slots=True)
class _Sum:
    """What the visits to one host were so far."""

    pages: int = 0
    well: bool = False
    missing: int = 0
    kinds: tuple[str, str] | None = None
    since: datetime | None = None
    last_success: datetime | None = None

    def add(self, row: Row[*tuple[Any, ...]]) -> None:
        self.pages += 1
        self.well = self.well or row.failures == 0
        self.missing += row.status in _MISSING
        first, last = self.kinds or (row.kind, row.kind)
        self.kinds = min(first, row.kind), max(last, row.kind)
        self.since = min(filter(None, (self.since, row.failing_since)), default=None)
        self.last_success = max(filter(None, (self.last_success, row.last_success)), default=None)

    @property
    def fails(self) -> bool:
        return not self.well and self.missing < self.pages

    def told(self, host: str) -> HostSum:
        return HostSum(host, self.pages, self.kinds or ("", ""), self.since, self.last_success)


async def left_alone(database: Database, now: datetime) -> dict[str, datetime]:
    """The hosts that are left alone now because they failed, by full name, and until when."""
    wanted = select(troubles.c.host, troubles.c.until).where(troubles.c.until > now, troubles.c.failures > 0)
    found = await database.read(lambda connection: connection.execute(wanted).all())
    return {row.host: row.until for row in found}
