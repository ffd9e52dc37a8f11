"""What is due: records as they are on the disk, set against what is remembered of their pages.

Records are opened in batches: what is remembered of a whole batch costs one question to the store, where a question a
record would cost more than reading it.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from crawler import revisit, urls
from crawler.config import Config
from crawler.errors import RecordError
from crawler.model import Article, Record, Role, Schema, Target
from crawler.records import articles, folder
from crawler.state.rows import Visit
from crawler.state.store import Store

_BATCH = 256


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
class Opened:
    """A record with those of its articles that are due.

    Attributes:
        path: the file; `record.path` is how the user named it.
        due: each article with the targets that may be visited.
        visits: what is remembered of their pages, by canonical URL.
        settled: digests of the record's articles, by pointer, as they were when last judged to the end.
    """

    path: Path
    record: Record
    due: tuple[tuple[Article, tuple[Target, ...]], ...]
    visits: Mapping[str, Visit]
    settled: Mapping[str, str]


async def opened(
    paths: Sequence[Path], scope: Scope, config: Config, *, schema: Schema, store: Store, now: datetime
) -> AsyncGenerator[Opened | RecordError, None]:
    """Each record among the files with what is due of it, or why it cannot be read; other files are passed over."""
    for start in range(0, len(paths), _BATCH):
        some = paths[start : start + _BATCH]
        read = await asyncio.to_thread(_read, some, schema)
        targets = {
            path: [(article, _targets(article, scope, config)) for article in record.articles]
            for path, record in read
            if isinstance(record, Record)
        }
        wanted = {urls.canonical(t.url) for each in targets.values() for _, some_of in each for t in some_of}
        visits = await store.visits(wanted)
        settled = await store.settled(folder.address(path) for path in targets)
        for path, record in read:
            if isinstance(record, Record):
                known = settled.get(folder.address(path), {})
                due = tuple(one for one in targets[path] if _is_due(*one, visits, known, scope, config, now))
                yield Opened(path, record, due, visits, known)
            elif record is not None:
                yield record


def _read(paths: Sequence[Path], schema: Schema) -> list[tuple[Path, Record | RecordError | None]]:
    def one(path: Path) -> Record | RecordError | None:
        try:
            return articles.read(str(path), folder.read(path), schema)
        except RecordError as error:
            return error

    return [(path, one(path)) for path in paths]


def _targets(article: Article, scope: Scope, config: Config) -> tuple[Target, ...]:
    host, never = scope.host, (Role.AMP, Role.AMP_CACHE) if config.amp == "never" else ()
    return tuple(
        target
        for target in article.targets
        if target.role not in never and (not host or host in (urls.host(target.url), urls.registrable_host(target.url)))
    )


def _is_due(
    article: Article,
    targets: Sequence[Target],
    visits: Mapping[str, Visit],
    settled: Mapping[str, str],
    scope: Scope,
    config: Config,
    now: datetime,
) -> bool:
    """Whether its own pages are due, or were read for another article and never set against this one.

    AMP pages go with the article's own, unless it has no other.
    """
    if not targets or (scope.since and not revisit.is_since(article.published, scope.since)):
        return False
    own = [target for target in targets if target.role in (Role.ORIGINAL, Role.WEB)] or targets
    known = [visits.get(urls.canonical(target.url)) for target in own]
    unjudged = article.pointer not in settled and any(visit and visit.failures == 0 for visit in known)
    last = [visit.at if visit else None for visit in known]
    return scope.everything or unjudged or revisit.is_due(last, now, config.revisit.every)
