"""Which hosts are whose."""

import zlib
from typing import NamedTuple

from crawler import urls


class Share(NamedTuple):
    """The share of worker `number` of so many."""

    number: int
    workers: int

    def has(self, host: str) -> bool:
        """Whether a host is in it."""
        return self.number == owner(host, self.workers)


def owner(host: str, workers: int) -> int:
    """The number of the worker that speaks to a host, and to all that its owner registered."""
    return zlib.crc32(urls.registrable(host).encode(errors="surrogatepass")) % workers
