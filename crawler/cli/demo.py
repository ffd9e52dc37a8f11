"""`metafresh demo`: the main job on a bundled web on loopback, no internet.

The web is real: TLS on 127.0.0.1, with names and a certificate as anywhere; only `--connect-to` leads the crawl to it.
What is shown is what the commands print.
"""

import asyncio
import difflib
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from crawler.config import bundled

_SHOWN = "2026-10-05-tidal-power.md"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def demo(
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="A new folder for the records and the report, e.g. demo."),
    ] = None,
) -> None:
    """Show the main job on a small web on this machine."""
    folder = into or Path(tempfile.mkdtemp(prefix="metafresh-demo-"))
    code = asyncio.run(_demo(folder.resolve()))
    raise typer.Exit(code)


async def _demo(folder: Path) -> int:
    # The extra `demo` brings what this needs; whoever never runs it need not have it.
    from crawler.cli.demo_web import serving  # noqa: PLC0415

    console = Console(highlight=False)
    shutil.copytree(bundled("examples") / "records", folder / "records")
    before = _records(folder)
    async with serving(bundled("examples") / "web", folder / "ca.pem") as port:
        console.print(f"A web of five sites is up on 127.0.0.1 (TLS, port {port}).")
        console.print(f"{len(before)} records were copied to {folder / 'records'}.", soft_wrap=True)
        there = ["--connect-to", f"*:443:127.0.0.1:{port}", "--ca-file", "ca.pem", "--delay", "0.1"]
        code = await _run(console, folder, "crawl", "records", "-v", *there)
        if code:
            return code
        after = _records(folder)
        _show_diff(console, before[_SHOWN], after[_SHOWN])
        code = await _run(console, folder, "report", "--format", "html", "--output", "report.html")
        console.print(f"The report, to open in a browser: {folder / 'report.html'}", soft_wrap=True)
        code = code or await _run(console, folder, "crawl", "records", "-v", "--all", *there)
    if code or _records(folder) != after:
        console.print("The second run should have changed nothing, but it did. This is a bug.")
        return code or 1
    console.print("The second run wrote nothing: every file has the bytes it had before.")
    return 0


async def _run(console: Console, folder: Path, *words: str) -> int:
    console.print(f"\n$ metafresh {shlex.join(words)}", style="bold", soft_wrap=True)
    sys.stdout.flush()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "crawler", *words, cwd=folder)
    return await process.wait()


def _records(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "records").iterdir())}


def _show_diff(console: Console, before: bytes, after: bytes) -> None:
    console.print(f"\n$ git diff records/{_SHOWN}", style="bold")
    old, new = (document.decode().splitlines() for document in (before, after))
    for line in difflib.unified_diff(old, new, f"a/records/{_SHOWN}", f"b/records/{_SHOWN}", lineterm="", n=1):
        console.print(Text(line, style=_COLOURS.get(line[0], "")), soft_wrap=True)
