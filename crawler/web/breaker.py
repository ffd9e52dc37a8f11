"""A circuit breaker: a host that fails again and again is left alone, for longer each time that it fails once more.

Hosts are told apart by their full name here: of a platform's thousands of names one may be dead and the others well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from crawler.errors import Unreachable

# Failures in a row that open the circuit; after its rest one request may try, and closes it if it is answered.
_MOST = 5
_FIRST_REST, _LONGEST_REST = timedelta(minutes=5), timedelta(days=1)


class Trouble(NamedTuple):
    """A host's failures in a row, and until when it is left alone for them."""

    failures: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Breaker:
    """The hosts in trouble, by name."""

    troubles: dict[str, Trouble]

    def check(self, host: str, now: datetime) -> None:
        """Raise Unreachable if a host is to be left alone."""
        trouble = self.troubles.get(host)
        if trouble and now < trouble.until:
            why = f"failed {trouble.failures} times in a row; left alone until {trouble.until:%Y-%m-%d %H:%M} UTC"
            raise Unreachable(host, why, kind="resting")

    def failed(self, host: str, now: datetime) -> None:
        """A host did not answer, or with a server's error."""
        failures = min(self.troubles.get(host, Trouble(0, now)).failures + 1, 100)
        rest = min(_FIRST_REST * 2 ** min(failures - _MOST, 10), _LONGEST_REST) if failures >= _MOST else timedelta(0)
        self.troubles[host] = Trouble(failures, now + rest)

    def answered(self, host: str, now: datetime) -> None:
        """A host answered as one that is well."""
        if host in self.troubles:
            self.troubles[host] = Trouble(0, now)

    def news(self, now: datetime) -> Mapping[str, Trouble]:
        """What another run should know: the hosts that are left alone now, and those that are well again."""
        return {host: it for host, it in self.troubles.items() if now < it.until or it.failures == 0}
