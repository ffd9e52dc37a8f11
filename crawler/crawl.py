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
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from crawler import merge
from crawler.config import Config, load_schema
from crawler.due import Opened, Scope, opened
from crawler.errors import Busy, MetafreshError, RecordError
from crawler.findings import Finding, Round, digest, find
from crawler.model import Article, Change, Failure, Record, Schema, Target
from crawler.records import folder
from crawler.state.lock import hold
from crawler.state.rows import Row, Visit, new_run_id
from crawler.state.store import Store, open_store
from crawler.visit import client
from crawler.web.client import Client
from crawler.web.robots import RobotsText
from crawler.write import Written, plan, write

Tell = Callable[[Row], None]

# Records open at a time for each connection: enough that a slow host does not keep the others waiting.
_OPEN_PER_CONNECTION = 16
_VISITS_PER_COMMIT = 200
# RFC 9309 §2.4: a robots.txt should not be used for longer than a day.
_ROBOTS_KEPT = timedelta(hours=24)
# Of an article that was judged although something could not be seen: no server is asked whether it changed since.
_NOT_WHOLE = ""
# Fewer changes than this are never a catastrophe.
_BRAKE_FLOOR = 20
# Keys of a change's row that the log needs and nobody reads.
_LOG_ONLY = frozenset({"status", "splice"})
_COUNTS = (
    "records", "articles", "visited", "not_modified", "unchanged", "changed_records", "changes", "held", "failed",
    "skipped", "image_probes", "bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended: "done", "interrupted" or "brake", and its counts.

    `unusable` are the files that were named but could not be read, and those whose changes could not be written.
    """

    run: str
    outcome: str
    counts: Mapping[str, float]
    unusable: tuple[str, ...] = ()


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
    unusable: list[str] = field(default_factory=list)
    failures: list[Row] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    settled: dict[Path, dict[str, str]] = field(default_factory=dict)
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
    robots = [
        RobotsText(known.origin, known.fetched_at, known.status, known.text)
        for known in await store.robots(now - _ROBOTS_KEPT)
        if known.status is not None
    ]
    return client(config.fetch, turns=await store.turns(now), robots=robots)


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
    return Summary(run.id, outcome, counts, tuple(dict.fromkeys(run.unusable)))


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
    backlog = opened(paths, run.scope, run.config, schema=run.schema, store=run.store, now=run.started)

    async def one(each: Opened) -> None:
        try:
            await _refresh(run, each)
        except RecordError as error:
            run.unusable.append(error.path or "")
            _refuse(run, error)
        finally:
            places.release()
            _progress(run)

    try:
        async with run.round.tasks as tasks, contextlib.aclosing(backlog):
            async for each in backlog:
                if isinstance(each, RecordError):
                    _refuse(run, each)
                    continue
                run.counts["records"] += 1
                if each.due:
                    await places.acquire()
                    if run.round.over:
                        break
                    tasks.create_task(one(each))
                else:
                    _progress(run)
    except ExceptionGroup as group:
        fatal, bugs = group.split(MetafreshError)
        if fatal is None or bugs is not None:
            raise
        raise fatal.exceptions[0] from group


async def _refresh(run: _Run, each: Opened) -> None:
    """Take one record through its visits to the disk again."""
    found = await asyncio.gather(
        *(
            find(run.round, article, targets, each.visits, each.settled.get(article.pointer))
            for article, targets in each.due
        )
    )
    findings = {article.targets: finding for (article, _), finding in zip(each.due, found, strict=True)}
    for article, _ in each.due:
        _tell_failures(run, each.record, article, findings[article.targets])
        for aside in findings[article.targets].asides:
            run.tell({"type": "note", "text": f"{each.record.path}#{article.pointer}: {aside}", "aside": True})
    if run.config.brake is None:
        await _settle(run, each.path, each.record, findings)
    else:
        run.waiting.append((each.path, each.record, findings))


def _decide(run: _Run, findings: _Findings, article: Article) -> tuple[Change, ...]:
    """What should change in an article, from what was found for its targets."""
    finding = findings.get(article.targets)
    if finding is None:
        return ()
    return merge.changes(
        article,
        finding.witnesses,
        finding.pictures,
        schema=run.schema,
        fields=run.config.fields,
        mode=finding.mode,
        amp=finding.amp,
        amp_rule=run.config.urls,
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
    _conclude(run, path, written.record, findings)
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
            run.unusable.append(error.path or "")
            _refuse(run, error)
    return "brake" if braked else "done"


def _conclude(run: _Run, path: Path, record: Record, findings: _Findings) -> None:
    """Remember what is done with: pages whose articles need nothing more, and how those articles look now.

    An article whose changes were only planned, or that was cut short, stays as due as it was.
    """
    for article in record.articles:
        finding = findings.get(article.targets)
        if finding is None:
            continue
        left = _decide(run, findings, article)
        if finding.cut or (left and run.scope.dry_run):
            continue
        run.visits += finding.visits
        if finding.heard:
            whole = finding.whole and not left
            look = digest(article, finding.validators, run.config) if whole else _NOT_WHOLE
            run.settled.setdefault(folder.address(path), {})[article.pointer] = look


async def _remember(run: _Run, *, at_least: int) -> None:
    """Remember in one go what can be learnt again if it is lost: visits, sizes, settled articles, failures.

    The order is no matter: an article is settled by the very validators that its pages had, so that half a memory only
    costs a visit.
    """
    if len(run.visits) + len(run.failures) < at_least:
        return
    visits, run.visits = run.visits, []
    probes, run.round.probes = run.round.probes, []
    settled, run.settled = run.settled, {}
    failures, run.failures = run.failures, []
    await run.store.remember_visits(visits)
    await run.store.remember_probes(probes)
    await run.store.settle(settled, datetime.now(UTC))
    await run.store.note_failure(run.id, *failures)


# ---- telling


def _tell_failures(run: _Run, record: Record, article: Article, finding: Finding) -> None:
    for failure in finding.failures:
        _fail(run, record.path, article.pointer, failure)


def _refuse(run: _Run, error: RecordError) -> None:
    """Say that a file cannot be read or written; the others have their turn all the same."""
    shown = error.path or ""
    why = error.why if error.line is None else f"line {error.line}: {error.why}"
    run.counts["skipped"] += 1
    if Path(shown) in run.scope.paths:
        run.unusable.append(shown)
    _fail(run, shown, "", Failure("", "record", why))


def _fail(run: _Run, shown: str, pointer: str, failure: Failure) -> None:
    row = _failure(run, shown, pointer, failure)
    run.tell(row)
    run.failures.append(row)


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
    counts["done"] += 1
    row: Row = {"done": counts["done"], "total": run.total, "changed": counts["changes"], "failed": counts["failed"]}
    run.tell({"type": "progress", **row})


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
