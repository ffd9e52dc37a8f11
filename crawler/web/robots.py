"""robots.txt by RFC 9309, parsed by protego."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from protego import Protego

PRODUCT = "metafresh"
# RFC 9309 §2.5: a crawler must parse at least so much.
MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5
# Some sites ask for hours between requests; at that pace nobody would be visited.
_LONGEST_DELAY = timedelta(seconds=30)


class RobotsText(NamedTuple):
    """A robots.txt as it was answered; `origin` is scheme, host and port."""

    origin: str
    fetched_at: datetime
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin asks of us.

    Attributes:
        refusal: why nothing there may be asked for; None where the single URL decides.
        delay: between requests, at most 30 seconds.
    """

    refusal: str | None
    delay: timedelta
    parsed: Protego | None

    def allows(self, url: str) -> bool:
        """Whether we may ask for a URL of this origin."""
        return self.refusal is None and (self.parsed is None or bool(self.parsed.can_fetch(url, PRODUCT)))


def rules(answer: RobotsText) -> Rules:
    """The rules that an answer stands for.

    Any 4xx means that there are none, and so does one redirect too many; a server error means that nothing may be asked
    for. Source: RFC 9309 §2.3.1.
    """
    if answer.status >= 500:
        why = f"its robots.txt answers with status {answer.status}, so nothing there may be asked for now"
        return Rules(why, timedelta(0), None)
    if answer.status != 200:
        return Rules(None, timedelta(0), None)
    parsed = Protego.parse(answer.text.removeprefix("\ufeff"))
    seconds = parsed.crawl_delay(PRODUCT) or 0
    return Rules(None, min(timedelta(seconds=max(seconds, 0)), _LONGEST_DELAY), parsed)
