"""`metafresh status`: how things stand. It reads, and never waits for a run."""

import asyncio
import json
import sys
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli import flags
from crawler.cli.remembered import is_remembered, opened, patience
from crawler.cli.stdout import put, put_printed
from crawler.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import Console
    from rich.text import Text

    from crawler.config import Config

# So many hosts, dead links and articles are shown to a person; a program gets more hosts and links, and all articles.
_SHOWN, _SHOWN_DUE, _TOLD = 10, 50, 1000


def status(
    due: Annotated[bool, typer.Option("--due", help="List the articles, those due first, each with why.")] = False,
    as_json: flags.AsJson = False,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
) -> None:
    """Show what is due when, what fails, and what waits for you.

    Example: metafresh status --due
    """
    from crawler.config import load  # noqa: PLC0415

    config = load(config_file, flags.given(state=state))
    if not is_remembered(config.state):
        if as_json:
            put(json.dumps({"type": "status", "v": 1, "runs": []}) + "\n")
        else:
            put(f"nothing is remembered yet in {visible(str(config.state))}; metafresh crawl begins\n")
        return
    now = datetime.now(UTC)
    asyncio.run((_due if due else _status)(config, now, as_json=as_json))


async def _status(config: "Config", now: datetime, *, as_json: bool) -> None:
    from crawler import standing  # noqa: PLC0415
    from crawler.report.status import lines, to_dict  # noqa: PLC0415

    async with opened(config.state) as store:
        with patience():
            found = await standing.status(config, _there(config), store, now, most=_TOLD if as_json else _SHOWN)
    if as_json:
        put(json.dumps(to_dict(found)) + "\n")
    else:
        _print(lines(found))


async def _due(config: "Config", now: datetime, *, as_json: bool) -> None:
    from crawler.report.status import due_dict, due_lines  # noqa: PLC0415
    from crawler.standing import next_visits, soonest  # noqa: PLC0415

    async with (
        opened(config.state) as store,
        aclosing(next_visits(config, _there(config), store, now)) as articles,
    ):
        if as_json:
            async for each in articles:
                put(json.dumps(due_dict(each)) + "\n")
        else:
            with patience():
                first, others = await soonest(articles, _SHOWN_DUE)
            _print(due_lines(first, others, now))


def _there(config: "Config") -> "Sequence[Path]":
    """The files and folders of records that are there; of the others it is said that they are not."""
    for path in config.records:
        if not path.exists():
            print(f"metafresh: {visible(str(path))}: there are no records here", file=sys.stderr)
    return [path for path in config.records if path.exists()]


def _print(lines: "Iterable[Text]") -> None:
    def to(console: "Console") -> None:
        for line in lines:
            console.print(line, soft_wrap=True)

    put_printed(to)
