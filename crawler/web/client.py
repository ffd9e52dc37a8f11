"""One guarded, bounded, polite GET.

What one `get` does, hop by hop: may the address be dialled (guard), may we ask (permission), is it our turn (pace),
then one request whose answer is read up to a bound (exchange). A failure that may pass is tried again after a jittered
pause.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Self, TypeAlias

import aiohttp
from yarl import URL

from crawler import urls
from crawler.errors import ConfigError, TooLarge, Unreachable
from crawler.model import Hop, Page
from crawler.web import dialling
from crawler.web.breaker import Breaker, Trouble
from crawler.web.connect_to import parse_connect_to
from crawler.web.exchange import Answer, Exchange, Limits, Request
from crawler.web.guard import Guard
from crawler.web.inflate import ACCEPT_ENCODING, inflate_up_to
from crawler.web.pace import Gate, Pace
from crawler.web.permission import Permission, Recall
from crawler.web.robots import MAX_BYTES, RobotsText
from crawler.web.tls import trusting

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"

_FOR_ROBOTS = {"Accept": "text/plain,*/*;q=0.1", "Accept-Encoding": "identity"}
_MAX_REDIRECTS = 10
_MAX_HEADER_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class Validators:
    """What a URL last answered with, to be asked "has it changed?" by; sent to that URL only (RFC 9110 §13.1)."""

    url: str
    etag: str | None
    last_modified: str | None


Elsewhere: TypeAlias = Callable[[Request], Awaitable[Answer] | None]
"""Asks another process for a `Client.hop`; None where the host is ours to ask."""


class Client:
    """Asks for pages, as `async with Client(...) as client: page = await client.get(url)`."""

    def __init__(
        self,
        *,
        user_agent: str,
        concurrency: int = 32,
        per_host: int = 1,
        delay: timedelta = timedelta(seconds=1),
        jitter: timedelta = timedelta(0),
        retries: int = 2,
        first_pause: timedelta = timedelta(seconds=1),
        limits: Limits | None = None,
        connect_to: Sequence[str] = (),
        proxy: str | None = None,
        ca_file: Path | None = None,
        allow_addresses: Sequence[str] = (),
        ignore_robots: bool = False,
        turns: Mapping[str, datetime] | None = None,
        troubles: Mapping[str, Trouble] | None = None,
        recall: Recall | None = None,
        elsewhere: Elsewhere | None = None,
        gate: Gate | None = None,
        resolver: aiohttp.abc.AbstractResolver | None = None,
    ) -> None:
        """A client; nothing is opened before `async with`.

        Args:
            delay: from request start to request start on one registrable host, longer by up to `jitter`; `per_host`
                requests at a time.
            retries: further tries after a failure that may pass, `first_pause` before the first of them.
            connect_to: rules as curl's `--connect-to`; where they lead is the user's wish, so the guard lets it pass.
            proxy: an http URL; all is asked for through it, whatever `connect_to` says. It looks names up, so that the
                guard knows only those addresses that stand in URLs.
            ca_file: certificates in PEM form to trust besides the system's.
            allow_addresses: networks (CIDR) that the guard lets pass.
            turns: when each registrable host may be asked again, from an earlier run.
            troubles: hosts that failed again and again in earlier runs.
            recall: gives the robots.txt that an origin answered with before, where it is fresh enough to be used.
            elsewhere: asks the hosts that another process speaks to, so that only one does.
            gate: to be passed before each request, where other machines ask the same hosts.
            resolver: looks names up in place of the system.

        Raises:
            ConfigError: a rule, network or certificate file cannot be used.
        """
        self._user_agent, self._ignore_robots = user_agent, ignore_robots
        self._retries, self._first_pause, self._limits = retries, first_pause, limits or Limits()
        self._concurrency, self._per_host, self._turns = concurrency, per_host, turns or {}
        self._delay, self._jitter = delay, jitter
        self._guard = Guard(allow=tuple(_network(text) for text in allow_addresses))
        self._connect_to = tuple(parse_connect_to(text) for text in connect_to)
        self._proxy = URL(proxy) if proxy else None
        self._tls, self._resolver, self._gate = trusting(ca_file), resolver, gate
        self._breaker, self._recall, self._elsewhere = Breaker(dict(troubles or {})), recall, elsewhere

    async def __aenter__(self) -> Self:
        limits = self._limits
        self._pace = Pace(
            delay=self._delay,
            jitter=self._jitter,
            per_host=self._per_host,
            concurrency=self._concurrency,
            turns=self._turns,
            gate=self._gate,
        )
        connector = dialling.Connector(
            self._guard,
            self._connect_to,
            tls=self._tls,
            proxy=self._proxy,
            resolver=self._resolver,
            sent=self._pace.stamp,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            request_class=dialling.Request,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"User-Agent": self._user_agent},
            # aiohttp's own 8 KB are too few for the Content-Security-Policy of some large sites.
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
            timeout=aiohttp.ClientTimeout(limits.total, sock_connect=limits.connect, sock_read=limits.between_bytes),
            proxy=self._proxy,
            trust_env=False,
        )
        self._exchange = Exchange(self._session, self._pace, self._breaker, limits, self._retries, self._first_pause)
        self._permission = Permission(self._ask_robots, self._pace, self._recall, limits.total)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._permission.close()
        await self._session.close()

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        first_bytes: int | None = None,
        until: Sequence[bytes] = (),
        accept: str = HTML,
    ) -> Page:
        """The page at a URL, after its redirects, whatever its status.

        Args:
            validators: to ask for the page only if it changed; the answer may then be 304 with an empty body.
            first_bytes: ask for so many bytes from the start, and read no more.
            until: marks; the body is inflated up to the last of them, and `whole` gives the rest.

        Raises:
            Forbidden: the address guard or robots.txt says no.
            TooLarge: the answer passes a bound, or there are more than ten redirects.
            Unreachable: nobody answers, or not in HTTP, or not in time.
        """
        hops: list[Hop] = []
        current, seconds = url, 0.0
        while True:
            self._guard.check_url(current)
            current = urls.redacted(current)
            answer = await self.hop(Request(current, _headers(current, validators, first_bytes, accept), first_bytes))
            seconds += answer.seconds
            onward = answer.onward(current)
            if onward is None:
                return self._page(url, current, answer, hops, seconds, until)
            hops.append(Hop(urls.redacted(current), answer.status))
            if len(hops) > _MAX_REDIRECTS:
                raise TooLarge(urls.redacted(url), f"redirected more than {_MAX_REDIRECTS} times", kind="redirects")
            if seconds > self._limits.total:
                raise Unreachable(urls.redacted(url), "its redirects take too long", kind="timeout")
            current = onward

    async def hop(self, request: Request) -> Answer:
        """One request of a `get`, by who speaks to its host; `seconds` are with those for its robots.txt.

        Raises:
            Forbidden, TooLarge, Unreachable: as `get`.
        """
        if self._elsewhere and (asked := self._elsewhere(request)):
            return await asked
        asks_first = not (request.for_robots or self._ignore_robots)
        waited = await self._permission.check(request.url) if asks_first else 0.0
        answer = await self._exchange.ask(request)
        return replace(answer, seconds=answer.seconds + waited) if waited else answer

    async def _ask_robots(self, url: str) -> Answer:
        self._guard.check_url(url)
        return await self.hop(Request(url, _FOR_ROBOTS, MAX_BYTES, for_robots=True))

    def ready(self, host: str) -> float:
        """When a registrable host may be asked next, by the event loop's clock; what is past is now."""
        return self._pace.ready(host)

    def turns(self) -> dict[str, datetime]:
        """When each host that must not be asked yet may be asked again."""
        return self._pace.turns()

    def troubles(self) -> Mapping[str, Trouble]:
        """The hosts that are left alone because they failed again and again, and those that are well again."""
        return self._breaker.news(datetime.now(UTC))

    def robots(self) -> list[RobotsText]:
        """The robots.txt answers since this was last asked, for another run to use."""
        return self._permission.news()

    def whole(self, page: Page) -> Page:
        """A page of which only the beginning was inflated, with its whole body.

        Raises:
            TooLarge: it passes the bound.
        """
        body, _ = self._inflated(page.raw, page.headers, page.final_url, ()) if page.raw else (page.body, True)
        return replace(page, body=body, raw=b"")

    def _inflated(self, raw: bytes, headers: Mapping[str, str], url: str, until: Sequence[bytes]) -> tuple[bytes, bool]:
        encoding = headers.get("content-encoding")
        bound = self._limits.max_body_bytes
        return inflate_up_to(until, raw, encoding, bound, urls.redacted(url)) if raw else (b"", True)

    def _page(
        self, url: str, final_url: str, answer: Answer, hops: Sequence[Hop], seconds: float, until: Sequence[bytes]
    ) -> Page:
        # What an error says of itself is never read, and need not be well-formed.
        raw = answer.raw if 200 <= answer.status < 300 else b""
        body, is_whole = self._inflated(raw, answer.headers, final_url, until)
        return Page(
            url=urls.redacted(url),
            final_url=final_url,
            status=answer.status,
            headers=answer.headers,
            body=body,
            hops=tuple(hops),
            fetched_at=answer.at,
            seconds=seconds,
            complete=answer.complete,
            raw=b"" if is_whole else answer.raw,
        )


def _headers(url: str, validators: Validators | None, first_bytes: int | None, accept: str) -> dict[str, str]:
    headers = {"Accept": accept, "Accept-Encoding": "identity" if first_bytes else ACCEPT_ENCODING}
    if first_bytes:
        headers["Range"] = f"bytes=0-{first_bytes - 1}"
    if validators and urls.canonical(validators.url) == urls.canonical(url):
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
    return headers


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no network; write it as 10.0.0.0/8 or ::1/128") from error
