"""Where a connection really goes: `--connect-to` first, then the address guard, over every address that is dialled.

aiohttp does not ask its resolver about IP literals, so a guard there would miss them, and redirects to them. The guard
stands in the connector, after resolution, where names and literals of each hop pass, and once more where the socket is
made.
"""

import asyncio
import resource
import socket
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from crawler import urls
from crawler.web.connect_to import ConnectTo, redirected
from crawler.web.guard import Guard
from crawler.web.wire import Wire

# Connections that wait, over TLS and without: one of the former takes a quarter of a megabyte; each is an open file.
_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
_MOST_IDLE = {True: min(100, _FILES // 4), False: min(500, _FILES // 2)}


class NoProxy(aiohttp.ClientError):
    """The name of the user's own proxy leads nowhere."""


class Request(aiohttp.ClientRequest):
    """aiohttp's request, which tells our connector when it is on its way."""

    async def send(self, conn: Any) -> Any:  # noqa: ANN401 (aiohttp's own)
        """Send it."""
        response = await super().send(conn)
        conn._connector.sent(urls.registrable_host(str(self.url)))  # noqa: SLF001
        return response


class Connector(aiohttp.TCPConnector):
    """aiohttp's connector under our guard."""

    def __init__(
        self,
        guard: Guard,
        rules: Sequence[ConnectTo],
        *,
        tls: ssl.SSLContext | bool,
        proxy: URL | None,
        resolver: AbstractResolver | None,
        sent: Callable[[str], None],
    ) -> None:
        """Connections to the user's own proxy, or where rules lead, are let pass, wherever that is.

        Args:
            sent: told the registrable host that a request has just gone to.
        """
        # Not c-ares: the system's own resolver is what its owner configured.
        super().__init__(
            ssl=tls,
            limit=0,
            resolver=resolver or aiohttp.ThreadedResolver(),
            ttl_dns_cache=300,
            socket_factory=self._socket,
        )
        self._factory = partial(Wire, loop=asyncio.get_running_loop())  # type: ignore[assignment]
        self._guard, self._rules, self._proxy, self.sent = guard, rules, proxy, sent
        # Connections that wait for their next request, over TLS and without, the one that waits longest first.
        self._idle: dict[bool, dict[Wire, None]] = {True: {}, False: {}}
        # Addresses that the user's own rules or proxy led to.
        self._wished: set[tuple[str, int]] = set()

    async def _resolve_host(self, host: str, port: int, traces: Any = None) -> list[ResolveResult]:  # noqa: ANN401
        if self._proxy:
            # All connections are to it; where it leads is its own to refuse.
            try:
                found = await super()._resolve_host(host, port, traces=traces)
            except OSError as error:
                raise NoProxy from error
            self._wished.update((each["host"], each["port"]) for each in found)
            return found
        elsewhere = redirected(self._rules, host, port)
        name, number = elsewhere or (host, port)
        found = await super()._resolve_host(name, number, traces=traces)
        for each in found:
            # A rule that changes the port alone says nothing of where its name may lead.
            if elsewhere and elsewhere[0] != host:
                self._wished.add((each["host"], each["port"]))
            else:
                self._guard.check_address(host, each["host"])
        return found

    async def _get(self, key: Any, traces: Any) -> Any:  # noqa: ANN401
        while (connection := await super()._get(key, traces)) is not None:
            wire = cast("Wire", connection.protocol)
            self._idle[key.is_ssl].pop(wire, None)
            if not wire.is_spoken_to():
                wire.idle = False
                break
            wire.abort()
            connection.close()
        return connection

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:  # noqa: ANN401
        transport = protocol.transport
        super()._release(key, protocol, should_close=should_close)
        protocol.idle = True
        if transport is not None and transport.is_closing():
            # Saying good-bye over TLS would wait half a minute for a server that may never answer.
            transport.abort()
            return
        idle = self._idle[key.is_ssl]
        idle[protocol] = None
        if len(idle) > _MOST_IDLE[key.is_ssl]:
            oldest = next(iter(idle))
            del idle[oldest]
            if oldest.transport is not None:
                oldest.transport.abort()

    def _socket(self, address: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, (host, port, *_) = address
        if (host, port) not in self._wished:
            self._guard.check_address(host, host)
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)  # noqa: FBT003
        return made
