"""`metafresh config`: the settings in force, what is wrong or doubtful about them, their schema for editors."""

import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from crawler.cli import flags
from crawler.cli.stdout import put, put_printed
from crawler.errors import ConfigError
from crawler.report.phrases import count
from crawler.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from crawler.model import Json
    from crawler.settings import Setting

Action: TypeAlias = Literal["show", "check", "schema"]


def config(
    action: Annotated[Action, typer.Argument(metavar="show|check|schema", help="What to do.")],
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
    as_json: flags.AsJson = False,
) -> None:
    """Show the settings in force, check them, or print their schema.

    Example: metafresh config show
    """
    if action == "show":
        _show(config_file, {"state": str(state)} if state else {}, as_json=as_json)
    elif action == "check":
        _check(config_file, as_json=as_json)
    else:
        from crawler.settings import json_schema  # noqa: PLC0415

        put(json.dumps(json_schema(), indent=2) + "\n")


def _show(file: Path | None, said: dict[str, str], *, as_json: bool) -> None:
    from crawler.settings import settings  # noqa: PLC0415

    told = settings(file, said)
    if as_json:
        put("".join(json.dumps({"type": "setting", "v": 1, **setting._asdict()}) + "\n" for setting in told))
        return
    put_printed(lambda console: _print(told, console))


def _print(told: "Sequence[Setting]", console: "Console") -> None:
    for line in lines(told, console.width):
        console.print(line, soft_wrap=True)


def lines(told: "Sequence[Setting]", width: int) -> "Iterator[Text]":
    """A setting a line: its key, where its value came from, the value; what is too long goes on below itself."""
    from rich.text import Text  # noqa: PLC0415

    keys = max(len(setting.key) for setting in told)
    origins = max(len(visible(setting.origin)) for setting in told)
    left = keys + origins + 4
    for key, value, origin in told:
        whole = textwrap.wrap(plain(value), max(width - left, 20), break_long_words=False, break_on_hyphens=False)
        tone = "dim" if origin == "default" else "cyan"
        yield Text.assemble(f"{key:{keys}}  ", (f"{visible(origin):{origins}}", tone), f"  {(whole or [''])[0]}")
        yield from (Text(" " * left + part) for part in whole[1:])


def plain(value: "Json") -> str:
    """A value as it may stand in the file."""
    return visible(value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False))


def _check(file: Path | None, *, as_json: bool) -> None:
    from crawler.config import settings_file  # noqa: PLC0415
    from crawler.settings import doubts  # noqa: PLC0415

    try:
        found = doubts(file)
    except ConfigError as error:
        for other in (str(error), *error.others):
            print(f"metafresh: {visible(other)}", file=sys.stderr)
        raise typer.Exit(2) from error
    if as_json:
        put("".join(json.dumps({"type": "doubt", "v": 1, **doubt._asdict()}) + "\n" for doubt in found))
        return
    about = visible(str(settings_file(file) or "the defaults"))
    for key, origin, why in found:
        where = "" if origin == "default" else f"{visible(origin)}: "
        put(f"{where}{key}: {visible(why)}\n")
    put(f"{about}: {count(len(found), 'doubt')}, no error\n" if found else f"{about}: all is well\n")
