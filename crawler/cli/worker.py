"""`metafresh worker`: visit pages for the crawls of other machines."""

import asyncio
import sys

import typer

from crawler.cli import flags


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
) -> None:
    """Take part in the crawls of a database, until it is told to end.

    Example: metafresh worker --state postgresql://metafresh@db.example/metafresh
    """
    from crawler.config import load  # noqa: PLC0415
    from crawler.errors import ConfigError  # noqa: PLC0415
    from crawler.place import Server  # noqa: PLC0415

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
        from crawler.cluster.worker import work  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError("a worker needs more: pip install 'metafresh[cluster]'") from error

    def tell(line: str) -> None:
        if not quiet:
            print(f"metafresh: {line}", file=sys.stderr, flush=True)

    asyncio.run(work(config, config.state, tell))
    raise typer.Exit(0)
