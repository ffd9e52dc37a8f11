"""Dates as pages write them, in ISO 8601 and no more exact than the page was."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_PLAIN = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:Z|[+-](?!00:00)\d\d:\d\d)?)?")
_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:T|\s+T?)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:UTC|GMT|(Z|[+-]\d\d:?\d\d|[+-]\d\d))?)?"
)
_SLASHED = re.compile(r"(\d{4})[/.](\d\d?)[/.](\d\d?)(?=$|[T\s])")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d\d?)\s*[月월]\s*(\d\d?)\s*[日일]?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+(\d\d?)(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(\d\d?)(?:st|nd|rd|th)?\.?\s+{_MONTH},?\s+(\d{{4}})\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d\d?)[./-](\d\d?)[./-](\d{4})\b")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_NAMED_ZONE = re.compile(r"^(.*\d)\s+\[?[A-Za-z_]+/[A-Za-z_]+\]?$")


def iso_date(raw: str) -> str | None:
    """A date, or a date and time, in ISO 8601; with an offset only if the page gave one.

    None for what is no date, cannot be told (03/04/2015), or stands for "unknown" (year 1, the epoch).
    """
    text = raw.strip()[:80]
    if _PLAIN.fullmatch(text) and (plain := _of_calendar(text)):
        return plain
    if named := _NAMED_ZONE.match(text):
        text = named[1]
    found = _by_iso(text) or _by_compact(text) or _by_words(text) or _by_numbers(text)
    known = found and "1800" <= found < "2100" and not found.startswith("1970-01-01")
    return found if known else None


def _of_calendar(text: str) -> str | None:
    """A date in the form that most pages write, as it stands."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return text if 1970 < moment.year < 2100 else None


def _by_iso(text: str) -> str | None:
    found = _ISO.match(_SLASHED.sub(r"\1-\2-\3", text))
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if _day(year, month, day) is None:
        return None
    if hour is None:
        return _day(year, month, day)
    if "UTC" in found[0] or "GMT" in found[0]:
        offset = "Z"
    return _moment(year, month, day, hour, minute, second, fraction, offset)


def _by_compact(text: str) -> str | None:
    if _EPOCH.fullmatch(text):
        seconds = int(text[:10])
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    found = _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    return _moment(year, month, day, hour, minute, second, None, offset) if hour else _day(year, month, day)


def _by_words(text: str) -> str | None:
    """RFC 5322 dates with their time, else a day with its month's English name, else a CJK date."""
    if found := _CJK.search(text):
        return _day(*found.groups())
    if found := _MONTH_FIRST.search(text):
        month, day, year = found.groups()
    elif found := _DAY_FIRST.search(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _day(year, str(_MONTHS.index(month[:3].lower()) + 1), day)
    return moment.isoformat() if ":" in text else moment.date().isoformat()


def _by_numbers(text: str) -> str | None:
    """Day, month and year in figures, where only one reading is a date."""
    found = _NUMBERED.match(text)
    if not found:
        return None
    one, other, year = found.groups()
    readings = {_day(year, other, one), _day(year, one, other)} - {None}
    # 24.12.2017 is written with dots only by those who put the day first.
    if "." in found[0]:
        return _day(year, other, one)
    return readings.pop() if len(readings) == 1 else None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _moment(
    year: str,
    month: str,
    day: str,
    hour: str,
    minute: str,
    second: str | None,
    fraction: str | None,
    offset: str | None,
) -> str | None:
    try:
        moment = datetime(int(year), int(month), int(day), int(hour) % 24, int(minute), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return None
    text = moment.isoformat()
    if fraction and fraction.strip("0"):
        text += f".{fraction}"
    if offset and offset != "Z":
        offset = f"{offset[:3]}:{offset[-2:] if len(offset) > 3 else '00'}"
        offset = "Z" if offset in ("+00:00", "-00:00") else offset
    return text + (offset or "")
