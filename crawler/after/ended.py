"""How a crawl ended, as those hear who watch over it, and the one line that says it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawler.model import Json
from crawler.report.phrases import count

_DONE, _CHANGED, _INTERRUPTED = 0, 5, 130
_MEANING = {
    1: "a record, or its own output, could not be read or written",
    3: "too many visits failed",
    4: "the brake stopped it; what it would have changed is kept as a plan",
    _INTERRUPTED: "it was interrupted; what it had done is kept",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A crawl that has ended.

    Attributes:
        run: None where it failed before it began.
        outcome: done, brake, interrupted, failed.
        code: the exit code, which alone says whether it failed.
        why: the error that ended it.
    """

    run: str | None
    started: datetime
    finished: datetime
    dry_run: bool
    outcome: str
    code: int
    why: str | None = None
    counts: Mapping[str, float] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        return self.code in {_DONE, _CHANGED}

    @property
    def failed(self) -> bool:
        """Whether a person should look; an interrupted run did neither this nor succeed."""
        return not self.succeeded and self.code != _INTERRUPTED

    @property
    def reason(self) -> str | None:
        """Why it did not succeed."""
        if self.succeeded or self.why:
            return self.why
        return "a bug ended it, which standard error tells of" if self.outcome == "failed" else _MEANING.get(self.code)

    @property
    def has_written(self) -> bool:
        """Whether records were changed; what is only planned, as by a dry run, does not count."""
        return self.counts.get("written", 0) > 0


def figures(ended: Ended) -> str:
    """`3 records changed, 1 held, 2 failed`: records, values, visits."""
    number = {name: int(ended.counts.get(name, 0)) for name in ("changed_records", "held", "failed")}
    changed = "would change" if ended.dry_run or ended.outcome == "brake" else "changed"
    return (
        f"{count(number['changed_records'], 'record')} {changed}, {number['held']:,} held, {number['failed']:,} failed"
    )


def line(ended: Ended) -> str:
    """The whole in one line."""
    told = [figures(ended)] if ended.counts else []
    if ended.reason:
        told.append(f"exit code {ended.code}: {ended.reason}")
    return "; ".join(told)


def to_json(ended: Ended) -> dict[str, Json]:
    """What a hook is told of it, but for the rows."""
    return {
        "type": "run",
        "v": 1,
        "run": ended.run,
        "outcome": ended.outcome,
        "exit_code": ended.code,
        "reason": ended.reason,
        "dry_run": ended.dry_run,
        "started": ended.started.isoformat(timespec="seconds"),
        "finished": ended.finished.isoformat(timespec="seconds"),
        "counts": dict(ended.counts),
    }
