"""The settings: every key with its default, read from metafresh.yaml, flags on top.

A setting that is unknown, of the wrong type or out of range is an error in one line with file, line and key, so that a
typing error never makes a run do something else than was meant.
"""

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails

from crawler.errors import ConfigError
from crawler.model import Schema
from crawler.place import Place, Server, parse_server
from crawler.version import VERSION
from crawler.watchers import Command, HealthUrl, Services
from crawler.yaml_file import first_line, line_of, read

FILE_NAME = "metafresh.yaml"
FIELDS = ("title", "excerpt", "images", "published", "amp")

_T = TypeVar("_T")
_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[dhms])+", re.ASCII)
_LONGEST = timedelta(days=3650)
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}
# Pydantic's own words where they are for programmers.
_EXPECTED = {
    "bool_type": "expected true or false",
    "float_type": "expected a number",
    "int_type": "expected a whole number",
    "invalid_key": "expected a key that is text",
    "model_type": "expected keys of its own below it",
    "string_pattern_mismatch": "expected printable ASCII on one line",
    "string_too_short": "expected some text",
    "string_type": "expected text (put it in quotes)",
    "tuple_type": "expected a list such as [a, b]",
}


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
        raise ValueError(f"there is no field {str(value)!r}{_meant(str(value), FIELDS)}; there are {', '.join(FIELDS)}")
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


def _whole(least: int, most: int) -> Any:  # noqa: ANN401 (pydantic's own type)
    return Field(strict=True, ge=least, le=most)


def _distinct(value: object) -> object:
    if isinstance(value, list | tuple) and not value:
        raise ValueError("name at least one")
    return tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else value


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Revisit(_Settings):
    """When an article is due again: each in `every` on average, none sooner than `min_interval`."""

    every: Duration = timedelta(days=1)
    min_interval: Duration = timedelta(hours=1)


class Fetch(_Settings):
    """How pages are asked for.

    Attributes:
        concurrency: requests at a time, over all hosts; `per_host` on one of them.
        workers: processes that ask, each its share of the hosts.
        delay: from request start to request start on one host.
        retries: further tries after a failure that may pass.
        allow_addresses: networks that the address guard lets pass.
        connect_to: rules as curl's `--connect-to`.
        ca_file: certificates in PEM form to trust besides the system's.
    """

    user_agent: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[!-~]+( [!-~]+)*$")] = (
        f"metafresh/{VERSION} (+https://pypi.org/project/metafresh/)"
    )
    concurrency: Annotated[int, _whole(1, 1000)] = 32
    per_host: Annotated[int, _whole(1, 100)] = 1
    workers: Annotated[int, _whole(1, 64)] = 1
    delay: Duration = timedelta(seconds=1)
    retries: Annotated[int, _whole(0, 10)] = 2
    ignore_robots: Switch = False
    allow_addresses: tuple[Network, ...] = ()
    connect_to: tuple[str, ...] = ()
    ca_file: SettingPath | None = None


class Judge(_Settings):
    """What is believed at once, and what only later.

    Attributes:
        confirm_after: how far apart a doubtful value must be seen twice, so that it is there to stay.
    """

    confirm_after: Duration = timedelta(hours=12)


class Failures(_Settings):
    """From when on a run counts as failed: more than `threshold` percent of its visits."""

    threshold: Percent = 50.0


class Hooks(_Settings):
    """Commands for `sh -c` that a crawl starts when it has ended, each given what it did as JSON on standard input.

    Attributes:
        after_run: after every run; `on_change` after one that changed records, `on_failure` after one that failed.
        max_time: how long each may take; one that takes longer is killed.
    """

    after_run: Command = None
    on_change: Command = None
    on_failure: Command = None
    max_time: Duration = timedelta(seconds=60)


class Config(_Settings):
    """The settings in force.

    Attributes:
        records: files and folders of records.
        state: where what is remembered between runs lies: a folder, or a PostgreSQL database.
        kind: which keys mean what in a record: the name of a schema that comes with metafresh, or a path to a file.
        fields: what is followed.
        mode: "fill" writes only what is missing.
        amp: when AMP pages are asked: always, as a fallback where the article's own pages leave something open, never.
        urls: what becomes of AMP addresses: dead ones are only reported; or they follow the page (update); or dead ones
            that the page names no more are removed too.
        thumbnails: whether small pictures of images are kept, for the report as a page.
        pin: fields that are kept by hand, by the paths of records: names, or globs such as "news/*.md".
        images: whether images are looked at for their true sizes.
        brake: more than so many percent of a host's articles changing in one field, or of all to one value, stops the
            run; None is off.
        keep: how long runs are remembered, with all that they changed.
        hooks: commands that are started after a crawl.
        health_url: pinged when a crawl starts, has succeeded, has failed, as healthchecks.io wants it.
        metrics_file: written after each crawl, for the textfile collector of Prometheus' node_exporter.
        notify: who gets a digest, as URLs of apprise.
    """

    records: Annotated[tuple[SettingPath, ...], BeforeValidator(_distinct)] = (Path("records"),)
    state: StatePlace = Path("state")
    kind: Annotated[str, Field(alias="schema", min_length=1)] = "article"
    fields: Annotated[tuple[FieldName, ...], BeforeValidator(_distinct)] = ("title", "excerpt", "images")
    mode: Literal["refresh", "fill"] = "refresh"
    amp: Literal["always", "fallback", "never"] = "always"
    urls: Literal["report", "update", "remove"] = "report"
    images: Switch = True
    thumbnails: Switch = False
    pin: Mapping[str, Annotated[tuple[FieldName, ...], BeforeValidator(_distinct)]] = {}
    revisit: Revisit = Revisit()
    fetch: Fetch = Fetch()
    judge: Judge = Judge()
    failures: Failures = Failures()
    brake: Brake = 30.0
    keep: Duration = timedelta(days=365)
    hooks: Hooks = Hooks()
    health_url: HealthUrl = None
    metrics_file: SettingPath | None = None
    notify: Services = ()


@dataclasses.dataclass(frozen=True, slots=True)
class _SchemaFile(Schema):
    """A schema as a file tells it; a key that is not one of its fields is an error."""

    __pydantic_config__ = ConfigDict(extra="forbid")


def load(file: Path | None, overrides: Mapping[str, object]) -> Config:
    """The settings of a file, else of ./metafresh.yaml, else of ./config/metafresh.yaml, else the defaults.

    Args:
        overrides: what flags say, by key, nested as in the file; paths in it are relative to the current folder, those
            in the file to the project: the folder of the file, or the one above if that is called `config`.

    Raises:
        ConfigError: the file cannot be read, or a setting cannot be used.
    """
    found = settings_file(file)
    written = _parsed(found, TypeAdapter(Config), Config()) if found else Config()
    config = _placed(written, _project(found) if found else Path())
    merged = {**config.model_dump(by_alias=True), "state": config.state}
    for key, value in overrides.items():
        merged[key] = {**merged[key], **value} if isinstance(value, Mapping) else value
    try:
        return Config.model_validate(merged)
    except ValidationError as error:
        raise ConfigError(*_wrongs(error, None, "")) from error


def settings_file(file: Path | None) -> Path | None:
    """The file that settings come from: the one that is named, else the one that is here, else none."""
    return file or next((path for path in (Path(FILE_NAME), Path("config", FILE_NAME)) if path.is_file()), None)


def load_schema(config: Config) -> Schema:
    """Which keys mean what, as config.kind says.

    Raises:
        ConfigError: there is no such schema, or a line of it cannot be used.
    """
    file = Path(config.kind)
    if not _is_file_name(config.kind):
        folder = bundled("config") / "schemas"
        file = folder / f"{config.kind}.yaml"
        if not file.is_file():
            known = sorted(path.stem for path in folder.glob("*.yaml"))
            meant = _meant(config.kind, known)
            raise ConfigError(
                f"there is no schema {config.kind!r}{meant}; there are {', '.join(known)}, or name a file"
            )
    keys = _parsed(file, TypeAdapter(_SchemaFile), _SchemaFile())
    return Schema(**{each.name: getattr(keys, each.name) for each in dataclasses.fields(Schema)})


def bundled(name: str) -> Path:
    """A folder that comes with metafresh, `config` or `examples`: in a wheel its copy, else that of the source tree."""
    installed = Path(__file__).parent / "bundled" / name
    return installed if installed.is_dir() else Path(__file__).parents[1] / name


def _is_file_name(kind: str) -> bool:
    return "/" in kind or kind.endswith((".yaml", ".yml"))


def _project(file: Path) -> Path:
    """The folder that paths in a file of settings start from; "" where that is the current one."""
    folder = file.absolute().parent
    folder = folder.parent if folder.name == "config" else folder
    return Path() if folder == Path.cwd() else folder


def _placed(config: Config, project: Path) -> Config:
    own = project / "config" / "schemas" / f"{config.kind}.yaml"
    kind = str(project / config.kind) if _is_file_name(config.kind) else str(own) if own.is_file() else config.kind
    ca_file = project / config.fetch.ca_file if config.fetch.ca_file else None
    placed = {
        "records": tuple(project / path for path in config.records),
        "state": _place(config.state, project),
        "kind": kind,
        "fetch": config.fetch.model_copy(update={"ca_file": ca_file}),
        "metrics_file": project / config.metrics_file if config.metrics_file else None,
    }
    return config.model_copy(update=placed)


def _place(state: Place, project: Path) -> Place:
    return Server(state.url, project / state.folder) if isinstance(state, Server) else project / state


# ---- reading


def _parsed(file: Path, shape: TypeAdapter[_T], empty: _T) -> _T:
    """The value that a file holds; `empty` where it holds nothing."""
    node, value = read(file)
    if node is None or value is None:
        return empty
    if not isinstance(value, dict):
        raise ConfigError(f"{file}:{first_line(node)}: expected lines like `key: value`")
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        raise ConfigError(*_wrongs(error, node, f"{file}:")) from error


# ---- saying what is wrong


def _wrongs(error: ValidationError, node: yaml.Node | None, file: str) -> list[str]:
    """All that is wrong, a line each: where (the file's line where there is a tree), the key, what to do."""
    lines = []
    for each in error.errors(include_url=False, include_context=False):
        where = "" if node is None else f"{file}{line_of(each['loc'], node)}: "
        lines.append(f"{where}{'.'.join(map(str, each['loc']))}: {_remedy(each, error.title)}")
    return lines


def _remedy(wrong: ErrorDetails, title: str) -> str:
    if wrong["type"] in _UNKNOWN:
        known = _keys_beside(wrong["loc"], title)
        return f"unknown key{_meant(str(wrong['loc'][-1]), known) or '; there are ' + ', '.join(known)}"
    if wrong["type"] == "value_error":
        return wrong["msg"].removeprefix("Value error, ")
    expected = _EXPECTED.get(wrong["type"]) or wrong["msg"].replace("Input", "it", 1)
    return f"{expected}, not {_short(wrong['input'])}"


def _keys_beside(place: Sequence[int | str], title: str) -> list[str]:
    if title != Config.__name__:
        return [each.name for each in dataclasses.fields(Schema)]
    model: type[BaseModel] = Config
    for part in place[:-1]:
        inner = model.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [each.alias or name for name, each in model.model_fields.items()]


def _meant(given: str, known: Sequence[str]) -> str:
    close = get_close_matches(given, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
