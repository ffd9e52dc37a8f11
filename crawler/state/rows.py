"""What is remembered, as values: one frozen type a table.

URLs are in `urls.canonical` form, paths absolute, times aware and in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeAlias

from crawler.model import Json, Target

Row: TypeAlias = dict[str, Json]
"""One row of the change log or of `--json`: `type`, `v`, `run`, `record` and so on."""


_ID = "%Y%m%d-%H%M%S-%f"


def new_run_id(now: datetime, last: str | None = None) -> str:
    """The id of a run that starts now, as `20261123-003901-123456` (UTC): sorts by time, safe in file names.

    Args:
        last: the run before it; where the clock was set back since, the new id follows on it.
    """
    made = now.astimezone(UTC).strftime(_ID)
    if last is None or made > last:
        return made
    return (datetime.strptime(last, _ID).replace(tzinfo=UTC) + timedelta(microseconds=1)).strftime(_ID)


class Visit(NamedTuple):
    """The last visit to a URL.

    Attributes:
        host: registrable.
        kind: "ok", "not-modified" or the kind of the failure.
        final_url: where its redirects led; None where there were none.
        failures: how many visits in a row failed with this status; `failing_since` is when the first of them did.
        last_success: when it last was "ok" or "not-modified".
    """

    url: str
    host: str
    at: datetime
    status: int | None
    kind: str
    why: str | None = None
    final_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
    last_success: datetime | None = None


class HostVisits(NamedTuple):
    """How the last visits to pages of a registrable host ended that ended in one way.

    Attributes:
        kind: of them all, as in `Visit`.
        pages: how many they are.
        failures: the most in a row of a page; `failing_since` is the earliest, `why` that of one of them.
    """

    host: str
    kind: str
    pages: int
    failures: int
    failing_since: datetime | None
    why: str | None

    def joined(self, other: "HostVisits") -> "HostVisits":
        """Those of both."""
        since = [each.failing_since for each in (self, other) if each.failing_since]
        return self._replace(
            pages=self.pages + other.pages,
            failures=max(self.failures, other.failures),
            failing_since=min(since, default=None),
        )


class Probe(NamedTuple):
    """The last look at an image: its size in pixels, `digest` of its first bytes; a `thumbnail` if wanted."""

    url: str
    at: datetime
    etag: str | None = None
    last_modified: str | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    digest: str | None = None
    thumbnail: bytes | None = None


class Wanted(NamedTuple):
    """What one article wants visited, as its file was when it was last read.

    Attributes:
        look: digest of all in it that a page is set against.
        published: as written.
    """

    pointer: str
    look: str
    published: str | None
    targets: tuple[Target, ...]


class Outline(NamedTuple):
    """A file as it was when it was last read.

    Attributes:
        path: absolute.
        signature: equal as long as the file need not be read again.
    """

    path: str
    signature: str
    articles: tuple[Wanted, ...]


class Robots(NamedTuple):
    """A robots.txt as it was answered; `origin` is scheme, host and port."""

    origin: str
    fetched_at: datetime
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `outcome` is a stable word (done, brake, interrupted, failed), None while it runs or when it died."""

    id: str
    started: datetime
    dry_run: bool
    finished: datetime | None = None
    outcome: str | None = None
    counts: Mapping[str, Json] = field(default_factory=dict)


class Decision(StrEnum):
    """What became of a change that was held."""

    ACCEPTED = "accepted"  # to be written by `metafresh apply`
    APPLIED = "applied"
    REJECTED = "rejected"  # never to be proposed again
    OUTDATED = "outdated"  # a later run saw something else


@dataclass(frozen=True, slots=True)
class Held:
    """A change that a person should look at; `path` is absolute, `shown` as the user named it."""

    id: int
    run: str
    path: Path
    shown: str
    row: Row
    decision: Decision | None = None


class IntentState(StrEnum):
    """How far a write has come."""

    PLANNED = "planned"  # a dry run would make it
    OPEN = "open"  # about to be made: the file is the old or the new one
    APPLIED = "applied"  # the file is the new one
    LOGGED = "logged"  # and its rows are known to be in the change log
    DROPPED = "dropped"  # given up; `why` says why


class Write(NamedTuple):
    """A write to one record that is to be journalled.

    Attributes:
        path: absolute; `shown` is the same file as the user named it.
        old_digest, new_digest: SHA-256, in hex, of the whole file before and after.
        rows: for the change log.
    """

    path: str
    shown: str
    old_digest: str
    new_digest: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Intent:
    """One write to one record.

    Attributes:
        path: absolute; `shown` is the same file as the user named it.
        old_digest, new_digest: SHA-256, in hex, of the whole file before and after.
        rows: the change log's rows of this write.
        at: when it was written down.
        why: why it was dropped.
    """

    id: int
    run: str
    path: Path
    shown: str
    old_digest: str
    new_digest: str
    rows: tuple[Row, ...]
    at: datetime
    state: IntentState
    why: str | None
