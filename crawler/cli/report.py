"""`metafresh report`: what a run did, for a terminal, a browser or a program."""

import asyncio
import io
import os
import sys
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer
from rich.console import Console

from crawler.cli import flags
from crawler.cli.remembered import opened, patience
from crawler.cli.stdout import put, put_bytes, put_printed
from crawler.errors import ConfigError, MetafreshError
from crawler.place import Place, folder_of
from crawler.report.text import print_report
from crawler.report.visible import visible

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.report.model import Report, RunRow
    from crawler.state.rows import Row, Run
    from crawler.state.store import Store

# So many runs, and of hosts and dead links each, are told.
_RUNS, _TOLD = 60, 1000
# Seconds for looking at records for what is due: a million of them take minutes.
_PATIENCE = 10.0

Format: TypeAlias = Literal["text", "html", "markdown", "json", "patch"]


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
    from crawler.config import load  # noqa: PLC0415

    config = load(config_file, flags.given(state=state))
    if form == "patch":
        document = asyncio.run(_patched(config, run))
        if output:
            _write(output, document)
        else:
            put_bytes(document)
        return
    told = asyncio.run(recall(config, run, datetime.now(UTC)))
    if open_:
        show(told, output or folder_of(config.state) / f"report-{told.run}.html", webbrowser.open)
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
    from crawler.report.markdown import to_markdown  # noqa: PLC0415

    writers: dict[str, Callable[[Report], str]] = {
        "text": _to_text,
        "html": lambda report: to_html(report, Path.cwd().as_uri()),
        "markdown": to_markdown,
        "json": to_json,
    }
    return writers[form](told).strip("\n") + "\n"


def show(told: "Report", file: Path, browse: Callable[[str], bool]) -> None:
    """Write the report to a file and have it opened by `browse`, which says whether it could."""
    _write(file, render(told, "html"))
    if not browse(file.resolve().as_uri()):
        print(f"metafresh: no browser here could be started; the report is in {visible(str(file))}", file=sys.stderr)


async def recall(config: "Config", run: str | None, now: datetime) -> "Report":
    """The report of a run, or of the newest, and how things stand now.

    Raises:
        ConfigError: there is no such run, or the schema cannot be used.
        StateError: what is remembered cannot be read.
    """
    from crawler import standing, urls  # noqa: PLC0415
    from crawler.report import model  # noqa: PLC0415
    from crawler.state import overview  # noqa: PLC0415

    async with opened(config.state) as store:
        found = await _found(store, config.state, run)
        changes, held = await store.changes(found.id), await store.held(found.id)
        failures = await store.failures(found.id)
        told = {url: urls.canonical(url) for row in failures if (url := str(row["url"] or ""))}
        visits = await store.visits(set(told.values()))
        failing = {url: visits[page].failing_since for url, page in told.items() if page in visits}
        success = await overview.last_success(store.database, before=found.id)
        records = [path for path in config.records if path.exists()]
        thumbnails = await _thumbnails(store, [*changes, *(each.row for each in held)])
        with patience():
            stands = await standing.status(config, records, store, now, most=_TOLD, runs=_RUNS, patience=_PATIENCE)
    return model.build(
        _row(found),
        changes,
        [each.row for each in held],
        failures,
        failing={url: since for url, since in failing.items() if since},
        last_success=success.started if success else None,
        standing=stands,
        thumbnails=thumbnails,
    )


async def _thumbnails(store: "Store", rows: "Sequence[Row]") -> dict[str, bytes]:
    """The small pictures that there are of the images in some changes, by URL."""
    named = {
        value["url"] if isinstance(value, dict) else value
        for row in rows
        if row["field"] == "images"
        for side in (row["before"], row["after"])
        for value in (side if isinstance(side, list) else [side])
    }
    probes = await store.probes(url for url in named if isinstance(url, str))
    return {url: probe.thumbnail for url, probe in probes.items() if probe.thumbnail}


def _row(run: "Run") -> "RunRow":
    return {
        "id": run.id,
        "started": run.started,
        "finished": run.finished,
        "dry_run": run.dry_run,
        "outcome": run.outcome,
        "counts": run.counts,
    }


async def _found(store: "Store", place: Place, run: str | None) -> "Run":
    found = await store.run(run)
    if found is None:
        wanted = f"no run {run!r} is remembered" if run else "no run is remembered"
        raise ConfigError(f"{place}: {wanted} there; metafresh crawl makes one")
    return found


def _to_text(told: "Report") -> str:
    page = io.StringIO()
    print_report(told, Console(file=page, highlight=False, no_color=True, width=100))
    return page.getvalue()


async def _patched(config: "Config", run: str | None) -> bytes:
    """The patch of a run, or of the newest; a record that cannot be rebuilt is said and left out."""
    from crawler.rebuilt import Rebuilt, rebuilt  # noqa: PLC0415
    from crawler.report.patch import patch  # noqa: PLC0415

    parts: list[bytes] = []
    lost = 0
    async with opened(config.state) as store:
        found = await _found(store, config.state, run)
        async with aclosing(rebuilt(store, found.id)) as writes:
            async for each in writes:
                if isinstance(each, Rebuilt):
                    parts.append(patch(_name(each.path), each.document, each.splices))
                else:
                    lost += 1
                    print(f"metafresh: {visible(str(each))}", file=sys.stderr)
    if lost and not parts:
        raise MetafreshError(f"there is no patch of run {found.id}: none of its records is what it was")
    return b"".join(parts)


def _name(path: Path) -> bytes:
    """The file's name as `git apply` wants it: from the top of its repository, else from here."""
    here = Path.cwd()
    top = next((folder for folder in path.parents if (folder / ".git").exists()), here)
    return os.fsencode(path.relative_to(top if path.is_relative_to(top) else path.anchor))


def _write(file: Path, document: str | bytes) -> None:
    try:
        file.write_bytes(document.encode("utf-8", "backslashreplace") if isinstance(document, str) else document)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}") from error
