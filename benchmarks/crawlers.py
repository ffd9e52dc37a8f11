"""Peers as crawlers: each asks for all URLs, obeys robots.txt, and finds title, description and image of each page.

    python benchmarks/crawlers.py NAME PORT URLS ANSWERS [VALIDATORS]

URLS is a JSON list; ANSWERS, in JSON, is what was found by URL. All have the same number of requests at a time, in all
and on a host. With VALIDATORS, a file of {URL: ETag}, the bare loop asks for what has changed, and keeps them there.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CONCURRENCY, PER_HOST = 32, 2
META = {"title": "og:title", "description": "og:description", "image": "og:image"}

Found = dict[str, list[str | None]]


def from_html(html: bytes) -> list[str | None]:
    """What the og: tags say, by selectolax."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    tags = (tree.css_first(f'meta[property="{name}"]') for name in META.values())
    return [tag and tag.attributes.get("content") for tag in tags]


# ---- aiohttp and nothing else: what a page costs at the least


def whole(raw: bytes) -> list[str | None]:
    import zlib

    return from_html(zlib.decompress(raw, 31))


def lazy(raw: bytes) -> list[str | None]:
    """Inflated only to the end of the head."""
    from isal import isal_zlib

    stream = isal_zlib.decompressobj(31)
    head = bytearray(stream.decompress(raw, 16384))
    at = head.find(b"</head")
    while at < 0 and not stream.eof:
        seen = len(head)
        head += stream.decompress(stream.unconsumed_tail, 16384)
        at = head.find(b"</head", max(0, seen - 6))
    return from_html(bytes(head[:at] if at >= 0 else head))


def by_aiohttp(
    port: int, urls: list[str], read: Callable[[bytes], list[str | None]], validators: dict[str, str]
) -> Found:
    import aiohttp
    from aiohttp.abc import AbstractResolver
    from protego import Protego

    class Loopback(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[Any]:  # noqa: ANN401, ARG002
            return [{"hostname": host, "host": "127.0.0.1", "port": farm, "family": family, "proto": 0, "flags": 0}]

        async def close(self) -> None:
            pass

    farm, found, robots = port, {}, {}

    async def allows(session: aiohttp.ClientSession, url: str) -> bool:
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in robots:
            robots[origin] = asyncio.ensure_future(rules(session, origin))
        return bool((await robots[origin]).can_fetch(url, "bench"))

    async def rules(session: aiohttp.ClientSession, origin: str) -> Any:  # noqa: ANN401
        async with session.get(f"{origin}/robots.txt") as answer:
            return Protego.parse((await answer.read()).decode())

    async def worker(session: aiohttp.ClientSession, rest: Iterator[str]) -> None:
        for url in rest:
            if not await allows(session, url):
                continue
            headers = {"If-None-Match": validators[url]} if url in validators else {}
            async with session.get(url, headers=headers) as answer:
                if answer.status == 200:
                    found[url] = read(await answer.read())
                    validators[url] = answer.headers["ETag"]

    async def main() -> None:
        connector = aiohttp.TCPConnector(resolver=Loopback(), limit=CONCURRENCY, limit_per_host=PER_HOST)
        encoding = {"Accept-Encoding": "gzip"}
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False, headers=encoding) as session:
            rest = iter(urls)
            await asyncio.gather(*(worker(session, rest) for _ in range(CONCURRENCY)))

    asyncio.run(main())
    return found


# ---- frameworks, as their handbooks show them


def by_scrapy(port: int, urls: list[str]) -> Found:
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy.resolver import dnscache

    found: Found = {}

    class Spider(scrapy.Spider):
        name = "bench"

        async def start(self) -> Any:  # noqa: ANN401
            for url in urls:
                yield scrapy.Request(
                    url.replace(".example/", f".example:{port}/", 1), cb_kwargs={"url": url}, dont_filter=True
                )

        def parse(self, response: Any, url: str) -> None:  # noqa: ANN401
            found[url] = [response.css(f'meta[property="{name}"]::attr(content)').get() for name in META.values()]

    settings = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": PER_HOST,
        "DOWNLOAD_DELAY": 0,
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
    }
    for url in urls:
        dnscache[urlsplit(url).hostname] = "127.0.0.1"  # as if it had asked
    process = CrawlerProcess(settings)
    process.crawl(Spider)
    process.start()
    return found


def by_crawlee(port: int, urls: list[str]) -> Found:
    """Its client has no resolver to be told: the farm is its proxy, which spares it nothing but connections."""
    import logging

    from crawlee import ConcurrencySettings
    from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
    from crawlee.http_clients import ImpitHttpClient
    from crawlee.storage_clients import MemoryStorageClient

    found: Found = {}

    async def main() -> None:
        crawler = ParselCrawler(
            http_client=ImpitHttpClient(proxy=f"http://127.0.0.1:{port}"),
            storage_client=MemoryStorageClient(),
            concurrency_settings=ConcurrencySettings(
                min_concurrency=CONCURRENCY, desired_concurrency=CONCURRENCY, max_concurrency=CONCURRENCY
            ),
            respect_robots_txt_file=True,
            configure_logging=False,
        )

        @crawler.router.default_handler
        async def handle(context: ParselCrawlingContext) -> None:
            tags = (f'meta[property="{name}"]::attr(content)' for name in META.values())
            found[context.request.url] = [context.selector.css(tag).get() for tag in tags]

        await crawler.run(urls)

    logging.disable()
    asyncio.run(main())
    return found


def main() -> None:
    name, port, urls_file, answers_file, *more = sys.argv[1:]
    urls = json.loads(Path(urls_file).read_text(encoding="utf-8"))
    validators_file = Path(more[0]) if more else None
    kept = validators_file is not None and validators_file.exists()
    validators = json.loads(validators_file.read_text(encoding="utf-8")) if kept and validators_file else {}
    if name == "scrapy":
        found = by_scrapy(int(port), urls)
    elif name == "crawlee":
        found = by_crawlee(int(port), urls)
    else:
        found = by_aiohttp(int(port), urls, {"whole": whole, "lazy": lazy}[name], validators)
    Path(answers_file).write_text(json.dumps(found), encoding="utf-8")
    if validators_file:
        validators_file.write_text(json.dumps(validators), encoding="utf-8")


if __name__ == "__main__":
    main()
