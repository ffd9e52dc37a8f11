"""The journal: after any crash and the next start, each change is in the file and in the log, or in neither."""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import RecordError, StateError
from crawler.place import Place, folder_of
from crawler.state import changelog
from crawler.state.rows import IntentState, Write
from crawler.state.store import Store, open_store
from tests.places import spelt

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RUN, NEXT = "20261123-120000-000000", "20261123-130000-000000"
OLD, NEW, EDITED = "title: Old\n", "title: New\n", "title: By hand\n"
ROOT = Path(__file__).resolve().parents[1]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(path: Path) -> str | None:
    try:
        return digest(path.read_text())
    except FileNotFoundError:
        return None


def row(before: str = OLD, after: str = NEW, **more) -> dict:
    return {"pointer": "/title", "splice": {"offset": 0, "before": before, "after": after}, **more}


def logged(*rows: dict) -> list:
    return [each | {"status": "applied"} for each in rows]


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(OLD)
    return path


@pytest.fixture
async def store(place):
    async with open_store(place) as opened:
        await opened.start_run(RUN, NOON, dry_run=False)
        yield opened


def read(record: Path) -> str:
    return record.read_text()


def replaced(record: Path, text: str = NEW) -> None:
    record.write_text(text)


async def intend(store: Store, record: Path, *rows: dict, run: str = RUN) -> int:
    (intent,) = await store.journal.intend(run, Write(str(record), "a.md", digest(OLD), digest(NEW), rows or [row()]))
    return intent


async def settle(store: Store) -> list:
    return [intent.state for intent in await store.journal.settle_open(digest_of)]


# ---- nothing goes wrong


async def test_a_write_ends_in_the_change_log_and_in_the_history(store, record):
    intent = await intend(store, record, row(), row(evidence="<title>"))
    replaced(record)
    await store.journal.applied(intent)

    expected = logged(row(), row(evidence="<title>"))
    assert expected == changelog.read(store.folder, RUN)
    assert expected == await store.history(record)
    assert expected == await store.changes(RUN)
    assert [] == await store.journal.open_intents()


async def test_an_intent_tells_all_that_is_needed_to_settle_it(store, record):
    number = await intend(store, record)
    (intent,) = await store.journal.open_intents()

    assert (number, RUN, record, "a.md") == (intent.id, intent.run, intent.path, intent.shown)
    assert (digest(OLD), digest(NEW)) == (intent.old_digest, intent.new_digest)
    assert (tuple(logged(row())), IntentState.OPEN, None) == (intent.rows, intent.state, intent.why)
    assert timedelta(0) <= datetime.now(UTC) - intent.at < timedelta(minutes=1)


async def test_a_row_keeps_its_own_status(store, record):
    await store.journal.applied(await intend(store, record, row(status="reverted")))

    assert [row(status="reverted")] == changelog.read(store.folder, RUN)


async def test_a_dropped_write_leaves_no_row(store, record):
    intent = await intend(store, record)
    await store.journal.dropped(intent, "the file is being edited")
    await store.finish_run(RUN, NOON, "done", {})

    assert [] == changelog.read(store.folder, RUN)
    assert [] == await store.history(record)
    assert [] == await store.journal.open_intents()


async def test_a_write_is_applied_once(store, record):
    intent = await intend(store, record)
    await store.journal.applied(intent)

    with pytest.raises(StateError, match=f"write {intent} is not open"):
        await store.journal.applied(intent)
    assert logged(row()) == changelog.read(store.folder, RUN)


async def test_what_was_made_cannot_be_dropped(store, record):
    intent = await intend(store, record)
    await store.journal.applied(intent)
    await store.journal.dropped(intent, "too late")

    assert logged(row()) == await store.history(record)


async def test_history_is_of_one_record_over_all_runs_oldest_first(store, record, tmp_path):
    await store.start_run(NEXT, NOON, dry_run=False)
    for run, path, each in ((RUN, record, row()), (NEXT, tmp_path / "b.md", row()), (NEXT, record, row(NEW, OLD))):
        await store.journal.applied(await intend(store, path, each, run=run))

    assert logged(row(), row(NEW, OLD)) == await store.history(record)


async def test_a_dry_run_plans_and_nothing_is_logged(store, record):
    (number,) = await store.journal.plan(RUN, Write(str(record), "a.md", digest(OLD), digest(NEW), [row()]))
    await store.finish_run(RUN, NOON, "done", {})
    (planned,) = await store.journal.planned(RUN)

    assert (number, (row(),), IntentState.PLANNED) == (planned.id, planned.rows, planned.state)
    assert [row()] == await store.changes(RUN)
    assert [] == await store.history(record)
    assert [] == changelog.read(store.folder, RUN)
    assert [] == await settle(store)


async def test_a_plan_that_was_dropped_is_not_offered_again(store, record):
    (number,) = await store.journal.plan(RUN, Write(str(record), "a.md", digest(OLD), digest(NEW), [row()]))
    await store.journal.dropped(number, "the record has changed")

    assert [] == await store.journal.planned(RUN)


@pytest.mark.parametrize("verb", ["plan", "intend"])
async def test_a_row_that_cannot_be_logged_is_refused_before_anything_is_written(store, record, verb):
    with pytest.raises(RecordError, match=r"a\.md: a change cannot be logged"):
        await getattr(store.journal, verb)(RUN, Write(str(record), "a.md", "", "", [row(), {"before": float("nan")}]))

    assert [] == await store.changes(RUN)


async def test_held_changes_are_in_the_log_too(store, record):
    await store.note_held(RUN, record, "a.md", row(reason="too short"))
    await store.finish_run(RUN, NOON, "done", {})

    assert [row(reason="too short") | {"status": "held"}] == changelog.read(store.folder, RUN)
    assert [] == await store.history(record)


# ---- a crash after each step; `store` stands for the store that the next run opens


def log_file(store: Store) -> Path:
    return store.folder / "changes" / f"{RUN}.jsonl"


async def crash_before_the_intent(store: Store, record: Path): ...


async def crash_after_the_intent(store: Store, record: Path):
    await intend(store, record)


async def crash_after_the_file_was_replaced(store: Store, record: Path):
    await intend(store, record)
    replaced(record)


async def crash_before_the_log_was_made(store: Store, record: Path):
    await crash_before_the_end_of_the_run(store, record)
    log_file(store).unlink()


async def crash_before_the_row_was_logged(store: Store, record: Path):
    await crash_before_the_end_of_the_run(store, record)
    log_file(store).write_text("")


async def crash_in_the_middle_of_the_row(store: Store, record: Path):
    await crash_before_the_end_of_the_run(store, record)
    log_file(store).write_text(log_file(store).read_text()[:20])


async def crash_before_the_row_was_ended(store: Store, record: Path):
    await crash_before_the_end_of_the_run(store, record)
    log_file(store).write_text(log_file(store).read_text().rstrip("\n"))


async def crash_before_the_end_of_the_run(store: Store, record: Path):
    intent = await intend(store, record)
    replaced(record)
    await store.journal.applied(intent)


NOT_MADE = [crash_before_the_intent, crash_after_the_intent]
MADE = [
    crash_after_the_file_was_replaced,
    crash_before_the_log_was_made,
    crash_before_the_row_was_logged,
    crash_in_the_middle_of_the_row,
    crash_before_the_row_was_ended,
    crash_before_the_end_of_the_run,
]


async def recover(place: Place) -> None:
    async with open_store(place) as store:
        await settle(store)


@pytest.mark.parametrize("crash", NOT_MADE)
async def test_no_row_without_its_change(place, store, record, crash):
    await crash(store, record)
    await recover(place)

    assert OLD == record.read_text()
    assert [] == changelog.read(store.folder, RUN)
    assert [] == await store.history(record)
    assert [] == await store.journal.open_intents()


@pytest.mark.parametrize("crash", MADE)
async def test_no_change_without_its_row(place, store, record, crash):
    await crash(store, record)
    await recover(place)

    assert NEW == record.read_text()
    assert logged(row()) == changelog.read(store.folder, RUN)
    assert logged(row()) == await store.history(record)
    assert [] == await store.journal.open_intents()


@pytest.mark.parametrize("crash", [*NOT_MADE, *MADE])
async def test_recovering_again_changes_nothing(place, store, record, crash):
    await crash(store, record)
    await recover(place)
    once = changelog.read(store.folder, RUN), await store.history(record), await store.run(RUN)
    await recover(place)

    assert once == (changelog.read(store.folder, RUN), await store.history(record), await store.run(RUN))


@pytest.mark.parametrize("crash", [*NOT_MADE, *MADE])
async def test_a_run_that_died_ends_as_interrupted(place, store, record, crash):
    await crash(store, record)
    await recover(place)
    run = await store.run(RUN)

    assert "interrupted" == run.outcome
    assert run.finished is not None


@pytest.mark.parametrize("crash", [crash_before_the_row_was_logged, crash_in_the_middle_of_the_row])
async def test_a_crash_while_recovering_is_recovered_from(place, store, record, crash, tmp_path):
    await crash(store, record)
    kept = log_file(store).read_bytes()
    log_file(store).unlink()
    log_file(store).mkdir()  # the log cannot be written: recovering stops in its middle
    with pytest.raises(StateError, match="cannot be"):
        await recover(place)
    log_file(store).rmdir()
    log_file(store).write_bytes(kept)
    await recover(place)

    assert logged(row()) == changelog.read(store.folder, RUN)


async def test_a_log_that_cannot_be_written_is_made_up_for_at_the_next_start(place, store, record):
    intent = await intend(store, record)
    replaced(record)
    store.folder.mkdir(exist_ok=True)
    (store.folder / "changes").write_text("in the way")
    with pytest.raises(StateError, match="cannot be written"):
        await store.journal.applied(intent)
    with pytest.raises(StateError, match="cannot be"):
        await store.finish_run(RUN, NOON, "failed", {})
    (store.folder / "changes").unlink()
    await recover(place)

    assert logged(row()) == changelog.read(store.folder, RUN)
    assert "interrupted" == (await store.run(RUN)).outcome


async def test_held_changes_that_a_crash_kept_out_of_the_log_are_appended(place, store, record):
    await store.note_held(RUN, record, "a.md", row())
    log_file(store).unlink()
    await recover(place)

    assert [row() | {"status": "held"}] == changelog.read(store.folder, RUN)


async def test_equal_rows_of_two_writes_are_both_logged(place, store, record):
    for _ in range(2):
        await store.journal.applied(await intend(store, record))
    log_file(store).write_text(log_file(store).read_text().splitlines(keepends=True)[0])
    await recover(place)

    assert logged(row(), row()) == changelog.read(store.folder, RUN)


async def test_the_log_of_a_finished_run_is_not_touched_again(place, store, record):
    await crash_before_the_end_of_the_run(store, record)
    await store.finish_run(RUN, NOON, "done", {"changes": 1})
    log_file(store).unlink()
    await recover(place)

    assert not log_file(store).exists()
    assert ("done", {"changes": 1}) == ((await store.run(RUN)).outcome, (await store.run(RUN)).counts)


# ---- a person was there meanwhile


def edits(record: Path):
    record.write_text(EDITED)


def deletes(record: Path):
    record.unlink()


@pytest.mark.parametrize(("person", "why"), [(edits, "someone edited the file since"), (deletes, "the file is gone")])
async def test_a_write_that_a_person_overtook_is_dropped_and_says_so(store, record, person, why):
    await intend(store, record)
    person(record)
    (intent,) = await store.journal.settle_open(digest_of)

    assert (IntentState.DROPPED, why) == (intent.state, intent.why)
    assert [] == changelog.read(store.folder, RUN)


async def test_a_write_that_never_began_says_so(store, record):
    await intend(store, record)
    (intent,) = await store.journal.settle_open(digest_of)

    assert (IntentState.DROPPED, "the run ended before the file was replaced") == (intent.state, intent.why)


async def test_a_file_that_cannot_be_read_now_is_settled_at_a_later_start(store, record):
    def unreadable(path: Path) -> str:
        raise RecordError("permission denied", path=str(path))

    await intend(store, record)
    replaced(record)

    assert [IntentState.OPEN] == [intent.state for intent in await store.journal.settle_open(unreadable)]
    assert (await store.run(RUN)).finished is None
    assert [IntentState.APPLIED] == await settle(store)
    assert logged(row()) == changelog.read(store.folder, RUN)
    assert "interrupted" == (await store.run(RUN)).outcome


async def test_a_write_left_open_by_a_finished_run_is_settled_and_logged(store, record):
    await intend(store, record)
    replaced(record)
    await store.finish_run(RUN, NOON, "failed", {})

    assert [IntentState.APPLIED] == await settle(store)
    assert logged(row()) == changelog.read(store.folder, RUN)
    assert "failed" == (await store.run(RUN)).outcome


# ---- kill -9, and crashes by chance

KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.state.rows import Write
from crawler.state.store import open_store
from tests.places import place_of

async def main(place, record, run, old, new, steps):
    def step():
        nonlocal steps
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1

    async with open_store(place) as store:
        await store.start_run(run, datetime.now(UTC), dry_run=False)
        step()
        (intent,) = await store.journal.intend(run, Write(str(record), "a.md", old, new, [{"pointer": "/title"}]))
        step()
        record.write_text("title: New\\n")
        step()
        await store.journal.applied(intent)
        step()

asyncio.run(main(place_of(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:6], int(sys.argv[6])))
"""


@pytest.mark.parametrize("steps", range(4))
async def test_a_killed_process_leaves_what_the_next_start_can_settle(place, record, steps):
    arguments = [spelt(place), record, NEXT, digest(OLD), digest(NEW), steps]
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, *map(str, arguments), cwd=ROOT)
    status = await killed.wait()
    await recover(place)

    assert -9 == status
    rows = [{"pointer": "/title", "status": "applied"}] if steps >= 2 else []
    assert (NEW if rows else OLD) == record.read_text()
    assert rows == changelog.read(folder_of(place), NEXT)


# How far each write of a run comes before the process dies: the steps done, then the share of its log line on disk.
deaths = st.tuples(st.sampled_from(["intent", "file", "log"]), st.floats(0, 1))


@settings(max_examples=25, deadline=None)
@given(lives=st.lists(st.tuples(st.integers(0, 3), deaths), min_size=1, max_size=4))
def test_over_any_number_of_crashes_the_logs_tell_how_the_file_came_to_be(tmp_path_factory, lives):
    folder = tmp_path_factory.mktemp("crashes")
    record = folder / "a.md"
    record.write_text("0")

    asyncio.run(_live(folder, record, lives))

    rows = [
        row for log in sorted((folder / "state/changes").glob("*")) for row in changelog.read(log.parents[1], log.stem)
    ]
    text = record.read_text()
    for each in reversed(rows):
        assert text == each["splice"]["after"]
        text = each["splice"]["before"]
    assert "0" == text


async def _live(folder: Path, record: Path, lives: list) -> None:
    for number, (writes, (reached, share)) in enumerate(lives):
        run = f"run-{number}"
        async with open_store(folder / "state") as store:
            await store.journal.settle_open(digest_of)
            await store.start_run(run, NOON, dry_run=False)
            for _ in range(writes):
                await _write(store, record, run, "log")
            log = folder / "state" / "changes" / f"{run}.jsonl"
            before = log.stat().st_size if log.exists() else 0
            await _write(store, record, run, reached)
            if reached == "log":
                torn = log.read_bytes()
                log.write_bytes(torn[: before + round((len(torn) - before) * share)])
    async with open_store(folder / "state") as store:
        await store.journal.settle_open(digest_of)


async def _write(store: Store, record: Path, run: str, reached: str) -> None:
    before = read(record)
    after = str(int(before) + 1)
    write = Write(str(record), "a.md", digest(before), digest(after), [row(before, after)])
    (intent,) = await store.journal.intend(run, write)
    if reached != "intent":
        replaced(record, after)
    if reached == "log":
        await store.journal.applied(intent)
