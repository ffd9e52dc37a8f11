"""Pings to a service that watches over cron jobs, by the convention of healthchecks.io.

The address is the operator's own, from the settings, and often on loopback or an intranet: the guard for addresses that
come from the web does not stand here, and neither does robots.txt. Who knows it can ping it, so it is never told.

Source: https://healthchecks.io/docs/http_api/
"""

import asyncio
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import aiohttp
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential
from yarl import URL

from crawler.errors import Unreachable
from crawler.web.failures import FAILURES, unreachable
from crawler.web.tls import trusting

_TRIES = 3
_EACH, _ALL = timedelta(seconds=10), timedelta(seconds=20)
_FIRST_PAUSE = 0.5


class Event(StrEnum):
    """What a ping says, as it stands at the end of the path; a log entry says neither good nor bad."""

    START = "start"
    SUCCESS = ""
    FAIL = "fail"
    LOG = "log"


async def ping(address: str, event: Event, rid: UUID, body: str, *, user_agent: str, ca_file: Path | None) -> None:
    """Tell a service of an event; an answer that is no success, or none, is tried a little.

    Args:
        rid: the same for all that is told of one run, so that the service can tell how long it took.
        body: what a person reads there.

    Raises:
        Unreachable: it was not heard.
        ConfigError: the certificates cannot be used.
    """
    timeout = aiohttp.ClientTimeout(_EACH.total_seconds())
    connector = aiohttp.TCPConnector(ssl=trusting(ca_file), resolver=aiohttp.ThreadedResolver())
    headers = {"User-Agent": user_agent}
    trying = AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, Unreachable) and error.retryable),
        stop=stop_after_attempt(_TRIES),
        wait=wait_random_exponential(_FIRST_PAUSE),
        reraise=True,
    )
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers=headers) as session:
        try:
            async with asyncio.timeout(_ALL.total_seconds()):
                await trying(_once, session, _target(address, event, rid), body)
        except TimeoutError as error:
            raise unreachable(error, address, silence="no answer in time") from error


async def _once(session: aiohttp.ClientSession, url: URL, body: str) -> None:
    try:
        async with session.post(url, data=body.encode()) as response:
            if not response.ok:
                passes = response.status >= 500 or response.status == 429
                raise Unreachable(str(url), f"status {response.status}", kind="status", retryable=passes)
    except FAILURES as error:
        raise unreachable(error, str(url), silence="no answer in time") from error


def _target(address: str, event: Event, rid: UUID) -> URL:
    base = URL(address)
    path = base / event if event else base
    return path.with_query(base.query).update_query(rid=str(rid))
