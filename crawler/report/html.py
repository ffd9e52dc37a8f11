"""The report as one HTML file that asks for nothing: no script, no image, no font, no request.

What comes from the web or a record is text in it: escaped by the template engine, its acting characters made visible,
a link only where it is http or https. The content security policy forbids all but our own style, by its hash, so that
even markup that slipped through could do nothing.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler import urls
from crawler.report import phrases
from crawler.report.changes import Picture, PictureChange, is_address
from crawler.report.model import Report
from crawler.report.review import Question
from crawler.report.visible import cut, visible
from crawler.report.words import Kind, brief, edges, is_mixed, side

# The box, in CSS pixels, that holds the larger of two drawn pictures.
_BOX = (120, 100)


class Frame(NamedTuple):
    """A drawn picture in CSS pixels; None where its size is not known."""

    width: float
    height: float


def to_html(report: Report) -> str:
    """The whole page."""
    style = _source("report.css")
    return _TEMPLATES.get_template("report.html.jinja").render(report=report, style=style, hashed=_hashed(style))


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
