"""Scrapy with its own defaults, but for the numbers that all crawlers share."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import TextResponse
from scrapy.resolver import dnscache
from task import CONCURRENCY, PER_HOST, TAGS, Found, given

SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "CONCURRENT_REQUESTS": CONCURRENCY,
    "CONCURRENT_REQUESTS_PER_DOMAIN": PER_HOST,
    "DOWNLOAD_DELAY": 0,
    "LOG_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
}


class Pages(scrapy.Spider):
    """Asks for the URLs at the port of the farm."""

    name = "pages"

    def __init__(self, port: int, urls: list[str], found: Found, **others: Any) -> None:  # noqa: ANN401 (Scrapy's)
        super().__init__(**others)
        self._port, self._urls, self._found = port, urls, found

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self._urls:
            split = urlsplit(url)
            there = split._replace(netloc=f"{split.netloc}:{self._port}").geturl()
            yield scrapy.Request(there, self.found, cb_kwargs={"url": url}, dont_filter=True)

    def found(self, response: TextResponse, url: str) -> None:
        self._found[url] = [response.css(f"{tag}::attr(content)").get() for tag in TAGS]


def main() -> None:
    task, found = given(), Found()
    for url in task.urls:
        dnscache[urlsplit(url).netloc] = "127.0.0.1"  # as if it had asked
    process = CrawlerProcess(SETTINGS)
    process.crawl(Pages, port=task.port, urls=task.urls, found=found)
    process.start()
    task.done(found)


if __name__ == "__main__":
    main()
