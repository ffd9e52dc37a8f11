"""A real web on loopback: HTTPS and HTTP for any host name, what it answers set by the test, every request logged."""

import asyncio
import hashlib
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from aiohttp import web


@dataclass(frozen=True)
class Answer:
    """What the web says at one URL. With an ETag it answers 304 to whoever has it; bodies are served in ranges.

    It comes after so many seconds, and not before `until` is set.
    """

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"
    seconds: float = 0.0
    until: threading.Event | None = None
    ranges: bool = True


@dataclass(frozen=True)
class Request:
    """One request as the server saw it; times on the monotonic clock, in seconds."""

    url: str
    headers: dict[str, str]
    start: float
    end: float


Handler = Callable[[web.BaseRequest], "Answer"]


class Web:
    """Serves from a thread of its own, so that tests with and without an event loop can use it.

    `web[url] = Answer(...)`, a string of HTML, or a function from request to Answer; other URLs are 404.
    `raw[port]`-like abuse has its own server: `raw_server`.
    """

    def __init__(self, folder: Path) -> None:
        self.routes: dict[str, Answer | Handler] = {}
        self.log: list[Request] = []
        self.ca = trustme.CA()
        self.ca_file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.ca_file))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._started.wait(10)

    def __setitem__(self, url: str, answer: "Answer | Handler | str") -> None:
        self.routes[url] = Answer(answer) if isinstance(answer, str) else answer

    @property
    def connect_to(self) -> list[str]:
        return [f"*:443:127.0.0.1:{self.https_port}", f"*:80:127.0.0.1:{self.http_port}"]

    @property
    def flags(self) -> list[str]:
        """What a command needs to find this web."""
        rules = [word for rule in self.connect_to for word in ("--connect-to", rule)]
        return [*rules, "--ca-file", str(self.ca_file)]

    def asked(self, url: str) -> list[Request]:
        return [request for request in self.log if request.url == url]

    def forget(self) -> None:
        self.routes.clear()
        # A new list: what a slow answer to an earlier test logs late is nobody's.
        self.log = []

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runner = web.ServerRunner(web.Server(self._answer))
        await runner.setup()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose_certificate
        self.ca.issue_cert("localhost").configure_cert(context)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.https_port, self.http_port = (address[1] for address in runner.addresses)
        self._started.set()
        await self._stop.wait()
        await runner.cleanup()

    def _choose_certificate(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name and name not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.ca.issue_cert(name).configure_cert(context)
            self._contexts[name] = context
        if name:
            connection.context = self._contexts[name]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        start, log = time.monotonic(), self.log
        scheme = "https" if request.transport.get_extra_info("sslcontext") else "http"
        url = f"{scheme}://{request.host}{request.raw_path}"
        route = self.routes.get(url, Answer("not found", 404, content_type="text/plain"))
        answer = route if isinstance(route, Answer) else route(request)
        await asyncio.sleep(answer.seconds)
        if answer.until:
            await asyncio.to_thread(answer.until.wait, 60)
        response = _response(answer, request)
        log.append(Request(url, dict(request.headers), start, time.monotonic()))
        return response


def _response(answer: Answer, request: web.BaseRequest) -> web.Response:
    headers = {"Content-Type": answer.content_type} | answer.headers
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    if headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers={"ETag": headers["ETag"]})
    wanted = request.headers.get("Range", "")
    if answer.ranges and answer.status == 200 and wanted.startswith("bytes=0-"):
        end = min(int(wanted.removeprefix("bytes=0-")), len(body) - 1)
        headers["Content-Range"] = f"bytes 0-{end}/{len(body)}"
        return web.Response(body=body[: end + 1], status=206, headers=headers)
    return web.Response(body=body, status=answer.status, headers=headers)


def etag(body: bytes | str) -> dict[str, str]:
    """An ETag header that changes with the body."""
    raw = body.encode() if isinstance(body, str) else body
    return {"ETag": f'"{hashlib.sha256(raw).hexdigest()[:16]}"'}


def png(width: int, height: int) -> Answer:
    """The beginning of a PNG of that size, which is all that a crawler looks at."""
    size = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    header = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0d" + size + zlib.crc32(size).to_bytes(4, "big")
    return Answer(header + bytes(500), content_type="image/png")
