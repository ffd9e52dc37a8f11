"""Several processes that visit: the outcome is as by one, and hosts are asked as politely."""

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.errors import ConfigError, UnsafeURL, WorkerLost
from crawler.workers.link import Link
from tests.desk import RECORD, Desk, html
from tests.loopback import Answer, etag

HOSTS = [f"host-{letter}.example" for letter in "abcdefgh"]
ALLOW_ALL = Answer("User-agent: *\nAllow: /", content_type="text/plain")


@pytest.fixture
def desk(web, tmp_path):
    return Desk(web, tmp_path)


def several(**fetch):
    return {"workers": 3, **fetch}


def write_one_record_for_each(desk, urls):
    for number, url in enumerate(urls):
        desk.write(RECORD.replace("https://news.example/a", url), f"{number:02}.md")


def without_times(rows):
    return sorted([{**row, "run": None, "at": None} for row in rows], key=lambda row: (row["record"], row["pointer"]))


def children():
    """Process ids of the workers of this process."""
    found = Path(f"/proc/self/task/{os.getpid()}/children")
    if not found.exists():
        pytest.skip("this system does not tell who is whose child")
    return [int(word) for word in found.read_text().split()]


async def test_several_workers_do_what_one_process_does(web, tmp_path):
    for name in ("one", "three"):
        (tmp_path / name).mkdir()
    one, three = Desk(web, tmp_path / "one"), Desk(web, tmp_path / "three")
    pages = [f"https://{host}/{number}" for host in HOSTS for number in range(3)]
    for number, page in enumerate(pages):
        web[page] = html(title=f"New title {number}") if number % 2 else Answer(status=404 + 96 * (number % 3))
    for each in (one, three):
        write_one_record_for_each(each, pages)

    rows, their_rows = await one.crawl(), await three.crawl(fetch=several())

    assert [path.read_bytes() for path in sorted(one.folder.iterdir())] == [
        path.read_bytes() for path in sorted(three.folder.iterdir())
    ]
    strip = [{**row, "record": Path(row["record"]).name} for row in rows]
    assert without_times(strip) == without_times([{**row, "record": Path(row["record"]).name} for row in their_rows])
    assert one.failures() == three.failures()
    counts, theirs = ({**desk.summary.counts, "seconds": 0} for desk in (one, three))
    assert counts == theirs


async def test_what_did_not_change_is_not_sent_again(desk):
    for host in HOSTS:
        desk.web[f"https://{host}/"] = Answer(html(), headers=etag(html()))
    write_one_record_for_each(desk, [f"https://{host}/" for host in HOSTS])
    await desk.crawl(fetch=several())

    await desk.crawl(fetch=several(), everything=True)

    assert len(HOSTS) == desk.summary.counts["not_modified"]


async def test_a_host_that_redirects_lead_to_is_asked_by_one_worker_at_its_pace(desk):
    target = "target.example"
    for host in HOSTS:
        desk.web[f"https://{host}/"] = Answer(status=301, headers={"Location": f"https://{target}/{host}"})
        desk.web[f"https://{target}/{host}"] = Answer(html(title=f"Moved from {host}"), seconds=0.02)
    desk.web[f"https://{target}/robots.txt"] = ALLOW_ALL
    write_one_record_for_each(desk, [f"https://{host}/" for host in HOSTS])

    await desk.crawl(fetch=several(delay=0.1), settings={"images": False})

    asked = sorted(
        (request for request in desk.web.log if f"//{target}/" in request.url), key=lambda request: request.start
    )
    assert 1 + len(HOSTS) == len(asked)
    assert all(later.start >= earlier.end for earlier, later in pairwise(asked))
    assert all(later.start - earlier.start > 0.05 for earlier, later in pairwise(asked))


async def test_robots_txt_is_asked_once_for_a_host_and_remembered_for_the_next_run(desk):
    for host in HOSTS:
        desk.web[f"https://{host}/robots.txt"] = Answer("User-agent: *\nDisallow: /", content_type="text/plain")
    write_one_record_for_each(desk, [f"https://{host}/{number}" for host in HOSTS for number in range(2)])

    await desk.crawl(fetch=several())
    await desk.crawl(fetch=several(), everything=True)

    assert {"robots"} == {kind for _, kind in desk.failures()}
    assert [1] * len(HOSTS) == [len(desk.web.asked(f"https://{host}/robots.txt")) for host in HOSTS]


async def test_a_robots_txt_that_lies_on_another_workers_host_is_found(desk):
    desk.web["https://elsewhere.example/robots.txt"] = Answer("User-agent: *\nDisallow: /", content_type="text/plain")
    for host in HOSTS:
        moved = {"Location": "https://elsewhere.example/robots.txt"}
        desk.web[f"https://{host}/robots.txt"] = Answer(status=302, headers=moved)
    write_one_record_for_each(desk, [f"https://{host}/" for host in HOSTS])

    await desk.crawl(fetch=several())

    assert {(f"https://{host}/", "robots") for host in HOSTS} == desk.failures()


async def test_a_host_that_asked_for_patience_has_it_from_the_next_run_too(desk):
    for host in HOSTS:
        desk.web[f"https://{host}/"] = Answer(status=429, headers={"Retry-After": "3600"})
    write_one_record_for_each(desk, [f"https://{host}/" for host in HOSTS])

    await desk.crawl(fetch=several())
    await desk.crawl(fetch=several(), everything=True)

    assert {"resting"} == {kind for _, kind in desk.failures()}
    assert [1] * len(HOSTS) == [len(desk.web.asked(f"https://{host}/")) for host in HOSTS]


async def test_all_workers_together_have_no_more_requests_under_way_than_allowed(desk):
    for host in HOSTS:
        desk.web[f"https://{host}/"] = Answer(html(), seconds=0.05)
    write_one_record_for_each(desk, [f"https://{host}/" for host in HOSTS])

    await desk.crawl(fetch=several(concurrency=4), settings={"images": False})

    edges = sorted([(r.start, 1) for r in desk.web.log] + [(r.end, -1) for r in desk.web.log])
    under_way, most = 0, 0
    for _, step in edges:
        under_way += step
        most = max(most, under_way)
    assert len(HOSTS) == desk.summary.counts["visited"]
    assert 2 <= most <= 4


async def test_no_more_pages_are_asked_for_than_the_limit_allows(desk):
    pages = [f"https://{host}/{number}" for host in HOSTS for number in range(2)]
    for page in pages:
        desk.web[page] = html()
    write_one_record_for_each(desk, pages)

    await desk.crawl(fetch=several(), limit=5, settings={"images": False})

    assert 5 == sum(len(desk.web.asked(page)) for page in pages)


async def test_a_worker_that_is_killed_ends_the_run_and_what_was_fetched_is_written(desk):
    def kill(_):
        if not children():
            return Answer(status=500)
        for child in children():
            os.kill(child, signal.SIGKILL)
        return Answer(html(), seconds=0.5)

    desk.web["https://good.example/"] = html(title="New title")
    desk.web["https://good.example/late"] = kill
    for number, url in enumerate(["https://good.example/", "https://good.example/late", "https://good.example/never"]):
        desk.write(RECORD.replace("https://news.example/a", url), f"{number:02}.md")

    with pytest.raises(WorkerLost, match="a worker process was ended by signal 9; what was fetched until then is kept"):
        await desk.crawl(fetch=several(), settings={"images": False})

    assert 'title: "New title"' in desk.read("00.md")
    assert RECORD.replace("https://news.example/a", "https://good.example/late") == desk.read("01.md")
    assert [] == desk.web.asked("https://good.example/never")


async def test_who_writes_to_an_end_that_died_has_not_hung_up_itself():
    ours, theirs = socket.socketpair()
    link = await Link.over(ours)
    theirs.close()

    for _ in range(3):
        link.put("written in vain")
        await asyncio.sleep(0)

    assert not link.is_closed
    assert await link.take() is None
    link.close()
    assert link.is_closed


async def test_settings_that_no_worker_could_use_are_refused_at_once(desk, tmp_path):
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    desk.write(RECORD)

    with pytest.raises(ConfigError, match="no certificates in PEM form can be read from it"):
        await desk.crawl(fetch=several(ca_file=str(broken)))


def test_an_interrupted_run_leaves_no_worker_and_no_traceback(desk, tmp_path):
    desk.web["https://slow.example/"] = Answer(html(), seconds=30)
    desk.write(RECORD.replace("https://news.example/a", "https://slow.example/"))
    # A folder of that name must not be taken for the package.
    (tmp_path / "crawler").mkdir()
    (tmp_path / "crawler" / "__init__.py").write_text("raise SystemExit('the wrong package')")
    command = Path(sys.executable).with_name("metafresh")
    usual = ["crawl", "records", "--workers", "2", "--delay", "0", *desk.web.flags]
    process = subprocess.Popen([command, *usual], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    _wait(lambda: desk.web.log)  # its robots.txt was answered
    workers = _children_of(process.pid)

    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)

    assert 130 == process.returncode
    assert "Traceback" not in told
    assert "wrong package" not in told
    assert 2 == len(workers)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_a_failure_comes_over_from_another_process_as_it_was():
    error = UnsafeURL("http://10.0.0.1/", "a private address", kind="address", retryable=True)

    copy = pickle.loads(pickle.dumps(error))

    assert (UnsafeURL, error.url, error.why, error.kind, error.retryable) == (
        type(copy), copy.url, copy.why, copy.kind, copy.retryable,
    )  # fmt: skip


def _children_of(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children")
    if not found.exists():
        pytest.skip("this system does not tell who is whose child")
    return found.read_text().split()


def _wait(holds):
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
