"""The few tags of a page that can hold metadata, found by one linear scan.

Only these reach the HTML parser, as one flat row: Lexbor takes quadratic to cubic time on deep trees, misnested
formatting and tags with thousands of attributes (40 KB can take seconds and gigabytes), and no time-out can end it.
A row of `meta` tags has no depth, and a tag with too much outside its quotes is left out.

Rejected: a byte limit (the hostile pages are small), a parser in a process of its own (dearer than the whole visit).
Every repetition in the patterns is possessive and an open construct ends with the page, so no byte is read twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.decode import Html

# A tag ends at the first ">" outside quotes, and quotes count only after "=" (WHATWG HTML §13.2.5.37).
_ATTRIBUTES = rb"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+"""
_PIECE = re.compile(
    rb"<(?:!--(?:-?>|(?:[^-]++|-(?!->))*+(?:-->|\Z))"
    rb"|(?P<raw>script|style|textarea|iframe)(?=[\s/>])(?P<given>" + _ATTRIBUTES + rb")(?:>|\Z)"
    rb"(?P<inside>(?:[^<]++|<(?!/(?P=raw)))*+)(?:<|\Z)"
    rb"|(?P<tag>(?:meta|link|base|html)(?=[\s/>])" + _ATTRIBUTES + rb")(?:>|\Z)"
    rb"|(?P<title>title(?=[\s/>])[^>]*+>(?:[^<]++|<(?!/title))*+)(?:<|\Z)"
    rb"|(?P<end>/head|body)(?=[\s/>]))",
    re.IGNORECASE,
)
_QUOTED = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_TAG_BYTES, _TAG_BYTES_UNQUOTED, _TAGS, _SCRIPT_BYTES = 32 * 1024, 1024, 2000, 512 * 1024


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a scan found: the tags in their order, the contents of JSON-LD scripts, and where the head ends.

    `end` is 0 where the page does not say.
    """

    tags: bytes
    scripts: tuple[bytes, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Element:
    """A tag with its attributes, names in lower case; `text` only of a title."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""


def scan(data: bytes, start: int = 0) -> Pieces:
    """The metadata tags of the head, or from `start` on to the end of the page."""
    tags: list[bytes] = []
    scripts: list[bytes] = []
    for found in _PIECE.finditer(data, start):
        kind = found.lastgroup
        if kind == "tag":
            if len(tags) < _TAGS and not _absurd(found["tag"]):
                tags.append(b"<" + found["tag"] + b">")
        elif kind == "inside":
            if b"ld+json" in found["given"] and len(found["inside"]) <= _SCRIPT_BYTES:
                scripts.append(found["inside"])
        elif kind == "title":
            if not start and len(found["title"]) < _TAG_BYTES:
                tags.append(b"<" + found["title"] + b"</title>")
        elif kind == "end" and not start:
            return Pieces(b"".join(tags), tuple(scripts), found.end())
    return Pieces(b"".join(tags), tuple(scripts), 0)


def _absurd(tag: bytes) -> bool:
    if len(tag) < _TAG_BYTES_UNQUOTED:
        return False
    return len(tag) > _TAG_BYTES or len(_QUOTED.sub(b"", tag)) > _TAG_BYTES_UNQUOTED


def elements(html: Html, tags: bytes) -> list[Element]:
    """The tags that a scan found, parsed by the rules of HTML."""
    return [
        Element(
            node.tag or "",
            {name: value for name, value in node.attributes.items() if value},
            node.text() if node.tag == "title" else "",
        )
        for node in LexborHTMLParser(html.text(tags)).css("html,base,title,meta,link")
    ]
