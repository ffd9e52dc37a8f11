"""Several processes that visit, each its share of the hosts; this one alone judges, writes and remembers.

A host is one worker's through the run, with its connections, its turns, its robots.txt and its failures: so that it is
asked as politely as by one process. Where a redirect leads to another's host, that one is asked to make the request.
"""

import asyncio
import contextlib
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from crawler import urls
from crawler.errors import FetchError, MetafreshError, WorkerLost
from crawler.merge import Picture
from crawler.model import Failure
from crawler.state.rows import Probe, Visit
from crawler.visit import Visited
from crawler.visitor import News, Start, client
from crawler.web.exchange import Answer, Request
from crawler.web.permission import Recall
from crawler.workers.link import Link
from crawler.workers.share import Share, owner

# Seconds that a worker has to end by itself.
_PATIENCE = 5.0
# Hosts from which on those are forgotten whose turn has come; a run may see a million.
_CROWD = 4096


@dataclass(slots=True)
class Workers:
    """A visitor that calls others; made by `workers`. `turns` are when hosts may next be asked."""

    links: list[Link]
    lost: asyncio.Future[MetafreshError] = field(default_factory=asyncio.Future)
    turns: dict[str, float] = field(default_factory=dict)

    async def visit(self, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool) -> Visited:
        visited: Visited
        visited, ready = await self._of(url).call("visit", url, known_title, prior, conditional=conditional)
        self._note(urls.registrable_host(url), ready)
        return visited

    async def look(self, url: str, prior: Probe | None) -> tuple[Picture | Failure, Probe | None]:
        seen: tuple[Picture | Failure, Probe | None] = await self._of(url).call("look", url, prior)
        return seen

    async def hop(self, request: Request) -> Answer:
        """What a redirect leads to, by who speaks to its host."""
        answer: Answer = await self._of(request.url).call("hop", request)
        return answer

    def ready(self, host: str) -> float:
        return self.turns.get(host, 0.0)

    async def news(self) -> News:
        if self.lost.done():
            return News()
        heard = await asyncio.gather(*(link.call("news") for link in self.links), return_exceptions=True)
        for each in heard:
            if isinstance(each, Exception):
                raise each
        # Of one that has just ended, waiting was cancelled; that it was lost is told otherwise.
        told = [each for each in heard if isinstance(each, News)]
        return News(
            [text for news in told for text in news.robots],
            {host: at for news in told for host, at in news.turns.items()},
            {host: trouble for news in told for host, trouble in news.troubles.items()},
        )

    def _of(self, url: str) -> Link:
        return self.links[owner(urls.host(url), len(self.links))]

    def _note(self, host: str, ready: float) -> None:
        if len(self.turns) >= _CROWD:
            now = asyncio.get_running_loop().time()
            self.turns = {host: at for host, at in self.turns.items() if at > now}
        self.turns[host] = ready


@contextlib.asynccontextmanager
async def workers(start: Start, recall: Recall, count: int) -> AsyncIterator[Workers]:
    """So many worker processes, which end when this does.

    Args:
        recall: gives the robots.txt that an origin answered with before, where it is fresh enough to be used.

    Raises:
        ConfigError: a rule, network or certificate file cannot be used.
        WorkerLost: a process cannot be started.
    """
    client(start.fetch)  # says now what it would say in each of them
    visitor = Workers([])
    watching = []
    try:
        for number in range(count):
            link, process = await _begun()
            visitor.links.append(link)
            share = Share(number, count)
            link.put((share, _portion(start, share)))
            watching.append(asyncio.create_task(_watch(visitor, link, process, recall)))
        yield visitor
    finally:
        for link in visitor.links:
            link.close()
        await asyncio.gather(*watching)


async def _begun() -> tuple[Link, Process]:
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            # A group of its own: Ctrl-C is for who ends the run. The path is ours, whatever the working directory has.
            process = await create_subprocess_exec(
                sys.executable, "-P", "-m", "crawler.workers.worker", str(theirs.fileno()),
                stdin=DEVNULL, stdout=DEVNULL, pass_fds=[theirs.fileno()], process_group=0,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )  # fmt: skip
        except OSError as error:
            ours.close()
            raise WorkerLost(f"a worker process cannot be started: {(error.strerror or str(error)).lower()}") from error
    return await Link.over(ours), process


def _portion(start: Start, share: Share) -> Start:
    """What one worker begins with: of connections as many as the others, of hosts its own."""
    whole, rest = divmod(start.fetch.concurrency, share.workers)
    return start._replace(
        fetch=start.fetch.model_copy(update={"concurrency": whole + (share.number < rest)}),
        turns={host: at for host, at in start.turns.items() if share.has(host)},
        troubles={host: trouble for host, trouble in start.troubles.items() if share.has(host)},
    )


async def _watch(visitor: Workers, link: Link, process: Process, recall: Recall) -> None:
    """Serve a worker; one that ends before it is told to takes the run with it."""
    why: MetafreshError = WorkerLost("a worker process could not be served any more")
    try:
        await link.serve(FetchError, hop=visitor.hop, recall=recall)
        why = WorkerLost(f"a worker process {await _ended(process)}; what was fetched until then is kept")
    except* MetafreshError as group:
        why = next(error for error in group.exceptions if isinstance(error, MetafreshError))
    finally:
        if not (link.is_closed or visitor.lost.done()):
            visitor.lost.set_result(why)
            # The run hears of it before those who wait are cancelled.
            await asyncio.sleep(0)
        link.close()
        await _ended(process)


async def _ended(process: Process) -> str:
    """How it ended; one that does not is made to."""
    try:
        code = await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        process.kill()
        code = await process.wait()
    return f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
