"""What changed, one value at a time, as a reader sees it: text by its words, a picture as one thing. Pure.

A picture's address, width, height and the mark that a copy is kept are up to four rows of the change log, and one
change here; rows that do not look as they should for that are shown as plain values, so that nothing is lost.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from crawler import urls
from crawler.model import Json
from crawler.report.words import Span, replaced, words

Row: TypeAlias = Mapping[str, Json]
"""A row of the change log, or one like it."""


@dataclass(frozen=True, slots=True)
class Why:
    """Who says so: the tag, the URL it stood in (without userinfo), and why that was believed, or held."""

    evidence: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What else the page said, and why that was not believed."""

    value: str
    evidence: str
    reason: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of an article.

    Attributes:
        pointer: RFC 6901, of the value in the record; `key` is its last part.
        spans: the way from `before` to `after`; a value that is no text stands in it as JSON, None not at all.
        at: ISO 8601.
        status: the row's own: applied, held, rejected, reverted.
        others: the best first.
        line: of the record, from 1 on, once the change is made; None where that is not known.
    """

    pointer: str
    key: str
    field: str
    before: Json
    after: Json
    spans: tuple[Span, ...]
    whys: tuple[Why, ...]
    at: str
    status: str
    others: tuple[Candidate, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a record has it, in pixels; None is "not there" or, of what did not change, "not told"."""

    url: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class PictureChange:
    """Another picture, or another size of the same one.

    Attributes:
        pointer: of the picture in the record, or of the list that is new; `key` is the list's.
        pointers: of each value that changed.
        before: None where there was no picture.
        spans: the way from the old address to the new one; none where it stayed.
        resized: whether width or height changed.
        uncached: whether the record's mark that a copy is kept was taken off.
    """

    pointer: str
    key: str
    field: str
    pointers: tuple[str, ...]
    before: Picture | None
    after: Picture
    spans: tuple[Span, ...]
    resized: bool
    uncached: bool
    whys: tuple[Why, ...]
    at: str
    status: str
    others: tuple[Candidate, ...] = ()
    line: int | None = None


Change: TypeAlias = ValueChange | PictureChange

_MEMBER = re.compile(r"(?P<place>.*/(?P<list>[^/]*)/\d+)/(?P<key>url|width|height|isCached)", re.DOTALL)
_MOST_PIXELS = 10**9


def text(row: Row, key: str) -> str:
    """What the row says under the key, "" where that is no text."""
    value = row.get(key)
    return value if isinstance(value, str) else ""


def article_of(row: Row) -> str:
    """The pointer of the article that a row's value belongs to: "" is the whole record."""
    parts = text(row, "pointer").split("/")
    return "/".join(parts[: -_depth(row, parts)])


def is_address(change: ValueChange) -> bool:
    """Whether the value is a web address, before or after: one to copy, not to read."""
    return any(isinstance(value, str) and urls.split(value) for value in (change.before, change.after))


def _depth(row: Row, parts: Sequence[str]) -> int:
    # A list of pictures is `images`, one of them `images/0`, a value of one `images/0/width`.
    values = (row.get("before"), row.get("after"))
    if text(row, "field") != "images" or any(isinstance(value, list) for value in values):
        return 1
    if any(isinstance(value, dict) for value in values):
        return 2
    return 3 if len(parts) > 3 and parts[-2].isdecimal() else 1


def changes(rows: Sequence[Row]) -> Iterator[Change]:
    """The changes that the rows of one article make, in the order of their first rows."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[_place(row), text(row, "status")].append(row)
    for group in groups.values():
        picture = _new_picture(group[0]) if len(group) == 1 else None
        picture = picture or _other_picture(group)
        yield from (picture,) if picture else map(_value, group)


def _value(row: Row) -> ValueChange:
    before, after = row.get("before"), row.get("after")
    both_text = isinstance(before, str) and isinstance(after, str)
    return ValueChange(
        pointer=text(row, "pointer"),
        key=_key(text(row, "pointer")),
        field=text(row, "field"),
        before=before,
        after=after,
        spans=(words if both_text else replaced)(_plain(before), _plain(after)),
        whys=_whys([row]),
        at=text(row, "at"),
        status=text(row, "status"),
        others=_others([row]),
        line=_line([row]),
    )


def _plain(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _key(pointer: str) -> str:
    """What the value is called: its key, or, of an entry of a list, the list's with its number: `images/1`."""
    *_, parent, last = ("", *pointer.split("/"))
    return (f"{parent}/{last}" if last.isdecimal() and parent else last).replace("~1", "/").replace("~0", "~")


def _whys(rows: Iterable[Row]) -> tuple[Why, ...]:
    """Each tag of each URL once, with all that it is a reason for."""
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        reasons[text(row, "evidence"), urls.redacted(text(row, "source"))].append(text(row, "reason"))
    return tuple(Why(*told, "; ".join(dict.fromkeys(because))) for told, because in reasons.items())


def _others(rows: Iterable[Row]) -> tuple[Candidate, ...]:
    told = (row.get("others") for row in rows)
    found = (each for some in told if isinstance(some, list) for each in some if isinstance(each, dict))
    return tuple(
        dict.fromkeys(
            Candidate(*(str(each.get(name) or "") for name in ("value", "evidence", "reason"))) for each in found
        )
    )


def _line(rows: Iterable[Row]) -> int | None:
    lines = (row.get("line") for row in rows)
    return min((line for line in lines if isinstance(line, int)), default=None)


# ---- pictures


def _member(row: Row) -> re.Match[str] | None:
    return _MEMBER.fullmatch(text(row, "pointer")) if text(row, "field") == "images" else None


def _place(row: Row) -> str:
    """The pointer of the picture that a row's value is part of, else of the value itself."""
    member = _member(row)
    return member["place"] if member else text(row, "pointer")


def _other_picture(rows: Sequence[Row]) -> PictureChange | None:
    """One change of all the rows of a picture; None if they are not that, or any value is not what it should be."""
    members = [member for row in rows if (member := _member(row))]
    by_key = {member["key"]: row for member, row in zip(members, rows, strict=False)}
    if len(by_key) < len(rows) or by_key.keys() == {"isCached"}:
        return None
    before = _picture({key: row.get("before") for key, row in by_key.items()})
    after = _picture({key: row.get("after") for key, row in by_key.items()})
    if before is None or after is None:
        return None
    cached = by_key.get("isCached")
    return PictureChange(
        pointer=members[0]["place"],
        key=_key(members[0]["list"]),
        field="images",
        pointers=tuple(text(row, "pointer") for row in rows),
        before=before,
        after=after,
        spans=words(before.url or "", after.url or ""),
        resized="width" in by_key or "height" in by_key,
        uncached=cached is not None and bool(cached.get("before")) and not cached.get("after"),
        whys=_whys(rows),
        at=text(rows[0], "at"),
        status=text(rows[0], "status"),
        others=_others(rows),
        line=_line(rows),
    )


def _new_picture(row: Row) -> PictureChange | None:
    """The first picture of an article that had none; None if the row says something else."""
    after = row.get("after")
    if (
        text(row, "field") != "images"
        or row.get("before") is not None
        or not isinstance(after, list)
        or len(after) != 1
    ):
        return None
    picture = _picture(after[0]) if isinstance(after[0], dict) else None
    if picture is None or picture.url is None:
        return None
    pointer = text(row, "pointer")
    return PictureChange(
        pointer=pointer,
        key=_key(pointer),
        field="images",
        pointers=(pointer,),
        before=None,
        after=picture,
        spans=words("", picture.url),
        resized=True,
        uncached=False,
        whys=_whys([row]),
        at=text(row, "at"),
        status=text(row, "status"),
        others=_others([row]),
        line=_line([row]),
    )


def _picture(values: Mapping[str, Json]) -> Picture | None:
    """A picture of some of the values url, width, height, isCached; None if any is another, or of no fitting type."""
    url, cached = values.get("url"), values.get("isCached")
    sizes = [values.get(key) for key in ("width", "height")]
    sizes = [None if size == "" else size for size in sizes]
    usable = (
        values.keys() <= {"url", "width", "height", "isCached"}
        and (url is None or isinstance(url, str))
        and (cached is None or isinstance(cached, bool))
        and all(size is None or (type(size) is int and 0 <= size < _MOST_PIXELS) for size in sizes)
    )
    if not usable:
        return None
    width, height = (size if isinstance(size, int) else None for size in sizes)
    return Picture(url if isinstance(url, str) else None, width, height)
