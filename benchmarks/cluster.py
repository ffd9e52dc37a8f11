"""The same crawl by one, two and four workers over one PostgreSQL; then by four of which three are killed.

    PYTHONPATH=. python benchmarks/cluster.py [--pages 2000] [--killed-pages 5000]

The farm answers after 20 ms. Without a delay between requests it is how fast workers can be; with one, whether hosts
are left in peace while workers die, by the farm's own log: none asked twice at a time, or sooner than its delay. All
processes, the farm and the database share the cores of this machine: what workers add ends where those end, and the
processor's seconds are what to plan by.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import farm_records
from farm import Asked, Farm, running
from farm_pages import Plan
from makespan import DELAY, gaps
from rich.console import Console
from rich.table import Table

from tests.database import Postgres
from tests.database import running as running_postgres

LATENCY, CREWS, DEATHS = 0.02, (1, 2, 4), 3
METAFRESH = str(Path(sys.executable).with_name("metafresh"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One crawl.

    Attributes:
        workers, crawl, database: the processor's seconds of each; what workers take to start is not counted.
        bytes, written: by which the database grew for good, and which went to its write-ahead log.
    """

    seconds: float
    workers: float
    crawl: float
    database: float
    bytes: int
    written: int
    log: list[Asked]
    right: int

    @property
    def repeated(self) -> float:
        """The share of the requests that were made again."""
        asked = Counter((one.host, one.path) for one in self.log)
        return 1 - len(asked) / asked.total()


def crawled(farm: Farm, postgres: Postgres, work: Path, crew: int, delay: float, deaths: Sequence[float]) -> Outcome:
    """A crawl of all pages.

    Args:
        deaths: seconds from its beginning when one more of the workers is killed.
    """
    database = postgres.fresh()
    place = ["--state", postgres.url(database)]
    farm_records.write(work / "records", farm.plan, range(farm.plan.pages))
    command = [METAFRESH, "crawl", "records", *place, "--cluster", "--wait", "--no-images", "-q", "--brake", "off"]
    # The tables are there before the workers come.
    (work / "nothing").mkdir()
    subprocess.run([METAFRESH, "crawl", "nothing", *place, "--cluster", "-q"], cwd=work, check=True)
    farm.log()
    (size, written), before = _sizes(postgres, database), _cpu_of_the_ended(postgres)
    with _crew(farm, place, work, crew, delay) as workers:
        while postgres.do("SELECT count(*) FROM procrastinate_workers", database) != [(crew,)]:
            time.sleep(0.05)
        started, starting = time.monotonic(), sum(_cpu(worker.pid) for worker in workers[len(deaths) :])
        crawl = subprocess.Popen(command, cwd=work)
        for number, at in enumerate(deaths):
            time.sleep(max(started + at - time.monotonic(), 0))
            workers[number].kill()
        _, status, spent = os.wait4(crawl.pid, 0)
        seconds = time.monotonic() - started
        if status:
            sys.exit(f"the crawl ended with {os.waitstatus_to_exitcode(status)}")
        alive = workers[len(deaths) :]
        for worker in alive:
            worker.send_signal(signal.SIGTERM)
        ended = [os.wait4(worker.pid, 0)[2] for worker in alive]
    found = farm_records.answers(work / "records")
    truths = map(farm.plan.truth, range(farm.plan.pages))
    spent_by_database = _cpu_of_the_ended(postgres) - before
    grown, wrote = _sizes(postgres, database)
    return Outcome(
        seconds,
        sum(one.ru_utime + one.ru_stime for one in ended) - starting,
        spent.ru_utime + spent.ru_stime,
        spent_by_database,
        grown - size,
        wrote - written,
        farm.log(),
        sum(found[one.url] == (one.title, one.description, one.image) for one in truths),
    )


@contextmanager
def _crew(
    farm: Farm, place: Sequence[str], work: Path, count: int, delay: float
) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [METAFRESH, "worker", *place, "--delay", str(delay), "--allow-address", "127.0.0.0/8", "-q"]
    command += ["--connect-to", f"*:*:127.0.0.1:{farm.port}"]
    workers = [subprocess.Popen(command, cwd=work) for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.kill()


def _sizes(postgres: Postgres, database: str) -> tuple[int, int]:
    postgres.do("VACUUM FULL", database)
    ((size, written),) = postgres.do(
        f"SELECT pg_database_size('{database}'), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
    )
    return size, written


def _cpu_of_the_ended(postgres: Postgres) -> float:
    """Of those of the server's processes that have ended: each connection is one."""
    time.sleep(0.5)
    return _cpu(postgres.pid, of_the_ended=True)


def _cpu(process: int, *, of_the_ended: bool = False) -> float:
    """The processor's seconds of a process, or of its children that have ended (proc(5), stat)."""
    words = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    first = 13 if of_the_ended else 11
    return sum(map(int, words[first : first + 2])) / os.sysconf("SC_CLK_TCK")


def speeds(farm: Farm, postgres: Postgres) -> Table:
    pages = farm.plan.pages
    table = Table(title=f"{pages:,} pages on {farm.plan.hosts} hosts, no delay, {LATENCY * 1000:.0f} ms to an answer")
    per_1000 = ("workers, CPU s per 1,000", "crawl", "database")
    for heading in ("workers", "pages/s", "× one", *per_1000, "right", "made again"):
        table.add_column(heading, justify="right")
    first = None
    for crew in CREWS:
        with tempfile.TemporaryDirectory() as work:
            one = crawled(farm, postgres, Path(work), crew, 0, ())
        first = first or one.seconds
        cpu = [f"{seconds / pages * 1000:.2f}" for seconds in (one.workers, one.crawl, one.database)]
        speed = (f"{pages / one.seconds:,.0f}", f"{first / one.seconds:.2f}")
        table.add_row(str(crew), *speed, *cpu, f"{one.right:,}", f"{one.repeated:.1%}")
    return table


def kills(farm: Farm, postgres: Postgres) -> Table:
    pages, crew = farm.plan.pages, CREWS[-1]
    random = Random(farm.plan.seed)
    deaths = sorted(random.uniform(1, pages / 300) for _ in range(DEATHS))
    with tempfile.TemporaryDirectory() as work:
        one = crawled(farm, postgres, Path(work), crew, DELAY, deaths)
    between = gaps(one.log)
    at = ", ".join(f"{death:.1f}" for death in deaths)
    table = Table(title=f"{pages:,} pages on {farm.plan.hosts} hosts, {crew} workers, one killed after {at} s each")
    for heading in (
        "s",
        "right",
        "requests",
        "made again",
        "shortest gap, ms",
        "asked too soon",
        "asked twice at once",
    ):
        table.add_column(heading, justify="right")
    proof = (f"{between.shortest * 1000:.1f}", str(between.too_soon), str(between.at_once))
    table.add_row(f"{one.seconds:.1f}", f"{one.right:,}", f"{len(one.log):,}", f"{one.repeated:.1%}", *proof)
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pages", type=int, default=2_000)
    options.add_argument("--killed-pages", type=int, default=5_000)
    chosen, console = options.parse_args(), Console(width=150)
    with running_postgres() as postgres:
        for measure, pages in ((speeds, chosen.pages), (kills, chosen.killed_pages)):
            plan = Plan(pages=pages)
            with running(plan, latency=LATENCY, ready=plan.pages) as farm:
                console.print(measure(farm, postgres))


if __name__ == "__main__":
    main()
