"""What only the body says: headings, microdata, RDFa, dates. Read for what the head lacks."""

import re
from collections.abc import Container, Iterator

from stringzilla import find

from crawler.extract.claim import Place, claim
from crawler.extract.decode import Html
from crawler.extract.window import WINDOW_BYTES, inside, read, tags, text
from crawler.model import Candidate

_NEAR_BYTES, _LONGEST_DATE = 64 * 1024, 80
_MAX_HEADINGS = 3

_URL = re.compile(rb"""<[a-zA-Z][^<>]*?\s(?:itemprop|property)\s*=\s*["']?(?:schema:)?(?:url|contentUrl)\b[^<>]*+""")
_PICTURE = re.compile(rb"<img\s[^<>]*+")
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
_NAMES_ITEM = re.compile(
    rb"(?:itemprop|property)=[^>]{0,40}?(?:headline|escription|image|ublished|reated|odified|title|date)", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:pub|post|entry|article)?-?(?:date(?:line|time)?|published|posted|publication)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMES_DATE = re.compile(rb"""\s(?:class|id)\s*+=\s*+["']?[^"'>]*?(?:[dD]ate|ublish|osted)""")


def headings(page: Html, start: int, place: Place) -> Iterator[Candidate]:
    """The first few `h1`, in their order."""
    at = find(page.data, name := b"<h1", start)
    if at < 0:
        at = find(page.data, name := b"<H1", start)
    for _ in range(_MAX_HEADINGS):
        if at < 0:
            return
        # A sign behind a heading is the link to itself that documentation tools add.
        if heading := claim("title", text(page, inside(page, at)).rstrip("¶#\u200b \n"), "h1", place):
            yield heading
        at = find(page.data, name, at + len(name))


def items(page: Html, start: int, wanted: Container[str], place: Place) -> Iterator[Candidate]:
    """Microdata and RDFa of the article's own, for the fields that are wanted."""
    for at, name, given in tags(page, (b"itemprop=", b"property="), start, _NAMES_ITEM):
        for attribute in ("itemprop", "property"):
            for item in given.get(attribute, "").lower().replace("schema:", "").split():
                field = _ITEMS.get(item)
                if field is None or field not in wanted:
                    continue
                # hCalendar's abbreviation: what is shown may be "10:30 AM".
                raw = given.get("content") or given.get("datetime") or (given.get("title") if name == "abbr" else None)
                if field == "image":
                    raw = raw or given.get("src") or given.get("href") or _address(page, inside(page, at))
                elif raw is None and name != "meta":
                    raw = text(page, inside(page, at))
                if found := claim(field, raw, f'[{attribute}="{item}"]', place):
                    yield found


def times(page: Html, start: int, place: Place) -> list[Candidate]:
    """Dates of `time` tags: those near the heading or behind it, then those of what stands above."""
    near = _near_heading(page, start)
    above: list[Candidate] = []
    dates: list[Candidate] = []
    for at, name, given in tags(page, (b"atetime=",), start):
        tag = "time[pubdate]" if "pubdate" in given else "time[datetime]"
        is_own = name == "time" and "itemprop" not in given and not _is_update(given.get("class", ""))
        if is_own and (found := claim("published", given.get("datetime"), tag, place)):
            (dates if at >= near else above).append(found)
    return dates + above


def _near_heading(page: Html, start: int) -> int:
    """Where the article may begin: a little above its first heading; `start` where there is none."""
    return max(start, int(find(page.data, b"<h1", start)) - WINDOW_BYTES)


def shown_dates(page: Html, start: int, place: Place) -> Iterator[Candidate]:
    """The first date that is shown in a tag named for it, near the heading or behind."""
    start = _near_heading(page, start)
    page = page._replace(data=page.data[start : start + _NEAR_BYTES])
    for at, _, given in tags(page, (b"date", b"Date", b"ublish", b"osted"), 0, _NAMES_DATE):
        names = f"{given.get('class', '')} {given.get('id', '')}"
        if not _DATE.search(names) or _is_update(names) or "dtstart" in names:  # when an event begins (hCalendar)
            continue
        shown = " ".join(text(page, inside(page, at)).split())
        if len(shown) <= _LONGEST_DATE and (found := claim("published", shown, "[class*=date]", place)):
            yield found
            return


def _is_update(names: str) -> bool:
    """Whether a date of these classes is the last change alone: "published updated" is WordPress's for both."""
    names = names.lower()
    return ("updated" in names or "modified" in names) and "publish" not in names


def _address(page: Html, piece: bytes) -> str | None:
    """The address in an ImageObject: its own `url`, else the first picture's."""
    if marked := _URL.search(piece) or _PICTURE.search(piece):
        _, given = read(page.text(marked[0]))
        return given.get("content") or given.get("href") or given.get("src")
    return None


def links(page: Html, start: int, relations: set[str], place: Place) -> Iterator[Candidate]:
    """Links that belong to the head, on pages whose head ended early: those of the `relations` asked for."""
    for _, name, given in tags(page, tuple(map(str.encode, relations)), start):
        relation = given.get("rel", "").lower()
        is_link = name == "link" and relation in relations
        if is_link and (found := claim(relation, given.get("href"), f'link[rel="{relation}"]', place)):
            yield found
