"""The flags of `metafresh crawl`, each with its one line of help; a value that cannot be used is a usage error."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import typer

from crawler.place import Place, parse_server

_T = TypeVar("_T")


def _refusing(parse: Callable[[str], _T], text: str) -> _T:
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def said(text: str) -> str:
    """A word that was said; an empty one is a usage error."""
    # A script's unset variable, as in --state "$DIR", must not come to mean the current folder.
    if not text.strip():
        raise typer.BadParameter("it is empty")
    return text


def path(text: str) -> Path:
    """A path as it was named; the current folder is `.`, never an empty word."""
    return Path(said(text))


def _place(text: str) -> Place:
    return _refusing(parse_server, text) or path(text)


def given(**settings: object) -> dict[str, object]:
    """What was said by flags: typer gives None, or an empty list, for a flag that was not there."""
    return {key: value for key, value in settings.items() if value is not None and value not in ([], {})}


# The settings' own rules are asked only when a flag is given: `--help` and `--version` need not wait for them.


def _duration(text: str) -> timedelta:
    from crawler.spelling import parse_duration  # noqa: PLC0415

    return _refusing(parse_duration, text)


def _duration_above_zero(text: str) -> timedelta:
    duration = _duration(text)
    if not duration:
        raise typer.BadParameter("no time at all; write it as 90s, 10m or 1h30m")
    return duration


def _brake(text: str) -> str:
    from crawler.spelling import parse_brake  # noqa: PLC0415

    _refusing(parse_brake, text)
    return text


def _fields(text: str) -> str:
    from crawler.spelling import parse_field  # noqa: PLC0415

    for name in names(text):
        _refusing(parse_field, name)
    return text


def names(text: str) -> tuple[str, ...]:
    """The names in `title, excerpt,images`."""
    return tuple(name.strip() for name in text.split(","))


def _network(text: str) -> str:
    from crawler.spelling import parse_network  # noqa: PLC0415

    return _refusing(parse_network, text)


def _connect_to(text: str) -> str:
    from crawler.errors import ConfigError  # noqa: PLC0415
    from crawler.web.connect_to import parse_connect_to  # noqa: PLC0415

    try:
        parse_connect_to(text)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2026-11-23") from error


def _host(text: str) -> str:
    host = text.strip().lower().rstrip(".")
    if not host or any(char in host for char in "/@: \t"):
        raise typer.BadParameter(f"{text!r} is no host; write it as example.com, without https:// and path")
    return host


Paths: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", parser=path, help="Files or folders, e.g. records/news."),
]
All: TypeAlias = Annotated[bool, typer.Option("--all", help="Visit also what is not due.")]
DryRun: TypeAlias = Annotated[bool, typer.Option("--dry-run", help="Write no record; show what would change.")]
Mode: TypeAlias = Annotated[
    Literal["refresh", "fill"] | None,
    typer.Option("--mode", help="fill: write only what is missing."),
]
Fields: TypeAlias = Annotated[
    str | None,
    typer.Option("--fields", metavar="NAMES", parser=_fields, help="What to follow, e.g. title,excerpt,images."),
]
Only: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="GLOB", parser=said, help="Only these, e.g. '2026-*.md'; repeatable."),
]
Host: TypeAlias = Annotated[
    str | None,
    typer.Option("--host", metavar="HOST", parser=_host, help="Only pages of a host, e.g. example.com."),
]
Limit: TypeAlias = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help="Ask for at most N pages, e.g. 100.")
]
Since: TypeAlias = Annotated[
    date | None,
    typer.Option("--since", metavar="DATE", parser=_date, help="Only articles since a day, e.g. 2026-01-01."),
]
MaxTime: TypeAlias = Annotated[
    timedelta | None,
    typer.Option("--max-time", metavar="TIME", parser=_duration_above_zero, help="Begin no visit after, e.g. 10m."),
]
Concurrency: TypeAlias = Annotated[
    int | None,
    typer.Option("--concurrency", metavar="N", min=1, max=1000, help="Requests at a time, e.g. 32."),
]
PerHost: TypeAlias = Annotated[
    int | None,
    typer.Option("--per-host", metavar="N", min=1, max=100, help="The same on one host, e.g. 1."),
]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that ask, e.g. 4."),
]
Delay: TypeAlias = Annotated[
    timedelta | None,
    typer.Option("--delay", metavar="SECONDS", parser=_duration, help="Between requests to one host, e.g. 0.5."),
]
# Typer knows no unions; `_place` gives a `Place`.
State: TypeAlias = Annotated[
    Any,
    typer.Option("--state", metavar="DIR|URL", parser=_place, help="What is remembered, e.g. /var/lib/records."),
]
ConfigFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", parser=path, help="The settings, e.g. site/metafresh.yaml."),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON Lines, for programs.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("-q", "--quiet", help="Print errors only.")]
Verbose: TypeAlias = Annotated[bool, typer.Option("-v", "--verbose", help="Say a line or more even if all is well.")]
LockWait: TypeAlias = Annotated[
    timedelta | None,
    typer.Option("--lock-wait", metavar="SECONDS", parser=_duration, help="Wait for another run to end, e.g. 60."),
]
Jitter: TypeAlias = Annotated[
    timedelta | None,
    typer.Option("--jitter", metavar="TIME", parser=_duration, help="Wait at random for up to, e.g. 5m."),
]
DetailedExitCode: TypeAlias = Annotated[
    bool, typer.Option("--detailed-exit-code", help="Exit with 5 if something changed.")
]
FilesFrom: TypeAlias = Annotated[
    Path | None,
    typer.Option("--files-from", metavar="FILE|-", parser=path, help="Paths, one a line, e.g. changed.txt, or -."),
]
ConnectTo: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--connect-to",
        metavar="HOST:PORT:ADDRESS:PORT",
        parser=_connect_to,
        help="Dial elsewhere, e.g. '*:443:127.0.0.1:8443'.",
    ),
]
CaFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--ca-file", metavar="PEM", parser=path, help="Trust these certificates too, e.g. ca.pem."),
]
AllowAddress: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-address",
        metavar="CIDR",
        parser=_network,
        help="Dial a private network, e.g. 10.1.0.0/16.",
    ),
]
UserAgent: TypeAlias = Annotated[
    str | None,
    typer.Option("--user-agent", metavar="TEXT", help="Who asks, e.g. 'bot (+https://example.com)'."),
]
IgnoreRobots: TypeAlias = Annotated[bool, typer.Option("--ignore-robots", help="Ask even where robots.txt says no.")]
NoImages: TypeAlias = Annotated[bool, typer.Option("--no-images", help="Do not look at images for their true sizes.")]
Amp: TypeAlias = Annotated[
    Literal["always", "fallback", "never"] | None, typer.Option("--amp", help="When to ask AMP pages.")
]
Cluster: TypeAlias = Annotated[bool, typer.Option("--cluster", help="Let workers on other machines visit.")]
Wait: TypeAlias = Annotated[bool, typer.Option("--wait", help="With --cluster: wait for what they see.")]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Also values that were edited since.")]
Field: TypeAlias = Annotated[
    list[str] | None, typer.Option("--field", metavar="FIELD", help="Only this field, e.g. title; repeatable.")
]
Brake: TypeAlias = Annotated[
    str | None,
    typer.Option("--brake", metavar="PERCENT|off", parser=_brake, help="Stop if more would change, e.g. 30."),
]
