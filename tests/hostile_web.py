"""A web that lies, stalls and floods: every answer that a hostile or a broken server can give, on loopback.

Each case has a host of its own, so that what it does to its connection, its robots.txt or its turn is its own. Sockets
are raw: any bytes can be sent, at any pace, or none.
"""

import asyncio
import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import trustme
from backports import zstd

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
TITLE = "The tide turned twice today"
_HEAD = f'<title>{TITLE}</title><meta name="description" content="So it did.">'
PAGE = f"<!doctype html><html><head>{_HEAD}</head></html>".encode()
NO_RULES = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Talk:
    """One request of the crawler and the means to answer it; `times` counts the requests of its host so far."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    path: str
    head: str
    times: int

    async def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def flood(self, piece: bytes, most: int) -> None:
        """A piece again and again, `most` bytes at the utmost: who reads on for ever is told so by his memory."""
        for _ in range(most // len(piece)):
            await self.say(piece)

    def reset(self) -> None:
        """Break off with a reset in place of an orderly end."""
        line = self.writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Answer = bytes | Callable[[Talk], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """What a host answers with, and what a correct crawler makes of it.

    Attributes:
        makes: "changed" where the page may be read, else the kinds of failure that tell the truth.
        robots: its robots.txt in place of a plain 404.
        first: what it does with a connection before any request is read.
    """

    answer: Answer
    makes: tuple[str, ...]
    robots: Answer = NO_RULES
    tls: bool = False
    first: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]] | None = None
    path: str = "/a"


def page(body: bytes = PAGE, headers: bytes = b"") -> bytes:
    """A plain answer with a body."""
    return OK + headers + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def status(line: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    return b"HTTP/1.1 " + line + b"\r\n" + headers + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def to(location: bytes, code: bytes = b"302 Found") -> bytes:
    return status(code, b"Location: " + location + b"\r\n")


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + end


def packed(body: bytes, coding: bytes) -> bytes:
    return page(body, b"Content-Encoding: " + coding + b"\r\n")


def titled(title: bytes, charset: bytes = b"; charset=utf-8") -> bytes:
    body = b"<html><head><title>" + title + b'</title><meta name="description" content="So."></head></html>'
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html"
        + charset
        + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def typed(kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def zeros(megabytes: int, coding: str) -> bytes:
    """Zeros, packed; a piece is packed once and said again and again, where the coding has it so."""
    piece = bytes(1 << 20)
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join(packer.process(piece) for _ in range(megabytes)) + packer.finish()
    if coding in {"gzip", "zstd"}:
        packed_piece = gzip.compress(piece * 16) if coding == "gzip" else zstd.compress(piece * 16)
        return packed_piece * (megabytes // 16)
    shrinking = zlib.compressobj(9, zlib.DEFLATED, {"deflate": 15, "raw": -15}[coding])
    first, again = (shrinking.compress(piece) + shrinking.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * (megabytes - 1)


# ---- answers that take more than bytes


def after(said: bytes, then: Callable[[Talk], Awaitable[None]]) -> Answer:
    async def answer(talk: Talk) -> None:
        await talk.say(said)
        await then(talk)

    return answer


async def hang_up(talk: Talk) -> None:
    talk.writer.close()


async def reset(talk: Talk) -> None:
    await asyncio.sleep(0.02)
    talk.reset()


def flooding(piece: bytes, most: int = 400 << 20) -> Callable[[Talk], Awaitable[None]]:
    async def flood(talk: Talk) -> None:
        await talk.flood(piece * max(1, 65_536 // len(piece)), most)

    return flood


def by_turns(*answers: bytes) -> Answer:
    async def answer(talk: Talk) -> None:
        await talk.say(answers[min(talk.times, len(answers)) - 1])

    return answer


async def onward_for_ever(talk: Talk) -> None:
    await talk.say(to(f"/{talk.times}".encode()))


async def eleven_hops(talk: Talk) -> None:
    await talk.say(to(f"/{talk.times}".encode()) if talk.times <= 11 else page())


async def nine_hops(talk: Talk) -> None:
    await talk.say(to(f"/{talk.times}".encode()) if talk.times <= 9 else page())


async def cookies_or_nothing(talk: Talk) -> None:
    await talk.say(
        page() if "Cookie:" in talk.head else status(b"302 Found", b"Set-Cookie: seen=1\r\nLocation: /a\r\n")
    )


@dataclass
class HostileWeb:
    """Serves cases by the name of their host, plainly and over TLS, from a thread of its own."""

    folder: Path
    cases: dict[str, Case]
    ca: trustme.CA = field(default_factory=trustme.CA)

    def __post_init__(self) -> None:
        self.ca_file = self.folder / "hostile-ca.pem"
        self.ca.cert_pem.write_to_path(str(self.ca_file))
        self.asked: list[tuple[str, str]] = []
        self._times: dict[str, int] = {}
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._started.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def url(self, name: str) -> str:
        case = self.cases[name]
        return f"{'https' if case.tls else 'http'}://{name}.example{case.path}"

    @property
    def flags(self) -> list[str]:
        """What a command needs to find this web."""
        rules = [f"{name}.example:*:127.0.0.1:{port}" for name, port in self.ports.items()]
        rules += [f"*:443:127.0.0.1:{self.ports_of_all[1]}", f"*:80:127.0.0.1:{self.ports_of_all[0]}"]
        return [*(word for rule in rules for word in ("--connect-to", rule)), "--ca-file", str(self.ca_file)]

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        # A client that hangs up while we are flooding it is what we want; nobody needs to hear of it.
        self._loop.set_exception_handler(lambda *_: None)
        servers = [
            await asyncio.start_server(self._talk, "127.0.0.1", 0),
            await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._tls()),
        ]
        self.ports_of_all = [server.sockets[0].getsockname()[1] for server in servers]
        self.ports = {}
        for name, case in self.cases.items():
            if case.first:
                servers.append(await asyncio.start_server(case.first, "127.0.0.1", 0))
                self.ports[name] = servers[-1].sockets[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def _tls(self) -> ssl.SSLContext:
        contexts: dict[str, ssl.SSLContext] = {}

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name and name not in contexts:
                contexts[name] = self._context(name)
            if name:
                connection.context = contexts[name]

        plain = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        plain.sni_callback = choose
        self.ca.issue_cert("localhost").configure_cert(plain)
        return plain

    def _context(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        who = {"tls-self-signed": trustme.CA(), "tls-other-ca": trustme.CA()}.get(name.partition(".")[0], self.ca)
        past = datetime.now(UTC) - timedelta(days=2)
        if name.startswith("tls-expired"):
            who.issue_cert(name, not_after=past).configure_cert(context)
        elif name.startswith("tls-other-host"):
            who.issue_cert("somebody-else.example").configure_cert(context)
        else:
            who.issue_cert(name).configure_cert(context)
        return context

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError, asyncio.LimitOverrunError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ")[1]
                name = head.lower().partition("host: ")[2].partition("\r\n")[0].partition(".example")[0]
                await self._answer(name, Talk(reader, writer, path, head, 0))
                if writer.is_closing():
                    break
        writer.close()

    async def _answer(self, name: str, talk: Talk) -> None:
        case = self.cases.get(name)
        self.asked.append((name, talk.path))
        if case is None:
            await talk.say(NO_RULES)
            return
        answer = case.answer
        if talk.path == "/robots.txt" or (case.robots is not NO_RULES and talk.path.startswith("/robots")):
            answer, name = case.robots, f"{name}/robots.txt"
        self._times[name] = talk.times = self._times.get(name, 0) + 1
        if not isinstance(answer, bytes):
            await answer(talk)
            return
        await talk.say(answer)
        if b"Content-Length" not in answer and b"chunked" not in answer:
            talk.writer.close()
