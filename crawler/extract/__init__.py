"""Every claim that a page makes about its article. Pure.

One reader a source; what to believe is not decided here. The head is read first, the body only for what the head
lacks.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence

from stringzilla import find

from crawler.extract import body, jsonld, tags
from crawler.extract.bylines import bylines
from crawler.extract.claim import Place
from crawler.extract.decode import Html, readable
from crawler.extract.head import scan
from crawler.extract.paragraph import paragraphs
from crawler.model import PLAIN_FIELDS, Candidate

_MAX_CLAIMS = 64
# When a thing was made is not when it was published; who made a file is not who wrote; a handle is no name; og:url is
# often written once for http; a title tag is rarely the bare headline.
_WEAK = frozenset(f"ld+json {key}" for key in ("dateCreated", "uploadDate", "creator", "author (organization)")) | {
    *("ld+json url", "ld+json mainEntityOfPage", 'meta[property="og:url"]'),
    *("title", 'meta[name="date"]', 'meta[name="twitter:creator"]'),
}
_ASKED_OF_SCRIPTS = {"author", "published", "image", "excerpt"}
_ASKED_OF_BODY = _ASKED_OF_SCRIPTS | {"title"}
# Every field that a claim can be of.
FIELDS = frozenset({*PLAIN_FIELDS, "author", "oembed"})
# Whom a publishing system names where nobody was.
_NOBODY = frozenset({"admin", "administrator", "super user", "webmaster", "editor", "staff", "guest", "unknown"})
_METAS = (b"<meta", b"<META", b"<Meta")
_OF_METAS = ("property=", "name=", "itemprop=")


def claims(
    html: bytes | str, url: str, *, content_type: str | None = None, wanted: frozenset[str] = FIELDS
) -> tuple[Candidate, ...]:
    """What the page at `url` says of its article: every claim with its tag, in the order of reading.

    Args:
        html: the page, or its beginning.
        url: where it was found; relative links count from here, or from its `<base>`.
        content_type: the value of the Content-Type header.
        wanted: the fields to be told of.
    """
    page = readable(html, content_type)
    head = scan(page)
    place = Place(url, tags.base(head.said, url), wanted)
    made = tags.read(head.said, place)
    if not any(claim.tag.startswith("meta") and claim.field in ("title", "excerpt") for claim in made) and (
        head.end and any(find(page.data, tag, head.end) >= 0 for tag in _METAS)
    ):
        made += tags.read([each for each in scan(page, head.end).said if each[0].startswith(_OF_METAS)], place)
    made += jsonld.read(page, 0, head.end or len(page.data), place)
    made += _of_body(page, head.end, made, place)
    return _bounded(dict.fromkeys(made))


def _bounded(made: Collection[Candidate]) -> tuple[Candidate, ...]:
    """No more claims of a field than any honest page makes."""
    if len(made) <= _MAX_CLAIMS:
        return tuple(made)
    count: dict[str, int] = defaultdict(int)
    kept = []
    for claim in made:
        count[claim.field] += 1
        if count[claim.field] <= _MAX_CLAIMS:
            kept.append(claim)
    return tuple(kept)


def _known(made: Collection[Candidate]) -> set[str]:
    """The fields that need no other witness."""
    sites = {claim.value for claim in made if claim.field == "site_name"}
    # A site that signs for its authors leaves open who they are, and so does "admin".
    return {
        claim.field
        for claim in made
        if claim.tag not in _WEAK
        and (claim.field != "author" or not (claim.value in sites or claim.value.lower() in _NOBODY))
    }


def lacking(made: Collection[Candidate], wanted: frozenset[str]) -> frozenset[str]:
    """Those of the fields wanted that no claim settles, so that the body should be read."""
    return wanted & _ASKED_OF_BODY - _known(made)


def _of_body(page: Html, start: int, made: Sequence[Candidate], place: Place) -> list[Candidate]:
    """What the body adds to the claims that the head made."""
    found: list[Candidate] = []
    known = _known(made) | FIELDS - place.wanted
    if start and not known >= _ASKED_OF_SCRIPTS:
        found += jsonld.read(page, start, len(page.data), place)
        known |= _known(found)
    if relations := {"canonical", "amphtml"} - known:
        found += body.links(page, start, relations, place)
    found += body.headings(page, start, place)
    if asked := {"title", "excerpt", "image", "published"} - known:
        found += body.items(page, start, asked, place)
    if "author" not in known:
        found += bylines(page, start, place)
    if "published" not in known:
        found += body.times(page, start, place)
        if not any(claim.field == "published" for claim in (*made, *found)):
            found += body.shown_dates(page, start, place)
    if "excerpt" not in known:
        found += paragraphs(page, start, place)
    return found
