"""The command line: flags in, words out. Errors are one line on standard error and the right exit code."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.cli import crawl as crawl_command
from crawler.cli import exit_code_of, main
from crawler.cli.log import entry, split
from crawler.cli.report import recall, show
from crawler.cli.telling import Teller
from crawler.config import Config, load
from crawler.errors import Busy, ConfigError, StateError
from crawler.run import Summary, Tell
from crawler.state.lock import hold
from crawler.state.rows import Row, Write
from crawler.state.store import open_store

RUN = "20261123-003901-123456"
AT = "2026-11-23T00:39:01+00:00"

# The options that outside callers rely on.
CRAWL_OPTIONS = (
    "--all", "--dry-run", "--mode", "--fields", "--only", "--host", "--limit", "--since", "--max-time", "--concurrency",
    "--per-host", "--workers", "--delay", "--state", "--config", "--json", "-q", "--quiet", "-v", "--verbose",
    "--lock-wait", "--jitter", "--detailed-exit-code", "--files-from", "--connect-to", "--ca-file", "--allow-address",
    "--user-agent", "--ignore-robots", "--no-images", "--amp", "--brake", "--cluster", "--wait",
)  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with nothing in it, and a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def metafresh(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """The command, run in this process."""

    def run(*words: str) -> Ended:
        with pytest.raises(SystemExit) as caught:
            main(words)
        said = capsys.readouterr()
        return Ended(int(caught.value.code or 0), said.out, said.err)

    return run


def in_a_process(*words: str, stdin: bytes = b"") -> Ended:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *words], input=stdin, capture_output=True, timeout=60, check=False
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def record(name: str, text: str = "---\ntitle: A\n---\n") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# ---- help and version


def test_the_version_is_told(metafresh):
    assert Ended(0, "metafresh 0.1.0\n", "") == metafresh("--version")


def test_help_lists_the_commands_each_with_a_line_and_then_the_exit_codes(metafresh):
    said = metafresh("--help").out

    commands = [
        "crawl",
        "status",
        "review",
        "apply",
        "revert",
        "report",
        "log",
        "inspect",
        "audit",
        "schedule",
        "config",
        "gc",
        "worker",
    ]
    assert [*commands, "demo"] == [
        line.split()[0]
        for line in said.partition("Commands:")[2].partition("Exit codes:")[0].splitlines()
        if line.strip()
    ]
    assert said.rstrip().endswith("130  interrupted; what was done is kept")


def test_help_says_of_each_command_all_of_its_line(metafresh):
    assert "..." not in metafresh("--help").out.partition("Commands:")[2]


def test_help_names_arguments_as_the_usage_does(metafresh):
    arguments = metafresh("revert", "--help").out.partition("Arguments:")[2].partition("Options:")[0]

    assert ["RUN  ", "PATH "] == [line[2:7] for line in arguments.strip("\n").splitlines() if line]


@pytest.mark.parametrize("option", CRAWL_OPTIONS)
def test_help_of_crawl_tells_of_the_option(metafresh, option):
    said = metafresh("crawl", "--help").out

    assert option in said.replace(",", " ").split()


def test_help_is_plain_and_fits_80_columns(metafresh):
    lines = metafresh("crawl", "--help").out.splitlines()

    assert [] == [line for line in lines if len(line) > 80 or "\x1b" in line or "│" in line]


def test_help_says_one_line_of_each_option(metafresh):
    options = metafresh("crawl", "--help").out.partition("Options:")[2].partition("Exit codes:")[0]
    too_wide_for_the_column = 1

    assert len(set(CRAWL_OPTIONS) - {"-q", "-v"}) + 1 + too_wide_for_the_column == len(options.strip().splitlines())


# ---- one line and the right code


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "missing command; see metafresh --help"),
        (["crwl"], "no such command 'crwl'; see metafresh --help"),
        (["--foo"], "no such option: --foo"),
        (["crawl", "--delya", "1"], "no such option: --delya"),
        (["crawl", "--concurrency", "0"], "invalid value for '--concurrency'"),
        (["crawl", "--concurrency", "x"], "invalid value for '--concurrency'"),
        (["crawl", "--limit", "-3"], "invalid value for '--limit'"),
        (["crawl", "--per-host", "0"], "invalid value for '--per-host'"),
        (["crawl", "--delay", "-1"], "invalid value for '--delay': '-1' is no duration"),
        (["crawl", "--max-time", "soon"], "invalid value for '--max-time': 'soon' is no duration"),
        (["crawl", "--max-time", "0"], "invalid value for '--max-time': no time at all"),
        (["crawl", "--lock-wait", "nan"], "invalid value for '--lock-wait': 'nan' is no duration"),
        (["crawl", "--since", "31.12.2025"], "invalid value for '--since': '31.12.2025' is no date"),
        (["crawl", "--mode", "new"], "invalid value for '--mode'"),
        (["crawl", "--amp", "maybe"], "invalid value for '--amp'"),
        (["crawl", "--fields", "title,titel"], "invalid value for '--fields': there is no field 'titel'; did you mean"),
        (["crawl", "--fields", ""], "invalid value for '--fields': there is no field ''"),
        (["crawl", "--brake", "0"], "invalid value for '--brake': '0' is no brake"),
        (["crawl", "--allow-address", "10.0.0.300"], "invalid value for '--allow-address': '10.0.0.300' is no network"),
        (["crawl", "--connect-to", "x"], "invalid value for '--connect-to': 'x' is no rule; write it as HOST:PORT:"),
        (["crawl", "--host", "https://a.example/"], "invalid value for '--host': 'https://a.example/' is no host"),
        (["crawl", "--user-agent", "a\nb"], "fetch.user_agent: expected printable ASCII on one line"),
        (["crawl", ""], "invalid value for 'PATH': it is empty"),
        (["crawl", "--only", ""], "invalid value for '--only': it is empty"),
        (["crawl", "--state", " "], "invalid value for '--state': it is empty"),
        (["crawl", "--user-agent", ""], "fetch.user_agent: expected some text, not ''"),
        (["crawl", "-q", "-v"], "invalid value: --quiet and --verbose exclude each other"),
        (["crawl", "--config", "nope.yaml"], "nope.yaml: cannot be read: no such file or directory"),
        (["crawl", "--files-from", "nope.txt"], "nope.txt: cannot be read: no such file or directory"),
        (["crawl", "nope"], "nope: no such file or directory"),
        (["crawl"], "records: there are no records here; name files or folders"),
        (["report"], "state: no run is remembered there yet"),
        (["gc"], "state: no run is remembered there yet"),
        (["report", "--format", "pdf"], "invalid value for '--format'"),
        (["report", "--open", "--format", "json"], "invalid value: --open shows HTML, not json"),
        (["log", "a.md"], "state: no run is remembered there yet"),
        (["log", "--state", "there"], "there: no run is remembered there yet"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(metafresh, words, line):
    ended = metafresh(*words)

    assert (2, "", 1) == (ended.code, ended.out, ended.err.count("\n"))
    assert ended.err.startswith(f"metafresh: {line}")


def test_a_setting_that_cannot_be_used_is_one_line_and_exit_2(metafresh):
    record("metafresh.yaml", "mode: fill\nrecrods: [a]\n")

    line = "metafresh: metafresh.yaml:2: recrods: unknown key; did you mean 'records'?\n"
    assert Ended(2, "", line) == metafresh("crawl")


def test_a_file_that_is_no_record_is_one_line_and_exit_2(metafresh):
    record("picture.png")

    ended = metafresh("crawl", "picture.png")

    assert (2, 1) == (ended.code, ended.err.count("\n"))


def test_hostile_text_in_an_error_is_made_visible(metafresh):
    assert "metafresh: no such command '\\x1b[2jx'; see metafresh --help\n" == metafresh("\x1b[2jx").err.replace(
        "J", "j"
    )


def test_no_state_is_made_by_a_command_that_only_reads(metafresh, here):
    metafresh("report")
    metafresh("log")

    assert [] == list(here.iterdir())


def test_a_second_run_is_one_line_and_exit_75(metafresh):
    record("records/a.md")
    with hold(Path("state"), timedelta(0)):
        ended = metafresh("crawl")

    assert Ended(75, "", f"metafresh: another run holds {Path('state/lock')}\n") == ended


# ---- gc


@pytest.fixture
def forgettable(metafresh):
    """A record that was looked at, and is gone."""
    record("records/b.md")
    gone = record("records/a.md")
    metafresh("crawl")
    os.utime(gone, (1, 1))
    metafresh("crawl")
    gone.unlink()


@pytest.mark.usefixtures("forgettable")
def test_gc_says_in_a_line_what_it_forgot(metafresh):
    first, second = metafresh("gc"), metafresh("gc")

    assert re.fullmatch(r"forgot 1 record; [\d.]+ kB, was [\d.]+ kB\n", first.out)
    assert re.fullmatch(r"forgot nothing; [\d.]+ kB, was [\d.]+ kB\n", second.out)
    assert (0, "", 0, "") == (first.code, first.err, second.code, second.err)


@pytest.mark.usefixtures("forgettable")
def test_gc_tells_a_program_in_json(metafresh):
    told = json.loads(metafresh("gc", "--json").out)
    size = {"bytes_before": told["bytes_before"], "bytes": told["bytes"]}

    assert {"type": "gc", "v": 1, "records": 1, "visits": 0, "images": 0, "runs": 0, **size} == told


@pytest.mark.usefixtures("forgettable")
def test_gc_can_be_silent(metafresh):
    assert Ended(0, "", "") == metafresh("gc", "-q")


@pytest.mark.usefixtures("forgettable")
def test_gc_waits_for_no_run_unless_it_is_told_to(metafresh):
    with hold(Path("state"), timedelta(0)):
        ended = metafresh("gc")

    assert Ended(75, "", f"metafresh: another run holds {Path('state/lock')}\n") == ended


@pytest.mark.usefixtures("forgettable")
def test_gc_forgets_nothing_where_a_folder_of_records_is_missing(metafresh):
    Path("records").rename("elsewhere")
    ended = metafresh("gc")

    assert Ended(2, "", "metafresh: records: no such file or directory\n") == ended


# ---- what a crawl says


def row(kind: str, /, **values: object) -> Row:
    return {"type": kind, "v": 1, "run": RUN, **values}  # type: ignore[return-value]


def started(records: int = 3) -> Row:
    return row("run_started", at=AT, dry_run=False, records=records)


def finished(outcome: str = "done", **counts: float) -> Row:
    counts = {"records": 3, "visited": 3, "failed": 0, "changes": 0, "bytes": 0, "seconds": 0.1, **counts}
    return row("run_finished", at=AT, outcome=outcome, counts=counts, seconds=0.1, bytes=0)


def changed(**values: object) -> Row:
    told = {"record": "records/a.md", "pointer": "/title", "field": "title", "before": "Old", "after": "New"}
    why = {"source": "https://a.example/1", "evidence": "title", "reason": "the page says so", "at": AT}
    return row("change", **{**told, **why, **values})


def failed(kind: str = "timeout", record: str = "records/b.md") -> Row:
    url = None if kind == "record" else "https://b.example/"
    return row("failure", record=record, pointer="", url=url, kind=kind, reason="no answer", status=None, at=AT)


def playing(*rows: Row, unusable: tuple[str, ...] = ()) -> Callable[[Tell], object]:
    """A crawl that tells these rows."""

    async def play(tell: Tell) -> Summary:
        for each in rows:
            tell(each)
        return Summary(RUN, rows[-1]["outcome"], rows[-1]["counts"], unusable)

    return play


@pytest.fixture
def crawling(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """A crawl that tells these rows, and what is said of them."""

    def run(*rows: Row, detailed: bool = False, unusable: tuple[str, ...] = (), **how: bool) -> Ended:
        paths = (Path("records"),)
        teller = Teller(paths, **{"as_json": False, "quiet": False, "verbose": False, **how})
        play = playing(*rows, unusable=unusable)
        code = crawl_command.carry_out(play, teller, Config().failures.threshold, detailed=detailed)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


def test_a_pipe_hears_nothing_of_a_run_that_changed_nothing(crawling):
    assert Ended(0, "", "") == crawling(started(), finished())


def test_a_pipe_hears_nothing_where_nothing_is_due(crawling):
    assert Ended(0, "", "") == crawling(started(), finished(visited=0))


def test_a_pipe_gets_the_plain_report_where_something_changed(crawling):
    ended = crawling(started(), changed(), finished(changes=1))

    assert (0, "") == (ended.code, ended.err)
    assert ended.out.startswith("1 changed, 0 held, 0 failed")
    assert "records/a.md" in ended.out
    assert "\x1b" not in ended.out


def test_a_pipe_hears_nothing_of_a_visit_that_failed_among_others(crawling):
    assert Ended(0, "", "") == crawling(started(), failed(), finished(failed=1))


def test_a_pipe_gets_the_report_where_too_many_visits_failed(crawling):
    assert "b.example" in crawling(started(), failed(), finished(failed=3)).out


def test_a_pipe_gets_the_report_where_something_is_held(crawling):
    assert "1 held" in crawling(started(), changed() | {"type": "held"}, finished()).out


def test_verbose_says_one_line_of_a_run_that_changed_nothing(crawling):
    line = "0 changed, 0 held, 1 failed, 2 unchanged\n"

    assert Ended(0, line, "") == crawling(started(), failed(), finished(failed=1, unchanged=2), verbose=True)


@pytest.mark.parametrize(("verbose", "told"), [(False, ""), (True, "metafresh: an aside\n")])
def test_an_aside_is_for_those_who_want_to_hear_everything(crawling, verbose, told):
    aside = {"type": "note", "text": "an aside", "aside": True}

    assert told == crawling(started(), aside, finished(), verbose=verbose).err


def test_verbose_says_that_nothing_is_due(crawling):
    line = "nothing is due in 3 records; --all visits what is not due\n"

    assert Ended(0, line, "") == crawling(started(), finished(visited=0), verbose=True)


def test_no_records_is_a_line_and_no_failure(crawling):
    line = "metafresh: no records found under records\n"

    assert Ended(0, "", line) == crawling(started(0), finished(records=0, visited=0))


def test_a_note_goes_to_standard_error(crawling):
    ended = crawling(started(), row("note", text="robots.txt is ignored, as you asked"), finished())

    assert Ended(0, "", "metafresh: robots.txt is ignored, as you asked\n") == ended


def test_a_record_that_is_refused_is_told_on_standard_error(crawling):
    ended = crawling(started(), failed("record", "records/\x1b[31m.md"), finished())

    assert Ended(0, "", "metafresh: records/\\x1b[31m.md: no answer\n") == ended


def test_quiet_prints_no_result(crawling):
    rows = (started(), row("note", text="x"), changed(), failed(), finished(changes=1, failed=1))

    assert Ended(0, "", "") == crawling(*rows, quiet=True)


def test_quiet_still_tells_of_a_refused_record_and_of_the_brake(crawling):
    ended = crawling(started(), failed("record"), finished("brake"), quiet=True)

    brake = "metafresh: the brake stopped the run; nothing was written\n"
    assert Ended(4, "", f"metafresh: records/b.md: no answer\n{brake}") == ended


def test_json_is_a_row_a_line_without_notes_and_progress(crawling):
    progress = {"type": "progress", "done": 1, "total": 3, "changed": 1, "failed": 0}
    rows = (started(), changed(after="\u2028\x9b"), failed(), finished(changes=1, failed=1))

    ended = crawling(*rows[:2], progress, row("note", text="x"), *rows[2:], as_json=True)

    assert list(rows) == [json.loads(line) for line in ended.out.splitlines()]
    assert ended.out.isascii()
    assert "metafresh: x\n" == ended.err


@pytest.mark.parametrize(
    ("code", "how", "rows"),
    [
        (0, {}, [changed(), finished(changes=1)]),
        (5, {"detailed": True}, [changed(), finished(changes=1)]),
        (0, {"detailed": True}, [finished()]),
        (0, {}, [failed(), finished(visited=2, failed=1)]),
        (3, {}, [failed(), finished(visited=3, failed=2)]),
        (3, {"detailed": True}, [changed(), finished(visited=1, failed=1, changes=1)]),
        (4, {"detailed": True}, [changed(), finished("brake", visited=1, failed=1, changes=1)]),
        (130, {}, [finished("interrupted")]),
        (1, {"unusable": ("a.md",)}, [failed("record"), finished()]),
        (1, {"unusable": ("a.md",), "detailed": True}, [changed(), finished(changes=1)]),
    ],
)
def test_the_exit_code_says_how_a_run_ended(crawling, code, how, rows):
    assert code == crawling(started(), *rows, **how).code


def fails_with(error: BaseException) -> Callable[[], object]:
    def command() -> object:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError("mend it"), 2, "metafresh: mend it\n"),
        (Busy("held"), 75, "metafresh: held\n"),
        (StateError("disk\nfull"), 1, "metafresh: disk full\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_stops_a_command_is_one_line_and_its_code(error, code, said, capsys):
    assert code == exit_code_of(fails_with(error))
    assert said == capsys.readouterr().err


def test_a_bug_is_one_line_that_names_the_place_and_exit_1(capsys):
    assert 1 == exit_code_of(fails_with(ZeroDivisionError("oops")))
    said = capsys.readouterr().err

    assert said.startswith("metafresh: this is a bug, please report it: ZeroDivisionError: oops (")
    assert 1 == said.count("\n")


# ---- what is remembered


def change_row(pointer: str, before: object, after: object, run: str = RUN) -> Row:
    row = changed(pointer=pointer, before=before, after=after) | {"run": run}
    return row | {"splice": {"offset": 1, "before": "a", "after": "b"}}


def remember(*rows: Row, run: str = RUN, dry_run: bool = False, outcome: str = "done") -> None:
    """A run that made these changes to records/a.md."""

    path = Path("records/a.md").resolve()

    async def tell() -> None:
        async with open_store(Path("state")) as store:
            await store.start_run(run, datetime(2026, 11, 23, 0, 39, 1, tzinfo=UTC), dry_run=dry_run)
            told = Write(str(path), "records/a.md", "0", "1", rows)
            if dry_run or outcome == "brake":
                await store.journal.plan(run, told)
            else:
                await store.journal.applied(*await store.journal.intend(run, told))
            await store.finish_run(run, datetime(2026, 11, 23, 0, 39, 5, tzinfo=UTC), outcome, {"visited": 1})

    asyncio.run(tell())


def without_ages(told: str) -> str:
    """What the log tells, without how long ago that was."""
    return re.sub(r"(?<= UTC) \([^()]*\)", "", told)


def test_the_log_tells_how_long_ago_a_change_was_made():
    at = datetime(2026, 11, 23, 0, 39, 1, tzinfo=UTC)

    first, *_ = entry(change_row("/title", "Old", "New"), 80, at + timedelta(days=3))

    assert f"2026-11-23 00:39 UTC (3 days ago), run {RUN}" == first.plain


@pytest.fixture
def two_changes() -> None:
    remember(change_row("/title", "Old", "New"), change_row("/related/0/images", None, [{"url": "/a.png"}]))


@pytest.mark.usefixtures("two_changes")
def test_the_log_of_a_record_tells_when_old_new_and_why(metafresh):
    expected = (
        f"2026-11-23 00:39 UTC, run {RUN}\n"
        "  records/a.md#/title\n"
        "  - Old\n"
        "  + New\n"
        "    title of https://a.example/1\n"
        "    the page says so\n"
        "\n"
        f"2026-11-23 00:39 UTC, run {RUN}\n"
        "  records/a.md#/related/0/images\n"
        "  - (not there)\n"
        '  + [{"url": "/a.png"}]\n'
        "    title of https://a.example/1\n"
        "    the page says so\n"
    )

    told = metafresh("log", "records/a.md")

    assert Ended(0, expected, "") == replace(told, out=without_ages(told.out))


@pytest.mark.usefixtures("two_changes")
@pytest.mark.parametrize(
    "place", ["records/a.md#/related/0", "./records/a.md#/related/0/images", "records/a.md#related"]
)
def test_the_log_of_a_value_tells_of_it_and_what_lies_below(metafresh, place):
    told = metafresh("log", place, "--json").out.splitlines()

    assert ["/related/0/images"] == [json.loads(line)["pointer"] for line in told]


@pytest.mark.usefixtures("two_changes")
def test_the_log_as_json_has_the_keys_of_the_change_log(metafresh):
    first = json.loads(metafresh("log", "records/a.md#/title", "--json").out)

    assert changed(status="applied") == first


def test_the_log_of_all_leaves_out_what_was_only_planned(metafresh):
    remember(change_row("/title", "A", "B", "1"), run="1")
    remember(change_row("/title", "B", "C", "2"), run="2", dry_run=True)
    remember(change_row("/title", "B", "D", "3"), run="3", outcome="brake")
    remember(change_row("/title", "B", "E", "4"), run="4")

    assert ["B", "E"] == [json.loads(line)["after"] for line in metafresh("log", "--json").out.splitlines()]


@pytest.mark.usefixtures("two_changes")
@pytest.mark.parametrize("place", ["records/b.md", "records/a.md#/excerpt", "records/a.md#/titl"])
def test_a_place_without_history_is_a_line_and_no_failure(metafresh, place):
    assert Ended(0, "", f"metafresh: {place} has no history\n") == metafresh("log", place)


def test_the_log_wraps_at_the_terminals_width_but_for_long_words(metafresh):
    remember(change_row("/title", "word " * 60, "x" * 200))

    lines = metafresh("log").out.splitlines()

    assert ["  + " + "x" * 200] == [line for line in lines if len(line) > 80]


def test_the_log_makes_hostile_text_visible(metafresh):
    remember(change_row("/title", "\x1b[2J\u202e", "a\nb"))

    said = metafresh("log").out

    assert "  - \\x1b[2J\\u202e\n  + a\\nb\n" in said


def test_a_file_may_have_a_hash_in_its_name():
    record("c#.md")

    assert (Path("c#.md"), "") == split("c#.md")
    assert (Path("c#.md"), "/title") == split("c#.md#/title")


@pytest.mark.usefixtures("two_changes")
def test_the_newest_run_is_reported(metafresh):
    ended = metafresh("report")

    assert (0, "") == (ended.code, ended.err)
    assert ended.out.startswith("2 changed, 0 held, 0 failed")


@pytest.mark.usefixtures("two_changes")
def test_a_report_can_be_json(metafresh):
    assert RUN == json.loads(metafresh("report", RUN, "--format", "json").out)["run"]["id"]


@pytest.mark.usefixtures("two_changes")
def test_a_report_can_be_html(metafresh):
    assert metafresh("report", "--format", "html").out.lower().startswith("<!doctype html>")


@pytest.mark.usefixtures("two_changes")
@pytest.mark.parametrize(
    ("form", "start"), [("text", "2 changed"), ("html", "<!"), ("markdown", "## 2"), ("json", "{")]
)
def test_a_report_can_go_to_a_file(metafresh, form, start):
    ended = metafresh("report", "--format", form, "--output", "report.out")

    assert Ended(0, "", "") == ended
    assert Path("report.out").read_text(encoding="utf-8").startswith(start)


@pytest.mark.usefixtures("two_changes")
def test_a_report_that_cannot_be_written_is_one_line_and_exit_2(metafresh):
    line = "metafresh: nowhere/report.html: cannot be written: no such file or directory\n"

    assert Ended(2, "", line) == metafresh("report", "--format", "html", "--output", "nowhere/report.html")


@pytest.mark.usefixtures("two_changes")
def test_an_unknown_run_is_one_line_and_exit_2(metafresh):
    ended = metafresh("report", "2020")

    assert Ended(2, "", "metafresh: state: no run '2020' is remembered there; metafresh crawl makes one\n") == ended


@pytest.mark.usefixtures("two_changes")
def test_a_report_is_opened_as_a_file(capsys):
    opened: list[str] = []
    told = asyncio.run(recall(load(None, {"state": Path("state")}), None, datetime.now(UTC)))

    show(told, Path("state/report.html"), lambda url: not opened.append(url))

    assert [Path("state/report.html").resolve().as_uri()] == opened
    assert "" == capsys.readouterr().err


@pytest.mark.usefixtures("two_changes")
def test_without_a_browser_the_report_is_named(capsys):
    show(
        asyncio.run(recall(load(None, {"state": Path("state")}), None, datetime.now(UTC))),
        Path("r.html"),
        lambda _: False,
    )

    assert "metafresh: no browser here could be started; the report is in r.html\n" == capsys.readouterr().err


# ---- as a process


def test_an_empty_folder_is_a_line_and_no_failure(here):
    (here / "records").mkdir()

    assert Ended(0, "", "metafresh: no records found under records\n") == in_a_process("crawl")


@pytest.mark.parametrize("names", ["a.md\n\nb\u2028.md\n", "a.md\r\nb\u2028.md", "a.md\0b\u2028.md\0"])
def test_paths_can_come_from_standard_input(names):
    record("a.md")
    record("b\u2028.md")

    lines = in_a_process("crawl", "--files-from", "-", "--json", stdin=names.encode()).out.splitlines()

    assert 2 == json.loads(lines[-1])["counts"]["records"]


def test_a_file_that_was_named_and_cannot_be_read_is_exit_1():
    record("a.md", "---\ntitle: [a\n---\n")

    ended = in_a_process("crawl", "a.md", "-q")

    assert (1, "") == (ended.code, ended.out)
    assert ended.err.startswith("metafresh: a.md: ")


def test_a_reader_that_goes_away_is_no_failure():
    remember(*(change_row(f"/related/{number}/title", "Old" * 50, "New" * 50) for number in range(300)))
    log = f"{sys.executable} -m crawler log; echo $?"

    done = subprocess.run(f"({log} >&2) 2>&1 | head -n 1", shell=True, capture_output=True, timeout=60, check=False)

    assert (f"2026-11-23 00:39 UTC, run {RUN}\n", b"") == (without_ages(done.stdout.decode()), done.stderr)


def in_a_shell(line: str) -> Ended:
    words = f"{sys.executable} -m crawler {line}"
    done = subprocess.run(words, shell=True, capture_output=True, timeout=60, check=False)
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.usefixtures("two_changes")
@pytest.mark.parametrize("words", ["report", "report --format json", "log", "log --json", "crawl --json"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_result_that_finds_no_room_is_one_line_and_exit_1(words):
    Path("records").mkdir()

    line = "metafresh: standard output cannot be written: no space left on device\n"
    assert Ended(1, "", line) == in_a_shell(f"{words} >/dev/full")


@pytest.mark.usefixtures("two_changes")
@pytest.mark.parametrize("words", ["report >&-", "log >&-", "crawl a.md --files-from - <&- >&-", "crawl a.md 2>&-"])
def test_a_closed_stream_is_no_failure(words):
    record("a.md")

    assert Ended(0, "", "") == in_a_shell(words)


def test_the_command_starts_without_the_rooms_that_it_does_not_need():
    heavy = ("aiohttp", "sqlalchemy", "pydantic", "jinja2")
    code = f"import sys, crawler.cli; print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert "[]\n" == done.stdout
