"""When the next visit is worth its cost. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def is_due(visits: Iterable[datetime | None], now: datetime, every: timedelta) -> bool:
    """Whether an article is due, given when each of its targets was last visited (None: never)."""
    return any(at is None or at + every <= now for at in visits)
