"""What a run did, as one value that every rendering is made from. Pure.

The rules
- Changes are grouped by record and article; records stand in the order of their paths, articles in the order of their
  pointers, changes as they came.
- Failures are grouped by host, the host with most of them first; one URL that fails for ten articles is one failure.
- The headline counts what is listed below it, so that a reader never finds more or less than it says. What no row
  tells, such as the articles that stayed as they were, comes from the run's own counts.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TypedDict

from crawler import urls
from crawler.model import Json
from crawler.report.changes import Change, Row, article_of, changes, text
from crawler.report.standing import Host, Status


class RunRow(TypedDict):
    """A run as it is remembered; `outcome` and `finished` are None while it runs, or when it died."""

    id: str
    started: datetime
    finished: datetime | None
    dry_run: bool
    outcome: str | None
    counts: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """What changed in one article; its pointer is "" where it is the whole record."""

    pointer: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What changed in one file."""

    record: str
    articles: tuple[ArticleReport, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An article of a record."""

    record: str
    pointer: str


@dataclass(frozen=True, slots=True)
class FailureReport:
    """One URL, without userinfo, that gave nothing; None where it is the record itself that could not be used.

    Attributes:
        since: when the first of its failures in a row was, where it fails still.
    """

    url: str | None
    kind: str
    reason: str
    status: int | None
    at: str
    wanted_by: tuple[Place, ...]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostReport:
    """The failures of one host; "" for records that could not be used.

    Attributes:
        standing: how it stands, where it gives none of its pages.
    """

    host: str
    failures: tuple[FailureReport, ...]
    standing: Host | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures that a reader wants first.

    Attributes:
        changed, unchanged: articles.
        held: values that a person should look at.
        failed: failures.
        values: those that changed, in so many `records`.
        visited: pages that were asked for, `not_modified` those whose server said that nothing changed; `bytes` of them
            were read in `seconds`.
    """

    changed: int
    held: int
    failed: int
    unchanged: int
    values: int
    records: int
    visited: int
    not_modified: int
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """One run; `counts` are its own, those that are numbers.

    Attributes:
        last_success: when the last run before this one began that went to its end.
        standing: how things stood when the report was made; None where nobody looked.
        thumbnails: small pictures, WebP, of images by their URLs.
    """

    run: str
    started: datetime
    finished: datetime | None
    dry_run: bool
    outcome: str | None
    counts: Mapping[str, float]
    headline: Headline
    records: tuple[RecordReport, ...]
    held: tuple[RecordReport, ...]
    failures: tuple[HostReport, ...]
    last_success: datetime | None = None
    standing: Status | None = None
    thumbnails: Mapping[str, bytes] = field(default_factory=dict)


def build(
    run: RunRow,
    changes: Sequence[Row],
    held: Sequence[Row],
    failures: Sequence[Row],
    *,
    failing: Mapping[str, datetime] = MappingProxyType({}),
    last_success: datetime | None = None,
    standing: Status | None = None,
    thumbnails: Mapping[str, bytes] = MappingProxyType({}),
) -> Report:
    """The report of a run, from what is remembered of it: rows with the keys of the change log.

    Args:
        failing: since when URLs fail, as the failures name them.
        last_success, standing, thumbnails: as in `Report`.
    """
    counts = {name: number for name, value in run["counts"].items() if (number := _number(value)) is not None}
    records, hosts = _records(changes), _hosts(failures, failing, standing)
    elapsed = (run["finished"] - run["started"]).total_seconds() if run["finished"] else 0.0
    headline = Headline(
        changed=sum(len(record.articles) for record in records),
        held=len(held),
        failed=sum(len(host.failures) for host in hosts),
        unchanged=int(counts.get("unchanged", 0)),
        values=len(changes),
        records=len(records),
        visited=int(counts.get("visited", 0)),
        not_modified=int(counts.get("not_modified", 0)),
        bytes=int(counts.get("bytes", 0)),
        seconds=counts.get("seconds", elapsed),
    )
    return Report(
        run=run["id"],
        started=run["started"],
        finished=run["finished"],
        dry_run=run["dry_run"],
        outcome=run["outcome"],
        counts=counts,
        headline=headline,
        records=records,
        held=_records(held),
        failures=hosts,
        last_success=last_success,
        standing=standing,
        thumbnails=thumbnails,
    )


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def _records(rows: Iterable[Row]) -> tuple[RecordReport, ...]:
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[text(row, "record")][article_of(row)].append(row)
    return tuple(RecordReport(record, _articles(articles)) for record, articles in sorted(found.items()))


def _articles(rows: Mapping[str, Sequence[Row]]) -> tuple[ArticleReport, ...]:
    return tuple(ArticleReport(pointer, tuple(changes(rows[pointer]))) for pointer in sorted(rows, key=_natural))


def _natural(pointer: str) -> list[str]:
    """A key that puts /related/10 after /related/9."""
    return [part.zfill(9) for part in pointer.split("/")]


def _hosts(rows: Iterable[Row], failing: Mapping[str, datetime], standing: Status | None) -> tuple[HostReport, ...]:
    alike: dict[tuple[str | None, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        # Each record that could not be used is a failure of its own: there is no URL to tell them apart.
        url = text(row, "url") or None
        alike[url, text(row, "kind"), text(row, "reason") if url else text(row, "record")].append(row)
    hosts: dict[str, list[FailureReport]] = defaultdict(list)
    for same in alike.values():
        failure = _failure(same, failing.get(text(same[0], "url")))
        hosts[urls.host(failure.url) if failure.url else ""].append(failure)
    in_order = sorted(hosts.items(), key=lambda item: (-len(item[1]), item[0]))
    known = {each.host: each for each in standing.hosts} if standing else {}
    return tuple(HostReport(host, tuple(failures), known.get(urls.registrable(host))) for host, failures in in_order)


def _failure(rows: Sequence[Row], since: datetime | None) -> FailureReport:
    first, status = rows[0], rows[0].get("status")
    url = text(first, "url")
    return FailureReport(
        url=urls.redacted(url) if url else None,
        kind=text(first, "kind"),
        reason=text(first, "reason"),
        status=status if isinstance(status, int) else None,
        at=text(first, "at"),
        wanted_by=tuple(dict.fromkeys(Place(text(row, "record"), text(row, "pointer")) for row in rows)),
        since=since,
    )
