"""The life of a record, told by either database."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.place import Server, folder_of
from crawler.state.rows import Decision
from crawler.state.store import open_store
from tests.desk import PAGE, RECORD, Desk, changed, html
from tests.loopback import Answer, etag

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def desk(web, tmp_path, place):
    return Desk(web, tmp_path, place)


async def test_a_change_is_written_logged_and_remembered(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")

    rows = await desk.crawl()

    assert {"/title": ("Old title", "New title")} == changed(rows)
    assert RECORD.replace('"Old title"', '"New title"') == desk.read()
    assert ["New title"] == [row["after"] for row in desk.log()]
    async with open_store(desk.place) as store:
        assert ["New title"] == [row["after"] for row in await store.history(Path(desk.path()))]
        assert "done" == (await store.run()).outcome


async def test_a_page_that_is_as_it_was_costs_little_the_next_time(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer(html(), headers=etag(html()))
    await desk.crawl()
    await desk.crawl(everything=True)

    assert (1, 0) == (desk.summary.counts["not_modified"], desk.summary.counts["changes"])


async def test_what_was_visited_is_not_due_again_so_soon(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html()
    await desk.crawl()
    await desk.crawl()

    assert 0 == desk.summary.counts["visited"]


async def test_a_plan_is_carried_out_and_taken_back(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title", excerpt="New excerpt.")
    await desk.crawl(dry_run=True)
    untouched = desk.read()
    await desk.apply()
    applied, run = desk.read(), desk.summary.run
    await desk.revert(run, fields=("title",))

    assert untouched == RECORD
    assert RECORD.replace('"Old title"', '"New title"').replace("Old excerpt.", "New excerpt.") == applied
    assert RECORD.replace("Old excerpt.", "New excerpt.") == desk.read()


async def test_what_is_held_is_decided_and_then_written(desk):
    long = RECORD.replace("Old excerpt.", f"{'Old excerpt. ' * 9}")
    desk.write(long)
    desk.web[PAGE] = html(excerpt="New excerpt.")
    await desk.crawl()
    held_back = desk.read()
    async with open_store(desk.place) as store:
        (held,) = await store.decided(None)
        await store.decide(Decision.ACCEPTED, held.id)
    await desk.apply()

    assert (long, "shrinking") == (held_back, held.row["kind"])
    assert 'excerpt: "New excerpt."' in desk.read()


@pytest.mark.parametrize("decision", [Decision.ACCEPTED, Decision.REJECTED])
async def test_what_is_decided_while_a_crawl_runs_stays_decided(desk, decision):
    long = RECORD.replace("Old excerpt.", f"{'Old excerpt. ' * 9}")
    desk.write(long)
    desk.web[PAGE] = html(excerpt="New excerpt.")
    await desk.crawl()
    desk.web[PAGE] = Answer(html(excerpt="New excerpt."), seconds=0.5)
    crawling = asyncio.create_task(desk.crawl(everything=True))
    await asyncio.sleep(0.1)
    async with open_store(desk.place) as store:
        (held,) = await store.decided(None)
        await store.decide(decision, held.id)
    await crawling

    async with open_store(desk.place) as store:
        assert [held.id] == [each.id for each in await store.decided(decision)]
        assert [] == await store.decided(None)
    assert long == desk.read()


async def test_a_failing_host_is_remembered(desk):
    desk.write(RECORD)
    desk.web[PAGE] = Answer(status=500)
    await desk.crawl()

    async with open_store(desk.place) as store:
        visit = await store.visit(PAGE)
        assert (500, 1) == (visit.status, visit.failures)
        assert [PAGE] == [row["url"] for row in await store.failures(desk.summary.run)]


async def test_a_run_outlives_a_lost_connection(web, server, tmp_path, postgres):
    desk = Desk(web, tmp_path, server)
    desk.write(RECORD)

    def lost(_request):
        postgres.cut_off(server)
        return Answer(html(title="New title"))

    desk.web[PAGE] = lost
    rows = await desk.crawl()

    assert {"/title": ("Old title", "New title")} == changed(rows)
    async with open_store(server) as store:
        assert ["done"] == [run.outcome for run in await store.runs()]


# ---- the command


def metafresh(folder, *words):
    command = [sys.executable, "-m", "crawler", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


async def test_the_settings_name_a_server_and_no_command_says_its_password(web, server, tmp_path):
    desk = Desk(web, tmp_path, server)
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()
    (tmp_path / "metafresh.yaml").write_text(f"state: {server.url}\n")
    told = [
        metafresh(tmp_path, *words)
        for words in (("report",), ("log", "records/a.md"), ("crawl",), ("gc", "--json"), ("report", "2020"))
    ]

    assert [0, 0, 0, 0, 2] == [each.returncode for each in told]
    assert all("New" in each.stdout for each in told[:2])
    assert "gc" == json.loads(told[3].stdout)["type"]
    assert f"metafresh: {server}: no run '2020' is remembered there; metafresh crawl makes one\n" == told[4].stderr
    assert not any("hidden" in each.stdout + each.stderr for each in told)


async def test_a_flag_names_a_server(server, tmp_path):
    (tmp_path / "records").mkdir()
    done = metafresh(tmp_path, "crawl", "--state", server.url)
    said = metafresh(tmp_path, "log", "--state", server.url)

    assert (0, "metafresh: there is no history\n") == (said.returncode, said.stderr)
    assert 0 == done.returncode
    assert not (tmp_path / "state" / "metafresh.sqlite3").exists()


def test_a_server_that_is_down_is_one_line(tmp_path):
    told = metafresh(tmp_path, "report", "--state", "postgresql://me:hidden@127.0.0.1:9/site")

    assert 1 == told.returncode
    assert told.stderr.startswith("metafresh: postgresql://me@127.0.0.1:9/site: ")
    assert 1 == told.stderr.count("\n")
    assert "hidden" not in told.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--state", "mysql://me:hidden@db/site"), "invalid value for '--state': no database of this kind can be used"),
        (("--state", "postgresql://me:hid/den@db/site"), "invalid value for '--state': not a URL; in a user name or"),
    ],
)
def test_a_url_that_cannot_be_used_is_a_usage_error_that_does_not_repeat_it(tmp_path, words, said):
    told = metafresh(tmp_path, "crawl", *words)

    assert 2 == told.returncode
    assert told.stderr.startswith(f"metafresh: {said}")
    assert "den" not in told.stderr


async def test_the_folder_beside_a_server_holds_lock_and_logs(desk):
    desk.write(RECORD)
    desk.web[PAGE] = html(title="New title")
    await desk.crawl()

    beside = {path.name for path in folder_of(desk.place).iterdir()}
    own = {"metafresh.sqlite3"} if not isinstance(desk.place, Server) else set()
    assert {"changes", "lock"} | own == {name for name in beside if "-" not in name}
