"""What a page's plain markup claims: title, h1, links, language, times, by-lines. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from crawler.extract.dates import iso_date
from crawler.extract.head import Tag
from crawler.extract.text import clean, clean_url
from crawler.model import Candidate

_LINKS = {"canonical": "canonical", "amphtml": "amphtml", "image_src": "image"}
_BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?line|author|authors)(?:$|[\s_-]?(?:s|name|link)?(?:$|\s))", re.IGNORECASE)
_MAX_BYLINE = 120


def base_of(tags: Iterable[Tag], url: str) -> str:
    """What relative URLs of the page are relative to: its first <base href>, else its own URL (WHATWG HTML §4.2.3)."""
    for tag in tags:
        if tag.name == "base" and "href" in tag.attributes:
            return clean_url(tag.attributes["href"], url) or url
    return url


def claims(tags: Sequence[Tag], url: str, base: str) -> Iterator[Candidate]:
    """The claims of everything but <meta> and JSON-LD, in page order."""
    titled = False
    for tag in tags:
        match tag.name:
            case "title" if not titled:
                titled = True
                yield from _text("title", tag.text, "title", url)
            case "h1":
                yield from _text("title", tag.text, _evidence(tag), url)
            case "html":
                yield from _text("lang", tag.attributes.get("lang") or tag.attributes.get("xml:lang", ""), "html[lang]", url)
            case "link":
                yield from _links(tag, url, base)
            case "time":
                yield from _times(tag, url)
            case "a" | "span" | "div" | "p" | "address" | "cite" | "strong" | "li" | "em" | "b":
                yield from _bylines(tag, url)


def _evidence(tag: Tag) -> str:
    itemprop = tag.attributes.get("itemprop", "").strip().lower()
    return f'{tag.name}[itemprop="{itemprop}"]' if itemprop.isalpha() else tag.name


def _text(field: str, text: str, evidence: str, url: str) -> Iterator[Candidate]:
    if value := clean(text):
        yield Candidate(field, value, evidence, url)


def _links(tag: Tag, url: str, base: str) -> Iterator[Candidate]:
    for relation in tag.attributes.get("rel", "").lower().split():
        field = _LINKS.get(relation)
        if field and (value := clean_url(tag.attributes.get("href", ""), base)):
            yield Candidate(field, value, f'link[rel="{relation}"]', url)


def _times(tag: Tag, url: str) -> Iterator[Candidate]:
    value = iso_date(tag.attributes.get("datetime") or tag.text)
    if value:
        itemprop = tag.attributes.get("itemprop", "").lower()
        if "datemodified" in itemprop or "updated" in tag.attributes.get("class", "").lower().split():
            yield Candidate("modified", value, "time[datetime]", url)
        elif "datepublished" in itemprop or "pubdate" in tag.attributes:
            yield Candidate("published", value, 'time[itemprop="datePublished"]', url)
        else:
            yield Candidate("published", value, "time[datetime]", url)


def _bylines(tag: Tag, url: str) -> Iterator[Candidate]:
    value = clean(tag.text)
    if not value or len(value) > _MAX_BYLINE:
        return
    if "author" in tag.attributes.get("rel", "").lower().split():
        yield Candidate("author", value, f'{tag.name}[rel="author"]', url)
    elif "author" in tag.attributes.get("itemprop", "").lower().split():
        yield Candidate("author", value, f'{tag.name}[itemprop="author"]', url)
    elif _BYLINE.search(tag.attributes.get("class", "")):
        yield Candidate("author", value, f"{tag.name}.byline", url)
