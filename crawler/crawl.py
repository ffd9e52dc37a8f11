"""The scheduler: due -> fetch -> decide -> write. It takes no decision itself.

A record is opened when its turn comes and closed when it is written; a bounded number is open at a time, so memory does
not grow with the folder. Each URL is asked for once a run, however many articles want it. Politeness is the client's.
"""

import asyncio
import contextlib
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from crawler import merge, revisit, urls
from crawler.config import Config, load_schema
from crawler.errors import Busy, MetafreshError, RecordError
from crawler.findings import Finding, Round, digest, find
from crawler.model import Article, Change, Failure, Record, Role, Schema, Target
from crawler.records import articles, folder
from crawler.state.lock import hold
from crawler.state.rows import Row, new_run_id
from crawler.state.store import Store, open_store
from crawler.web.client import Client
from crawler.web.robots import RobotsText
from crawler.write import Written, address, plan, write

Tell = Callable[[Row], None]

# Records open at a time for each connection: enough that a slow host does not keep the others waiting.
_OPEN_PER_CONNECTION = 16
_VISITS_PER_COMMIT = 200
# RFC 9309 §2.4: a robots.txt should not be used for longer than a day.
_ROBOTS_KEPT = timedelta(hours=24)
# Fewer changes than this are never a catastrophe.
_BRAKE_FLOOR = 20
# Keys of a change's row that the log needs and nobody reads.
_LOG_ONLY = frozenset({"status", "splice"})
_COUNTS = (
    "records", "articles", "visited", "not_modified", "unchanged", "changed_records", "changes", "held", "failed",
    "skipped", "image_probes", "bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the backlog a run may touch, and how far it may go.

    Attributes:
        paths: files and folders of records.
        only: globs on record paths; none means all.
        host: only targets of this host or registrable host.
        limit: at most so many pages are asked for.
        since: only articles published on this day (UTC) or later; those without a date are left out.
        max_time: no new visit is begun after it.
        everything: also what is not due.
        dry_run: write nothing; keep what would be written as a plan.
        lock_wait: how long to wait for another run to end.
    """

    paths: tuple[Path, ...]
    only: tuple[str, ...] = ()
    host: str | None = None
    limit: int | None = None
    since: date | None = None
    max_time: timedelta | None = None
    everything: bool = False
    dry_run: bool = False
    lock_wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended: "done", "interrupted" or "brake", with its counts and the named files that could not be read."""

    run: str
    outcome: str
    counts: Mapping[str, float]
    unreadable: tuple[str, ...] = ()


_Findings = Mapping[tuple[Target, ...], Finding]


@dataclass(slots=True)
class _Run:
    """What one run carries along."""

    id: str
    config: Config
    scope: Scope
    schema: Schema
    store: Store
    round: Round
    tell: Tell
    started: datetime
    total: int
    interrupted: bool = False
    unreadable: list[str] = field(default_factory=list)
    waiting: list[tuple[Path, Record, _Findings]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return self.round.counts


async def crawl(config: Config, scope: Scope, tell: Tell) -> Summary:
    """Visit what is due, write what has changed, and tell of it row by row.

    Args:
        tell: gets rows with a `type`: run_started, progress, change, failure, note, run_finished.

    Raises:
        ConfigError: a path, the schema or a file of certificates cannot be used.
        Busy: another run holds the state folder.
        StateError: the state folder cannot be used.
    """
    schema = load_schema(config)
    paths = tuple(folder.discover(scope.paths, scope.only))
    started = datetime.now(UTC)
    async with _locked(config.state, scope.lock_wait), open_store(config.state) as store:
        for parent in {path.parent for path in paths}:
            folder.sweep(parent)
        await store.journal.settle_open(folder.digest)
        async with await _client(config, store, started) as client:
            around = Round(config, client, store, scope.limit, Counter())
            run = _Run(new_run_id(started), config, scope, schema, store, around, tell, started, len(paths))
            return await _crawl(run, paths)


@contextlib.asynccontextmanager
async def _locked(state: Path, wait: timedelta) -> AsyncIterator[None]:
    """The lock on the state folder; while it is held elsewhere the event loop stays free to hear a Ctrl-C."""
    patience = asyncio.get_running_loop().time() + wait.total_seconds()
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(hold(state, timedelta(0)))
                break
            except Busy:
                if asyncio.get_running_loop().time() >= patience:
                    raise
            await asyncio.sleep(0.1)
        yield


async def _client(config: Config, store: Store, now: datetime) -> Client:
    fetch = config.fetch
    return Client(
        user_agent=fetch.user_agent,
        concurrency=fetch.concurrency,
        per_host=fetch.per_host,
        delay=fetch.delay,
        connect_to=fetch.connect_to,
        ca_file=fetch.ca_file,
        allow_addresses=fetch.allow_addresses,
        ignore_robots=fetch.ignore_robots,
        retries=fetch.retries,
        turns=await store.turns(now),
        robots=[
            RobotsText(known.origin, known.fetched_at, known.status, known.text)
            for known in await store.robots(now - _ROBOTS_KEPT)
            if known.status is not None
        ],
    )


async def _crawl(run: _Run, paths: Sequence[Path]) -> Summary:
    await run.store.start_run(run.id, run.started, dry_run=run.scope.dry_run)
    opening: Row = {"run": run.id, "at": _iso(run.started), "dry_run": run.scope.dry_run, "records": run.total}
    run.tell({"type": "run_started", "v": 1, **opening})
    if run.config.fetch.ignore_robots:
        _note(run, "robots.txt is ignored, as you asked")
    with _stopping(run):
        await _refresh_all(run, paths)
        outcome = await _write_waiting(run)
    await _remember(run, at_least=1)
    await run.store.remember_turns(run.round.client.turns())
    await run.store.remember_robots(run.round.client.robots())
    return await _finish(run, "interrupted" if run.interrupted else outcome)


async def _finish(run: _Run, outcome: str) -> Summary:
    finished = datetime.now(UTC)
    seconds = round((finished - run.started).total_seconds(), 3)
    counts: dict[str, float] = {**{name: run.counts[name] for name in _COUNTS}, "seconds": seconds}
    await run.store.finish_run(run.id, finished, outcome, counts)
    closing: Row = {"run": run.id, "at": _iso(finished), "outcome": outcome, "counts": dict(counts)}
    run.tell({"type": "run_finished", "v": 1, **closing, "seconds": seconds, "bytes": counts["bytes"]})
    return Summary(run.id, outcome, counts, tuple(run.unreadable))


@contextlib.contextmanager
def _stopping(run: _Run) -> Iterator[None]:
    """Let SIGINT, SIGTERM and the end of the time allowed stop the run: what was fetched is written."""
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        run.interrupted = True
        run.round.stop.set()

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, interrupt)
    limit = run.scope.max_time
    alarm = loop.call_later(limit.total_seconds(), run.round.stop.set) if limit is not None else None
    try:
        yield
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(sign)
        if alarm:
            alarm.cancel()


# ---- record by record


async def _refresh_all(run: _Run, paths: Sequence[Path]) -> None:
    places = asyncio.Semaphore(run.config.fetch.concurrency * _OPEN_PER_CONNECTION)

    async def one(path: Path) -> None:
        try:
            await _refresh(run, path)
        except RecordError as error:
            await _refuse(run, path, error)
        finally:
            places.release()
            run.counts["done"] += 1
            _progress(run)

    try:
        async with run.round.tasks as tasks:
            for path in paths:
                await places.acquire()
                if run.round.stop.is_set():
                    break
                tasks.create_task(one(path))
    except ExceptionGroup as group:
        fatal, bugs = group.split(MetafreshError)
        if fatal is None or bugs is not None:
            raise
        raise fatal.exceptions[0] from group


async def _refresh(run: _Run, path: Path) -> None:
    """Take one record from the disk through its visits to the disk again."""
    record = articles.read(str(path), await asyncio.to_thread(folder.read, path), run.schema)
    if record is None:
        return
    run.counts["records"] += 1
    due = [article for article in record.articles if await _is_due(run, article)]
    settled = await run.store.settled(address(path)) if due else {}
    found = await asyncio.gather(
        *(find(run.round, article, _targets(run, article), settled.get(article.pointer)) for article in due)
    )
    for article, finding in zip(due, found, strict=True):
        await _tell_failures(run, record, article, finding)
    findings = {article.targets: finding for article, finding in zip(due, found, strict=True)}
    if run.config.brake is None:
        await _settle(run, path, record, findings)
    else:
        run.waiting.append((path, record, findings))


async def _is_due(run: _Run, article: Article) -> bool:
    since = run.scope.since
    targets = [target for target in _targets(run, article) if target.role != Role.AMP_CACHE]
    if not targets or (since and not revisit.is_since(article.published, since)):
        return False
    if run.config.amp == "fallback":
        targets = [target for target in targets if target.role != Role.AMP] or targets
    if run.scope.everything:
        return True
    visits = await run.store.visits(urls.canonical(target.url) for target in targets)
    last = [visits[url].at if (url := urls.canonical(target.url)) in visits else None for target in targets]
    return revisit.is_due(last, run.started, run.config.revisit.every)


def _targets(run: _Run, article: Article) -> list[Target]:
    """The targets that this run may visit."""
    host, never = run.scope.host, (Role.AMP, Role.AMP_CACHE) if run.config.amp == "never" else ()
    return [
        target
        for target in article.targets
        if target.role not in never and (not host or host in (urls.host(target.url), urls.registrable_host(target.url)))
    ]


def _decide(run: _Run, findings: _Findings, article: Article) -> tuple[Change, ...]:
    """What should change in an article, from what was found for its targets."""
    finding = findings.get(article.targets)
    if finding is None:
        return ()
    return merge.changes(
        article,
        finding.witnesses,
        finding.sizes,
        schema=run.schema,
        fields=run.config.fields,
        mode=finding.mode,
    )


async def _settle(run: _Run, path: Path, record: Record, findings: _Findings) -> None:
    """Make a record's changes, or plan them, and remember its articles as settled where nothing is left to do."""
    decided = {article.pointer: _decide(run, findings, article) for article in record.articles}
    changes = [change for found in decided.values() for change in found]
    written = await _written(run, path, record, changes, findings)
    for note in written.notes:
        _note(run, note)
    for row in written.rows:
        run.tell({name: value for name, value in row.items() if name not in _LOG_ONLY})
    run.counts["articles"] += len(findings)
    run.counts["changes"] += len(written.rows)
    run.counts["changed_records"] += bool(written.rows)
    run.counts["unchanged"] += sum(
        not decided[article.pointer] and findings[article.targets].heard
        for article in record.articles
        if article.targets in findings
    )
    await _remember_settled(run, path, written.record, findings)
    await _remember(run, at_least=_VISITS_PER_COMMIT)


async def _written(run: _Run, path: Path, record: Record, changes: Sequence[Change], findings: _Findings) -> Written:
    if not changes:
        return Written(record)
    if run.scope.dry_run:
        return await plan(run.store, path, record, changes, run=run.id)
    decide = partial(_decide, run, findings)
    return await write(run.store, path, record, changes, decide, schema=run.schema, run=run.id)


async def _write_waiting(run: _Run) -> str:
    """Write what waited for the brake's word; where it says stop, keep it all as a plan. Returns how the run ends."""
    changed = [one for one in run.waiting if any(_decide(run, one[2], article) for article in one[1].articles)]
    brake = run.config.brake
    braked = brake is not None and len(changed) >= _BRAKE_FLOOR and len(changed) * 100 > brake * len(run.waiting)
    if braked:
        share = f"{len(changed)} of {len(run.waiting)} records would change"
        _note(run, f"the brake stopped the run: {share}, more than {brake:g} %; nothing was written")
        run.scope = replace(run.scope, dry_run=True)
    for path, record, findings in run.waiting:
        try:
            await _settle(run, path, record, findings)
        except RecordError as error:
            await _refuse(run, path, error)
    return "brake" if braked else "done"


async def _remember_settled(run: _Run, path: Path, record: Record, findings: _Findings) -> None:
    """An article is settled when all that decides was seen and, as it now stands, nothing more would change."""
    settled = {
        article.pointer: digest(article, finding.validators, run.config)
        for article in record.articles
        if (finding := findings.get(article.targets)) and finding.whole and not _decide(run, findings, article)
    }
    if settled:
        await run.store.settle(address(path), settled, datetime.now(UTC))


async def _remember(run: _Run, *, at_least: int) -> None:
    if len(run.round.memories) >= at_least:
        memories, run.round.memories = run.round.memories, []
        await run.store.remember_visits(memories)


# ---- telling


async def _tell_failures(run: _Run, record: Record, article: Article, finding: Finding) -> None:
    rows = [_failure(run, record.path, article.pointer, failure) for failure in finding.failures]
    for row in rows:
        run.tell(row)
    await run.store.note_failure(run.id, *rows)


async def _refuse(run: _Run, path: Path, error: RecordError) -> None:
    """Say that a file cannot be read or written; the others have their turn all the same."""
    why = error.why if error.line is None else f"line {error.line}: {error.why}"
    row = _failure(run, str(path), "", Failure("", "record", why))
    run.counts["skipped"] += 1
    if path in run.scope.paths:
        run.unreadable.append(str(path))
    run.tell(row)
    await run.store.note_failure(run.id, row)


def _failure(run: _Run, shown: str, pointer: str, failure: Failure) -> Row:
    return {
        "type": "failure",
        "v": 1,
        "run": run.id,
        "record": shown,
        "pointer": pointer,
        "url": failure.url or None,
        "kind": failure.kind,
        "reason": failure.why,
        "status": failure.status,
        "at": _iso(datetime.now(UTC)),
    }


def _note(run: _Run, text: str) -> None:
    run.tell({"type": "note", "text": text})


def _progress(run: _Run) -> None:
    counts = run.counts
    row: Row = {"done": counts["done"], "total": run.total, "changed": counts["changes"], "failed": counts["failed"]}
    run.tell({"type": "progress", **row})


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
