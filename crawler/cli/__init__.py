"""Flags in, words out: the command line, and the only place that prints.

A command's module is imported when it is called: `metafresh --version` and a usage error need not wait for the others.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from crawler.errors import Busy, ConfigError, MetafreshError, bug
from crawler.report.visible import visible

_COMMANDS = (
    "crawl", "status", "review", "apply", "revert", "report", "log", "inspect", "audit", "schedule", "config", "gc",
    "worker", "demo",
)  # fmt: skip
_EXIT_CODES = """\b
Exit codes:
  0    done, changed or not; nothing due is 0 as well
  1    failed
  2    a flag, a path or a setting to be mended
  3    done, but more than failures.threshold percent of the visits failed
  4    stopped by the brake: too many records would have changed
  5    with --detailed-exit-code: done, and something changed
  75   another run holds the lock
  130  interrupted; what was done is kept"""

# The root of all that typer raises for wrong usage has no public name in any of its versions.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])


_TYPE = re.compile(r" <.*>$")


class _Command(TyperCommand):
    """A command whose help names its arguments without Typer's own word for their type: PATH, not PATH <list[Path]>."""

    def format_options(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            told = [each.get_help_record(ctx) for each in self.get_params(ctx) if each.param_type_name == kind]
            rows = [(_TYPE.sub("", row[0]) if kind == "argument" else row[0], row[1]) for row in told if row]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class _Commands(TyperGroup):
    """The commands, each built when it is asked for."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperCommand | None:  # type: ignore[override]  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"crawler.cli.{cmd_name}")
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(cmd_name, cls=_Command, epilog=_EXIT_CODES if cmd_name == "crawl" else None)(
            getattr(module, cmd_name)
        )
        return cast("TyperCommand", get_command(single))


_app = typer.Typer(cls=_Commands, add_completion=False, rich_markup_mode=None, epilog=_EXIT_CODES)


def _show_version(wanted: bool) -> None:
    if wanted:
        from crawler.version import VERSION  # noqa: PLC0415

        print(f"metafresh {VERSION}")
        raise typer.Exit


@_app.callback()
def _metafresh(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version.")
    ] = False,
) -> None:
    """Keep article records true: visit their pages, write back what truly changed, and no other byte."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    _open_what_is_closed()
    _speak_any_text()
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(exit_code_of(lambda: _app(words, prog_name="metafresh", standalone_mode=False)))


def exit_code_of(command: Callable[[], object]) -> int:
    """The code that a command's end calls for; every error becomes one line on standard error."""
    try:
        code = command()
    except _UsageError as error:
        return _say(_usage(error), 2)
    except ConfigError as error:
        return _say(str(error), 2)
    except Busy as error:
        return _say(str(error), 75)
    except MetafreshError as error:
        return _say(str(error), 1)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:  # noqa: BLE001 (the one place that may)
        return _say(bug(error), 1)
    return code if isinstance(code, int) else 0


def _usage(error: typer.BadParameter) -> str:
    words = error.format_message().removesuffix(".").replace("Value error, ", "")
    command = error.ctx.command_path if error.ctx else "metafresh"
    return f"{words[:1].lower()}{words[1:]}; see {command} --help"


def _say(words: str, code: int) -> int:
    print(f"metafresh: {visible(' '.join(words.split()))}", file=sys.stderr)
    return code


def _open_what_is_closed() -> None:
    # A daemon may start us with closed streams: Python has None for them, and our first files would get their numbers.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 (open to the end)


def _speak_any_text() -> None:
    # A record may be told of in letters that this terminal's encoding lacks.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
