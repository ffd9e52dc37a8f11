"""A web of many hosts behind one port of loopback, in a process of its own, that remembers who asked for what and when.

    python benchmarks/farm.py [--pages 2000] [--zipf] [--latency 0.02] [--port 8080]

Hosts are told apart by the Host header, so a client needs `--connect-to '*:*:127.0.0.1:PORT'` or the like; an absolute
URL in the request line, as to a proxy, is understood too. Each page is made and squeezed once, and asked for with its
validator it is not sent again. `http://control/log` gives the log as JSON and clears it.

HTTP is spoken by hand, with no more checks than honest clients need: the farm must never be what a client waits for.
"""

import argparse
import asyncio
import contextlib
import gzip
import http.client
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from farm_pages import Plan, html, number_of

CONTROL = "control"
_STAMPS = 35  # SO_TIMESTAMPNS on Linux, which Python does not name; the stamps come under the same number
_FIRST = 1_780_000_000  # when the first page was last modified: seconds since 1970, in May 2026
_ROBOTS = b"User-agent: *\nDisallow: /private/\nDisallow: /search\n\nUser-agent: badbot\nDisallow: /\n"


class Asked(NamedTuple):
    """One request; times are seconds since 1970.

    `start` is when the kernel took it in, where the kernel tells: the farm may be busy then, and should not make a
    polite client look hasty. `end` is just before its answer left.
    """

    host: str
    path: str
    start: float
    end: float
    status: int


# ---- from another process


@dataclass(frozen=True, slots=True)
class Farm:
    """A farm that runs."""

    plan: Plan
    port: int

    def log(self) -> list[Asked]:
        """What was asked for since the last time that the log was read."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("GET", "/log", headers={"Host": CONTROL})
            return [Asked(*row) for row in json.loads(connection.getresponse().read())]


@contextlib.contextmanager
def running(plan: Plan, *, latency: float = 0.0, ready: int = 2_000, core: int | None = None) -> Iterator[Farm]:
    """A farm in a process of its own, on a core of its own if one is named; `latency` is in seconds."""
    command = [sys.executable, str(Path(__file__)), f"--latency={latency}", f"--ready={ready}"]
    command += [f"--{key}={value}" for key, value in asdict(plan).items() if key != "zipf"]
    command += ["--zipf"] * plan.zipf
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            if core is not None and hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(process.pid, {core})
            yield Farm(plan, int(process.stdout.readline()))
        finally:
            process.terminate()


# ---- the process


class Answers:
    """What the farm says, every page made once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._pages: dict[int, tuple[bytes, bytes, bytes]] = {}  # validator, answer, answer of those who have it
        self.robots = _answer(b"200 OK", _ROBOTS, b"Content-Type: text/plain; charset=utf-8\r\n")
        self.missing = _answer(b"404 Not Found", b"There is no such page.\n", b"Content-Type: text/plain\r\n")

    def to(self, host: str, path: str, head: bytes) -> tuple[int, bytes]:
        """Status and bytes of an answer; `head` is the request's."""
        if path == "/robots.txt":
            return 200, self.robots
        number = number_of(path)
        if number is None or number >= self._plan.pages or host != self._plan.host(number):
            return 404, self.missing
        etag, whole, same = self._pages.get(number) or self.made(number)
        return (304, same) if etag in head else (200, whole)

    def made(self, number: int) -> tuple[bytes, bytes, bytes]:
        body = html(self._plan, number)
        etag = b'"%s"' % blake2b(body, digest_size=8).hexdigest().encode()
        validators = b"ETag: %s\r\nLast-Modified: %s\r\n" % (
            etag,
            formatdate(_FIRST + number * 3600, usegmt=True).encode(),
        )
        kind = b"Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
        whole = _answer(b"200 OK", gzip.compress(body, 6, mtime=0), kind + validators)
        page = self._pages[number] = (etag, whole, b"HTTP/1.1 304 Not Modified\r\n%s\r\n" % validators)
        return page


def _answer(status: bytes, body: bytes, headers: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status, headers, len(body), body)


class Connection(asyncio.Protocol):
    """One connection: a request at a time, for as long as the client likes.

    What comes in is read by hand, since only recvmsg has the kernel's stamps; what goes out is the transport's affair.
    """

    def __init__(self, answers: Answers, log: list[Asked], latency: float) -> None:
        self._answers, self._log, self._latency = answers, log, latency
        self._loop = asyncio.get_running_loop()
        self._heard, self._at = b"", 0.0
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        self._transport = transport
        self._socket = transport.get_extra_info("socket").dup()
        self._loop.add_reader(self._socket, self._hear)

    def connection_lost(self, exc: Exception | None) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _hear(self) -> None:
        try:
            data, stamps, _, _ = self._socket.recvmsg(64 * 1024, 64)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._transport.close()
            return
        self._at = next((_seconds(stamp) for _, kind, stamp in stamps if kind == _STAMPS), time.time())
        self._heard += data
        if not self._busy:
            self._next()

    def _next(self) -> None:
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            host, path = _target(head)
            if host == CONTROL:
                self._transport.write(_answer(b"200 OK", json.dumps(self._log).encode(), b""))
                self._log.clear()
                continue
            status, answer = self._answers.to(host, path, head)
            if self._latency:
                self._busy = True
                self._loop.call_later(self._latency, self._late, answer, host, path, self._at, status)
                return
            self._say(answer, host, path, self._at, status)

    def _late(self, answer: bytes, host: str, path: str, start: float, status: int) -> None:
        self._busy = False
        self._say(answer, host, path, start, status)
        self._next()

    def _say(self, answer: bytes, host: str, path: str, start: float, status: int) -> None:
        self._log.append(Asked(host, path, start, time.time(), status))
        if not self._transport.is_closing():
            self._transport.write(answer)


def _seconds(stamp: bytes) -> float:
    seconds, nanoseconds = struct.unpack("@ll", stamp)
    return float(seconds + nanoseconds / 1e9)


def _target(head: bytes) -> tuple[str, str]:
    """Host without port, and path, of a request."""
    target = head.split(b" ", 2)[1].decode("latin-1")
    if target.startswith("http://"):
        split = urlsplit(target)
        return split.hostname or "", split.path
    lines = head.lower().partition(b"\r\nhost:")[2]
    return lines.partition(b"\r\n")[0].strip().partition(b":")[0].decode("latin-1"), target


async def serve(answers: Answers, port: int, latency: float) -> None:
    log: list[Asked] = []
    loop = asyncio.get_running_loop()
    listening = socket.create_server(("127.0.0.1", port))
    if sys.platform == "linux":
        listening.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)  # its connections inherit it
    server = await loop.create_server(lambda: Connection(answers, log, latency), sock=listening, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for key, value in asdict(Plan()).items():
        if key != "zipf":
            options.add_argument(f"--{key}", type=int, default=value)
    options.add_argument("--zipf", action="store_true", help="spread the pages over the hosts by Zipf, not evenly")
    options.add_argument("--latency", type=float, default=0.0, help="seconds between a request and its answer")
    options.add_argument("--port", type=int, default=0, help="default: any that is free")
    options.add_argument("--ready", type=int, default=2_000, help="pages made before the first request, not at theirs")
    chosen = options.parse_args()
    plan = Plan(chosen.pages, chosen.hosts, chosen.zipf, chosen.seed)
    answers = Answers(plan)
    for number in range(min(plan.pages, chosen.ready)):
        answers.made(number)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(answers, chosen.port, chosen.latency))


if __name__ == "__main__":
    main()
