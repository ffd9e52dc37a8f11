"""May we ask? What each origin's robots.txt says, fetched once and kept."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeAlias

from crawler import urls
from crawler.errors import FetchError, Forbidden, Unreachable
from crawler.web.exchange import Answer
from crawler.web.inflate import beginning
from crawler.web.pace import Pace
from crawler.web.robots import MAX_BYTES, MAX_REDIRECTS, RobotsText, Rules, gist, rules

Recall: TypeAlias = Callable[[str], Awaitable[RobotsText | None]]

# Whose rules are in memory; a run may ask a million.
_MOST_ORIGINS = 2048


class Permission:
    """The robots.txt of the origins that were asked last."""

    def __init__(
        self, ask: Callable[[str], Awaitable[Answer]], pace: Pace, recall: Recall | None, longest: float
    ) -> None:
        """Nothing known yet.

        Args:
            ask: asks for a URL, redirects are answers like others.
            recall: gives the answer that an origin gave before, where it is fresh enough to be used.
            longest: seconds that redirects may take.
        """
        self._ask, self._pace, self._recall, self._longest = ask, pace, recall, longest
        self._rules: dict[str, asyncio.Task[Rules | FetchError]] = {}
        self._new: list[RobotsText] = []
        # How long each file took that nobody has been told of.
        self._seconds: dict[str, float] = {}

    async def check(self, url: str) -> float:
        """Return if we may ask for a URL, and slow down where its origin wants it.

        Returns:
            How many seconds it took to fetch the robots.txt; 0 where it was known.

        Raises:
            Forbidden: its robots.txt disallows it, or the server fails to give it.
            FetchError: nobody answers for its robots.txt, so nobody would for the page.
        """
        asked = await self._rules_of(_origin(url))
        if isinstance(asked, FetchError):
            raise type(asked)(urls.redacted(url), f"{asked.why} (asked for its robots.txt)", kind=asked.kind)
        if asked.delay:
            self._pace.slow(urls.registrable_host(url), asked.delay)
        if not asked.allows(urls.canonical(url)):
            raise Forbidden(urls.redacted(url), asked.refusal or "its robots.txt disallows it", kind="robots")
        return self._seconds.pop(_origin(url), 0.0)

    def news(self) -> list[RobotsText]:
        """The answers since this was last asked, those of servers that were not well left out."""
        new, self._new = self._new, []
        return new

    def close(self) -> None:
        """Stop what is under way."""
        for task in self._rules.values():
            task.cancel()

    async def _rules_of(self, origin: str) -> Rules | FetchError:
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._learn(origin))
            if len(self._rules) > _MOST_ORIGINS and self._rules[oldest := next(iter(self._rules))].done():
                del self._rules[oldest]
        task = self._rules[origin]
        # Shielded: the first asker may be told to stop while others still wait for the same file.
        return task.result() if task.done() else await asyncio.shield(task)

    async def _learn(self, origin: str) -> Rules | FetchError:
        known = await self._recall(origin) if self._recall else None
        try:
            answer = known or await self._fetch(origin)
        except FetchError as error:
            return error
        if known is None and answer.status < 500:
            self._new.append(answer)
        return rules(answer)

    async def _fetch(self, origin: str) -> RobotsText:
        current = f"{origin}/robots.txt"
        for _ in range(1 + MAX_REDIRECTS):
            answer = await self._ask(current)
            self._seconds[origin] = self._seconds.get(origin, 0.0) + answer.seconds
            onward = answer.onward(current)
            if onward is None:
                return RobotsText(origin, answer.at, answer.status, _text(answer, current))
            if self._seconds[origin] > self._longest:
                raise Unreachable(urls.redacted(current), "its redirects take too long", kind="timeout")
            current = onward
        # RFC 9309 §2.3.1.2: too many redirects may be taken for "there is none".
        return RobotsText(origin, datetime.now(UTC), HTTPStatus.NOT_FOUND, "")


def _text(answer: Answer, url: str) -> str:
    if not 200 <= answer.status < 300:
        return ""
    # Servers compress it all the same, whatever they were asked for.
    encoding = answer.headers.get("content-encoding")
    body = beginning(answer.raw, encoding, MAX_BYTES, url) if answer.raw else b""
    return gist(body.decode(errors="replace"))


def _origin(url: str) -> str:
    address = urls.canonical(url)
    return address[: address.index("/", len("https://"))]
