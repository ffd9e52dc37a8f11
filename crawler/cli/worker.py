"""`metafresh worker`: visit pages for the crawls of other machines."""

import asyncio
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.cli import flags
from crawler.cli.schedule import lot_of, rhythm
from crawler.place import Server
from crawler.report.visible import visible

if TYPE_CHECKING:
    from crawler.config import Config
    from crawler.place import Place


def worker(
    concurrency: flags.Concurrency = None,
    delay: flags.Delay = None,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
    quiet: flags.Quiet = False,
    connect_to: flags.ConnectTo = None,
    ca_file: flags.CaFile = None,
    allow_address: flags.AllowAddress = None,
    user_agent: flags.UserAgent = None,
    ignore_robots: flags.IgnoreRobots = False,
    crawl_every: Annotated[
        timedelta | None,
        typer.Option(
            "--crawl-every",
            metavar="TIME",
            parser=rhythm,
            help="Where the records are: crawl --cluster --wait hourly, daily, weekly or each 15m, 6h.",
        ),
    ] = None,
) -> None:
    """Take part in the crawls of a database, until it is told to end.

    Example: metafresh worker --state postgresql://metafresh@db.example/metafresh
    """
    from crawler.config import load  # noqa: PLC0415
    from crawler.errors import ConfigError  # noqa: PLC0415

    fetch = flags.given(
        user_agent=user_agent, concurrency=concurrency, delay=delay, ca_file=ca_file, connect_to=connect_to,
        allow_addresses=allow_address, ignore_robots=ignore_robots or None,
    )  # fmt: skip
    config = load(config_file, flags.given(state=state, fetch=fetch))
    if not isinstance(config.state, Server):
        raise ConfigError(
            "a worker needs a database: --state postgresql://user@host/database, or state in the settings"
        )
    try:
        from crawler.cluster.jobs import Crawls  # noqa: PLC0415
        from crawler.cluster.worker import work  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError("a worker needs more: pip install 'metafresh[cluster]'") from error

    def tell(line: str) -> None:
        if not quiet:
            print(f"metafresh: {visible(line)}", file=sys.stderr, flush=True)

    crawls = Crawls(_times(crawl_every, config), partial(_crawl, state, config_file)) if crawl_every else None
    asyncio.run(work(config, config.state, crawls, tell))
    raise typer.Exit(0)


def _times(every: timedelta, config: "Config") -> str:
    from crawler.schedule.job import five_fields  # noqa: PLC0415

    return five_fields(every, lot_of([str(path.absolute()) for path in config.records]))


async def _crawl(state: "Place | None", config_file: Path | None) -> None:
    """A crawl in a process of its own, which says what it has to say where we do, and ends when we end."""
    settings = ["--config", str(config_file)] if config_file else []
    place = ["--state", state.url if isinstance(state, Server) else str(state)] if state else []
    command = [sys.executable, "-m", "crawler", "crawl", "--cluster", "--wait", *settings, *place]
    crawl = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    try:
        await crawl.wait()
    finally:
        if crawl.returncode is None:
            crawl.terminate()
            await crawl.wait()
