"""What the articles of one run share: each page and each image is asked for once, however many want it."""

import asyncio
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from crawler import merge, urls
from crawler.believe.shared import Heard
from crawler.config import Config
from crawler.model import Failure, Schema
from crawler.state.rows import Probe, Visit
from crawler.state.store import Store
from crawler.visit import Same, Visited, look, visit
from crawler.web.client import Client

_T = TypeVar("_T")

# Answers that are kept after their first asker had them: who else wants a page comes at the same time as a rule.
_KEPT = 128
# What changes follow, what a title is told from, and whose page it is.
_ALWAYS_WANTED = frozenset({"title", "excerpt", "image", "site_name", "canonical", "amphtml"})


@dataclass(slots=True)
class Round:
    """One run's client, memory, and answers so far.

    A page is asked for twice only where somebody needs it whole after another was content with "not modified", or long
    after the others.
    """

    config: Config
    client: Client
    store: Store
    schema: Schema
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

    def halt(self) -> None:
        """Stop: nothing more is asked for, and what is under way is given up."""
        self.stop.set()
        for task in (*self.pages.values(), *self.images.values()):
            task.cancel()

    async def page(
        self, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool
    ) -> Visited | None:
        """A visit to a page, made now or before; None where the run ends first.

        Args:
            known_title: of the article that wants it, for the counts of the run.
            prior: what is remembered of the last visit.
            conditional: whether "not modified" would do; a page that was fetched whole serves those, too.
        """
        key = urls.canonical(url)
        task = self.pages.get((key, False)) or (self.pages.get((key, True)) if conditional else None)
        if task is None:
            if self.over:
                return None
            self.counts["begun"] += 1
            task = self.tasks.create_task(self._visit(url, known_title, prior, conditional=conditional))
            _keep(self.pages, (key, conditional), task)
        return await self._unless_stopped(task)

    async def picture(self, url: str) -> merge.Picture | Failure | None:
        """What is seen of an image, now or before; None where the run ends first."""
        task = self.images.get(url)
        if task is None:
            if self.stop.is_set():
                return None
            task = self.tasks.create_task(self._look(url))
            _keep(self.images, url, task)
        return await self._unless_stopped(task)

    async def _visit(self, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool) -> Visited:
        visited = await visit(
            self.client,
            url,
            known_title,
            prior,
            heard=self.heard,
            wanted=_ALWAYS_WANTED | {"published"}.intersection(self.config.fields),
            conditional=conditional,
            now=datetime.now(UTC),
        )
        self.counts["visited"] += 1
        self.counts["bytes"] += visited.size
        if isinstance(visited.gave, Same):
            self.counts["not_modified"] += 1
        elif isinstance(visited.outcome(known_title), Failure):
            self.counts["failed"] += 1
        return visited

    async def _look(self, url: str) -> merge.Picture | Failure:
        picture, memory = await look(self.client, url, await self.store.probe(url))
        self.counts["image_probes"] += 1
        if memory:
            self.probes.append(memory)
        return picture

    async def _unless_stopped(self, task: asyncio.Task[_T]) -> _T | None:
        """The task's result, or None where the run was told to stop meanwhile."""
        try:
            # Shielded: others may wait for the same answer.
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled() and self.stop.is_set():
                return None
            raise


_K = TypeVar("_K", bound=Hashable)


def _keep(tasks: dict[_K, asyncio.Task[_T]], key: _K, task: asyncio.Task[_T]) -> None:
    """Keep a task, and let the oldest go that are done: memory does not grow with the run."""
    tasks[key] = task
    if len(tasks) > _KEPT:
        oldest = next(iter(tasks))
        done = tasks.pop(oldest)
        if not done.done():
            tasks[oldest] = done
