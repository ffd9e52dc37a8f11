"""When the next visit is worth its cost. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta


def is_due(visits: Iterable[datetime | None], now: datetime, every: timedelta) -> bool:
    """Whether an article is due, given when each of its targets was last visited (None: never)."""
    return any(at is None or at + every <= now for at in visits)


def is_since(published: str | None, day: date) -> bool:
    """Whether an article was published on a day (UTC) or later; one whose date is missing or not ISO 8601 was not."""
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return False
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date() >= day
