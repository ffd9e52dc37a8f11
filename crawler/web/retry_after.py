"""The Retry-After header."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=1)
_SECONDS = re.compile("[0-9]+")
# A second comma would be a list, of which nobody says what it means.
_DATE = re.compile("(?:[A-Za-z]+, ?)?[^,]+")
_TWO_DIGIT_YEAR = re.compile("-[0-9]{2} ")


def retry_after(header: str, now: datetime) -> timedelta | None:
    """How long a server wishes to be left alone.

    Args:
        header: whole seconds ("120") or one of HTTP's three date forms, with or without blanks around it.
        now: an aware time, when the answer came; a date is counted from it.

    Returns:
        Zero (a date that is past) to one day (any longer wish); None for a header in neither form.

    Source: RFC 9110 §10.2.3 and §5.6.7.
    """
    text = header.strip(" \t")
    if _SECONDS.fullmatch(text):
        # Python refuses to read numbers of thousands of digits; nine of them are decades already.
        return min(timedelta(seconds=int(text[:9] if len(text.lstrip("0")) > 9 else text[-9:])), _LONGEST)
    if not _DATE.fullmatch(text):
        return None
    try:
        until = parsedate_to_datetime(text)
        if _TWO_DIGIT_YEAR.search(text):
            until = until.replace(year=_year(until.year % 100, now.year))
        # An asctime date names no zone; HTTP's dates are all UTC.
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(wait, timedelta(0)), _LONGEST)


def _year(last_digits: int, now: int) -> int:
    """The year that two digits stand for: none that is more than 50 years ahead (RFC 9110 §5.6.7)."""
    return now + 50 - (now + 50 - last_digits) % 100
