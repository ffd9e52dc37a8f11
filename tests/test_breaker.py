"""Which hosts are left alone because they fail, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import Unreachable
from crawler.web.breaker import Breaker, Trouble

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def failed(times: int) -> Breaker:
    breaker = Breaker({})
    for _ in range(times):
        breaker.failed("a.example", NOON)
    return breaker


def rest(breaker: Breaker) -> timedelta:
    trouble = breaker.news(NOON).get("a.example")
    return trouble.until - NOON if trouble else timedelta(0)


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 5), (6, 10), (7, 20), (60, 24 * 60)])
def test_a_host_rests_longer_with_each_failure_from_the_fifth_in_a_row(failures, minutes):
    assert minutes * MINUTE == rest(failed(failures))


def test_a_host_that_rests_is_not_asked_and_the_line_says_why():
    with pytest.raises(
        Unreachable, match=r"a\.example: failed 5 times in a row; left alone until 2026-11-23 12:05 UTC"
    ):
        failed(5).check("a.example", NOON + 4 * MINUTE)


def test_other_hosts_are_asked_meanwhile():
    failed(5).check("b.a.example", NOON)


def test_after_its_rest_a_host_is_asked_and_one_more_failure_is_enough():
    breaker = failed(5)
    breaker.check("a.example", NOON + 5 * MINUTE)

    breaker.failed("a.example", NOON)

    assert 10 * MINUTE == rest(breaker)


def test_an_answer_ends_the_trouble():
    breaker = failed(5)
    breaker.answered("a.example", NOON)

    breaker.check("a.example", NOON)
    assert {"a.example": Trouble(0, NOON)} == breaker.news(NOON)
    breaker.failed("a.example", NOON)
    assert timedelta(0) == rest(breaker)


def test_trouble_outlives_the_run():
    breaker = Breaker({"a.example": Trouble(7, NOON - MINUTE)})

    breaker.failed("a.example", NOON)

    assert 40 * MINUTE == rest(breaker)
