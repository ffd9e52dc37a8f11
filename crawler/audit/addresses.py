"""Addresses that lead nowhere, and AMP addresses that do not belong to their article. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from crawler import urls
from crawler.audit.damage import Damage, Fix, Remedy, Seen
from crawler.errors import UnsafeURL
from crawler.model import Schema
from crawler.web.guard import Guard

_AMP_CACHE = "cdn.ampproject.org"
_CACHED = re.compile(r"/[a-z]{1,4}/(s/)?([^/]+\.[^/]+/?.*)", re.DOTALL)

_DOUBLED = re.compile(r"(?:https?:/{0,2})+(?=https?://)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Values of a program in place of a part of a path, and templates that were never filled in.
_NOTHING = re.compile(r"/(undefined|null|nan|\[object object\])(?=/?(?:[?#]|\Z))|\{\{|\$\{|<%|%%\w+%%", re.IGNORECASE)


class Ill(NamedTuple):
    """What is wrong with an address, and the address that was meant, where that is plain."""

    kind: str
    why: str
    meant: str | None = None


def of_addresses(seen: Seen, schema: Schema, guard: Guard) -> Iterator[Damage]:
    well = {}
    fields = (
        (schema.original_url, "url"),
        (schema.web_url, "url"),
        (schema.amp_url, "amp"),
        (schema.amp_cache_url, "amp"),
    )
    for key, field in fields:
        if address := seen.text(key):
            if ill := ailing(address, seen.article.title or "", guard):
                yield damaged(key, field, address, ill)
            else:
                well[key] = address
    yield from _amp(well, schema)


def damaged(place: str, field: str, address: str, ill: Ill) -> Damage:
    remedy = Remedy.FIX if ill.meant else Remedy.HAND
    return Damage(place, field, ill.kind, ill.why, address, remedy, Fix(ill.meant) if ill.meant else None)


def ailing(address: str, title: str, guard: Guard) -> Ill | None:
    """What is wrong with an address of an article or of its picture; None where nothing is."""
    if (found := _NOTHING.search(unquote(address))) and not _is_about((found[1] or found[0]).lower(), title.lower()):
        return Ill("malformed-url", f"a program wrote {found[0].lstrip('/')} where a part of it should be")
    if doubled := _DOUBLED.match(address):
        return _mended("it begins twice", address[doubled.end() :], title, guard)
    bare = re.sub(r"[\t\r\n\f\v\0]", "", address).strip()
    if bare != address:
        return _mended("there are blanks around it, or line ends in it", bare.replace(" ", "%20"), title, guard)
    if " " in address:
        return _mended("it has a blank in it", address.replace(" ", "%20"), title, guard)
    if not _SCHEME.match(address):
        return Ill("malformed-url", "it does not begin with https://")
    try:
        guard.check_url(address)
    except UnsafeURL as error:
        return Ill("private-url" if error.kind == "address" else "malformed-url", error.why)
    return None if urls.is_web(address) else Ill("malformed-url", "it is no web address")


def _is_about(word: str, title: str) -> bool:
    # JavaScript's undefined has pages of its own, whose titles say more than that word.
    return word in title and word != title


def _mended(why: str, meant: str, title: str, guard: Guard) -> Ill:
    left = ailing(meant, title, guard)
    return Ill("malformed-url", why, left.meant if left else meant)


def _amp(well: dict[str, str], schema: Schema) -> Iterator[Damage]:
    amp, cached = well.get(schema.amp_url), well.get(schema.amp_cache_url)
    own = {urls.canonical(well[key]) for key in (schema.original_url, schema.web_url) if key in well}
    if amp and urls.canonical(amp) in own:
        yield Damage(schema.amp_url, "amp", "amp-is-web", "it is the article's own address, not its AMP page's", amp)
    elif amp and (origin := _origin(amp)):
        why = "it is the cache's copy, not the publisher's AMP page"
        yield Damage(schema.amp_url, "amp", "amp-cache", why, amp, Remedy.FIX, Fix(origin))
        amp = origin
    if cached:
        yield from _copy(cached, amp, schema)


def _copy(cached: str, amp: str | None, schema: Schema) -> Iterator[Damage]:
    """What is wrong with the address of an AMP page's copy; it follows from that of the page."""
    page = amp or _origin(cached)
    meant = urls.amp_cache_url(page) if page else None
    if meant is None:
        why = "it is no address of the AMP cache"
        yield Damage(schema.amp_cache_url, "amp", "amp-cache", why, cached, Remedy.HAND)
    elif urls.canonical(meant) != urls.canonical(cached):
        why = f"it does not follow from {schema.amp_url}" if amp else "no cache has it under this name"
        yield Damage(schema.amp_cache_url, "amp", "amp-cache", why, cached, Remedy.FIX, Fix(meant))


def _origin(cached: str) -> str | None:
    """The address of the page that an address of the AMP cache is a copy of; None where it is none."""
    parts = urlsplit(cached)
    found = _CACHED.fullmatch(parts.path)
    if not f".{urls.host(cached)}".endswith(f".{_AMP_CACHE}") or found is None:
        return None
    query = f"?{parts.query}" if parts.query else ""
    page = f"{'https' if found[1] else 'http'}://{found[2]}{query}"
    return page if urls.is_web(page) else None
