"""`metafresh crawl`: visit what is due, write the safe changes back, say what was done."""

import asyncio
import gc
import sys
from datetime import timedelta
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING, Any, TypeAlias

import typer

from crawler.cli import exit_code_of, flags
from crawler.cli.named import named

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from crawler.cli.telling import Teller
    from crawler.run import Summary, Tell

_OBJECTS_PER_COLLECTION = 10_000

Doing: TypeAlias = "Callable[[Tell], Coroutine[Any, Any, Summary]]"


def crawl(
    paths: flags.Paths = None,
    all_: flags.All = False,
    dry_run: flags.DryRun = False,
    mode: flags.Mode = None,
    fields: flags.Fields = None,
    only: flags.Only = None,
    host: flags.Host = None,
    limit: flags.Limit = None,
    since: flags.Since = None,
    max_time: flags.MaxTime = None,
    concurrency: flags.Concurrency = None,
    per_host: flags.PerHost = None,
    workers: flags.Workers = None,
    delay: flags.Delay = None,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
    as_json: flags.AsJson = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
    lock_wait: flags.LockWait = None,
    jitter: flags.Jitter = None,
    detailed_exit_code: flags.DetailedExitCode = False,
    files_from: flags.FilesFrom = None,
    connect_to: flags.ConnectTo = None,
    ca_file: flags.CaFile = None,
    allow_address: flags.AllowAddress = None,
    user_agent: flags.UserAgent = None,
    ignore_robots: flags.IgnoreRobots = False,
    no_images: flags.NoImages = False,
    amp: flags.Amp = None,
    brake: flags.Brake = None,
    cluster: flags.Cluster = False,
    wait: flags.Wait = False,
) -> None:
    """Visit what is due under PATH and write the safe changes back.

    Example: metafresh crawl records/news --dry-run
    """
    from crawler.config import load  # noqa: PLC0415

    if quiet and verbose:
        raise typer.BadParameter("--quiet and --verbose exclude each other")
    if wait and not cluster:
        raise typer.BadParameter("--wait goes with --cluster")
    fetch = flags.given(
        user_agent=user_agent, concurrency=concurrency, per_host=per_host, workers=workers, delay=delay,
        ca_file=ca_file, connect_to=connect_to, allow_addresses=allow_address, ignore_robots=ignore_robots or None,
    )  # fmt: skip
    overrides = flags.given(
        state=state, mode=mode, fields=flags.names(fields) if fields else None, amp=amp,
        images=False if no_images else None, brake=brake, fetch=fetch,
    )  # fmt: skip
    config = load(config_file, overrides)
    looked_at = named(paths or [], files_from, config.records)

    from crawler.after import Watch, interruptible  # noqa: PLC0415
    from crawler.cli.telling import Teller  # noqa: PLC0415
    from crawler.crawl import crawl as refresh  # noqa: PLC0415
    from crawler.due import Scope  # noqa: PLC0415

    bounds = (tuple(only or ()), host, limit, since, max_time)
    scope = Scope(
        looked_at, *bounds, everything=all_, dry_run=dry_run, lock_wait=lock_wait or timedelta(0),
        cluster=cluster, waits=wait,
    )  # fmt: skip
    teller = Teller(looked_at, as_json=as_json, quiet=quiet, verbose=verbose)
    watch = Watch(config, dry_run=dry_run, say=teller.say)
    if jitter and not (sys.stdout.isatty() or sys.stderr.isatty()):
        asyncio.run(interruptible(asyncio.sleep(SystemRandom().uniform(0, jitter.total_seconds()))))
    doing = partial(watch.attend, partial(refresh, config, scope))
    code = exit_code_of(lambda: carry_out(doing, teller, config.failures.threshold, detailed=detailed_exit_code))
    watch.conclude(code)
    raise typer.Exit(code)


def carry_out(doing: "Doing", teller: "Teller", threshold: float, *, detailed: bool) -> int:
    """The exit code of a run that was told of as it went; the threshold is `failures.threshold`."""
    # What is loaded stays, and hardly anything of a crawl is a cycle: looking for them took a fifth of its time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    with teller:
        summary = asyncio.run(doing(teller.tell))
    code = exit_code(summary, threshold, detailed=detailed)
    teller.conclude(code)
    return code


def exit_code(summary: "Summary", threshold: float, *, detailed: bool) -> int:
    """The code that says how a run ended; where several would fit, the one that a person must act on first."""
    counts = summary.counts
    rules = (
        (summary.outcome == "interrupted", 130),
        (summary.outcome == "brake", 4),
        (bool(summary.unusable), 1),
        (counts["failed"] * 100 > threshold * counts["visited"], 3),
        (detailed and counts["changes"] > 0, 5),
    )
    return next((code for holds, code in rules if holds), 0)
