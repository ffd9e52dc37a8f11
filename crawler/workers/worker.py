"""One worker process: it visits the pages of its share of the hosts, as it is called to, until its caller hangs up."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Awaitable

from crawler import urls
from crawler.errors import FetchError
from crawler.state.rows import Visit
from crawler.visit import Visited
from crawler.visitor import alone
from crawler.web.exchange import Answer, Request
from crawler.web.robots import RobotsText
from crawler.workers.link import Link


async def work(end: socket.socket) -> None:
    """Serve one run."""
    link = await Link.over(end)
    if (begun := await link.take()) is None:
        return
    share, start = begun

    def elsewhere(request: Request) -> Awaitable[Answer] | None:
        return None if share.has(urls.host(request.url)) else link.call("hop", request)

    async def recall(origin: str) -> RobotsText | None:
        known: RobotsText | None = await link.call("recall", origin)
        return known

    async with alone(start, recall, elsewhere) as visitor:

        async def visit(
            url: str, known_title: str | None, prior: Visit | None, *, conditional: bool
        ) -> tuple[Visited, float]:
            visited = await visitor.visit(url, known_title, prior, conditional=conditional)
            return visited, visitor.ready(urls.registrable_host(url))

        await link.serve(FetchError, visit=visit, look=visitor.look, hop=visitor.client.hop, news=visitor.news)
        link.close()


if __name__ == "__main__":
    # Whoever stops the run stops its parent, which lets us finish what is to be finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # As for the crawl: what is loaded stays, and hardly anything is a cycle.
    gc.freeze()
    gc.set_threshold(10_000)
    asyncio.run(work(socket.socket(fileno=int(sys.argv[1]))))
