"""Whose turn is next, and what of a long backlog stays in memory."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from crawler import lanes
from crawler.due import Due
from crawler.lanes import open_lanes
from crawler.model import Article, Image, Role, Target
from crawler.records.folder import Found
from crawler.state.rows import Visit, Wanted
from tests.test_state import NOON

LATER = 1000.0


def due(host: str, number: int = 0, record: str = "a.md") -> Due:
    target = Target(Role.WEB, f"https://{host}/{number}")
    image = Image("https://cdn.example/a.png", 640, 480, cached=True)
    article = Article(
        "/related/0", "Tïtle", None, "2021", ((1, image),), (target,), ("title", "images"), frozenset("x")
    )
    wanted = Wanted("/related/0", "look", "2021", targets=(target,))
    visits = {target.url: Visit(target.url, host, NOON, 200, "ok", etag='"x"', last_success=NOON)}
    return Due(Found(Path("records") / record, f"/records/{record}"), wanted, (target,), visits, "digest", article)


@pytest.fixture(params=[10_000, 2], ids=["in memory", "on disk"])
def backlog(request, monkeypatch, tmp_path):
    monkeypatch.setattr(lanes, "_IN_MEMORY", request.param)
    clock = Counter()
    with open_lanes(tmp_path, 1, lambda host: float(clock[host]), by_worth=True) as opened:
        opened.clock = clock
        yield opened


def taken(backlog, count: int) -> list[str]:
    """The first URL of each turn; a host is free again, and ready later, once it was asked."""
    urls = []
    for turn in range(count):
        host, dues = backlog.take(LATER)
        urls.append(dues[0].targets[0].url.removeprefix("https://"))
        backlog.clock[host] = turn + 1
        backlog.free(host)
    return urls


def test_hosts_take_turns_however_the_records_lie(backlog):
    for host, number in [("a.example", 1), ("a.example", 2), ("a.example", 3), ("b.example", 1), ("c.example", 1)]:
        backlog.put(due(host, number))

    assert ["a.example/1", "b.example/1", "c.example/1", "a.example/2", "a.example/3"] == taken(backlog, 5)
    assert not backlog


def test_what_comes_back_is_what_was_put_in(backlog):
    put = [due("a.example", number) for number in range(200)]
    for each in put:
        backlog.put(each)

    got = []
    while backlog:
        host, dues = backlog.take(LATER)
        got += dues
        backlog.free(host)

    assert put == got


def test_all_that_begin_with_one_page_are_taken_at_once(backlog):
    for number, record in [(1, "a.md"), (2, "a.md"), (3, "a.md"), (1, "b.md"), (1, "c.md")]:
        backlog.put(due("a.example", number, record))

    _, dues = backlog.take(LATER)

    assert ["a.md", "b.md", "c.md"] == [each.found.path.name for each in dues]


def test_a_host_that_is_being_asked_does_not_wait_for_a_turn(backlog):
    backlog.put(due("a.example", 1))
    backlog.put(due("a.example", 2))
    backlog.take(LATER)

    assert backlog.take(LATER) is None
    assert backlog.next_at() is None
    assert backlog


def test_a_host_that_asked_for_patience_lets_the_others_go_first(backlog):
    for host in ("a.example", "b.example"):
        backlog.put(due(host))
    backlog.clock["a.example"] = 60

    assert "b.example" == backlog.take(0)[0]
    assert backlog.take(59) is None
    assert 60 == backlog.next_at()
    assert "a.example" == backlog.take(60)[0]


def test_names_of_one_owner_share_a_lane(backlog):
    backlog.put(due("www.a.example"))
    backlog.put(due("blog.a.example"))

    assert "a.example" == backlog.take(LATER)[0]
    assert backlog.take(LATER) is None


@pytest.fixture
def patient(tmp_path):
    """A backlog of which all will be visited."""
    with open_lanes(tmp_path, 1, lambda _: 0.0, by_worth=False) as opened:
        yield opened


def asked_in_order(backlog) -> str:
    asked = []
    while turn := backlog.take(LATER):
        asked.append(turn[0][0])
        backlog.free(turn[0])
    return "".join(asked)


def test_where_all_will_be_visited_a_host_that_has_much_more_left_goes_first(patient):
    for host, count in [("a.example", 3), ("b.example", 9)]:
        for number in range(count):
            patient.put(due(host, number))

    assert "bbbbbb" == asked_in_order(patient)[:6]


def test_of_hosts_that_have_about_as_much_left_the_one_that_was_just_asked_goes_on(patient):
    for host in ("a.example", "b.example"):
        for number in range(7):
            patient.put(due(host, number))

    assert "bbbbaaaa" == asked_in_order(patient)[:8]


def test_the_overflow_leaves_nothing_behind(backlog, tmp_path):
    for number in range(10):
        backlog.put(due("a.example", number))

    assert [] == list(tmp_path.iterdir())


@pytest.fixture
def budget(tmp_path):
    clock = Counter()
    with open_lanes(tmp_path, 1, lambda host: float(clock[host]), by_worth=True) as opened:
        opened.clock = clock
        yield opened


def worth(host: str, number: int, worth: float) -> Due:
    return replace(due(host, number), worth=worth)


def test_of_a_budget_what_is_worth_most_gets_its_share_first(budget):
    for host, number, gain in [("a.example", 1, 1.0), ("a.example", 2, 80.0), ("b.example", 1, 9.0)]:
        budget.put(worth(host, number, gain))

    assert ["a.example/2", "b.example/1", "a.example/1"] == taken(budget, 3)


def test_hosts_whose_visits_are_about_as_worthy_take_turns(budget):
    for host, number, gain in [("a.example", 1, 9.0), ("a.example", 2, 8.5), ("b.example", 1, 8.1)]:
        budget.put(worth(host, number, gain))

    assert ["a.example/1", "b.example/1", "a.example/2"] == taken(budget, 3)


def test_what_a_limit_leaves_is_worth_most_and_of_as_many_hosts_as_can_be(budget):
    for number in range(9):
        budget.put(worth("a.example", number, 5.0))
    budget.put(worth("b.example", 0, 5.0))
    budget.put(worth("c.example", 0, 0.1))
    budget.put(worth("d.example", 0, 900.0))
    budget.keep(3)

    assert ["d.example/0", "a.example/0", "b.example/0"] == taken(budget, 3)
    assert not budget
    assert budget.take(LATER) is None
