"""What in an article should change, given what its witnesses say. Pure.

The rules
- A witness is a page that the judge let speak; they come in the order of trust, and of each field the first one that
  has it is heard. Nothing found never overwrites something.
- Values are equal when a reader could not tell them apart: white space, Unicode composition, zero-width characters and
  entities that were encoded once too often do not count, so they never cause a write.
- An image is changed only when its first bytes were seen: a picture that is gone, or is no picture, changes nothing.
  The sizes that pages declare are not believed; where they are wrong, the reason says so.
- The same picture at another address is no change while the old address works: publishers rename their CDN hosts and
  queries all the time.
- An AMP address follows the page only to an AMP page that points back, and goes only where the server said that it is
  gone for good and the page names it no more.
- What its owner pinned stays.
- `mode` "refresh" follows the witnesses, "fill" touches only what is missing. In "stand" what the article has stands
  against its witnesses too, because a more trusted page says "not modified"; a picture's own size is no witness's word.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Literal

from crawler import urls
from crawler.model import Article, Candidate, Change, Image, ImageSize, Json, Metadata, Role, Schema

Mode = Literal["refresh", "fill", "stand"]
AmpRule = Literal["report", "update", "remove"]

_TRUE_SIZE = "its true size"
MOVED = "the same picture at a new address; the old one is gone"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Picture:
    """What was seen of an image.

    Attributes:
        size: its true one.
        digest: equal for two addresses of the same file; None where that cannot be told.
        gone: whether its address is dead, and this is what is remembered of it.
    """

    size: ImageSize
    digest: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class AmpPages:
    """What was learnt of AMP pages, by canonical URL.

    Attributes:
        paired: those whose canonical link points to the article.
        dead: those that the server says are gone (404, 410).
    """

    paired: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()


def changes(
    article: Article,
    witnesses: Sequence[Metadata],
    pictures: Mapping[str, Picture],
    *,
    schema: Schema,
    fields: Iterable[str],
    mode: Mode,
    amp: AmpPages = AmpPages(),
    amp_rule: AmpRule = "report",
) -> tuple[Change, ...]:
    """Every change that the witnesses call for, in the order in which the fields stand in `fields`.

    Args:
        witnesses: in the order of trust; none means no change, but for sizes of the images that the article has.
        pictures: by canonical URL, of `images_wanted`; one that is not there could not be seen.
        fields: some of title, excerpt, images, published, amp.
        amp_rule: "report" leaves AMP addresses alone, unless amp is among the fields; "update" lets those that the
            article has follow the page; "remove" also drops those that are dead.
    """
    tellers = {
        "title": lambda: _text(article, article.title, schema.title, "title", witnesses, schema),
        "excerpt": lambda: _text(article, article.excerpt, schema.excerpt, "excerpt", witnesses, schema),
        "published": lambda: _published(article, witnesses, schema),
        "amp": lambda: _amp(article, witnesses, amp, schema),
        "images": lambda: _images(article, witnesses, pictures, schema, mode),
    }
    found = [change for field in dict.fromkeys(fields) for change in tellers[field]()]
    if amp_rule != "report":
        found += [change for change in _amp(article, witnesses, amp, schema) if change.before and change not in found]
    if amp_rule == "remove":
        found += _amp_gone(article, witnesses, amp, schema, {change.pointer for change in found})
    return tuple(change for change in found if change.field not in article.pinned and _is_allowed(change, mode))


def _is_allowed(change: Change, mode: Mode) -> bool:
    own_size = mode == "stand" and change.reason.startswith(_TRUE_SIZE)
    return mode == "refresh" or own_size or _is_missing(change.before)


def images_wanted(article: Article, witnesses: Sequence[Metadata]) -> tuple[str, ...]:
    """Canonical URLs of the images that decide: the page's own first, then those that the article has."""
    believed = _believed(witnesses, "image")
    own = [image.url for _, image in article.images]
    wanted = [believed[0], *own] if believed else own
    return tuple(dict.fromkeys(urls.canonical(url) for url in wanted if urls.split(url)))


def image_replaced(article: Article, witnesses: Sequence[Metadata], mode: Mode) -> str | None:
    """Canonical URL of the article's image that gives way to the page's own, unless both are the same picture."""
    believed = _believed(witnesses, "image")
    index = _place_of(believed[0], article, mode) if believed else None
    return None if index is None else urls.canonical(dict(article.images)[index].url)


def same_picture_elsewhere(
    article: Article, witnesses: Sequence[Metadata], pictures: Mapping[str, Picture], mode: Mode
) -> str | None:
    """Where the page has the picture that the article has at another address that works; None where it has not."""
    believed, old = _believed(witnesses, "image"), image_replaced(article, witnesses, mode)
    if believed is None or old is None:
        return None
    ours, theirs = pictures.get(old), pictures.get(urls.canonical(believed[0]))
    return believed[0] if ours and theirs and not ours.gone and _same(ours, theirs) else None


def _same(one: Picture, other: Picture) -> bool:
    return one.digest is not None and (one.digest, one.size) == (other.digest, other.size)


def _is_missing(before: Json) -> bool:
    """Whether there was nothing to lose: no value, an empty one, a size of 0."""
    return before is None or before == "" or (before == 0 and before is not False)


def same_text(one: str, other: str) -> bool:
    """Whether a reader could not tell the two apart."""
    return _seen(one) == _seen(other)


def _seen(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", unescape(unescape(text)))).split())


def _believed(witnesses: Sequence[Metadata], field: str) -> tuple[str, Candidate] | None:
    """The value of the first witness that has the field, and the candidate behind it."""
    for witness in witnesses:
        value = getattr(witness, field)
        if value:
            return value, witness.candidates[field][0]
    return None


def _text(
    article: Article, before: str | None, key: str, field: str, witnesses: Sequence[Metadata], schema: Schema
) -> Iterator[Change]:
    believed = _believed(witnesses, field)
    if believed is None or _kept_by_hand(article, key, schema):
        return
    value, claim = believed
    # Equal to the claim as it stands, site name and all: the page has not changed, we only read it more strictly.
    if before is None or not (same_text(before, value) or same_text(before, claim.value)):
        yield _change(article, key, field, before, value, claim, claim.because or "the page says so")


def _published(article: Article, witnesses: Sequence[Metadata], schema: Schema) -> Iterator[Change]:
    believed = _believed(witnesses, "published")
    if believed is None or _kept_by_hand(article, schema.published, schema):
        return
    value, claim = believed
    after = _moment(value)
    if after and (article.published is None or _moment(article.published) != after):
        # A date without a time of day says nothing against a time on that day.
        if article.published and len(value) == len("2024-01-31") and article.published.startswith(value):
            return
        yield _change(article, schema.published, "published", article.published, after, claim, "the page says so")


def _amp(article: Article, witnesses: Sequence[Metadata], amp: AmpPages, schema: Schema) -> Iterator[Change]:
    believed = _believed(witnesses, "amphtml")
    if believed is None or urls.canonical(believed[0]) not in amp.paired:
        return
    value, claim = believed
    known = {target.role: target.url for target in article.targets}
    for role, after in ((Role.AMP, value), (Role.AMP_CACHE, urls.amp_cache_url(value))):
        key, before = _amp_key(role, schema), known.get(role)
        if before is None and key in article.keys:
            continue  # of a shape that we do not read, or another page's address
        if before is None or urls.canonical(before) != urls.canonical(after):
            yield _change(article, key, "amp", before, after, claim, "the page names its AMP page")


def _amp_gone(
    article: Article, witnesses: Sequence[Metadata], amp: AmpPages, schema: Schema, changed: Collection[str]
) -> Iterator[Change]:
    """Removals of AMP addresses that are dead, and of their copies in the cache, once the page names them no more."""
    named = {urls.canonical(page.amphtml) for page in witnesses if page.amphtml}
    dead = {url: url for url in amp.dead if url not in named}
    # Of a copy the page itself is the evidence: the cache was not asked.
    dead |= {urls.canonical(urls.amp_cache_url(url)): url for url in dead}
    for target in article.targets if witnesses else ():
        gone, key = dead.get(urls.canonical(target.url)), _amp_key(target.role, schema)
        if target.role in (Role.AMP, Role.AMP_CACHE) and gone:
            claim = Candidate("amphtml", target.url, "status 404 or 410", gone)
            if f"{article.pointer}/{key}" not in changed:
                reason = "its AMP page is gone, and the page names it no more"
                yield _change(article, key, "amp", target.url, None, claim, reason)


def _amp_key(role: Role, schema: Schema) -> str:
    return schema.amp_url if role == Role.AMP else schema.amp_cache_url


def _images(
    article: Article, witnesses: Sequence[Metadata], pictures: Mapping[str, Picture], schema: Schema, mode: Mode
) -> Iterator[Change]:
    believed = _believed(witnesses, "image")
    replaced: int | None = None
    if believed and (picture := pictures.get(urls.canonical(believed[0]))):
        url, claim = believed
        if not article.images and not _kept_by_hand(article, schema.images, schema):
            yield _new_images(article, url, picture.size, claim, schema)
        elif not same_picture_elsewhere(article, witnesses, pictures, mode):
            replaced = _place_of(url, article, mode)
    for index, image in article.images:
        if index == replaced and believed:
            yield from _replaced_image(article, index, believed, pictures, schema)
        elif (seen := pictures.get(urls.canonical(image.url))) and not seen.gone:
            declared = believed[1] if believed and urls.canonical(believed[0]) == urls.canonical(image.url) else None
            yield from _resized(article, index, image, seen.size, schema, declared=declared)


def _place_of(url: str, article: Article, mode: Mode) -> int | None:
    """Which image of the article the page's own replaces: its first, unless it is there already, or is no web address.

    A first image without scheme or host is the owner's own file; the page has no say in it.
    """
    if (
        mode != "refresh"
        or not article.images
        or any(urls.canonical(image.url) == urls.canonical(url) for _, image in article.images)
    ):
        return None
    index, first = article.images[0]
    return index if urls.split(first.url) else None


def _new_images(article: Article, url: str, size: ImageSize, claim: Candidate, schema: Schema) -> Change:
    block: Json = [
        {
            schema.image_url: url,
            schema.image_width: size.width,
            schema.image_height: size.height,
            schema.image_cached: False,
        }
    ]
    reason = "the article had no image" + _contradicted(claim, size)
    return _change(article, schema.images, "images", None, block, claim, reason)


def _replaced_image(
    article: Article,
    index: int,
    believed: tuple[str, Candidate],
    pictures: Mapping[str, Picture],
    schema: Schema,
) -> Iterator[Change]:
    url, claim = believed
    image, picture = dict(article.images)[index], pictures[urls.canonical(url)]
    old = pictures.get(urls.canonical(image.url))
    reason = MOVED if old and _same(old, picture) else "the page has another image"
    place = f"{schema.images}/{index}"
    yield _change(article, f"{place}/{schema.image_url}", "images", image.url, url, claim, reason)
    yield from _resized(article, index, image, picture.size, schema, source=url, declared=claim)
    if image.cached:
        reason = "the new image is not cached yet"
        yield _change(article, f"{place}/{schema.image_cached}", "images", image.cached, False, claim, reason)  # noqa: FBT003


def _resized(
    article: Article,
    index: int,
    image: Image,
    size: ImageSize,
    schema: Schema,
    *,
    source: str | None = None,
    declared: Candidate | None = None,
) -> Iterator[Change]:
    claim = Candidate("image", image.url, f"{size.format} header", source or image.url)
    reason = _TRUE_SIZE + (_contradicted(declared, size) if declared else "")
    for key, before, after in (
        (schema.image_width, image.width, size.width),
        (schema.image_height, image.height, size.height),
    ):
        if before != after:
            yield _change(article, f"{schema.images}/{index}/{key}", "images", before, after, claim, reason)


def _contradicted(claim: Candidate, size: ImageSize) -> str:
    """What is to be said where a page declares another size than its image has."""
    if claim.width in (None, size.width) and claim.height in (None, size.height):
        return ""
    declared = " x ".join("?" if side is None else str(side) for side in (claim.width, claim.height))
    return f"; the page declares {declared}, it is {size.width} x {size.height}"


def _kept_by_hand(article: Article, key: str, schema: Schema) -> bool:
    """Whether a value is the owner's: of a shape of their own, or missing because another key stands for it."""
    stands_in = key not in article.keys and any(other in article.keys for other in schema.by_hand.get(key, ()))
    return stands_in or key in article.opaque


def _change(
    article: Article, place: str, field: str, before: Json, after: Json, claim: Candidate, reason: str
) -> Change:
    return Change(f"{article.pointer}/{place}", field, before, after, claim.url, claim.tag, reason)


def _moment(value: str) -> str | None:
    """An ISO 8601 date in the records' house style, `2021-06-17T00:00:00Z`; None if it is none."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
