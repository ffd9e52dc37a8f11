"""The report for a program: one JSON object of a stable shape, report.schema.json beside this file."""

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
