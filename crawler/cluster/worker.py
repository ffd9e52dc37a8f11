"""One worker: does the errands of host after host, as politely as one machine alone would."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Never
from uuid import uuid4

import procrastinate

from crawler.believe.shared import Heard
from crawler.cluster import errand as errands
from crawler.cluster import jobs
from crawler.cluster.board import Board, Posted, hurry
from crawler.cluster.errand import Errand, ImageSeen, PageSeen, Report
from crawler.cluster.gate import Leases
from crawler.cluster.jobs import Crawls
from crawler.config import Config
from crawler.errors import NotReady, StateError, bug
from crawler.images import thumbnail
from crawler.place import Server
from crawler.state.store import Store, open_store
from crawler.visit import look, visit
from crawler.visitor import client
from crawler.web.breaker import Trouble
from crawler.web.client import Client
from crawler.web.robots import RobotsText

# Errands that are fetched from the board at a time; seconds from which on a job fetches no more, and after which what
# came of them is put up.
_SOME, _LONGEST, _TOLD_EVERY = 32, 60.0, 0.05
# How many workers may not come back from an errand before it is taken for the reason.
_MOST_TRIES = 3
# RFC 9309 §2.4: a robots.txt should not be used for longer than a day.
_ROBOTS_KEPT = timedelta(hours=24)
# Seconds between tries to reach a database that is gone.
_AGAIN = 2.0


@dataclass(slots=True)
class Worker:
    """What a worker works with.

    Attributes:
        leases: the gate of the client.
        ends: set once it is told to end.
        complain: gets a line when something happens that a person should know.
        reports: what is yet to be put up on the board, by key.
    """

    store: Store
    board: Board
    client: Client
    leases: Leases
    heard: Heard
    ends: asyncio.Event
    complain: Callable[[str], None]
    reports: dict[str, str] = field(default_factory=dict)
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def serve(self, host: str) -> None:
        """Do the errands of a host until there are no more; but let others have their turn.

        Raises:
            StateError: the database does not do what it is asked for; a person has been told, as of bugs.
        """
        try:
            async with self.leases.keeping(host):
                await self._serve(host)
            await self._remember()
        except StateError as error:
            self.complain(str(error))
            raise
        except Exception as error:
            # As if this worker had not come back: an errand that fails three of them is given up.
            self.complain(f"{host}: {bug(error)}")
            await self._tell()
            await self.board.left_by_the_dead(host)
            raise

    async def _serve(self, host: str) -> None:
        clock = asyncio.get_running_loop().time
        begun = clock()
        ends = self.ends.is_set
        while not ends() and clock() - begun < _LONGEST and (some := await self.board.undone(host, _SOME)):
            # Who did not come back from one of them must not be blamed on another that was done and not told of.
            at_once = any(posted.tries for posted in some)
            for posted in some:
                if not ends():
                    self.reports[posted.key] = await self._report(posted)
                    if at_once:
                        await self._tell()
            await self._tell()

    async def tell(self) -> None:
        """Put up what came of errands soon after, for ever."""
        while True:
            await asyncio.sleep(_TOLD_EVERY)
            await self._tell()

    async def _tell(self) -> None:
        async with self.telling:
            told, self.reports = self.reports, {}
            await self.board.report(told)

    async def _report(self, posted: Posted) -> str:
        wish = errands.read(posted.errand)
        if wish is None:
            self.complain("another version of metafresh crawls here: its errands cannot be read and are left to it")
            return errands.UNREAD
        seen = None if posted.tries >= _MOST_TRIES else await self._seen(wish)
        why = f"{_MOST_TRIES} workers did not come back from it" if seen is None else "what it answered is no text"
        report = (seen and errands.reported(seen)) or errands.reported(
            errands.failed(wish, "poison", why, datetime.now(UTC))
        )
        assert report is not None  # noqa: S101  (a failure's words are ours)
        return report

    async def _seen(self, wish: Errand) -> Report:
        if wish.kind == "image":
            small = wish.thumbnail and thumbnail.is_installed()
            picture, probe = await look(self.client, wish.url, wish.prior, thumbnails=small)
            return ImageSeen(picture=picture, probe=probe)
        visited = await visit(
            self.client,
            wish.url,
            wish.known_title,
            wish.prior,
            heard=self.heard,
            wanted=frozenset(wish.wanted),
            conditional=wish.conditional,
            now=datetime.now(UTC),
        )
        return PageSeen(visited=visited)

    async def _remember(self) -> None:
        await self.store.remember_robots(self.client.robots())
        await self.store.remember_troubles(self.client.troubles())


async def work(config: Config, server: Server, crawls: Crawls | None, tell: Callable[[str], None]) -> None:
    """Take part in the crawls of a database until SIGINT or SIGTERM; a database that goes away is waited for.

    Args:
        crawls: those that it is to begin itself.
        tell: gets a line when something happens that a person should know.

    Raises:
        ConfigError: a rule, network or certificate file cannot be used.
        StateError: the database cannot be used.
    """
    task, ends = asyncio.current_task(), asyncio.Event()
    assert task is not None  # noqa: S101  (we are in one)

    def end() -> None:
        ends.set()
        task.cancel()

    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, end)
    try:
        await _work(config, server, crawls, tell, ends)
    except asyncio.CancelledError:
        if not ends.is_set():
            raise


async def _work(
    config: Config, server: Server, crawls: Crawls | None, tell: Callable[[str], None], ends: asyncio.Event
) -> Never:
    said, was_there = "", False

    def complain(line: str) -> None:
        nonlocal said
        if line != said:
            said = line
            tell(line)

    while True:
        why = "gone; looking again"
        try:
            async with _at_work(config, server, ends, complain, makes=crawls is not None) as (app, worker):
                tell(f"back at work for {server}" if was_there else f"at work for {server}")
                said, was_there = "", True
                board = worker.board
                await jobs.work(
                    app, config.fetch.concurrency, worker.serve, board.left_by_the_dead, board.hosts, crawls
                )
        except NotReady:
            why = "waiting for the first metafresh crawl --cluster of this version"
        except StateError:
            if not was_there:
                raise
        except jobs.FAILED as error:
            if not jobs.is_gone(error):
                raise jobs.complaint(error) from error
        complain(f"{server}: {why}")
        await asyncio.sleep(_AGAIN)


@contextlib.asynccontextmanager
async def _at_work(
    config: Config, server: Server, ends: asyncio.Event, complain: Callable[[str], None], *, makes: bool
) -> AsyncIterator[tuple[procrastinate.App, Worker]]:
    """All that a worker needs, for as long as the database is there; raises NotReady as `open_store`."""
    async with open_store(server, makes=makes) as store, jobs.open_app(server) as app:
        await jobs.prepare(app, makes=makes)

        async def recall(origin: str) -> RobotsText | None:
            now = datetime.now(UTC)
            known = await store.robots(origin, now - _ROBOTS_KEPT, now)
            return RobotsText(*known) if known else None

        await hurry(store.database)
        leases = Leases(store.database, f"{socket.gethostname()} {os.getpid()} {uuid4().hex}")
        troubles = {host: Trouble(*known) for host, known in (await store.troubles(datetime.now(UTC))).items()}
        async with client(config.fetch, troubles=troubles, recall=recall, gate=leases) as asking:
            worker = Worker(store, Board(store.database), asking, leases, Heard(), ends, complain)
            always = [asyncio.create_task(each) for each in (leases.renew(), worker.tell())]
            try:
                yield app, worker
            finally:
                for each in always:
                    each.cancel()
                await asyncio.gather(*always, return_exceptions=True)
