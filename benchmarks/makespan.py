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
from itertools import pairwise
from pathlib import Path
from random import Random

import farm_records
from farm import Asked, running
from farm_pages import Plan
from process import cores, cost
from rich.console import Console
from rich.table import Table

DELAY = 0.05
LATENCY = 0.02
CLOCKS = 0.0005  # between the client's clock and the kernel's stamp, and the time to come there


def gaps(log: Sequence[Asked]) -> tuple[list[float], int]:
    """Seconds between one request and the next of each host, and how many came before the former had its answer."""
    hosts = defaultdict(list)
    for asked in log:
        hosts[asked.host].append(asked)
    pairs = [pair for asked in hosts.values() for pair in pairwise(sorted(asked, key=lambda one: one.start))]
    return [two.start - one.start for one, two in pairs], sum(two.start < one.end for one, two in pairs)


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pages", type=int, default=5_000)
    plan = Plan(pages=options.parse_args().pages, zipf=True)
    console, (farm_core, core) = Console(width=150), cores()
    grouped = sorted(range(plan.pages), key=plan.host)
    shuffled = Random(plan.seed).sample(grouped, plan.pages)
    busiest = max(Counter(map(plan.host, grouped)).values())
    bound = busiest * DELAY
    where = f"{plan.pages:,} pages by Zipf on {plan.hosts} hosts"
    title = f"{where}; the least: {busiest} × {DELAY * 1000:.0f} ms = {bound:.2f} s"
    table = Table(title=title)
    headings = ("s, first to last request", "× least", "s, process less start-up", "× least", "requests", "right")
    for heading in ("records", *headings, "shortest gap, ms", "asked too soon", "asked twice at once"):
        table.add_column(heading, justify="left" if heading == "records" else "right")
    with (
        running(plan, latency=LATENCY, ready=plan.pages, core=farm_core) as farm,
        tempfile.TemporaryDirectory() as work,
    ):
        (Path(work, "empty", "records")).mkdir(parents=True)
        start = cost(farm_records.crawl(Path(work, "empty"), farm.port, delay=DELAY, per_host=1), core)
        for name, order in (("grouped by host", grouped), ("shuffled", shuffled)):
            folder = Path(work, name)
            farm_records.write(folder / "records", plan, order)
            farm.log()
            spent = cost(farm_records.crawl(folder, farm.port, delay=DELAY, per_host=1), core)
            if spent.code:
                sys.exit(f"metafresh ended with {spent.code}: {spent.said}")
            log, seconds = farm.log(), spent.without(start).seconds
            between, at_once = gaps(log)
            found = farm_records.answers(folder / "records")
            truths = map(plan.truth, order)
            right = sum(found[one.url] == (one.title, one.description, one.image) for one in truths)
            spanned = max(asked.end for asked in log) - min(asked.start for asked in log)
            figures = [f"{spanned:.2f}", f"{spanned / bound:.3f}", f"{seconds:.2f}", f"{seconds / bound:.3f}"]
            too_soon = sum(gap < DELAY - CLOCKS for gap in between)
            proof = [f"{min(between) * 1000:.1f}", str(too_soon), str(at_once)]
            table.add_row(name, *figures, f"{len(log):,}", f"{right:,}", *proof)
    console.print(table)


if __name__ == "__main__":
    main()
