"""What is drawn in a report as a page: pictures as frames, shares as bars, runs as columns. Pure."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from crawler.report.changes import Picture, PictureChange
from crawler.report.phrases import moment
from crawler.report.standing import SOON, Ran, Status

# The box, in CSS pixels, that holds the larger of two drawn pictures.
_BOX = (120, 100)
# The box of the chart, and so many columns at the least share it.
_WIDE, _HIGH, _LEAST_RUNS = 960.0, 120.0, 20


class Frame(NamedTuple):
    """A drawn picture in CSS pixels; None where its size is not known."""

    width: float
    height: float


class Part(NamedTuple):
    """A stretch of a line of length 1,000."""

    start: float
    width: float


class Column(NamedTuple):
    """A run in a chart: `parts` are stacked, each a class, its top and its height."""

    x: float
    title: str
    parts: tuple[tuple[str, float, float], ...]


class Chart(NamedTuple):
    """Columns, `thick` each, in a box; `most` is what the highest stands for."""

    width: float
    height: float
    thick: float
    most: int
    columns: tuple[Column, ...]


def frames(change: PictureChange) -> tuple[Frame | None, Frame | None]:
    """The old and the new picture in true proportions, to each other too."""
    pictures = (change.before, change.after)
    known = [(picture.width, picture.height) for picture in pictures if picture and picture.width and picture.height]
    scale = min((min(_BOX[0] / width, _BOX[1] / height) for width, height in known), default=1.0)
    before, after = (_frame(picture, scale) for picture in pictures)
    return before, after


def _frame(picture: Picture | None, scale: float) -> Frame | None:
    if picture is None or not picture.width or not picture.height:
        return None
    return Frame(max(round(picture.width * scale, 1), 2), max(round(picture.height * scale, 1), 2))


def bar(figures: Sequence[tuple[str, int]]) -> tuple[Part, ...]:
    """The figures' shares, end to end; all of no width where there is nothing."""
    whole = sum(number for _, number in figures) or 1
    ends = list(accumulate((round(number * 1000 / whole, 1) for _, number in figures), initial=0.0))
    return tuple(Part(round(start, 1), round(end - start, 1)) for start, end in pairwise(ends))


def chart(runs: Sequence[Ran]) -> Chart:
    """The runs, the newest first, as columns from the left to the right."""
    most = max((ran.changes + ran.held + ran.failed for ran in runs), default=0)
    scale, slot = _HIGH / max(most, 1), _WIDE / max(len(runs), _LEAST_RUNS)
    columns = (
        Column(round(_WIDE - (index + 1) * slot, 1), _ran(ran), _stacked(ran, scale)) for index, ran in enumerate(runs)
    )
    return Chart(_WIDE, _HIGH, round(slot * 0.75, 1), most, tuple(columns))


def _ran(ran: Ran) -> str:
    return f"{moment(ran.started)}: {ran.changes:,} changed, {ran.held:,} held, {ran.failed:,} failed"


def _stacked(ran: Ran, scale: float) -> tuple[tuple[str, float, float], ...]:
    heights = [(name, number * scale) for name, number in (("changed", ran.changes), ("held", ran.held)) if number]
    heights += [("failed", ran.failed * scale)] if ran.failed else []
    tops = accumulate((height for _, height in heights), initial=0.0)
    next(tops)
    return tuple(
        (name, round(_HIGH - top, 1), round(height, 1)) for (name, height), top in zip(heights, tops, strict=True)
    )


def forecast(standing: Status) -> tuple[tuple[str, int, float], ...]:
    """When articles are due, how many, and how long the line for it is, of 1,000."""
    most = max(standing.due.values(), default=0) or 1
    return tuple((word, standing.due[word], round(standing.due[word] * 1000 / most, 1)) for word, _ in SOON)
