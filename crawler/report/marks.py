"""What entries of a report as a page are filtered by, as attributes of its markup. Pure."""

from markupsafe import Markup

from crawler import urls
from crawler.report.changes import PictureChange, ValueChange
from crawler.report.model import FailureReport
from crawler.report.standing import Dead
from crawler.report.visible import cut

_LONGEST = 60
_OUTCOMES = {"reverted": "taken back"}


def change_marks(change: ValueChange | PictureChange, outcome: str) -> Markup:
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
    told = ((name, cut(value, _LONGEST)) for name, value in named.items())
    return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in told)
