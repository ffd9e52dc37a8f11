"""Dates as pages write them, as exact ISO 8601 strings. Pure.

What could be read two ways is not read at all (03/04/2019), and neither is what no article was published on: year 1,
the epoch of a clock that was never set.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?)?", re.IGNORECASE
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?")
_SLASHED = re.compile(r"(\d{4})[/.](\d\d?)[/.](\d\d?)\b")
_DAY_LAST = re.compile(r"([a-z]{3,9})\.?,? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})\b", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def iso_date(text: str) -> str | None:
    """`2021-06-17` or `2021-06-17T08:00:00+02:00`, as exact as the text was; None if it is no date of a page."""
    text = text.strip()[:80]
    for read in (_iso, _mail, _epoch, _worded):
        found = read(text)
        if found:
            return found
    return None


def _iso(text: str) -> str | None:
    found = _ISO.match(text) or _COMPACT.fullmatch(text)
    if found is None:
        slashed = _SLASHED.match(text)
        return _day(*slashed.groups()) if slashed else None
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return _day(year, month, day)
    zone = "" if zone is None else "+00:00" if zone.upper() in {"Z", "UTC", "GMT"} else zone
    if re.fullmatch(r"[+-]\d\d:?", zone):
        zone = f"{zone[:3]}:00"
    return _checked(f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}:{second or '00'}{zone}")


def _mail(text: str) -> str | None:
    try:
        return _checked(parsedate_to_datetime(text).isoformat()) if ":" in text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch(text: str) -> str | None:
    if not _EPOCH.fullmatch(text):
        return None
    return _checked(datetime.fromtimestamp(int(text[:10]), UTC).isoformat())


def _worded(text: str) -> str | None:
    if found := _DAY_LAST.search(text):
        month, day, year = found.groups()
    elif found := _DAY_FIRST.search(text):
        day, month, year = found.groups()
    else:
        return None
    short = month[:3].lower()
    return _day(year, str(_MONTHS.index(short) + 1), day) if short in _MONTHS else None


def _day(year: str, month: str, day: str) -> str | None:
    found = _checked(f"{year}-{month:0>2}-{day:0>2}")
    return found and found[:10]


def _checked(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return text if 1980 <= moment.year <= 2100 else None
