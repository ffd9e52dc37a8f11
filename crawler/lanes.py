"""What is due, by host: whose turn is next.

Hosts wait in a heap by when each may next be asked, so that no host keeps another waiting. Of those that may be asked
now, those with most left go first, because a crawl lasts as long as its busiest host. Where it may well end before
that, what is worth most goes first, and hosts whose visits are about as worthy take turns. Of a long backlog only the
beginning is kept in memory; the rest lies in a temporary database of the run's own, which is gone when the run is,
however it ends.
"""

import heapq
import math
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pydantic import TypeAdapter

from crawler import urls
from crawler.due import Due

# Articles in memory, a few kilobytes each; and of one host those that are fetched back at a time.
_IN_MEMORY = 8192
_REFILL = 64


@dataclass(slots=True)
class _Lane:
    """One host's: what is due in memory, by first page, and on disk behind it; and how many visits are under way."""

    queue: dict[str, list[Due]] = field(default_factory=dict)
    on_disk: int = 0
    under_way: int = 0
    waits: bool = False

    @property
    def left(self) -> int:
        """How many visits are due."""
        return len(self.queue) + self.on_disk


class Lanes:
    """The backlog of one run; made by `open_lanes`. `under_way` are the visits whose pages are being fetched."""

    def __init__(
        self, spill: sqlite3.Connection, per_host: int, ready: Callable[[str], float], *, by_worth: bool
    ) -> None:
        self._spill, self._per_host, self._ready, self._by_worth = spill, per_host, ready, by_worth
        self._lanes: dict[str, _Lane] = {}
        self._turns: list[tuple[float, int, str]] = []
        self._overdue: list[tuple[int, int, str]] = []
        self._order = count()
        self.under_way = 0
        self._in_memory = 0

    def __bool__(self) -> bool:
        """Whether anything waits for its turn."""
        return bool(self._turns or self._overdue) or any(lane.queue or lane.on_disk for lane in self._lanes.values())

    def put(self, due: Due) -> None:
        """Queue an article behind those of its host."""
        host = urls.registrable_host(due.targets[0].url)
        lane = self._lanes.setdefault(host, _Lane())
        if self._by_worth or lane.on_disk or self._in_memory >= _IN_MEMORY:
            row = (host, due.url, due.worth, _rank(due.worth), _DUE.dump_json(due))
            self._spill.execute("INSERT INTO due VALUES (NULL, ?, ?, ?, ?, ?)", row)
            lane.on_disk += 1
        else:
            self._queue(lane, due)
        self._wait(host, lane)

    def keep(self, count: int) -> None:
        """Of all that is queued keep what is worth most, about so many articles."""
        # Not the first of them all, which may be of one host.
        ranked = "SELECT id, rank, row_number() OVER (PARTITION BY host, rank ORDER BY worth DESC, id) AS turn FROM due"
        best = f"SELECT id FROM ({ranked}) ORDER BY rank DESC, turn, id LIMIT ?"  # noqa: S608 (our words)
        self._spill.execute(f"DELETE FROM due WHERE id NOT IN ({best})", (count,))  # noqa: S608
        left = dict(self._spill.execute("SELECT host, count(*) FROM due GROUP BY host"))
        self._lanes = {host: lane for host, lane in self._lanes.items() if host in left}
        for host, lane in self._lanes.items():
            lane.on_disk = left[host]
        self._turns = [turn for turn in self._turns if turn[-1] in left]
        heapq.heapify(self._turns)

    def take(self, now: float) -> tuple[str, list[Due]] | None:
        """The host whose turn it is, with its next article and all that begin with the same page; None if nobody's."""
        while self._turns and self._turns[0][0] <= now:
            _, order, host = heapq.heappop(self._turns)
            ready = self._ready(host)
            if ready > now:
                # It asked for patience since it was queued.
                heapq.heappush(self._turns, (ready, order, host))
            else:
                heapq.heappush(self._overdue, self._order_of(host, order))
        if not self._overdue:
            return None
        _, _, host = heapq.heappop(self._overdue)
        return host, self._taken(host)

    def _order_of(self, host: str, order: int) -> tuple[int, int, str]:
        """Those that have half as much left as others go after them; of the rest the one whose connection is warm."""
        lane = self._lanes[host]
        if not self._by_worth:
            return -lane.left.bit_length(), -order, host
        return -_rank(self._first(host, lane)[0].worth), order, host

    def next_at(self) -> float | None:
        """When the next turn comes; None where no host waits for one."""
        return self._turns[0][0] if self._turns else None

    def _taken(self, host: str) -> list[Due]:
        lane = self._lanes[host]
        lane.waits = False
        url = self._first(host, lane)[0].url
        if lane.on_disk:
            self._fetch(lane, "url = ?", url)
        taken = lane.queue.pop(url)
        self._in_memory -= len(taken)
        lane.under_way += 1
        self.under_way += 1
        self._wait(host, lane)
        return taken

    def _first(self, host: str, lane: _Lane) -> list[Due]:
        """What comes first of a host, and all in memory that begins with the same page."""
        if not lane.queue:
            # Of many hosts each may have little in memory.
            count = max(1, min(_REFILL, (_IN_MEMORY - self._in_memory) // _REFILL))
            order = "worth DESC, id" if self._by_worth else "id"
            self._fetch(lane, f"host = ? ORDER BY {order} LIMIT ?", host, count)
        return next(iter(lane.queue.values()))

    def free(self, host: str) -> None:
        """The pages of what was taken are fetched."""
        lane = self._lanes[host]
        lane.under_way -= 1
        self.under_way -= 1
        self._wait(host, lane)
        if not (lane.under_way or lane.queue or lane.on_disk):
            del self._lanes[host]

    def _wait(self, host: str, lane: _Lane) -> None:
        if not lane.waits and (lane.queue or lane.on_disk) and lane.under_way < self._per_host:
            lane.waits = True
            heapq.heappush(self._turns, (self._ready(host), next(self._order), host))

    def _queue(self, lane: _Lane, due: Due) -> None:
        lane.queue.setdefault(due.url, []).append(due)
        self._in_memory += 1

    def _fetch(self, lane: _Lane, which: str, *values: str | int) -> None:
        """Bring back what was put on disk."""
        rows = self._spill.execute(
            f"DELETE FROM due WHERE id IN (SELECT id FROM due WHERE {which}) RETURNING id, worth, due",  # noqa: S608
            values,
        ).fetchall()
        for _, _, row in sorted(rows, key=lambda row: (-row[1] if self._by_worth else 0, row[0])):
            self._queue(lane, _DUE.validate_json(row))
        lane.on_disk -= len(rows)


def _rank(worth: float) -> int:
    """The same for visits of which one is worth less than twice the other, more or less."""
    return math.frexp(worth)[1]


_DUE = TypeAdapter(Due)


@contextmanager
def open_lanes(folder: Path, per_host: int, ready: Callable[[str], float], *, by_worth: bool) -> Iterator[Lanes]:
    """Lanes whose overflow lies in a folder.

    Args:
        per_host: visits under way at a time on one host.
        ready: when a host may next be asked, by any clock that does not go back.
        by_worth: whether what is worth most goes first, however much its host has left.
    """
    with closing(_database(folder, by_worth=by_worth)) as spill:
        yield Lanes(spill, per_host, ready, by_worth=by_worth)


def _database(folder: Path, *, by_worth: bool) -> sqlite3.Connection:
    # A file without a name is gone with its process, however that ends.
    with tempfile.TemporaryDirectory(prefix="lanes-", dir=folder) as place:
        spill = sqlite3.connect(f"{place}/due.sqlite3", isolation_level=None)
        spill.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
            "CREATE TABLE due (id INTEGER PRIMARY KEY, host TEXT NOT NULL, url TEXT NOT NULL, worth REAL NOT NULL,"
            " rank INTEGER NOT NULL, due BLOB NOT NULL);"
            f"CREATE INDEX due_host ON due (host, {'worth DESC, ' if by_worth else ''}id);"
            "CREATE INDEX due_url ON due (url);"
        )
    return spill
