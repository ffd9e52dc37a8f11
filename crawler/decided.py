"""What was decided before, written now: a plan, what a review accepted, a run taken back.

Each is a run of its own, with journal and log as every other, so that it can be taken back in turn.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from crawler.config import Config, load_schema
from crawler.errors import ConfigError, RecordError
from crawler.model import Change, Failure, Record, Splice
from crawler.records import folder, stray, values
from crawler.records.folder import Found
from crawler.run import Summary, Tell, begin, failure_row, finish
from crawler.state.rows import Decision, Held, Intent, Row
from crawler.state.store import Store, open_alone
from crawler.write import Edition, Wish, edition, recover, spliced, told, write

# Records whose journal is written at a time.
_AT_A_TIME = 64


class Order(NamedTuple):
    """A record that is to be edited, and what to remember once it is."""

    wish: Wish
    done: Callable[[Store, str], Awaitable[None]]


_Gather = Callable[[Store, str], Awaitable[list[Order]]]


async def apply(config: Config, run: str | None, tell: Tell, *, lock_wait: timedelta = timedelta(0)) -> Summary:
    """Write what a dry run planned and what a review accepted.

    Args:
        run: whose plan and whose held changes; None is the newest plan, and all that was accepted.

    Raises:
        ConfigError: there is nothing of the kind.
        Busy, StateError: as `crawl`.
    """

    async def gather(store: Store, now: str) -> list[Order]:
        chosen = run or await store.journal.newest_plan()
        planned = await store.journal.planned(chosen) if chosen else []
        accepted = [held for held in await store.decided(Decision.ACCEPTED) if run in (None, held.run)]
        by_path = groupby(sorted(accepted, key=attrgetter("path")), key=attrgetter("path"))
        orders = [_of_plan(intent, now) for intent in planned]
        orders += [_of_review(list(some), now) for _, some in by_path]
        if not orders:
            of = f" of run {run}" if run else ""
            raise ConfigError(
                f"nothing{of} is left to apply; metafresh crawl --dry-run plans, metafresh review accepts"
            )
        return orders

    return await _carry_out(config, gather, tell, lock_wait)


async def revert(
    config: Config,
    run: str,
    paths: Sequence[Path],
    fields: Collection[str],
    tell: Tell,
    *,
    force: bool = False,
    lock_wait: timedelta = timedelta(0),
) -> Summary:
    """Put back what a run changed.

    Args:
        paths: records, or folders of them, to which it is bound; none means all.
        fields: tracked fields to which it is bound; none means all.
        force: whether values that were edited since are put back, too.

    Raises:
        ConfigError: there is no such run, or it changed nothing of the kind.
        Busy, StateError: as `crawl`.
    """

    async def gather(store: Store, now: str) -> list[Order]:
        if await store.run(run) is None:
            raise ConfigError(f"no run {run!r} is remembered; metafresh log names those that changed something")
        places = [folder.address(path) for path in paths]
        orders = []
        # The newest first: a record may have been written twice.
        for intent in reversed(await store.journal.made(run)):
            rows = [row for row in intent.rows if not fields or row["field"] in fields]
            if rows and (not places or any(intent.path.is_relative_to(place) for place in places)):
                orders.append(_of_past(intent, rows, now, force=force))
        if not orders:
            raise ConfigError(f"run {run} changed nothing of the kind; metafresh report {run} shows what it did")
        return orders

    return await _carry_out(config, gather, tell, lock_wait)


async def _carry_out(config: Config, gather: _Gather, tell: Tell, lock_wait: timedelta) -> Summary:
    schema, started = load_schema(config), datetime.now(UTC)
    counts, unusable = Counter[str](), list[str]()
    async with open_alone(config.state, lock_wait) as store:
        await recover(store)
        run = await store.new_run(started)
        orders = await gather(store, run)
        await begin(store, run, started, tell, dry_run=False)
        for place in {Path(order.wish.found.address).parent for order in orders}:
            stray.sweep(place)
        for some in _batches(orders):
            results = await write(store, [order.wish for order in some], schema=schema, run=run)
            for order, written in zip(some, results, strict=True):
                counts["records"] += 1
                for note in written.notes:
                    tell({"type": "note", "text": note})
                if written.error:
                    row = failure_row(run, str(order.wish.found.path), "", Failure("", "record", written.error.why))
                    unusable.append(str(order.wish.found.path))
                    counts["skipped"] += 1
                    tell(row)
                    await store.note_failure(run, row)
                    continue
                for row in written.rows:
                    tell(told(row))
                counts.update({"changes": len(written.rows), "written": len(written.rows)})
                counts["changed_records"] += bool(written.rows)
                await order.done(store, run)
        return await finish(store, run, started, "done", counts, tell, unusable)


def _batches(orders: Sequence[Order]) -> Iterator[list[Order]]:
    """The orders some at a time, no record twice at once: its second edition follows from its first."""
    left = list(orders)
    while left:
        batch: dict[str, Order] = {}
        for order in left:
            if len(batch) < _AT_A_TIME:
                batch.setdefault(order.wish.found.address, order)
        yield list(batch.values())
        left = [order for order in left if batch.get(order.wish.found.address) is not order]


# ---- a plan


def _of_plan(intent: Intent, run: str) -> Order:
    async def done(store: Store, run: str) -> None:
        await store.journal.carried_out(intent.id, run)

    return Order(Wish(_found(intent.shown, intent.path), partial(_as_planned, intent, run)), done)


def _as_planned(intent: Intent, run: str, record: Record) -> Edition:
    if record.digest == intent.new_digest:
        # A run that was killed made it, and could not say so any more.
        return Edition(record.document, ())
    changes = [_change(row) for row in intent.rows]
    if record.digest != intent.old_digest:
        raise RecordError(f"edited since it was planned: {_difference(record, changes)}; plan it anew")
    return _with_others(edition(record, changes, run=run), intent.rows)


def _with_others(made: Edition, decided: Sequence[Row]) -> Edition:
    """The edition with what else a page said, as it was kept with the changes that were decided."""
    others = {row["pointer"]: row["others"] for row in decided if "others" in row}
    rows = (row | {"others": others[row["pointer"]]} if row["pointer"] in others else row for row in made.rows)
    return replace(made, rows=tuple(rows))


def _difference(record: Record, changes: Sequence[Change]) -> str:
    """What is not as it was when changes were decided."""
    moved = [change.pointer for change in changes if not values.says(record.document, change.pointer, change.before)]
    if not moved:
        return "not what would change, but something else in it"
    return ", ".join(f"{pointer} is {values.shown(record.document, pointer)}" for pointer in moved)


# ---- a review


def _of_review(accepted: Sequence[Held], run: str) -> Order:
    async def done(store: Store, _: str) -> None:
        await store.decide(Decision.APPLIED, *(held.id for held in accepted))

    return Order(Wish(_found(accepted[0].shown, accepted[0].path), partial(_as_accepted, accepted, run)), done)


def _as_accepted(accepted: Sequence[Held], run: str, record: Record) -> Edition:
    # Of two that were held for one value at different times the later one counts.
    newest = {change.pointer: change for change in (_change(held.row) for held in accepted)}.values()
    changes = [replace(change, reason=f"accepted; it was held, because {change.reason}") for change in newest]
    made = _of_those_that_stand(record, changes, "accept what the next crawl finds", run)
    return _with_others(made, [held.row for held in accepted])


def _of_those_that_stand(record: Record, changes: Sequence[Change], advice: str, run: str) -> Edition:
    """The edition with those changes whose old value is there still.

    Raises:
        RecordError: there are none.
    """
    stand = [change for change in changes if values.says(record.document, change.pointer, change.before)]
    lost = [change for change in changes if change not in stand]
    if not stand:
        raise RecordError(f"edited since: {_difference(record, lost)}; {advice}")
    notes = (f"{record.path}: edited since: {_difference(record, [change])}; {advice}" for change in lost)
    made = edition(record, stand, run=run)
    return replace(made, notes=(*notes, *made.notes))


# ---- a run taken back


def _of_past(intent: Intent, rows: Sequence[Row], run: str, *, force: bool) -> Order:
    async def done(_store: Store, _run: str) -> None:
        pass

    return Order(Wish(_found(intent.shown, intent.path), partial(_taken_back, intent, rows, run, force)), done)


def _taken_back(intent: Intent, rows: Sequence[Row], run: str, force: bool, record: Record) -> Edition:  # noqa: FBT001
    reason = f"taken back from run {intent.run}"
    changes = [
        replace(change, before=change.after, after=change.before, source="", evidence="", reason=reason)
        for change in map(_change, rows)
    ]
    if record.digest == intent.new_digest:
        chosen = {str(row["pointer"]) for row in rows}
        made = spliced(record, changes, {at: back for at, back in _backwards(intent) if at in chosen}, run=run)
    elif force:
        # What is there by now as it was is no change.
        due = [change for change in changes if not values.says(record.document, change.pointer, change.after)]
        made = edition(record, due, run=run)
    else:
        made = _of_those_that_stand(record, changes, "--force puts it back all the same", run)
    return replace(made, rows=tuple(row | {"status": "reverted"} for row in made.rows))


def _backwards(intent: Intent) -> Iterator[tuple[str, Splice]]:
    """What undoes each change of a write, by pointer, in the file as it was written."""
    grown = 0
    for row in intent.rows:
        cut: Any = row["splice"]
        before, after = cut["before"].encode(), cut["after"].encode()
        yield str(row["pointer"]), Splice(cut["offset"] + grown, after, before)
        grown += len(after) - len(before)


def _found(shown: str, path: Path) -> Found:
    # As the user named it, if that leads there from here.
    named = Path(shown)
    return Found(named if folder.address(named) == path else path, str(path))


def _change(row: Row) -> Change:
    texts = (str(row[name] or "") for name in ("source", "evidence", "reason"))
    return Change(str(row["pointer"]), str(row["field"]), row["before"], row["after"], *texts)
