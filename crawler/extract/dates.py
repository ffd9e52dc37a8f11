"""Dates as pages write them, in ISO 8601 and no more exact than the page was."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

# As most pages write them.
_PLAIN = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.0{1,9})?(Z|[+-]\d\d:\d\d)?)?")
_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:T|\s+T?)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:UTC|GMT|(Z|[+-]\d\d:?\d\d|[+-]\d\d))?)?"
)
_SLASHED = re.compile(r"(\d{4})[/.](\d\d?)[/.](\d\d?)(?=$|[T\s])")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d\d?)\s*[月월]\s*(\d\d?)\s*[日일]?")
# How each month's name begins, without accents, in a dozen of Europe's languages.
_MONTHS = {
    start: month
    for month, starts in enumerate(
        (
            "jan gen ene sty oca янв ιαν",
            "feb fev lut sub фев φεβ",
            "mar maa mrz мар μαρ",
            "apr avr abr kwi nis апр απρ",
            "may mai maj mag mei маи мая μαι",
            "jun juin giu cze haz июн ιουν",
            "jul juil lug lip tem июл ιουλ",
            "aug aou ago sie agu авг αυγ",
            "sep set wrz eyl сен σεπ",
            "oct okt ott out paz eki окт οκτ",
            "nov kas ноя νοε",
            "dec dez dic gru ara дек δεκ",
        ),
        start=1,
    )
    for start in starts.split()
}
_MONTH = r"([^\W\d_]{3,12})\.?"
# Java's own form has the time of day before the year.
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+(\d\d?)(?:st|nd|rd|th)?,?\s+(?:\d\d:\d\d:\d\d\s+[A-Z]{{3,4}}\s+)?(\d{{4}})\b")
_DAY_FIRST = re.compile(rf"\b(\d\d?)(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+)?(\d{{4}})\b")
_NOT_BY_RFC = re.compile(r"\d\s*[ap]\.?m\b|GMT[+-]", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d\d?)[./-](\d\d?)[./-](\d{4})\b")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_NAMED_ZONE = re.compile(r"^(.*\d)\s+\[?[A-Za-z_]+/[A-Za-z_]+\]?$")


@lru_cache(maxsize=64)  # a page says the same in several tags
def iso_date(raw: str) -> str | None:
    """A date, or a date and time, in ISO 8601; with an offset only if the page gave one.

    None for what is no date, cannot be told (03/04/2015), or stands for "unknown" (year 1, the epoch).
    """
    text = raw.strip()[:80]
    if (plain := _PLAIN.fullmatch(text)) and (known := _of_calendar(*plain.groups(""))):
        return known
    if named := _NAMED_ZONE.match(text):
        text = named[1]
    found = _by_iso(text) or _by_compact(text) or _by_words(text) or _by_numbers(text)
    is_known = found and "1800" <= found < "2100" and not found.startswith("1970-01-01")
    return found if is_known else None


def _of_calendar(day: str, time: str, offset: str) -> str | None:
    """A date in the form that most pages write; None for what no calendar has, and where it may stand for "unknown"."""
    text = f"{day}T{time}" if time else day
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    text += "Z" if offset in ("+00:00", "-00:00") else offset
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
    """RFC 5322 dates with their time, else a day with its month's name, or a CJK date."""
    if found := _CJK.search(text):
        return _day(*found.groups())
    if (found := _MONTH_FIRST.search(text)) and (month := _month(found[1])):
        day = _day(found[3], month, found[2])
    elif (found := _DAY_FIRST.search(text)) and (month := _month(found[2])):
        day = _day(found[3], month, found[1])
    else:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return day
    # It passes over "pm" and the hours behind "GMT+".
    is_told = ":" in text and moment.date().isoformat() == day and not _NOT_BY_RFC.search(text)
    return moment.isoformat() if is_told else day


def _month(name: str) -> str | None:
    """The number of a month, as digits, by how its name begins."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    month = _MONTHS.get(plain[:4]) or _MONTHS.get(plain[:3])
    return str(month) if month else None


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
