"""Who watches over crawls hears of them here: hooks, a health check, Prometheus, people.

All of that comes when the run is finished, its records written and the lock free: a hook may call metafresh itself, and
one that hangs keeps no other run from its turn. Nothing here changes a run or its exit code; what fails is said in a
line. A run that could not start because another one holds the lock is nobody's news: that one is watched itself, and if
it hangs, its own end is what is missed. A dry run is told to hooks alone.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from crawler import urls
from crawler.after import hooks, notify, turns
from crawler.after.digest import MOST, digest
from crawler.after.document import Rows
from crawler.after.ended import Ended, line, to_json
from crawler.after.memory import recall, remember
from crawler.after.metrics import metrics
from crawler.after.replace import put
from crawler.after.turns import Memory
from crawler.config import Config, Hooks
from crawler.errors import ConfigError, FetchError, MetafreshError, StateError
from crawler.model import Json
from crawler.place import folder_of
from crawler.records import folder
from crawler.run import Summary, Tell
from crawler.state.rows import Held, HostVisits, Row
from crawler.state.store import open_store
from crawler.web.ping import Event, ping

Doing = Callable[[Tell], Coroutine[Any, Any, Summary]]
Say = Callable[[str], None]

_BUSY, _INTERRUPTED = 75, 130
# Seconds that a run waits for its start to be heard when it has ended; its end is told in any case.
_PATIENCE = 2.0
# Another user reads it.
_FOR_ALL = 0o644
# Held changes that are looked at for news; nobody decides on more of them from a digest.
_MOST_HELD = 1000


class Watch:
    """Hears the rows of one crawl, and tells those who watch over it."""

    def __init__(self, config: Config, *, dry_run: bool, say: Say) -> None:
        """`say` prints a line to who started the crawl.

        Raises:
            ConfigError: apprise is wanted and is not there.
        """
        if config.notify:
            notify.check()
        self._config, self._dry_run, self._say = config, dry_run, say
        self._rid = uuid4()
        self._rows = Rows() if _commands(config.hooks) else None
        self._changes: list[Row] = []
        self._held: list[Row] = []
        self._first: Row = {}
        self._last: Row = {}
        self._why: str | None = None
        self._begun: asyncio.Task[None] | None = None
        self._is_heard = True

    async def attend(self, doing: Doing, tell: Tell) -> Summary:
        """Run a crawl, and have its start told while it is under way."""

        def hear(row: Row) -> None:
            self._hear(row)
            tell(row)

        try:
            return await doing(hear)
        except MetafreshError as error:
            self._why = str(error)
            raise
        finally:
            if self._begun:
                _, late = await asyncio.wait([self._begun], timeout=_PATIENCE)
                for task in late:
                    task.cancel()

    def conclude(self, code: int) -> None:
        """Tell how the crawl ended, by its exit code.

        Raises:
            KeyboardInterrupt: somebody interrupted it.
        """
        try:
            if self._first or code not in {_BUSY, _INTERRUPTED}:
                asyncio.run(interruptible(self._tell_all(self._ended(code))))
        finally:
            if self._rows:
                self._rows.close()

    def _hear(self, row: Row) -> None:
        kind = row["type"]
        if kind == "run_started":
            self._first = row
            if self._config.health_url and not self._dry_run:
                self._begun = asyncio.create_task(self._ping(self._config.health_url, Event.START, ""))
        elif kind == "run_finished":
            self._last = row
        elif kind == "change" and len(self._changes) < MOST:
            self._changes.append(row)
        elif kind == "held" and len(self._held) < _MOST_HELD:
            self._held.append(row)
        if self._rows:
            self._rows.keep(row)

    def _ended(self, code: int) -> Ended:
        counts, now = self._last.get("counts"), datetime.now(UTC)
        started, finished = (
            datetime.fromisoformat(str(row["at"])) if row else now for row in (self._first, self._last)
        )
        return Ended(
            run=str(self._first["run"]) if self._first else None,
            started=started,
            finished=finished,
            dry_run=self._dry_run,
            outcome="interrupted" if code == _INTERRUPTED else str(self._last.get("outcome", "failed")),
            code=code,
            why=self._why,
            counts=_numbers(counts) if isinstance(counts, dict) else {},
        )

    async def _tell_all(self, ended: Ended) -> None:
        """Each is its own affair: a service that does not answer keeps nobody else waiting."""
        config = self._config
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._run_hooks(ended))
            if config.health_url and not ended.dry_run:
                tasks.create_task(self._ping(config.health_url, _event(ended), line(ended)))
            if (config.metrics_file or config.notify) and not ended.dry_run:
                tasks.create_task(self._inform(ended))

    async def _ping(self, address: str, event: Event, body: str) -> None:
        fetch = self._config.fetch
        try:
            await ping(address, event, self._rid, body, user_agent=fetch.user_agent, ca_file=fetch.ca_file)
        except (FetchError, ConfigError) as error:
            if self._is_heard:
                why = error.why if isinstance(error, FetchError) else str(error)
                self._say(f"health_url: {urls.host(address)} was not told: {why}")
            self._is_heard = False

    async def _run_hooks(self, ended: Ended) -> None:
        is_due = {"on_change": ended.has_written, "on_failure": ended.failed, "after_run": True}
        due = {name: command for name, command in _commands(self._config.hooks).items() if is_due[name]}
        if not due or self._rows is None:
            return
        more = {"METAFRESH_RUN": ended.run or "", "METAFRESH_OUTCOME": ended.outcome}

        async def start_all(told: BinaryIO | None) -> None:
            for name, command in due.items():
                await hooks.start(name, command, told, more, self._config.hooks.max_time, self._say)

        try:
            with self._rows.document(to_json(ended)) as told:
                await start_all(told)
        except StateError as error:
            self._say(f"{error}; they are told the outcome alone")
            await start_all(None)

    async def _inform(self, ended: Ended) -> None:
        """Prometheus and people, and the memory that both need."""
        config = self._config
        visits, held = await self._looked_up(ended)
        before = self._recalled()
        after, turned = turns.turned(before, ended, visits)
        message = digest(ended, self._changes, held, turned) if config.notify else None
        if message:
            wrong = await asyncio.to_thread(notify.send, message, [each.get_secret_value() for each in config.notify])
            for place, why in wrong.items():
                self._say(f"notify.{place}: {why}")
            if len(wrong) == len(config.notify):
                after = turns.unsaid(before, after)
        try:
            remember(folder_of(config.state), after)
        except StateError as error:
            self._say(str(error))
        if config.metrics_file:
            self._publish(config.metrics_file, metrics(ended, after, visits))

    async def _looked_up(self, ended: Ended) -> tuple[list[HostVisits], list[Row]]:
        """How the hosts that were visited fared, and the held changes that no earlier run held."""
        if ended.run is None:
            return [], []
        try:
            async with open_store(self._config.state) as store:
                paths = {str(row["record"]): folder.address(Path(str(row["record"]))) for row in self._held}
                known = await store.held_of(map(str, paths.values()))
                held = [row for row in self._held if _is_news(row, known.get(str(paths[str(row["record"])]), ()))]
                return await store.visits_by_host(ended.started), held
        except StateError as error:
            self._say(f"the digest and the figures lack what is remembered: {error}")
            return [], []

    def _publish(self, file: Path, text: str) -> None:
        try:
            put(file, text, mode=_FOR_ALL)
        except OSError as error:
            self._say(f"{file}: cannot be written: {(error.strerror or str(error)).lower()}")

    def _recalled(self) -> Memory:
        try:
            return recall(folder_of(self._config.state))
        except StateError as error:
            self._say(str(error))
            return Memory()


async def interruptible(work: Coroutine[Any, Any, None]) -> None:
    """Work that SIGTERM ends at once, as Ctrl-C does.

    Raises:
        KeyboardInterrupt: it was.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None  # noqa: S101  (we are in one)
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        await work
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def _commands(wanted: Hooks) -> dict[str, str]:
    """The hooks that are set, by name, in the order in which they are started."""
    named = {"on_change": wanted.on_change, "on_failure": wanted.on_failure, "after_run": wanted.after_run}
    return {name: command for name, command in named.items() if command}


def _event(ended: Ended) -> Event:
    if ended.succeeded:
        return Event.SUCCESS
    # An interrupted run, as by a restart of the machine, is made up for by the next; if none comes, that is missed.
    return Event.FAIL if ended.failed else Event.LOG


def _is_news(row: Row, known: Sequence[Held]) -> bool:
    """Whether no earlier run held the same; one that nobody decided on is held again at each visit."""
    return not any(
        (each.row["pointer"], each.row["after"]) == (row["pointer"], row["after"]) and each.run != row["run"]
        for each in known
    )


def _numbers(counts: Mapping[str, Json]) -> dict[str, float]:
    return {name: value for name, value in counts.items() if isinstance(value, int | float)}
