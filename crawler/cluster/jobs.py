"""Who does which errands: procrastinate's jobs. A job is a host, with `lock` so that one worker at a time has it."""

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import procrastinate
import psycopg
from procrastinate import exceptions
from procrastinate.jobs import Status

from crawler.errors import NotReady, StateError
from crawler.place import Server

# Who has the records takes from the second queue too.
_QUEUE, _RECORDS = "metafresh", "metafresh.records"
_HOST, _CARE, _CRAWL = "metafresh.host", "metafresh.care", "metafresh.crawl"
# Seconds after its last heartbeat when a worker is given up, and between heartbeats.
_STALLED, _HEARTBEAT = 20, 5
# Minute, hour, day, month, weekday, second.
_CARE_EVERY = "* * * * * */10"
# Seconds that a worker has for what is under way when it ends: less than those who end it usually give it.
_PATIENCE = 10
_THERE = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there"
_AT_WORK = (
    "SELECT count(*) AS workers FROM procrastinate_workers WHERE last_heartbeat > now() - %(age)s * interval '1s'"
)
_WAITING = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(locks)s)"

FAILED = (exceptions.ConnectorException, psycopg.Error)
"""What is raised where the database does not do what it is asked for."""


def is_gone(error: BaseException | None) -> bool:
    """Whether it is so because the database cannot be reached, and may be back soon."""
    if error is None or isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return error is not None
    return is_gone(error.__cause__ or error.__context__)


def complaint(error: Exception) -> StateError:
    """The same in a line, without any of what it was connected by."""
    why = str(error.__cause__ or error).strip().partition("\n")[0]
    return StateError(f"the database of the jobs: {why}")


@asynccontextmanager
async def open_app(server: Server) -> AsyncIterator[procrastinate.App]:
    """The jobs in a server's database.

    Raises:
        StateError: it cannot be reached.
    """
    # Of a lost connection they would write pages, with all that it was connected by.
    for name in ("procrastinate", "psycopg"):
        logging.getLogger(name).propagate = False
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    connector = procrastinate.PsycopgConnector(conninfo=server.url, min_size=1, max_size=4, timeout=10.0)
    app = procrastinate.App(connector=connector)
    try:
        await app.open_async()
    except FAILED as error:
        raise StateError(f"{server}: cannot be reached") from error
    try:
        yield app
    finally:
        await app.close_async()


async def prepare(app: procrastinate.App, *, makes: bool = True) -> None:
    """See that procrastinate's own tables are there.

    Args:
        makes: whether they are made if they are not.

    Raises:
        NotReady: they would have to be, and are not.
    """
    if not (await app.connector.execute_query_one_async(_THERE))["there"]:
        if not makes:
            raise NotReady("there are no tables for jobs yet")
        await app.schema_manager.apply_schema_async()


async def workers(app: procrastinate.App) -> int:
    """How many workers are alive."""
    found = await app.connector.execute_query_one_async(_AT_WORK, age=_STALLED)
    return int(found["workers"])


async def send(app: procrastinate.App, hosts: Collection[str]) -> None:
    """Have the errands of these hosts done, each by one worker; where that waits to be done already, no more."""
    locks = {f"host:{host}": host for host in hosts}
    rows = await app.connector.execute_query_all_async(_WAITING, locks=list(locks)) if locks else ()
    for row in rows:
        del locks[row["queueing_lock"]]
    for lock, host in locks.items():
        with contextlib.suppress(exceptions.AlreadyEnqueued):
            await app.configure_task(_HOST, queue=_QUEUE, lock=lock, queueing_lock=lock).defer_async(host=host)


class _Reason(logging.Handler):
    """Why a worker of procrastinate ended: it logs that, and raises nothing."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "action", None) == "side_task_failed" and record.exc_info:
            self.error = record.exc_info[1]


@contextlib.contextmanager
def _raised() -> Iterator[None]:
    """Raise what a worker ended for."""
    logger, reason = logging.getLogger("procrastinate"), _Reason()
    logger.addHandler(reason)
    try:
        yield
    finally:
        logger.removeHandler(reason)
    if reason.error:
        raise reason.error


class Crawls(NamedTuple):
    """The crawls that a worker begins: when, as cron's five fields, and what does one."""

    times: str
    crawl: Callable[[], Awaitable[None]]


async def work(
    app: procrastinate.App,
    concurrency: int,
    serve: Callable[[str], Awaitable[None]],
    left_by_the_dead: Callable[[str], Awaitable[None]],
    undone: Callable[[], Awaitable[Collection[str]]],
    crawls: Crawls | None,
) -> None:
    """Do jobs until it is cancelled; what is raised is one of `FAILED`.

    Args:
        concurrency: hosts at a time.
        serve: does the errands of a host.
        left_by_the_dead: told of a host whose worker did not come back.
        undone: the hosts that have errands, for which jobs are made where theirs were lost.
        crawls: where the records are here.
    """

    @app.task(name=_HOST, queue=_QUEUE)
    async def host(host: str) -> None:
        await serve(host)

    # No `lock`: the job of a worker that died would hold it for ever.
    @app.periodic(cron=_CARE_EVERY)
    @app.task(name=_CARE, queue=_QUEUE, queueing_lock=_CARE)
    async def care(timestamp: int) -> None:  # noqa: ARG001  (procrastinate's shape)
        for job in await _stalled(app):
            # It is not retried, but made anew: its like may wait already, and there is room for one.
            with contextlib.suppress(*FAILED):
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                if job.task_name == _HOST:
                    await left_by_the_dead(str(job.task_kwargs["host"]))
        await send(app, await undone())

    if crawls:

        @app.periodic(cron=crawls.times)
        @app.task(name=_CRAWL, queue=_RECORDS, queueing_lock=_CRAWL)
        async def crawl(timestamp: int) -> None:  # noqa: ARG001
            await crawls.crawl()

    with _raised():
        await app.run_worker_async(
            queues=[_QUEUE, *([_RECORDS] if crawls else [])],
            concurrency=concurrency + 2,  # care and a crawl need places of their own
            delete_jobs="always",
            fetch_job_polling_interval=1.0,
            shutdown_graceful_timeout=_PATIENCE,
            install_signal_handlers=False,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=_STALLED,
        )


async def _stalled(app: procrastinate.App) -> list[procrastinate.jobs.Job]:
    """The jobs of workers that died, hang, or are cut off."""
    find = app.job_manager.get_stalled_jobs
    return [job for queue in (_QUEUE, _RECORDS) for job in await find(queue=queue, seconds_since_heartbeat=_STALLED)]
