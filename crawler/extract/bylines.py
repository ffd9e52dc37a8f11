"""By-lines of the body: who is named as the author by relation, microdata, RDFa or class."""

import re
from collections.abc import Iterator

from crawler.extract.claim import Place, claim
from crawler.extract.decode import Html
from crawler.extract.window import WINDOW_BYTES, inside, read, tags, text
from crawler.model import Candidate

_LONGEST_NAME, _MAX_BYLINES = 150, 3

_AUTHORS = frozenset({"author", "creator", "dc:creator", "dcterms:creator"})
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?i:byline|by-line|author(?!i)|dateline|writtenby|p-author|writer|contributor)"
    r"|(?:[Aa]rticle|[Ss]tory|[Pp]ost)(?:Byline|Author)"
)
_NAMES_AUTHOR = re.compile(
    rb"""\s(?:rel|itemprop|property|class|id)\s*+=\s*+(?:"[^"]*?|'[^']*?|[^\s"'>]*?)(?:uthor|yline|riter|reator)""",
    re.IGNORECASE,
)
_NO_BYLINE_TAGS = frozenset(("input", "form", "img", "svg", "section", "article", "ul", "nav", "aside", "body"))
_NOT_BYLINE = re.compile(
    r"(?:avatar|image|img|photo|pic|bio|box|comment|social|follow|twitter|facebook|link-list|share|icon|count|related|"
    r"widget|description|about|other|more|recommend)",
    re.IGNORECASE,
)
# Between two names that each have a tag of their own.
_JOINT = re.compile(r"\w\s*+(,|;|&|\b(?:and|und|et|y|e|en|och|og)\b)\s*\Z")
_BETWEEN = re.compile(rb"(</[a-zA-Z][^<>]*+>)(?=<[a-zA-Z])")
_NAME = re.compile(
    rb"""<[a-zA-Z][^<>]*?\s(?:itemprop|property|rel)\s*=\s*["']?(?:schema:)?(?:name|author)\b[^<>]*+"""
    rb"""|<[a-zA-Z]++\sclass="(?:[\w -]*[_-])?(?:author|byline|contributor)_{0,2}-{0,2}name\b[^<>]*+""",
    re.IGNORECASE,
)


def bylines(page: Html, start: int, place: Place) -> Iterator[Candidate]:
    """Who is named as the author by relation, microdata, RDFa or class, in the order of the page.

    Persons who are marked each by a tag of their own, with "and" or a comma between, make one by-line.
    """
    for words in ((b"uthor", b"yline"), (b"riter", b"reator")):
        lines: list[tuple[int, str, str]] = []
        last: dict[str, int] = {}  # the line that each kind of tag made last
        for at, name, given in tags(page, words, start, _NAMES_AUTHOR):
            tag = _byline_tag(name, given)
            line = (given.get("content") or _name(page, inside(page, at))) if tag else ""
            # White space counts: what is laid out over many lines is more than a name.
            if tag is None or len(line) > _LONGEST_NAME or not (line := " ".join(line.split())):
                continue
            before = last.get(tag)
            if before is not None and (joint := _joint(page, lines[before], at)):
                lines[before] = (at, tag, f"{lines[before][2]} {joint} {line}")
            elif len(lines) == _MAX_BYLINES:
                break
            else:
                last[tag] = len(lines)
                lines.append((at, tag, line))
        found = [made for _, tag, line in lines if (made := claim("author", line, tag, place))]
        yield from found
        if found:
            return


def _joint(page: Html, line: tuple[int, str, str], at: int) -> str | None:
    """What joins a by-line, whose last name's tag begins where it says, and the name whose tag begins at `at`."""
    begun, _, names = line
    if at - begun > WINDOW_BYTES:
        return None
    between = " ".join(text(page, page.data[begun:at]).split())
    joint = _JOINT.search(between)
    return joint[1] if joint and names.endswith(between[: joint.start() + 1]) else None


def _byline_tag(name: str, given: dict[str, str]) -> str | None:
    if "author" in given.get("rel", "").lower().split():
        return '[rel="author"]'
    if "author" in given.get("itemprop", "").lower():
        return '[itemprop="author"]'
    if not _AUTHORS.isdisjoint(given.get("property", "").lower().replace("schema:", "").split()):
        return '[property="author"]'
    names = f"{given.get('class', '')} {given.get('id', '')}"
    if name in _NO_BYLINE_TAGS or not _BYLINE.search(names) or _NOT_BYLINE.search(names):
        return None
    return "[class*=byline]"


def _name(page: Html, piece: bytes) -> str:
    """The name in a by-line: of a nested person where one is marked, else all of it."""
    if marked := _NAME.search(piece):
        within = page._replace(data=piece[marked.start() :])
        name = read(page.text(marked[0]))[1].get("content") or text(page, inside(within, 0)).strip()
        if name:
            return name
    # Side by side stand a name and a role, not two halves of a word.
    return text(page, _BETWEEN.sub(rb"\1 ", piece))
