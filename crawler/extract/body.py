"""What only the body says: headings, by-lines, dates, microdata. Read for what the head lacks, a window at a time.

A window is the piece of the page from a promising tag on, a few KB at most; only it is decoded and parsed. So the work
is bounded by the number of windows, whatever the page's size and depth (see head.py on why).
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.claim import Place, claim
from crawler.extract.decode import Html
from crawler.model import Candidate

_WINDOW_BYTES = 2048
_TAG_BYTES = 600
_SCRIPT_BYTES = 512 * 1024
_MAX_WINDOWS = 24
_MAX_HEADINGS = 4

_HEADING = re.compile(rb"<[hH]1(?=[\s>])")
_SCRIPT = re.compile(rb"<(script|style|noscript)\b.*?(?:</\1[^>]*>|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(rb"<(?=/?(?:br|p|div|li|h\d|td|ul|time)\b)", re.IGNORECASE)
_SCRIPT_END = re.compile(rb"</script", re.IGNORECASE)

_ITEMS = {
    "headline": "title",
    "datepublished": "published",
    "datecreated": "published",
    "datemodified": "modified",
    "author": "author",
    "creator": "author",
    "description": "excerpt",
    "image": "image",
}
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|dateline|writtenby|p-author|writer|contributor)", re.IGNORECASE
)
_NO_BYLINE_TAGS = frozenset(("input", "form", "img", "svg", "section", "article", "ul", "nav", "aside", "body"))
_NOT_BYLINE = re.compile(
    r"(?:avatar|image|img|photo|pic|bio|box|comment|social|follow|twitter|facebook|link-list|share|icon|count|related|"
    r"widget|description|about|other|more|recommend)",
    re.IGNORECASE,
)


def scripts(html: Html, start: int) -> Iterator[bytes]:
    """The contents of JSON-LD scripts from `start` on."""
    data = html.data
    while (found := data.find(b"ld+json", start)) >= 0 and (opened := data.find(b">", found)) >= 0:
        closed = _SCRIPT_END.search(data, opened)
        start = closed.start() if closed else len(data)
        if b"<script" in data[max(0, found - _TAG_BYTES) : found].lower() and start - opened <= _SCRIPT_BYTES:
            yield data[opened + 1 : start]


def headings(html: Html, start: int, place: Place) -> Iterator[Candidate]:
    """The first few `h1`, in their order."""
    for count, found in enumerate(_HEADING.finditer(html.data, start)):
        if count == _MAX_HEADINGS:
            return
        node = _element(html, found.start())
        # A sign behind a heading is the link to itself that documentation tools add.
        if node and (heading := claim("title", node.text().rstrip("¶#\u200b \n"), "h1", place)):
            yield heading


def bylines(html: Html, start: int, place: Place) -> Iterator[Candidate]:
    """Who is named as the author by relation, microdata or class, in the order of the page."""
    for at in _places(html.data, (b"uthor", b"yline", b"riter"), start):
        node = _element(html, at)
        tag = _byline_tag(node) if node else None
        if node and tag:
            named = node.css_first('[itemprop="name"],[rel="author"]') or node
            text = named.attributes.get("content") or named.text().strip() or node.text()
            if len(text) <= 150 and (found := claim("author", text, tag, place)):
                yield found


def links(html: Html, start: int, relations: set[str], place: Place) -> Iterator[Candidate]:
    """Links that belong to the head, on pages whose head ended early: those of the `relations` asked for."""
    for at in _places(html.data, tuple(name.encode() for name in relations), start):
        node = _element(html, at)
        relation = (node.attributes.get("rel") or "").lower() if node and node.tag == "link" else ""
        if node and relation in relations:
            found = claim(relation, node.attributes.get("href"), f'link[rel="{relation}"]', place)
            if found:
                yield found


def dates(html: Html, start: int, place: Place) -> Iterator[Candidate]:
    """Dates of microdata and of `time` tags, in the order of the page."""
    for at in _places(html.data, (b"atetime=", b"atePublished", b"ateModified"), start):
        node = _element(html, at)
        if node is None:
            continue
        given = node.attributes
        field = _ITEMS.get((given.get("itemprop") or "").split(" ")[0].lower())
        tag = f'[itemprop="{given.get("itemprop")}"]' if field else "time[datetime]"
        if "pubdate" in given:
            tag = "time[pubdate]"
        if field in ("published", "modified") or node.tag == "time":
            raw = given.get("datetime") or given.get("content") or node.text()
            if found := claim(field or "published", raw, tag, place):
                yield found


def items(html: Html, start: int, place: Place) -> Iterator[Candidate]:
    """Microdata of the article's own: headline, description, image."""
    for at in _places(html.data, (b'"headline"', b'"description"', b'itemprop="image"'), start):
        node = _element(html, at)
        field = _ITEMS.get((node.attributes.get("itemprop") or "").lower()) if node else None
        if node and field:
            given = node.attributes
            raw = given.get("content") or (given.get("src") or given.get("href") if field == "image" else node.text())
            if found := claim(field, raw, f'[itemprop="{given.get("itemprop")}"]', place):
                yield found


def _places(data: bytes, words: tuple[bytes, ...], start: int) -> list[int]:
    """Where the tags begin that hold one of the words within their `<` and `>`, in order."""
    found = set()
    for word in words:
        at, count = start, 0
        while count < _MAX_WINDOWS and (at := data.find(word, at)) >= 0:
            opened = data.rfind(b"<", max(start, at - _TAG_BYTES), at)
            if opened >= 0 and data.find(b">", opened, at) < 0 and data[opened + 1 : opened + 2].isalpha():
                found.add(opened)
                count += 1
            at += len(word)
    return sorted(found)[:_MAX_WINDOWS]


def _element(html: Html, start: int) -> LexborNode | None:
    """The element that begins at `start`, without scripts, as far as the window reaches."""
    window = html.data[start : start + _WINDOW_BYTES]
    if window[:5].lower() in (b"<meta", b"<link"):
        return LexborHTMLParser(html.text(window[: window.find(b">") + 1])).css_first("meta,link")
    if b"<script" in window or b"<style" in window:
        window = _SCRIPT.sub(b"", window)
    body = LexborHTMLParser("<body>" + html.text(_BLOCK.sub(b" <", window))).body
    first = body.first_child if body else None
    return first.next if first and first.tag == "-text" else first


def _byline_tag(node: LexborNode) -> str | None:
    given = node.attributes
    if given.get("rel") and "author" in (given.get("rel") or "").lower().split():
        return '[rel="author"]'
    if "author" in (given.get("itemprop") or "").lower():
        return '[itemprop="author"]'
    names = f"{given.get('class') or ''} {given.get('id') or ''}"
    if node.tag in _NO_BYLINE_TAGS or _NOT_BYLINE.search(names):
        return None
    return "[class*=byline]" if _BYLINE.search(names) else None
