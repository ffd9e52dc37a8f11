"""The report as one HTML file that asks for nothing: no image, no font, no request.

What comes from the web or a record is text in it: escaped by the template engine, its acting characters made visible,
a link only where it is http or https. The content security policy forbids all but our own style and script, by their
hashes, so that even markup that slipped through could do nothing. The script finds and filters; all is there without.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urljoin

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler import urls
from crawler.report import phrases
from crawler.report.changes import Picture, PictureChange, is_address
from crawler.report.drawn import bar, chart, forecast, frames
from crawler.report.marks import change_marks, dead_marks, failure_marks
from crawler.report.model import RecordReport, Report
from crawler.report.phrases import moment
from crawler.report.review import Question
from crawler.report.standing import Dead, Status
from crawler.report.times import span
from crawler.report.visible import cut, visible
from crawler.report.words import Kind, brief, edges, is_mixed, side


def to_html(report: Report, root: str | None = None) -> str:
    """The whole page.

    Args:
        root: the URL of the folder that paths of records begin in; without it they are no links.
    """
    style, script = _source("report.css"), _source("report.js")
    template = _TEMPLATES.get_template("report.html.jinja")
    return template.render(report=report, root=root, style=style, script=script, hashed=_hashed, small=_small(report))


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


def _small(report: Report) -> Callable[[Picture | None], str | None]:
    """Gives the thumbnail of a picture as a URL, where there is one."""

    def small(picture: Picture | None) -> str | None:
        known = report.thumbnails.get(picture.url) if picture and picture.url else None
        return f"data:image/webp;base64,{base64.b64encode(known).decode()}" if known else None

    return small


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


def link(url: str) -> str | None:
    """The URL if a reader may follow it: http or https, and nothing in it that does not show."""
    return url if urls.split(url) and visible(url) == url else None


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
    "change_marks": change_marks,
    "moment": moment,
    "no_thumbnail": lambda _: None,
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
