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
from stringzilla import find, rfind

from crawler.extract.decode import Html

# Most tags are spelled in one of few ways, and a pattern reads those at once, several times as fast as the parser; the
# next ones keep to double quotes; what is odd goes to the parser. Names come in three spellings rather than in any
# case, because a literal is found several times as fast. A tag ends at the first ">" outside quotes, and quotes count
# only after "=" (WHATWG HTML §13.2.5.37).
_NAMED = r'((?:property|name|itemprop)="[^"]++")'
_TOOLS = r'(?:data-[a-z-]++|class|id)="[^"]*+"'  # what the tools that fill a head leave there for themselves
_UNTOLD = (  # what says nothing of an article
    r'(?:link rel="(?!canonical|amphtml|image_src|alternate)[a-z-]++"|link rel="shortcut icon"'
    r'|link rel="alternate" (?:hreflang|type="application/(?:rss|atom))'
    r'|meta (?:charset|name="viewport"|http-equiv="(?![cC]ontent-[lL]anguage)))'
)
_TAG = re.compile(
    rf"""<(?:meta (?:{_TOOLS} )*+(?:{_NAMED} content="([^"]*+)"|content="([^"]*+)" {_NAMED})(?: {_TOOLS})*+\s*+/?>"""
    rf"""|(?:link (?:{_TOOLS} )*+(?=rel="(?:canonical|amphtml)")|html (?:{_TOOLS} )*+(?=lang))"""
    r"""(lang(?==)|rel="[a-z]++")(?: href)?+="([^"]++)"(?:\s++[\w:-]++="[^"]*+")*+\s*+/?>"""
    rf"""|{_UNTOLD}[^>]*+>"""
    r"""|(meta|link|html|base)((?:\s++[\w:-]++="[^"]*+")++)\s*+/?>"""
    r"""|(?:title|TITLE|Title)(?=[\s/>])[^>]*+(?:>|\Z)((?:[^<]++|<(?!/(?i:title)))*+)"""
    r"""|((?:meta|link|base|html|META|LINK|BASE|HTML|Meta|Link|Base|Html)(?=[\s/>])"""
    r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+)(?:>|\Z))"""
)
_ATTRIBUTE = re.compile(r"""([\w:-]++)="([^"]*+)\"""")
_REFERENCE = re.compile(r"&#?\w{1,31};")
_QUOTED = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
# What hides tags, up to where it closes. A comment may end where it begins: "<!-->".
_HIDDEN = re.compile(
    rb"<(?:!(?=--)(?:[^-]++|-(?!->))*+|(script|style|SCRIPT|STYLE|Script|Style)(?=[\s>])(?:[^<]++|<(?!/\1))*+)"
)
_MAX_TAG, _MAX_UNQUOTED, _MAX_TAGS = 32 * 1024, 1024, 2000
_MAX_ENDS = 16
_PLACE = "data-place"
_NAMING = {"meta": ("property", "name", "itemprop", "http-equiv"), "link": ("rel", "type", "itemprop")}

# What a tag of the head says: how it is named, and the value. A meta and a link are named by an attribute, written as
# it is most often: `property="og:title"`, `rel="canonical"`; `title`, `lang` and `base` name themselves.
Said: TypeAlias = tuple[str, str]


class Pieces(NamedTuple):
    """What a scan found: what the tags say, in their order; where the head ends, 0 where the page does not say."""

    said: list[Said]
    end: int


def scan(page: Html, start: int = 0) -> Pieces:
    """What the metadata tags of the head say, or those from `start` on to the end of the page."""
    end = _end_of_head(page.data) if start == 0 else len(page.data)
    shown = _HIDDEN.sub(b"", page.data[start:end])
    said: list[Said] = []
    odd: list[str] = []
    titled = False
    for name, value, first, behind, relation, address, tag, given, title, strange in _TAG.findall(page.text(shown))[
        :_MAX_TAGS
    ]:
        if told := value or first or address:
            said.append((name or behind or relation, _decoded(told) if "&" in told else told))
        elif tag:
            if tag != "link" or _names_a_page(given.lower()):
                attributes = _ATTRIBUTE.findall(given)[::-1]  # of two with one name the first counts
                said += _said(tag, {key.lower(): _decoded(value) for key, value in attributes})
        elif not titled and title and not title.isspace() and len(title) < _MAX_TAG:
            titled = True
            said.append(("title", unescape(title)))
        elif strange and not _is_absurd(strange) and (strange[0] not in "lL" or _names_a_page(strange.lower())):
            odd.append(f"<{strange[:4]} {_PLACE}={len(said)} {strange[4:]}>")
    end = end if start == 0 and end < len(page.data) else 0
    return Pieces(_with_odd(said, "".join(odd)) if odd else said, end)


def _with_odd(said: list[Said], odd: str) -> list[Said]:
    """What was said, and in its place what the odd tags say, which take the rules of HTML to be read."""
    placed: list[tuple[float, Said]] = [*enumerate(said)]
    document = LexborHTMLParser(odd)
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
            yield "base" if tag == "base" else "lang", value
        return
    value = given.get("href") if tag == "link" else given.get("content") or given.get("value")
    seen = {""}
    for attribute in _NAMING[tag] if value else ():
        name = (given.get(attribute) or "").lower()
        if value and name not in seen:
            seen.add(name)
            yield f'{attribute}="{name}"', value


def _end_of_head(data: bytes) -> int:
    """Where the head ends, or the body begins; the end of the page where it does not say."""
    for tag in (b"</head>", b"</HEAD>", b"<body", b"<BODY"):
        end = find(data, tag)
        # What stands in a comment or a script is no end.
        for _ in range(_MAX_ENDS):
            if end < 0 or not _is_hidden(data, end):
                break
            end = find(data, tag, end + 1)
        if end >= 0:
            return int(end)
    return len(data)


def _is_hidden(data: bytes, at: int) -> bool:
    """Whether a comment or a script is open there."""
    hiding = ((b"<!--", b"-->"), (b"<script", b"</script"))
    return any(rfind(data, opening, 0, at) > rfind(data, closing, 0, at) for opening, closing in hiding)


def _decoded(value: str) -> str:
    """An attribute's value; what looks like a reference but does not end like one may be a query's `&copy=1`."""
    return _REFERENCE.sub(lambda found: unescape(found[0]), value) if "&" in value else value


def _names_a_page(link: str) -> bool:
    """Whether a `link` is one of the few that matter: most name style sheets and icons."""
    return "canonical" in link or "amphtml" in link or "image_src" in link or "oembed" in link or "itemprop" in link


def _is_absurd(tag: str) -> bool:
    return len(tag) > _MAX_UNQUOTED and (len(tag) > _MAX_TAG or len(_QUOTED.sub("", tag)) > _MAX_UNQUOTED)
