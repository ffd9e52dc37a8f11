"""Who visits: this process, or several (`crawler.workers`). To the rest of a run both are the same."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from crawler.believe.shared import Heard
from crawler.config import Fetch
from crawler.errors import MetafreshError
from crawler.merge import Picture
from crawler.model import Failure
from crawler.state.rows import Probe, Visit
from crawler.visit import Visited, look, visit
from crawler.web.breaker import Trouble
from crawler.web.client import Client, Elsewhere
from crawler.web.pace import Gate
from crawler.web.permission import Recall
from crawler.web.robots import RobotsText


class News(NamedTuple):
    """What was learnt of the servers since this was last asked, to be remembered for another run.

    Attributes:
        robots: new robots.txt answers.
        turns: when each host that must not be asked yet may be asked again.
        troubles: the hosts that are left alone because they failed again and again, and those that are well again.
    """

    robots: Sequence[RobotsText] = ()
    turns: Mapping[str, datetime] = {}
    troubles: Mapping[str, Trouble] = {}


class Start(NamedTuple):
    """What a visitor begins with: settings, the fields that are wanted of a page, and an earlier run's `News`.

    Attributes:
        thumbnails: whether they are made of images.
    """

    fetch: Fetch
    wanted: frozenset[str]
    turns: Mapping[str, datetime] = {}
    troubles: Mapping[str, Trouble] = {}
    thumbnails: bool = False


class Visitor(Protocol):
    """Visits pages and looks at images, politely.

    Attributes:
        lost: done when it can visit no more, with the reason.
    """

    lost: asyncio.Future[MetafreshError]

    async def visit(
        self, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool
    ) -> Visited | None:
        """A visit to a page, as `crawler.visit.visit`; None where another run will make it."""

    async def look(self, url: str, prior: Probe | None) -> tuple[Picture | Failure, Probe | None] | None:
        """A look at an image, as `crawler.visit.look`; None where another run will have it."""

    def ready(self, host: str) -> float:
        """When a registrable host may be asked next, by the event loop's clock; what is past is now."""

    async def news(self) -> News:
        """What is to be remembered."""


@dataclass(slots=True)
class Alone:
    """Visits from within this process."""

    client: Client
    wanted: frozenset[str]
    thumbnails: bool = False
    heard: Heard = field(default_factory=Heard)
    lost: asyncio.Future[MetafreshError] = field(default_factory=asyncio.Future)

    async def visit(self, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool) -> Visited:
        return await visit(
            self.client,
            url,
            known_title,
            prior,
            heard=self.heard,
            wanted=self.wanted,
            conditional=conditional,
            now=datetime.now(UTC),
        )

    async def look(self, url: str, prior: Probe | None) -> tuple[Picture | Failure, Probe | None]:
        return await look(self.client, url, prior, thumbnails=self.thumbnails)

    def ready(self, host: str) -> float:
        return self.client.ready(host)

    async def news(self) -> News:
        return News(self.client.robots(), self.client.turns(), dict(self.client.troubles()))


@contextlib.asynccontextmanager
async def alone(start: Start, recall: Recall | None, elsewhere: Elsewhere | None = None) -> AsyncIterator[Alone]:
    """A visitor in this process.

    Args:
        recall: gives the robots.txt that an origin answered with before, where it is fresh enough to be used.
        elsewhere: asks the hosts that another process speaks to.

    Raises:
        ConfigError: a rule, network or certificate file cannot be used.
    """
    asking = client(start.fetch, turns=start.turns, troubles=start.troubles, recall=recall, elsewhere=elsewhere)
    async with asking:
        yield Alone(asking, start.wanted, start.thumbnails)


def client(
    fetch: Fetch,
    *,
    turns: Mapping[str, datetime] | None = None,
    troubles: Mapping[str, Trouble] | None = None,
    recall: Recall | None = None,
    elsewhere: Elsewhere | None = None,
    gate: Gate | None = None,
) -> Client:
    """The client that the settings describe; other arguments, and what is raised, as its own."""
    return Client(
        user_agent=fetch.user_agent,
        concurrency=fetch.concurrency,
        per_host=fetch.per_host,
        delay=fetch.delay,
        jitter=fetch.jitter,
        connect_to=fetch.connect_to,
        proxy=fetch.proxy,
        ca_file=fetch.ca_file,
        allow_addresses=fetch.allow_addresses,
        ignore_robots=fetch.ignore_robots,
        retries=fetch.retries,
        turns=turns,
        troubles=troubles,
        recall=recall,
        elsewhere=elsewhere,
        gate=gate,
    )
