"""How settings are written: as text, in JSON, and what an editor is told of it."""

import math
import re
from collections.abc import Sequence
from datetime import timedelta
from difflib import get_close_matches
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from crawler.place import Place, Server, parse_server

FIELDS = ("title", "excerpt", "images", "published", "amp")

_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[dhms])+", re.ASCII)
_LONGEST = timedelta(days=3650)
_PROXY = re.compile(r"http://(?:[^\s/?#@]+@)?(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?/?", re.ASCII)


def parse_duration(value: object) -> timedelta:
    """A duration from "90s", "10m", "1h30m", "1d", or from a number of seconds.

    Raises:
        ValueError: it is neither, negative, or longer than ten years.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip()
    parts = re.findall(r"([\d.]+)([dhms])", text) if _DURATION.fullmatch(text) else [(text, "s")]
    try:
        seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    except ValueError:
        seconds = math.nan
    if isinstance(value, bool) or not 0 <= seconds <= _LONGEST.total_seconds():
        raise ValueError(f"{text!r} is no duration; write it as 90s, 10m, 1h30m or 1d")
    return timedelta(seconds=seconds)


def duration(value: timedelta) -> str:
    """A duration as `parse_duration` takes it: `1d`, `1h30m`, `0.5s`, `0s`."""
    parts, seconds = [], value.total_seconds()
    for unit, size in _UNITS.items():
        number = seconds // size if size > 1 else round(seconds, 6)
        seconds -= number * size
        parts += [f"{number:.15g}{unit}"] if number else []
    return "".join(parts) or "0s"


def parse_brake(value: object) -> float | None:
    """The share of records, in percent, above which a run stops; None for "off" (which YAML reads as False).

    Raises:
        ValueError: it is neither.
    """
    if value is None or value is False or value == "off":
        return None
    try:
        percent = math.nan if isinstance(value, bool) else float(str(value).removesuffix("%"))
    except ValueError:
        percent = math.nan
    if not 0 < percent <= 100:
        raise ValueError(f"{str(value)!r} is no brake; write a percentage such as 30, or off")
    return percent


def parse_field(value: object) -> str:
    """The name of a field that can be followed.

    Raises:
        ValueError: there is no such field.
    """
    if value not in FIELDS:
        raise ValueError(f"there is no field {str(value)!r}{meant(str(value), FIELDS)}; there are {', '.join(FIELDS)}")
    return str(value)


def parse_network(value: object) -> str:
    """A network in CIDR form, or one address, as written.

    Raises:
        ValueError: it is neither.
    """
    try:
        ip_network(str(value), strict=False)
    except ValueError as error:
        raise ValueError(f"{str(value)!r} is no network; write it as 10.0.0.0/8 or ::1/128") from error
    return str(value)


def parse_proxy(value: object) -> str | None:
    """The URL of a proxy, as written; None for none.

    Raises:
        ValueError: it is no http URL of a host; it is not repeated, because it may hold a password.
    """
    if value is None or (isinstance(value, str) and _PROXY.fullmatch(value)):
        return value
    raise ValueError("expected a proxy such as http://proxy.example:3128")


def _parse_path(value: object) -> Path:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError(f"{value!r} is no path")
    try:
        return Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{value!r} is no path: whose home is that?") from error


def _parse_place(value: object) -> Place:
    if isinstance(value, Server):
        return value
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError("expected a folder, or postgresql://user@host/database")
    return (parse_server(value.strip()) if isinstance(value, str) else None) or _parse_path(value)


# How each is written in JSON, and what an editor is told of how it may be written.
_as_json = partial(PlainSerializer, when_used="json")

Duration: TypeAlias = Annotated[
    timedelta,
    PlainValidator(parse_duration),
    _as_json(duration, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": rf"^(?:{_DURATION.pattern}|[0-9.]+)$"},
            ]
        }
    ),
]
Network: TypeAlias = Annotated[str, PlainValidator(parse_network), WithJsonSchema({"type": "string"})]
ProxyUrl: TypeAlias = Annotated[
    str | None,
    PlainValidator(parse_proxy),
    WithJsonSchema({"type": ["string", "null"], "pattern": "^http://"}),
]
SettingPath: TypeAlias = Annotated[
    Path,
    PlainValidator(_parse_path),
    _as_json(str, return_type=str),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
# Whoever shows the settings shows no password.
StatePlace: TypeAlias = Annotated[
    Place,
    PlainValidator(_parse_place),
    _as_json(str, return_type=str),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
FieldName: TypeAlias = Annotated[str, PlainValidator(parse_field), WithJsonSchema({"enum": [*FIELDS]})]
Brake: TypeAlias = Annotated[
    float | None,
    PlainValidator(parse_brake),
    _as_json(lambda value: "off" if value is None else value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
                {"type": "string", "pattern": "^[0-9.]+%?$"},
                {"enum": ["off", False, None]},
            ]
        }
    ),
]
Percent: TypeAlias = Annotated[float, Field(strict=True, ge=0, le=100)]
Switch: TypeAlias = Annotated[bool, Field(strict=True)]


def whole(least: int, most: int) -> Any:  # noqa: ANN401 (pydantic's own type)
    return Field(strict=True, ge=least, le=most)


def distinct(value: object) -> object:
    if isinstance(value, list | tuple) and not value:
        raise ValueError("name at least one")
    return tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else value


def meant(given: str, known: Sequence[str]) -> str:
    """A question after what is known that is like what was given; "" where nothing is."""
    close = get_close_matches(given, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
