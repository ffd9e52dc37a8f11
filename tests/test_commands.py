"""The commands as a user runs them: real processes, a real web on loopback, real files."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.loopback import Answer, etag

PAGE = "https://news.example/a"
RECORD = f'---\ntitle: "Old title"\nexcerpt: "Same."\nwebUrl: {PAGE}\n---\n'


def page(title="Old title"):
    body = f'<meta property="og:title" content="{title}"><meta property="og:description" content="Same.">'
    return Answer(body, headers=etag(body))


class User:
    """Somebody with a folder of records, at a shell."""

    def __init__(self, web, folder):
        self.web, self.folder = web, folder
        (folder / "records").mkdir()
        self.record = folder / "records" / "a.md"
        self.record.write_text(RECORD)
        web[PAGE] = page()

    def start(self, *words):
        words = [sys.executable, "-m", "crawler", *words]
        return subprocess.Popen(words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words):
        process = self.start(*words)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def crawl(self, *words):
        return self.run("crawl", *words, "--delay", "0", *self.web.flags)


@pytest.fixture
def user(web, tmp_path):
    return User(web, tmp_path)


def test_nothing_is_said_when_nothing_changed(user):
    assert (0, "", "") == user.crawl()


def test_a_change_is_written_and_shown_word_by_word(user):
    user.web[PAGE] = page("New title")

    code, out, err = user.crawl()

    assert (0, "") == (code, err)
    assert "records/a.md" in out
    assert "[-Old-]" in out
    assert "{+New+}" in out
    assert RECORD.replace("Old", "New") == user.record.read_text()


def test_quiet_is_quiet_when_something_changed(user):
    user.web[PAGE] = page("New title")

    assert (0, "", "") == user.crawl("-q")


def test_verbose_says_what_is_not_due(user):
    user.crawl()

    assert (0, "nothing is due in 1 record; --all visits what is not due\n", "") == user.crawl("-v")


def test_a_script_can_ask_whether_something_changed(user):
    user.web[PAGE] = page("New title")

    assert 5 == user.crawl("--detailed-exit-code")[0]
    assert 0 == user.crawl("--detailed-exit-code", "--all")[0]


def test_too_many_failures_have_a_code_of_their_own(user):
    user.web[PAGE] = Answer(status=404)

    assert 3 == user.crawl()[0]


def test_json_is_one_row_a_line(user):
    user.web[PAGE] = page("New title")

    _, out, err = user.crawl("--json")

    rows = [json.loads(line) for line in out.splitlines()]
    assert ["run_started", "change", "run_finished"] == [row["type"] for row in rows]
    assert {1} == {row["v"] for row in rows}
    change = {
        "record": "records/a.md",
        "pointer": "/title",
        "field": "title",
        "before": "Old title",
        "after": "New title",
    }
    assert change.items() <= rows[1].items()
    assert {"run", "source", "evidence", "reason", "at"} <= set(rows[1])
    assert {"counts", "seconds", "bytes"} <= set(rows[2])
    assert not err


def test_a_dry_run_shows_and_writes_nothing(user):
    user.web[PAGE] = page("New title")

    code, out, _ = user.crawl("--dry-run")

    assert 0 == code
    assert "{+New+}" in out
    assert RECORD == user.record.read_text()


def test_paths_can_come_from_a_file(user):
    (user.folder / "paths.txt").write_text("records/a.md\n")
    user.web[PAGE] = page("New title")

    assert "records/a.md" in user.crawl("--files-from", "paths.txt")[1]


def test_the_log_tells_the_history_of_a_value(user):
    user.web[PAGE] = page("New title")
    user.crawl()
    user.web[PAGE] = page("Newer title")
    user.crawl("--all")

    _, out, _ = user.run("log", "records/a.md#/title", "--json")

    rows = [json.loads(line) for line in out.splitlines()]
    assert [("Old title", "New title"), ("New title", "Newer title")] == [(row["before"], row["after"]) for row in rows]


@pytest.mark.parametrize(
    ("form", "sign"),
    [("text", "1 changed"), ("html", "<!doctype html>"), ("markdown", "## 1 changed"), ("json", '"type"'),
     ("patch", '\n-title: "old title"')],
)  # fmt: skip
def test_the_report_comes_in_each_form(user, form, sign):
    user.web[PAGE] = page("New title")
    user.crawl("-q")

    code, out, err = user.run("report", "--format", form)

    assert (0, "") == (code, err)
    assert sign in out.lower()


def test_a_second_run_ends_at_once_while_the_first_holds_the_lock_or_waits_as_told(user):
    answered = threading.Event()
    user.web[PAGE] = Answer(page().body, until=answered)
    first = user.start("crawl", "--all", "--delay", "0", *user.web.flags)
    _until((user.folder / "state" / "metafresh.sqlite3").exists)

    code, out, err = user.crawl()
    assert (75, "", 1) == (code, out, err.count("\n"))
    threading.Timer(2, answered.set).start()
    assert 0 == user.crawl("--lock-wait", "30")[0]
    assert 0 == first.wait(30)
    first.communicate()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_by_its_code(user, sign):
    asked = []
    user.web[PAGE] = lambda _: asked.append(1) or Answer("late", seconds=5)
    process = user.start("crawl", "--delay", "0", *user.web.flags)
    _until(asked.__len__)

    process.send_signal(sign)

    _, err = process.communicate(timeout=30)
    assert (130, "") == (process.returncode, err)
    assert RECORD == user.record.read_text()


def test_after_kill_9_files_are_old_or_new_and_the_next_run_makes_the_log_agree(user):
    records = {}
    for number in range(30):
        path = user.folder / "records" / f"{number:02}.md"
        path.write_text(RECORD.replace(PAGE, f"https://news.example/{number}"))
        user.web[f"https://news.example/{number}"] = page("New title")
        records[path] = path.read_text()
    for wait in (0.9, 1.1, 1.3):
        process = user.start("crawl", "--all", "--delay", "0", "--brake", "off", *user.web.flags)
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        for path, old in records.items():
            assert path.read_text() in {old, old.replace("Old", "New")}

    assert 0 == user.crawl("--all", "-q", "--brake", "off")[0]

    logged = [
        json.loads(line)["record"]
        for file in (user.folder / "state" / "changes").iterdir()
        for line in file.read_text("utf-8").splitlines()
    ]
    assert sorted(f"records/{path.name}" for path in records) == sorted(logged)
    assert {old.replace("Old", "New") for old in records.values()} == {path.read_text() for path in records}
    assert [] == list((user.folder / "records").glob(".*"))


def _until(happened):
    for _ in range(200):
        if happened():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen within ten seconds")
