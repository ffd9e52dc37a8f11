"""The nouns, in the order in which a record meets them. Frozen, with no behaviour but what their own fields give."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

PLAIN_FIELDS = ("title", "excerpt", "image", "published", "modified", "site_name", "lang", "canonical", "amphtml")


class Role(StrEnum):
    """What a URL is to its article; the order is the order of trust."""

    ORIGINAL = "original"
    WEB = "web"
    AMP = "amp"
    AMP_CACHE = "amp_cache"


@dataclass(frozen=True, slots=True)
class Schema:
    """Which keys mean what in a kind of record; the defaults are the seed's (config/schemas/article.yaml).

    `by_hand` maps one of our keys to keys that stand in for it: where one of those is present, ours is not added.
    """

    title: str = "title"
    excerpt: str = "excerpt"
    published: str = "publishedDateTime"
    original_url: str = "originalUrl"
    web_url: str = "webUrl"
    amp_url: str = "ampWebUrl"
    amp_cache_url: str = "cdnAmpWebUrl"
    images: str = "images"
    image_url: str = "url"
    image_width: str = "width"
    image_height: str = "height"
    image_cached: str = "isCached"
    related: str = "related"
    by_hand: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"title": ("name",)})


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as a record or a page names it: `url` absolute on a page, as written in a record; sizes in pixels.

    `cached` is the record's own mark that it keeps a copy; None on a page, and where a record does not say.
    """

    url: str
    width: int | None = None
    height: int | None = None
    cached: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One URL to visit for an article: absolute, http or https, as the record has it."""

    role: Role
    url: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a record, as the record tells it.

    Attributes:
        pointer: RFC 6901 pointer of its mapping within the record; "" is the whole.
        title, excerpt, published: as written, be it a number; None where the key is missing or its value is null.
        images: those entries of its images that are mappings with a URL, each with its index in the list.
        keys: every key of the mapping, in file order.
        opaque: those whose value is there in a shape that we do not read (an alias, a list for a title), or may come
            from a YAML merge; they are the owner's.
        pinned: fields that its owner keeps by hand, `metafresh: {pin: [title]}`.
    """

    pointer: str
    title: str | None
    excerpt: str | None
    published: str | None
    images: tuple[tuple[int, Image], ...]
    targets: tuple[Target, ...]
    keys: tuple[str, ...]
    opaque: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """A file with one article and, under `related`, more of them."""

    path: str
    document: bytes = field(repr=False)
    articles: tuple[Article, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the document, in hex."""
        return hashlib.sha256(self.document).hexdigest()


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer on the way to a page that sent us elsewhere."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Page:
    """What one GET gave, be it HTML or the first bytes of an image.

    Attributes:
        url: what was asked for; `final_url` is where the redirects ended.
        headers: names in lower case; of a repeated header the first.
        body: inflated, undecoded; empty for 304.
        complete: False where more bytes exist than were asked for.
        raw: the body as it came, where only its beginning was inflated; else empty.
        seconds: from the first request to the last byte, waiting for our turn not counted.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    hops: tuple[Hop, ...]
    fetched_at: datetime
    seconds: float
    complete: bool = True
    raw: bytes = field(default=b"", repr=False)

    @property
    def etag(self) -> str | None:
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        return self.headers.get("last-modified")


@dataclass(frozen=True, slots=True)
class Failure:
    """A visit that gave nothing to judge, or a page that was refused; `kind` is a stable word, `why` one plain line."""

    url: str
    kind: str
    why: str
    status: int | None = None


class Candidate(NamedTuple):
    """One claim of a page about one field, with its evidence. A tuple, because a crawl makes dozens a page.

    Attributes:
        field: title, excerpt, image, published, modified, author, site_name, lang, canonical, amphtml; oembed is noted
            only.
        value: cleaned text, absolute URL or ISO 8601 date; never empty.
        tag: the evidence, as a person would find it: `meta[property="og:title"]`, `ld+json headline`.
        url: the page that claims it.
        width, height: what the page declares of an image, in pixels.
        trust: 0 to 1, set by the judge.
        because: why it won or lost, set by the judge.
    """

    field: str
    value: str
    tag: str
    url: str
    width: int | None = None
    height: int | None = None
    trust: float = 0.0
    because: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article: per field the believed value, and every candidate.

    A field that no claim supports is None, or an empty tuple. Dates are ISO 8601 strings as exact as the page was.
    """

    url: str
    title: str | None = None
    excerpt: str | None = None
    image: str | None = None
    images: tuple[Image, ...] = ()
    published: str | None = None
    modified: str | None = None
    authors: tuple[str, ...] = ()
    site_name: str | None = None
    lang: str | None = None
    canonical: str | None = None
    amphtml: str | None = None
    candidates: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict, repr=False)

    def to_dict(self) -> dict[str, Json]:
        """The same names, ready for JSON."""
        plain: dict[str, Json] = {
            name: getattr(self, name)
            for name in (
                "url",
                "title",
                "excerpt",
                "image",
                "published",
                "modified",
                "site_name",
                "lang",
                "canonical",
                "amphtml",
            )
        }
        plain["images"] = [{"url": i.url, "width": i.width, "height": i.height} for i in self.images]
        plain["authors"] = list(self.authors)
        plain["candidates"] = {
            name: [
                {
                    "value": c.value,
                    "tag": c.tag,
                    "url": c.url,
                    "width": c.width,
                    "height": c.height,
                    "trust": c.trust,
                    "because": c.because,
                }
                for c in found
            ]
            for name, found in self.candidates.items()
        }
        return plain


@dataclass(frozen=True, slots=True)
class ImageSize:
    """Width and height in pixels as displayed, and the format in lower case: jpeg, png, gif, webp, ..."""

    width: int
    height: int
    format: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a page is the article: `keep`, a stable `kind` (article, challenge, status, ...), one plain line."""

    keep: bool
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one article: what the record says, what it should say, and why.

    Attributes:
        pointer: RFC 6901 pointer of the value in the record, `/related/3/images/0/width`.
        field: the tracked field it belongs to: title, excerpt, images, published, amp.
        before, after: plain values; None is "not there".
        source: the URL that says so; `evidence` is the tag in it.
    """

    pointer: str
    field: str
    before: Json
    after: Json
    source: str
    evidence: str
    reason: str


@dataclass(frozen=True, slots=True)
class Splice:
    """Bytes of a document that were replaced: `before` at byte `offset` of the old document became `after`."""

    offset: int
    before: bytes
    after: bytes
