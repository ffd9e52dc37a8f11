"""The same crawl by workers over one database: real processes, a real server, and kills in the middle."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from crawler.cluster import errand
from crawler.cluster.board import Board, Posted
from crawler.place import Server
from crawler.state.store import open_store
from tests.desk import PAGE, RECORD, Desk, html
from tests.loopback import Answer

DELAY = 0.1
ROOT = Path(__file__).resolve().parent.parent


class Crew:
    """Workers of one database, in processes of their own; what they say is in `said`."""

    def __init__(self, web, url, folder, delay=DELAY):
        self.words = [*web.flags, "--allow-address", "127.0.0.0/8", "--state", url, "--delay", str(delay)]
        self.folder, self.processes = folder, []

    def start(self, count=1, *words):
        for _ in range(count):
            log = (self.folder / f"worker-{len(self.processes)}.log").open("w")
            command = [sys.executable, "-m", "tests.hasty", "worker", *self.words, *words]
            self.processes.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))
            log.close()

    def kill(self, number, sign=signal.SIGKILL):
        self.processes[number].send_signal(sign)

    def said(self, number=0):
        return (self.folder / f"worker-{number}.log").read_text()

    def ended(self, number=0):
        return self.processes[number].wait(20)

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def crew(web, server, tmp_path):
    made = Crew(web, server.url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(web, server, tmp_path):
    return Desk(web, tmp_path, server)


def sites(web, desk, hosts, pages):
    """Records of pages on several hosts, each with a new title; their URLs."""
    found = []
    for host in range(hosts):
        for page in range(pages):
            url = f"https://site-{host}.example/{page}"
            desk.write(RECORD.replace(PAGE, url), f"{host}-{page}.md")
            web[url] = html(title=f"New title {host} {page}")
            found.append(url)
    return found


async def crawl(desk, **scope):
    return await asyncio.wait_for(desk.crawl(cluster=True, waits=True, everything=True, **scope), 90)


async def until(happened):
    """Wait for something that is sure to come; a test that waits for ever is stopped by what runs it."""
    while not happened():  # noqa: ASYNC110  (a web in another thread, and other processes)
        await asyncio.sleep(0.02)


def visits(web):
    return [request for request in web.log if ".example/" in request.url and "site-" in request.url]


def assert_polite(web, delay=DELAY):
    """No host was asked twice at a time, or sooner than its delay."""
    by_host = defaultdict(list)
    for request in visits(web):
        by_host[request.url.split("/")[2]].append(request)
    for requests in by_host.values():
        for one, next_one in pairwise(sorted(requests, key=lambda request: request.start)):
            assert one.end <= next_one.start
            # The server's stamps are later than the crawler's, by more where the machine is busy; who asks without
            # regard for others is at once there. The benchmark has the kernel's stamps.
            assert delay / 2 <= next_one.start - one.start


def status(desk):
    (desk.state.parent / "metafresh.yaml").write_text(f"state: {desk.place.url}\nrecords: [{desk.folder}]\n")
    command = [sys.executable, "-m", "crawler", "status"]
    done = subprocess.run(command, cwd=desk.state.parent, capture_output=True, text=True, check=True)
    return done.stdout


async def test_workers_and_a_single_process_leave_the_same_records_and_change_logs(web, server, crew, tmp_path):
    (tmp_path / "alone").mkdir()
    alone, together = Desk(web, tmp_path / "alone"), Desk(web, tmp_path, server)
    urls = sites(web, alone, 4, 3) and sites(web, together, 4, 3)
    web[urls[0]] = Answer(status=404)
    web[urls[1]] = html(image="https://cdn.example/new.png")
    crew.start(2)
    await alone.crawl(everything=True)
    await crawl(together)

    def told(desk):
        rows = [{key: value for key, value in row.items() if key not in ("run", "at", "id")} for row in desk.log()]
        return sorted(json.dumps(row, sort_keys=True).replace("/alone", "") for row in rows)

    assert {file.name: file.read_bytes() for file in alone.folder.iterdir()} == {
        file.name: file.read_bytes() for file in together.folder.iterdir()
    }
    assert told(alone) == told(together) != []
    assert alone.failures() == together.failures() != set()


async def test_workers_killed_in_the_middle_cost_no_change_and_no_politeness(web, desk, crew):
    urls = sites(web, desk, 6, 8)
    crew.start(3)
    crawling = asyncio.create_task(crawl(desk))
    for number, share in enumerate((4, 2)):
        await until(lambda share=share: len(visits(web)) > len(urls) // share)
        crew.kill(number)
    rows = await crawling

    assert sorted(f"New title {host} {page}" for host in range(6) for page in range(8)) == sorted(
        row["after"] for row in rows
    )
    assert "done" == desk.summary.outcome
    assert_polite(web)
    again = sum(number - 1 for number in Counter(request.url for request in visits(web)).values())
    # Of each host that a dead worker had no more than the page under way is asked again, and its robots.txt.
    assert again <= 2 * 6


async def test_the_hosts_of_a_worker_that_hangs_are_taken_over(web, desk, crew):
    urls = sites(web, desk, 2, 8)
    crew.start(1)
    crawling = asyncio.create_task(crawl(desk))
    await until(lambda: len(visits(web)) > len(urls) // 4)
    crew.kill(0, signal.SIGSTOP)
    crew.start(1)
    rows = await crawling

    assert len(urls) == len(rows)
    assert_polite(web)


async def test_all_go_on_where_the_database_was_restarted(web, desk, crew, postgres):
    urls = sites(web, desk, 3, 8)
    crew.start(2)
    crawling = asyncio.create_task(crawl(desk))
    await until(lambda: len(visits(web)) > len(urls) // 4)
    postgres.stop()
    await asyncio.sleep(3)
    postgres.start()
    rows = await crawling

    assert len(urls) == len(rows)
    assert "done" == desk.summary.outcome
    assert_polite(web)
    assert all("hidden" not in crew.said(number) for number in range(2))


async def test_a_page_that_kills_its_workers_is_given_up_after_three(web, desk, crew):
    _, poison = sites(web, desk, 1, 2)
    killed = []

    def kill(_request):
        killed.append(len(crew.processes) - 1)
        crew.kill(killed[-1])
        time.sleep(0.1)
        return Answer(status=500)

    web[poison] = kill
    crew.start(1)
    crawling = asyncio.create_task(crawl(desk))
    for number in range(1, 4):
        await until(lambda number=number: len(killed) == number)
        crew.start(1)
    rows = await crawling

    assert ["New title 0 0"] == [row["after"] for row in rows]
    assert [0, 1, 2] == killed
    assert {(poison, "poison")} == desk.failures()
    assert "poison" in status(desk)


async def test_a_page_that_no_worker_can_do_for_a_bug_is_given_up_after_three_tries(web, desk, crew, monkeypatch):
    urls = sites(web, desk, 2, 3)
    monkeypatch.setenv("BUG", urls[1])
    crew.start(1)

    rows = await crawl(desk)

    assert 5 == len(rows)
    assert {(urls[1], "poison")} == desk.failures()
    assert 1 == crew.said().count("site-0.example: this is a bug, please report it: ZeroDivisionError: in vain ")
    assert "\x1b" not in crew.said()


async def test_without_waiting_errands_are_left_for_workers_and_what_they_saw_for_the_next_run(web, desk, crew):
    urls = sites(web, desk, 2, 2)
    assert [] == await desk.crawl(cluster=True, everything=True)
    assert [] == visits(web)
    assert "4 visits left to workers; the next crawl takes what they see" in [row.get("text") for row in desk.rows]
    crew.start(1)
    await until(lambda: {request.url for request in visits(web)} >= set(urls))
    rows = []
    while len(rows) < len(urls):
        rows += await desk.crawl(cluster=True, everything=True)
        await asyncio.sleep(0.1)

    assert sorted(f"New title {host} {page}" for host in range(2) for page in range(2)) == sorted(
        row["after"] for row in rows
    )


async def test_a_crawl_that_no_worker_helps_says_so(web, desk, crew):
    sites(web, desk, 1, 1)
    crawling = asyncio.create_task(crawl(desk))
    await asyncio.sleep(1)
    crew.start(1)
    await crawling

    notes = [row["text"] for row in desk.rows if row["type"] == "note"]
    assert "no worker is at work: start metafresh worker, here or on another machine, with the same state" == notes[0]


async def test_a_worker_waits_until_a_crawl_has_made_the_tables(web, postgres, tmp_path):
    name = postgres.fresh()
    crew, desk = Crew(web, postgres.url(name), tmp_path), Desk(web, tmp_path, Server(postgres.url(name), tmp_path))
    sites(web, desk, 1, 1)
    with contextlib.closing(crew):
        crew.start()
        await until(lambda: "waiting for the first metafresh crawl --cluster of this version" in crew.said())

        assert [] == postgres.do("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", name)
        assert 1 == len(await crawl(desk))


async def test_a_worker_needs_no_more_rights_than_are_granted_to_it(web, desk, postgres, server, tmp_path):
    await desk.crawl(cluster=True)
    database = server.url.rpartition("/")[2]
    postgres.do((ROOT / "config" / "worker.sql").read_text(), database)
    crew = Crew(web, postgres.url(database, "metafresh_worker"), tmp_path)
    urls = sites(web, desk, 2, 6)
    web["https://site-0.example/robots.txt"] = "User-agent: *\nDisallow: /nothing"
    with contextlib.closing(crew):
        crew.start(2)
        crawling = asyncio.create_task(crawl(desk))
        await until(lambda: len(visits(web)) > 4)
        crew.kill(0)
        rows = await crawling
        crew.kill(1, signal.SIGTERM)

        assert len(urls) == len(rows)
        assert 0 == crew.ended(1)
        assert 1 == crew.said(1).count("\n")


@pytest.mark.parametrize("forbidden", ["SELECT * FROM held", "DELETE FROM errands", "UPDATE runs SET outcome = 'done'"])
async def test_a_worker_may_not_do_what_is_the_crawls(desk, postgres, server, forbidden):
    await desk.crawl(cluster=True)
    database = server.url.rpartition("/")[2]
    postgres.do((ROOT / "config" / "worker.sql").read_text(), database)
    with (
        psycopg.connect(postgres.url(database, "metafresh_worker")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(forbidden)


async def test_a_worker_that_has_the_records_crawls_them_by_itself(web, server, desk, crew, tmp_path):
    urls = sites(web, desk, 2, 2)
    (tmp_path / "metafresh.yaml").write_text(f"state: {server.url}\nrecords: [{desk.folder}]\n")
    crew.start(1, "--crawl-every", "15m", "--config", str(tmp_path / "metafresh.yaml"))
    await until(lambda: all("New title" in desk.read(file.name) for file in desk.folder.iterdir()))
    crew.kill(0, signal.SIGTERM)

    assert 0 == crew.ended()
    assert dict.fromkeys(urls, 1) == dict(Counter(request.url for request in visits(web) if request.url in urls))
    assert "4 changed" in crew.said()


def test_a_crawl_on_several_machines_needs_a_server(tmp_path):
    (tmp_path / "records").mkdir()
    for words in (["crawl", "--cluster"], ["worker"]):
        told = subprocess.run(
            [sys.executable, "-m", "crawler", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )

        assert 2 == told.returncode
        assert "needs a database" in told.stderr


async def test_what_another_version_wrote_is_left_to_another_run(web, desk, crew, server):
    (url,) = sites(web, desk, 1, 1)
    async with open_store(server) as store:
        board = Board(store.database)
        await board.post([Posted("k", "site-0.example", '{"kind": "parcel"}')])
        crew.start(1)
        await crawl(desk)
        told = {}
        while not told:
            await asyncio.sleep(0.1)
            told = await board.done(["k"], taken=True)

    assert {"k": ""} == told
    assert errand.told(told["k"]) is None
    assert "another version of metafresh crawls here" in crew.said()
    assert "New title 0 0" in desk.read("0-0.md")
    assert 1 == len(web.asked(url))
