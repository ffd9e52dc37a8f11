"""Pictures that are none, and sizes that no picture has. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from crawler import urls
from crawler.audit.addresses import ailing, damaged
from crawler.audit.damage import Damage, Fix, Remedy, Seen, written
from crawler.model import Json, Schema
from crawler.records.tree import NULL, Entries, Items, Node, Scalar, resolved
from crawler.web.guard import Guard

_LARGEST, _LONGEST = 30_000, 30
_SMALL = 100

_QUERY = re.compile(r"[?#].*", re.DOTALL)
# File names of pictures that stand for one that is not there.
_BLANK = re.compile(
    r"(?:spacer|blank|transparent|1x1|shim)(?:[-_.]?(?:\d+x\d+|img|image|gif|pixel))?\.\w{3,4}", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"(?:.*[-_.])?(?:placeholder|place-holder|no[-_]?(?:image|photo|thumb(?:nail)?|picture)(?:[-_]available)?"
    r"|image[-_]?(?:not[-_](?:found|available)|placeholder|missing)|missing[-_]?image|default[-_](?:image|thumb(?:nail)?|og)"
    r")(?:[-_.]?\d+(?:x\d+)?)?\.\w{3,4}",
    re.IGNORECASE,
)
_PIXEL = re.compile(r"(?:pixel|dot|clear|empty|beacon|track(?:er|ing)?)\.\w{3,4}", re.IGNORECASE)
# Services that count readers by a picture.
_COUNTER = re.compile(
    r"//(?:[\w.-]+\.)?(?:facebook\.com/tr\b|google-analytics\.com/|doubleclick\.net/|scorecardresearch\.com/|quantserve\.com/"
    r"|pixel\.wp\.com/|stats\.wp\.com/|chartbeat\.net/|feedsportal\.com/.*\.gif|feedburner\.com/~r/)",
    re.IGNORECASE,
)


def of_images(seen: Seen, schema: Schema, guard: Guard) -> Iterator[Damage]:
    block = seen.node.get(schema.images)
    known: dict[str, Entries] = {}
    for index, image in enumerate(block.nodes if isinstance(block, Items) else ()):
        url = written(image, schema.image_url) if isinstance(image, Entries) else None
        if url is None or not isinstance(image, Entries):
            continue
        place = f"{schema.images}/{index}"
        first = known.setdefault(urls.canonical(url), image)
        if first is not image:
            yield _duplicate(place, url, image, first)
            continue
        title, at = seen.article.title or "", f"{place}/{schema.image_url}"
        ill = _address(at, url, title, image, schema, guard)
        size = _size(place, image, schema) if ill is None or ill.kind == "http-image" else None
        for damage in filter(None, (ill, size)):
            # A visit does not look at a picture of the owner's own site.
            is_theirs = damage.remedy != Remedy.VISIT or _is_on_the_web(url)
            yield damage if is_theirs else damage._replace(remedy=Remedy.HAND)


def _is_on_the_web(url: str) -> bool:
    return "://" in url or url.startswith("//")


def _address(place: str, url: str, title: str, image: Entries, schema: Schema, guard: Guard) -> Damage | None:
    if url.lower().startswith("data:"):
        return Damage(place, "images", "placeholder-image", "it is written out in the record, as placeholders are", url)
    if "://" in url and (ill := ailing(url, title, guard)):
        return damaged(place, "images", url, ill)
    if why := _stands_in(url, image, schema):
        return Damage(place, "images", "placeholder-image", why, url)
    if url.lower().startswith("http://"):
        return Damage(place, "images", "http-image", "a browser that shows an https page does not load it", url)
    return None


def _stands_in(url: str, image: Entries, schema: Schema) -> str | None:
    name = unquote(_QUERY.sub("", url)).rpartition("/")[2]
    sides = [_pixels(written(image, key)) for key in (schema.image_width, schema.image_height)]
    is_small = all(side is None or side <= _SMALL for side in sides)
    if _COUNTER.search(url) or (is_small and _PIXEL.fullmatch(name)):
        return "it counts readers, and shows nothing"
    if _BLANK.fullmatch(name) or _PLACEHOLDER.fullmatch(name):
        return "by its name it stands for a picture that is not there"
    return None


def _size(place: str, image: Entries, schema: Schema) -> Damage | None:
    """What is wrong with a picture's size, told once, at the first side that is wrong."""
    keys = (schema.image_width, schema.image_height)
    if "<<" in image.keys or not all(isinstance(image.get(key), Scalar | None) for key in keys):
        return None  # of a shape that we do not read
    sides = {key: written(image, key) for key in keys}
    for key, side in sides.items():
        if side is None and (key in image.keys or any(sides.values())):
            at = f"{place}/{key}" if key in image.keys else place
            return Damage(at, "images", "missing-size", f"its {key} is missing", None)
        if side is not None and (found := _unlike_a_size(side)):
            return Damage(f"{place}/{key}", "images", *found, _plain_scalar(image.get(key)))
    width, height = (_pixels(side) or 1 for side in sides.values())
    if max(width, height) > _LONGEST * min(width, height):
        why = f"no picture is {width:,} x {height:,}"
        return Damage(f"{place}/{keys[0]}", "images", "impossible-size", why, width)
    return None


def _unlike_a_size(side: str) -> tuple[str, str] | None:
    pixels = _pixels(side)
    if pixels is None:
        return "impossible-size", "it is not a number of pixels"
    if pixels <= 1:
        return "tiny-size", f"no picture worth showing is {pixels} wide or high"
    if pixels > _LARGEST:
        return "impossible-size", f"no picture is {pixels:,} pixels wide or high"
    return None


def _pixels(side: str | None) -> int | None:
    return int(side) if side and re.fullmatch(r"[0-9]{1,12}", side) else None


def _duplicate(place: str, url: str, image: Entries, first: Entries) -> Damage:
    """The second of two entries for one picture; it may go where it says nothing that the first does not."""
    why = "the article has this picture already"
    plain, before = _plain(image), _plain(first)
    if plain is None or before is None or not plain.items() <= before.items():
        return Damage(place, "images", "duplicate-image", why, url, Remedy.HAND)
    return Damage(place, "images", "duplicate-image", why, dict(plain), Remedy.FIX, Fix(None))


def _plain(image: Entries) -> dict[str, Json] | None:
    """An entry as data; None where it is not made of scalars alone."""
    if not all(isinstance(key, Scalar) and isinstance(value, Scalar) for key, value in image.pairs):
        return None
    return {key.text: _plain_scalar(value) for key, value in image.pairs if isinstance(key, Scalar)}


def _plain_scalar(node: Node | None) -> Json:
    if not isinstance(node, Scalar) or node.tag == NULL:
        return None
    kind = resolved(node.text) if node.style == "" else ""
    if kind.endswith(":int") and re.fullmatch(r"-?[0-9]{1,18}", node.text):
        return int(node.text)
    if kind.endswith(":bool"):
        return node.text.lower() in {"true", "yes", "on"}
    return node.text
