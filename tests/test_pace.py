"""When each host is asked: never sooner than it wants, never more at a time, and no other host waits for it."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from crawler.errors import Unreachable
from crawler.web.pace import Pace
from tests.clockwork import by_clockwork

DELAY = 0.1
# Rounding, and what looking for the next turn takes.
ABOUT = 0.001


def pace(delay=0.0, per_host=1, concurrency=100, turns=None, jitter=0.0):
    return Pace(
        delay=timedelta(seconds=delay),
        per_host=per_host,
        concurrency=concurrency,
        jitter=timedelta(seconds=jitter),
        turns=turns,
    )


async def ask(lanes, host="a.example", log=None, connecting=0.0, answering=0.0):
    """One request; the log gets the host and the times at which it was sent and answered."""
    clock = asyncio.get_running_loop().time
    async with lanes.turn(host):
        await asyncio.sleep(connecting)
        lanes.stamp(host)
        start = clock()
        await asyncio.sleep(answering)
    if log is not None:
        log.append((host, start, clock()))


@by_clockwork
async def test_the_delay_counts_from_request_start_to_request_start():
    lanes, log = pace(DELAY), []

    await asyncio.gather(*(ask(lanes, log=log, answering=DELAY / 2) for _ in range(4)))

    gaps = [later[1] - earlier[1] for earlier, later in pairwise(log)]
    assert gaps == pytest.approx([DELAY] * 3, abs=ABOUT)


@by_clockwork
async def test_a_slow_connection_does_not_shorten_the_delay():
    lanes, log = pace(DELAY), []

    await ask(lanes, log=log, connecting=DELAY * 0.9)
    await ask(lanes, log=log)

    assert log[1][1] - log[0][1] == pytest.approx(DELAY, abs=ABOUT)


@by_clockwork
async def test_a_host_is_not_asked_twice_at_once():
    lanes, log = pace(), []

    await asyncio.gather(*(ask(lanes, log=log, answering=0.01) for _ in range(5)))

    assert all(later[1] >= earlier[2] for earlier, later in pairwise(log))


@by_clockwork
async def test_with_two_connections_a_host_the_delay_still_holds():
    lanes, log = pace(DELAY, per_host=2), []

    await asyncio.gather(*(ask(lanes, log=log, answering=DELAY * 1.5) for _ in range(4)))

    starts = sorted(start for _, start, _ in log)
    assert [later - earlier for earlier, later in pairwise(starts)] == pytest.approx([DELAY] * 3, abs=ABOUT)


@by_clockwork
async def test_hosts_do_not_wait_for_each_other():
    lanes, log = pace(delay=30), []

    await asyncio.gather(*(ask(lanes, f"{name}.example", log, answering=0.05) for name in "abc"))

    assert max(start for _, start, _ in log) < min(end for _, _, end in log)


@by_clockwork
async def test_all_hosts_together_have_only_so_many_places():
    lanes, log = pace(concurrency=2), []

    await asyncio.gather(*(ask(lanes, f"{number}.example", log, answering=0.02) for number in range(6)))

    assert all(sum(start <= moment < end for _, start, end in log) <= 2 for _, moment, _ in log)


@by_clockwork
async def test_whoever_lost_its_time_while_it_waited_for_a_place_waits_again():
    lanes, log = pace(concurrency=1), []
    busy = asyncio.create_task(ask(lanes, "busy.example", answering=0.05))
    await asyncio.sleep(0.01)
    waiting = asyncio.create_task(ask(lanes, log=log))
    await asyncio.sleep(0.01)
    asked_to_wait = asyncio.get_running_loop().time()
    lanes.rest("a.example", timedelta(seconds=0.2))

    await asyncio.gather(busy, waiting)

    assert log[0][1] - asked_to_wait == pytest.approx(0.2, abs=ABOUT)


@by_clockwork
async def test_a_host_that_asks_for_patience_gets_it():
    lanes, log = pace(), []
    start = asyncio.get_running_loop().time()
    lanes.rest("a.example", timedelta(seconds=0.1))
    lanes.rest("a.example", timedelta(seconds=0.01))

    await ask(lanes, log=log)

    assert log[0][1] - start == pytest.approx(0.1, abs=ABOUT)


@by_clockwork
@pytest.mark.parametrize(("took", "rest"), [(0.9, DELAY), (3, 3), (300, 30)], ids=["quick", "slow", "hardly alive"])
async def test_a_server_that_answers_slowly_gets_as_long_a_rest(took, rest):
    lanes, log = pace(DELAY), []
    await ask(lanes, log=log)
    lanes.answered("a.example", took)

    await ask(lanes, log=log)

    assert log[1][1] - log[0][1] == pytest.approx(rest, abs=ABOUT)


@by_clockwork
async def test_a_server_that_is_to_be_asked_without_delay_gets_no_rest_for_being_slow():
    lanes, log = pace(), []
    await ask(lanes, log=log)
    lanes.answered("a.example", 3)

    await ask(lanes, log=log)

    assert log[1][1] - log[0][1] == pytest.approx(0, abs=ABOUT)


@by_clockwork
async def test_jitter_makes_each_delay_longer_by_chance_and_none_shorter():
    lanes, log = pace(DELAY, jitter=0.05), []
    for _ in range(50):
        await ask(lanes, log=log, connecting=0.001)

    gaps = [later[1] - earlier[1] for earlier, later in pairwise(log)]
    assert DELAY <= min(gaps) < DELAY + 0.015
    assert DELAY + 0.035 < max(gaps) <= DELAY + 0.051 + ABOUT


@by_clockwork
async def test_a_crawl_delay_replaces_only_a_shorter_delay():
    lanes, log = pace(delay=0.01), []
    lanes.slow("a.example", timedelta(seconds=0.1))
    lanes.slow("a.example", timedelta(seconds=0.001))

    await ask(lanes, log=log)
    await ask(lanes, log=log)

    assert log[1][1] - log[0][1] == pytest.approx(0.1, abs=ABOUT)


@by_clockwork
async def test_nobody_waits_for_a_host_that_wants_to_be_left_alone_for_long():
    lanes = pace()
    lanes.rest("a.example", timedelta(hours=1))

    with pytest.raises(Unreachable) as refusal:
        await ask(lanes)

    assert ("resting", False) == (refusal.value.kind, refusal.value.retryable)


@by_clockwork
async def test_a_delay_that_the_user_wants_is_waited_for_however_long_it_is():
    lanes = pace(delay=3600)
    await ask(lanes)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(lanes), 0.05)


@by_clockwork
async def test_a_turn_that_ends_in_an_error_counts_and_frees_its_place():
    lanes, log = pace(DELAY), []
    clock = asyncio.get_running_loop().time
    start = clock()
    with pytest.raises(ZeroDivisionError):
        async with lanes.turn("a.example"):
            raise ZeroDivisionError

    await ask(lanes, log=log)

    assert log[0][1] - start == pytest.approx(DELAY, abs=ABOUT)


async def test_turns_outlive_the_run():
    first = pace()
    first.rest("a.example", timedelta(seconds=30))
    await ask(first, "b.example")

    later = pace(turns=first.turns())

    assert ["a.example"] == list(later.turns())
    assert timedelta(seconds=29) < later.turns()["a.example"] - datetime.now(UTC) <= timedelta(seconds=30)


async def test_a_turn_of_the_past_keeps_nobody_waiting():
    lanes = pace(turns={"a.example": datetime.now(UTC) - timedelta(days=1)})

    await asyncio.wait_for(ask(lanes), 1)


@by_clockwork
async def test_hosts_that_nobody_needs_are_forgotten_and_the_others_are_not(monkeypatch):
    monkeypatch.setattr("crawler.web.pace._CROWD", 10)
    lanes = pace()
    lanes.rest("resting.example", timedelta(seconds=50))
    for number in range(100):
        await ask(lanes, f"{number}.example")

    assert len(lanes._lanes) <= 10
    assert ["resting.example"] == list(lanes.turns())


class Doorkeeper:
    """A gate that notes what it is told; a host is to be left alone for so many seconds."""

    def __init__(self, pause=0.0):
        self.pause, self.told = pause, []

    async def enter(self, host, delay):
        self.told.append(("enter", host, delay))
        return self.pause

    async def leave(self, host, pause):
        self.told.append(("leave", host, round(pause, 1)))


@by_clockwork
async def test_a_gate_is_passed_one_at_a_time_and_told_how_long_the_host_is_to_be_left_alone():
    gate = Doorkeeper()
    pace = Pace(delay=timedelta(seconds=9), per_host=5, concurrency=5, gate=gate)
    async with pace.turn("a.example"):
        assert [("enter", "a.example", 9.0)] == gate.told

    assert ("leave", "a.example", 9.0) == gate.told[-1]


@by_clockwork
async def test_what_other_machines_asked_of_a_host_is_waited_for():
    clock = asyncio.get_running_loop().time
    pace, begun = Pace(delay=timedelta(), per_host=1, concurrency=1, gate=Doorkeeper(0.05)), clock()
    async with pace.turn("a.example"):
        waited = clock() - begun

    assert waited == pytest.approx(0.05, abs=ABOUT)


@by_clockwork
async def test_a_gate_is_left_where_the_host_wants_to_be_left_alone_for_long():
    gate = Doorkeeper(900.0)
    pace = Pace(delay=timedelta(), per_host=1, concurrency=1, gate=gate)
    with pytest.raises(Unreachable, match="asked to be left alone until"):
        async with pace.turn("a.example"):
            pass

    assert ("leave", "a.example", 900.0) == gate.told[-1]
