"""The store: everything that is remembered between runs, and the verbs to ask and to tell it.

Every method raises `StateError` when the database or the change log cannot be read or written.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from crawler import revisit
from crawler.model import Json
from crawler.place import Place, folder_of
from crawler.revisit import Curve, State
from crawler.state import changelog, tables
from crawler.state.database import Database, open_database
from crawler.state.journal import Journal
from crawler.state.lock import locked
from crawler.state.outlines import from_stored, to_stored
from crawler.state.packed import numbered, pack, unpack
from crawler.state.rows import (
    Decision,
    Held,
    HostVisits,
    IntentState,
    Outline,
    Probe,
    Robots,
    Row,
    Run,
    Visit,
    new_run_id,
)
from crawler.urls import registrable_host

# SQLite before 3.32 takes 999 parameters a statement, and few would want more at a time.
_KEYS_PER_QUERY = 500
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_TROUBLE_KEPT = timedelta(days=1)
# Both a server's own wish and our patience with one that fails end after a day.
_LONGEST_WAIT = timedelta(days=1, minutes=1)
# By which it is told how far apart runs are.
_RECENT_RUNS = 12
_CURVE = "changes an hour by age"
_T = TypeVar("_T")
_OF_VISITS = tuple(column for column in tables.visits.c if column.name != "habit")
_OF_HABITS = '"gone":true,"changes":1.0,"changes":0.0,"expected":0.0,{"born":49,"last":49,"changes":0.0,"expected":0.'


@asynccontextmanager
async def open_store(place: Place, *, makes: bool = True) -> AsyncIterator["Store"]:
    """The store in a place; folder and tables are made if they are not there.

    Args:
        makes: whether they may be.

    Raises:
        NotReady: they would have to be made, or brought up to date, and may not.
        StateError: the folder cannot be written, or the database cannot be asked, is damaged or of another version.
    """
    folder = folder_of(place)
    async with open_database(place, makes=makes) as database:
        yield Store(folder, database, Journal(folder, database))


@asynccontextmanager
async def open_alone(place: Place, wait: timedelta) -> AsyncIterator["Store"]:
    """The store in a place, for the one run that it has at a time.

    Args:
        wait: how long to wait for another run to end.

    Raises:
        Busy: another run still was after that.
        StateError: as `open_store`.
    """
    loop = asyncio.get_running_loop()
    patience = loop.time() + wait.total_seconds()
    async with locked(folder_of(place), wait), open_store(place) as store:
        await store.database.lock(timedelta(seconds=max(patience - loop.time(), 0)))
        yield store


@dataclass(frozen=True, slots=True)
class Store:
    """What is remembered; made by `open_store`. The writes of records are told to its `journal`."""

    folder: Path
    database: Database
    journal: Journal

    async def visit(self, url: str) -> Visit | None:
        """The last visit to a URL."""
        return (await self.visits([url])).get(url)

    async def visits(self, urls: Iterable[str]) -> dict[str, Visit]:
        """The last visit to each URL that was ever visited; asking for a record's at once costs as much as for one."""
        known = await self._keyed(tables.visits.c.url, urls, *_OF_VISITS)
        return {row["url"]: Visit(host=registrable_host(row["url"]), **row) for row in known}

    async def remember_visits(self, visits: Iterable[Visit]) -> None:
        """Remember visits, all or none, each in place of its URL's last."""
        columns = [column.name for column in _OF_VISITS]
        await self.database.upsert(tables.visits, [{name: getattr(each, name) for name in columns} for each in visits])

    async def visits_by_host(self, since: datetime) -> list[HostVisits]:
        """How the pages fared that were visited at `since` or later, by registrable host and kind."""
        c = tables.visits.c
        wanted = select(c.url, c.kind, c.failures, c.failing_since, c.why).where(c.at >= since)

        def counted(connection: Connection) -> list[HostVisits]:
            found: dict[tuple[str, str], HostVisits] = {}
            with connection.execution_options(yield_per=_KEYS_PER_QUERY).execute(wanted) as visits:
                for url, kind, *failed in visits:
                    one = HostVisits(registrable_host(url), kind, 1, *failed)
                    key = one.host, kind
                    found[key] = found[key].joined(one) if key in found else one
            return list(found.values())

        return await self.database.read(counted)

    async def probe(self, url: str) -> Probe | None:
        """The last look at an image."""
        return (await self.probes([url])).get(url)

    async def probes(self, urls: Iterable[str]) -> dict[str, Probe]:
        """The last look at each image that was ever looked at, by URL."""
        return {row["url"]: Probe(**row) for row in await self._keyed(tables.images.c.url, urls)}

    async def remember_probes(self, probes: Iterable[Probe]) -> None:
        """Remember looks at images, all or none, each in place of its URL's last."""
        await self.database.upsert(tables.images, [probe._asdict() for probe in probes])

    async def outlines(self, paths: Iterable[str]) -> dict[str, Outline]:
        """What is remembered of files that were read before."""
        return {
            row["path"]: Outline(row["path"], row["signature"], from_stored(row["path"], row["articles"]))
            for row in await self._keyed(tables.records.c.path, paths)
        }

    async def remember_outlines(self, outlines: Iterable[Outline]) -> None:
        """Remember files as they were read, each in place of what it was before."""
        rows = [{"path": each.path, "signature": each.signature, "articles": to_stored(each)} for each in outlines]
        await self.database.upsert(tables.records, rows)

    async def settled(self, paths: Iterable[str], since: datetime, now: datetime) -> dict[str, dict[str, str]]:
        """The digests of records' articles, by path and pointer, as last judged to the end; "" where that was before.

        Args:
            since: what was judged earlier is to be judged anew; and what seems to have been in the future.
        """
        known: dict[str, dict[str, str]] = {}
        path_of = {numbered(path): path for path in paths}
        for row in await self._keyed(tables.settled.c.record, path_of):
            articles = known.setdefault(path_of[row["record"]], {})
            articles[row["pointer"]] = row["digest"] if since <= row["at"] <= now else ""
        return known

    async def settle(self, digests: Mapping[str, Mapping[str, str]], at: datetime) -> None:
        """Remember articles, by path and pointer, as judged to the end; the others stay as they were."""
        rows = [
            {"record": numbered(path), "at": at, "pointer": pointer, "digest": digest}
            for path, articles in digests.items()
            for pointer, digest in articles.items()
        ]
        await self.database.upsert(tables.settled, rows)

    async def habits(self, urls: Iterable[str]) -> dict[str, State]:
        """How pages are used to change, by URL: the states of `crawler.revisit`."""
        known = await self._keyed(tables.visits.c.url, urls, tables.visits.c.url, tables.visits.c.habit)
        return {row["url"]: _habit(row["habit"]) for row in known if row["habit"]}

    async def of_habits(self, ask: Callable[[Iterator[tuple[State, bool]]], _T]) -> _T:
        """What asking of all habits gives, each with whether its server said "not modified" last, one at a time."""
        visits = tables.visits.c
        wanted = select(visits.habit, visits.kind).where(visits.habit.is_not(None))

        def read(connection: Connection) -> _T:
            with connection.execution_options(yield_per=_KEYS_PER_QUERY).execute(wanted) as rows:
                return ask((_habit(habit), kind == "not-modified") for habit, kind in rows)

        return await self.database.read(read)

    async def curve(self) -> Curve:
        """How all pages are used to change with age: the curve of `crawler.revisit`."""
        found = await self._rows(select(tables.curves.c.curve).where(tables.curves.c.name == _CURVE))
        return found[0]["curve"] if found else revisit.new_curve()

    async def learn(self, habits: Mapping[str, State], curve: Curve) -> None:
        """Remember how pages are used to change, and what that says of all of them; each was visited before."""
        learnt = update(tables.visits).where(tables.visits.c.url == bindparam("page")).values(habit=bindparam("now"))
        rows = [{"page": url, "now": pack(state, _OF_HABITS)} for url, state in habits.items()]
        if rows:
            await self.database.write(lambda connection: connection.execute(learnt, rows))
            await self.database.upsert(tables.curves, [{"name": _CURVE, "curve": curve}])

    async def forget(self, path: str, pointers: Iterable[str], urls: Iterable[str]) -> None:
        """Forget how articles of a record were judged, and when their pages were visited: they are due, and read anew.

        What else is remembered of the pages stays: how often they failed, and when they last did not.
        """
        settled, visits = tables.settled.c, tables.visits
        gone = delete(tables.settled).where(settled.record == numbered(path), settled.pointer == bindparam("article"))
        undated = update(visits).where(visits.c.url == bindparam("page")).values(at=_LONG_AGO)
        articles, pages = [{"article": pointer} for pointer in pointers], [{"page": url} for url in urls]

        def act(connection: Connection) -> None:
            if articles:
                connection.execute(gone, articles)
            if pages:
                connection.execute(undated, pages)

        await self.database.write(act)

    async def turns(self, now: datetime) -> dict[str, datetime]:
        """The hosts that must not be asked yet, and from when on they may."""
        # What is further off than any host may ask for was noted by a clock that was ahead.
        waiting = tables.hosts.c.next_allowed.between(now, now + _LONGEST_WAIT)
        found = await self._rows(select(tables.hosts).where(waiting, tables.hosts.c.next_allowed != now))
        return {row["host"]: row["next_allowed"] for row in found}

    async def remember_turns(self, turns: Mapping[str, datetime]) -> None:
        """Remember from when on each host may be asked."""
        await self.database.upsert(tables.hosts, [{"host": host, "next_allowed": at} for host, at in turns.items()])

    async def troubles(self, since: datetime) -> dict[str, tuple[int, datetime]]:
        """The hosts that were left alone a day before `since` or later: their failures in a row, and until when."""
        # What lasts longer than any rest was noted by a clock that was ahead.
        until = tables.troubles.c.until
        recent = (until > since - _TROUBLE_KEPT) & (until <= since + _LONGEST_WAIT) & (tables.troubles.c.failures > 0)
        found = await self._rows(select(tables.troubles).where(recent))
        return {row["host"]: (row["failures"], row["until"]) for row in found}

    async def remember_troubles(self, troubles: Mapping[str, tuple[int, datetime]]) -> None:
        """Remember hosts as in trouble, each in place of what it was before."""
        rows = [{"host": host, "failures": failures, "until": until} for host, (failures, until) in troubles.items()]
        await self.database.upsert(tables.troubles, rows)

    async def robots(self, origin: str, since: datetime, now: datetime) -> Robots | None:
        """An origin's robots.txt, if it was fetched at `since` or later, and not in the future."""
        robots = tables.robots.c
        wanted = select(tables.robots).where(robots.origin == origin, robots.fetched_at.between(since, now))
        found = await self._rows(wanted)
        return Robots(**found[0]) if found else None

    async def remember_robots(self, answers: Iterable[tuple[str, datetime, int, str]]) -> None:
        """Remember answers, in the shape of `Robots`, each in place of its origin's last."""
        await self.database.upsert(tables.robots, [Robots(*answer)._asdict() for answer in answers])

    async def start_run(self, run: str, started: datetime, *, dry_run: bool) -> None:
        """Remember that a run began; this comes before anything else that is told of it."""
        begun = insert(tables.runs).values(id=run, started=started, dry_run=dry_run, counts={})
        await self.database.write(lambda connection: connection.execute(begun))

    async def finish_run(self, run: str, finished: datetime, outcome: str, counts: Mapping[str, Json]) -> None:
        """Remember how a run ended, once its change log is seen to be complete."""
        await self.journal.complete_log(run)
        ended = update(tables.runs).where(tables.runs.c.id == run)
        ended = ended.values(finished=finished, outcome=outcome, counts=dict(counts))
        await self.database.write(lambda connection: connection.execute(ended))

    async def new_run(self, started: datetime) -> str:
        """An id for a run that starts now; it sorts after all others."""
        last = await self.run()
        return new_run_id(started, last.id if last else None)

    async def run(self, run: str | None = None) -> Run | None:
        """A run by its id, or the newest."""
        wanted = select(tables.runs).order_by(tables.runs.c.id.desc()).limit(1)
        found = await self._rows(wanted if run is None else wanted.where(tables.runs.c.id == run))
        return Run(**found[0]) if found else None

    async def runs(self) -> list[Run]:
        """Every run, oldest first."""
        return [Run(**row) for row in await self._rows(select(tables.runs).order_by(tables.runs.c.id))]

    async def tick(self) -> timedelta | None:
        """How far apart crawls began of late, as a rule; None where that cannot be told yet."""
        runs = tables.runs.c
        recent = select(runs.started, runs.counts).where(runs.dry_run.is_(False)).order_by(runs.id.desc())
        found = await self._rows(recent.limit(_RECENT_RUNS))
        # A revert or an apply is a run, too, but looks at no records.
        starts = [row["started"] for row in found if row["counts"].get("records")]
        # Where the clock was set back, nobody can tell.
        gaps = [late - early for late, early in pairwise(starts) if late > early]
        return median(gaps) if gaps else None

    async def note_failure(self, run: str, *rows: Row) -> None:
        """Remember failures of a run for its report; many at a time cost as much as one."""
        if not rows:
            return
        values = [{"run": run, "row": row} for row in rows]
        await self.database.write(lambda connection: connection.execute(insert(tables.failures), values))

    async def failures(self, run: str) -> list[Row]:
        """The failures of a run, oldest first."""
        wanted = select(tables.failures.c.row).where(tables.failures.c.run == run)
        return [row["row"] for row in await self._rows(wanted.order_by(tables.failures.c.id))]

    async def note_held(self, run: str, path: str | Path, shown: str, *rows: Row) -> None:
        """Remember changes of one record that a person should look at, and log them.

        Raises:
            RecordError: a row holds what JSON cannot say, such as NaN.
        """
        if not rows:
            return
        changelog.check(rows, shown)
        noted = changelog.with_status("held", rows)
        values = [{"run": run, "path": str(path), "shown": shown, "row": row} for row in noted]
        await self.database.write(lambda connection: connection.execute(insert(tables.held), values))
        changelog.append(self.folder, run, noted)

    async def held(self, run: str) -> list[Held]:
        """The changes that a run held, oldest first."""
        return await self._held(tables.held.c.run == run)

    async def held_of(self, paths: Iterable[str]) -> dict[str, list[Held]]:
        """The changes that were ever held of each of these records, oldest first."""
        found: dict[str, list[Held]] = {}
        for row in sorted(await self._keyed(tables.held.c.path, paths), key=lambda row: row["id"]):
            found.setdefault(row["path"], []).append(_held(row))
        return found

    async def decided(self, decision: Decision | None) -> list[Held]:
        """The held changes of all runs of which this was decided, or nothing yet, oldest first."""
        return await self._held(tables.held.c.decision == decision)

    async def decide(self, decision: Decision | None, *held: int) -> None:
        """Remember what was decided of held changes, by their ids."""
        these = update(tables.held).where(tables.held.c.id.in_(held)).values(decision=decision)
        await self.database.write(lambda connection: connection.execute(these))

    async def _held(self, which: ColumnElement[bool]) -> list[Held]:
        found = await self._rows(select(tables.held).where(which).order_by(tables.held.c.id))
        return [_held(row) for row in found]

    async def changes(self, run: str) -> list[Row]:
        """The changes that a run made, or that a dry run would make, oldest first."""
        intents = tables.intents.c
        told = (IntentState.PLANNED, IntentState.APPLIED, IntentState.LOGGED)
        wanted = select(intents.rows).where(intents.run == run, intents.state.in_(told)).order_by(intents.id)
        return [change for row in await self._rows(wanted) for change in row["rows"]]

    async def history(self, path: Path) -> list[Row]:
        """Every change that was ever made to a record, oldest first."""
        intents = tables.intents.c
        made = (IntentState.APPLIED, IntentState.LOGGED)
        wanted = select(intents.rows).where(intents.path == str(path), intents.state.in_(made)).order_by(intents.id)
        return [change for row in await self._rows(wanted) for change in row["rows"]]

    async def histories(self, paths: Sequence[str]) -> dict[str, list[Row]]:
        """Every change that was ever made to each of these records, oldest first."""
        made = (IntentState.APPLIED, IntentState.LOGGED)
        found: dict[str, list[Row]] = {}
        for row in sorted(await self._keyed(tables.intents.c.path, paths), key=lambda row: row["id"]):
            if row["state"] in made:
                found.setdefault(row["path"], []).extend(row["rows"])
        return found

    async def _keyed(self, key: Column[_T], wanted: Iterable[_T], *columns: Column[Any]) -> list[RowMapping]:
        """The rows with one of the wanted keys, whole or so many columns of them."""
        found: list[RowMapping] = []
        keys = iter(wanted)
        while some := list(islice(keys, _KEYS_PER_QUERY)):
            found += await self._rows(select(*(columns or key.table.c)).where(key.in_(some)))
        return found

    async def _rows(self, wanted: Select[*tuple[Any, ...]]) -> Sequence[RowMapping]:
        return await self.database.read(lambda connection: connection.execute(wanted).mappings().all())


def _held(row: RowMapping) -> Held:
    decision = Decision(row["decision"]) if row["decision"] else None
    return Held(row["id"], row["run"], Path(row["path"]), row["shown"], row["row"], decision)


def _habit(packed: bytes) -> State:
    state: State = unpack(packed, _OF_HABITS)
    return state
