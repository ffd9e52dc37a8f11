"""One request and its answer, in its turn, within bounds, tried again where that may help."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, wait_random_exponential
from yarl import URL

from crawler import urls
from crawler.errors import FetchError, TooLarge
from crawler.web.breaker import Breaker
from crawler.web.failures import FAILURES, unreachable
from crawler.web.pace import Pace
from crawler.web.retry_after import retry_after

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({429, 502, 503, 504})
# A server that was silent for its whole time will hardly speak when it is asked for the third time.
_MOST_RETRIES = {"timeout": 1}
_TROUBLES = frozenset({"dns", "connect", "tls", "timeout", "reset"})
# A server that asks for more than this is left alone until another run.
_SHORT_WAIT = timedelta(seconds=5)
# A crowd of hosts might fill our memory together: where the bodies under way are so many bytes, only so many of the
# large ones go on at a time. Else each goes on as it comes, so that a slow one delays nobody.
_CROWDED, _LARGE, _LARGE_AT_A_TIME = 4 * 1024 * 1024, 128 * 1024, 2
# What aiohttp makes of bytes that are no UTF-8 (PEP 383).
_STRAY_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one request may take: times in seconds, sizes in bytes.

    One page of a hostile server may cost six times `max_body_bytes` of memory while it is read: keep it small.
    """

    connect: float = 10.0
    between_bytes: float = 15.0
    total: float = 45.0
    max_raw_bytes: int = 4 * 1024 * 1024
    max_body_bytes: int = 8 * 1024 * 1024


class Request(NamedTuple):
    """One GET.

    Attributes:
        first_bytes: where the body is read up to, not counting what the server compressed; None: all of it.
        for_robots: whether the answer is to be a robots.txt, for which none is asked.
    """

    url: str
    headers: Mapping[str, str]
    first_bytes: int | None = None
    for_robots: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a server: headers by lower-case name, the body as it came, whether that is all of it."""

    status: int
    headers: Mapping[str, str]
    raw: bytes
    complete: bool
    at: datetime
    seconds: float

    def onward(self, url: str) -> str | None:
        """Where it sends whoever asked for `url`; None where it is the page itself, as without a Location.

        What is no http(s) URL comes as it stands: it is the guard's to refuse.
        """
        location = self.headers.get("location")
        return (urls.absolute(location, url) or location) if location and self.status in _REDIRECTS else None


@dataclass(slots=True)
class _UnderWay:
    """The bodies that are being read."""

    size: int = 0
    large: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_LARGE_AT_A_TIME))


@dataclass(frozen=True, slots=True)
class Exchange:
    """How requests are made: over which session, at whose pace, within which bounds, with how many further tries."""

    session: aiohttp.ClientSession
    pace: Pace
    breaker: Breaker
    limits: Limits
    retries: int
    first_pause: timedelta
    under_way: _UnderWay = field(default_factory=_UnderWay)

    async def ask(self, request: Request) -> Answer:
        """The answer to a GET; redirects are answers like others.

        Raises:
            TooLarge, Unreachable: as `Client.get`; also where the host failed too often.
        """
        host = urls.host(request.url)
        self.breaker.check(host, datetime.now(UTC))
        outcome = await self._try(request)
        # tenacity's wrapper costs as much as half a "not modified", so it is entered only where it has work to do.
        if _may_pass(outcome) and self.retries:
            outcome = await self._try_again(outcome, request)
        if _is_trouble(outcome):
            self.breaker.failed(host, datetime.now(UTC))
        elif not isinstance(outcome, FetchError):
            self.breaker.answered(host, datetime.now(UTC))
        if isinstance(outcome, FetchError):
            raise outcome
        return outcome

    async def _try_again(self, first: Answer | FetchError, request: Request) -> Answer | FetchError:
        made = iter([first])

        async def attempt() -> Answer | FetchError:
            return next(made, None) or await self._try(request)

        pause = self.first_pause.total_seconds()
        trying = AsyncRetrying(
            retry=retry_if_result(_may_pass),
            stop=self._has_tried_enough,
            wait=wait_random_exponential(multiplier=pause, max=16 * pause),
            retry_error_callback=_last_outcome,
        )
        outcome: Answer | FetchError = await trying(attempt)
        return outcome

    def _has_tried_enough(self, state: RetryCallState) -> bool:
        outcome = _last_outcome(state)
        kind = outcome.kind if isinstance(outcome, FetchError) else ""
        return state.attempt_number > min(self.retries, _MOST_RETRIES.get(kind, self.retries))

    async def _try(self, request: Request) -> Answer | FetchError:
        try:
            return await self._made(request)
        except FetchError as error:
            return error

    async def _made(self, request: Request) -> Answer:
        url = request.url
        host = urls.registrable_host(url)
        async with self.pace.turn(host):
            started = asyncio.get_running_loop().time()
            silence = "connected, but no answer came in time"
            try:
                address = URL(urls.canonical(url), encoded=True)
                async with self.session.get(address, headers=request.headers, allow_redirects=False) as response:
                    self.pace.answered(host, asyncio.get_running_loop().time() - started)
                    silence = "its answer stopped halfway, and no more came in time"
                    raw, complete = await self._read(response, request)
            except FAILURES as error:
                raise unreachable(error, url, silence=silence) from error
            seconds = asyncio.get_running_loop().time() - started
            fields: dict[str, str] = {}
            for name, value in response.headers.items():
                fields.setdefault(name.lower(), value if value.isascii() else _text(value))
            answer = Answer(response.status, fields, raw, complete, datetime.now(UTC), seconds)
            if answer.status in _PASSING and (wait := _asked_to_wait(answer)):
                self.pace.rest(host, wait)
        return answer

    async def _read(self, response: aiohttp.ClientResponse, request: Request) -> tuple[bytes, bool]:
        """The body as it came, and whether that is all of it. A body left unread closes its connection."""
        limit = request.first_bytes or self.limits.max_raw_bytes
        raw = bytearray()
        has_place = False
        try:
            async for chunk in response.content.iter_any():
                raw += chunk
                self.under_way.size += len(chunk)
                if len(raw) > limit:
                    response.close()
                    if request.first_bytes is None:
                        why = f"larger than {limit // 1024**2} MiB"
                        raise TooLarge(urls.redacted(request.url), why, kind="too-large")
                    return bytes(raw[:limit]), False
                if len(raw) > _LARGE and self.under_way.size > _CROWDED and not has_place:
                    has_place = await self.under_way.large.acquire()
        finally:
            self.under_way.size -= len(raw)
            if has_place:
                self.under_way.large.release()
        return bytes(raw), _is_whole(response, len(raw))


def _text(value: str) -> str:
    """A header's value that can be stored and shown; a byte that is no UTF-8 as a browser follows it in a Location."""
    return _STRAY_BYTE.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", value)


def _may_pass(outcome: Answer | FetchError) -> bool:
    """Whether the same request may do better in a moment."""
    if isinstance(outcome, FetchError):
        return outcome.retryable
    return outcome.status in _PASSING and (_asked_to_wait(outcome) or timedelta(0)) <= _SHORT_WAIT


def _is_trouble(outcome: Answer | FetchError) -> bool:
    """Whether the host itself is not well, whatever was asked of it; a wish to be left alone is no trouble."""
    if isinstance(outcome, FetchError):
        return outcome.kind in _TROUBLES
    return outcome.status >= 500 and _asked_to_wait(outcome) is None


def _asked_to_wait(answer: Answer) -> timedelta | None:
    header = answer.headers.get("retry-after")
    return retry_after(header, answer.at) if header else None


def _last_outcome(state: RetryCallState) -> Answer | FetchError:
    assert state.outcome is not None  # noqa: S101  (tenacity calls back only after a try)
    outcome: Answer | FetchError = state.outcome.result()
    return outcome


def _is_whole(response: aiohttp.ClientResponse, length: int) -> bool:
    """Whether a body that ended is all there is: of a range, `Content-Range: bytes 0-99/1234` tells."""
    if response.status != HTTPStatus.PARTIAL_CONTENT:
        return True
    total = response.headers.get("Content-Range", "").rpartition("/")[2]
    return total.isdecimal() and int(total) <= length
