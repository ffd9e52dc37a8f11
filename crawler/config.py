"""The settings: every key with its default, read from metafresh.yaml, flags on top.

A setting that is unknown, of the wrong type or out of range is an error in one line with file, line and key, so that a
typing error never makes a run do something else than was meant.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import ErrorDetails

from crawler.errors import ConfigError
from crawler.model import Schema
from crawler.place import Place, Server
from crawler.spelling import (
    Brake,
    Duration,
    FieldName,
    Network,
    Percent,
    ProxyUrl,
    SettingPath,
    StatePlace,
    Switch,
    distinct,
    meant,
    whole,
)
from crawler.version import VERSION
from crawler.watchers import Command, HealthUrl, Services
from crawler.yaml_file import first_line, line_of, read

FILE_NAME = "metafresh.yaml"

_T = TypeVar("_T")
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
        delay: from request start to request start on one host, longer by up to `jitter` at random.
        retries: further tries after a failure that may pass.
        allow_addresses: networks that the address guard lets pass.
        connect_to: rules as curl's `--connect-to`.
        proxy: what all is asked for through; that of the environment is left alone.
        ca_file: certificates in PEM form to trust besides the system's.
    """

    user_agent: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[!-~]+( [!-~]+)*$")] = (
        f"metafresh/{VERSION} (+https://pypi.org/project/metafresh/)"
    )
    concurrency: Annotated[int, whole(1, 1000)] = 32
    per_host: Annotated[int, whole(1, 100)] = 1
    workers: Annotated[int, whole(1, 64)] = 1
    delay: Duration = timedelta(seconds=1)
    jitter: Duration = timedelta(0)
    retries: Annotated[int, whole(0, 10)] = 2
    ignore_robots: Switch = False
    allow_addresses: tuple[Network, ...] = ()
    connect_to: tuple[str, ...] = ()
    proxy: ProxyUrl = None
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

    records: Annotated[tuple[SettingPath, ...], BeforeValidator(distinct)] = (Path("records"),)
    state: StatePlace = Path("state")
    kind: Annotated[str, Field(alias="schema", min_length=1)] = "article"
    fields: Annotated[tuple[FieldName, ...], BeforeValidator(distinct)] = ("title", "excerpt", "images")
    mode: Literal["refresh", "fill"] = "refresh"
    amp: Literal["always", "fallback", "never"] = "always"
    urls: Literal["report", "update", "remove"] = "report"
    images: Switch = True
    thumbnails: Switch = False
    pin: Mapping[str, Annotated[tuple[FieldName, ...], BeforeValidator(distinct)]] = {}
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
            nearest = meant(config.kind, known)
            raise ConfigError(
                f"there is no schema {config.kind!r}{nearest}; there are {', '.join(known)}, or name a file"
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
        return f"unknown key{meant(str(wrong['loc'][-1]), known) or '; there are ' + ', '.join(known)}"
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


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
