"""Who may speak for an article, among its own pages and its AMP pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler import urls
from crawler.model import Article, Failure, Metadata, Role, Target

_OWN_PAGES = frozenset({Role.ORIGINAL, Role.WEB})

# The kind of an AMP address that is dead, and of what it answered with.
ROT = "amp-rot"
_ROTTEN = frozenset({"not-found", "gone", "home", "section", "moved", "parked"})


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who may speak for an article, in the order of trust, and whose word was not taken."""

    witnesses: tuple[Metadata, ...]
    refused: tuple[Failure, ...]


def hear(article: Article, pages: Sequence[tuple[Target, Metadata]]) -> Hearing:
    """Sort an article's pages into witnesses and strangers.

    Its original and web pages speak for themselves. An AMP page, cached or not, speaks when its canonical link points
    to one of its own pages (AMP HTML specification, "Discovery"), or when the article names no other page. What answers
    for it with the article's own page, or with a page that claims to be the article, is no AMP page any more.

    Args:
        pages: each target with what its page says, of those that `assess` kept; `Metadata.url` is its final URL.
    """
    own = [page for target, page in pages if target.role in _OWN_PAGES]
    addresses = [target.url for target in article.targets if target.role in _OWN_PAGES]
    addresses += [page.url for page in own]
    # A canonical link to somebody else's host would let a stranger's page speak.
    addresses += [page.canonical for page in own if page.canonical and _same_owner(page.canonical, page.url)]
    witnesses, refused = list(own), []
    for target, page in pages:
        if target.role in _OWN_PAGES:
            continue
        doubt = _doubt(target, page, addresses) if addresses else None
        if doubt is None:
            witnesses.append(page)
        else:
            refused.append(Failure(urls.redacted(target.url), *doubt))
    return Hearing(tuple(witnesses), tuple(refused))


def _same_owner(one: str, other: str) -> bool:
    return urls.registrable_host(one) == urls.registrable_host(other)


def _doubt(target: Target, page: Metadata, addresses: Sequence[str]) -> tuple[str, str] | None:
    """Why what answers for an AMP page may not speak for the article at those addresses: a kind, and one plain line."""
    if _is_one_of(page.url, addresses) and not _is_one_of(target.url, addresses):
        return ROT, "there is no AMP page any more: it leads to the article itself"
    if page.canonical and _is_one_of(page.canonical, addresses):
        return None
    if page.canonical and urls.same_page(page.canonical, page.url):
        return ROT, "there is no AMP page any more: what answers says that it is no other page's AMP page"
    canonical = urls.redacted(page.canonical) if page.canonical else "nothing"
    return "not-canonical", f"its canonical link points to {canonical}, not to this article"


def _is_one_of(url: str, addresses: Sequence[str]) -> bool:
    return any(urls.same_page(url, address) for address in addresses)


def as_rot(target: Target, failure: Failure) -> Failure:
    """The failure of a visit; told as rot where it is an AMP page that is there no more."""
    if target.role in _OWN_PAGES or failure.kind not in _ROTTEN:
        return failure
    return Failure(failure.url, ROT, f"there is no AMP page any more: {failure.why}", failure.status)
