"""How out of date a store is kept by our policy and by others', with the same number of visits.

    python benchmarks/revisit.py [--history hn.json]

Every hour a policy may visit so many articles that each would get 1, 0.3 or 0.1 visits a day. Worlds: a real history
(ages in hours at which items changed, where one is given), made-up news (much in the first hours, then hardly ever),
and bursts (quiet for weeks, then a change every few hours). Told are the time that articles were out of date, and the
mean delay until a change was seen, as multiples of ours.
"""

import argparse
import heapq
import json
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Protocol

from rich.console import Console
from rich.table import Table

from crawler import revisit

START = datetime(2026, 1, 1, tzinfo=UTC)
LENGTH = 60 * 24  # hours
COUNT = 1000  # articles in a made-up world


@dataclass(frozen=True, slots=True)
class Item:
    """An article: when it was born and when it changes, in hours."""

    born: float
    changes: tuple[float, ...]


class Policy(Protocol):
    """Who decides what is visited."""

    def add(self, item: int, born: float, now: float) -> None:
        """An article is in the store, as it is now."""

    def plan(self, now: float, budget: int) -> Sequence[int]:
        """What to visit."""

    def seen(self, item: int, now: float, *, changed: bool) -> None:
        """What a visit found."""


class Ours:
    """`crawler.revisit`."""

    def __init__(self) -> None:
        self.states: dict[str, revisit.State] = {}
        self.curve = revisit.new_curve()

    def add(self, item: int, born: float, now: float) -> None:
        self.states[str(item)] = revisit.new_state(_moment(born), _moment(now))

    def plan(self, now: float, budget: int) -> Sequence[int]:
        return [int(key) for key in revisit.plan(self.states, self.curve, _moment(now), budget)]

    def seen(self, item: int, now: float, *, changed: bool) -> None:
        outcome = "changed" if changed else "same"
        key = str(item)
        self.states[key], self.curve = revisit.observe(self.states[key], self.curve, _moment(now), outcome)


@dataclass(slots=True)
class Intervals:
    """Each article has an interval: longer by `more` where nothing changed, shorter by `less` where something did."""

    more: float
    less: float
    least: float = 1.0
    most: float = 24.0 * 365
    first: float = 24.0
    interval: dict[int, float] = field(default_factory=dict)
    next: dict[int, float] = field(default_factory=dict)

    def add(self, item: int, born: float, now: float) -> None:
        self.interval[item], self.next[item] = self.first, now + self.first

    def plan(self, now: float, budget: int) -> Sequence[int]:
        due = [(at, item) for item, at in self.next.items() if at <= now]
        return [item for _, item in heapq.nsmallest(budget, due)]

    def seen(self, item: int, now: float, *, changed: bool) -> None:
        interval = self.interval[item] * (self.less if changed else self.more)
        self.interval[item] = min(self.most, max(self.least, interval))
        self.next[item] = now + self.interval[item]


@dataclass(slots=True)
class RoundRobin:
    """Who waited longest."""

    last: dict[int, float] = field(default_factory=dict)

    def add(self, item: int, born: float, now: float) -> None:
        self.last[item] = now

    def plan(self, now: float, budget: int) -> Sequence[int]:
        return heapq.nsmallest(budget, self.last, key=lambda item: (self.last[item], item))

    def seen(self, item: int, now: float, *, changed: bool) -> None:
        self.last[item] = now


@dataclass(slots=True)
class Proportional:
    """As often as an article was seen to change: by its rate, times the hours waited."""

    last: dict[int, float] = field(default_factory=dict)
    since: dict[int, float] = field(default_factory=dict)
    changes: dict[int, int] = field(default_factory=dict)

    def add(self, item: int, born: float, now: float) -> None:
        self.last[item] = self.since[item] = now
        self.changes[item] = 0

    def plan(self, now: float, budget: int) -> Sequence[int]:
        def due(item: int) -> float:
            rate = (self.changes[item] + 0.5) / (now - self.since[item] + 24)
            return rate * (now - self.last[item])

        return heapq.nlargest(budget, self.last, key=due)

    def seen(self, item: int, now: float, *, changed: bool) -> None:
        self.last[item] = now
        self.changes[item] += changed


def _moment(hours: float) -> datetime:
    return START + timedelta(hours=hours)


# ---- worlds


def history(file: Path, random: Random) -> list[Item]:
    ages = json.loads(file.read_text())
    births = (random.uniform(0, 30 * 24) for _ in ages)
    return [Item(born, tuple(born + age for age in each)) for born, each in zip(births, ages, strict=True)]


def news(random: Random) -> list[Item]:
    """Half are there from the beginning, up to a year old; the others come within a month."""
    items = []
    for number in range(COUNT):
        born = random.uniform(-365 * 24, 0) if number % 2 else random.uniform(0, 30 * 24)
        factor = random.gammavariate(0.7, 1 / 0.7)
        items.append(Item(born, tuple(_changes(random, born, factor))))
    return items


def _changes(random: Random, born: float, factor: float) -> Iterator[float]:
    """Moments of a random process whose rate falls with age (Lewis and Shedler's thinning)."""
    at = born
    while at < LENGTH:
        most, stretch = factor * _rate(at - born), 1 + (at - born) / 2
        gap = random.expovariate(most)
        at += min(gap, stretch)
        if gap < stretch and random.random() * most < factor * _rate(at - born):
            yield at


def _rate(age: float) -> float:
    return 12 / (6 + age) ** 2 + 0.0005


def bursts(random: Random) -> list[Item]:
    """Quiet for a month, then for two days a change every six hours, at any age."""
    items = []
    for _ in range(COUNT):
        born = at = random.uniform(-1000, 0)
        changes: list[float] = []
        while at < LENGTH:
            at += random.expovariate(1 / (30 * 24))
            end = at + random.expovariate(1 / 48)
            while (at := at + random.expovariate(1 / 6)) < end:
                changes.append(at)
        items.append(Item(born, tuple(changes)))
    return items


# ---- running


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hours that articles were out of date, in all, and from a change until it was seen, on average."""

    stale: float
    delay: float


def run(items: Sequence[Item], policy: Policy, rate: float) -> Outcome:
    """What becomes of a store of which each article gets `rate` visits a day on average."""
    waiting = sorted(range(len(items)), key=lambda item: items[item].born, reverse=True)
    unseen: dict[int, int] = {}
    allowance = stale = delay = 0.0
    count = 0
    for tick in range(LENGTH):
        while waiting and items[waiting[-1]].born <= tick:
            item = waiting.pop()
            unseen[item] = bisect_right(items[item].changes, tick)
            policy.add(item, items[item].born, tick)
        allowance += len(unseen) * rate / 24
        visits = policy.plan(tick, int(allowance))
        allowance -= int(allowance)  # what a policy has no use for is lost to it
        for item in visits:
            changes = items[item].changes
            now = bisect_right(changes, tick)
            missed = changes[unseen[item] : now]
            policy.seen(item, tick, changed=bool(missed))
            unseen[item] = now
            if missed:
                stale += tick - missed[0]
                delay += sum(tick - at for at in missed)
                count += len(missed)
    for item, now in unseen.items():
        missed = [at for at in items[item].changes[now:] if at < LENGTH]
        if missed:
            stale += LENGTH - missed[0]
            delay += sum(LENGTH - at for at in missed)
            count += len(missed)
    return Outcome(stale, delay / max(count, 1))


POLICIES: dict[str, Callable[[], Policy]] = {
    "ours": Ours,
    "Nutch": lambda: Intervals(1.4, 0.8),
    "StormCrawler": lambda: Intervals(1.5, 0.5),
    "rate-proportional": Proportional,
    "round robin": RoundRobin,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=Path, default=Path("../shared/revisit/hn.json"))
    arguments = parser.parse_args()
    worlds = {"news": news(Random(1)), "bursts": bursts(Random(2))}
    if arguments.history.exists():
        worlds = {"history": history(arguments.history, Random(3))} | worlds
    table = Table("world", "visits a day", *(f"{name} stale / delay" for name in POLICIES))
    for name, items in worlds.items():
        for rate in (1.0, 0.3, 0.1):
            outcomes = [run(items, make(), rate) for make in POLICIES.values()]
            ours = outcomes[0]
            cells = [f"{ours.stale / len(items):.1f} h / {ours.delay:.1f} h"]
            cells += [f"{each.stale / ours.stale:.2f} / {each.delay / ours.delay:.2f}" for each in outcomes[1:]]
            table.add_row(name, f"{rate:g}", *cells)
    Console(width=120).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
