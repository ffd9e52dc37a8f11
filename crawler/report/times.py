"""How long ago, how soon. Pure."""

from datetime import datetime, timedelta


def relative(at: datetime, now: datetime) -> str:
    """`2 days ago`, `3 h ago`, `now`, `in 3 h`: to the unit that a person would say."""
    apart = at - now
    if abs(apart) < timedelta(seconds=1):
        return "now"
    return f"in {span(apart)}" if apart > timedelta(0) else f"{span(-apart)} ago"


def span(length: timedelta) -> str:
    """`40 s`, `12 min`, `5 h`, `2 days`: whole ones of the largest unit of which there are two or more."""
    seconds = int(length.total_seconds())
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size:,} {unit}"
    return f"{seconds} s"
