"""Which claim of a page to believe, field by field, and why. Pure.

The rules
- Each source has a trust of its own; agreement of independent sources adds to it. The best claim wins, ties by page order.
- A headline is judged with the site's names cut off it: only names that the page itself gives, or its host's.
- A text that is cut off loses to a longer one that starts the same. Taglines and file names are no texts of an article.
- Modified is not published. Logos, blanks and icons are never the image.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from crawler import urls
from crawler.model import Candidate, Image, Metadata

_KEY = re.compile(r'"(.+)"')

_TRUST: Mapping[str, tuple[str, ...]] = {
    "title": (
        "ld+json headline", "og:title", "h1[itemprop]", "twitter:title", "parsely-title", "sailthru.title", "citation_title",
        "dc.title", "h1", "ld+json name", "title", "ld+json WebPage headline", "ld+json WebPage name",
    ),
    "excerpt": (
        "og:description", "description", "ld+json description", "twitter:description", "sailthru.description",
        "dc.description", "dcterms.description", "ld+json WebPage description",
    ),
    "image": ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "ld+json image", "parsely-image-url", "image_src"),
    "published": (
        "article:published_time", "ld+json datePublished", "datepublished", "parsely-pub-date", "sailthru.date",
    ),
    "modified": ("article:modified_time", "ld+json dateModified", "datemodified", "og:updated_time"),
    "author": ("ld+json author", "parsely-author", "sailthru.author", "author", "article:author", "dc.creator"),
    "site_name": ("og:site_name", "ld+json publisher", "ld+json WebSite name", "application-name"),
    "lang": ("html[lang]", "ld+json inLanguage", "content-language", "og:locale"),
    "canonical": ("canonical", "og:url"),
    "amphtml": ("amphtml",),
}  # fmt: skip


def believe(candidates: Sequence[Candidate], url: str) -> Metadata:
    """What the page says of its article.

    Every field's candidates come back with trust and reason, the believed one first.
    """
    fields: dict[str, list[Candidate]] = {}
    for claim in candidates:
        fields.setdefault(claim.field, []).append(claim)
    ranked = {field: _ranked(found) for field, found in fields.items()}
    best = {field: found[0].value for field, found in ranked.items() if found}
    return Metadata(
        url=url,
        title=best.get("title"),
        excerpt=best.get("excerpt"),
        image=best.get("image"),
        images=tuple(Image(c.value, c.width, c.height) for c in ranked.get("image", ())),
        published=best.get("published"),
        modified=best.get("modified"),
        authors=(best["author"],) if "author" in best else (),
        site_name=best.get("site_name"),
        lang=best.get("lang"),
        canonical=best.get("canonical"),
        amphtml=best.get("amphtml"),
        candidates=ranked,
    )


def _ranked(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted((replace(c, trust=_trust(c), because=f"said by {c.tag}") for c in found), key=lambda c: -c.trust))


def _trust(claim: Candidate) -> float:
    order = _TRUST[claim.field]
    key = _KEY.search(claim.tag)
    name = key[1] if key else claim.tag
    return round(1 - order.index(name) / (len(order) + 1), 2) if name in order else 0.05
