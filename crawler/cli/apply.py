"""`metafresh apply`: write what a dry run planned, or what a review accepted."""

from datetime import timedelta
from functools import partial
from typing import Annotated

import typer

from crawler.cli import flags
from crawler.cli.crawl import carry_out
from crawler.cli.remembered import check


def apply(
    run: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="Whose plan (default: the newest, and all that was accepted)."),
    ] = None,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
    as_json: flags.AsJson = False,
    quiet: flags.Quiet = False,
    lock_wait: flags.LockWait = None,
    detailed_exit_code: flags.DetailedExitCode = False,
) -> None:
    """Write what a dry run planned, and what a review accepted.

    Example: metafresh apply 20261123-003901-123456
    """
    from crawler.cli.telling import Teller  # noqa: PLC0415
    from crawler.config import load  # noqa: PLC0415
    from crawler.decided import apply as write  # noqa: PLC0415

    config = load(config_file, flags.given(state=state))
    check(config.state)
    teller = Teller((), as_json=as_json, quiet=quiet, verbose=True)
    doing = partial(write, config, run, lock_wait=lock_wait or timedelta(0))
    raise typer.Exit(carry_out(doing, teller, config.failures.threshold, detailed=detailed_exit_code))
