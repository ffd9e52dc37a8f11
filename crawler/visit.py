"""One visit to a page, one look at an image: the network's failures become values here, once."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from crawler import urls
from crawler.believe import believe
from crawler.believe.shared import Heard
from crawler.errors import FetchError
from crawler.extract import FIELDS, claims, lacking
from crawler.images import image_size, is_cut_off, thumbnail
from crawler.judge import Evidence, examine, weigh
from crawler.merge import Picture
from crawler.model import Assessment, Failure, ImageSize, Metadata, Page
from crawler.state.rows import Probe, Visit
from crawler.web.client import Client, Validators
from crawler.web.robots import says_noindex

# Most sizes stand in the first 4 KB; of 79 JPEGs from the web 48 are told by then, 77 by 64 KB.
_PREFIXES = (4096, 64 * 1024, 256 * 1024)
# Metadata stands in the head, and what the head's titles mean in the first heading.
_HEADING = (b"</head", b"</h1")


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that may speak for its article; `url` is what was asked for, `asides` are for `--verbose`."""

    url: str
    metadata: Metadata
    asides: tuple[str, ...] = ()


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
        weighed: what it means for an article of that title.
    """

    gave: tuple[Seen, Evidence, int] | Same | Failure
    memory: Visit | None
    size: int
    weighed: tuple[str | None, Assessment] | None = None

    def outcome(self, known_title: str | None) -> Outcome:
        """What it means for an article of that title."""
        if not isinstance(self.gave, tuple):
            return self.gave
        seen, evidence, status = self.gave
        known = self.weighed is not None and self.weighed[0] == known_title
        assessment = self.weighed[1] if self.weighed and known else weigh(evidence, known_title)
        if assessment.keep:
            return seen
        return Failure(urls.redacted(seen.url), assessment.kind, assessment.reason, status)


async def visit(
    client: Client,
    url: str,
    known_title: str | None,
    prior: Visit | None,
    *,
    heard: Heard,
    wanted: frozenset[str] = FIELDS,
    conditional: bool,
    now: datetime,
) -> Visited:
    """Ask for a page and judge whether it may speak.

    Args:
        known_title: the title that the record has.
        prior: what is remembered of the last visit.
        heard: what the run has learned of the hosts; it learns from this page too.
        wanted: the fields for whose sake more than the beginning of the page is read.
        conditional: whether "not modified" would do.
        now: the time to remember where no answer brings its own.
    """
    known = prior if conditional else None
    try:
        page = await client.get(url, validators=_validators(known) if known else None, until=_HEADING)
    except FetchError as error:
        failure = Failure(urls.redacted(url), error.kind, error.why)
        # A host that rests was not asked: its pages are as due as they were.
        return Visited(failure, None if error.kind == "resting" else failed(failure, prior, url, now), 0)
    at = page.fetched_at
    if page.status == 304 and known:
        memory = known._replace(
            at=at, status=304, kind="not-modified", why=None, failures=0, failing_since=None, last_success=at
        )
        return Visited(Same(url), memory, 0)
    try:
        page, metadata = _read(client, page, heard, wanted)
    except FetchError as error:
        failure = Failure(urls.redacted(url), error.kind, error.why)
        return Visited(failure, failed(failure, prior, url, at), 0)
    evidence = examine(
        status=page.status,
        url=url,
        final_url=page.final_url,
        title=metadata.title,
        excerpt=metadata.excerpt,
        html=page.body,
        headers=page.headers,
        cut=bool(page.raw),
    )
    assessment = weigh(evidence, known_title)
    refusal = Failure(urls.redacted(url), assessment.kind, assessment.reason, page.status)
    memory = _succeeded(page, url) if assessment.keep else failed(refusal, prior, url, at)
    gave = (Seen(url, metadata, _asides(page)), evidence, page.status)
    return Visited(gave, memory, len(page.body), (known_title, assessment))


def _asides(page: Page) -> tuple[str, ...]:
    asides = []
    if says_noindex(page.headers.get("x-robots-tag", ""), page.body):
        asides.append(
            f"{urls.redacted(page.url)}: asks not to be listed (noindex); a record may follow it all the same"
        )
    if page.url.startswith("https:") and page.final_url.startswith("http:"):
        asides.append(f"{urls.redacted(page.url)}: leads from https to {urls.redacted(page.final_url)}")
    return tuple(asides)


def _read(client: Client, page: Page, heard: Heard, wanted: frozenset[str]) -> tuple[Page, Metadata]:
    """What a page says, and as much of the page as it took to hear it."""
    while True:
        said = claims(page.body, page.final_url, content_type=page.headers.get("content-type"), wanted=wanted)
        if not (page.raw and lacking(said, wanted)):
            metadata = believe(said, page.final_url, heard.learn(said, page.final_url))
            if not (page.raw and _leaves_open(metadata)):
                return page, metadata
        page = client.whole(page)


def _leaves_open(metadata: Metadata) -> bool:
    """Whether what is wanted was refused or is cut short, so that the rest of the page may have better."""
    told = (metadata.title, metadata.excerpt, metadata.image)
    return not all(told) or (metadata.excerpt or "").endswith(("...", "…"))


def _validators(memory: Visit) -> Validators:
    return Validators(memory.final_url or memory.url, memory.etag, memory.last_modified)


def failed(failure: Failure, prior: Visit | None, url: str, at: datetime) -> Visit:
    """What is to be remembered of a visit that failed at a time."""
    again = prior if prior and prior.failures and prior.status == failure.status else None
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
        failures=again.failures + 1 if again else 1,
        failing_since=again.failing_since if again else at,
        last_success=prior.last_success if prior else None,
    )


def _succeeded(page: Page, url: str) -> Visit:
    return Visit(
        url=urls.canonical(url),
        host=urls.registrable_host(url),
        at=page.fetched_at,
        kind="ok",
        status=page.status,
        final_url=None if page.final_url == url else page.final_url,
        etag=page.etag,
        last_modified=page.last_modified,
        last_success=page.fetched_at,
    )


async def look(
    client: Client, url: str, prior: Probe | None, *, thumbnails: bool = False
) -> tuple[Picture | Failure, Probe | None]:
    """The true size of an image from its first bytes, and what to remember of it.

    An image that cannot be seen is a Failure, and nothing is remembered.

    Args:
        thumbnails: whether a small picture of it is remembered, too; for that all of it is read.
    """
    is_known = prior and (prior.thumbnail or not thumbnails)
    validators = Validators(url, prior.etag, prior.last_modified) if prior and is_known else None
    for first_bytes in _PREFIXES:
        try:
            page = await client.get(url, validators=validators, first_bytes=first_bytes, accept="image/*,*/*;q=0.5")
        except FetchError as error:
            return Failure(urls.redacted(url), error.kind, error.why), None
        if page.status == 304 and prior and (known := remembered(prior)):
            return known, prior._replace(at=page.fetched_at)
        if page.status not in (200, 206):
            return Failure(urls.redacted(url), "image-gone", f"status {page.status}", page.status), None
        total = _length(page)
        if total is not None and is_cut_off(page.body, total):
            return _unreadable(url, page, "it is cut off"), None
        if size := image_size(page.body):
            picture = Picture(size, _digest(page.body, total))
            probe = _probe(url, page, picture)
            return picture, probe._replace(thumbnail=await _thumbnail(client, url, page)) if thumbnails else probe
        if page.complete:
            break
    where = "it" if page.complete else f"its first {len(page.body) // 1024} KB"
    return _unreadable(url, page, f"no size can be read from {where}"), None


async def _thumbnail(client: Client, url: str, page: Page) -> bytes | None:
    """A small picture of an image that was seen; None where none can be had, which is no failure."""
    if not page.complete:
        try:
            page = await client.get(url, first_bytes=thumbnail.MOST_BYTES, accept="image/*,*/*;q=0.5")
        except FetchError:
            return None
    return await asyncio.to_thread(thumbnail.thumbnail, page.body) if page.complete else None


def remembered(probe: Probe) -> Picture | None:
    """The picture as it was when it was last looked at."""
    if not probe.width or not probe.height:
        return None
    return Picture(ImageSize(probe.width, probe.height, probe.format or "image"), probe.digest)


def _probe(url: str, page: Page, picture: Picture) -> Probe:
    size = picture.size
    return Probe(
        url, page.fetched_at, page.etag, page.last_modified, size.width, size.height, size.format, picture.digest
    )


def _unreadable(url: str, page: Page, why: str) -> Failure:
    what = page.headers.get("content-type") or "no content type"
    return Failure(urls.redacted(url), "image-unreadable", f"{why} ({what})", page.status)


def _length(page: Page) -> int | None:
    """Bytes of the whole file, by the server's word where only its beginning was read (RFC 9110 §8.6, §14.4)."""
    if page.complete:
        return len(page.body)
    ranged = page.status == 206
    told = (
        page.headers.get("content-range", "").rpartition("/")[2] if ranged else page.headers.get("content-length", "")
    )
    plain = page.headers.get("content-encoding", "identity") == "identity"
    return int(told) if plain and re.fullmatch("[0-9]{1,15}", told) else None


def _digest(start: bytes, total: int | None) -> str | None:
    """Equal for equal files: length and beginning, up to where the pixels are. None where the length is not known.

    Two pictures of one length that begin with the same pixels are one, but for bitmaps: nothing is squeezed in those.
    """
    if total is None or start.startswith((b"BM", b"II", b"MM")):
        return None
    return f"{total}:{len(start)}:{hashlib.sha256(start).hexdigest()}"
