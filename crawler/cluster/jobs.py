"""Who does which errands: procrastinate's jobs. A job is a host, with `lock` so that one worker at a time has it."""

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.jobs import Status

from crawler.errors import StateError
from crawler.place import Server

_QUEUE = "metafresh"
_HOST, _CARE = "metafresh.host", "metafresh.care"
# Seconds after its last heartbeat when a worker is given up, and between heartbeats.
_STALLED, _HEARTBEAT = 20, 5
# Minute, hour, day, month, weekday, second.
_CARE_EVERY = "* * * * * */10"
# Seconds that a worker has for what is under way when it is told to end.
_PATIENCE = 30
_THERE = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there"
_WAITING = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(locks)s)"

LOST = (exceptions.ConnectorException, psycopg.Error)
"""What is raised where the database is gone."""


@asynccontextmanager
async def open_app(server: Server) -> AsyncIterator[procrastinate.App]:
    """The jobs in a server's database.

    Raises:
        StateError: it cannot be reached.
    """
    # Of a lost connection it would write pages, with all that it was connected by.
    for name in ("procrastinate", "psycopg"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    connector = procrastinate.PsycopgConnector(conninfo=server.url, min_size=1, max_size=4, timeout=10.0)
    app = procrastinate.App(connector=connector)
    try:
        await app.open_async()
    except LOST as error:
        raise StateError(f"{server}: cannot be reached") from error
    try:
        yield app
    finally:
        await app.close_async()


async def prepare(app: procrastinate.App) -> None:
    """Make procrastinate's own tables, if they are not there."""
    if not (await app.connector.execute_query_one_async(_THERE))["there"]:
        await app.schema_manager.apply_schema_async()


async def send(app: procrastinate.App, hosts: Collection[str]) -> None:
    """Have the errands of these hosts done, each by one worker; where that waits to be done already, no more."""
    locks = {f"host:{host}": host for host in hosts}
    rows = await app.connector.execute_query_all_async(_WAITING, locks=list(locks)) if locks else ()
    for row in rows:
        del locks[row["queueing_lock"]]
    for lock, host in locks.items():
        with contextlib.suppress(exceptions.AlreadyEnqueued):
            await app.configure_task(_HOST, queue=_QUEUE, lock=lock, queueing_lock=lock).defer_async(host=host)


async def work(
    app: procrastinate.App,
    concurrency: int,
    serve: Callable[[str], Awaitable[None]],
    left_by_the_dead: Callable[[str], Awaitable[None]],
    undone: Callable[[], Awaitable[Collection[str]]],
) -> None:
    """Do jobs until SIGINT or SIGTERM.

    Args:
        concurrency: hosts at a time.
        serve: does the errands of a host.
        left_by_the_dead: told of a host whose worker did not come back.
        undone: the hosts that have errands, for which jobs are made where theirs were lost.
    """

    @app.task(name=_HOST, queue=_QUEUE)
    async def host(host: str) -> None:
        await serve(host)

    # No `lock`: the job of a worker that died would hold it for ever.
    @app.periodic(cron=_CARE_EVERY)
    @app.task(name=_CARE, queue=_QUEUE, queueing_lock=_CARE)
    async def care(timestamp: int) -> None:  # noqa: ARG001  (procrastinate's shape)
        for job in await app.job_manager.get_stalled_jobs(queue=_QUEUE, seconds_since_heartbeat=_STALLED):
            # It is not retried, but made anew: its like may wait already, and there is room for one.
            with contextlib.suppress(*LOST):
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                if job.task_name == _HOST:
                    await left_by_the_dead(str(job.task_kwargs["host"]))
        await send(app, await undone())

    await app.run_worker_async(
        queues=[_QUEUE],
        concurrency=concurrency + 1,  # care needs a place of its own
        delete_jobs="always",
        fetch_job_polling_interval=1.0,
        shutdown_graceful_timeout=_PATIENCE,
        update_heartbeat_interval=_HEARTBEAT,
        stalled_worker_timeout=_STALLED,
    )
