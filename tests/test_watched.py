"""Crawls that are watched over, as real processes: hooks, a health check, figures, digests, the start at random."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from crawler.state.lock import hold
from tests.listener import listening
from tests.loopback import Answer, etag

PAGE = "https://news.example/a"
RECORD = f'---\ntitle: "Old title"\nexcerpt: "Same."\nwebUrl: {PAGE}\n---\n'


def page(title="Old title"):
    body = f'<meta property="og:title" content="{title}"><meta property="og:description" content="Same.">'
    return Answer(body, headers=etag(body))


class Site:
    """A folder of records whose crawls are watched over."""

    def __init__(self, web, folder):
        self.web, self.folder = web, folder
        (folder / "records").mkdir()
        self.write(RECORD)
        web[PAGE] = page()

    def write(self, text, name="a.md"):
        (self.folder / "records" / name).write_text(text)

    def set(self, **settings):
        (self.folder / "metafresh.yaml").write_text(yaml.safe_dump(settings))

    def start(self, *words):
        command = [sys.executable, "-m", "crawler", *words]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def begin(self, *words):
        return self.start("crawl", "--all", "--delay", "0", *words, *self.web.flags)

    def crawl(self, *words):
        process = self.begin(*words)
        _, err = process.communicate(timeout=60)
        return process.returncode, err

    def read(self, name):
        return json.loads((self.folder / name).read_text())

    def wrote(self, name):
        return (self.folder / name).exists()


@pytest.fixture
def site(web, tmp_path):
    return Site(web, tmp_path)


@pytest.fixture
def service():
    with listening() as listener:
        yield listener


HOOKS = {
    "after_run": "cat > after_run.json",
    "on_change": "cat > on_change.json",
    "on_failure": "cat > on_failure.json",
}


def ran(site):
    return {name for name in HOOKS if site.wrote(f"{name}.json")}


# ---- hooks


def test_a_change_starts_its_hook_with_the_rows_that_json_tells(site):
    site.set(hooks=HOOKS)
    site.web[PAGE] = page("New title")

    process = site.begin("--json")
    rows = [json.loads(line) for line in process.communicate(timeout=60)[0].splitlines()]

    assert {"after_run", "on_change"} == ran(site)
    told = site.read("on_change.json")
    assert [row for row in rows if row["type"] == "change"] == told["changes"]
    assert (rows[-1]["run"], "done", 0, rows[-1]["counts"]) == tuple(
        told[key] for key in ("run", "outcome", "exit_code", "counts")
    )
    assert told == site.read("after_run.json")


def test_a_run_that_changes_nothing_starts_only_the_hook_of_every_run(site):
    site.set(hooks=HOOKS)

    assert (0, "") == site.crawl()

    assert {"after_run"} == ran(site)


def test_a_dry_run_changes_nothing(site):
    site.set(hooks=HOOKS)
    site.web[PAGE] = page("New title")

    site.crawl("--dry-run")

    assert {"after_run"} == ran(site)
    assert (True, 1) == (site.read("after_run.json")["dry_run"], len(site.read("after_run.json")["changes"]))


def test_too_many_failed_visits_start_the_hook_of_failures(site):
    site.set(hooks=HOOKS)
    site.web[PAGE] = Answer(status=500)

    assert 3 == site.crawl()[0]

    assert {"after_run", "on_failure"} == ran(site)
    told = site.read("on_failure.json")
    assert (3, "too many visits failed", 1) == (told["exit_code"], told["reason"], len(told["failures"]))


def test_the_brake_starts_the_hook_of_failures_and_not_that_of_changes(site):
    site.set(hooks=HOOKS)
    for number in range(25):
        site.write(RECORD.replace(PAGE, f"https://news.example/{number}"), f"{number}.md")
        site.web[f"https://news.example/{number}"] = page(f"New title {number}")

    assert 4 == site.crawl()[0]

    assert {"after_run", "on_failure"} == ran(site)
    told = site.read("on_failure.json")
    assert ("brake", 0, 25) == (told["outcome"], told["counts"]["written"], len(told["changes"]))


@pytest.mark.parametrize(("broken", "code"), [("state", 1), ("records", 2)])
def test_a_run_that_cannot_begin_starts_the_hook_of_failures(site, broken, code):
    site.set(hooks=HOOKS)
    if broken == "state":
        (site.folder / "state").write_text("no folder")
    words = ["nowhere"] if broken == "records" else []

    ended, err = site.crawl(*words)

    assert code == ended
    told = site.read("on_failure.json")
    assert (None, "failed", code, []) == tuple(told[key] for key in ("run", "outcome", "exit_code", "changes"))
    assert f"metafresh: {told['reason']}\n" == err


def test_a_hook_may_call_metafresh_itself(site):
    metafresh = f"{sys.executable} -m crawler"
    site.set(hooks={"on_change": f"{metafresh} crawl --limit 1 && {metafresh} report $METAFRESH_RUN"})
    site.web[PAGE] = page("New title")

    code, err = site.crawl()

    assert 0 == code
    assert "metafresh: on_change: 1 changed, 0 held, 0 failed" in err


def test_a_hook_that_fails_is_a_line_and_changes_neither_the_run_nor_its_exit_code(site):
    site.set(hooks={"on_change": "printf '\\033[31mno\\n'; exit 4", "after_run": "sleep 600", "max_time": "1s"})
    site.web[PAGE] = page("New title")

    code, err = site.crawl("-q")

    lines = [
        r"metafresh: on_change: \x1b[31mno",
        "metafresh: on_change ended with status 4",
        "metafresh: after_run took longer than 1 s, and was killed",
    ]
    assert (0, lines) == (code, err.splitlines())
    assert RECORD.replace("Old", "New") == (site.folder / "records" / "a.md").read_text()


def test_sigterm_ends_the_hook_too(site, tmp_path):
    os.mkfifo(tmp_path / "began")
    site.set(hooks={"after_run": "echo $$ > began; exec sleep 600"})
    process = site.begin()
    hook = int((tmp_path / "began").read_text())

    process.send_signal(signal.SIGTERM)

    assert ("", "") == process.communicate(timeout=30)
    assert 130 == process.returncode
    with pytest.raises(ProcessLookupError):
        os.killpg(hook, 0)


def test_an_interrupted_run_is_told_with_its_outcome(site):
    site.set(hooks=HOOKS | {"after_run": 'echo "$METAFRESH_OUTCOME" > outcome'})
    asked = threading.Event()
    site.web[PAGE] = lambda _: asked.set() or Answer("late", seconds=5)
    process = site.begin()
    assert asked.wait(30)

    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=30)
    assert (130, "interrupted\n") == (process.returncode, (site.folder / "outcome").read_text())
    assert set() == ran(site)


# ---- a health check


def test_a_run_pings_its_start_and_its_end_as_one(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u")
    site.web[PAGE] = page("New title")

    assert (0, "") == site.crawl()

    assert ["/u/start", "/u"] == service.paths
    assert 1 == len({each.query for each in service.heard})
    assert "1 record changed, 0 held, 0 failed" == service.heard[1].body


def test_a_run_that_failed_pings_that(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u")
    site.web[PAGE] = Answer(status=500)

    site.crawl()

    assert "/u/fail" == service.heard[-1].path
    assert "0 records changed, 0 held, 1 failed; exit code 3: too many visits failed" == service.heard[-1].body


def test_a_run_that_cannot_begin_pings_its_failure(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u")
    (site.folder / "state").write_text("no folder")

    assert 1 == site.crawl()[0]

    assert ["/u/fail"] == service.paths


def test_a_lost_worker_pings_a_failure(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u", hooks=HOOKS)
    asked = threading.Event()
    site.web[PAGE] = lambda _: asked.set() or Answer("late", seconds=5)
    process = site.begin("--workers", "2")
    assert asked.wait(30)

    for child in (int(word) for word in children(process.pid)):
        os.kill(child, signal.SIGKILL)

    process.communicate(timeout=30)
    assert (1, ["/u/start", "/u/fail"]) == (process.returncode, service.paths)
    assert "failed" == site.read("on_failure.json")["outcome"]


def children(process):
    return told_by_the_system(f"/proc/{process}/task/{process}/children").split()


def catches(process, sign):
    """Whether a process would hear a signal, rather than end by it."""
    caught = told_by_the_system(f"/proc/{process}/status").partition("SigCgt:")[2].split()[0]
    return bool(int(caught, 16) >> (sign - 1) & 1)


def told_by_the_system(file):
    if not Path(file).exists():
        pytest.skip("this system does not tell of its processes")
    return Path(file).read_text()


def test_an_interrupted_run_is_neither_a_success_nor_a_failure(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u")
    asked = threading.Event()
    site.web[PAGE] = lambda _: asked.set() or Answer("late", seconds=5)
    process = site.begin()
    assert asked.wait(30)

    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=30)
    assert ["/u/start", "/u/log"] == service.paths


def test_who_finds_the_lock_held_is_nobodys_news(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u", hooks=HOOKS, metrics_file="m.prom")
    with hold(site.folder / "state", timedelta(0)):
        assert 75 == site.crawl()[0]

    assert ([], set(), False) == (service.paths, ran(site), site.wrote("m.prom"))


def test_a_dry_run_pings_nobody(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u", metrics_file="m.prom")

    site.crawl("--dry-run")

    assert ([], False) == (service.paths, site.wrote("m.prom"))


def test_a_health_check_that_does_not_answer_is_one_line_without_its_address(site, service):
    service.statuses += [404, 404]
    site.set(health_url=f"http://user:secret@127.0.0.1:{service.port}/hidden")

    assert (0, "metafresh: health_url: 127.0.0.1 was not told: status 404\n") == site.crawl()


# ---- figures


def figures(site):
    text = (site.folder / "m.prom").read_text()
    return {
        family.name: family.samples[0].value
        for family in text_string_to_metric_families(text)
        if len(family.samples) == 1
    }


def test_figures_are_there_for_all_to_read_and_nothing_beside_them(site):
    site.set(metrics_file="m.prom")
    site.web[PAGE] = page("New title")

    assert (0, "") == site.crawl()

    assert 0o644 == (site.folder / "m.prom").stat().st_mode & 0o777
    assert {"records", "state", "metafresh.yaml", "m.prom"} == {path.name for path in site.folder.iterdir()}
    assert (0, 1) == tuple(figures(site)[f"metafresh_last_run_{name}"] for name in ("exit_code", "changes"))


def test_the_time_of_the_last_success_outlives_a_failure(site):
    site.set(metrics_file="m.prom")
    site.crawl()
    before = figures(site)
    site.web[PAGE] = Answer(status=500)

    assert 3 == site.crawl()[0]

    after, success = figures(site), "metafresh_last_success_timestamp_seconds"
    assert (before[success], 3) == (after[success], after["metafresh_last_run_exit_code"])


def test_figures_that_cannot_be_written_are_a_line(site):
    site.set(metrics_file="nowhere/m.prom")

    code, err = site.crawl()

    assert (0, "metafresh: nowhere/m.prom: cannot be written: no such file or directory\n") == (code, err)


# ---- digests


def digests(service):
    return [(told["title"], told["message"]) for told in (json.loads(each.body) for each in service.heard)]


def test_a_change_is_a_digest(site, service):
    site.set(notify=[f"json://127.0.0.1:{service.port}/u"])
    site.web[PAGE] = page("New title")

    assert (0, "") == site.crawl()

    ((title, message),) = digests(service)
    assert "metafresh: 1 record changed, 0 held, 0 failed" == title
    assert "records/a.md#/title: Old title -> New title" in message


def test_no_news_is_no_digest_and_does_without_apprise(site, service):
    site.set(notify=[f"json://127.0.0.1:{service.port}/u"])

    assert (0, "") == site.crawl()

    assert [] == service.heard


def test_a_host_that_fails_is_told_once_and_once_when_it_is_back(site, service):
    site.set(notify=[f"json://127.0.0.1:{service.port}/u"], failures={"threshold": 100})
    site.web[PAGE] = Answer(status=500)
    for _ in range(4):
        site.crawl()
    site.web[PAGE] = page()
    for _ in range(2):
        site.crawl()

    first, second = (message for _, message in digests(service))
    assert "Hosts that fail\n- news.example: " in first
    assert "Hosts that are well again\n- news.example" in second


def test_what_is_held_again_is_told_once(site, service):
    site.set(notify=[f"json://127.0.0.1:{service.port}/u"])
    site.write(RECORD.replace('"Same."', '"' + "A long excerpt that says a lot of things. " * 5 + '"'))

    for _ in range(3):
        site.crawl()

    ((title, message),) = digests(service)
    assert "metafresh: 0 records changed, 1 held, 0 failed" == title
    assert "records/a.md#/excerpt" in message


def test_a_run_that_fails_is_told_once_and_once_when_runs_succeed_again(site, service):
    site.set(notify=[f"json://127.0.0.1:{service.port}/u"])
    for _ in range(2):
        assert 2 == site.crawl("nowhere")[0]
    for _ in range(2):
        assert 0 == site.crawl()[0]

    (first, message), (second, _) = digests(service)
    assert "metafresh: failed: nowhere: no such file or directory" == first
    assert "failed with exit code 2: nowhere: no such file or directory" in message
    assert "metafresh: 0 records changed, 0 held, 0 failed" == second


def test_a_memory_that_is_spoilt_is_a_line_and_made_anew(site):
    site.set(metrics_file="m.prom")
    (site.folder / "state").mkdir()
    (site.folder / "state" / "health.json").write_text("spoilt")

    line = "metafresh: state/health.json: is not what was written there, and is made anew\n"
    assert (0, line) == site.crawl()
    assert (0, "") == site.crawl()


def test_a_digest_that_nobody_takes_is_a_line_without_its_address(site):
    site.set(notify=["json://user:secret@127.0.0.1:1/u", "nosuch://secret"])
    site.web[PAGE] = page("New title")

    code, err = site.crawl("-q")

    lines = [
        "metafresh: notify.0: the digest could not be sent",
        "metafresh: notify.1: apprise knows no such service, or something is missing in its URL",
    ]
    assert (0, lines) == (code, err.splitlines())


def test_a_digest_without_apprise_is_an_error_of_the_settings(site, tmp_path):
    site.set(notify=["json://127.0.0.1:1/u"])
    code = (
        "import sys, crawler.cli; sys.modules['apprise'] = None\n"
        "from importlib import util; sys.exit(crawler.cli.main(['crawl']))"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    line = 'metafresh: notify: apprise is not installed: pip install "metafresh[notify]"\n'
    assert (2, line) == (done.returncode, done.stderr)


# ---- the start at random


def test_the_start_at_random_ends_at_once_when_told_to(site, service):
    site.set(health_url=f"http://127.0.0.1:{service.port}/u", hooks=HOOKS)
    process = site.begin("--jitter", "3650d")
    while not catches(process.pid, signal.SIGTERM):
        time.sleep(0.01)

    process.send_signal(signal.SIGTERM)

    assert ("", "") == process.communicate(timeout=30)
    assert 130 == process.returncode
    assert ([], set(), False) == (service.paths, ran(site), site.wrote("state"))


def test_after_a_start_at_random_the_run_is_as_any(site):
    site.web[PAGE] = page("New title")

    assert (0, "") == site.crawl("--jitter", "1s")

    assert RECORD.replace("Old", "New") == (site.folder / "records" / "a.md").read_text()
