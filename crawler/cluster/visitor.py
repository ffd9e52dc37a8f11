"""The crawl's side: a visitor (`crawler.visitor`) that has others visit."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import procrastinate

from crawler.cluster import errand as errands
from crawler.cluster import jobs
from crawler.cluster.board import Board, Posted
from crawler.cluster.errand import Errand, ImageErrand, PageErrand, Report
from crawler.errors import MetafreshError
from crawler.merge import Picture
from crawler.model import Failure
from crawler.place import Server
from crawler.report.phrases import count
from crawler.state.database import Database
from crawler.state.rows import Probe, Row, Visit
from crawler.visit import Visited
from crawler.visitor import News

# Seconds between looks at the board, and between looks who is there to do what is on it.
_LOOK_EVERY, _COUNT_EVERY = 0.1, 5.0
# Seconds that the database may be gone, as where it is restarted.
_PATIENCE = 60.0
_NOBODY = "no worker is at work: start metafresh worker, here or on another machine, with the same state"
# What was seen so long ago is not what is there now.
_KEPT = timedelta(hours=1)


@dataclass(slots=True)
class Cluster:
    """A visitor that has workers visit; made by `cluster`.

    Attributes:
        waits: whether it waits for what it asks; else all that is not there yet is left for another run.
        tell: gets a row of what a person should know.
        thumbnails: whether they are made of images.
        open: what is waited for, by key; `fresh` is yet to be posted.
        left: how much was left for another run.
        workers: how many there were at `counted_at`, by the event loop's clock.
    """

    board: Board
    app: procrastinate.App
    wanted: frozenset[str]
    waits: bool
    tell: Callable[[Row], None]
    thumbnails: bool = False
    lost: asyncio.Future[MetafreshError] = field(default_factory=asyncio.Future)
    open: dict[str, list[asyncio.Future[Report | None]]] = field(default_factory=dict)
    fresh: list[Posted] = field(default_factory=list)
    left: int = 0
    workers: int | None = None
    counted_at: float = -math.inf

    async def visit(
        self, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool
    ) -> Visited | None:
        wish = PageErrand(
            url=url,
            known_title=known_title,
            prior=prior,
            conditional=conditional,
            wanted=tuple(sorted(self.wanted)),
        )
        report = await self._ask(wish)
        return report.visited if report and report.kind == "page" else None

    async def look(self, url: str, prior: Probe | None) -> tuple[Picture | Failure, Probe | None] | None:
        report = await self._ask(ImageErrand(url=url, prior=prior, thumbnail=self.thumbnails))
        return (report.picture, report.probe) if report and report.kind == "image" else None

    def ready(self, host: str) -> float:  # noqa: ARG002  (when its turn comes, its worker knows)
        return 0.0

    async def news(self) -> News:
        return News()

    async def _ask(self, wish: Errand) -> Report | None:
        text = errands.written(wish)
        if text is None:
            return errands.failed(wish, "protocol", "its address is no text", datetime.now(UTC))
        key = errands.key(text)
        answer: asyncio.Future[Report | None] = asyncio.get_running_loop().create_future()
        if key not in self.open:
            self.fresh.append(Posted(key, errands.host(wish), text))
        self.open.setdefault(key, []).append(answer)
        return await answer

    async def serve(self) -> None:
        """Have done what is asked, for ever; where the database is gone for long, end the run."""
        clock = asyncio.get_running_loop().time
        seen_at = clock()
        try:
            while True:
                try:
                    await self._attend()
                    seen_at = clock()
                except jobs.FAILED as error:
                    if clock() > seen_at + _PATIENCE or not jobs.is_gone(error):
                        raise jobs.complaint(error) from error
                await asyncio.sleep(_LOOK_EVERY)
        except MetafreshError as error:
            self.lost.set_result(error)
            # The run hears of it before those who wait are told that there is nothing.
            await asyncio.sleep(0)
            for key in list(self.open):
                self._answer(key, None)

    async def _attend(self) -> None:
        """Post what is asked, and pass on what came of it."""
        await self._count()
        fresh, self.fresh = self.fresh, []
        asked = list(self.open)
        await self.board.post(fresh)
        if asked:
            for key, report in (await self.board.done(asked, taken=self.waits)).items():
                self._answer(key, errands.told(report))
        if not self.waits:
            left = [key for key in asked if key in self.open]
            self.left += len(left)
            for key in left:
                self._answer(key, None)
        await jobs.send(self.app, {posted.host for posted in fresh})

    async def _count(self) -> None:
        """Now and then look how many workers there are, and say so when it is another number than before."""
        now = asyncio.get_running_loop().time()
        if not self.waits or now < self.counted_at + _COUNT_EVERY:
            return
        before, self.workers, self.counted_at = self.workers, await jobs.workers(self.app), now
        if self.workers != before:
            here = f"{count(self.workers, 'worker')} at work" if self.workers else _NOBODY
            self.tell({"type": "note", "text": here, **({"aside": True} if self.workers else {})})

    def _answer(self, key: str, report: Report | None) -> None:
        for answer in self.open.pop(key, ()):
            if not answer.done():
                answer.set_result(report)


@contextlib.asynccontextmanager
async def cluster(
    database: Database,
    server: Server,
    wanted: frozenset[str],
    tell: Callable[[Row], None],
    *,
    waits: bool,
    thumbnails: bool,
) -> AsyncIterator[Cluster]:
    """A visitor that has workers visit.

    Args:
        wanted: the fields that are wanted of a page.
        tell: gets a row of what a person should know.
        waits: whether it waits for what it asks.
        thumbnails: whether they are made of images.

    Raises:
        StateError: the database cannot be used.
    """
    async with jobs.open_app(server) as app:
        await jobs.prepare(app)
        board = Board(database)
        await board.clear(datetime.now(UTC) - _KEPT)
        visitor = Cluster(board, app, wanted, waits, tell, thumbnails)
        serving = asyncio.create_task(visitor.serve())
        try:
            yield visitor
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            if visitor.left:
                told = f"{count(visitor.left, 'visit')} left to workers; the next crawl takes what they see"
                tell({"type": "note", "text": told, "aside": True})
