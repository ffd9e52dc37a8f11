"""What is due: the articles of the records on the disk, set against what is remembered of their pages.

Records are looked at in batches: what is remembered of a whole batch costs one question to the store. A file that is as
it was when it was last read is not read again: what its articles want visited is remembered.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from crawler import revisit, urls
from crawler.config import Config
from crawler.errors import RecordError
from crawler.model import Article, Record, Role, Schema, Target
from crawler.records import articles, folder
from crawler.records.folder import Found
from crawler.revisit import State
from crawler.state.rows import Outline, Visit, Wanted
from crawler.state.store import Store
from crawler.version import VERSION
from crawler.when import Known, Turn, When

OWN = (Role.ORIGINAL, Role.WEB)

# Files that are looked at together, and articles of theirs.
_BATCH, _BATCH_ARTICLES = 256, 1024
# A server may say "not modified" for ever, and a picture may change where it is: an article is read anew so often.
_ANEW = timedelta(days=30)
# A worth that JSON can say.
_MOST = 1e300


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
        cluster: whether workers on other machines visit; it `waits` for them, or leaves what they see to another run.
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
    cluster: bool = False
    waits: bool = False

    @property
    def has_budget(self) -> bool:
        """Whether it may well end before all that is due was visited."""
        return self.limit is not None or self.max_time is not None


@dataclass(frozen=True, slots=True)
class Due:
    """An article with those of its pages that may be visited.

    Attributes:
        found: its file.
        wanted: what it wants visited, as remembered or just read.
        targets: those that this run may visit.
        visits: what is remembered of their pages, by canonical URL.
        settled: its digest when it was last judged to the end.
        article: None where its file was not read, being as it was.
        worth: what a visit is worth.
    """

    found: Found
    wanted: Wanted
    targets: tuple[Target, ...]
    visits: Mapping[str, Visit]
    settled: str | None
    article: Article | None
    worth: float = _MOST

    @property
    def url(self) -> str:
        """The canonical URL of its first page."""
        return urls.canonical(self.targets[0].url)


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking at one file: what is due of its articles, or why it cannot be read."""

    found: Found
    due: tuple[Due, ...]
    error: RecordError | None = None


async def looked(
    files: Iterator[Found], scope: Scope, config: Config, *, schema: Schema, store: Store, when: When
) -> AsyncGenerator[Looked, None]:
    """Each record among the files with what is due of it, or why it cannot be read; other files are passed over."""
    async with aclosing(_batches(files, scope, config, schema=schema, store=store, now=when.now)) as batches:
        async for batch in batches:
            await store.remember_outlines(batch.news)
            for found, articles in batch.records:
                if isinstance(articles, RecordError):
                    yield Looked(found, (), articles)
                else:
                    yield Looked(found, tuple(_due(articles, batch.habits, scope, when)))


async def turns(
    files: Iterator[Found], scope: Scope, config: Config, *, schema: Schema, store: Store, when: When
) -> AsyncGenerator[tuple[Due, Turn], None]:
    """Each article of the records among the files, and when it is due next; nothing is remembered of having looked."""
    async with aclosing(_batches(files, scope, config, schema=schema, store=store, now=when.now)) as batches:
        async for batch in batches:
            for _, articles in batch.records:
                for due in articles if not isinstance(articles, RecordError) else ():
                    yield due, when.next(_known(due, batch.habits.get(page_of(due.wanted))))


class _Batch(NamedTuple):
    """Files that were looked at together.

    Attributes:
        records: those that are records, each with its articles that have pages, or why it cannot be read.
        habits: how their pages are used to change, by URL.
        news: what is not remembered yet of files that were read.
    """

    records: Sequence[tuple[Found, Sequence[Due] | RecordError]]
    habits: Mapping[str, State]
    news: Sequence[Outline]


async def _batches(
    files: Iterator[Found], scope: Scope, config: Config, *, schema: Schema, store: Store, now: datetime
) -> AsyncGenerator[_Batch, None]:
    rules, size = _rules(schema), _BATCH
    while some := await asyncio.to_thread(list, islice(files, size)):
        known = await store.outlines(each.address for each in some)
        read = await asyncio.to_thread(_read, some, known, schema, rules)
        outlines = [outline for outline, _ in read.values() if isinstance(outline, Outline)]
        # Some records hold thousands of articles.
        count = sum(len(outline.articles) for outline in outlines)
        size = max(1, min(_BATCH, _BATCH_ARTICLES * len(some) // max(count, 1)))
        targets = {
            (outline.path, wanted.pointer): _targets(wanted, scope, config)
            for outline in outlines
            for wanted in outline.articles
        }
        visits = await store.visits({urls.canonical(target.url) for each in targets.values() for target in each})
        habits = await store.habits(
            {page_of(wanted) for outline in outlines for wanted in outline.articles if wanted.targets}
        )
        settled = await store.settled((outline.path for outline in outlines), now - _ANEW, now)
        records: list[tuple[Found, Sequence[Due] | RecordError]] = []
        for found in some:
            outline, its_articles = read[found.address]
            if isinstance(outline, RecordError):
                records.append((found, outline))
            elif outline.articles:
                digests = settled.get(found.address, {})
                each = (
                    Due(
                        found,
                        wanted,
                        allowed,
                        _of(allowed, visits),
                        digests.get(wanted.pointer),
                        its_articles.get(wanted.pointer),
                    )
                    for wanted in outline.articles
                    if (allowed := targets[found.address, wanted.pointer])
                )
                records.append((found, tuple(each)))
        news = [new for new in outlines if new.signature and known.get(new.path) != new]
        yield _Batch(records, habits, news)


def _of(targets: Iterable[Target], visits: Mapping[str, Visit]) -> dict[str, Visit]:
    addresses = (urls.canonical(target.url) for target in targets)
    return {url: visits[url] for url in addresses if url in visits}


def reopened(due: Due, schema: Schema) -> Article | None:
    """The article of a file that was not read; None where it is not what it was any more.

    Raises:
        RecordError: the file cannot be read.
    """
    record = articles.read(str(due.found.path), folder.read(due.found.path), schema)
    same = (article for article in record.articles if wanted(article) == due.wanted) if record else ()
    return next(iter(same), None)


def outline(record: Record, address: str, signature: str | None, schema: Schema) -> Outline:
    """What is to be remembered of a record whose file has that signature."""
    return Outline(address, _stamp(signature, _rules(schema)), tuple(map(wanted, record.articles)))


def wanted(article: Article) -> Wanted:
    """What is to be remembered of an article."""
    images = [[index, image.url, image.width, image.height] for index, image in article.images]
    look = [
        article.title,
        article.excerpt,
        article.published,
        images,
        [*article.keys],
        sorted(article.opaque),
        sorted(article.pinned),
    ]
    digest = blake2b(json.dumps(look).encode(), digest_size=8).hexdigest()
    return Wanted(article.pointer, digest, article.published, article.targets)


def _rules(schema: Schema) -> str:
    """What decides how a file is read."""
    rules = json.dumps([VERSION, asdict(schema)], default=list)
    return blake2b(rules.encode(), digest_size=6).hexdigest()


def _stamp(signature: str | None, rules: str) -> str:
    """Equal as long as a file is as it was, and would be read as it was; "" where that cannot be told."""
    return blake2b(f"{signature} {rules}".encode(), digest_size=8).hexdigest() if signature else ""


_Read = tuple[Outline | RecordError, Mapping[str, Article]]


def _read(files: Sequence[Found], known: Mapping[str, Outline], schema: Schema, rules: str) -> dict[str, _Read]:
    return {found.address: _read_one(found, known.get(found.address), schema, rules) for found in files}


def _read_one(found: Found, known: Outline | None, schema: Schema, rules: str) -> _Read:
    signature = folder.signature(found.path)
    stamp = _stamp(signature, rules)
    if known and stamp and known.signature == stamp:
        return known, {}
    try:
        record = articles.read(str(found.path), folder.read(found.path), schema)
    except RecordError as error:
        return error, {}
    if record is None:
        return Outline(found.address, stamp, ()), {}
    return outline(record, found.address, signature, schema), {article.pointer: article for article in record.articles}


def _targets(wanted: Wanted, scope: Scope, config: Config) -> tuple[Target, ...]:
    host = scope.host
    if config.amp != "never" and not host:
        return wanted.targets
    return tuple(
        target
        for target in wanted.targets
        if (config.amp != "never" or target.role in OWN)
        and (not host or host in (urls.host(target.url), urls.registrable_host(target.url)))
    )


def _due(articles: Iterable[Due], habits: Mapping[str, State], scope: Scope, when: When) -> Iterator[Due]:
    """Those that are due, with what a visit is worth.

    AMP pages go with the article's own, unless it has no other.
    """
    for due in articles:
        if scope.since and not revisit.is_since(due.wanted.published, scope.since):
            continue
        worth = when.worth(_known(due, habits.get(page_of(due.wanted))))
        if worth is not None or scope.everything:
            yield replace(due, worth=min(worth or 0.0, _MOST))


def _known(due: Due, habit: State | None) -> Known:
    own = [target for target in due.targets if target.role in OWN] or due.targets
    visits = [due.visits.get(urls.canonical(target.url)) for target in own]
    unjudged = due.settled is None and any(visit and visit.failures == 0 for visit in visits)
    return Known(tuple(visits), due.visits, due.wanted.published, habit, unjudged)


def page_of(wanted: Wanted) -> str:
    """The canonical URL of the page by which it is told how an article is used to change."""
    own = next((target for target in wanted.targets if target.role in OWN), None)
    return urls.canonical((own or wanted.targets[0]).url)
