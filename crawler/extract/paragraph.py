"""The first real paragraph of a page: what describes it where nothing else does.

A paragraph is real by its length and by where it stands, so the body's beginning is parsed: a bounded piece, of a
bounded number of tags, because the parser's time grows with the cube of what is nested (see head.py).
"""

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode
from stringzilla import find

from crawler.extract.claim import Place, claim
from crawler.extract.decode import Html
from crawler.model import Candidate

_PIECE_BYTES, _MAX_TAGS, _MAX_DEPTH = 8 * 1024, 120, 40
_LEAST_CHARACTERS = 50

_UNSHOWN = re.compile(
    rb"<!--(?:[^-]++|-(?!->))*+(?:-->)?+"
    rb"|<(script|style|noscript|template|svg|iframe|textarea)\b(?:[^<]++|<(?!/\1\b))*+(?:<[^<>]*+>?+)?+",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<[a-zA-Z/]")
_ELSEWHERE = frozenset(
    ("nav", "header", "footer", "aside", "figure", "figcaption", "form", "dialog", "button", "table", "blockquote")
)
_NOT_TEXT = re.compile(
    r"cookie|consent|gdpr|caption|credit|by-?line|author|meta|date|nav|menu|banner|promo|newsletter|subscri|related"
    r"|comment|footer|sidebar|share|social|advert|disclaimer|breadcrumb|hidden|sr-only|visually|modal|popup|paywall"
)
_NOTICE = re.compile(r"\bcookies?\b|javascript|your browser|©|all rights reserved")


def paragraphs(page: Html, start: int, place: Place) -> Iterator[Candidate]:
    """The first paragraph of running text, if there is one near the beginning of the body."""
    if find(page.data, b"<p", start) < 0:
        return
    if (heading := find(page.data, b"<h1", start)) >= 0:
        start = heading
    piece = _UNSHOWN.sub(b" ", page.data[start : start + 2 * _PIECE_BYTES])[:_PIECE_BYTES]
    one_too_many = next(islice(_TAG.finditer(piece), _MAX_TAGS, None), None)
    piece = piece[: one_too_many.start()] if one_too_many else piece
    for node in LexborHTMLParser("<body>" + page.text(piece)).tags("p"):
        text = " ".join(node.text().split())
        if len(text) >= _LEAST_CHARACTERS and _is_of_article(node) and _is_running(node, text):
            if found := claim("excerpt", text, "p", place):
                yield found
            return


def _is_running(node: LexborNode, text: str) -> bool:
    """Whether a text is more than links, and no notice of the site's."""
    linked = sum(len(child.text()) for child in node.iter() if child.tag == "a")
    return linked * 2 < len(text) and not _NOTICE.search(text.lower())


def _is_of_article(node: LexborNode) -> bool:
    """Whether neither the paragraph nor what it stands in is something beside the article."""
    around: LexborNode | None = node
    for _ in range(_MAX_DEPTH):
        if around is None or around.tag == "body":
            return True
        given = around.attributes
        style = (given.get("style") or "").replace(" ", "")
        if around.tag in _ELSEWHERE or "hidden" in given or "display:none" in style:
            return False
        if _NOT_TEXT.search(f"{given.get('class') or ''} {given.get('id') or ''}".lower()):
            return False
        around = around.parent
    return False
