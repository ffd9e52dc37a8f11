"""How much disk what is remembered takes: every target visited, every article judged to the end.

    python benchmarks/state.py [--targets 1000000]

Filled through the store's own verbs, as a crawl does it. Addresses and paths are as long as those of real records: some
90 characters.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crawler import revisit, urls
from crawler.model import Role, Target
from crawler.state import gc
from crawler.state.rows import Outline, Visit, Wanted
from crawler.state.store import open_store

TARGETS = 1_000_000
AT_A_TIME = 500
NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
ROLES = (Role.WEB, Role.ORIGINAL, Role.AMP, Role.AMP_CACHE)
# How records are: articles in one, and pages of an article.
SHAPES = {
    "an article with one page": (1, 1),
    "an article with four pages": (1, 4),
    "ten articles with two pages": (10, 2),
}


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--targets", type=int, default=TARGETS)
    targets = options.parse_args().targets
    table = Table(title=f"what is remembered of {targets:,} targets")
    for heading in ("a record is", "MB", "MB after gc", "bytes a target", "CPU s to remember", "CPU s of gc"):
        table.add_column(heading, justify="right")
    for name, (articles, pages) in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            before = asyncio.run(fill(Path(folder), lambda a=articles, p=pages: outlines(targets, a, p)))
            filled = time.process_time()
            after = asyncio.run(collect(Path(folder), outlines(targets, articles, pages)))
            seconds = (f"{filled - started:.0f}", f"{time.process_time() - filled:.0f}")
        table.add_row(name, f"{before / 1e6:.0f}", f"{after / 1e6:.0f}", f"{after / targets:.0f}", *seconds)
    Console(width=100).print(table)


async def fill(folder: Path, records: Callable[[], Iterator[Outline]]) -> int:
    """Remember records, and all of their pages as visited; how many bytes that takes."""
    curve = revisit.new_curve()
    async with open_store(folder) as store:
        for some in batches(records()):
            wanted = [(record.path, article) for record in some for article in record.articles]
            await store.remember_outlines(some)
            await store.remember_visits(visit(target.url) for _, article in wanted for target in article.targets)
            await store.learn({article.targets[0].url: habit(article) for _, article in wanted}, curve)
            digests: dict[str, dict[str, str]] = {}
            for path, article in wanted:
                digests.setdefault(path, {})[article.pointer] = digest(article.look)
            await store.settle(digests, NOW)
        return await store.database.size()


async def collect(folder: Path, records: Iterator[Outline]) -> int:
    """Forget nothing, for all is still there; how many bytes it takes then."""
    async with open_store(folder) as store:
        await gc.begin(store.database)
        for some in batches(records):
            await gc.keep(store.database, (record.path for record in some))
        always = timedelta(days=365)
        forgotten = await gc.forget(store.database, folder, NOW, history=always, pictures=always)
        assert forgotten.records == forgotten.visits == 0
        return forgotten.bytes


def batches(records: Iterator[Outline]) -> Iterator[list[Outline]]:
    while some := list(islice(records, AT_A_TIME)):
        yield some


def outlines(targets: int, articles: int, pages: int) -> Iterator[Outline]:
    """Records with so many targets in all."""
    for record in range(targets // (articles * pages)):
        each = (record * articles + index for index in range(articles))
        signature = digest(f"signature {record}")
        path = f"/srv/site/records/news/2026-10-05-tidal-turbines-power-the-whole-harbour-for-a-day-{record:07}.md"
        yield Outline(path, signature, tuple(article(number, pages) for number in each))


def article(number: int, pages: int) -> Wanted:
    """An article with so many pages."""
    host = f"www.harbour-gazette-{number % 997:03}.example"
    address = f"{host}/2026/10/05/tidal-turbines-power-the-whole-harbour-{number:07}"
    every = (
        f"https://{address}",
        f"https://wire-service.example/{address.partition('/')[2]}",
        f"https://{address}/amp",
        f"https://{host.replace('-', '--').replace('.', '-')}.cdn.ampproject.org/c/s/{address}/amp",
    )
    pointer = f"/related/{number % 10 - 1}" if number % 10 else ""
    targets = tuple(Target(role, url) for role, url in zip(ROLES, every[:pages], strict=False))
    return Wanted(pointer, digest(address), "2026-10-05T07:30:00Z", targets)


def visit(url: str) -> Visit:
    """A page that was well, as most are; every other server says by what to ask whether it changed."""
    mark = sha256(url.encode()).hexdigest()
    validators = {"etag": f'"{mark[:32]}"', "last_modified": "Mon, 05 Oct 2026 07:30:00 GMT"} if mark[0] < "8" else {}
    return Visit(url, urls.registrable_host(url), NOW, 200, "ok", last_success=NOW, **validators)


def habit(article: Wanted) -> revisit.State:
    """How a page is used to change that was looked at a few times."""
    seen = int(article.look, 16)
    state = revisit.new_state(NOW - timedelta(hours=seen % 9999), NOW - timedelta(minutes=seen % 9998))
    return {**state, "changes": round(seen % 3 * 0.9, 4), "expected": round(seen % 1_000_003 / 1e6, 6)}


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


if __name__ == "__main__":
    main()
