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
from collections.abc import Iterator, Sequence
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
    """Why a change is held: a stable word, one plain line; `rejected` ones are not even told of again."""

    kind: str
    why: str
    rejected: bool = False


def doubts(
    changes: Sequence[Change],
    article: Article,
    witnesses: Sequence[Metadata],
    past: Past,
    *,
    now: datetime,
    confirm_after: timedelta,
) -> dict[str, Doubt]:
    """Those of an article's changes that are to be held, by pointer.

    Args:
        witnesses: the pages that the changes come from.
        confirm_after: how far apart two sightings of a value must be, so that it is there to stay.
    """
    found = {}
    for change in changes:
        if doubt := _doubt(change, article, witnesses, past, now, confirm_after):
            found[change.pointer] = doubt
    # What belongs to one picture is held together.
    for change in changes:
        picture = _picture(change)
        if picture and change.pointer not in found:
            shared = next((doubt for at, doubt in found.items() if _IMAGE.match(at) and _within(at, picture)), None)
            if shared:
                found[change.pointer] = shared
    return found


def _doubt(
    change: Change,
    article: Article,
    witnesses: Sequence[Metadata],
    past: Past,
    now: datetime,
    confirm_after: timedelta,
) -> Doubt | None:
    for sighting in past.sightings:
        if sighting.rejected and (sighting.pointer, sighting.after) == (change.pointer, change.after):
            return Doubt("rejected", "it was rejected before", rejected=True)
    if change.before is None or change.before in ("", 0):
        return None
    for former in past.former:
        if former.taken_back and (former.pointer, former.value) == (change.pointer, change.after):
            return Doubt("taken-back", f"it was taken back on {former.until:%Y-%m-%d}")
    if lasting := next(_for_good(change, article, witnesses), None):
        return lasting
    passing = next(_for_now(change, past), None)
    if passing and not _is_confirmed(change, past, now, confirm_after):
        return passing._replace(why=f"{passing.why}; to be seen once more")
    return None


def _for_good(change: Change, article: Article, witnesses: Sequence[Metadata]) -> Iterator[Doubt]:
    """What only a person can decide."""
    if change.field == "title" and not _is_proven(change, article, witnesses):
        yield Doubt("unproven", "the page does not prove that it is the same article")
    if change.field == "excerpt" and isinstance(change.after, str) and _LINKS.fullmatch(change.after.strip()):
        yield Doubt("links", "it looks like a row of links")
    if change.field == "published" and _days_apart(change) > _FAR_APART:
        yield Doubt("date", f"the date moves by {_days_apart(change).days:,} days")


def _for_now(change: Change, past: Past) -> Iterator[Doubt]:
    """What a second sighting confirms."""
    for former in reversed(past.former):
        if (former.pointer, former.value) == (change.pointer, change.after):
            yield Doubt("flapping", f"it said so before, until {former.until:%Y-%m-%d}")
    before, after = change.before, change.after
    if (
        change.field == "excerpt"
        and isinstance(before, str)
        and isinstance(after, str)
        and len(before) >= _WORTH_KEEPING
        and 2 * len(after) < len(before)
    ):
        yield Doubt("shrinking", f"it shrinks from {len(before)} to {len(after)} letters")
    if (
        change.field == "images"
        and isinstance(before, int)
        and isinstance(after, int)
        and not isinstance(before, bool)
        and _COLLAPSE * after <= before
    ):
        yield Doubt("collapsing", f"the picture collapses from {before} to {after} pixels")


def _is_confirmed(change: Change, past: Past, now: datetime, confirm_after: timedelta) -> bool:
    return any(
        (sighting.pointer, sighting.after) == (change.pointer, change.after) and now - sighting.at >= confirm_after
        for sighting in past.sightings
    )


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


def _days_apart(change: Change) -> timedelta:
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
