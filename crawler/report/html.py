"""The report as one HTML file that asks for nothing: no image, no font, no request.

What comes from the web or a record is text in it: escaped by the template engine, its acting characters made visible,
a link only where it is http or https. The content security policy forbids all but our own style and script, by their
hashes, so that even markup that slipped through could do nothing. The script finds and filters; all is there without.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import NamedTuple
from urllib.parse import quote, urljoin

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler import urls
from crawler.report import phrases
from crawler.report.changes import Picture, PictureChange, ValueChange, is_address
from crawler.report.model import FailureReport, RecordReport, Report
from crawler.report.phrases import moment
from crawler.report.review import Question
from crawler.report.standing import SOON, Dead, Ran, Status
from crawler.report.times import span
from crawler.report.visible import cut, visible
from crawler.report.words import Kind, brief, edges, is_mixed, side

# The box, in CSS pixels, that holds the larger of two drawn pictures.
_BOX = (120, 100)
# The box of the chart, and so many columns at the least share it.
_WIDE, _HIGH, _LEAST_RUNS = 960.0, 120.0, 20
_LONGEST_MARK = 60
_OUTCOMES = {"reverted": "taken back"}


class Frame(NamedTuple):
    """A drawn picture in CSS pixels; None where its size is not known."""

    width: float
    height: float


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


def to_html(report: Report, root: str | None = None) -> str:
    """The whole page.

    Args:
        root: the URL of the folder that paths of records begin in; without it they are no links.
    """
    style, script = _source("report.css"), _source("report.js")
    template = _TEMPLATES.get_template("report.html.jinja")
    return template.render(report=report, root=root, style=style, script=script, hashed=_hashed)


def to_review(page: "ReviewPage", query: Callable[..., str]) -> tuple[str, str]:
    """The page of a review, and the content security policy that it is to be sent with.

    Args:
        query: the address of the page with one filter set, or as it is.
    """
    style, script = _source("report.css") + _source("review.css"), _source("review.js")
    document = _TEMPLATES.get_template("review.html.jinja").render(
        **page._asdict(), query=query, style=style, script=script
    )
    policy = f"default-src 'none'; style-src '{_hashed(style)}'; script-src '{_hashed(script)}'; form-action 'self'"
    return document, f"{policy}; base-uri 'none'; frame-ancestors 'none'"


def _hashed(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


class ReviewPage(NamedTuple):
    """What a person sees of a review: questions with their answers so far, and how many there are of each kind.

    Attributes:
        filters: by name, each value with how many questions have it; `chosen` are the values that are set, "" for all.
    """

    questions: Sequence[tuple[Question, str]]
    open: int
    accepted: int
    rejected: int
    filters: Mapping[str, Mapping[str, int]]
    chosen: Mapping[str, str]


class Part(NamedTuple):
    """A stretch of a line of length 1,000."""

    start: float
    width: float


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


def dead_links(standing: Status | None, *, amp: bool = False) -> list[Dead]:
    """The pages that are gone: AMP pages, or the others."""
    return [each for each in standing.dead if each.amp == amp] if standing else []


def sections(report: Report) -> list[tuple[str, str, int | None]]:
    """What a reader can go to, besides what the headline counts: id, title, and of how much."""
    standing = report.standing
    found: list[tuple[str, str, int | None]] = [
        (name, title, len(dead))
        for name, title, dead in (
            ("dead", "Dead links", dead_links(standing)),
            ("amp", "AMP rot", dead_links(standing, amp=True)),
        )
        if dead
    ]
    return [*found, ("due", "Due", None), *([("runs", "Runs", None)] if standing and standing.runs else [])]


def first_line(record: RecordReport) -> int | None:
    """The first of a record's lines that changed."""
    lines = (change.line for article in record.articles for change in article.changes)
    return min((line for line in lines if line), default=None)


def file_link(root: str | None, record: str, line: int | None) -> str | None:
    """The URL of a record, with its line as editors and web hosts of code write it."""
    if root is None or visible(record) != record:
        return None
    return f"{urljoin(f'{root}/', quote(record))}{f'#L{line}' if line else ''}"


def clock(at: str) -> str:
    """The time of day of a moment in ISO 8601, `00:39:04 UTC`; "" where it is none."""
    try:
        return f"{datetime.fromisoformat(at).astimezone(UTC):%H:%M:%S} UTC"
    except (ValueError, OverflowError):
        return ""


def marks(change: ValueChange | PictureChange, outcome: str) -> Markup:
    """What a change is filtered by, as attributes."""
    why = change.whys[0] if change.whys else None
    host = urls.host(why.source) if why and urls.split(why.source) else ""
    return _marks(outcome, change.field, host, why.reason.partition(";")[0] if why else "")


def failure_marks(failure: FailureReport, host: str) -> Markup:
    """The same of a failure."""
    return _marks("failed", "", host, failure.kind)


def dead_marks(dead: Dead, title: str) -> Markup:
    """The same of a page that is gone."""
    return _marks(title.lower(), "", urls.host(dead.url) if urls.split(dead.url) else "", dead.why)


def _marks(outcome: str, field: str, host: str, reason: str) -> Markup:
    named = {"outcome": _OUTCOMES.get(outcome, outcome), "field": field, "host": host, "reason": reason}
    told = ((name, cut(value, _LONGEST_MARK)) for name, value in named.items())
    return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in told)


def link(url: str) -> str | None:
    """The URL if a reader may follow it: http or https, and nothing in it that does not show."""
    return url if urls.split(url) and visible(url) == url else None


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


def _source(name: str) -> str:
    return _LOADER.get_source(_TEMPLATES, name)[0]


def _shown(value: object) -> object:
    return visible(value) if type(value) is str else value


_LOADER = PackageLoader("crawler.report")
_TEMPLATES = Environment(
    loader=_LOADER,
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # Nothing printed can forget it.
    finalize=_shown,
)
_TEMPLATES.tests["picture"] = lambda change: isinstance(change, PictureChange)
_TEMPLATES.globals |= {
    "bar": bar,
    "chart": chart,
    "clock": clock,
    "dead_links": dead_links,
    "dead_marks": dead_marks,
    "failure_marks": failure_marks,
    "file_link": file_link,
    "first_line": first_line,
    "forecast": forecast,
    "marks": marks,
    "moment": moment,
    "redacted": urls.redacted,
    "sections": sections,
    "span": span,
    "phrases": phrases,
    "Kind": Kind,
    "brief": brief,
    "edges": edges,
    "side": side,
    "is_mixed": is_mixed,
    "is_address": is_address,
    "frames": frames,
    "link": link,
    "cut": cut,
}
