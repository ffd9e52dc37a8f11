"""One claim from one raw value: cleaned, resolved, bounded, or not made at all."""

import re
from functools import lru_cache
from typing import NamedTuple

from crawler import urls
from crawler.extract.dates import iso_date
from crawler.extract.text import clean
from crawler.model import Candidate

# Characters; longer ones are no titles, names or excerpts but something that was put there by mistake.
_LONGEST = {"title": 500, "excerpt": 5000, "author": 200, "site_name": 200}
_LONGEST_URL = 4096
_LONGEST_RAW = 4 * 5000  # before white space and entities are seen to; what is remembered is bounded by it
_LARGEST_PIXELS = 100_000
_LINKS = frozenset({"image", "canonical", "amphtml", "oembed"})
_LANG = re.compile(r"([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9]{2,8}){0,3}")
# A line break within an address is dropped (URL Standard §4.4); another control character was put there by mistake.
_BREAK, _CONTROL = re.compile(r"[\t\r\n]"), re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"(?:https?:)?//|www\.|@\w+$", re.IGNORECASE)
_REMEMBERED = 256  # a page says the same in several tags
_JUNK = frozenset(
    {"null", "undefined", "none", "nan", "n/a", "[object object]", "false", "true", "-", "untitled", "todo"}
)


class Place(NamedTuple):
    """Where claims are read: the page's `url`, the `base` that its relative links count from, the fields `wanted`."""

    url: str
    base: str
    wanted: frozenset[str]


def claim(
    field: str, raw: object, tag: str, place: Place, *, width: int | None = None, height: int | None = None
) -> Candidate | None:
    """The claim that `raw` makes of `field`; None if it makes none, or if that field is not wanted."""
    if not isinstance(raw, str) or field not in place.wanted or len(raw) > _LONGEST_RAW:
        return None
    if longest := _LONGEST.get(field):
        value = _words(raw, longest)
        # OpenGraph's article:author is a profile's address by its specification.
        if field == "author" and value and _ADDRESS.match(value):
            return None
    elif field in _LINKS:
        value = _link(raw, place.base)
    else:
        value = _language(raw) if field == "lang" else iso_date(raw)
    # Not Candidate(...): for every claim of every page that takes twice as long.
    return tuple.__new__(Candidate, (field, value, tag, place.url, width, height, 0.0, "")) if value else None


def pixels(raw: object) -> int | None:
    """A side of an image, be it a number, "642" or "642px"; None for what no image is."""
    if isinstance(raw, str):
        digits = raw.strip().removesuffix("px").strip()
        raw = int(digits) if digits.isdecimal() and len(digits) < 7 else None
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= _LARGEST_PIXELS else None


@lru_cache(maxsize=_REMEMBERED)
def _words(raw: str, longest: int) -> str | None:
    # Braces: a template that was never filled in.
    if len(raw) > 4 * longest or "{{" in raw or "${" in raw:
        return None
    value = clean(raw)
    return value if value and len(value) <= longest and (len(value) > 20 or value.lower() not in _JUNK) else None


@lru_cache(maxsize=_REMEMBERED)
def _link(raw: str, base: str) -> str | None:
    raw = raw.strip()
    if not raw or len(raw) > _LONGEST_URL or (len(raw) < 20 and raw.lower() in _JUNK):
        return None
    if not raw.isprintable():
        raw = _BREAK.sub("", raw)
    # Encoded twice; no query has a parameter named "amp;x" on purpose.
    if "&" in raw or " " in raw:
        raw = raw.replace("&amp;", "&").replace(" ", "%20")
    value = urls.absolute(raw, base)
    if value is None or value.endswith(("/undefined", "/null")):
        return None
    # Asked of the whole: the base may bring what the link does not.
    return value if value.isprintable() or not _CONTROL.search(value) else None


def _language(raw: str) -> str | None:
    found = _LANG.match(raw.strip())
    return found[0].replace("_", "-") if found and found[0].lower() not in ("und", "mul", "zxx") else None
