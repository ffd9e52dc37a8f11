"""What nothing wants any more is forgotten, on either database; what a person decided, or has yet to, never is."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from crawler.config import load
from crawler.errors import Busy, ConfigError, RecordError
from crawler.forget import forget
from crawler.place import folder_of
from crawler.state.rows import Decision, Outline, Probe, Write
from crawler.state.store import open_alone, open_store
from tests.desk import IMAGE, PAGE, RECORD, Desk, html

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
RUNS = [f"2020010{day}-120000-000000" for day in range(1, 4)]
OTHER = PAGE.replace("/a", "/b")


@pytest.fixture
def desk(web, tmp_path, place):
    found = Desk(web, tmp_path, place)
    found.web[PAGE], found.web[OTHER] = html(title="New title"), html(title="New title of the other")
    found.write(RECORD)
    found.write(RECORD.replace(PAGE, OTHER), "b.md")
    return found


async def ran(store, run: str, *, ago: timedelta) -> None:
    await store.start_run(run, NOW - ago, dry_run=False)
    await store.note_failure(run, {"url": PAGE})


# ---- records that are gone


async def test_nothing_is_forgotten_of_records_that_are_there(desk):
    await desk.crawl()

    assert (0, 0, 0, 0) == (await desk.gc())[:4]
    assert [] == await desk.crawl()
    assert 0 == desk.summary.counts["visited"]


async def test_a_record_that_is_gone_is_forgotten_with_its_visits(desk):
    await desk.crawl()
    (desk.folder / "b.md").unlink()
    forgotten = await desk.gc()

    assert (1, 1) == (forgotten.records, forgotten.visits)
    async with open_store(desk.place) as store:
        gone = str(desk.folder / "b.md")
        assert {} == await store.visits([OTHER]) == await store.habits([OTHER]) == await store.outlines([gone])
        assert {} == await store.settled([gone], NOW - DAY, NOW + DAY)
        assert [PAGE] == [*await store.visits([PAGE])] == [*await store.habits([PAGE])]
        assert (
            [desk.path()]
            == [*await store.settled([desk.path()], NOW - DAY, NOW + DAY)]
            == [*await store.outlines([desk.path()])]
        )


async def test_a_page_that_another_record_wants_is_remembered(desk):
    desk.write(RECORD, "b.md")
    await desk.crawl()
    (desk.folder / "b.md").unlink()

    assert (1, 0) == (await desk.gc())[:2]


async def test_a_page_that_its_record_names_no_more_is_forgotten(desk):
    await desk.crawl()
    path = desk.write(RECORD.replace(PAGE, OTHER))
    # What was written just now is not remembered yet: it may be written again within the same tick of the clock.
    os.utime(path, (0, NOW.timestamp() - 60))

    assert (0, 1) == (await desk.gc())[:2]


async def test_a_record_that_cannot_be_read_now_is_not_gone(desk):
    await desk.crawl()
    desk.write("---\ntitle: [\n---\n", "b.md")

    assert (0, 0) == (await desk.gc())[:2]


async def test_what_lies_outside_the_paths_of_the_settings_is_gone(desk, tmp_path):
    await desk.crawl()
    (tmp_path / "other").mkdir()

    assert (2, 2) == (await desk.gc(records=(tmp_path / "other",)))[:2]


async def test_a_folder_that_is_not_there_is_an_error_and_no_reason_to_forget(desk, tmp_path):
    await desk.crawl()
    with pytest.raises(ConfigError, match="missing: no such file or directory"):
        await desk.gc(records=(desk.folder, tmp_path / "missing"))

    assert (0, 0) == (await desk.gc())[:2]


async def test_a_folder_that_cannot_be_listed_is_an_error_and_no_reason_to_forget(plain_users):
    below, state = plain_users / "records" / "below", plain_users / "state"
    below.mkdir(parents=True)
    async with open_store(state) as store:
        await store.remember_outlines([Outline(str(below / "a.md"), "", ())])
    below.chmod(0)

    with pytest.raises(RecordError, match=r"below: cannot be read|below: not a regular file"):
        await forget(load(None, {"state": state, "records": (plain_users / "records",)}), NOW)
    below.chmod(0o700)
    async with open_store(state) as store:
        assert 1 == len(await store.outlines([str(below / "a.md")]))


async def test_pictures_that_no_page_showed_for_months_are_forgotten(desk):
    await desk.crawl()
    async with open_store(desk.place) as store:
        await store.remember_probes([Probe("https://cdn.example/gone.png", NOW - 200 * DAY)])

        assert 1 == (await desk.gc()).images
        assert [IMAGE] == [*await store.probes([IMAGE, "https://cdn.example/gone.png"])]


# ---- history


async def test_runs_are_forgotten_after_their_time_with_their_change_logs(desk):
    await desk.crawl()
    logs = folder_of(desk.place) / "changes"
    async with open_store(desk.place) as store:
        for run, ago in zip(RUNS, (400 * DAY, 366 * DAY, 364 * DAY), strict=True):
            await ran(store, run, ago=ago)
            await store.finish_run(run, NOW - ago, "done", {})
            (logs / f"{run}.jsonl").write_text("{}\n")

        assert 2 == (await desk.gc()).runs
        assert [RUNS[2], desk.summary.run] == [run.id for run in await store.runs()]
        assert [] == await store.failures(RUNS[0])
    assert [f"{RUNS[2]}.jsonl", f"{desk.summary.run}.jsonl"] == sorted(log.name for log in logs.iterdir())


async def test_the_settings_say_how_long_history_is_kept(desk):
    await desk.crawl()
    async with open_store(desk.place) as store:
        await ran(store, RUNS[0], ago=3 * DAY)
        await store.finish_run(RUNS[0], NOW, "done", {})

        assert 0 == (await desk.gc()).runs
        assert 1 == (await desk.gc(keep="2d")).runs


async def test_the_newest_run_is_remembered_however_old_it_is(desk):
    await desk.crawl()

    assert 0 == (await desk.gc(now=NOW + 4000 * DAY)).runs
    async with open_store(desk.place) as store:
        assert desk.summary.run == (await store.run()).id


def undecided(path):
    return None


def accepted(path):
    return Decision.ACCEPTED


def rejected(path):
    return Decision.REJECTED


def rejected_in_a_record_that_is_gone(path):
    path.unlink()
    return Decision.REJECTED


def outdated(path):
    return Decision.OUTDATED


@pytest.mark.parametrize(
    ("decision", "stays"),
    [
        (undecided, True),
        (accepted, True),
        (rejected, True),
        (rejected_in_a_record_that_is_gone, False),
        (outdated, False),
    ],
)
async def test_a_run_stays_for_what_is_held_until_it_is_done_with(desk, decision, stays):
    await desk.crawl()
    path = desk.folder / "b.md"
    async with open_store(desk.place) as store:
        await ran(store, RUNS[0], ago=400 * DAY)
        await store.note_held(RUNS[0], path, "b.md", {"pointer": "/title"})
        await store.decide(decision(path), *[held.id for held in await store.held(RUNS[0])])
        await store.finish_run(RUNS[0], NOW, "done", {})

        assert (0 if stays else 1) == (await desk.gc()).runs
        assert stays == bool(await store.held(RUNS[0]))


@pytest.mark.parametrize(("status", "stays"), [("reverted", True), ("applied", False)])
async def test_a_run_that_took_something_back_stays_as_long_as_its_record(desk, status, stays):
    await desk.crawl()
    written = Write(desk.path(), "a.md", "old", "new", [{"after": '"status": "reverted"', "status": status}])
    async with open_store(desk.place) as store:
        await ran(store, RUNS[0], ago=400 * DAY)
        await store.journal.applied(*await store.journal.intend(RUNS[0], written))
        await store.finish_run(RUNS[0], NOW, "done", {})

        assert (0 if stays else 1) == (await desk.gc()).runs
        assert stays == bool(await store.journal.made(RUNS[0]))


async def test_a_run_with_an_open_write_stays(desk):
    await desk.crawl()
    path = desk.folder / "b.md"
    async with open_store(desk.place) as store:
        await ran(store, RUNS[0], ago=400 * DAY)
        await store.journal.intend(RUNS[0], Write(str(path), "b.md", "old", "new", [{}]))
        path.unlink()
        path.mkdir()  # it cannot be told whether the write was made

        assert 0 == (await desk.gc(records=(desk.folder / "a.md",))).runs
        assert [RUNS[0]] == [intent.run for intent in await store.journal.open_intents()]


# ---- the store itself


async def test_the_room_of_what_was_forgotten_is_given_back(desk):
    await desk.crawl()
    async with open_store(desk.place) as store:
        await store.remember_probes(Probe(f"https://cdn.example/{n}.png", NOW - 200 * DAY) for n in range(20_000))
    forgotten = await desk.gc()

    assert 20_000 == forgotten.images
    assert forgotten.bytes < forgotten.bytes_before


async def test_nothing_is_forgotten_while_a_run_is_at_work(desk):
    await desk.crawl()
    async with open_alone(desk.place, timedelta(0)):
        with pytest.raises(Busy):
            await desk.gc()
