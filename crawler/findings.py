"""Everything that is fetched for one article: its pages, then the images that they and it name.

Deciding has two halves with a fetch between them: who may speak (judge), then which pictures must be seen (merge).
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from crawler import judge, merge, urls
from crawler.believe.shared import Heard
from crawler.config import Config
from crawler.model import Article, Failure, Json, Metadata, Role, Target
from crawler.state.rows import Probe, Visit
from crawler.state.store import Store
from crawler.version import VERSION
from crawler.visit import Outcome, Same, Seen, Skipped, Visited, look, remembered, visit
from crawler.web.client import Client

_T = TypeVar("_T")

_OWN = (Role.ORIGINAL, Role.WEB)
_AMP = (Role.AMP, Role.AMP_CACHE)
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was fetched for one article.

    Attributes:
        witnesses: the pages that may speak, in the order of trust.
        pictures: the images that could be seen, by canonical URL.
        amp: what was learnt of AMP pages.
        heard: whether any page answered for the article, be it with "not modified".
        mode: "stand" where a more trusted page than the witnesses said "not modified", or was not asked.
        whole: whether all that decides was seen; then the article is settled once its changes are made.
        cut: whether the run ended before an image could be seen.
        validators: of its pages, by canonical URL, as they are now; `visits` are those that were made.
        failures: what could not be fetched or may not speak.
        asides: what is worth a line to who wants to hear everything.
    """

    witnesses: tuple[Metadata, ...]
    pictures: Mapping[str, merge.Picture]
    amp: merge.AmpPages
    heard: bool
    mode: merge.Mode
    whole: bool
    cut: bool
    validators: Mapping[str, str]
    visits: tuple[Visit, ...]
    failures: tuple[Failure, ...]
    asides: tuple[str, ...] = ()


@dataclass(slots=True)
class Round:
    """What the articles of one run share: the client, the memory, and the answers so far.

    Each URL is asked for once, however many articles want it; twice only where one of them needs the page itself after
    another was content with "not modified".
    """

    config: Config
    client: Client
    store: Store
    limit: int | None
    counts: Counter[str]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: asyncio.TaskGroup = field(default_factory=asyncio.TaskGroup)
    pages: dict[tuple[str, bool], asyncio.Task[Visited]] = field(default_factory=dict)
    images: dict[str, asyncio.Task[merge.Picture | Failure]] = field(default_factory=dict)
    probes: list[Probe] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)

    @property
    def over(self) -> bool:
        """Whether no further page may be asked for: the run was told to stop, or its limit is reached."""
        return self.stop.is_set() or (self.limit is not None and self.counts["begun"] >= self.limit)


async def find(
    around: Round, article: Article, targets: Sequence[Target], visits: Mapping[str, Visit], settled: str | None
) -> Finding:
    """Visit the targets, hear who may speak, and see the images.

    Args:
        targets: those of the article's that this run may visit.
        visits: what is remembered of their pages, by canonical URL.
        settled: its digest when it was last judged to the end; only if that still holds may a server answer
            "not modified".
    """
    remembered = [visits[url] for target in targets if (url := urls.canonical(target.url)) in visits]
    known = {visit.url: _validators(visit) for visit in remembered}
    conditional = settled is not None and settled == digest(article, known, around.config)
    outcomes = await _visit_in_order(around, article, targets, visits, conditional=conditional)
    outcomes |= await _named_amp_page(around, article, outcomes)
    hearing = judge.hear(article, [(t, o.metadata) for t, o in outcomes.items() if isinstance(o, Seen)])
    failures = [judge.as_rot(t, o) for t, o in outcomes.items() if isinstance(o, Failure)]
    heard = bool(hearing.witnesses) or any(isinstance(outcome, Same) for outcome in outcomes.values())
    mode = _mode(article, outcomes, around.config.mode)
    pictures, unseen, cut = await _see(around, article, hearing.witnesses, mode) if heard else ({}, [], False)
    decisive = {urls.canonical(witness.image) for witness in hearing.witnesses if witness.image}
    # An own picture that is gone: the page is read in full next time, for it may have it elsewhere.
    decisive |= {urls.canonical(image.url) for _, image in article.images[:1]}
    amp = _amp_pages(outcomes, hearing)
    # A dead AMP address goes once an own page was read: that one is asked for in full next time, too.
    to_be_removed = around.config.urls == "remove" and len(amp.dead) < len(_dead_amp(outcomes))
    visits_made = _visits_made(around, targets)
    return Finding(
        witnesses=hearing.witnesses,
        pictures=pictures,
        amp=amp,
        heard=heard,
        mode=mode,
        whole=heard
        and not cut
        and not to_be_removed
        and not any(isinstance(outcome, Skipped) for outcome in outcomes.values())
        and decisive.isdisjoint(failure.url for failure in unseen),
        cut=cut,
        validators=known | {visit.url: _validators(visit) for visit in visits_made},
        visits=visits_made,
        failures=(*failures, *hearing.refused, *unseen),
        asides=(
            *(aside for outcome in outcomes.values() if isinstance(outcome, Seen) for aside in outcome.asides),
            *_asides(article, hearing.witnesses, pictures, mode),
        ),
    )


async def _named_amp_page(around: Round, article: Article, outcomes: Mapping[Target, Outcome]) -> dict[Target, Outcome]:
    """The AMP page that the article's own pages name, where it is to be followed and is none of the targets."""
    config = around.config
    if config.amp == "never" or (config.urls == "report" and "amp" not in config.fields):
        return {}
    pages = [o.metadata for t, o in outcomes.items() if t.role in _OWN and isinstance(o, Seen)]
    named = next((page.amphtml for page in pages if page.amphtml), None)
    if named is None or urls.canonical(named) in {urls.canonical(target.url) for target in outcomes}:
        return {}
    target = Target(Role.AMP, named)
    return {target: await _page(around, article, target, {}, conditional=False)}


def _amp_pages(outcomes: Mapping[Target, Outcome], hearing: judge.Hearing) -> merge.AmpPages:
    """What the visits tell of AMP pages; none is dead to us before an own page was read, which may still name it."""
    read = any(isinstance(outcome, Seen) for target, outcome in outcomes.items() if target.role in _OWN)
    paired = [
        target.url
        for target, outcome in outcomes.items()
        if target.role in _AMP
        and (isinstance(outcome, Same) or (isinstance(outcome, Seen) and _is_heard(outcome, hearing)))
    ]
    dead = _dead_amp(outcomes) if read else []
    return merge.AmpPages(frozenset(map(urls.canonical, paired)), frozenset(map(urls.canonical, dead)))


def _is_heard(page: Seen, hearing: judge.Hearing) -> bool:
    return any(witness is page.metadata for witness in hearing.witnesses)


def _dead_amp(outcomes: Mapping[Target, Outcome]) -> list[str]:
    return [t.url for t, o in outcomes.items() if t.role in _AMP and isinstance(o, Failure) and o.status in _GONE]


def _asides(
    article: Article, witnesses: Sequence[Metadata], pictures: Mapping[str, merge.Picture], mode: merge.Mode
) -> tuple[str, ...]:
    elsewhere = merge.same_picture_elsewhere(article, witnesses, pictures, mode)
    return (f"{urls.redacted(elsewhere)}: same picture, new address; the record keeps its own",) if elsewhere else ()


def _mode(article: Article, outcomes: Mapping[Target, Outcome], mode: merge.Mode) -> merge.Mode:
    """ "stand" unless the article's most trusted page that is alive was read: a lesser one must not contradict it.

    A page that says "not modified" stands by what the record has; one that was not asked for may well do so.
    """
    own = [target for target in article.targets if target.role in _OWN]
    for target in own or [target for target in article.targets if target.role in _AMP]:
        outcome = outcomes.get(target)
        if not isinstance(outcome, Failure):
            return mode if isinstance(outcome, Seen) or mode == "fill" else "stand"
    return mode


def digest(article: Article, validators: Mapping[str, str], config: Config) -> str:
    """What an article looks like, what its pages were, and by which rules they were set against each other.

    While it is the same, "not modified" from the server means that nothing is to be done.
    """
    images: list[Json] = [[index, image.url, image.width, image.height] for index, image in article.images]
    look_of_it = [article.title, article.excerpt, article.published, images, [t.url for t in article.targets]]
    rules = [VERSION, config.fields, config.mode, config.amp, config.urls, config.images]
    whole = json.dumps([look_of_it, sorted(validators.items()), rules], ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()


async def _visit_in_order(
    around: Round, article: Article, targets: Sequence[Target], visits: Mapping[str, Visit], *, conditional: bool
) -> dict[Target, Outcome]:
    """Own pages first; AMP pages always, or where they are needed; the AMP cache's copies when nobody else answered."""

    async def ask(roles: Iterable[Role]) -> None:
        chosen = [target for target in targets if target.role in roles]
        answers = await asyncio.gather(
            *(_page(around, article, target, visits, conditional=conditional) for target in chosen)
        )
        outcomes.update(zip(chosen, answers, strict=True))

    outcomes: dict[Target, Outcome] = {}
    await ask(_OWN)
    if around.config.amp == "always" or _lacking(outcomes.values(), around.config.fields):
        await ask([Role.AMP])
    if not any(isinstance(outcome, Seen | Same) for outcome in outcomes.values()):
        await ask([Role.AMP_CACHE])
    return outcomes


def _lacking(outcomes: Iterable[Outcome], fields: Iterable[str]) -> bool:
    """Whether the own pages leave something open that an AMP page may tell."""
    pages = [outcome for outcome in outcomes if isinstance(outcome, Seen | Same)]
    wanted = {"title": "title", "excerpt": "excerpt", "images": "image", "published": "published"}
    names = [wanted[name] for name in fields if name in wanted]
    return not pages or any(
        isinstance(page, Seen) and not all(getattr(page.metadata, name) for name in names) for page in pages
    )


async def _page(
    around: Round, article: Article, target: Target, visits: Mapping[str, Visit], *, conditional: bool
) -> Outcome:
    url = urls.canonical(target.url)
    # A page that was fetched whole serves those too who would have been content with "not modified".
    task = around.pages.get((url, False)) or (around.pages.get((url, True)) if conditional else None)
    if task is None:
        if around.over:
            return Skipped(url)
        around.counts["begun"] += 1
        prior = visits.get(url)
        task = around.tasks.create_task(_ask(around, target.url, article.title, prior, conditional=conditional))
        around.pages[url, conditional] = task
    visited = await _unless_stopped(around, task)
    return visited.outcome(article.title) if visited else Skipped(url)


async def _ask(around: Round, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool) -> Visited:
    visited = await visit(
        around.client,
        url,
        known_title,
        prior,
        heard=around.heard,
        conditional=conditional,
        now=datetime.now(UTC),
    )
    around.counts["visited"] += 1
    around.counts["bytes"] += visited.size
    outcome = visited.outcome(known_title)
    around.counts["failed"] += isinstance(outcome, Failure)
    around.counts["not_modified"] += isinstance(outcome, Same)
    return visited


def _visits_made(around: Round, targets: Iterable[Target]) -> tuple[Visit, ...]:
    keys = [urls.canonical(target.url) for target in targets]
    tasks = [around.pages.get((key, False)) or around.pages.get((key, True)) for key in keys]
    done = [task.result() for task in tasks if task and task.done() and not task.cancelled()]
    return tuple(visited.memory for visited in done if visited.memory)


def _validators(memory: Visit) -> str:
    return f"{memory.etag or ''} {memory.last_modified or ''}"


async def _see(
    around: Round, article: Article, witnesses: Sequence[Metadata], mode: merge.Mode
) -> tuple[dict[str, merge.Picture], list[Failure], bool]:
    """Pictures by canonical URL, images that cannot be seen, and whether the run ended before all were looked at."""
    if not around.config.images or "images" not in around.config.fields:
        return {}, [], False
    wanted = merge.images_wanted(article, witnesses)
    seen = dict(zip(wanted, await asyncio.gather(*(_image(around, url) for url in wanted)), strict=True))
    pictures = {url: picture for url, picture in seen.items() if isinstance(picture, merge.Picture)}
    unseen = {url: failure for url, failure in seen.items() if isinstance(failure, Failure)}
    replaced = merge.image_replaced(article, witnesses, mode)
    if replaced in unseen and wanted[0] in pictures:
        failure = unseen.pop(replaced)
        if (prior := await around.store.probe(replaced)) and (picture := remembered(prior)):
            pictures[replaced] = replace(picture, gone=failure.status in _GONE)
    return pictures, list(unseen.values()), None in seen.values()


async def _image(around: Round, url: str) -> merge.Picture | Failure | None:
    task = around.images.get(url)
    if task is None and not around.stop.is_set():
        task = around.images[url] = around.tasks.create_task(_look(around, url))
    return await _unless_stopped(around, task) if task else None


async def _look(around: Round, url: str) -> merge.Picture | Failure:
    picture, memory = await look(around.client, url, await around.store.probe(url))
    around.counts["image_probes"] += 1
    if memory:
        around.probes.append(memory)
    return picture


async def _unless_stopped(around: Round, task: asyncio.Task[_T]) -> _T | None:
    """The task's result, or None when the run is told to stop first."""
    stopped = asyncio.ensure_future(around.stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
    if task.done() and not task.cancelled():
        return task.result()
    task.cancel()
    return None
