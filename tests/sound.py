"""What is true of everything that is read from any page, whoever wrote it."""

import json
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler import Metadata

TEXTS = ("title", "excerpt", "site_name", "lang", "author")
DATES = ("published", "modified")
LINKS = ("image", "canonical", "amphtml", "oembed")
_VALUES = ("title", "excerpt", "site_name", "lang", "published", "modified", "image", "canonical", "amphtml")
# Zero-width space and the byte order mark never; the joiners have meaning in some scripts.
_NOTHING = frozenset("\u200b\ufeff\u2060")


def faults(found: Metadata) -> tuple[str, ...]:
    """What is wrong with what was read, a line each; nothing, if all is well."""
    return tuple(_faults(found))


def _faults(found: Metadata) -> Iterator[str]:
    told = json.loads(json.dumps(found.to_dict(), ensure_ascii=False).encode())  # a lone surrogate fails here
    values = [(name, getattr(found, name)) for name in _VALUES]
    values += [("author", name) for name in found.authors] + [("image", image.url) for image in found.images]
    values += [(name, claim.value) for name, claims in found.candidates.items() for claim in claims]
    for name, value in values:
        if value is not None and (why := _wrong(name, value)):
            yield f"{name}: {why}: {value[:80]!r}"
    if any(told[name] == "" for name in told):
        yield "an empty string stands for nothing"
    for name in _VALUES:
        if told[name] is not None and not found.candidates.get(name):
            yield f"{name}: it is believed, but nobody claims anything"


def _wrong(name: str, value: str) -> str | None:
    """Why no honest page can have said so; None if one can."""
    if not value or value != value.strip():
        return "blank, or blanks at an end"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        return "control characters"
    if name in LINKS:
        parts = urlsplit(value)
        return None if parts.scheme in ("http", "https") and parts.hostname else "no absolute http(s) URL"
    if name in DATES:
        return None if value[:4].isascii() and value[:4].isdigit() and len(value) <= 40 else "no ISO date"
    if value != " ".join(value.split()):
        return "white space of a source file"
    return "zero-width characters" if _NOTHING & frozenset(value) else None
