"""What those who watch over crawls are told: how one ended, what turned, the digest, the figures, the document."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from crawler.after.digest import Digest, digest
from crawler.after.document import Rows
from crawler.after.ended import Ended, line, to_json
from crawler.after.metrics import metrics
from crawler.after.turns import Failing, HostTrouble, Memory, Turned, from_json, turned, unsaid
from crawler.after.turns import to_json as remembered
from crawler.errors import StateError
from crawler.state.rows import HostVisits

RUN = "20261123-003901-123456"
NOW = datetime(2026, 11, 23, 0, 39, 1, tzinfo=UTC)
COUNTS = {
    "changed_records": 3,
    "changes": 5,
    "written": 5,
    "held": 1,
    "failed": 2,
    "visited": 9,
    "bytes": 1000,
    "seconds": 4.5,
}


def ended(code=0, **values):
    usual = {"run": RUN, "started": NOW, "finished": NOW + timedelta(seconds=5), "dry_run": False, "outcome": "done"}
    return Ended(**{**usual, "code": code, "counts": COUNTS, **values})


def visits(kind="timeout", host="a.example", pages=1, failures=1):
    return HostVisits(host, kind, pages, failures, NOW if failures else None, "no answer in time")


# ---- how it ended


@pytest.mark.parametrize(
    ("code", "succeeded", "failed"),
    [(0, True, False), (5, True, False), (1, False, True), (2, False, True), (3, False, True), (4, False, True),
     (130, False, False)],
)  # fmt: skip
def test_the_exit_code_says_whether_a_run_failed(code, succeeded, failed):
    assert (succeeded, failed) == (ended(code).succeeded, ended(code).failed)


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (ended(), "3 records changed, 1 held, 2 failed"),
        (ended(counts={}), ""),
        (ended(dry_run=True), "3 records would change, 1 held, 2 failed"),
        (ended(3), "3 records changed, 1 held, 2 failed; exit code 3: too many visits failed"),
        (ended(1, counts={}, outcome="failed", why="state: disk full"), "exit code 1: state: disk full"),
        (ended(1, outcome="failed", counts={}), "exit code 1: a bug ended it, which standard error tells of"),
    ],
)
def test_a_run_is_said_in_one_line(run, told):
    assert told == line(run)


@pytest.mark.parametrize(
    ("run", "has_written"),
    [
        (ended(), True),
        (ended(dry_run=True, counts={"changes": 5, "written": 0}), False),
        (ended(4, outcome="brake", counts={"changes": 5, "written": 0}), False),
        (ended(4, outcome="brake", counts={"changes": 5, "written": 2}), True),
        (ended(counts={}), False),
        (ended(130, outcome="interrupted"), True),
    ],
)
def test_only_records_that_were_written_count_as_changed(run, has_written):
    assert has_written == run.has_written


# ---- what turned


def test_a_moments_trouble_of_a_host_is_no_news():
    memory, news = turned(Memory(), ended(), [visits()])

    assert (Turned(), {}) == (news, memory.hosts)


@pytest.mark.parametrize("seen", [visits(failures=2), visits(pages=5)])
def test_a_host_that_fails_again_or_for_many_pages_at_once_is_told_once(seen):
    memory, first = turned(Memory(), ended(), [seen])
    _, second = turned(memory, ended(), [seen])

    assert (HostTrouble("a.example", "no answer in time", seen.pages, NOW),) == first.failing
    assert not second


@pytest.mark.parametrize("kind", ["ok", "not-modified", "not-found", "login"])
def test_a_host_that_answers_again_is_told_once(kind):
    failing = Memory(hosts={"a.example": Failing(NOW, NOW)})

    memory, first = turned(failing, ended(), [visits(kind, failures=0), visits(failures=3)])
    _, second = turned(memory, ended(), [visits(kind, failures=0)])

    assert ("a.example",) == first.well
    assert not second


def test_a_host_that_only_robots_txt_keeps_us_from_is_neither_failing_nor_well():
    failing = Memory(hosts={"a.example": Failing(NOW, NOW)})

    memory, news = turned(failing, ended(), [visits("robots", failures=9), visits("robots", "b.example", pages=9)])

    assert (failing.hosts, Turned()) == (memory.hosts, news)


def test_a_host_that_is_not_visited_any_more_is_forgotten_in_time():
    failing = Memory(hosts={"a.example": Failing(NOW, NOW - timedelta(days=61)), "b.example": Failing(NOW, NOW)})

    memory, news = turned(failing, ended(), [])

    assert (["b.example"], Turned()) == (list(memory.hosts), news)


def turns(*codes, **values):
    """What is said of the runs, run by run."""
    memory, said = Memory(), []
    for code in codes:
        memory, news = turned(memory, ended(code, **values), [])
        said.append(news.runs)
    return said


def test_failing_runs_are_told_once_and_so_is_their_end():
    assert ["failing", None, None, "well", None] == turns(1, 1, 4, 0, 0)


def test_too_many_failed_visits_are_told_from_the_second_run_on():
    assert [None, None, None, "failing", "well"] == turns(3, 0, 3, 3, 0)


def test_an_interrupted_run_says_nothing_of_the_runs():
    assert ["failing", None, None] == turns(1, 130, 1)


def test_a_run_that_visits_nothing_does_not_end_the_trouble():
    memory, _ = turned(Memory(), ended(1), [])

    following, news = turned(memory, ended(counts={"visited": 0}), [])

    assert (True, None) == (following.told, news.runs)


def test_a_success_is_remembered_by_its_time():
    memory, _ = turned(Memory(), ended(), [])
    later, _ = turned(memory, ended(1, finished=NOW + timedelta(days=1)), [])

    assert NOW + timedelta(seconds=5) == later.last_success


def test_what_could_not_be_said_is_said_next_time():
    memory, _ = turned(Memory(), ended(1), [visits(failures=2)])

    _, news = turned(unsaid(Memory(), memory), ended(1), [visits(failures=3)])

    assert ("failing", 1) == (news.runs, len(news.failing))


TIMES = st.datetimes(timezones=st.just(UTC))
MEMORIES = st.builds(
    Memory,
    last_success=st.none() | TIMES,
    failed=st.integers(0, 10**6),
    failing_since=st.none() | TIMES,
    told=st.booleans(),
    hosts=st.dictionaries(st.text(), st.builds(Failing, TIMES, TIMES), max_size=3),
)


@given(MEMORIES)
def test_a_memory_is_read_as_it_was_written(memory):
    assert memory == from_json(remembered(memory))


NO_ZONE = remembered(Memory()).replace("null", '"2026-11-23"')


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "\0", '{"hosts": 1}', NO_ZONE, "[" * 9999])
def test_what_is_no_memory_is_one_error(text):
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


# ---- the digest


def change(pointer="/title", before="Old", after="New", **values):
    return {"record": "records/a.md", "pointer": pointer, "before": before, "after": after, **values}


def test_no_news_is_no_digest():
    assert None is digest(ended(counts={"written": 0, "failed": 7, "held": 1}), [], [], Turned())


def test_a_digest_tells_of_changes_held_values_and_what_turned():
    turn = Turned((HostTrouble("b.example", "no such name", 3, NOW),), ("c.example",), "well")

    told = digest(ended(), [change()], [change("/excerpt", after=None, reason="it shrinks")], turn)

    text = f"""Runs succeed again.

Hosts that fail
- b.example: no such name (3 pages, since 23 Nov 2026, 00:39 UTC)

Hosts that are well again
- c.example

Changed
- records/a.md#/title: Old -> New
and 4 more

Held: metafresh review
- records/a.md#/excerpt: Old -> nothing (it shrinks)

All of it: metafresh report {RUN}"""
    assert Digest("metafresh: 3 records changed, 1 held, 2 failed", text) == told


def test_a_digest_tells_ten_of_each_and_how_many_more():
    told = digest(
        ended(counts=COUNTS | {"written": 42}), [change(f"/related/{n}/title") for n in range(20)], [], Turned()
    )

    assert (10, True) == (told.text.count("\n- "), "\nand 32 more\n" in told.text)


def test_failing_runs_are_the_subject():
    run = ended(1, outcome="failed", why="state: disk full", counts={}, run=None)

    text = "The run of 23 Nov 2026, 00:39 UTC failed with exit code 1: state: disk full"
    assert Digest("metafresh: failed: state: disk full", text) == digest(run, [], [], Turned(runs="failing"))


def test_hostile_text_in_a_digest_is_harmless():
    told = digest(ended(), [change(before="\x1b[2J", after="@everyone \u202e" + "x" * 9999)], [], Turned())

    assert "\x1b" not in told.text
    assert "\u202e" not in told.text
    assert "@" not in told.text
    assert len(told.text) < 1000


# ---- the figures


def families(text):
    return {family.name: family for family in text_string_to_metric_families(text)}


def test_the_figures_are_gauges_that_prometheus_reads():
    memory = Memory(last_success=NOW, hosts={"a.example": Failing(NOW, NOW)})

    read = families(
        metrics(ended(3), memory, [visits("dns", pages=2), visits("dns", "b.example"), visits("ok", pages=7)])
    )

    assert {"gauge"} == {family.type for family in read.values()}
    assert all(family.documentation for family in read.values())
    single = {name: family.samples[0].value for name, family in read.items() if len(family.samples) == 1}
    assert {
        "metafresh_last_run_timestamp_seconds": NOW.timestamp() + 5,
        "metafresh_last_run_duration_seconds": 4.5,
        "metafresh_last_run_exit_code": 3,
        "metafresh_last_success_timestamp_seconds": NOW.timestamp(),
        "metafresh_last_run_records_changed": 3,
        "metafresh_last_run_changes": 5,
        "metafresh_last_run_held": 1,
        "metafresh_last_run_visits": 9,
        "metafresh_last_run_visits_failed": 2,
        "metafresh_last_run_bytes": 1000,
        "metafresh_hosts_failing": 1,
    } == single
    by_kind = read["metafresh_last_run_visits_by_kind"].samples
    assert {"dns": 3, "ok": 7} == {sample.labels["kind"]: sample.value for sample in by_kind}
    outcomes = read["metafresh_last_run_outcome"].samples
    assert ["done"] == [sample.labels["outcome"] for sample in outcomes if sample.value]


def test_a_run_that_never_began_has_few_figures():
    read = families(metrics(ended(1, run=None, outcome="failed", counts={}), Memory(), []))

    assert {"timestamp_seconds", "exit_code", "outcome", "visits_by_kind"} == {
        name.removeprefix("metafresh_last_run_") for name in read if name.startswith("metafresh_last_run_")
    }


@given(st.text())
def test_any_kind_is_a_label(kind):
    read = families(metrics(ended(), Memory(), [visits(kind)]))

    assert [kind] == [sample.labels["kind"] for sample in read["metafresh_last_run_visits_by_kind"].samples]


# ---- the document


def told_of(*rows, run=None):
    kept = Rows()
    for row in rows:
        kept.keep(row)
    try:
        with kept.document(to_json(run or ended())) as file:
            file.seek(0)
            return json.loads(file.read())
    finally:
        kept.close()


def test_the_document_has_the_run_and_the_rows_as_they_were_told():
    rows = [change() | {"type": "change"}, change() | {"type": "held"}, {"type": "failure", "kind": "dns"}]
    others = [{"type": "note", "text": "x"}, {"type": "progress"}]

    assert {
        "type": "run", "v": 1, "run": RUN, "outcome": "done", "exit_code": 3, "reason": "too many visits failed",
        "dry_run": False, "started": "2026-11-23T00:39:01+00:00", "finished": "2026-11-23T00:39:06+00:00",
        "counts": COUNTS, "changes": [rows[0]] * 2, "held": [rows[1]], "failures": [rows[2]],
    } == told_of(*rows, *others, rows[0], run=ended(3))  # fmt: skip


def test_a_run_without_rows_has_empty_lists():
    document = told_of()

    assert ([], [], []) == (document["changes"], document["held"], document["failures"])


def test_the_document_can_be_made_more_than_once():
    kept = Rows()
    kept.keep({"type": "change"})
    read = []
    for _ in range(2):
        with kept.document({"a": 1}) as file:
            file.seek(0)
            read.append(json.loads(file.read()))
    kept.close()

    assert [{"a": 1, "changes": [{"type": "change"}], "held": [], "failures": []}] * 2 == read


def test_where_rows_cannot_be_kept_there_is_no_document(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    kept = Rows()
    for _ in range(20):
        kept.keep({"type": "change", "after": "x" * 100_000})

    with pytest.raises(StateError, match="the changes cannot be kept for hooks: no such file or directory"):
        kept.document({}).__enter__()
    kept.close()
