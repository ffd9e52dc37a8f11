"""The scheduler: due -> fetch -> decide -> write. It takes no decision itself.

Whose turn it is depends on the hosts, not on the order of the records; a bounded number of articles is open at a time,
so memory does not grow with the folder. Each URL is asked for once a run, however many articles want it. Politeness is
the client's.
"""

import asyncio
import contextlib
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler import settle
from crawler.config import Config, load_schema
from crawler.due import Due, Scope, looked
from crawler.errors import ConfigError, Damaged, MetafreshError
from crawler.images import thumbnail
from crawler.lanes import Lanes, open_lanes
from crawler.place import Server, folder_of
from crawler.records import folder, stray
from crawler.records.folder import Found
from crawler.round import Round
from crawler.run import Run, Summary, Tell, begin, finish
from crawler.state.aside import identity, set_aside
from crawler.state.rows import Decision
from crawler.state.store import Store, open_alone
from crawler.visitor import Start, Visitor, alone
from crawler.web.breaker import Trouble
from crawler.web.robots import RobotsText
from crawler.when import policy
from crawler.workers import workers
from crawler.write import recover

# Articles open at a time for each connection: enough that slow images do not keep pages waiting.
_OPEN_PER_CONNECTION = 16
# Seconds before its turn that a host's visit begins: the turn itself is the client's to wait for, to the millisecond.
_HEAD_START = 0.005
# How much of the time allowed may go by before the first visit, while it is looked what is due.
_SCAN_SHARE = 0.1
# What workers are asked for at a time, of all hosts and of one.
_ASKED, _ASKED_OF_HOST = 1000, 100
# RFC 9309 §2.4: a robots.txt should not be used for longer than a day.
_ROBOTS_KEPT = timedelta(hours=24)
# What changes follow, what a title is told from, and whose page it is.
_ALWAYS_WANTED = frozenset({"title", "excerpt", "image", "site_name", "canonical", "amphtml"})


async def crawl(config: Config, scope: Scope, tell: Tell) -> Summary:
    """Visit what is due, write what has changed, and tell of it row by row.

    A damaged database is moved aside, and the crawl begins afresh.

    Args:
        tell: gets rows with a `type`: run_started, progress, change, failure, note, run_finished.

    Raises:
        ConfigError: a path, the schema or a file of certificates cannot be used.
        Busy: another run holds the state folder.
        StateError: the state folder cannot be used.
    """
    place = folder_of(config.state)
    was = identity(config.state)
    try:
        return await _crawl_once(config, scope, tell)
    except Damaged:
        aside = await set_aside(place, was, folder.digest, datetime.now(UTC), wait=scope.lock_wait)
        if aside:
            lost = "all is visited once more, and what was held, planned or taken back is forgotten"
            tell({"type": "note", "text": f"{place}: the database was damaged; it is {aside.name} now, and {lost}"})
        return await _crawl_once(config, scope, tell)


async def _crawl_once(config: Config, scope: Scope, tell: Tell) -> Summary:
    schema = load_schema(config)
    files = folder.discover(scope.paths, scope.only)
    started = datetime.now(UTC)
    async with open_alone(config.state, scope.lock_wait) as store:
        await recover(store)
        async with await _visitor(config, scope, store, started, tell) as visitor:
            config = _widened(config) if scope.cluster else config
            around = Round(config, visitor, store, schema, scope.limit, Counter())
            run = Run(await store.new_run(started), config, scope, schema, store, around, tell, started)
            return await _crawl(run, files)


async def _visitor(
    config: Config, scope: Scope, store: Store, now: datetime, tell: Tell
) -> AbstractAsyncContextManager[Visitor]:
    wanted = _ALWAYS_WANTED | {"published"}.intersection(config.fields)
    if config.thumbnails and not thumbnail.is_installed():
        raise ConfigError("thumbnails need more: pip install 'metafresh[thumbnails]'")
    if scope.cluster:
        return _cluster(config, store, wanted, tell, waits=scope.waits)

    async def recall(origin: str) -> RobotsText | None:
        known = await store.robots(origin, now - _ROBOTS_KEPT, now)
        return RobotsText(*known) if known else None

    troubles = {host: Trouble(*known) for host, known in (await store.troubles(now)).items()}
    start = Start(config.fetch, wanted, await store.turns(now), troubles, config.thumbnails)
    count = min(config.fetch.workers, config.fetch.concurrency)
    return workers(start, recall, count) if count > 1 else alone(start, recall)


def _cluster(
    config: Config, store: Store, wanted: frozenset[str], tell: Tell, *, waits: bool
) -> AbstractAsyncContextManager[Visitor]:
    """Raises ConfigError."""
    if not isinstance(config.state, Server):
        raise ConfigError("a crawl on several machines needs a database: set state to postgresql://user@host/database")
    try:
        from crawler.cluster.visitor import cluster  # noqa: PLC0415  (few have what it needs)
    except ImportError as error:
        raise ConfigError("a crawl on several machines needs more: pip install 'metafresh[cluster]'") from error
    return cluster(store.database, config.state, wanted, tell, waits=waits, thumbnails=config.thumbnails)


def _widened(config: Config) -> Config:
    """How much is asked for at a time where others do the asking: their settings say how politely."""
    fetch = config.fetch.model_copy(update={"concurrency": _ASKED, "per_host": _ASKED_OF_HOST})
    return config.model_copy(update={"fetch": fetch})


async def _crawl(run: Run, files: Iterator[Found]) -> Summary:
    await begin(run.store, run.id, run.started, run.tell, dry_run=run.scope.dry_run)
    for decision in (None, Decision.ACCEPTED):
        run.doubted.update(str(held.path) for held in await run.store.decided(decision))
    if run.config.fetch.ignore_robots:
        run.note("robots.txt is ignored, as you asked")
    lost = run.round.visitor.lost
    with _stopping(run):
        await _visit_all(run, files)
        outcome = await settle.conclude(run)
        if lost.done() and not run.interrupted:
            await _finish(run, "failed")
            raise lost.result()
        return await _finish(run, "interrupted" if run.interrupted else outcome)


async def _finish(run: Run, outcome: str) -> Summary:
    return await finish(run.store, run.id, run.started, outcome, run.counts, run.tell, run.unusable)


@contextlib.contextmanager
def _stopping(run: Run) -> Iterator[None]:
    """Let SIGINT, SIGTERM, the end of the time allowed and a lost worker stop the run: what was fetched is written."""
    loop = asyncio.get_running_loop()

    def halt() -> None:
        run.round.halt()
        run.news.set()

    def interrupt() -> None:
        run.interrupted = True
        halt()

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, interrupt)
    run.round.visitor.lost.add_done_callback(lambda _: halt())
    limit = run.scope.max_time
    alarm = loop.call_later(limit.total_seconds(), halt) if limit is not None else None
    try:
        yield
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(sign)
        if alarm:
            alarm.cancel()


# ---- host by host


async def _visit_all(run: Run, files: Iterator[Found]) -> None:
    try:
        per_host, ready = run.config.fetch.per_host, run.round.visitor.ready
        with open_lanes(run.store.folder, per_host, ready, by_worth=run.scope.has_budget) as lanes:
            async with run.tasks as tasks:
                scan = tasks.create_task(_scan(run, files, lanes))
                if run.scope.has_budget:
                    # What it is spent on should not depend on where a record lies; but not all of it on looking.
                    limit = run.scope.max_time
                    await asyncio.wait([scan], timeout=limit.total_seconds() * _SCAN_SHARE if limit else None)
                    if run.scope.limit and scan.done():
                        lanes.keep(run.scope.limit)
                while turn := await _next(run, lanes, scan):
                    host, taken = turn
                    run.open += len(taken)
                    tasks.create_task(_visit_some(run, lanes, host, taken))
    except ExceptionGroup as group:
        fatal, bugs = group.split(MetafreshError)
        if fatal is None or bugs is not None:
            raise
        raise fatal.exceptions[0] from group


async def _scan(run: Run, files: Iterator[Found], lanes: Lanes) -> None:
    """Queue all that is due."""
    config, scope = run.config, run.scope
    when = await policy(run.store, config, run.started)
    backlog = looked(files, scope, config, schema=run.schema, store=run.store, when=when)
    swept = set()
    async with contextlib.aclosing(backlog):
        async for each in backlog:
            if (parent := Path(each.found.address).parent) not in swept:
                swept.add(parent)
                stray.sweep(parent)
            if each.error:
                run.refuse(each.error)
                continue
            run.counts["records"] += 1
            run.total += len(each.due)
            if len(each.due) > 1:
                run.unseen[each.found.address] = len(each.due)
            for due in each.due:
                lanes.put(due)
            run.news.set()
            if run.round.over:
                break
    run.news.set()


async def _next(run: Run, lanes: Lanes, scan: asyncio.Task[None]) -> tuple[str, list[Due]] | None:
    """The host to be asked next, a little before its turn comes, and for what; None when the run is over."""
    loop = asyncio.get_running_loop()
    most = run.config.fetch.concurrency
    while not run.round.over:
        run.news.clear()
        # No more than there are connections: who waits for one would have lost its place in the order.
        has_room = lanes.under_way < most and run.open < most * _OPEN_PER_CONNECTION
        if has_room and (turn := lanes.take(loop.time() + _HEAD_START)):
            return turn
        if not lanes and scan.done():
            return None
        at = lanes.next_at() if has_room else None
        alarm = loop.call_at(at - _HEAD_START, run.news.set) if at is not None else None
        await run.news.wait()
        if alarm:
            alarm.cancel()
    return None


async def _visit_some(run: Run, lanes: Lanes, host: str, taken: Sequence[Due]) -> None:
    """Take articles that begin with the same page through their visits to the disk again."""
    unheard = len(taken)

    def heard() -> None:
        nonlocal unheard
        unheard -= 1
        if unheard == 0:
            lanes.free(host)
            run.news.set()

    for due in taken:
        # One after the other: the first asks for the page, the others are told what it was.
        try:
            await settle.refresh(run, due, heard)
        finally:
            run.open -= 1
            run.progress()
            run.news.set()
