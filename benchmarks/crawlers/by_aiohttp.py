"""aiohttp, selectolax and nothing else: what a page costs at the least.

    python benchmarks/crawlers/by_aiohttp.py PORT URLS ANSWERS whole|lazy [VALIDATORS]

"whole" inflates and parses all of a page, "lazy" its head. With VALIDATORS, a file of {URL: ETag} that it keeps, it
asks for what has changed since.
"""

import asyncio
import json
import socket
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from isal import isal_zlib
from protego import Protego
from selectolax.lexbor import LexborHTMLParser
from task import CONCURRENCY, PER_HOST, TAGS, Found, given

_GZIP = 31
_STEP = 16 * 1024


def whole(raw: bytes) -> bytes:
    return zlib.decompress(raw, _GZIP)


def lazy(raw: bytes) -> bytes:
    """The page up to the end of its head."""
    stream = isal_zlib.decompressobj(_GZIP)
    head = bytearray(stream.decompress(raw, _STEP))
    at = head.find(b"</head")
    while at < 0 and not stream.eof:
        seen = len(head)
        head += stream.decompress(stream.unconsumed_tail, _STEP)
        at = head.find(b"</head", max(0, seen - 6))
    return bytes(head[:at] if at >= 0 else head)


def read(html: bytes) -> list[str | None]:
    tree = LexborHTMLParser(html)
    tags = map(tree.css_first, TAGS)
    return [tag.attributes.get("content") if tag else None for tag in tags]


class Loopback(AbstractResolver):
    """Every host is the farm."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


async def crawl(port: int, urls: list[str], inflate: Callable[[bytes], bytes], validators: dict[str, str]) -> Found:
    """What was found; `validators` are used and renewed."""
    found: Found = {}
    robots: dict[str, asyncio.Future[Any]] = {}

    async def rules(session: ClientSession, origin: str) -> Any:  # noqa: ANN401 (Protego has no types)
        async with session.get(f"{origin}/robots.txt") as answer:
            return Protego.parse((await answer.read()).decode())

    async def ask(session: ClientSession, rest: Iterator[str]) -> None:
        for url in rest:
            origin = "/".join(url.split("/", 3)[:3])
            if origin not in robots:
                robots[origin] = asyncio.ensure_future(rules(session, origin))
            if not (await robots[origin]).can_fetch(url, "bench"):
                continue
            headers = {"If-None-Match": validators[url]} if url in validators else {}
            async with session.get(url, headers=headers) as answer:
                if answer.status == 200:
                    found[url] = read(inflate(await answer.read()))
                    validators[url] = answer.headers["ETag"]

    connector = TCPConnector(resolver=Loopback(port), limit=CONCURRENCY, limit_per_host=PER_HOST)
    headers = {"Accept-Encoding": "gzip"}
    async with ClientSession(connector=connector, auto_decompress=False, headers=headers) as session:
        rest = iter(urls)
        await asyncio.gather(*(ask(session, rest) for _ in range(CONCURRENCY)))
    return found


def main() -> None:
    task = given()
    how, *files = task.more
    kept = Path(*files) if files else None
    validators = json.loads(kept.read_text(encoding="utf-8")) if kept and kept.exists() else {}
    task.done(asyncio.run(crawl(task.port, task.urls, {"whole": whole, "lazy": lazy}[how], validators)))
    if kept:
        kept.write_text(json.dumps(validators), encoding="utf-8")


if __name__ == "__main__":
    main()
