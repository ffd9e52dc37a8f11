"""What only the body says: headings, microdata, RDFa, by-lines, dates. Read for what the head lacks.

A promising word is looked for at memory speed; only the tag around it is read, and where its text counts, a window of a
few KB from it on. So the work is bounded by the number of windows, whatever the page's size and depth (see head.py on
why the page itself is never parsed).
"""

import re
from collections.abc import Container, Iterator
from heapq import merge
from html import unescape

from stringzilla import find

from crawler.extract.claim import Place, claim
from crawler.extract.decode import Html
from crawler.model import Candidate

_WINDOW_BYTES, _NEAR_BYTES = 2048, 64 * 1024
_TAG_BYTES, _LONGEST_NAME, _LONGEST_DATE = 600, 150, 80
_SCRIPT_BYTES = 512 * 1024
_MAX_LOOKS, _MAX_TAGS, _MAX_HEADINGS, _MAX_BYLINES, _MAX_SCRIPTS = 250, 48, 4, 3, 64

_SCRIPT = re.compile(rb"<(script|style|noscript)\b.*?(?:</\1\b[^<>]*+>?|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(rb"<(?=/?(?:br|p|div|li|h\d|td|ul|time)\b)", re.IGNORECASE)
_BETWEEN = re.compile(rb"(</[a-zA-Z][^<>]*+>)(?=<[a-zA-Z])")
_ANY_TAG = re.compile(rb"<[^<>]*+>")
_TOKEN = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)")
_NAME = re.compile(
    rb"""<[a-zA-Z][^<>]*?\s(?:itemprop|property|rel)\s*=\s*["']?(?:schema:)?(?:name|author)\b[^<>]*+"""
    rb"""|<[a-zA-Z]++\sclass="(?:[\w -]*[_-])?(?:author|byline|contributor)_{0,2}-{0,2}name\b[^<>]*+""",
    re.IGNORECASE,
)
_URL = re.compile(rb"""<[a-zA-Z][^<>]*?\s(?:itemprop|property)\s*=\s*["']?(?:schema:)?(?:url|contentUrl)\b[^<>]*+""")
_PICTURE = re.compile(rb"<img\s[^<>]*+")
_ATTRIBUTE = re.compile(r"""([^\s=>"'/<]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++)))?""")

# Properties of schema.org's Article in microdata and RDFa, and of Dublin Core.
_ITEMS = {
    "headline": "title",
    "description": "excerpt",
    "image": "image",
    "datepublished": "published",
    "datecreated": "published",
    "datemodified": "modified",
    "dc:title": "title",
    "dcterms:title": "title",
    "dc:description": "excerpt",
    "dc:date": "published",
    "dcterms:created": "published",
    "dcterms:modified": "modified",
}
_AUTHORS = frozenset({"author", "creator", "dc:creator", "dcterms:creator"})
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?i:byline|by-line|author(?!i)|dateline|writtenby|p-author|writer|contributor)"
    r"|(?:[Aa]rticle|[Ss]tory|[Pp]ost)(?:Byline|Author)"
)
_NAMES_AUTHOR = re.compile(
    rb"""\s(?:rel|itemprop|property|class|id)\s*+=\s*+(?:"[^"]*?|'[^']*?|[^\s"'>]*?)(?:uthor|yline|riter|reator)""",
    re.IGNORECASE,
)
_NAMES_ITEM = re.compile(
    rb"(?:itemprop|property)=[^>]{0,40}?(?:headline|escription|image|ublished|reated|odified|title|date)", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:pub|post|entry|article)?-?(?:date(?:line|time)?|published|posted|publication)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMES_DATE = re.compile(rb"""\s(?:class|id)\s*+=\s*+["']?[^"'>]*?(?:[dD]ate|ublish|osted)""")
_NO_BYLINE_TAGS = frozenset(("input", "form", "img", "svg", "section", "article", "ul", "nav", "aside", "body"))
_NOT_BYLINE = re.compile(
    r"(?:avatar|image|img|photo|pic|bio|box|comment|social|follow|twitter|facebook|link-list|share|icon|count|related|"
    r"widget|description|about|other|more|recommend)",
    re.IGNORECASE,
)
# Between two names that each have a tag of their own.
_JOINT = re.compile(r"\w\s*+(,|;|&|\b(?:and|und|et|y|e|en|och|og)\b)\s*\Z")
_Tag = tuple[int, str, dict[str, str]]


def scripts(page: Html, start: int) -> Iterator[bytes]:
    """The contents of JSON-LD scripts from `start` on."""
    data = page.data
    for _ in range(_MAX_SCRIPTS):
        if (found := find(data, b"ld+json", start)) < 0 or (opened := find(data, b">", found)) < 0:
            return
        closed = find(data, b"</", opened)
        while closed >= 0 and data[closed : closed + 8].lower() != b"</script":
            closed = find(data, b"</", closed + 2)
        start = closed if closed >= 0 else len(data)
        if b"<script" in data[max(0, found - _TAG_BYTES) : found].lower() and start - opened <= _SCRIPT_BYTES:
            yield data[opened + 1 : start]


def headings(page: Html, start: int, place: Place) -> Iterator[Candidate]:
    """The first few `h1`, in their order."""
    at = find(page.data, name := b"<h1", start)
    if at < 0:
        at = find(page.data, name := b"<H1", start)
    for _ in range(_MAX_HEADINGS):
        if at < 0:
            return
        # A sign behind a heading is the link to itself that documentation tools add.
        if heading := claim("title", _text(page, _inside(page, at)).rstrip("¶#\u200b \n"), "h1", place):
            yield heading
        at = find(page.data, name, at + len(name))


def items(page: Html, start: int, wanted: Container[str], place: Place) -> Iterator[Candidate]:
    """Microdata and RDFa of the article's own, for the fields that are wanted."""
    for at, name, given in _tags(page, (b"itemprop=", b"property="), start, _NAMES_ITEM):
        for attribute in ("itemprop", "property"):
            for item in given.get(attribute, "").lower().replace("schema:", "").split():
                field = _ITEMS.get(item)
                if field is None or field not in wanted:
                    continue
                # hCalendar's abbreviation: what is shown may be "10:30 AM".
                raw = given.get("content") or given.get("datetime") or (given.get("title") if name == "abbr" else None)
                if field == "image":
                    raw = raw or given.get("src") or given.get("href") or _address(page, _inside(page, at))
                elif raw is None and name != "meta":
                    raw = _text(page, _inside(page, at))
                if found := claim(field, raw, f'[{attribute}="{item}"]', place):
                    yield found


def times(page: Html, start: int, place: Place) -> list[Candidate]:
    """Dates of `time` tags: those near the heading or behind it, then those of what stands above."""
    near = _near_heading(page, start)
    above: list[Candidate] = []
    dates: list[Candidate] = []
    for at, name, given in _tags(page, (b"atetime=",), start):
        tag = "time[pubdate]" if "pubdate" in given else "time[datetime]"
        is_own = name == "time" and "itemprop" not in given and not _is_update(given.get("class", ""))
        if is_own and (found := claim("published", given.get("datetime"), tag, place)):
            (dates if at >= near else above).append(found)
    return dates + above


def _near_heading(page: Html, start: int) -> int:
    """Where the article may begin: a little above its first heading; `start` where there is none."""
    return max(start, int(find(page.data, b"<h1", start)) - _WINDOW_BYTES)


def shown_dates(page: Html, start: int, place: Place) -> Iterator[Candidate]:
    """The first date that is shown in a tag named for it, near the heading or behind."""
    start = _near_heading(page, start)
    page = page._replace(data=page.data[start : start + _NEAR_BYTES])
    for at, _, given in _tags(page, (b"date", b"Date", b"ublish", b"osted"), 0, _NAMES_DATE):
        names = f"{given.get('class', '')} {given.get('id', '')}"
        if not _DATE.search(names) or _is_update(names) or "dtstart" in names:  # when an event begins (hCalendar)
            continue
        text = " ".join(_text(page, _inside(page, at)).split())
        if len(text) <= _LONGEST_DATE and (found := claim("published", text, "[class*=date]", place)):
            yield found
            return


def _is_update(names: str) -> bool:
    """Whether a date of these classes is the last change alone: "published updated" is WordPress's for both."""
    names = names.lower()
    return ("updated" in names or "modified" in names) and "publish" not in names


def bylines(page: Html, start: int, place: Place) -> Iterator[Candidate]:
    """Who is named as the author by relation, microdata, RDFa or class, in the order of the page.

    Persons who are marked each by a tag of their own, with "and" or a comma between, make one by-line.
    """
    for words in ((b"uthor", b"yline"), (b"riter", b"reator")):
        lines: list[tuple[int, str, str]] = []
        last: dict[str, int] = {}  # the line that each kind of tag made last
        for at, name, given in _tags(page, words, start, _NAMES_AUTHOR):
            tag = _byline_tag(name, given)
            text = (given.get("content") or _name(page, _inside(page, at))) if tag else ""
            # White space counts: what is laid out over many lines is more than a name.
            if tag is None or len(text) > _LONGEST_NAME or not (text := " ".join(text.split())):
                continue
            line = last.get(tag)
            if line is not None and (joint := _joint(page, lines[line], at)):
                lines[line] = (at, tag, f"{lines[line][2]} {joint} {text}")
            elif len(lines) == _MAX_BYLINES:
                break
            else:
                last[tag] = len(lines)
                lines.append((at, tag, text))
        found = [made for _, tag, text in lines if (made := claim("author", text, tag, place))]
        yield from found
        if found:
            return


def _joint(page: Html, line: tuple[int, str, str], at: int) -> str | None:
    """What joins a by-line, whose last name's tag begins where it says, and the name whose tag begins at `at`."""
    begun, _, names = line
    if at - begun > _WINDOW_BYTES:
        return None
    between = " ".join(_text(page, page.data[begun:at]).split())
    joint = _JOINT.search(between)
    return joint[1] if joint and names.endswith(between[: joint.start() + 1]) else None


def _address(page: Html, piece: bytes) -> str | None:
    """The address in an ImageObject: its own `url`, else the first picture's."""
    if marked := _URL.search(piece) or _PICTURE.search(piece):
        _, given = _read(page.text(marked[0]))
        return given.get("content") or given.get("href") or given.get("src")
    return None


def _name(page: Html, piece: bytes) -> str:
    """The name in a by-line: of a nested person where one is marked, else all of it."""
    if marked := _NAME.search(piece):
        within = page._replace(data=piece[marked.start() :])
        name = _read(page.text(marked[0]))[1].get("content") or _text(page, _inside(within, 0)).strip()
        if name:
            return name
    # Side by side stand a name and a role, not two halves of a word.
    return _text(page, _BETWEEN.sub(rb"\1 ", piece))


def links(page: Html, start: int, relations: set[str], place: Place) -> Iterator[Candidate]:
    """Links that belong to the head, on pages whose head ended early: those of the `relations` asked for."""
    words = tuple(word for word in map(str.encode, relations) if find(page.data, word, start) >= 0)
    for _, name, given in _tags(page, words, start) if words else ():
        relation = given.get("rel", "").lower()
        is_link = name == "link" and relation in relations
        if is_link and (found := claim(relation, given.get("href"), f'link[rel="{relation}"]', place)):
            yield found


def _tags(page: Html, words: tuple[bytes, ...], start: int, like: re.Pattern[bytes] | None = None) -> Iterator[_Tag]:
    """The tags that hold one of the words, and look like the pattern: where each begins, its name, its attributes."""
    last = -1
    for opened, at in merge(*(_places(page.data, word, start) for word in words)):
        if opened == last:
            continue
        last = opened
        end = page.data.find(b">", at, at + _WINDOW_BYTES)
        tag = page.data[opened + 1 : end if end >= 0 else at + _TAG_BYTES]
        if like is None or like.search(tag):
            yield opened, *_read(page.text(tag))


def _places(data: bytes, word: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where each tag that holds the word begins, and where the word stands."""
    at, count = start, 0
    for _ in range(_MAX_LOOKS):
        if count == _MAX_TAGS or (at := find(data, word, at)) < 0:
            return
        opened = data.rfind(b"<", max(start, at - _TAG_BYTES), at)
        if opened >= 0 and data[opened + 1 : opened + 2].isalpha() and data.find(b">", opened, at) < 0:
            count += 1
            yield opened, at
        at += len(word)


def _read(tag: str) -> tuple[str, dict[str, str]]:
    """The name and the attributes of a tag."""
    parts = _ATTRIBUTE.findall(tag)
    given = {}
    for name, double, single, bare in reversed(parts[1:]):  # of two with one name the first counts
        value = double or single or bare
        given[name.lower()] = unescape(value) if "&" in value else value
    return parts[0][0].lower(), given


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


def _inside(page: Html, at: int) -> bytes:
    """What stands between the tag at `at` and its closing one, as far as the window reaches."""
    window = page.data[at : at + _WINDOW_BYTES]
    opened = window.find(b">") + 1
    first = _TOKEN.match(window)
    name = first[2] if first else b""
    closing = window.find(b"</" + name, opened)
    if closing >= 0 and window.find(b"<" + name, opened, closing) < 0:
        return window[opened:closing]
    depth = 0
    for tag in _TOKEN.finditer(window):
        if tag[2].lower() == name.lower():
            depth += -1 if tag[1] else 1
            if depth <= 0:
                return window[opened : tag.start()]
    return window[opened:]


def _text(page: Html, piece: bytes) -> str:
    """What a reader sees of a piece of HTML."""
    if b"<" in piece:
        if b"<s" in piece or b"<S" in piece or b"<n" in piece:
            piece = _SCRIPT.sub(b"", piece)
        piece = _ANY_TAG.sub(b"", _BLOCK.sub(b" <", piece))
    return unescape(page.text(piece))
