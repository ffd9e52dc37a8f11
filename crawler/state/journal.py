"""What is about to be written, what was, and the change log that follows from it.

One write to one record goes in this order, each step on disk before the next:

1. `intend`: the intent is open; it has the file's old and new digest and the rows of its changes.
2. The file is replaced, atomically (`records.folder`).
3. `applied`: the intent is applied; then its rows are appended to the change log.

Whenever a crash comes, `settle_open` at the next start, under the lock, makes all three agree:

    crash            file  intent   log            then
    before 1         old   none     nothing        nothing
    between 1 and 2  old   open     nothing        dropped
    between 2 and 3  new   open     nothing        applied, rows appended
    within 3         new   applied  a part at most what is missing is appended
    after 3          new   applied  all            nothing

A run is finished only when its log was seen to be complete, so that finished runs need no second look. An intent whose
file is neither old nor new was overtaken by someone's edit: that edit stands, the intent is dropped and says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from crawler.errors import RecordError, StateError
from crawler.state import changelog
from crawler.state.database import Database
from crawler.state.rows import Intent, IntentState, Write
from crawler.state.tables import held, intents, runs

_ROWS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of a store; every method raises `StateError` when it cannot be read or written."""

    folder: Path
    database: Database

    async def plan(self, run: str, *writes: Write) -> list[int]:
        """The ids of writes that a dry run would make; as `intend`, but nothing follows from them."""
        return await self._put([_pending(run, write) | {"state": IntentState.PLANNED} for write in writes])

    async def intend(self, run: str, *writes: Write) -> list[int]:
        """The ids of writes that may begin: the intents are on disk, all or none.

        Args:
            run: has been started.
            writes: whose rows, where they have no status, are "applied".

        Raises:
            RecordError: a row holds what JSON cannot say, such as NaN.
        """
        logged = (write._replace(rows=changelog.with_status("applied", write.rows)) for write in writes)
        return await self._put([_pending(run, write) | {"state": IntentState.OPEN} for write in logged])

    async def applied(self, *made: int) -> None:
        """Remember that files are the new ones, then log their changes; what fails is made up for at the next start.

        Raises:
            StateError: also when one of the intents is not open.
        """
        if not made:
            return
        these = update(intents).where(intents.c.id.in_(made), intents.c.state == IntentState.OPEN)
        now = these.values(state=IntentState.APPLIED).returning(intents.c.id, intents.c.run, intents.c.rows)
        found = await self.database.write(lambda connection: sorted(connection.execute(now)))
        if left := set(made).difference(row.id for row in found):
            raise StateError(f"{self.database.name}: write {min(left)} is not open")
        for run, rows in groupby(found, key=attrgetter("run")):
            # In this thread, so that a cancelled task never appends behind the back of the run that ends.
            changelog.append(self.folder, run, [each for row in rows for each in row.rows])

    async def dropped(self, intent: int, why: str) -> None:
        """Remember that a write, open or planned, will not be made: the file is as it was."""
        pending = intents.c.state.in_((IntentState.OPEN, IntentState.PLANNED))
        one = update(intents).where(intents.c.id == intent, pending).values(state=IntentState.DROPPED, why=why)
        await self.database.write(lambda connection: connection.execute(one))

    async def open_intents(self) -> list[Intent]:
        """The writes of which it is not known whether they were made, oldest first."""
        return await self._found(select(intents).where(intents.c.state == IntentState.OPEN))

    async def planned(self, run: str) -> list[Intent]:
        """The writes that a dry run would make and that were neither made nor dropped since, oldest first."""
        waiting = (intents.c.state == IntentState.PLANNED) & intents.c.why.is_(None)
        return await self._found(select(intents).where(intents.c.run == run, waiting))

    async def newest_plan(self) -> str | None:
        """The newest run that has planned writes."""
        waiting = (intents.c.state == IntentState.PLANNED) & intents.c.why.is_(None)
        newest = select(intents.c.run).where(waiting).order_by(intents.c.run.desc()).limit(1)
        return await self.database.read(lambda connection: connection.scalar(newest))

    async def carried_out(self, intent: int, run: str) -> None:
        """Remember that a planned write was made by another run; its plan can still be looked at."""
        one = update(intents).where(intents.c.id == intent).values(why=f"made by run {run}")
        await self.database.write(lambda connection: connection.execute(one))

    async def made(self, run: str) -> list[Intent]:
        """The writes that a run made, oldest first."""
        done = intents.c.state.in_((IntentState.APPLIED, IntentState.LOGGED))
        return await self._found(select(intents).where(intents.c.run == run, done))

    async def made_to(self, path: Path) -> list[Intent]:
        """The writes that were made to a record by any run, oldest first."""
        done = intents.c.state.in_((IntentState.APPLIED, IntentState.LOGGED))
        return await self._found(select(intents).where(intents.c.path == str(path), done))

    async def told(self, run: str) -> list[Intent]:
        """The writes that a run made, or that a dry run would make, oldest first."""
        known = (IntentState.PLANNED, IntentState.APPLIED, IntentState.LOGGED)
        return await self._found(select(intents).where(intents.c.run == run, intents.c.state.in_(known)))

    async def settle_open(self, digest_of: Callable[[Path], str | None]) -> list[Intent]:
        """Make journal, files and change logs agree; before a run starts, under the lock.

        Runs that never finished are dead then: now they end, as "interrupted".

        Args:
            digest_of: SHA-256 of a file, in hex; None if it is gone; RecordError if it cannot be read now, which
                leaves the intent open until the next start.

        Returns:
            The intents that were open, as they are now.
        """
        settled = [_settled(intent, digest_of) for intent in await self.open_intents()]

        def decide(connection: Connection) -> None:
            for intent in settled:
                verdict = update(intents).where(intents.c.id == intent.id)
                connection.execute(verdict.values(state=intent.state, why=intent.why))

        await self.database.write(decide)
        await self._finish_dead_runs()
        return settled

    async def rescue_logs(self, digest_of: Callable[[Path], str | None]) -> None:
        """Append to the change logs what they lack, as far as a damaged database can still be read.

        Args:
            digest_of: as of `settle_open`.
        """
        unsure = select(intents.c.run).where(intents.c.state.in_((IntentState.OPEN, IntentState.APPLIED)))
        found = await self._found(select(intents).where(intents.c.run.in_(unsure)))
        for run in sorted({intent.run for intent in found}):
            mine = (intent for intent in found if intent.run == run)
            now = (_settled(each, digest_of) if each.state == IntentState.OPEN else each for each in mine)
            made = [intent for intent in now if intent.state in (IntentState.APPLIED, IntentState.LOGGED)]
            changelog.complete(self.folder, run, chain.from_iterable(intent.rows for intent in made))

    async def complete_log(self, run: str) -> None:
        """Append to a run's change log what it lacks of the changes that were made and held."""
        state, mine = intents.c.state, intents.c.run == run
        made = select(intents.c.rows).where(mine, state.in_((IntentState.APPLIED, IntentState.LOGGED)))
        waiting = select(held.c.row).where(held.c.run == run).order_by(held.c.id)

        def complete(connection: Connection) -> None:
            streamed = connection.execution_options(yield_per=_ROWS_AT_A_TIME)
            with streamed.scalars(made.order_by(intents.c.id)) as writes, streamed.scalars(waiting) as kept:
                changes = (row for rows in writes for row in rows)
                changelog.complete(self.folder, run, chain(changes, kept))

        await self.database.read(complete)
        logged = update(intents).where(mine, state == IntentState.APPLIED).values(state=IntentState.LOGGED)
        await self.database.write(lambda connection: connection.execute(logged))

    async def _finish_dead_runs(self) -> None:
        dead = select(runs.c.id).where(runs.c.finished.is_(None))
        behind = select(intents.c.run).where(intents.c.state == IntentState.APPLIED)
        unsure = await self.database.read(lambda connection: set(connection.scalars(dead.union(behind))))
        for run in sorted(unsure):
            await self.complete_log(run)
        undecided = select(intents.c.run).where(intents.c.state == IntentState.OPEN)
        ended = update(runs).where(runs.c.finished.is_(None), runs.c.id.not_in(undecided))
        ended = ended.values(finished=datetime.now(UTC), outcome="interrupted")
        await self.database.write(lambda connection: connection.execute(ended))

    async def _put(self, pending: Sequence[Mapping[str, object]]) -> list[int]:
        if not pending:
            return []
        numbered = insert(intents).returning(intents.c.id, sort_by_parameter_order=True)
        return await self.database.write(lambda connection: list(connection.scalars(numbered, pending)))

    async def _found(self, wanted: Select[*tuple[Any, ...]]) -> list[Intent]:
        ordered = wanted.order_by(intents.c.id)
        return await self.database.read(
            lambda connection: [_intent(row) for row in connection.execute(ordered).mappings()]
        )


def _pending(run: str, write: Write) -> dict[str, object]:
    changelog.check(write.rows, write.shown)
    told = {"rows": list(write.rows), "at": datetime.now(UTC)}
    return {"run": run, **write._asdict(), **told}


def _settled(intent: Intent, digest_of: Callable[[Path], str | None]) -> Intent:
    try:
        digest = digest_of(intent.path)
    except RecordError:
        return intent
    if digest == intent.new_digest:
        return replace(intent, state=IntentState.APPLIED)
    why = {None: "the file is gone", intent.old_digest: "the run ended before the file was replaced"}
    return replace(intent, state=IntentState.DROPPED, why=why.get(digest, "someone edited the file since"))


def _intent(row: Mapping[Any, Any]) -> Intent:
    known = {"path": Path(row["path"]), "rows": tuple(row["rows"]), "state": IntentState(row["state"])}
    return Intent(**{**row, **known})
