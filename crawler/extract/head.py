"""The few tags of a page that can hold metadata, found by one linear scan.

Only these reach the HTML parser, as one flat row: Lexbor takes quadratic to cubic time on deep trees, misnested
formatting and tags with thousands of attributes (40 KB can take seconds and gigabytes), and no time-out can end it.
A row of `meta` tags has no depth, and a tag with too much outside its quotes is left out.

Rejected: a byte limit (the hostile pages are small), a parser in a process of its own (dearer than the whole visit).
Every repetition in the pattern is possessive and an open construct ends with the page, so no byte is read twice.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from selectolax.lexbor import LexborHTMLParser
from stringzilla import find

from crawler.extract.decode import Html

# Most tags are spelled one way, and a pattern reads those at once, several times as fast as the parser; the next ones
# keep to double quotes; what is odd goes to the parser. Names come in three spellings rather than in any case, because
# a literal is found several times as fast. A tag ends at the first ">" outside quotes, and quotes count only after "="
# (WHATWG HTML §13.2.5.37).
_TAG = re.compile(
    r"""<(?:meta (property|name|itemprop)="([^"<>&]++)" content="((?:[^"&]++|&#?\w{1,31};)++)"\s*+/?>"""
    r"""|(?:link rel="(?:stylesheet|preload|preconnect|dns-prefetch|prefetch|icon|shortcut icon|apple-touch-icon)\""""
    r"""|meta (?:charset|name="viewport"|http-equiv="(?![cC]ontent-[lL]anguage)))[^>]*+>"""
    r"""|(meta|link|html|base)((?:\s++[\w:-]++="(?:[^"&]++|&#?\w{1,31};)*+")++)\s*+/?>"""
    r"""|(?:title|TITLE|Title)(?=[\s/>])[^>]*+>((?:[^<]++|<(?!/(?i:title)))*+)(?:<|\Z)"""
    r"""|((?:meta|link|base|html|META|LINK|BASE|HTML|Meta|Link|Base|Html)(?=[\s/>])"""
    r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z))"""
)
_ATTRIBUTE = re.compile(r"""([\w:-]++)="([^"]*+)\"""")
_QUOTED = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_MAX_TAG, _MAX_UNQUOTED, _MAX_TAGS = 32 * 1024, 1024, 2000
_SCRIPT_BYTES = 512 * 1024
_PLACE = "data-place"
_NAMING = {"meta": ("property", "name", "itemprop", "http-equiv"), "link": ("rel", "type", "itemprop")}
# What hides tags from a parser.
_HIDING = re.compile(rb"<(?:!--|(script|style|SCRIPT|STYLE|Script|Style|textarea|iframe)(?=[\s>]))")


# What a tag of the head says: the attribute that names it, the name in lower case, the value. Of a meta the name that
# it bears (`property`, `name`, `itemprop`, `http-equiv`), of a link its `rel` or `type`; `title`, `lang` and `base`
# name themselves.
Said: TypeAlias = tuple[str, str, str]


class Pieces(NamedTuple):
    """What a scan found: what the tags say, in their order; the contents of JSON-LD scripts; where the head ends.

    `end` is 0 where the page does not say.
    """

    said: list[Said]
    scripts: list[bytes]
    end: int


def scan(page: Html, start: int = 0) -> Pieces:
    """What the metadata tags of the head say, or those from `start` on to the end of the page."""
    data = page.data
    shown, scripts, end = _shown(data, start, _end_of_head(data, 0) if start == 0 else len(data))
    said: list[Said] = []
    odd: list[str] = []
    titled = False
    for attribute, name, content, tag, given, title, strange in _TAG.findall(page.text(shown))[:_MAX_TAGS]:
        if name:
            said.append((attribute, name.lower(), unescape(content) if "&" in content else content))
        elif tag:
            if tag != "link" or _names_a_page(given.lower()):
                said += _said(tag, {key.lower(): unescape(value) for key, value in _ATTRIBUTE.findall(given)[::-1]})
        elif not titled and title and not title.isspace() and len(title) < _MAX_TAG:
            titled = True
            said.append(("", "title", unescape(title)))
        elif strange and not _is_absurd(strange) and (strange[0] not in "lL" or _names_a_page(strange.lower())):
            odd.append(f"<{strange[:4]} {_PLACE}={len(said)}{strange[4:]}>")
    return Pieces(_with_odd(said, odd) if odd else said, scripts, end if end < len(data) and start == 0 else 0)


def _with_odd(said: list[Said], odd: list[str]) -> list[Said]:
    """What was said, and in its place what the odd tags say, which take the rules of HTML to be read."""
    placed: list[tuple[float, Said]] = [*enumerate(said)]
    document = LexborHTMLParser("".join(odd))
    # Not .css(): its own parser takes twice as long.
    for node in (*document.tags("html"), *(document.head.iter() if document.head else ())):
        given = node.attributes
        place = int(given.pop(_PLACE, None) or 0) - 0.5
        placed += [(place, each) for each in _said(node.tag or "", given)]
    return [each for _, each in sorted(placed, key=itemgetter(0))]


def _said(tag: str, given: Mapping[str, str | None]) -> Iterator[Said]:
    """What a tag says under each of its names."""
    if tag in ("html", "base"):
        if value := given.get("href") if tag == "base" else given.get("lang") or given.get("xml:lang"):
            yield "", "base" if tag == "base" else "lang", value
        return
    value = given.get("href") if tag == "link" else given.get("content") or given.get("value")
    seen = {""}
    for attribute in _NAMING[tag] if value else ():
        name = (given.get(attribute) or "").lower()
        if value and name not in seen:
            seen.add(name)
            yield attribute, name, value


def _shown(data: bytes, at: int, end: int) -> tuple[bytes, list[bytes], int]:
    """What lies between `at` and `end` outside of comments and scripts; JSON-LD scripts; the end.

    An end that lies within a comment or a script is none: then the next one is.
    """
    shown, scripts = [], []
    while hidden := _HIDING.search(data, at, end):
        opened, name = hidden.start(), hidden[1]
        shown.append(data[at:opened])
        # A comment may end where it begins: "<!-->".
        at = find(data, b"</" + name if name else b"-->", opened + 2)
        at = at if at >= 0 else len(data)
        if name and (tag_end := data.find(b">", opened, at)) >= 0 and b"ld+json" in data[opened:tag_end].lower():
            scripts += [data[tag_end + 1 : at]] if at - tag_end <= _SCRIPT_BYTES else []
        if at > end:
            end = _end_of_head(data, at)
    shown.append(data[at:end])
    return b"".join(shown), scripts, end


def _end_of_head(data: bytes, at: int) -> int:
    """Where the head ends, or the body begins; the end of the page where it does not say."""
    for tag in (b"</head>", b"</HEAD>", b"<body", b"<BODY"):
        if (end := find(data, tag, at)) >= 0:
            return int(end)
    return len(data)


def _names_a_page(link: str) -> bool:
    """Whether a `link` is one of the few that matter: most name style sheets and icons."""
    return "canonical" in link or "amphtml" in link or "image_src" in link or "oembed" in link or "itemprop" in link


def _is_absurd(tag: str) -> bool:
    return len(tag) > _MAX_UNQUOTED and (len(tag) > _MAX_TAG or len(_QUOTED.sub("", tag)) > _MAX_UNQUOTED)
