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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import farm_records
from farm import Farm, running
from farm_pages import Plan
from process import Cost, cores, cost
from rich.console import Console
from rich.table import Table

OURS, LAZY, SCRAPY = "metafresh", "bare aiohttp, lazy", "Scrapy"
CRAWLERS = Path(__file__).with_name("crawlers.py")
# Name, what it is called in crawlers.py, the module that it needs, whether it remembers validators.
PEERS = (
    (LAZY, "lazy", "aiohttp", True),
    ("bare aiohttp, whole page", "whole", "aiohttp", False),
    (SCRAPY, "scrapy", "scrapy", False),
    ("Crawlee (Parsel)", "crawlee", "crawlee", False),
)
AGAIN = ", 304s"

Answers = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Pass:
    """What one client did with all pages once; `start` is what it took over nothing.

    Attributes:
        right: pages of which title, description and image were found as they are.
        statuses: answers of the farm to requests for pages, by status.
    """

    start: Cost
    cost: Cost
    right: int
    statuses: Counter[int]

    @property
    def pages(self) -> int:
        return self.statuses.total()

    @property
    def pages_a_second(self) -> float:
        return self.pages / self.cost.without(self.start).seconds

    @property
    def cpu_per_1000(self) -> float:
        return self.cost.without(self.start).cpu / self.pages * 1000


def passes(farm: Farm, core: int | None, work: Path) -> Iterator[tuple[str, Pass]]:
    """Each client once, by turns; the same farm for all."""
    yield from _metafresh(farm, core, work)
    urls, nothing, found = work / "urls.json", work / "nothing.json", work / "found.json"
    urls.write_text(json.dumps([farm.plan.truth(number).url for number in range(farm.plan.pages)]), encoding="utf-8")
    nothing.write_text("[]", encoding="utf-8")
    for name, key, module, remembers in PEERS:
        if not find_spec(module):
            continue
        call = [sys.executable, CRAWLERS, key, str(farm.port)]
        start = _ran([*call, nothing, found], core)
        memory = [work / f"{key}.json"] if remembers else []
        cold = _measured(farm, [*call, urls, found, *memory], core, start, lambda: json.loads(found.read_text()))
        yield name, cold
        if remembers:
            # Nothing is parsed: what was right is what it has found before.
            yield name + AGAIN, _measured(farm, [*call, urls, found, *memory], core, start, dict)


def _metafresh(farm: Farm, core: int | None, work: Path) -> Iterator[tuple[str, Pass]]:
    empty, full = work / "empty", work / "full"
    (empty / "records").mkdir(parents=True)
    start = _ran(farm_records.crawl(empty, farm.port, delay=0, per_host=2), core)
    farm_records.write(full / "records", farm.plan, range(farm.plan.pages))
    command = farm_records.crawl(full, farm.port, delay=0, per_host=2)
    for name in (OURS, OURS + AGAIN):
        yield name, _measured(farm, command, core, start, lambda: farm_records.answers(full / "records"))


def _measured(
    farm: Farm, command: Sequence[str | Path], core: int | None, start: Cost, answers: Callable[[], Answers]
) -> Pass:
    farm.log()
    spent = _ran(command, core)
    log, found = farm.log(), answers()
    truths = map(farm.plan.truth, range(farm.plan.pages))
    right = sum(list(found.get(one.url, ())) == [one.title, one.description, one.image] for one in truths)
    return Pass(start, spent, right, Counter(asked.status for asked in log if asked.path != "/robots.txt"))


def _ran(command: Sequence[str | Path], core: int | None) -> Cost:
    spent = cost(command, core)
    if spent.code:
        sys.exit(f"{' '.join(map(str, command))} ended with {spent.code}: {spent.said}")
    return spent


def table(rounds: Mapping[str, Sequence[Pass]], title: str) -> Table:
    made = Table(title=title)
    headings = ("pages/s", "CPU s per 1,000", "peak MB", "start-up CPU s", "right", "answers", "pages/s, × Scrapy")
    for heading in ("", *headings, "CPU, × bare lazy"):
        made.add_column(heading, justify="right" if heading else "left")
    speed = {name: median(one.pages_a_second for one in runs) for name, runs in rounds.items()}
    cpu = {name: median(one.cpu_per_1000 for one in runs) for name, runs in rounds.items()}
    for name, runs in rounds.items():
        peak, start = median(one.cost.megabytes for one in runs), median(one.start.cpu for one in runs)
        last = runs[-1]
        answered = ", ".join(f"{count:,} × {status}" for status, count in sorted(last.statuses.items()))
        right = "-" if name == LAZY + AGAIN else f"{min(one.right for one in runs):,}"
        figures = [f"{speed[name]:,.0f}", f"{cpu[name]:.3f}", f"{peak:.0f}", f"{start:.2f}", right, answered]
        scrapy = f"{speed[name] / speed[SCRAPY]:.1f}" if SCRAPY in speed and not name.endswith(AGAIN) else "-"
        lazy = LAZY + AGAIN if name.endswith(AGAIN) else LAZY
        made.add_row(name, *figures, scrapy, f"{cpu[name] / cpu[lazy]:.2f}")
    return made


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pages", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    console = Console(width=150)
    for name, _, module, _ in PEERS:
        if not find_spec(module):
            console.print(f"skipped: {name} is not installed; make bench-crawl installs it")
    plan, (farm_core, core), rounds = Plan(pages=chosen.pages), cores(), defaultdict(list)
    console.print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    with running(plan, ready=plan.pages, core=farm_core) as farm:
        for _ in range(chosen.rounds):
            with tempfile.TemporaryDirectory() as work:
                for name, one in passes(farm, core, Path(work)):
                    rounds[name].append(one)
    title = f"{plan.pages:,} pages on {plan.hosts} hosts, one core a client, medians of {chosen.rounds} rounds"
    console.print(table(rounds, title))
    console.print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
