"""When an article is due, by what is remembered of its pages."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from crawler import revisit
from crawler.state.rows import Visit
from crawler.when import Known, When

NOW, DAY, HOUR, MINUTE = datetime(2026, 1, 10, tzinfo=UTC), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
URL = "https://a.example/1"


def visit(at=NOW, *, status=200, kind="ok", failures=0, since=None, url=URL):
    return Visit(url, "a.example", at, status, kind, failures=failures, failing_since=since)


def known(*visits, habit=None, unjudged=False, own=None):
    by_url = {f"{each.url}#{number}": each for number, each in enumerate(visits)}
    return Known(visits if own is None else own, by_url, "2020-01-01", habit, unjudged)


def when(now=NOW, *, mark=math.inf, ahead=timedelta(), least=HOUR, every=DAY):
    return When(now, revisit.rates(revisit.new_curve()), mark, ahead, least, every)


def test_what_was_never_visited_is_due_before_all_else():
    assert math.inf == when().worth(known(own=(None,)))


def test_what_is_worth_the_mark_is_due_and_what_is_worth_less_is_not():
    article = known(visit(NOW - DAY))
    worth = when(mark=0).worth(article)

    assert 0 < worth
    assert worth == when(mark=worth).worth(article)
    assert when(mark=worth * 1.01).worth(article) is None


def test_what_passes_the_mark_before_half_the_time_to_the_next_run_is_over_is_due_now():
    article = known(visit(NOW - 23 * HOUR))
    mark = when(NOW + HOUR, mark=0).worth(article)

    assert when(mark=mark, ahead=59 * MINUTE).worth(article) is None
    assert when(mark=mark, ahead=HOUR).worth(article)


@pytest.mark.parametrize("unjudged", [True, False])
def test_no_page_is_visited_sooner_than_its_minimum_interval_whatever_it_is_worth(unjudged):
    recent, old = visit(NOW - 59 * MINUTE), visit(NOW - 9 * DAY)

    assert when(mark=0).worth(known(old, recent, own=(old,), unjudged=unjudged)) is None
    assert when(NOW + MINUTE, mark=0).worth(known(old, recent, own=(old,), unjudged=unjudged))


def test_run_each_minute_for_a_day_no_page_is_visited_sooner_than_its_minimum_interval():
    random, seen = Random(1), {number: [NOW] for number in range(20)}
    curve, habits = revisit.new_curve(), {number: revisit.new_state(NOW - number * DAY, NOW) for number in seen}
    for minute in range(1, 24 * 60):
        now = NOW + minute * MINUTE
        rates = revisit.rates(curve)
        mark = revisit.mark(((habit, False) for habit in habits.values()), rates, 3 * HOUR, HOUR)
        policy = When(now, rates, mark, MINUTE / 2, HOUR, 3 * HOUR)
        for number, visits in seen.items():
            if policy.worth(known(visit(visits[-1]), habit=habits[number])):
                visits.append(now)
                outcome = random.choice(["same", "changed"])
                habits[number], curve = revisit.observe(habits[number], curve, now, outcome)
    gaps = [late - early for visits in seen.values() for early, late in pairwise(visits)]

    assert HOUR <= min(gaps)
    assert 20 * 8 * 0.7 < len(gaps) < 20 * 8 * 1.3


@pytest.mark.parametrize(("failures", "hours"), [(1, 1), (2, 2), (4, 8), (9, 24)])
def test_a_page_that_fails_is_tried_again_soon_then_less_often(failures, hours):
    failed = visit(status=503, kind="http-error", failures=failures, since=NOW - DAY)

    assert when(NOW + hours * HOUR - MINUTE).worth(known(failed)) is None
    assert when(NOW + hours * HOUR).worth(known(failed))


def test_a_dead_page_is_looked_at_once_a_month():
    dead = visit(status=410, kind="http-error", failures=1, since=NOW)

    assert when(NOW + 29 * DAY, mark=0).worth(known(dead)) is None
    assert when(NOW + 30 * DAY).worth(known(dead))


def test_an_article_of_which_one_page_lives_is_due_by_what_it_is_worth():
    article = known(visit(NOW - DAY), visit(NOW - DAY, status=503, failures=1, since=NOW - DAY))

    assert when().worth(article) is None
    assert when(mark=0).worth(article)


def test_a_clock_that_was_set_back_makes_nothing_due_at_once_and_nothing_wait_for_ever():
    an_hour, a_year = known(visit(NOW + HOUR)), known(visit(NOW + 365 * DAY))
    mark = when(NOW + DAY, mark=0).worth(known(visit()))

    assert when(mark=mark).worth(an_hour) is None
    assert when(mark=mark).worth(a_year)
    assert when().worth(known(visit(NOW + 365 * DAY, status=500, failures=3, since=NOW)))


def test_it_is_told_when_each_article_is_due_next_and_why():
    failed, dead = visit(NOW, status=503, failures=2, since=NOW), visit(NOW, status=410, failures=1, since=NOW)
    mark = when(NOW + 6 * DAY, mark=0).worth(known(visit(NOW)))
    policy = when(NOW + DAY, mark=mark)
    article = policy.next(known(visit(NOW)))

    assert (NOW + DAY, "never visited") == policy.next(known(own=(None,)))
    assert (NOW + 2 * HOUR, "failed 2 times in a row") == policy.next(known(failed))
    assert (NOW + 30 * DAY, "gone; looked at once a month") == policy.next(known(dead))
    assert (NOW + HOUR, "its page was visited for another article only") == policy.next(known(visit(), unjudged=True))
    assert timedelta(seconds=5) > abs(NOW + 6 * DAY - article.at)
    assert "changes expected since its last visit" in article.why
