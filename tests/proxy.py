"""A proxy on loopback, as companies have them: CONNECT for TLS, whole URLs without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.loopback import Web


@dataclass
class Proxy:
    """Leads every name to one web. With `refuses` it answers with that status alone.

    Attributes:
        heads: of all requests; `asked` are their first lines.
    """

    web: Web
    refuses: int | None = None
    port: int = 0
    heads: list[str] = field(default_factory=list)
    talks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def asked(self) -> list[str]:
        return [head.partition("\r\n")[0] for head in self.heads]

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.add(asyncio.create_task(self._talk(reader, writer)))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await self._heard(reader)
        if self.refuses:
            writer.write(f"HTTP/1.1 {self.refuses} No\r\nContent-Length: 0\r\n\r\n".encode())
            writer.close()
            return
        tunnels = head.startswith("CONNECT ")
        port = self.web.https_port if tunnels else self.web.http_port
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        if tunnels:
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            forth = _pass_on(reader, far_writer)
        else:
            forth = self._pass_on_requests(head, reader, far_writer)
        back = asyncio.create_task(_pass_on(far_reader, writer))
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await forth
        finally:
            back.cancel()
            for each in (writer, far_writer):
                each.close()

    async def _heard(self, reader: asyncio.StreamReader) -> str:
        self.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        return self.heads[-1]

    async def _pass_on_requests(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            method, url, rest = head.split(" ", 2)
            writer.write(f"{method} /{url.split('/', 3)[3]} {rest}".encode())
            head = await self._heard(reader)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


@asynccontextmanager
async def proxying(web: Web, refuses: int | None = None) -> AsyncIterator[Proxy]:
    """A proxy for as long as the block lasts."""
    proxy = Proxy(web, refuses)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for talk in proxy.talks:
            talk.cancel()
        await asyncio.gather(*proxy.talks, return_exceptions=True)
