"""When the next visit is worth its cost. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

# A page that is gone may come back: publishers restore what they moved or removed by mistake.
_DEAD_EVERY = timedelta(days=30)
_SURELY_GONE_AFTER = timedelta(days=2)


def is_due(next_visits: Iterable[datetime | None], now: datetime) -> bool:
    """Whether an article is due, given when each of its pages should be visited next (None: at once)."""
    return any(at is None or at <= now for at in next_visits)


def rest(every: timedelta, *, status: int | None, failures: int, failing: timedelta) -> timedelta:
    """How long a page is left alone after a visit: `every`, but a month where it is dead.

    Dead is what its server says is gone (410), or not there (404) in three visits over two days or more.

    Args:
        status: of the last visit; `failures` are those in a row, over a time of `failing`.
    """
    dead = status == 410 or (status == 404 and failures >= 3 and failing >= _SURELY_GONE_AFTER)
    return max(every, _DEAD_EVERY) if dead else every


def is_since(published: str | None, day: date) -> bool:
    """Whether an article was published on a day (UTC) or later; one whose date is missing or not ISO 8601 was not."""
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return False
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date() >= day
