"""Politeness: how many requests a host sees at a time, and how soon after one another they start.

The rules
- A host is what one owner registered; its names share one lane.
- The delay counts from the start of one request to the start of the next. A turn comes after the host's gate, its time
  and a place among all requests; whoever lost its time while waiting for a place waits again. The start is when the
  request is sent: by the server's clock a slow TLS handshake would else shorten the delay.
- A server that asks for longer waits (Retry-After, Crawl-delay) gets them. Where that would keep us for more than a
  minute, nobody waits: the turn is refused, and a later run has it.
- A server that takes its time to answer has much to do: it gets as long a rest, so that we take half of it at most.
  Where the user wants no delay at all, it is their own server.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from crawler.errors import Unreachable

_PATIENCE = 60.0  # seconds
# An event loop's clock is as coarse as a millisecond: it would wake us half of that late. The last bit is waited awake.
_GRAIN = 0.0005  # seconds
# Seconds from which on an answer is slow, and the longest rest for one.
_SLOW, _LONGEST_REST = 1.0, 30.0
# Lanes from which on those are forgotten that nobody needs; a run may see a million hosts.
_CROWD = 4096


class Gate(Protocol):
    """Where several machines ask the same hosts: lets one of them at a time ask a host."""

    async def enter(self, host: str, delay: float) -> float:
        """Wait until nobody else asks a host; then it is ours until `leave`.

        Args:
            delay: seconds for which it is to be left alone after our request, should we never come to leave.

        Returns:
            For how many seconds the host is still to be left alone.
        """

    async def leave(self, host: str, pause: float) -> None:
        """Let others ask a host, after so many seconds."""


@dataclass(slots=True)
class _Lane:
    """One host's: `next_at` in seconds of the event loop's clock, `delay` in seconds, how many want or have a turn.

    `extra` is what chance adds to the delay after the turn under way.
    """

    gate: asyncio.Semaphore
    next_at: float
    delay: float
    users: int = 0
    extra: float = 0.0


class Pace:
    """The lanes of all hosts; made and used within one event loop."""

    def __init__(
        self,
        *,
        delay: timedelta,
        per_host: int,
        concurrency: int,
        jitter: timedelta = timedelta(0),
        turns: Mapping[str, datetime] | None = None,
        gate: Gate | None = None,
    ) -> None:
        """Lanes as an earlier run left them.

        Args:
            delay: from request start to request start on one host; longer by up to `jitter`, at random.
            per_host: requests under way at a time on one host; `concurrency` is the same for all hosts together.
            turns: when each host may be asked again; those not named may be asked at once.
            gate: to be passed before each turn, one at a time on a host.
        """
        self._delay, self._per_host, self._gate = delay.total_seconds(), 1 if gate else per_host, gate
        self._jitter = jitter.total_seconds()
        self._places = asyncio.Semaphore(concurrency)
        self._lanes: dict[str, _Lane] = {}
        self._clock = asyncio.get_running_loop().time
        self._crowd = _CROWD
        for host, at in (turns or {}).items():
            self.rest(host, at - datetime.now(UTC))

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """A turn to send one request to a host and read its answer; `stamp` is to be called when it is sent.

        Raises:
            Unreachable: the host wants to be left alone for longer than anybody should wait.
        """
        lane = self._lane(host)
        lane.users += 1
        try:
            async with lane.gate, self._passed(host, lane):
                while True:
                    await self._wait(host, lane)
                    async with self._places:
                        if lane.next_at > self._clock():
                            continue
                        lane.extra = random.uniform(0, self._jitter)  # noqa: S311  (no secret)
                        self.stamp(host)
                        yield
                        return
        finally:
            lane.users -= 1

    @asynccontextmanager
    async def _passed(self, host: str, lane: _Lane) -> AsyncIterator[None]:
        if self._gate is None:
            yield
            return
        pause = await self._gate.enter(host, lane.delay)
        lane.next_at = max(lane.next_at, self._clock() + pause)
        try:
            yield
        finally:
            await self._gate.leave(host, max(0.0, lane.next_at - self._clock()))

    async def _wait(self, host: str, lane: _Lane) -> None:
        while (wait := lane.next_at - self._clock()) > 0:
            if wait > max(_PATIENCE, lane.delay):
                until = datetime.now(UTC) + timedelta(seconds=wait)
                raise Unreachable(host, f"asked to be left alone until {until:%Y-%m-%d %H:%M} UTC", kind="resting")
            await asyncio.sleep(max(0.0, wait - _GRAIN))

    def stamp(self, host: str) -> None:
        """A request is sent to a host now: the next one is due after its delay."""
        lane = self._lane(host)
        lane.next_at = max(lane.next_at, self._clock() + lane.delay + lane.extra)

    def answered(self, host: str, seconds: float) -> None:
        """A host begins to answer, so many seconds after it was asked."""
        if seconds > _SLOW and self._delay:
            self.rest(host, timedelta(seconds=min(seconds, _LONGEST_REST)))

    def ready(self, host: str) -> float:
        """When a host may be asked next, by the event loop's clock.

        A host that wants to be left alone for longer than anybody waits is ready at once: its turns are refused.
        """
        lane = self._lanes.get(host)
        if lane is None or lane.next_at - self._clock() > max(_PATIENCE, lane.delay):
            return 0.0
        return lane.next_at

    def rest(self, host: str, pause: timedelta) -> None:
        """Leave a host alone for that long from now; a longer pause that is under way stays."""
        lane = self._lane(host)
        lane.next_at = max(lane.next_at, self._clock() + pause.total_seconds())

    def slow(self, host: str, delay: timedelta) -> None:
        """Keep at least this delay on a host."""
        lane = self._lane(host)
        lane.delay = max(lane.delay, delay.total_seconds())

    def turns(self) -> dict[str, datetime]:
        """When each host that must not be asked yet may be asked again."""
        now, moment = self._clock(), datetime.now(UTC)
        waits = {host: lane.next_at - now for host, lane in self._lanes.items()}
        return {host: moment + timedelta(seconds=wait) for host, wait in waits.items() if wait > 0}

    def _lane(self, host: str) -> _Lane:
        if host not in self._lanes:
            if len(self._lanes) >= self._crowd:
                self._forget()
            self._lanes[host] = _Lane(asyncio.Semaphore(self._per_host), self._clock(), self._delay)
        return self._lanes[host]

    def _forget(self) -> None:
        """Drop the lanes that are as a new one would be: nobody is in them, and their time has come."""
        now = self._clock()
        self._lanes = {host: lane for host, lane in self._lanes.items() if lane.users or lane.next_at > now}
        self._crowd = max(_CROWD, 2 * len(self._lanes))
