"""`metafresh schedule`: text for those who run a crawl again and again, made from the settings in force."""

import os
import pwd
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from crawler.cli import flags
from crawler.cli.named import named
from crawler.cli.stdout import put
from crawler.errors import ConfigError
from crawler.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.config import Config
    from crawler.schedule.job import Job

Form: TypeAlias = Literal["cron", "systemd", "github"]
Texts: TypeAlias = dict[str, str]
"""What is to be in each file, by its name."""

_NAMES = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
# machine-id(5); where there is none, the machine's name has to do.
_MACHINE = Path("/etc/machine-id")


def rhythm(text: str) -> timedelta:
    """A flag's value: how often."""
    from crawler.spelling import parse_duration  # noqa: PLC0415

    try:
        return _NAMES.get(text) or parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no rhythm; write it as hourly, daily, weekly, 15m or 2h") from error


def schedule(
    form: Annotated[Form, typer.Argument(metavar="cron|systemd|github", help="Who runs it.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", parser=flags.path, help="Files or folders, e.g. records/news."),
    ] = None,
    every: Annotated[
        timedelta | None,
        typer.Option("--every", metavar="TIME", parser=rhythm, help="hourly (the default), daily, weekly, 15m, 6h."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", parser=flags.path, help="Write it to files in a folder, e.g. units."),
    ] = None,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
) -> None:
    """Print what runs a crawl again and again, ready to use.

    Example: metafresh schedule systemd --every daily
    """
    from crawler.config import load, settings_file  # noqa: PLC0415
    from crawler.place import Server, folder_of  # noqa: PLC0415
    from crawler.schedule.job import Job  # noqa: PLC0415

    config, file = load(config_file, flags.given(state=state)), settings_file(config_file)
    records = tuple(str(path.absolute()) for path in named(paths or [], None, config.records))
    settings = str(file.absolute()) if file else None
    if isinstance(state, Server):
        raise ConfigError("name the database in the settings file, not by --state: its password is for no command line")
    place, is_on_server = str(folder_of(config.state).absolute()), isinstance(config.state, Server)
    job = Job(_command(), settings, place, records, every or _NAMES["hourly"], lot_of(records), is_on_server)
    makers: dict[Form, Callable[[Job, Config], Texts]] = {"cron": _cron, "systemd": _systemd, "github": _github}
    texts = makers[form](job, config)
    if output:
        _write(output, texts)
    else:
        put(
            "\n".join(texts.values() if len(texts) == 1 else (f"# ---- {name}\n{text}" for name, text in texts.items()))
        )


def _cron(job: "Job", _: "Config") -> Texts:
    from crawler.schedule.cron import crontab  # noqa: PLC0415

    return {"metafresh.crontab": crontab(job)}


def _systemd(job: "Job", config: "Config") -> Texts:
    from crawler.schedule import systemd  # noqa: PLC0415

    folders = tuple(dict.fromkeys(map(_folder, job.records)))
    program = (job.command[0], os.path.realpath(job.command[0]), sys.prefix, sys.base_prefix)
    read = (job.config, config.fetch.ca_file, config.kind if "/" in config.kind else None)
    needed = (*program, *(str(Path(path).absolute()) for path in read if path))
    owner, processes = _owner(Path(folders[0])), config.fetch.workers
    service = systemd.service(job, owner=owner, written=folders, needed=needed, processes=processes)
    if not Path(job.state).exists() and "StateDirectory=" not in service:
        why = "the service may write only to what is there when it starts"
        print(f"metafresh: {visible(job.state)} is not there: make it, for {why}", file=sys.stderr)
    return {"metafresh.service": service, "metafresh.timer": systemd.timer(job)}


def _github(job: "Job", _: "Config") -> Texts:
    from crawler.schedule.github import workflow  # noqa: PLC0415

    root = _repository(Path(job.config or job.records[0]))
    config = _within(root, job.config) if job.config else None
    here = replace(job, config=config, records=tuple(_within(root, path) for path in job.records))
    return {"metafresh.yml": workflow(here)}


def _command() -> tuple[str, ...]:
    """The program that runs now, by its absolute path."""
    called = Path(sys.argv[0])
    if called.name == "metafresh" and called.is_file():
        return (str(called.absolute()),)
    return (sys.executable, "-m", "crawler")


def lot_of(records: Sequence[str]) -> int:
    """A number of this machine and these records."""
    try:
        machine = _MACHINE.read_text(encoding="ascii", errors="replace")
    except OSError:
        machine = os.uname().nodename
    # machine-id(5): the number itself is not to be shown to the world; a digest of it is.
    digest = blake2b("\0".join((machine, *records)).encode(errors="surrogateescape"), digest_size=4).digest()
    return int.from_bytes(digest)


def _folder(record: str) -> str:
    """Where a record is replaced: the folder that holds it."""
    path = Path(record)
    return record if path.is_dir() else str(path.resolve().parent)


def _owner(folder: Path) -> str:
    """Who owns a folder, by name where it has one."""
    try:
        number = folder.stat().st_uid
    except OSError as error:
        raise ConfigError(f"{folder}: {(error.strerror or str(error)).lower()}") from error
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _repository(path: Path) -> Path:
    """The folder of the git repository that holds a file."""
    for folder in path.resolve().parents if path.is_file() else (path.resolve(), *path.resolve().parents):
        if (folder / ".git").exists():
            return folder
    raise ConfigError(f"{path}: in no git repository, so GitHub cannot run anything there")


def _within(root: Path, path: str) -> str:
    try:
        return str(Path(path).resolve().relative_to(root))
    except ValueError as error:
        raise ConfigError(f"{path}: not in the git repository {root}, so GitHub does not have it") from error


def _write(folder: Path, texts: Texts) -> None:
    for name, text in texts.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise ConfigError(
                f"{folder / name}: cannot be written: {(error.strerror or str(error)).lower()}"
            ) from error
