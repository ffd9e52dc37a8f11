"""What the articles of one run share: each page and each image is asked for once, however many want it."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from crawler import merge, urls
from crawler.config import Config
from crawler.model import Failure, Schema
from crawler.state.rows import Probe, Visit
from crawler.state.store import Store
from crawler.visit import Same, Visited
from crawler.visitor import Visitor

_T = TypeVar("_T")

# Answers that are kept after their first asker had them: who else wants a page comes at the same time as a rule.
_KEPT = 128


@dataclass(slots=True)
class Round:
    """One run's visitor, memory, and answers so far.

    A page is asked for twice only where somebody needs it whole after another was content with "not modified", or long
    after the others.
    """

    config: Config
    visitor: Visitor
    store: Store
    schema: Schema
    limit: int | None
    counts: Counter[str]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    pages: dict[tuple[str, bool], asyncio.Future[Visited | None]] = field(default_factory=dict)
    images: dict[str, asyncio.Future[merge.Picture | Failure | None]] = field(default_factory=dict)
    asking: set[asyncio.Task[Any]] = field(default_factory=set)
    probes: list[Probe] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether no further page may be asked for: the run was told to stop, or its limit is reached."""
        return self.stop.is_set() or (self.limit is not None and self.counts["begun"] >= self.limit)

    def halt(self) -> None:
        """Stop: nothing more is asked for, and what is under way is given up."""
        self.stop.set()
        for task in self.asking:
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
        asked = self.pages.get((key, False)) or (self.pages.get((key, True)) if conditional else None)
        if asked:
            # Shielded: others may wait for the same answer.
            return await asyncio.shield(asked)
        if self.over:
            return None
        self.counts["begun"] += 1
        answer = _kept(self.pages, (key, conditional))
        return await self._answered(answer, self._visit(url, known_title, prior, conditional=conditional))

    async def picture(self, url: str) -> merge.Picture | Failure | None:
        """What is seen of an image, now or before; None where the run ends first."""
        if asked := self.images.get(url):
            return await asyncio.shield(asked)
        if self.stop.is_set():
            return None
        return await self._answered(_kept(self.images, url), self._look(url))

    async def _visit(
        self, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool
    ) -> Visited | None:
        visited = await self.visitor.visit(url, known_title, prior, conditional=conditional)
        if visited is None:
            return None
        self.counts["visited"] += 1
        self.counts["bytes"] += visited.size
        if isinstance(visited.gave, Same):
            self.counts["not_modified"] += 1
        elif isinstance(visited.outcome(known_title), Failure):
            self.counts["failed"] += 1
        return visited

    async def _look(self, url: str) -> merge.Picture | Failure | None:
        seen = await self.visitor.look(url, await self.store.probe(url))
        if seen is None:
            return None
        picture, memory = seen
        self.counts["image_probes"] += 1
        if memory:
            self.probes.append(memory)
        return picture

    async def _answered(self, answer: asyncio.Future[_T | None], asking: Coroutine[Any, Any, _T | None]) -> _T | None:
        """What asking gives, for the others that want it too; None where the run is told to stop meanwhile."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (we are in one)
        self.asking.add(task)
        result = None
        try:
            result = await asking
        except asyncio.CancelledError:
            if not self.stop.is_set():
                raise
            task.uncancel()
        finally:
            self.asking.discard(task)
            if not answer.done():
                answer.set_result(result)
        return result


_K = TypeVar("_K", bound=Hashable)


def _kept(answers: dict[_K, asyncio.Future[_T]], key: _K) -> asyncio.Future[_T]:
    """A place for an answer; the oldest of those that are there goes, so that memory does not grow with the run."""
    answer = answers[key] = asyncio.get_running_loop().create_future()
    if len(answers) > _KEPT and answers[oldest := next(iter(answers))].done():
        del answers[oldest]
    return answer
