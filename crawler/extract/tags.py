"""What a page's <meta> tags claim: OpenGraph, Twitter cards, Dublin Core, Parse.ly, Sailthru and their kin. Pure.

`name=` and `property=` are taken for one another, and case does not count: pages mix them up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.extract.dates import iso_date
from crawler.extract.head import Tag
from crawler.extract.text import clean, clean_url
from crawler.model import Candidate

_FIELDS = {
    "og:title": "title",
    "twitter:title": "title",
    "parsely-title": "title",
    "sailthru.title": "title",
    "dc.title": "title",
    "dcterms.title": "title",
    "citation_title": "title",
    "title": "title",
    "headline": "title",
    "og:description": "excerpt",
    "twitter:description": "excerpt",
    "description": "excerpt",
    "sailthru.description": "excerpt",
    "dc.description": "excerpt",
    "dcterms.description": "excerpt",
    "dcterms.abstract": "excerpt",
    "og:image": "image",
    "og:image:url": "image",
    "og:image:secure_url": "image",
    "twitter:image": "image",
    "twitter:image:src": "image",
    "parsely-image-url": "image",
    "sailthru.image.full": "image",
    "thumbnail": "image",
    "image": "image",
    "article:published_time": "published",
    "article:published": "published",
    "og:published_time": "published",
    "og:article:published_time": "published",
    "datepublished": "published",
    "parsely-pub-date": "published",
    "sailthru.date": "published",
    "dc.date": "published",
    "dc.date.issued": "published",
    "dcterms.date": "published",
    "dcterms.issued": "published",
    "dcterms.created": "published",
    "citation_publication_date": "published",
    "citation_date": "published",
    "pubdate": "published",
    "publish-date": "published",
    "publishdate": "published",
    "publish_date": "published",
    "publication_date": "published",
    "date": "published",
    "article:modified_time": "modified",
    "og:updated_time": "modified",
    "datemodified": "modified",
    "dcterms.modified": "modified",
    "last-modified": "modified",
    "author": "author",
    "article:author": "author",
    "article:author_name": "author",
    "og:article:author": "author",
    "parsely-author": "author",
    "sailthru.author": "author",
    "dc.creator": "author",
    "dc.contributor": "author",
    "dcterms.creator": "author",
    "citation_author": "author",
    "byl": "author",
    "og:site_name": "site_name",
    "application-name": "site_name",
    "og:locale": "lang",
    "content-language": "lang",
    "dc.language": "lang",
    "language": "lang",
    "og:url": "canonical",
    "twitter:url": "canonical",
    "parsely-link": "canonical",
}
_URLS = frozenset(("image", "canonical"))
_DATES = frozenset(("published", "modified"))
_OWNERS = ("og:image", "twitter:image")


def claims(tags: Iterable[Tag], url: str, base: str) -> Iterator[Candidate]:
    """The claims of every <meta>, in page order; sizes go to the picture that they follow."""
    pictures: dict[str, Candidate] = {}
    for tag in tags:
        if tag.name != "meta":
            continue
        content = tag.attributes.get("content") or ""
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            key = tag.attributes.get(attribute, "").strip().lower()
            owner, _, detail = key.rpartition(":")
            if detail in {"width", "height"} and owner in pictures:
                pictures[owner] = _sized(pictures[owner], detail, content)
                break
            field = _FIELDS.get(key)
            value = _value(field, content, base) if field else None
            if not field or not value:
                continue
            claim = Candidate(field, value, f'meta[{attribute}="{key}"]', url)
            if field != "image":
                yield claim
            elif key not in _OWNERS and (owner := _owner(key)) in pictures:
                break  # og:image:secure_url and og:image:url name the picture that og:image has named
            else:
                owner = _owner(key)
                if owner in pictures:
                    yield pictures.pop(owner)
                pictures[owner] = claim
            break
    yield from pictures.values()


def _owner(key: str) -> str:
    return next((owner for owner in _OWNERS if key.startswith(owner)), key)


def _value(field: str, content: str, base: str) -> str | None:
    if field in _URLS:
        return clean_url(content, base)
    if field in _DATES:
        return iso_date(clean(content))
    return clean(content) or None


def _sized(picture: Candidate, side: str, content: str) -> Candidate:
    digits = content.strip().removesuffix("px")
    if not (digits.isascii() and digits.isdecimal() and 0 < len(digits) <= 5) or int(digits) == 0:
        return picture
    return replace(picture, width=int(digits)) if side == "width" else replace(picture, height=int(digits))
