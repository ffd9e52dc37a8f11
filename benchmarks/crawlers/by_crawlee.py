"""Crawlee with Parsel and its own client, all in memory.

That client cannot be told where hosts are: the farm is its proxy, which spares it some connections.
"""

import asyncio
import logging

from crawlee import ConcurrencySettings
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.http_clients import ImpitHttpClient
from crawlee.storage_clients import MemoryStorageClient
from task import CONCURRENCY, TAGS, Found, given


async def crawl(port: int, urls: list[str]) -> Found:
    found: Found = {}
    crawler = ParselCrawler(
        http_client=ImpitHttpClient(proxy=f"http://127.0.0.1:{port}"),
        storage_client=MemoryStorageClient(),
        # All three, or it would begin with few and slow down on a busy machine.
        concurrency_settings=ConcurrencySettings(
            min_concurrency=CONCURRENCY, desired_concurrency=CONCURRENCY, max_concurrency=CONCURRENCY
        ),
        respect_robots_txt_file=True,
        configure_logging=False,
    )

    @crawler.router.default_handler
    async def read(context: ParselCrawlingContext) -> None:
        found[context.request.url] = [context.selector.css(f"{tag}::attr(content)").get() for tag in TAGS]

    await crawler.run(urls)
    return found


def main() -> None:
    task = given()
    logging.disable()
    task.done(asyncio.run(crawl(task.port, task.urls)))


if __name__ == "__main__":
    main()
