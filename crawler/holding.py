"""Which changes a person should look at before they are made. Pure.

The rules
- A new title is believed at once where the page proves that it is the article's: it answers on a host of one of its
  addresses, without a redirect away; its canonical link or og:url names one; it bears the date that the record has; or
  the title is hardly another.
- What the record said before and said no more comes back only when it was seen twice, some time apart: publishers flip
  between two versions, and each flip would be a change. The same holds for an excerpt that shrinks to less than half
  and for a picture that collapses to a quarter.
- What a person took back, or said no to, does not come again by itself.
- Of a picture address and sizes go together. Where nothing was, nothing can be lost: it is never held.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from rapidfuzz import fuzz

from crawler import urls
from crawler.model import Article, Change, Json, Metadata

# An excerpt of fewer letters may well be a placeholder that is replaced by something shorter.
_WORTH_KEEPING = 60
_COLLAPSE = 4
# Per cent: a headline with a word or two changed.
_REWORDED = 85
_FAR_APART = timedelta(days=400)
# Doubts that no second sighting removes.
_FINAL = frozenset({"rejected", "taken-back", "unproven", "links", "date"})
_IMAGE = re.compile(r"(.*/\d+)/[^/]+\Z")
# Links of a footer, one after another: "Disclaimer | Accessibility Statement | Commerce Policy".
_LINKS = re.compile(r"[^|•·]{2,40}(?:\s[|•·]\s[^|•·]{2,40}){2,}")


class Former(NamedTuple):
    """A value that a record had at a pointer; `until` a run replaced it, or a person took it back."""

    pointer: str
    value: Json
    until: datetime
    taken_back: bool


class Sighting(NamedTuple):
    """A change that was held before; `rejected` by a person, or else not decided yet."""

    pointer: str
    after: Json
    at: datetime
    rejected: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What is remembered of one record."""

    former: Sequence[Former] = ()
    sightings: Sequence[Sighting] = ()


class Doubt(NamedTuple):
    """Why a change is held: a stable word, and one plain line."""

    kind: str
    why: str

    @property
    def rejected(self) -> bool:
        """Whether a person said no to it: it is not even told of again."""
        return self.kind == "rejected"


def doubts(
    changes: Sequence[Change],
    article: Article,
    witnesses: Sequence[Metadata],
    past: Past,
    *,
    stands_in: bool,
    now: datetime,
    confirm_after: timedelta,
) -> dict[str, Doubt]:
    """Those of an article's changes that are to be held, by pointer.

    Args:
        witnesses: the pages that the changes come from.
        stands_in: whether they are others that speak because a more trusted page is down.
        confirm_after: how far apart two sightings of a value must be, so that it is there to stay.
    """
    found = {}
    for change in changes:
        doubt = _final(change, article, witnesses, past) or _passing(change, past, stands_in=stands_in)
        if doubt and (doubt.kind in _FINAL or not _is_confirmed(change, past, now, confirm_after)):
            found[change.pointer] = doubt
    # What belongs to one picture is held together.
    for change in changes:
        picture = _picture(change)
        if picture and change.pointer not in found:
            shared = next((doubt for at, doubt in found.items() if _IMAGE.match(at) and _within(at, picture)), None)
            if shared:
                found[change.pointer] = shared
    return found


def _final(change: Change, article: Article, witnesses: Sequence[Metadata], past: Past) -> Doubt | None:
    """What only a person can decide, or has decided."""
    if any(same.rejected and _is_same(same, change) for same in past.sightings):
        return Doubt("rejected", "it was rejected before")
    if _is_nothing(change.before):
        return None
    back = next((each for each in past.former if each.taken_back and _is_same(each, change)), None)
    if back:
        return Doubt("taken-back", f"it was taken back on {back.until:%Y-%m-%d}")
    if change.field == "title" and not _is_proven(change, article, witnesses):
        return Doubt("unproven", "the page does not prove that it is the same article")
    if change.field == "excerpt" and isinstance(change.after, str) and _LINKS.fullmatch(change.after.strip()):
        return Doubt("links", "it looks like a row of links")
    if change.field == "published" and _apart(change) > _FAR_APART:
        return Doubt("date", f"the date moves by {_apart(change).days:,} days")
    return None


def _passing(change: Change, past: Past, *, stands_in: bool) -> Doubt | None:
    """What a second sighting confirms."""
    before, after, why = change.before, change.after, None
    if _is_nothing(before):
        return None
    former = next((each for each in reversed(past.former) if _is_same(each, change)), None)
    if former:
        why = "flapping", f"it said so before, until {former.until:%Y-%m-%d}"
    elif stands_in and isinstance(after, str):
        why = "stand-in", "another page says so, while a more trusted one is down"
    elif change.field == "excerpt" and isinstance(before, str) and isinstance(after, str):
        if len(before) >= _WORTH_KEEPING and 2 * len(after) < len(before):
            why = "shrinking", f"it shrinks from {len(before)} to {len(after)} letters"
    elif change.field == "images" and type(before) is int and type(after) is int and _COLLAPSE * after <= before:
        why = "collapsing", f"the picture collapses from {before} to {after} pixels"
    return Doubt(why[0], f"{why[1]}; to be seen once more") if why else None


def _is_same(known: Former | Sighting, change: Change) -> bool:
    value = known.value if isinstance(known, Former) else known.after
    return (known.pointer, value) == (change.pointer, change.after)


def _is_nothing(value: Json) -> bool:
    return value is None or value in ("", 0)


def _is_confirmed(change: Change, past: Past, now: datetime, confirm_after: timedelta) -> bool:
    return any(now - sighting.at >= confirm_after for sighting in past.sightings if _is_same(sighting, change))


def _is_proven(change: Change, article: Article, witnesses: Sequence[Metadata]) -> bool:
    page = next((page for page in witnesses if page.url == change.source), None)
    if page is None:
        return True
    addresses = [target.url for target in article.targets]
    named = [claim.value for claim in page.candidates.get("canonical", ())]
    same_day = page.published and article.published and page.published[:10] == article.published[:10]
    return (
        bool(same_day)
        or fuzz.ratio(str(change.before).casefold(), str(change.after).casefold()) >= _REWORDED
        or urls.registrable_host(page.url) in map(urls.registrable_host, addresses)
        or any(urls.same_page(one, other) for one in named for other in addresses)
    )


def _apart(change: Change) -> timedelta:
    try:
        before, after = (datetime.fromisoformat(str(value)[:10]) for value in (change.before, change.after))
    except ValueError:
        return timedelta(0)
    return abs(after - before)


def _picture(change: Change) -> str | None:
    """The pointer of the picture that a change is about."""
    found = _IMAGE.match(change.pointer) if change.field == "images" else None
    return found[1] if found else None


def _within(pointer: str, above: str) -> bool:
    return pointer.startswith(f"{above}/")
