"""What a crawl of 100,000,000 targets on 1,000,000 hosts would take on N workers, simulated from measured costs.

    PYTHONPATH=. python benchmarks/scale.py [--targets 100000000] [--hosts 1000000] [--costs WORKER,CRAWL,DATABASE]

The costs, the processor's milliseconds a page of a worker, of the crawl and of the database, are measured first by a
crawl of the farm (benchmarks/cluster.py), as are the bytes that the database grows by and writes. Then a day's visits
are handed out as the cluster does it: hosts of Zipf's sizes, one at a time for each, 60 s at the most, to workers that
have 100 of them under way on a core each. One crawl judges and writes; the database has its cores. What bends first is
where more workers would help no more, the hosts' own delays aside.
"""

import argparse
import heapq
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster import LATENCY, crawled
from farm import running
from farm_pages import Plan
from rich.console import Console
from rich.table import Table

from tests.database import running as running_postgres

DAY, HOUR = 86_400, 3_600
CREWS = (1, 4, 16, 64, 256)
UNDER_WAY, LONGEST, CORES = 100, 60.0, 8


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one page: the processor's seconds, and bytes of the database."""

    worker: float
    crawl: float
    database: float
    bytes: float
    written: float


def measured(pages: int) -> Costs:
    plan = Plan(pages=pages)
    with (
        running_postgres() as postgres,
        running(plan, latency=LATENCY, ready=pages) as farm,
        tempfile.TemporaryDirectory() as work,
    ):
        one = crawled(farm, postgres, Path(work), 1, 0, ())
    return Costs(*(total / pages for total in (one.workers, one.crawl, one.database, one.bytes, one.written)))


def sizes(visits: int, hosts: int) -> list[int]:
    """How many of the visits each host would get, by Zipf; each at least one."""
    harmonic = sum(1 / rank for rank in range(1, hosts + 1))
    return [max(1, round(visits / rank / harmonic)) for rank in range(1, hosts + 1)]


def makespan(pages: Sequence[int], workers: int, each: float) -> float:
    """Seconds until the last host is done, each in turns of 60 s, on as many as the workers have under way.

    Args:
        each: seconds from one page of a host to the next.
    """
    # Who has most left comes first, as in the queue of a single machine; a turn's end is when its host may go on.
    free = [0.0] * (workers * UNDER_WAY)
    waiting = [(0.0, -count) for count in pages]
    heapq.heapify(waiting)
    turn, last = max(1, int(LONGEST / each)), 0.0
    while waiting:
        ready, left = heapq.heappop(waiting)
        done = min(-left, turn)
        end = max(heapq.heappop(free), ready) + done * each
        heapq.heappush(free, end)
        last = max(last, end)
        if done < -left:
            heapq.heappush(waiting, (end, left + done))
    return last


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--targets", type=int, default=100_000_000)
    options.add_argument("--hosts", type=int, default=1_000_000)
    options.add_argument("--every", type=float, default=7, help="days from one visit of a target to the next")
    options.add_argument("--delay", type=float, default=1, help="seconds between two requests to a host")
    options.add_argument("--pages", type=int, default=2_000, help="so many are crawled to measure the costs")
    options.add_argument("--costs", help="milliseconds a page of a worker, the crawl and the database; else measured")
    chosen, console = options.parse_args(), Console(width=150)
    told = [float(word) / 1000 for word in chosen.costs.split(",")] if chosen.costs else None
    costs = Costs(told[0], told[1], told[2], 0, 0) if told else measured(chosen.pages)
    wanted = sizes(round(chosen.targets / chosen.every), chosen.hosts)
    each = max(chosen.delay, LATENCY)
    most = round(DAY / each)
    pages = [min(count, most) for count in wanted]
    visits = sum(pages)
    milliseconds = [f"{cost * 1000:.1f}" for cost in (costs.worker, costs.crawl, costs.database)]
    console.print(f"a page takes {', '.join(milliseconds)} ms of a worker, the crawl and the database")
    large = sum(count > most for count in wanted)
    console.print(
        f"{large:,} hosts have more pages due in a day than they can be asked for: {most:,} are visited of each"
    )
    table = Table(title=f"{visits:,} visits a day to {chosen.targets:,} targets on {chosen.hosts:,} hosts")
    bounds = (
        "workers",
        "their cores, h",
        "busiest host, h",
        "one crawl, h",
        f"database of {CORES} cores, h",
        "makespan, h",
        "bends first",
    )
    for heading in bounds:
        table.add_column(heading, justify="right")
    for workers in CREWS:
        limits = {
            "the workers": visits * costs.worker / workers / HOUR,
            "the busiest host": max(pages) * each / HOUR,
            "the one crawl": visits * costs.crawl / HOUR,
            "the database": visits * costs.database / CORES / HOUR,
        }
        together = max(makespan(pages, workers, each) / HOUR, *limits.values())
        worst = max((name for name in limits if name != "the busiest host"), key=lambda name: limits[name])
        hours = (f"{limit:,.1f}" for limit in (*limits.values(), together))
        table.add_row(f"{workers:,}", *hours, f"{worst}: {limits[worst]:,.1f} h")
    console.print(table)
    if costs.bytes:
        console.print(
            f"the database: {chosen.targets * costs.bytes / 1e9:,.0f} GB in all, "
            f"{visits * costs.written / 1e9:,.0f} GB written to its log a day, {visits:,} rows changed"
        )


if __name__ == "__main__":
    main()
