"""What is remembered, summed up: the last runs, and how each host's pages did."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select

from crawler.state.database import Database
from crawler.state.rows import Run
from crawler.state.tables import runs, troubles, visits

# A server that says so is well; it is the pages that are not.
_MISSING = (404, 410)


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


async def last_success(database: Database) -> Run | None:
    """The last run that was no dry run and went to its end."""
    done = (runs.c.outcome == "done") & runs.c.dry_run.is_(other=False)
    wanted = select(runs).where(done).order_by(runs.c.id.desc()).limit(1)
    found = await database.read(lambda connection: connection.execute(wanted).mappings().first())
    return Run(**found) if found else None


async def failing_hosts(database: Database) -> list[HostSum]:
    """The hosts that fail, those with the most pages first."""
    page, pages = visits.c, func.count().label("pages")
    got = case((visits.c.failures == 0, 1), else_=0)
    missing = case((visits.c.status.in_(_MISSING), 1), else_=0)
    sums = (pages, func.min(page.kind), func.max(page.kind), func.min(page.failing_since), func.max(page.last_success))
    wanted = select(page.host, *sums).group_by(page.host).having(func.sum(got) == 0, func.sum(missing) < pages)
    ordered = wanted.order_by(pages.desc(), page.host)
    found = await database.read(lambda connection: connection.execute(ordered).all())
    return [HostSum(host, count, (first, last), since, got) for host, count, first, last, since, got in found]


async def left_alone(database: Database, now: datetime) -> dict[str, datetime]:
    """The hosts that are left alone now because they failed, by full name, and until when."""
    wanted = select(troubles.c.host, troubles.c.until).where(troubles.c.until > now, troubles.c.failures > 0)
    found = await database.read(lambda connection: connection.execute(wanted).all())
    return {row.host: row.until for row in found}
