"""Ours and its peers ask one farm for the same pages, each in a process of its own on one core, the farm on the other.

    python benchmarks/crawl.py [--pages 2000] [--rounds 3]

All obey robots.txt, have the same number of requests under way, in all and on a host, and find title, description and
image. metafresh is run as its users run it: it remembers, judges, and writes what has changed back into its records;
what is right is counted in the records as they are then. The bare loops do nothing but ask, inflate and parse: "lazy"
keeps the raw body and inflates and parses no more than the head. 304s are of a second run that remembers the first.

What a client takes to start is measured by a run over nothing, and not part of its pages. Figures are medians of the
rounds; the processor's seconds are what to compare, the clock's are also of what else the machine does.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import filterfalse
from pathlib import Path
from statistics import median
from typing import NamedTuple

import farm_records
from farm import Farm, running
from farm_pages import Plan
from process import Cost, cores, cost
from rich.console import Console
from rich.table import Table

OURS, LAZY, SCRAPY = "metafresh", "bare aiohttp, lazy", "Scrapy"
CRAWLERS = Path(__file__).with_name("crawlers")


class Peer(NamedTuple):
    """A peer: its script in crawlers/ and what that is told, the module that it needs."""

    name: str
    script: str
    more: tuple[str, ...]
    module: str
    remembers: bool = False  # validators, for a second run with 304s


PEERS = (
    Peer(LAZY, "by_aiohttp.py", ("lazy",), "aiohttp", remembers=True),
    Peer("bare aiohttp, whole page", "by_aiohttp.py", ("whole",), "aiohttp"),
    Peer(SCRAPY, "by_scrapy.py", (), "scrapy"),
    Peer("Crawlee (Parsel)", "by_crawlee.py", (), "crawlee"),
)
AGAIN = ", 304s"
STARTS = 2  # a round; they are short, and so noisy

Answers = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Pass:
    """What one client did with all pages once.

    Attributes:
        right: pages of which title, description and image were found as they are.
        statuses: answers of the farm to requests for pages, by status.
    """

    cost: Cost
    right: int
    statuses: Counter[int]


@dataclass(frozen=True, slots=True)
class Result:
    """A client's passes over the pages, one a round, and its runs over nothing."""

    passes: list[Pass] = field(default_factory=list)
    starts: list[Cost] = field(default_factory=list)

    @property
    def start_cpu(self) -> float:
        return median(start.cpu for start in self.starts)

    @property
    def pages_a_second(self) -> float:
        start = median(start.seconds for start in self.starts)
        return median(one.statuses.total() / (one.cost.seconds - start) for one in self.passes)

    @property
    def cpu_per_1000(self) -> float:
        return median((one.cost.cpu - self.start_cpu) / one.statuses.total() * 1000 for one in self.passes)

    @property
    def megabytes(self) -> float:
        return median(one.cost.megabytes for one in self.passes)


Results = defaultdict[str, Result]


def installed(peer: Peer) -> bool:
    return find_spec(peer.module) is not None


def ask_all(farm: Farm, core: int | None, work: Path, results: Results) -> None:
    """Each client once, by turns; the same farm for all."""
    _ask_by_metafresh(farm, core, work, results)
    urls, nothing, found = work / "urls.json", work / "nothing.json", work / "found.json"
    urls.write_text(json.dumps([farm.plan.truth(number).url for number in range(farm.plan.pages)]), encoding="utf-8")
    nothing.write_text("[]", encoding="utf-8")
    for name, script, more, _, remembers in filter(installed, PEERS):
        call: list[str | Path] = [sys.executable, CRAWLERS / script, str(farm.port)]
        starts = [_ran([*call, nothing, found, *more], core) for _ in range(STARTS)]
        command = [*call, urls, found, *more, *([work / "validators.json"] if remembers else [])]
        for title in (name, name + AGAIN) if remembers else (name,):
            one = _measured(farm, command, core, lambda: json.loads(found.read_text(encoding="utf-8")))
            results[title].passes.append(one)
            results[title].starts.extend(starts)


def _ask_by_metafresh(farm: Farm, core: int | None, work: Path, results: Results) -> None:
    empty, full = work / "empty", work / "full"
    (empty / "records").mkdir(parents=True)
    starts = [_ran(farm_records.crawl(empty, farm.port, delay=0, per_host=2), core) for _ in range(STARTS)]
    farm_records.write(full / "records", farm.plan, range(farm.plan.pages))
    command = farm_records.crawl(full, farm.port, delay=0, per_host=2)
    for title in (OURS, OURS + AGAIN):
        one = _measured(farm, command, core, lambda: farm_records.answers(full / "records"))
        results[title].passes.append(one)
        results[title].starts.extend(starts)


def _measured(farm: Farm, command: Sequence[str | Path], core: int | None, answers: Callable[[], Answers]) -> Pass:
    farm.log()
    spent = _ran(command, core)
    log, found = farm.log(), answers()
    truths = map(farm.plan.truth, range(farm.plan.pages))
    right = sum(list(found.get(one.url, ())) == [one.title, one.description, one.image] for one in truths)
    return Pass(spent, right, Counter(asked.status for asked in log if asked.path != "/robots.txt"))


def _ran(command: Sequence[str | Path], core: int | None) -> Cost:
    spent = cost(command, core)
    if spent.code:
        sys.exit(f"{' '.join(map(str, command))} ended with {spent.code}: {spent.said}")
    return spent


def table(results: Results, title: str) -> Table:
    made = Table(title=title)
    headings = ("pages/s", "CPU s per 1,000", "peak MB", "start-up CPU s", "right", "answers", "pages/s, × Scrapy")
    for heading in ("", *headings, "CPU, × bare lazy"):
        made.add_column(heading, justify="right" if heading else "left")
    scrapy = results[SCRAPY].pages_a_second if SCRAPY in results else None
    for name, result in results.items():
        again = AGAIN if name.endswith(AGAIN) else ""
        answered = ", ".join(f"{count:,} × {status}" for status, count in sorted(result.passes[-1].statuses.items()))
        # Of a 304 the bare loop has nothing to read.
        right = "-" if name == LAZY + AGAIN else f"{min(one.right for one in result.passes):,}"
        made.add_row(
            name,
            f"{result.pages_a_second:,.0f}",
            f"{result.cpu_per_1000:.3f}",
            f"{result.megabytes:.0f}",
            f"{result.start_cpu:.2f}",
            right,
            answered,
            f"{result.pages_a_second / scrapy:.1f}" if scrapy and not again else "-",
            f"{result.cpu_per_1000 / results[LAZY + again].cpu_per_1000:.2f}",
        )
    return made


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pages", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    console = Console(width=150)
    for peer in filterfalse(installed, PEERS):
        console.print(f"skipped: {peer.name} is not installed; make bench-crawl installs it")
    plan, (farm_core, core) = Plan(pages=chosen.pages), cores()
    results: Results = defaultdict(Result)
    console.print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    with running(plan, ready=plan.pages, core=farm_core) as farm:
        for _ in range(chosen.rounds):
            with tempfile.TemporaryDirectory() as work:
                ask_all(farm, core, Path(work), results)
    title = f"{plan.pages:,} pages on {plan.hosts} hosts, one core a client, medians of {chosen.rounds} rounds"
    console.print(table(results, title))
    console.print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
