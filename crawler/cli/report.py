"""`metafresh report`: what a run did, for a terminal, a browser or a program."""

import asyncio
import io
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer
from rich.console import Console

from crawler.cli import flags
from crawler.cli.remembered import opened, state_place
from crawler.cli.stdout import put, put_printed
from crawler.errors import ConfigError
from crawler.place import Place, folder_of
from crawler.report.text import print_report
from crawler.report.visible import visible

if TYPE_CHECKING:
    from crawler.report.model import Report

Format: TypeAlias = Literal["text", "html", "json"]


def report(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A run, e.g. 20261123-003901-123456 (default: the newest).")
    ] = None,
    form: Annotated[Format | None, typer.Option("--format", help="How to show it (default: text).")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", parser=flags.path, help="Write it to a file, e.g. report.html."),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Write it as HTML and open it in a browser.")] = False,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
) -> None:
    """Show what a run changed, held and failed at.

    Example: metafresh report --open
    """
    if open_ and form not in (None, "html"):
        raise typer.BadParameter(f"--open shows HTML, not {form}")
    place = state_place(state, config_file)
    told = asyncio.run(recall(place, run))
    if open_:
        show(told, output or folder_of(place) / f"report-{told.run}.html", webbrowser.open)
    elif output:
        _write(output, render(told, form or "text"))
    elif form is None or form == "text":
        put_printed(lambda console: print_report(told, console))
    else:
        put(render(told, form))


def render(told: "Report", form: Format) -> str:
    """The report as a document that ends in a line feed."""
    from crawler.report.html import to_html  # noqa: PLC0415
    from crawler.report.json import to_json  # noqa: PLC0415

    writers: dict[str, Callable[[Report], str]] = {"text": _to_text, "html": to_html, "json": to_json}
    return writers[form](told).strip("\n") + "\n"


def show(told: "Report", file: Path, browse: Callable[[str], bool]) -> None:
    """Write the report to a file and have it opened by `browse`, which says whether it could."""
    _write(file, render(told, "html"))
    if not browse(file.resolve().as_uri()):
        print(f"metafresh: no browser here could be started; the report is in {visible(str(file))}", file=sys.stderr)


async def recall(place: Place, run: str | None) -> "Report":
    from crawler.report import model  # noqa: PLC0415

    async with opened(place) as store:
        found = await store.run(run)
        if found is None:
            wanted = f"no run {run!r} is remembered" if run else "no run is remembered"
            raise ConfigError(f"{place}: {wanted} there; metafresh crawl makes one")
        changes, held, failures = (
            await store.changes(found.id),
            await store.held(found.id),
            await store.failures(found.id),
        )
    row: model.RunRow = {
        "id": found.id,
        "started": found.started,
        "finished": found.finished,
        "dry_run": found.dry_run,
        "outcome": found.outcome,
        "counts": found.counts,
    }
    return model.build(row, changes, [each.row for each in held], failures)


def _to_text(told: "Report") -> str:
    page = io.StringIO()
    print_report(told, Console(file=page, highlight=False, no_color=True, width=100))
    return page.getvalue()


def _write(file: Path, document: str) -> None:
    try:
        file.write_text(document, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from error
