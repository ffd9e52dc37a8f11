"""The report for a program: one JSON object of a stable shape.

type: "report", v: 1
run: {id, started, finished, dry_run, outcome}              times in ISO 8601; finished and outcome may be null
headline: {changed, held, failed, unchanged, values, records, visited, not_modified, bytes, seconds}
counts: {...}                                               the run's own
records, held: [{record, articles: [{pointer, changes: [CHANGE]}]}]
failures: [{host, standing, failures: [{url, kind, reason, status, at, since, wanted_by: [{record, pointer}]}]}]
last_success: when the last run before this one began that went to its end, or null
standing: as `metafresh status --json` tells it, or null

CHANGE: {kind: "value", pointer, key, field, before, after, spans, whys, at, status}
      | {kind: "picture", the same, pointers, resized, uncached}    before, after: {url, width, height} or null
spans: [{kind: "same" | "removed" | "added", text}]         whys: [{evidence, source, reason}]
                                                            the same: also others and line, each of which may be empty
others: [{value, evidence, reason}]                         what else the page said; line: of the record, from 1 on
"""

import json
from dataclasses import asdict
from typing import Any

from crawler.report.changes import Change, PictureChange
from crawler.report.model import HostReport, RecordReport, Report
from crawler.report.status import host_dict, to_dict


def to_json(report: Report) -> str:
    """The report as JSON in ASCII, so that no terminal or reader meets a raw control or bidi character."""
    plain = {
        "type": "report",
        "v": 1,
        "run": {
            "id": report.run,
            "started": report.started.isoformat(),
            "finished": report.finished.isoformat() if report.finished else None,
            "dry_run": report.dry_run,
            "outcome": report.outcome,
        },
        "headline": asdict(report.headline),
        "counts": dict(report.counts),
        "records": [_record(record) for record in report.records],
        "held": [_record(record) for record in report.held],
        "failures": [_failures(host) for host in report.failures],
        "last_success": report.last_success.isoformat() if report.last_success else None,
        "standing": to_dict(report.standing) if report.standing else None,
    }
    return json.dumps(plain, indent=2)


def _failures(host: HostReport) -> dict[str, Any]:
    return {
        "host": host.host,
        "standing": host_dict(host.standing) if host.standing else None,
        "failures": [
            {**asdict(failure), "since": failure.since.isoformat() if failure.since else None}
            for failure in host.failures
        ],
    }


def _record(record: RecordReport) -> dict[str, Any]:
    return {
        "record": record.record,
        "articles": [
            {"pointer": article.pointer, "changes": [_change(change) for change in article.changes]}
            for article in record.articles
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {"kind": "picture" if isinstance(change, PictureChange) else "value", **asdict(change)}
