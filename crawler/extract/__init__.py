"""Every claim that a page makes about its article. Pure.

One reader a source; what to believe is not decided here. The head is read first, the body only for what the head
lacks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from crawler.extract import body, jsonld, markup, tags
from crawler.extract.claim import Place
from crawler.extract.decode import Html, readable
from crawler.extract.head import elements, scan
from crawler.model import Candidate

_MAX_CLAIMS = 64
# When a thing was made is not when it was published; who made a file is not who wrote; a handle is no name; og:url is
# often written once for http.
_WEAK = frozenset(
    (
        *("ld+json dateCreated", "ld+json uploadDate", "ld+json creator", "ld+json url", "ld+json mainEntityOfPage"),
        *('meta[name="date"]', 'meta[name="twitter:creator"]', 'meta[property="og:url"]'),
    )
)


def claims(html: bytes | str, url: str, *, content_type: str | None = None) -> tuple[Candidate, ...]:
    """What the page at `url` says of its article: every claim with its tag, in the order of reading.

    Args:
        html: the page, or its beginning.
        url: where it was found; relative links count from here, or from its `<base>`.
        content_type: the value of the Content-Type header.
    """
    page = readable(html, content_type)
    pieces = scan(page.data)
    found = elements(page, pieces.tags)
    place = Place(url, markup.base(found, url))
    made = [*tags.read(found, place), *markup.read(found, place)]
    if not any(claim.tag.startswith("meta") and claim.field in ("title", "excerpt") for claim in made) and pieces.end:
        made += tags.read(elements(page, scan(page.data, pieces.end).tags), place)
    made += jsonld.read([page.text(script) for script in pieces.scripts], place)
    made += _of_body(page, pieces.end, _known(made), place)
    return _bounded(made)


def _bounded(made: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each claim of a source once, and no more of a field than any honest page makes."""
    found: dict[tuple[str, str, str], Candidate] = {}
    count: dict[str, int] = defaultdict(int)
    for claim in made:
        key = (claim.field, claim.value, claim.tag)
        if key not in found and count[claim.field] < _MAX_CLAIMS:
            found[key] = claim
            count[claim.field] += 1
    return tuple(found.values())


def _known(made: Iterable[Candidate]) -> set[str]:
    """The fields that need no other witness."""
    return {claim.field for claim in made if claim.tag not in _WEAK}


def _of_body(page: Html, start: int, known: set[str], place: Place) -> Iterator[Candidate]:
    """What the body adds; `known` is what the head claims already."""
    if not {"author", "published", "image", "excerpt"} <= known:
        for claim in jsonld.read([page.text(script) for script in body.scripts(page, start)], place):
            known |= _known([claim])
            yield claim
    yield from body.links(page, start, {"canonical", "amphtml"} - known, place)
    yield from body.headings(page, start, place)
    if not {"title", "excerpt", "image"} <= known:
        yield from body.items(page, start, place)
    if "author" not in known:
        yield from body.bylines(page, start, place)
    if "published" not in known:
        yield from body.dates(page, start, place)
