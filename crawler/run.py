"""What one run carries along, and how it tells of itself."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import Config
from crawler.due import Scope
from crawler.errors import RecordError
from crawler.findings import Finding
from crawler.holding import Doubt, Past, doubts
from crawler.model import Article, Change, Failure, Schema, Target
from crawler.records.folder import Found
from crawler.round import Round
from crawler.state.rows import Outline, Row, Visit
from crawler.state.store import Store

Tell = Callable[[Row], None]

_COUNTS = (
    "records", "articles", "visited", "not_modified", "unchanged", "changed_records", "changes", "written", "held",
    "failed", "skipped", "image_probes", "bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended: "done", "interrupted", "brake" or "failed", and its counts.

    `unusable` are the files that were named but could not be read, and those whose changes could not be written.
    """

    run: str
    outcome: str
    counts: Mapping[str, float]
    unusable: tuple[str, ...] = ()


@dataclass(slots=True)
class Waiting:
    """Changes of one record that are yet to be written, and what they were found by; `held` are by pointer.

    `changing` are the articles, by pointer, of which something is not held.
    """

    found: Found
    changes: list[Change] = field(default_factory=list)
    findings: dict[tuple[Target, ...], Finding] = field(default_factory=dict)
    held: dict[str, tuple[Change, Doubt]] = field(default_factory=dict)
    changing: set[str] = field(default_factory=set)

    def is_rejected(self, pointer: str) -> bool:
        """Whether a person said no to what is held at a pointer."""
        return pointer in self.held and self.held[pointer][1].rejected


@dataclass(slots=True)
class Memory:
    """What is yet to be remembered; it can be learnt again if it is lost.

    `outcomes` are what visits were to articles, by the page that stands for each, with the date as written.
    `calm` are articles, by record, that had changes held and whose pages say by now what the record says.
    """

    visits: list[Visit] = field(default_factory=list)
    outcomes: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    settled: dict[str, dict[str, str]] = field(default_factory=dict)
    outlines: list[Outline] = field(default_factory=list)
    failures: list[Row] = field(default_factory=list)
    calm: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True)
class Run:
    """One run.

    Attributes:
        tell: gets a row of everything that happens.
        total: articles that are due, as far as is known by now; `open` are being visited.
        news: set when there may be something to do for the scheduler.
        unusable: files that were named but cannot be read, and those whose changes cannot be written.
        unseen: articles that are yet to be visited, by the address of their record, where it has several.
        waiting: changes of records of which not all is seen yet, by address; `ready` are to be written.
        memory: what is yet to be remembered.
        saved_at: when either last went to the disk, by the event loop's clock.
        changed: addresses of the records that were written.
        visited: articles that were visited, by host and, under "", all; `changing` those that would change, by host
            and field, and by field and new value.
        said: what each page would have articles say, as digests.
        doubted: addresses of the records that have held changes from earlier runs.
    """

    id: str
    config: Config
    scope: Scope
    schema: Schema
    store: Store
    round: Round
    tell: Tell
    started: datetime
    total: int = 0
    open: int = 0
    interrupted: bool = False
    braked: bool = False
    tasks: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    unusable: list[str] = field(default_factory=list)
    unseen: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    ready: list[Waiting] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    saved_at: float = 0.0
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)
    changed: set[str] = field(default_factory=set)
    visited: Counter[str] = field(default_factory=Counter)
    changing: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)

    @property
    def counts(self) -> Counter[str]:
        """Of the run so far, by name."""
        return self.round.counts

    def refuse(self, error: RecordError) -> None:
        """Say that a file cannot be read or written; the others have their turn all the same."""
        shown = error.path or ""
        why = error.why if error.line is None else f"line {error.line}: {error.why}"
        self.counts["skipped"] += 1
        if Path(shown) in self.scope.paths:
            self.unusable.append(shown)
        self.fail(shown, "", Failure("", "record", why))

    def fail(self, shown: str, pointer: str, failure: Failure) -> None:
        """Say that something could not be seen for an article."""
        row = failure_row(self.id, shown, pointer, failure)
        self.tell(row)
        self.memory.failures.append(row)

    def note(self, text: str, *, aside: bool = False) -> None:
        """Say a line; an aside is for who wants to hear everything."""
        self.tell({"type": "note", "text": text, **({"aside": True} if aside else {})})

    def progress(self) -> None:
        """Say how far the run has come."""
        counts = self.counts
        counts["done"] += 1
        row: Row = {"done": counts["done"], "total": self.total}
        self.tell({"type": "progress", **row, "changed": counts["changes"], "failed": counts["failed"]})


def doubted(run: Run, finding: Finding, article: Article, changes: Sequence[Change], past: Past) -> dict[str, Doubt]:
    """Those of an article's changes that are to be held, by pointer."""
    return doubts(
        changes,
        article,
        finding.witnesses,
        past,
        stands_in=finding.stands_in,
        now=run.started,
        confirm_after=run.config.judge.confirm_after,
    )


async def begin(store: Store, run: str, started: datetime, tell: Tell, *, dry_run: bool) -> None:
    """Remember that a run begins, and tell of it."""
    await store.start_run(run, started, dry_run=dry_run)
    tell({"type": "run_started", "v": 1, "run": run, "at": iso(started), "dry_run": dry_run})


async def finish(
    store: Store,
    run: str,
    started: datetime,
    outcome: str,
    counted: Mapping[str, float],
    tell: Tell,
    unusable: Iterable[str],
) -> Summary:
    """Remember how a run ended, and tell of it."""
    finished = datetime.now(UTC)
    seconds = round((finished - started).total_seconds(), 3)
    counts: dict[str, float] = {**{name: counted.get(name, 0) for name in _COUNTS}, "seconds": seconds}
    await store.finish_run(run, finished, outcome, counts)
    closing: Row = {"run": run, "at": iso(finished), "outcome": outcome, "counts": dict(counts)}
    tell({"type": "run_finished", "v": 1, **closing, "seconds": seconds, "bytes": counts["bytes"]})
    return Summary(run, outcome, counts, tuple(dict.fromkeys(unusable)))


def failure_row(run: str, shown: str, pointer: str, failure: Failure) -> Row:
    """A failure as it is told and remembered."""
    return {
        "type": "failure",
        "v": 1,
        "run": run,
        "record": shown,
        "pointer": pointer,
        "url": failure.url or None,
        "kind": failure.kind,
        "reason": failure.why,
        "status": failure.status,
        "at": iso(datetime.now(UTC)),
    }


def iso(at: datetime) -> str:
    """A moment to the second, for a row."""
    return at.isoformat(timespec="seconds")
