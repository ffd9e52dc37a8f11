"""What `metafresh crawl` says, and where: the result on standard output, all else on standard error.

A person at a terminal gets a report of every run; a pipe or a cron job only of one that changed or held something or
ended badly. Visits that failed are no news by themselves: some page of many always does.
"""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.text import Text

from crawler.cli.stdout import put, put_printed
from crawler.report import model
from crawler.report.phrases import count, summary_line
from crawler.report.progress import Progress
from crawler.report.text import print_report
from crawler.report.visible import visible
from crawler.state.rows import Row

_TOO_MANY_FAILED = 3
_RESULT = frozenset({"run_started", "change", "held", "failure", "run_finished"})


class Teller:
    """Hears the rows of one crawl and passes them on; a context in which progress is shown."""

    def __init__(self, paths: Sequence[Path], *, as_json: bool, quiet: bool, verbose: bool) -> None:
        """`paths` are what the crawl was asked to look at."""
        self._paths, self._as_json, self._quiet = paths, as_json, quiet
        self._is_watched = sys.stdout.isatty()
        self._talkative = verbose or self._is_watched
        self._errors = Console(stderr=True, highlight=False)
        # Lines of JSON on the same terminal would run through the bar.
        self._progress = Progress(self._errors, quiet=quiet or (as_json and sys.stdout.isatty()))
        self._rows: dict[str, list[Row]] = {"change": [], "held": [], "failure": []}
        self._first: Row = {}
        self._last: Row = {}

    def __enter__(self) -> Self:
        self._progress.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, error, trace)

    def tell(self, row: Row) -> None:
        """Pass a row on, or keep it for the report."""
        kind = str(row["type"])
        if kind == "progress":
            done, total, changed, failed = (_whole(row[key]) for key in ("done", "total", "changed", "failed"))
            self._progress.update(done, total, changed, failed)
        elif kind == "note" and not self._quiet and (self._talkative or not row.get("aside")):
            self.say(str(row["text"]))
        elif kind == "failure" and row["kind"] == "record":
            self.say(f"{row['record']}: {row['reason']}")
        self._keep(kind, row)
        if self._as_json and kind in _RESULT:
            put(json.dumps(row) + "\n")

    def conclude(self, code: int) -> None:
        """Say what came of the run, which ends with this exit code, where somebody wants to know."""
        outcome, rows = self._last["outcome"], list(chain(*self._rows.values()))
        if self._quiet:
            if outcome == "brake":
                self.say("the brake stopped the run; nothing was written")
        elif outcome == "done" and not rows and not self._count("records"):
            self.say(f"no records found under {', '.join(map(str, self._paths)) or 'no path at all'}")
        elif not self._as_json and (self._talkative or self._has_news(code)):
            if outcome == "done" and not rows and not self._count("visited"):
                put(self._nothing_due())
            elif self._is_watched or self._has_news(code):
                put_printed(partial(print_report, self._report()))
            else:
                put(f"{summary_line(self._report())}\n")

    def _keep(self, kind: str, row: Row) -> None:
        if kind == "run_started":
            self._first = row
        elif kind == "run_finished":
            self._last = row
        elif kind in self._rows and not ((self._as_json or self._quiet) and self._rows[kind]):
            # Without a report it is enough to know that there is one such row.
            self._rows[kind].append(row)

    def _nothing_due(self) -> str:
        records = self._count("records")
        return f"nothing is due in {count(records, 'record')}; --all visits what is not due\n"

    def _has_news(self, code: int) -> bool:
        """Whether a run has more to tell than its figures."""
        return bool(self._rows["change"] or self._rows["held"]) or code == _TOO_MANY_FAILED

    def _report(self) -> model.Report:
        rows = self._rows
        return model.build(self._run(), rows["change"], rows["held"], rows["failure"])

    def _run(self) -> model.RunRow:
        counts: Any = self._last["counts"]
        return {
            "id": str(self._first["run"]),
            "started": datetime.fromisoformat(str(self._first["at"])),
            "finished": datetime.fromisoformat(str(self._last["at"])),
            "dry_run": bool(self._first["dry_run"]),
            "outcome": str(self._last["outcome"]),
            "counts": counts,
        }

    def _count(self, name: str) -> int:
        counts = self._last["counts"]
        return _whole(counts.get(name)) if isinstance(counts, dict) else 0

    def say(self, words: str) -> None:
        """Say a line on standard error, made visible."""
        self._errors.print(Text(f"metafresh: {visible(words)}"), soft_wrap=True)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
