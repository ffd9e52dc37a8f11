"""What in an article should change, given what its witnesses say. Pure.

The rules
- A witness is a page that the judge let speak; they come in the order of trust, and of each field the first one that
  has it is heard. Nothing found never overwrites something.
- Values are equal when a reader could not tell them apart: white space, Unicode composition, zero-width characters and
  entities that were encoded once too often do not count, so they never cause a write.
- An image is changed only when its first bytes were seen: a picture that is gone, or is no picture, changes nothing.
  The sizes that pages declare are not believed.
- `mode` "refresh" follows the witnesses, "fill" touches only what is missing. In "stand" what the article has stands
  against its witnesses too, because a more trusted page says "not modified"; a picture's own size is no witness's word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Literal

from crawler import urls
from crawler.model import Article, Candidate, Change, Image, ImageSize, Json, Metadata, Role, Schema

Mode = Literal["refresh", "fill", "stand"]

_TRUE_SIZE = "its true size"
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def changes(
    article: Article,
    witnesses: Sequence[Metadata],
    sizes: Mapping[str, ImageSize],
    *,
    schema: Schema,
    fields: Iterable[str],
    mode: Mode,
) -> tuple[Change, ...]:
    """Every change that the witnesses call for, in the order in which the fields stand in `fields`.

    Args:
        witnesses: in the order of trust; none means no change, but for sizes of the images that the article has.
        sizes: true sizes by canonical image URL, of `images_wanted`; one that is not there could not be seen.
        fields: some of title, excerpt, images, published, amp.
    """
    tellers = {
        "title": lambda: _text(article, article.title, schema.title, "title", witnesses, schema),
        "excerpt": lambda: _text(article, article.excerpt, schema.excerpt, "excerpt", witnesses, schema),
        "published": lambda: _published(article, witnesses, schema),
        "amp": lambda: _amp(article, witnesses, schema),
        "images": lambda: _images(article, witnesses, sizes, schema, mode),
    }
    found = (change for field in dict.fromkeys(fields) for change in tellers[field]())
    return tuple(
        change
        for change in found
        if mode == "refresh" or _is_missing(change.before) or (mode == "stand" and change.reason == _TRUE_SIZE)
    )


def images_wanted(article: Article, witnesses: Sequence[Metadata], mode: Mode) -> tuple[str, ...]:
    """Canonical URLs of the images whose true size decides: the page's own first, then those that the article keeps."""
    believed = _believed(witnesses, "image")
    replaced = _place_of(believed[0], article, mode) if believed else None
    kept = [image.url for index, image in article.images if index != replaced]
    wanted = [believed[0], *kept] if believed else kept
    return tuple(dict.fromkeys(urls.canonical(url) for url in wanted if urls.split(url)))


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


def _amp(article: Article, witnesses: Sequence[Metadata], schema: Schema) -> Iterator[Change]:
    believed = _believed(witnesses, "amphtml")
    if believed is None:
        return
    value, claim = believed
    known = {target.role: target.url for target in article.targets}
    for key, role, after in (
        (schema.amp_url, Role.AMP, value),
        (schema.amp_cache_url, Role.AMP_CACHE, urls.amp_cache_url(value)),
    ):
        before = known.get(role)
        if before is None or urls.canonical(before) != urls.canonical(after):
            yield _change(article, key, "amp", before, after, claim, "the page names its AMP page")


def _images(
    article: Article, witnesses: Sequence[Metadata], sizes: Mapping[str, ImageSize], schema: Schema, mode: Mode
) -> Iterator[Change]:
    believed = _believed(witnesses, "image")
    replaced: int | None = None
    if believed and urls.canonical(believed[0]) in sizes:
        url, claim = believed
        size = sizes[urls.canonical(url)]
        replaced = _place_of(url, article, mode)
        if not article.images and not _kept_by_hand(article, schema.images, schema):
            yield _new_images(article, url, size, claim, schema)
        elif replaced is not None:
            yield from _replaced_image(article, replaced, url, size, claim, schema)
    for index, image in article.images:
        size_seen = sizes.get(urls.canonical(image.url))
        if index != replaced and size_seen:
            yield from _resized(article, index, image, size_seen, schema)


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
    return _change(article, schema.images, "images", None, block, claim, "the article had no image")


def _replaced_image(
    article: Article, index: int, url: str, size: ImageSize, claim: Candidate, schema: Schema
) -> Iterator[Change]:
    image = dict(article.images)[index]
    place = f"{schema.images}/{index}"
    yield _change(article, f"{place}/{schema.image_url}", "images", image.url, url, claim, "the page has another image")
    yield from _resized(article, index, image, size, schema, source=url)
    if image.cached:
        reason = "the new image is not cached yet"
        yield _change(article, f"{place}/{schema.image_cached}", "images", image.cached, False, claim, reason)  # noqa: FBT003


def _resized(
    article: Article, index: int, image: Image, size: ImageSize, schema: Schema, *, source: str | None = None
) -> Iterator[Change]:
    claim = Candidate("image", image.url, f"{size.format} header", source or image.url)
    for key, before, after in (
        (schema.image_width, image.width, size.width),
        (schema.image_height, image.height, size.height),
    ):
        if before != after:
            place = f"{schema.images}/{index}/{key}"
            yield _change(article, place, "images", before, after, claim, _TRUE_SIZE)


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
