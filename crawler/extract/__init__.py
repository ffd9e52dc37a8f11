"""Every claim that a page makes about its article, one reader a source. Which to believe is not asked here. Pure."""

from collections.abc import Iterator, Sequence

from crawler.extract import jsonld, markup, tags
from crawler.extract.decode import decode
from crawler.extract.head import Tag, body_tags, head_tags
from crawler.model import Candidate

# Where the head says all of these, the body is not read.
_ENOUGH = frozenset(("title", "excerpt", "image", "published", "author"))


def claims(html: bytes | str, url: str, *, content_type: str | None = None) -> tuple[Candidate, ...]:
    """Every claim of a page, in page order within each source; none for what is no HTML.

    Args:
        html: the page, or as much of it as was read; bytes are decoded by the web's rules.
        url: where it was found; relative URLs in it are made absolute against it.
        content_type: the response's header, for its charset.
    """
    text = decode(html, content_type)
    head, end = head_tags(text)
    found = tuple(_claims(head, url))
    if {claim.field for claim in found} >= _ENOUGH:
        return found
    return tuple(_claims((*head, *body_tags(text, end)), url))


def _claims(found: Sequence[Tag], url: str) -> Iterator[Candidate]:
    base = markup.base_of(found, url)
    plain = (*tags.claims(found, url, base), *markup.claims(found, url, base))
    yield from plain
    own = (url, *(claim.value for claim in plain if claim.field == "canonical"))
    yield from jsonld.claims([tag.text for tag in found if tag.name == "script"], url, base, own)
