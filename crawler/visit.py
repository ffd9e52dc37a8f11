"""One visit to a page, one look at an image: the network's failures become values here, once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crawler import urls
from crawler.believe import believe
from crawler.config import Fetch
from crawler.errors import FetchError
from crawler.extract import claims
from crawler.images import image_size
from crawler.judge import Evidence, examine, weigh
from crawler.model import Failure, ImageSize, Metadata, Page
from crawler.state.rows import Probe, Visit
from crawler.web.client import Client, Validators
from crawler.web.robots import RobotsText

# Most sizes stand in the first 4 KB; a JPEG with a large preview or colour profile needs more.
_PREFIXES = (4096, 32 * 1024, 256 * 1024)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that may speak for its article; `url` is what was asked for."""

    url: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Same:
    """The server says that nothing changed since our last visit (304)."""

    url: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not asked for: the run was told to stop, or its budget was spent."""

    url: str


Outcome = Seen | Same | Skipped | Failure


@dataclass(frozen=True, slots=True)
class Visited:
    """What a visit gave, what to remember of it, and the bytes of the page.

    Attributes:
        gave: the page with its evidence, to be weighed by each article that wants it; or what came in its place.
        memory: None where the page was never asked for.
    """

    gave: tuple[Seen, Evidence, int] | Same | Failure
    memory: Visit | None
    size: int

    def outcome(self, known_title: str | None) -> Outcome:
        """What it means for an article of that title."""
        if not isinstance(self.gave, tuple):
            return self.gave
        seen, evidence, status = self.gave
        assessment = weigh(evidence, known_title)
        if assessment.keep:
            return seen
        return Failure(urls.redacted(seen.url), assessment.kind, assessment.reason, status)


def client(fetch: Fetch, *, turns: Mapping[str, datetime] | None = None, robots: Iterable[RobotsText] = ()) -> Client:
    """The client that the settings describe; other arguments, and what is raised, as its own."""
    return Client(
        user_agent=fetch.user_agent,
        concurrency=fetch.concurrency,
        per_host=fetch.per_host,
        delay=fetch.delay,
        connect_to=fetch.connect_to,
        ca_file=fetch.ca_file,
        allow_addresses=fetch.allow_addresses,
        ignore_robots=fetch.ignore_robots,
        retries=fetch.retries,
        turns=turns,
        robots=robots,
    )


async def visit(
    client: Client, url: str, known_title: str | None, prior: Visit | None, *, conditional: bool, now: datetime
) -> Visited:
    """Ask for a page and judge whether it may speak.

    Args:
        known_title: the title that the record has.
        prior: what is remembered of the last visit.
        conditional: whether "not modified" would do.
        now: the time to remember where no answer brings its own.
    """
    known = prior if conditional else None
    try:
        page = await client.get(url, validators=_validators(known) if known else None)
    except FetchError as error:
        failure = Failure(urls.redacted(url), error.kind, error.why)
        # A host that rests was not asked: its pages are as due as they were.
        return Visited(failure, None if error.kind == "resting" else _failed(failure, prior, url, now), 0)
    at = page.fetched_at
    if page.status == 304 and known:
        memory = replace(known, at=at, status=304, kind="not-modified", why=None, failures=0, last_success=at)
        return Visited(Same(url), memory, 0)
    metadata = believe(claims(page.body, page.final_url, content_type=page.headers.get("content-type")), page.final_url)
    evidence = examine(
        status=page.status,
        url=url,
        final_url=page.final_url,
        title=metadata.title,
        excerpt=metadata.excerpt,
        html=page.body,
        headers=page.headers,
    )
    assessment = weigh(evidence, known_title)
    refusal = Failure(urls.redacted(url), assessment.kind, assessment.reason, page.status)
    memory = _succeeded(page, url) if assessment.keep else _failed(refusal, prior, url, at)
    return Visited((Seen(url, metadata), evidence, page.status), memory, len(page.body))


def _validators(memory: Visit) -> Validators:
    return Validators(memory.final_url or memory.url, memory.etag, memory.last_modified)


def _failed(failure: Failure, prior: Visit | None, url: str, at: datetime) -> Visit:
    return Visit(
        url=urls.canonical(url),
        host=urls.registrable_host(url),
        at=at,
        kind=failure.kind,
        status=failure.status,
        why=failure.why,
        final_url=prior.final_url if prior else None,
        # Kept through a failure: what they stood for is still what the article was judged by.
        etag=prior.etag if prior else None,
        last_modified=prior.last_modified if prior else None,
        failures=prior.failures + 1 if prior else 1,
        last_success=prior.last_success if prior else None,
    )


def _succeeded(page: Page, url: str) -> Visit:
    return Visit(
        url=urls.canonical(url),
        host=urls.registrable_host(url),
        at=page.fetched_at,
        kind="ok",
        status=page.status,
        final_url=page.final_url,
        etag=page.etag,
        last_modified=page.last_modified,
        last_success=page.fetched_at,
    )


async def look(client: Client, url: str, prior: Probe | None) -> tuple[ImageSize | Failure, Probe | None]:
    """The true size of an image from its first bytes, and what to remember of it.

    An image that cannot be seen is a Failure, and nothing is remembered.
    """
    validators = Validators(url, prior.etag, prior.last_modified) if prior else None
    for first_bytes in _PREFIXES:
        try:
            page = await client.get(url, validators=validators, first_bytes=first_bytes, accept="image/*,*/*;q=0.5")
        except FetchError as error:
            return Failure(urls.redacted(url), error.kind, error.why), None
        if page.status == 304 and prior and prior.width and prior.height:
            return ImageSize(prior.width, prior.height, prior.format or "image"), prior
        if page.status not in (200, 206):
            return Failure(urls.redacted(url), "image-gone", f"status {page.status}", page.status), None
        if size := image_size(page.body):
            memory = Probe(
                url, page.fetched_at, page.etag, page.last_modified, size.width, size.height, size.format, None
            )
            return size, memory
        if page.complete:
            break
    what = page.headers.get("content-type") or "no content type"
    return Failure(urls.redacted(url), "image-unreadable", f"no size can be read from it ({what})", page.status), None
