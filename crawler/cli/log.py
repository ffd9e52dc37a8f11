"""`metafresh log`: how a record, or one value of it, came to be what it is."""

import asyncio
import json
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli import flags
from crawler.cli.remembered import opened, state_place
from crawler.cli.stdout import put, put_printed
from crawler.report.times import relative
from crawler.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from crawler.model import Json
    from crawler.place import Place
    from crawler.state.rows import Row
    from crawler.state.store import Store

# How a run's rows are kept is no part of what they say.
_INTERNAL = "splice"


def log(
    place: Annotated[
        str | None,
        typer.Argument(metavar="PATH[#POINTER]", help="A record, or one value of it, e.g. records/a.md#/title."),
    ] = None,
    as_json: flags.AsJson = False,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
) -> None:
    """Show the history of a record or one value of it, oldest first.

    Example: metafresh log records/a.md#/title
    """
    path, pointer = split(place) if place else (None, "")
    rows = asyncio.run(_history(state_place(state, config_file), path, pointer))
    if not rows:
        about = f"{visible(place)} has" if place else "there is"
        print(f"metafresh: {about} no history", file=sys.stderr)
    elif as_json:
        for row in rows:
            put(json.dumps({key: value for key, value in row.items() if key != _INTERNAL}) + "\n")
    else:
        put_printed(lambda console: _print(rows, console))


def split(place: str) -> tuple[Path, str]:
    """The path and the pointer of `PATH#POINTER`; a file's own name may hold a `#`, a pointer's first `/` may lack."""
    path, mark, pointer = place.rpartition("#")
    if not mark or Path(place).exists():
        return Path(place), ""
    return Path(path), f"/{pointer.removeprefix('/')}" if pointer else ""


async def _history(place: "Place", path: Path | None, pointer: str) -> "list[Row]":
    from crawler.records.folder import address  # noqa: PLC0415

    async with opened(place) as store:
        rows = await store.history(address(path)) if path else await _made(store)
    within = (pointer, f"{pointer}/")
    return [
        row for row in rows if not pointer or row["pointer"] == pointer or str(row["pointer"]).startswith(within[1])
    ]


async def _made(store: "Store") -> "list[Row]":
    """Every change that was made; what was only planned is no history."""
    written = [run for run in await store.runs() if not run.dry_run and run.outcome != "brake"]
    return [row for run in written for row in await store.changes(run.id)]


def _print(rows: "Sequence[Row]", console: "Console") -> None:
    now = datetime.now(UTC)
    for index, row in enumerate(rows):
        if index:
            console.print()
        for line in entry(row, console.width, now):
            console.print(line, soft_wrap=True)


def entry(row: "Row", width: int, now: datetime) -> "Iterator[Text]":
    """One change in lines of at most `width`, but for a URL or another word that is longer."""
    from rich.text import Text  # noqa: PLC0415

    from crawler import urls  # noqa: PLC0415

    at = datetime.fromisoformat(str(row["at"])).astimezone(UTC)
    when = f"{at:%Y-%m-%d %H:%M} UTC ({relative(at, now)})"
    yield Text.assemble((when, "bold"), f", run {visible(str(row['run']))}")
    yield Text(f"  {visible(str(row['record']))}#{visible(str(row['pointer']))}", "cyan")
    evidence, source, reason = (str(row[key] or "") for key in ("evidence", "source", "reason"))
    told = " of ".join(part for part in (evidence, urls.redacted(source)) if part)
    parts = (("- ", "red", _plain(row["before"])), ("+ ", "green", _plain(row["after"])), ("  ", "dim", told))
    for sign, tone, words in (*parts, ("  ", "dim", reason)):
        lines = textwrap.wrap(visible(words), width - 4, break_long_words=False, break_on_hyphens=False)
        yield from (Text(f"    {line}" if index else f"  {sign}{line}", tone) for index, line in enumerate(lines))


def _plain(value: "Json") -> str:
    if value is None:
        return "(not there)"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
