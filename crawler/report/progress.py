"""A bar on standard error while a crawl runs: how far, how fast, how long still, what came of it.

Nobody watches a pipe: where standard error is none but a terminal, nothing is written.
"""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from crawler.report.phrases import duration


class Progress:
    """A context in which a bar is shown; it leaves no trace."""

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        """`quiet` shows nothing, as does a console that is no terminal."""
        watched = console.file.isatty() and not console.is_dumb_terminal and not quiet
        self._bar = Bar(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            _Pace(),
            TextColumn("{task.fields[told]}", markup=False),
            console=console,
            transient=True,
            # Standard output carries the result, and must not be drawn into a bar on standard error.
            redirect_stdout=False,
            disable=not watched,
        )
        self._task = self._bar.add_task("", total=None, told="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, done: int, total: int, changed: int, failed: int) -> None:
        """Show that `done` of `total` are done."""
        told = f"{changed:,} changed, {failed:,} failed"
        self._bar.update(self._task, completed=done, total=total, told=told)


class _Pace(ProgressColumn):
    """How many are done a second, and how long the rest will take."""

    def render(self, task: Task) -> Text:
        if task.speed is None or task.time_remaining is None:
            return Text("")
        return Text(f"{task.speed:.1f}/s, {duration(round(task.time_remaining))} left", "dim")
