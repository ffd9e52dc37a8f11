"""When the next visit is worth its cost. Pure.

How often a page changes depends above all on its age: news within hours, an archive hardly ever. So all articles of a
store teach it one curve of changes an hour over age, and each article has a factor to it. A visit is worth the changes
to be expected since the last one, times the hours waited: for changes at random this is the square-root rule (Cho and
Garcia-Molina, "Effective page refresh policies for Web crawlers", 2003), here for rates that fall with age.

The state of one article and the curve of all are dicts that JSON can say and that nobody else need understand. Times in
them are hours since 1970.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice, pairwise
from typing import Any, TypeAlias

State: TypeAlias = dict[str, Any]
Curve: TypeAlias = dict[str, Any]

# Hours of age that part the curve; what is older is as the last part.
_EDGES = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 168.0, 336.0, 720.0, 2160.0, 43800.0)
_PARTS = tuple(pairwise(_EDGES))
_OPEN_PARTS = (*_PARTS[:-1], (_EDGES[-2], math.inf))
# Before anything was seen: 0.3 changes in all, half of them within six hours, and besides one in four months for ever.
_PRIOR = tuple(0.3 * (high / (6 + high) - low / (6 + low)) / (high - low) + 1 / 2880 for low, high in _PARTS)
# What a page's former changes still count with each new one; how much the curve weighs against what the page did. Both
# are flat: from 0.3 to 0.8 of trust made 3 % of difference in benchmarks/revisit.py.
_FADE, _TRUST = 0.85, 0.5
# What "not modified" costs, as a part of what a whole page does.
_CHEAP = 0.3
# Nothing is left alone for longer.
_LONGEST = timedelta(days=60)
# A page that is gone may come back: publishers restore what they moved or removed by mistake.
GONE_EVERY = timedelta(days=30)
_HOUR = timedelta(hours=1)
# So finely articles are told apart where the mark is looked for: by a ninth of their rate.
_BINS = 6
# Rounding must make nobody miss a turn.
_ABOUT = 1 - 1e-6
_SURELY_GONE_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Rates:
    """A curve made ready to be asked: changes an hour in each part of the ages, and their sum up to each edge."""

    an_hour: tuple[float, ...]
    up_to: tuple[float, ...]

    def until(self, age: float) -> float:
        """The changes to be expected of an average article from its birth to an age in hours."""
        part = bisect_right(_EDGES, age, 1, len(_PARTS)) - 1
        return self.up_to[part] + self.an_hour[part] * (age - _EDGES[part])


def new_curve() -> Curve:
    """The curve of a store that has seen nothing."""
    return {"changes": [0.0] * len(_PARTS), "hours": [0.0] * len(_PARTS)}


def new_state(published: datetime | None, first_seen: datetime) -> State:
    """The state of an article that was read as it is, or put in the store, at `first_seen`."""
    seen = _hours(first_seen)
    return {
        "born": seen if published is None else min(_hours(published), seen),
        "last": seen,
        "changes": 0.0,
        "expected": 0.0,
    }


def observe(state: State, curve: Curve, at: datetime, outcome: str) -> tuple[State, Curve]:
    """State and curve after a visit; neither is changed in place.

    Args:
        outcome: "same" or "changed", of the fields that are followed; "gone"; or "error", of which nothing is learnt.

    Raises:
        ValueError: there is no such outcome.
    """
    if outcome == "error":
        return state, curve
    if outcome not in {"same", "changed", "gone"}:
        raise ValueError(f"{outcome!r} is no outcome of a visit")
    now = _hours(at)
    if outcome == "gone":
        return {**state, "last": now, "gone": True}, curve
    known = rates(curve)
    hours = _overlaps(state["last"] - state["born"], now - state["born"])
    expected = [each * rate for each, rate in zip(hours, known.an_hour, strict=True)]
    total = sum(expected)
    changed = outcome == "changed"
    share = _factor(state) * (0.5 if changed else 1.0)
    learnt = {"changes": curve["changes"], "hours": [a + share * b for a, b in zip(curve["hours"], hours, strict=True)]}
    if changed and total > 0:
        learnt["changes"] = [a + b / total for a, b in zip(curve["changes"], expected, strict=True)]
    fade, half = (_FADE, 0.5) if changed else (1.0, 1.0)
    changes, owed = state["changes"] * fade + changed, state["expected"] * fade + total * half
    # No more digits than mean anything: there may be a million of them.
    return {"born": state["born"], "last": now, "changes": round(changes, 4), "expected": round(owed, 6)}, learnt


def plan(
    states: Mapping[str, State],
    curve: Curve,
    now: datetime,
    budget: int,
    *,
    max_wait: timedelta = _LONGEST,
    host: Mapping[str, str] | None = None,
    per_host: int | None = None,
) -> list[str]:
    """The keys of at most `budget` articles, those most worth a visit first.

    Args:
        max_wait: who waited longer goes first.
        host: of each article's pages, by key; of each at most `per_host` articles are taken.
    """
    known, at = rates(curve), _hours(now)
    longest = max_wait / _HOUR
    order = sorted(((_worth(state, known, at, longest), key) for key, state in states.items()), reverse=True)
    ranked = (key for gain, key in order if gain > 0)
    if host is None or per_host is None:
        return list(islice(ranked, max(budget, 0)))
    taken: list[str] = []
    of_host: Counter[str] = Counter()
    for key in ranked:
        if len(taken) >= budget:
            break
        if of_host[host.get(key, key)] < per_host:
            of_host[host.get(key, key)] += 1
            taken.append(key)
    return taken


def rates(curve: Curve) -> Rates:
    """What a curve says, made ready to be asked."""
    an_hour = tuple(
        (changes + 1) / (hours + 1 / prior)
        for changes, hours, prior in zip(curve["changes"], curve["hours"], _PRIOR, strict=True)
    )
    spans = (rate * (high - low) for rate, (low, high) in zip(an_hour, _PARTS, strict=True))
    return Rates(an_hour, tuple(accumulate(spans, initial=0.0)))


def worth(state: State, known: Rates, now: datetime, *, cheap: bool = False) -> float:
    """What a visit is worth: changes to be expected since the last one, times hours waited.

    Infinite where it waited too long; 0 for what is gone and need not be looked at yet.

    Args:
        cheap: whether the server says "not modified" where nothing changed: then visits without a change cost less.
    """
    return _worth(state, known, _hours(now), _LONGEST / _HOUR, cheap=cheap)


def mark(states: Iterable[tuple[State, bool]], known: Rates, every: timedelta, tick: timedelta) -> float:
    """The worth from which on an article is due, so that on average each gets a visit in `every`.

    By the square-root rule a page is visited each sqrt(mark / rate) hours, but not more often than there are runs.

    Args:
        states: of all articles, each with whether a visit without a change is cheap.
        tick: how far apart runs are, or visits must be.
    """
    if not every:
        return 0.0
    span, shortest, longest = every / _HOUR, min(tick, every) / _HOUR, _LONGEST / _HOUR
    bins: dict[int, tuple[int, float]] = {}
    for state, cheap in states:
        last = state["last"]
        rate = 0.0 if state.get("gone") else _worth(state, known, last + span, math.inf, cheap=cheap) / span**2
        if rate > 0:
            number = round(math.log2(rate) * _BINS)
            count, total = bins.get(number, (0, 0.0))
            bins[number] = count + 1, total + rate
    rates_of = [(count, total / count) for count, total in bins.values()]
    wanted = sum(count for count, _ in rates_of) / span
    low, high = 0.0, max((rate for _, rate in rates_of), default=0.0) * longest**2
    for _ in range(60):
        middle = (low + high) / 2
        visits = sum(count / min(longest, max(shortest, math.sqrt(middle / rate))) for count, rate in rates_of)
        low, high = (middle, high) if visits >= wanted * _ABOUT else (low, middle)
    return low * _ABOUT


def due_at(state: State, known: Rates, least: float, *, cheap: bool = False) -> datetime:
    """When a visit will be worth as much as `least`."""
    soonest, latest = state["last"], state["last"] + (GONE_EVERY if state.get("gone") else _LONGEST) / _HOUR
    # To the second, of 60 days.
    for _ in range(23):
        middle = (soonest + latest) / 2
        reached = _worth(state, known, middle, _LONGEST / _HOUR, cheap=cheap) >= least
        soonest, latest = (soonest, middle) if reached else (middle, latest)
    return datetime.fromtimestamp(latest * 3600, UTC)


def expected(state: State, known: Rates, now: datetime) -> float:
    """The changes to be expected since the last visit."""
    born, last = float(state["born"]), float(state["last"])
    return _factor(state) * (known.until(max(_hours(now), last) - born) - known.until(last - born))


def _worth(state: State, known: Rates, now: float, longest: float, *, cheap: bool = False) -> float:
    # Also where the clock was set back since: else nothing would be visited until it is there again.
    born, last = float(state["born"]), float(state["last"])
    waited = abs(now - last)
    if state.get("gone"):
        return math.inf if waited >= GONE_EVERY / _HOUR else 0.0
    if waited >= longest:
        return math.inf
    expected = _factor(state) * (known.until(last + waited - born) - known.until(last - born))
    cost = _CHEAP + (1 - _CHEAP) * (1 - math.exp(-expected)) if cheap else 1.0
    return expected * waited / cost


def _factor(state: State) -> float:
    """How much more often than an average article of its age it changes."""
    changes: float = state["changes"]
    return (_TRUST + changes) / (_TRUST / (1 + changes) + float(state["expected"]))


def _overlaps(start: float, end: float) -> list[float]:
    """How many hours of the ages between two lie in each part of the curve."""
    return [max(0.0, min(high, end) - max(low, start)) for low, high in _OPEN_PARTS]


def _hours(at: datetime) -> float:
    return round(at.timestamp() / 3600, 3)


def retry(failures: int, *, status: int | None, failing: timedelta, least: timedelta, most: timedelta) -> timedelta:
    """How long a page is left alone after failures in a row: twice as long with each, a month where it is dead.

    Dead is what its server says is gone (410), or not there (404) in three visits over two days or more.

    Args:
        status: of the last visit; `failing` is how long ago the first of them was.
        least: after the first failure; `most` is the longest for pages that are not dead.
    """
    if is_dead(failures, status=status, failing=failing):
        return max(most, GONE_EVERY)
    return max(least, min(most, least * (1 << min(max(failures, 1) - 1, 16))))


def is_dead(failures: int, *, status: int | None, failing: timedelta) -> bool:
    """Whether a page is gone for good, as far as its server can be believed."""
    return status == 410 or (status == 404 and failures >= 3 and failing >= _SURELY_GONE_AFTER)


def moment(published: str | None) -> datetime | None:
    """When an article was published; None where that is missing or not ISO 8601. What names no zone is UTC."""
    try:
        found = datetime.fromisoformat(published or "")
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_since(published: str | None, day: date) -> bool:
    """Whether an article was published on a day (UTC) or later; one whose date is missing or not ISO 8601 was not."""
    at = moment(published)
    return at is not None and at.date() >= day
