"""When an article is due: what is remembered of its pages, set against the policy of visits."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from crawler import revisit
from crawler.config import Config
from crawler.revisit import Rates, State
from crawler.state.rows import Visit
from crawler.state.store import Store

# Of what is due although nothing is expected of it.
_LITTLE = 1e-9
# Changes below which nobody wants to know how few.
_HARDLY = 0.01


class Turn(NamedTuple):
    """When an article is due next (it is due now where that is past), and why."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class When:
    """The policy as it is for one run; made by `policy`.

    Attributes:
        known: how pages change with age.
        mark: what a visit must be worth.
        ahead: half the time to the next run: what passes the mark by then is due now.
        least: no page is visited sooner again; `most` is how long failing pages are left alone at most.
    """

    now: datetime
    known: Rates
    mark: float
    ahead: timedelta
    least: timedelta
    most: timedelta

    def worth(self, known: "Known") -> float | None:
        """What a visit to an article is worth now; None where it is not due."""
        if None in known.own:
            return math.inf
        if any(timedelta() <= self.now - visit.at < self.least for visit in known.visits.values()):
            return None
        if known.unjudged:
            return math.inf
        own = [visit for visit in known.own if visit]
        gain = revisit.worth(_habit(known, own), self.known, self.now + self.ahead, cheap=known.cheap)
        if all(visit.failures for visit in own):
            return max(gain, _LITTLE) if any(self._again(visit) for visit in own) else None
        return gain if gain >= self.mark else None

    def next(self, known: "Known") -> Turn:
        """When an article is due next, and why."""
        own = [visit for visit in known.own if visit]
        if len(own) < len(known.own):
            return Turn(self.now, "never visited")
        soonest = max(visit.at for visit in known.visits.values()) + self.least
        if known.unjudged:
            return Turn(soonest, "its page was visited for another article only")
        if all(visit.failures for visit in own):
            at, visit = min((visit.at + self.pause(visit), visit) for visit in own)
            return Turn(max(at, soonest), _often(visit))
        habit = _habit(known, own)
        at = revisit.due_at(habit, self.known, self.mark, cheap=known.cheap) - self.ahead
        changes = revisit.expected(habit, self.known, self.now)
        expected = f"{changes:.2g}" if changes >= _HARDLY else f"less than {_HARDLY}"
        return Turn(max(at, soonest), f"{expected} changes expected since its last visit")

    def _again(self, visit: Visit) -> bool:
        """Whether a page that failed is tried again; one that seems to have failed in the future is, by and by."""
        return abs(self.now - visit.at) >= self.pause(visit)

    def pause(self, visit: Visit) -> timedelta:
        """How long a page that failed is left alone; one that took workers down, as long as a dead one."""
        least, most = self.least, self.most
        if is_poison(visit):
            return max(most, revisit.GONE_EVERY)
        return revisit.retry(visit.failures, status=visit.status, failing=_failing(visit), least=least, most=most)


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of an article.

    Attributes:
        own: the last visits to its own pages, the first first; None for one that never was.
        visits: the last visits to all its pages.
        habit: how it is used to change, where that was seen before.
        unjudged: whether one of its pages was read for another article, and never set against this one.
    """

    own: tuple[Visit | None, ...]
    visits: Mapping[str, Visit]
    published: str | None
    habit: State | None
    unjudged: bool

    @property
    def cheap(self) -> bool:
        """Whether its server says "not modified"."""
        return bool(self.own and self.own[0] and self.own[0].kind == "not-modified")


def _often(visit: Visit) -> str:
    """Why a page that failed is due when it is."""
    if is_poison(visit):
        return "poison; looked at once a month"
    return "gone; looked at once a month" if is_dead(visit) else f"failed {visit.failures} times in a row"


def is_poison(visit: Visit) -> bool:
    """Whether workers did not come back from a page."""
    return visit.kind == "poison"


def is_dead(visit: Visit) -> bool:
    """Whether a page was gone for good when it was last visited."""
    return revisit.is_dead(visit.failures, status=visit.status, failing=_failing(visit))


def _habit(known: Known, own: Sequence[Visit]) -> State:
    return known.habit or revisit.new_state(revisit.moment(known.published), own[0].at)


def _failing(visit: Visit) -> timedelta:
    return visit.at - (visit.failing_since or visit.at)


async def policy(store: Store, config: Config, now: datetime) -> When:
    """The policy by what was learnt of all articles so far."""
    every, known = config.revisit.every, revisit.rates(await store.curve())
    tick = min(await store.tick() or every, every)
    least = min(config.revisit.min_interval, every)
    mark = await store.of_habits(lambda states: revisit.mark(states, known, every, max(tick, least)))
    return When(now, known, mark, tick / 2, least, every)
