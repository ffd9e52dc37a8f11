"""How things stand, whatever a single run did: what is due, what fails, what waits for a person. Values only. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

# When articles are due, from the soonest on; the last is for all that are due later.
SOON = (
    ("now", timedelta(0)),
    ("within an hour", timedelta(hours=1)),
    ("within a day", timedelta(days=1)),
    ("within a week", timedelta(days=7)),
    ("later", timedelta.max),
)


class Next(NamedTuple):
    """When an article is due next and why, and when one of its pages was last visited."""

    record: str
    pointer: str
    last: datetime | None
    next: datetime
    why: str

    @property
    def place(self) -> str:
        """`records/a.md#/related/3`; without a pointer where it is the whole record."""
        return f"{self.record}#{self.pointer}" if self.pointer else self.record


class Ran(NamedTuple):
    """A run; `outcome` is None where it has not ended."""

    id: str
    started: datetime
    outcome: str | None
    changes: int
    held: int
    failed: int
    dry_run: bool


class Host(NamedTuple):
    """A host that gives none of its pages; `alone` is until when it is not asked."""

    host: str
    pages: int
    why: str
    since: datetime | None
    last_success: datetime | None
    alone: datetime | None


class Dead(NamedTuple):
    """A page that is gone, and an article that names it: `records/a.md#/related/3`; `amp` where it is an AMP page."""

    url: str
    status: int | None
    since: datetime
    article: str
    amp: bool = False
    poison: bool = False

    @property
    def why(self) -> str:
        """What it is taken for dead by."""
        return "poison: it took three workers down" if self.poison else str(self.status or "gone")


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand at `now`.

    Attributes:
        busy: whether a run is under way.
        success: when the last run began that went to its end.
        runs: the last, the newest first.
        due: articles by when they are due, by the words of `SOON`.
        held: changes that wait for a person, by field and kind; `accepted` wait for `metafresh apply`.
        plan: the newest run whose plan is not carried out, and of how many records.
        hosts: some of those that fail; `host_count` are all.
        dead: some of the pages that are gone or given up, as they were met; `dead_count` are all.
        whole: whether all records were looked at; else what is due and dead is of some.
    """

    now: datetime
    busy: bool
    success: datetime | None
    runs: tuple[Ran, ...]
    due: Counter[str]
    held: Counter[tuple[str, str]]
    accepted: int
    plan: tuple[str, int] | None
    hosts: tuple[Host, ...]
    host_count: int
    dead: tuple[Dead, ...]
    dead_count: int
    whole: bool = True


def soon(at: datetime, now: datetime) -> str:
    """The word of `SOON` for what is due at a moment."""
    return next(word for word, within in SOON if at - now <= within)
