"""`metafresh revert`: put back what a run changed."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli import flags
from crawler.cli.crawl import carry_out
from crawler.cli.remembered import check


def revert(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run, as metafresh report and log name it.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Only these records, or those below a folder.")
    ] = None,
    field: flags.Field = None,
    force: flags.Force = False,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
    as_json: flags.AsJson = False,
    quiet: flags.Quiet = False,
    lock_wait: flags.LockWait = None,
    detailed_exit_code: flags.DetailedExitCode = False,
) -> None:
    """Put back what a run changed, all of it or some.

    What was edited since stays, unless forced.

    Example: metafresh revert 20261123-003901-123456 records/a.md --field title
    """
    from crawler.cli.telling import Teller  # noqa: PLC0415
    from crawler.config import load  # noqa: PLC0415
    from crawler.decided import revert as take_back  # noqa: PLC0415

    config = load(config_file, flags.given(state=state))
    check(config.state)
    teller = Teller(tuple(paths or ()), as_json=as_json, quiet=quiet, verbose=True)
    doing = partial(
        take_back, config, run, paths or (), frozenset(field or ()), force=force, lock_wait=lock_wait or timedelta(0)
    )
    raise typer.Exit(carry_out(doing, teller, config.failures.threshold, detailed=detailed_exit_code))
