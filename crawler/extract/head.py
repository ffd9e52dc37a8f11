"""The tags of a page that can bear metadata, cut out in linear time before any parser sees them. Pure.

The rules
- One scan from left to right finds tags as the HTML tokenizer would (WHATWG HTML §13.2.5): comments and the content of
  scripts, styles and drawings are skipped, a quote opens a value only after `=`.
- The head is what comes before the first `</head>` or `<body`; a `<noscript><img>` in it does not end it, though the
  tree builder says so: publishers put their tags after it.
- Lexbor then reads only the tags themselves: attributes with their entities, and short pieces of inner markup.
- A tag with absurdly many attributes, or a huge one, is no tag of ours.

Rejected: giving the page to Lexbor. Its time is not linear: 40 KB of hostile markup took 2 s and 1.3 GB, 82 KB 18 s,
256 KB of attributes on one tag 4 s, and no time-out can end it. Many bounded pieces are linear whatever they hold.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

_MAX_TAG = 32 * 1024
_MAX_BARE = 1024
_MAX_TAGS = 2_000
_MAX_SCRIPT = 1024 * 1024
_MAX_INNER = 2048
_MAX_BYLINES = 12

_START = re.compile(
    r"<(?:(?P<skip>!--|(?:style|svg|textarea|iframe|xmp|template)(?=[\s/>]))"
    r"|(?P<end>/head\s*>|body(?=[\s/>]))"
    r"|(?P<name>(?:html|base|meta|link|title|script|h1|time)(?=[\s/>])))",
    re.IGNORECASE,
)
_NAME = re.compile(r"<([a-z][a-z0-9]{0,9})\s", re.IGNORECASE)
_REST = re.compile(r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_VOID = frozenset(("html", "base", "meta", "link"))
_RAW = frozenset(("title", "script"))
# Words in a tag by which the markup of by-lines is told.
_BYLINE_WORDS = ("author", "Author", "byline", "Byline", "byLine")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, its name and attribute names in lower case, its attributes' values decoded.

    `text` is what it holds: of script and title as written, of others as displayed; "" of those that hold nothing.
    """

    name: str
    attributes: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Cut:
    name: str
    start: str
    inner: str


def head_tags(text: str) -> tuple[tuple[Tag, ...], int]:
    """The tags of the head, and where in the text it ends (the text's length if it never does)."""
    cuts: list[_Cut] = []
    position = 0
    while len(cuts) < _MAX_TAGS and (found := _START.search(text, position)):
        if found["end"]:
            return _read(cuts), found.start()
        position, cut = _step(text, found)
        if cut:
            cuts.append(cut)
    return _read(cuts), len(text)


def body_tags(text: str, start: int) -> tuple[Tag, ...]:
    """The same kinds of tags from `start` on, and those that may hold the by-line."""
    cuts: list[_Cut] = []
    scripts: list[tuple[int, int]] = []
    position = start
    while len(cuts) < _MAX_TAGS and (found := _START.search(text, position)):
        position, cut = _step(text, found)
        if found["skip"] or (found["name"] or "").lower() == "script":
            scripts.append((found.start(), position))
        if cut:
            cuts.append(cut)
    return _read([*cuts, *_bylines(text, start, scripts)])


def _step(text: str, found: re.Match[str]) -> tuple[int, _Cut | None]:
    """Where the scan goes on, and the tag that was found there if it is of interest."""
    if found["skip"]:
        return _after(text, found["skip"].lower(), found.end()), None
    if found["end"]:
        return found.end(), None
    name = found["name"].lower()
    rest = _REST.match(text, found.end())
    if rest is None:  # the tag never ends, so nothing after it is a tag
        return len(text), None
    inner, position = "", rest.end()
    if name in _RAW:
        position = _close(text, name, rest.end())
        inner = text[rest.end() : min(position, rest.end() + _MAX_SCRIPT)]
    elif name not in _VOID:
        inner = text[rest.end() : rest.end() + _MAX_INNER]
    start = text[found.end() : rest.end()]
    return position, _Cut(name, start, inner) if _is_sane(start) and _is_wanted(name, start) else None


def _after(text: str, skipped: str, position: int) -> int:
    if skipped == "!--":
        end = text.find("-->", position)
        return end + 3 if end >= 0 else len(text)
    return _close(text, skipped, position)


def _close(text: str, name: str, position: int) -> int:
    """Where the end tag of a raw element begins; the text's length if it never comes."""
    end = text.find(f"</{name}", position)
    if end < 0:
        found = re.compile(f"</{name}", re.IGNORECASE).search(text, position)
        end = found.start() if found else len(text)
    return end


def _is_sane(start: str) -> bool:
    return len(start) <= _MAX_TAG and (len(start) <= _MAX_BARE or len(_QUOTED.sub("", start)) <= _MAX_BARE)


def _is_wanted(name: str, start: str) -> bool:
    return name != "script" or "ld+json" in start.lower()


def _bylines(text: str, start: int, scripts: list[tuple[int, int]]) -> Iterator[_Cut]:
    """Tags with a word for by-line in them, scripts and comments left out."""
    taken: set[int] = set()
    for position in _mentions(text, start):
        begin = text.rfind("<", max(start, position - 500), position)
        if begin < 0 or begin in taken or text.find(">", begin, position) >= 0:
            continue
        taken.add(begin)
        if any(first <= begin < last for first, last in scripts):
            continue
        name, rest = _NAME.match(text, begin), _REST.match(text, begin + 1, begin + _MAX_BARE)
        if name is None or rest is None or name[1].lower() in {*_VOID, *_RAW, "h1", "time"}:
            continue
        yield _Cut(name[1].lower(), text[name.end() - 1 : rest.end()], text[rest.end() : rest.end() + _MAX_INNER])
        if len(taken) >= _MAX_BYLINES:
            return


def _mentions(text: str, start: int) -> list[int]:
    found = []
    for word in _BYLINE_WORDS:
        position = text.find(word, start)
        while position >= 0 and len(found) < _MAX_TAGS:
            found.append(position)
            position = text.find(word, position + len(word))
    return sorted(found)


def _read(cuts: Iterable[_Cut]) -> tuple[Tag, ...]:
    """What Lexbor makes of the pieces."""
    cuts = list(cuts)
    # All become one row of void elements, so that one parse reads them; the first of two attributes of a name counts.
    row = "".join(f"<meta data-cut={number} {cut.start}" for number, cut in enumerate(cuts))
    found: dict[int, dict[str, str]] = {}
    for node in LexborHTMLParser(row).css("meta[data-cut]"):
        attributes = {name: value or "" for name, value in node.attributes.items()}
        found[int(attributes.pop("data-cut"))] = attributes
    return tuple(
        Tag(cut.name, found[number], _text(cut)) for number, cut in enumerate(cuts) if number in found
    )


def _text(cut: _Cut) -> str:
    if cut.name in _RAW or not cut.inner:
        return cut.inner
    body = LexborHTMLParser(f"<{cut.name}>{cut.inner}").body
    node = body.child if body else None
    return node.text(separator=" ") if node else ""
