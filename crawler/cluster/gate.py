"""One machine at a time asks a host: leases in the database, beside when each host may be asked next.

A lease is short and renewed while it is held, so that a host is free again soon after its worker died or hung. All
times are the database's own: the machines' clocks need not agree. Who keeps a lease for many requests asks the database
for none of them, as long as the lease would outlast the delay after each.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from math import inf

from sqlalchemy import Connection, text

from crawler.state.database import Database

# Seconds that a lease lasts, between renewals, and between tries to get one.
_LEASE, _RENEWED_EVERY, _ASKED_EVERY = 15.0, 3.0, 0.05
# How old a renewal may be, and how long a delay, where the database is not asked: the request is sent within the delay,
# and after one more the lease is still ours.
_FRESH, _SHORT = 5.0, 5.0

_TAKE = text("""
    INSERT INTO leases AS held (host, holder, until)
    VALUES (:host, :holder, clock_timestamp() + make_interval(secs => :lease))
    ON CONFLICT (host) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE held.until < clock_timestamp() OR held.holder = excluded.holder
    RETURNING host
""")
# After the lease, in a statement of its own: it sees what the former holder left. A longer pause stays, for another may
# have had a turn since ours ran out.
_RESERVE = text("""
    WITH former AS (
        SELECT greatest(0, extract(epoch FROM next_allowed - clock_timestamp())) AS rest FROM hosts WHERE host = :host
    )
    INSERT INTO hosts (host, next_allowed)
    SELECT :host, clock_timestamp() + make_interval(secs => :delay + coalesce((SELECT rest FROM former), 0))
    ON CONFLICT (host) DO UPDATE SET next_allowed = greatest(hosts.next_allowed, excluded.next_allowed)
    RETURNING coalesce((SELECT rest FROM former), 0)
""")
_LEAVE = text("""
    WITH ours AS (DELETE FROM leases WHERE host = :host AND holder = :holder)
    INSERT INTO hosts (host, next_allowed) VALUES (:host, clock_timestamp() + make_interval(secs => :pause))
    ON CONFLICT (host) DO UPDATE SET next_allowed = greatest(hosts.next_allowed, excluded.next_allowed)
""")
_RENEW = text("""
    UPDATE leases SET until = clock_timestamp() + make_interval(secs => :lease)
    WHERE holder = :holder AND host = ANY(:hosts)
    RETURNING host
""")


@dataclass(slots=True)
class Leases:
    """A gate (`crawler.web.pace`) over a database.

    Attributes:
        holder: this process, as no other is called.
        held: when the lease of a host was last renewed, by the event loop's clock.
        kept: until when a host is to be left alone whose lease is ours between requests as well.
    """

    database: Database
    holder: str
    held: dict[str, float] = field(default_factory=dict)
    kept: dict[str, float] = field(default_factory=dict)

    async def enter(self, host: str, delay: float) -> float:
        asked_at = self._now()
        if host in self.kept and asked_at - self.held.get(host, -inf) < _FRESH and delay <= _SHORT:
            return 0.0
        enter = partial(self._entered, host=host, delay=delay)
        while (pause := await self.database.each(enter)) is None:
            await asyncio.sleep(_ASKED_EVERY)
            asked_at = self._now()
        self.held[host] = asked_at
        return pause

    async def leave(self, host: str, pause: float) -> None:
        if host in self.kept:
            self.kept[host] = self._now() + pause
        else:
            await self._leave(host, pause)

    @asynccontextmanager
    async def keeping(self, host: str) -> AsyncIterator[None]:
        """Many requests to a host follow: the lease is ours from the first of them to the end."""
        self.kept[host] = 0.0
        try:
            yield
        finally:
            until = self.kept.pop(host)
            if host in self.held:
                await self._leave(host, max(until - self._now(), 0.0))

    async def renew(self) -> None:
        """Renew what is held, for ever."""
        while True:
            await asyncio.sleep(_RENEWED_EVERY)
            asked_at = self._now()
            renewed = await self.database.each(partial(self._renewed, hosts=list(self.held)))
            # One that ran out meanwhile may be another's: it has to be asked for.
            self.held.update({host: asked_at for host in renewed if host in self.held})

    async def _leave(self, host: str, pause: float) -> None:
        self.held.pop(host, None)
        ours = {"host": host, "holder": self.holder, "pause": pause}
        await self.database.each(lambda connection: connection.execute(_LEAVE, ours))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _renewed(self, connection: Connection, hosts: list[str]) -> list[str]:
        ours = {"holder": self.holder, "lease": _LEASE, "hosts": hosts}
        return list(connection.scalars(_RENEW, ours))

    def _entered(self, connection: Connection, host: str, delay: float) -> float | None:
        ours = {"host": host, "holder": self.holder, "lease": _LEASE}
        if connection.scalar(_TAKE, ours) is None:
            return None
        return float(connection.execute(_RESERVE, {"host": host, "delay": delay}).scalar_one())
