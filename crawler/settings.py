"""The settings told: each with its value and where that came from; what is doubtful about them; a schema of them."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from crawler.config import Config, Fetch, bundled, load, load_schema, settings_file
from crawler.model import Json
from crawler.place import folder_of
from crawler.web.connect_to import parse_connect_to
from crawler.web.guard import is_public
from crawler.yaml_file import line_of, read

# Whose every address is as good as a password.
_SECRET = frozenset({"health_url", "notify"})
_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_PASSWORD = re.compile(r"(?<=[?&])((?:password|passwd|token|secret|key)=)[^&#\s]*", re.IGNORECASE)
_ADDRESS = re.compile(r"([A-Za-z][\w+.-]*://).*", re.DOTALL)
_POLITE = timedelta(seconds=1)
_COMMENT = re.compile(r"( *)# ?(.*)")
_KEY = re.compile(r"( *)(\w+):")


class Setting(NamedTuple):
    """One setting in force.

    Attributes:
        key: as `fetch.delay`.
        value: as it would stand in the file; secrets are left out.
        origin: "default", the file and line, or the flag.
    """

    key: str
    value: Json
    origin: str


class Doubt(NamedTuple):
    """Something that may be set, but hardly as it was meant; `origin` as in `Setting`."""

    key: str
    origin: str
    why: str


def settings(file: Path | None, flags: Mapping[str, str]) -> list[Setting]:
    """Every setting in force, in the order of the documented file.

    Args:
        file: as `config.load` takes it.
        flags: what was said by flags, by key: its value.

    Raises:
        ConfigError: as `config.load`.
    """
    told = _told(load(file, flags), file)
    return [Setting(key, redacted(key, value), f"--{key}" if key in flags else origin) for key, value, origin in told]


def doubts(file: Path | None) -> list[Doubt]:
    """What is doubtful about the settings of a file.

    Raises:
        ConfigError: what is more than doubtful.
    """
    config = load(file, {})
    load_schema(config)
    for rule in config.fetch.connect_to:
        parse_connect_to(rule)
    origins = {key: origin for key, _, origin in _told(config, file)}
    return [Doubt(key, origins[key], why) for key, why in _doubtful(config)]


def redacted(key: str, value: Json) -> Json:
    """A value without what is secret in it: what follows `://` of some, names and passwords in all."""
    if isinstance(value, list):
        return [redacted(key, each) for each in value]
    if isinstance(value, dict):
        return {name: redacted(f"{key}.{name}", each) for name, each in value.items()}
    if not isinstance(value, str):
        return value
    if _SECRET.intersection(key.split(".")):
        return _ADDRESS.sub(r"\1...", value) if "://" in value else "..."
    return _PASSWORD.sub(r"\1...", _USERINFO.sub("...@", value))


def json_schema() -> dict[str, Any]:
    """A JSON Schema (2020-12) of the file of settings; its words are those of the documented file."""
    schema = Config.model_json_schema()
    _describe(schema, schema["$defs"], "", _documented(), dict(_leaves(Config, _plain(Config()), "")))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Settings of metafresh"}


def _told(config: Config, file: Path | None) -> Iterator[tuple[str, Json, str]]:
    """Key, value and origin of every setting."""
    found = settings_file(file)
    node, written = read(found) if found else (None, None)
    for key, value in _leaves(Config, _plain(config), ""):
        place = key.split(".")
        stands = node is not None and _is_in(written, place)
        yield key, value, f"{found}:{line_of(place, node)}" if stands and node else "default"


def _plain(config: Config) -> dict[str, Json]:
    return config.model_dump(mode="json", by_alias=True)


def _leaves(model: type[BaseModel], values: Mapping[str, Json], above: str) -> Iterator[tuple[str, Json]]:
    for name, field in model.model_fields.items():
        key, value = field.alias or name, values[field.alias or name]
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel) and isinstance(value, dict):
            yield from _leaves(field.annotation, value, f"{above}{key}.")
        else:
            yield above + key, int(value) if isinstance(value, float) and value.is_integer() else value


def _is_in(value: object, place: list[str]) -> bool:
    for part in place:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True


def _doubtful(config: Config) -> Iterator[tuple[str, str]]:
    for path in config.records:
        if not path.exists():
            yield "records", f"{path} is not there"
    folder = folder_of(config.state)
    if folder.exists() and not folder.is_dir():
        yield "state", f"{folder} is no folder"
    agent = config.fetch.user_agent
    if agent == Fetch().user_agent:
        yield "fetch.user_agent", "names metafresh, not you; put your own address in, so that publishers can reach you"
    elif "@" not in agent and "://" not in agent:
        yield "fetch.user_agent", "has no address by which publishers could reach you"
    yield from _rude(config.fetch)
    yield from _astray(config.fetch)


def _rude(fetch: Fetch) -> Iterator[tuple[str, str]]:
    """What publishers may not like."""
    if fetch.delay < _POLITE:
        yield "fetch.delay", "faster than one request a second; few publishers like that"
    if fetch.per_host > 1:
        yield "fetch.per_host", "more than one request at a time to a host; few publishers like that"
    if fetch.ignore_robots:
        yield "fetch.ignore_robots", "robots.txt is ignored; do that to hosts of your own only"


def _astray(fetch: Fetch) -> Iterator[tuple[str, str]]:
    """What may lead connections where they should not go."""
    for network in fetch.allow_addresses:
        if ip_network(network, strict=False).prefixlen == 0:
            yield "fetch.allow_addresses", f"{network} lets every private address be dialled"
        elif is_public(str(ip_network(network, strict=False).network_address)):
            yield "fetch.allow_addresses", f"{network} is public, and may be dialled without this"
    if fetch.connect_to and fetch.proxy:
        yield "fetch.connect_to", "has no effect: everything is asked for through fetch.proxy"
    elif fetch.connect_to:
        yield "fetch.connect_to", "connections are led elsewhere; a rule for tests may have been left"
    if fetch.ca_file and not fetch.ca_file.is_file():
        yield "fetch.ca_file", f"{fetch.ca_file} is not there"


# ---- the schema


def _documented() -> dict[str, str]:
    """What the documented file says above each key."""
    said, words, above = {}, [], ""
    for line in (bundled("config") / "metafresh.yaml").read_text(encoding="utf-8").splitlines():
        if comment := _COMMENT.fullmatch(line):
            words.append(comment[2])
            continue
        if key := _KEY.match(line):
            name = f"{above}.{key[2]}" if key[1] else key[2]
            above = above if key[1] else key[2]
            said[name] = " ".join(words)
        words = []
    return said


def _describe(
    schema: dict[str, Any],
    shapes: Mapping[str, Any],
    above: str,
    said: Mapping[str, str],
    defaults: Mapping[str, Json],
) -> None:
    """Put words and defaults of the documented file in place of those that are for programmers."""
    schema.pop("title", None)
    schema.pop("description", None)
    for name, inner in schema["properties"].items():
        key = f"{above}{name}"
        for programmers in ("title", "default"):
            inner.pop(programmers, None)
        if said.get(key):
            inner["description"] = said[key]
        if "$ref" in inner:
            _describe(shapes[inner["$ref"].rpartition("/")[2]], shapes, f"{key}.", said, defaults)
        else:
            inner["default"] = defaults[key]
