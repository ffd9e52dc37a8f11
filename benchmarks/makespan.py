"""How near a polite crawl comes to the time that its busiest host dictates, and the proof that it was polite.

    python benchmarks/makespan.py [--pages 5000]

Pages lie by Zipf over 200 hosts, one connection and one delay a host. No polite client can be done sooner than the
busiest host's number of pages times the delay (its robots.txt comes before them). Records come grouped by host, which
ruins a plain queue, and shuffled. That no host was asked sooner than its delay, or twice at once, is by the log of the
farm, robots.txt included.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import farm_records
from farm import Asked, Farm, running
from farm_pages import Plan
from process import Cost, cores, cost
from rich.console import Console
from rich.table import Table

DELAY = 0.05
LATENCY = 0.02
CLOCKS = 0.0005  # between the client's clock and the kernel's stamp, and the time to come there


@dataclass(frozen=True, slots=True)
class Gaps:
    """Between one request and the next of each host.

    Attributes:
        shortest: seconds from start to start.
        too_soon: how many came sooner than the delay, `at_once` before the former had its answer.
    """

    shortest: float
    too_soon: int
    at_once: int


def gaps(log: Sequence[Asked]) -> Gaps:
    hosts = defaultdict(list)
    for asked in log:
        hosts[asked.host].append(asked)
    pairs = [pair for asked in hosts.values() for pair in pairwise(sorted(asked, key=lambda one: one.start))]
    starts = [two.start - one.start for one, two in pairs]
    at_once = sum(two.start < one.end for one, two in pairs)
    return Gaps(min(starts), sum(gap < DELAY - CLOCKS for gap in starts), at_once)


def figures(farm: Farm, order: Sequence[int], core: int | None, start: Cost, work: Path) -> list[str]:
    """Of one crawl over records in this order: a row of the table, from its second column on."""
    farm_records.write(work / "records", farm.plan, order)
    farm.log()
    spent = cost(farm_records.crawl(work, farm.port, delay=DELAY, per_host=1), core)
    if spent.code:
        sys.exit(f"metafresh ended with {spent.code}: {spent.said}")
    log, found, least = farm.log(), farm_records.answers(work / "records"), bound(farm.plan)
    right = sum(found[one.url] == (one.title, one.description, one.image) for one in map(farm.plan.truth, order))
    spanned = max(asked.end for asked in log) - min(asked.start for asked in log)
    seconds, between = spent.without(start).seconds, gaps(log)
    times = [f"{spanned:.2f}", f"{spanned / least:.3f}", f"{seconds:.2f}", f"{seconds / least:.3f}"]
    proof = [f"{between.shortest * 1000:.1f}", str(between.too_soon), str(between.at_once)]
    return [*times, f"{len(log):,}", f"{right:,}", *proof]


def bound(plan: Plan) -> float:
    """Seconds that the busiest host takes at the least."""
    return DELAY * max(Counter(map(plan.host, range(plan.pages))).values())


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pages", type=int, default=5_000)
    plan = Plan(pages=options.parse_args().pages, zipf=True)
    console, (farm_core, core) = Console(width=150), cores()
    where = f"{plan.pages:,} pages by Zipf on {plan.hosts} hosts, {DELAY * 1000:.0f} ms between two requests"
    table = Table(title=f"{where}; the busiest host takes {bound(plan):.2f} s at the least")
    times = ("s, first to last request", "× least", "s, process less start-up", "× least")
    for heading in (
        "records",
        *times,
        "requests",
        "right",
        "shortest gap, ms",
        "asked too soon",
        "asked twice at once",
    ):
        table.add_column(heading, justify="left" if heading == "records" else "right")
    grouped = sorted(range(plan.pages), key=plan.host)
    orders = {"grouped by host": grouped, "shuffled": Random(plan.seed).sample(grouped, plan.pages)}
    with (
        running(plan, latency=LATENCY, ready=plan.pages, core=farm_core) as farm,
        tempfile.TemporaryDirectory() as work,
    ):
        (Path(work) / "empty" / "records").mkdir(parents=True)
        start = cost(farm_records.crawl(Path(work) / "empty", farm.port, delay=DELAY, per_host=1), core)
        for name, order in orders.items():
            table.add_row(name, *figures(farm, order, core, start, Path(work) / name))
    console.print(table)


if __name__ == "__main__":
    main()
