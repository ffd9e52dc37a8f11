"""What turned: a host, or the runs as such, begin to fail or are well again. Each is told once. Pure.

The rules
- A host fails when no page of it answers in a run, for reasons that are the host's and not a page's: no name, no
  connection, a server's error, a wall. It is said when it is the second time in a row for a page, or five pages at
  once: a moment's trouble is nobody's news. It is well again when a page of it answers, be it "not found".
- The runs fail when one does. Where that is because of too many failed visits (exit code 3) it is said from the second
  time on: a run that has one page to visit fails or succeeds with that page. They are well again with the next run that
  visits something and succeeds; an interrupted run says nothing of it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from crawler.after.ended import Ended
from crawler.state.rows import HostVisits

_OF_THE_HOST = frozenset({
    "dns", "connect", "tls", "reset", "timeout", "protocol", "server-error", "forbidden", "too-many", "challenge",
    "geo", "maintenance", "parked", "hijacked",
})  # fmt: skip
# A page that robots.txt keeps us from says nothing of its host.
_SAYS_NOTHING = frozenset({"robots"})
_IN_A_ROW, _AT_ONCE = 2, 5
_TOO_MANY_FAILED = 3
# A host that is not asked any more, because no record leads there.
_FORGOTTEN_AFTER = timedelta(days=60)


class Failing(NamedTuple):
    """A host that was said to fail: since when it does, and when that was last seen."""

    since: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered from run to run.

    Attributes:
        failed: runs that failed, in a row, since `failing_since`.
        told: whether that was said.
        hosts: those that were said to fail.
    """

    last_success: datetime | None = None
    failed: int = 0
    failing_since: datetime | None = None
    told: bool = False
    hosts: Mapping[str, Failing] = field(default_factory=dict)


class HostTrouble(NamedTuple):
    """A host that begins to fail: why, for how many pages, since when."""

    host: str
    why: str
    pages: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Turned:
    """What is to be said: hosts that fail, hosts that are well again, and the same of the runs."""

    failing: tuple[HostTrouble, ...] = ()
    well: tuple[str, ...] = ()
    runs: Literal["failing", "well"] | None = None

    def __bool__(self) -> bool:
        return bool(self.failing or self.well or self.runs)


def turned(memory: Memory, ended: Ended, visits: Iterable[HostVisits]) -> tuple[Memory, Turned]:
    """What a run turned, and what is to be remembered once it is said."""
    hosts = {host: it for host, it in memory.hosts.items() if ended.finished - it.seen < _FORGOTTEN_AFTER}
    by_host: dict[str, list[HostVisits]] = defaultdict(list)
    for each in visits:
        if each.kind not in _SAYS_NOTHING:
            by_host[each.host].append(each)
    failing, well = [], []
    for host, seen in sorted(by_host.items()):
        if any(each.kind not in _OF_THE_HOST for each in seen):
            if hosts.pop(host, None):
                well.append(host)
        elif host in hosts:
            hosts[host] = hosts[host]._replace(seen=ended.finished)
        elif trouble := _trouble(host, seen, ended):
            failing.append(trouble)
            hosts[host] = Failing(trouble.since, ended.finished)
    following, runs = _runs(replace(memory, hosts=hosts), ended)
    return following, Turned(tuple(failing), tuple(well), runs)


def _trouble(host: str, seen: Sequence[HostVisits], ended: Ended) -> HostTrouble | None:
    pages, most = sum(each.pages for each in seen), max(seen, key=lambda each: each.pages)
    if pages < _AT_ONCE and all(each.failures < _IN_A_ROW for each in seen):
        return None
    return HostTrouble(host, most.why or most.kind, pages, min(each.failing_since or ended.started for each in seen))


def _runs(memory: Memory, ended: Ended) -> tuple[Memory, Literal["failing", "well"] | None]:
    if ended.succeeded:
        memory = replace(memory, last_success=ended.finished)
        if not ended.counts.get("visited"):
            return memory, None
        return replace(memory, failed=0, failing_since=None, told=False), "well" if memory.told else None
    if not ended.failed:
        return memory, None
    failed = replace(memory, failed=memory.failed + 1, failing_since=memory.failing_since or ended.started)
    if memory.told or (ended.code == _TOO_MANY_FAILED and failed.failed < _IN_A_ROW):
        return failed, None
    return replace(failed, told=True), "failing"


def unsaid(before: Memory, after: Memory) -> Memory:
    """What to remember where nobody could be told, so that it is tried again."""
    return replace(before, last_success=after.last_success)


def to_json(memory: Memory) -> str:
    """The memory as text."""
    plain = {
        "v": 1,
        "last_success": _iso(memory.last_success),
        "failed": memory.failed,
        "failing_since": _iso(memory.failing_since),
        "told": memory.told,
        "hosts": {host: [_iso(it.since), _iso(it.seen)] for host, it in memory.hosts.items()},
    }
    return json.dumps(plain, indent=1) + "\n"


def from_json(text: str) -> Memory:
    """A memory from its text.

    Raises:
        ValueError: it is none.
    """
    try:
        plain: Any = json.loads(text)
        return Memory(
            _at(plain["last_success"]),
            int(plain["failed"]),
            _at(plain["failing_since"]),
            bool(plain["told"]),
            {str(host): Failing(_surely(since), _surely(seen)) for host, (since, seen) in plain["hosts"].items()},
        )
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"not what was remembered: {error}") from error


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _at(text: str | None) -> datetime | None:
    return None if text is None else _surely(text)


def _surely(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text}: a time without its zone")
    return at
