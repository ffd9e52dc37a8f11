"""One machine at a time asks a host: leases in the database, beside when each host may be asked next.

A lease is short and renewed while it is held, so that a host is free again soon after its worker died or hung. All
times are the database's own: the machines' clocks need not agree.
"""

import asyncio
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, text

from crawler.state.database import Database

# Seconds that a lease lasts, between renewals, and between tries to get one.
_LEASE, _RENEWED_EVERY, _ASKED_EVERY = 15.0, 4.0, 0.05

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
""")


@dataclass(slots=True)
class Leases:
    """A gate (`crawler.web.pace`) over a database; `holder` is this process, as no other is called."""

    database: Database
    holder: str
    held: set[str] = field(default_factory=set)

    async def enter(self, host: str, delay: float) -> float:
        enter = partial(self._entered, host=host, delay=delay)
        while (pause := await self.database.each(enter)) is None:  # noqa: ASYNC110  (no event tells of other machines)
            await asyncio.sleep(_ASKED_EVERY)
        self.held.add(host)
        return pause

    async def leave(self, host: str, pause: float) -> None:
        self.held.discard(host)
        ours = {"host": host, "holder": self.holder, "pause": pause}
        await self.database.each(lambda connection: connection.execute(_LEAVE, ours))

    async def keep(self) -> None:
        """Renew what is held, for ever."""
        while True:
            await asyncio.sleep(_RENEWED_EVERY)
            ours = {"holder": self.holder, "lease": _LEASE, "hosts": list(self.held)}
            await self.database.each(partial(Connection.execute, statement=_RENEW, parameters=ours))

    def _entered(self, connection: Connection, host: str, delay: float) -> float | None:
        ours = {"host": host, "holder": self.holder, "lease": _LEASE}
        if connection.scalar(_TAKE, ours) is None:
            return None
        return float(connection.execute(_RESERVE, {"host": host, "delay": delay}).scalar_one())
