"""How things stand: what is due when, what fails, what waits for a person. Asks nobody, and writes nothing."""

import asyncio
import heapq
import math
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from pathlib import Path

from crawler import due, urls, when
from crawler.config import Config, load_schema
from crawler.due import Due, Scope
from crawler.model import Role
from crawler.records import folder
from crawler.report.standing import Dead, Host, Next, Ran, Status, soon
from crawler.state import lock, overview
from crawler.state.overview import HostSum
from crawler.state.rows import Decision, Run, Visit
from crawler.state.store import Store
from crawler.when import Turn, is_dead, is_poison

_RUNS = 5
_AMP = (Role.AMP, Role.AMP_CACHE)


async def status(
    config: Config,
    records: Sequence[Path],
    store: Store,
    now: datetime,
    *,
    most: int,
    runs: int = _RUNS,
    patience: float = math.inf,
) -> Status:
    """The whole.

    Args:
        records: the files and folders to look at.
        most: so many hosts and dead links are told; the others are counted.
        runs: so many of the last runs are told.
        patience: seconds after which no more records are looked at.

    Raises:
        ConfigError: the schema cannot be used.
        StateError: what is remembered cannot be read.
    """
    forecast: Counter[str] = Counter()
    dead: dict[str, Dead] = {}
    gone: set[int] = set()
    clock, whole = asyncio.get_running_loop().time, True
    deadline = clock() + patience
    async with aclosing(_turns(config, records, store, now)) as turns:
        async for each, turn in turns:
            if clock() > deadline:
                whole = False
                break
            forecast[soon(turn.at, now)] += 1
            for visit in each.visits.values():
                if not is_dead(visit) and not is_poison(visit):
                    continue
                # Of a million URLs nothing is kept but this.
                gone.add(hash(visit.url))
                if len(dead) < most:
                    dead.setdefault(visit.url, _dead(visit, each))
    database = store.database
    hosts, success = await overview.failing_hosts(database), await overview.last_success(database)
    alone = _registrable(await overview.left_alone(database, now))
    waiting = await store.decided(None)
    plan = await store.journal.newest_plan()
    last = await overview.last_runs(database, runs)
    return Status(
        now=now,
        busy=any(run.outcome is None for run in last[:1]) and lock.is_held(store.folder),
        success=success.started if success else None,
        runs=tuple(map(_ran, last)),
        due=forecast,
        held=Counter((str(held.row["field"]), str(held.row.get("kind") or "")) for held in waiting),
        accepted=len(await store.decided(Decision.ACCEPTED)),
        plan=(plan, len(await store.journal.planned(plan))) if plan else None,
        hosts=tuple(_host(host, alone.get(host.host)) for host in hosts[:most]),
        host_count=len(hosts),
        dead=tuple(dead.values()),
        dead_count=len(gone),
        whole=whole,
    )


async def next_visits(
    config: Config, records: Sequence[Path], store: Store, now: datetime
) -> AsyncGenerator[Next, None]:
    """Every article of the records that has a page, in the order of the records; raises as `status`."""
    async with aclosing(_turns(config, records, store, now)) as turns:
        async for each, turn in turns:
            last = max((visit.at for visit in each.visits.values()), default=None)
            yield Next(str(each.found.path), each.wanted.pointer, last, turn.at, turn.why)


async def soonest(turns: AsyncGenerator[Next, None], most: int) -> tuple[list[Next], int]:
    """The first that are due, and how many others there are; no more than those are kept in memory."""
    kept: list[tuple[float, int, Next]] = []
    number = 0
    async for each in turns:
        # The heap's least is who is due last; the number keeps the order of those that are due at the same time.
        entry = (-each.next.timestamp(), -number, each)
        number += 1
        if len(kept) < most:
            heapq.heappush(kept, entry)
        else:
            heapq.heappushpop(kept, entry)
    return [each for _, _, each in sorted(kept, reverse=True)], number - len(kept)


async def _turns(
    config: Config, records: Sequence[Path], store: Store, now: datetime
) -> AsyncGenerator[tuple[Due, Turn], None]:
    paths = tuple(records)
    policy = await when.policy(store, config, now)
    looked = due.turns(
        folder.discover(paths), Scope(paths), config, schema=load_schema(config), store=store, when=policy
    )
    async with aclosing(looked) as turns:
        async for turn in turns:
            yield turn


def _dead(visit: Visit, article: Due) -> Dead:
    pointer = article.wanted.pointer
    place = f"{article.found.path}#{pointer}" if pointer else str(article.found.path)
    amp = any(target.role in _AMP and urls.canonical(target.url) == visit.url for target in article.wanted.targets)
    return Dead(visit.url, visit.status, visit.failing_since or visit.at, place, amp, is_poison(visit))


def _ran(run: Run) -> Ran:
    changes, held, failed = (_whole(run.counts.get(name)) for name in ("changes", "held", "failed"))
    return Ran(run.id, run.started, run.outcome, changes, held, failed, run.dry_run)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _host(host: HostSum, alone: datetime | None) -> Host:
    first, last = host.kinds
    return Host(
        host.host, host.pages, first if first == last else f"{first} and others", host.since, host.last_success, alone
    )


def _registrable(alone: Mapping[str, datetime]) -> dict[str, datetime]:
    """Until when hosts are left alone, by registrable host."""
    found: dict[str, datetime] = {}
    for name, until in alone.items():
        host = urls.registrable(name)
        found[host] = max(until, found.get(host, until))
    return found
