"""When the next visit is worth its cost."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import revisit
from crawler.revisit import is_dead, is_since, moment, retry

NOW, DAY, HOUR = datetime(2026, 1, 10, tzinfo=UTC), timedelta(days=1), timedelta(hours=1)
OLD = NOW - 400 * DAY
NEW = revisit.new_curve()


def article(*, born=OLD, seen=NOW):
    return revisit.new_state(born, seen)


def after(*outcomes, born=OLD, curve=NEW, every=DAY):
    """State and curve of an article that was visited so often, each `every`, the last time now."""
    state = article(born=born, seen=NOW - len(outcomes) * every)
    for number, outcome in enumerate(outcomes, 1 - len(outcomes)):
        state, curve = revisit.observe(state, curve, NOW + number * every, outcome)
    return state, curve


def planned(now=NOW + DAY, budget=9, curve=NEW, **states):
    return revisit.plan(states, curve, now, budget)


# ---- what is worth most


def test_of_two_articles_alike_the_one_that_waited_longer_goes_first():
    assert ["early", "late"] == planned(late=article(), early=article(seen=NOW - HOUR))


def test_news_goes_before_an_archive():
    assert ["news", "archive"] == planned(archive=article(), news=article(born=NOW - HOUR))


def test_an_article_without_a_date_is_as_old_as_it_is_known():
    assert ["undated", "archive"] == planned(archive=article(), undated=revisit.new_state(None, NOW))


def test_an_article_that_was_seen_to_change_goes_before_one_that_was_not():
    (quiet, _), (busy, _) = after("same", "same", "same"), after("same", "changed", "same")

    assert ["busy", "quiet"] == planned(quiet=quiet, busy=busy)


def test_an_article_that_changed_once_and_never_again_is_asked_less_and_less():
    (once, _), (still, _) = after("changed", *["same"] * 30), after(*["changed"] * 31)

    assert ["still", "once"] == planned(once=once, still=still)


def test_what_waited_longer_than_the_limit_goes_first():
    states = {"busy": after("changed", "changed")[0], "waiting": article(seen=NOW - 9 * DAY)}

    assert ["waiting", "busy"] == revisit.plan(states, NEW, NOW + HOUR, 9, max_wait=9 * DAY)


def test_what_is_gone_is_looked_at_once_a_month():
    gone, _ = after("gone")

    assert [] == planned(NOW + 29 * DAY, gone=gone)
    assert ["gone", "other"] == planned(NOW + 30 * DAY, gone=gone, other=article())


def test_what_comes_back_is_visited_as_before():
    state, _ = after("gone", "same", every=30 * DAY)

    assert ["back"] == planned(back=state)


def test_a_plan_keeps_to_its_budget_and_to_what_each_host_may_be_asked():
    states = {f"{host}{number}": article(seen=NOW - number * HOUR) for host in "ab" for number in range(9)}
    hosts = {key: key[0] for key in states}

    assert ["b8", "a8", "b7"] == revisit.plan(states, NEW, NOW, 3)
    assert ["b8", "a8"] == revisit.plan(states, NEW, NOW, 3, host=hosts, per_host=1)
    assert [] == revisit.plan(states, NEW, NOW, 0)


def test_a_clock_that_was_set_back_a_year_makes_nobody_wait_a_year():
    assert ["a"] == planned(NOW - 365 * DAY, a=article())


# ---- what is learnt


def test_the_whole_store_learns_from_each_article_at_which_age_pages_change():
    _, curve = after(*["changed"] * 20, born=NOW - 20 * DAY)
    _, quiet = after(*["same"] * 20, born=NOW - 20 * DAY)
    at_ten_days = {"born": NOW - 10 * DAY, "seen": NOW}

    assert expected(quiet, **at_ten_days) < expected(NEW, **at_ten_days) < expected(curve, **at_ten_days)


def expected(curve, **known):
    return revisit.worth(article(**known), revisit.rates(curve), NOW + DAY)


def test_an_error_teaches_nothing():
    state, curve = after("same", "changed")

    assert (state, curve) == revisit.observe(state, curve, NOW + DAY, "error")


def test_observing_changes_neither_state_nor_curve_in_place():
    state, curve = after("changed")
    before = json.dumps([state, curve])
    revisit.observe(state, curve, NOW + DAY, "changed")

    assert before == json.dumps([state, curve])


def test_an_outcome_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="'better' is no outcome of a visit"):
        revisit.observe(article(), NEW, NOW, "better")


VISITS = st.lists(st.tuples(st.floats(-100, 5000), st.sampled_from(["same", "changed", "gone", "error"])), max_size=30)


@given(VISITS, st.floats(-1000, 200_000))
def test_whatever_happened_state_and_curve_are_small_json_and_a_visit_is_worth_a_number(visits, age):
    state, curve, now = article(born=NOW - age * HOUR), NEW, NOW
    for hours, outcome in visits:
        now += hours * HOUR
        state, curve = revisit.observe(state, curve, now, outcome)
        state, curve = json.loads(json.dumps([state, curve], allow_nan=False))

    assert len(json.dumps(state)) < 150
    assert 0 <= revisit.worth(state, revisit.rates(curve), now + DAY)
    assert all(rate > 0 for rate in revisit.rates(curve).an_hour)


# ---- the mark


def visits_a_day(states, every, tick=HOUR, curve=NEW):
    rates = revisit.rates(curve)
    mark = revisit.mark(((state, False) for state in states), rates, every, tick)
    waits = [revisit.due_at(state, rates, mark) - NOW for state in states]
    return [DAY / wait for wait in waits]


@pytest.mark.parametrize("every", [6 * HOUR, DAY, 7 * DAY])
def test_articles_all_alike_are_due_after_the_same_time(every):
    rates = visits_a_day([article()] * 10, every)

    assert [pytest.approx(DAY / every, rel=1e-3)] * 10 == rates


@given(st.lists(st.integers(0, 20_000), min_size=2, max_size=40), st.sampled_from([6 * HOUR, DAY, 7 * DAY]))
def test_however_different_articles_are_their_visits_are_as_many_on_average_as_was_asked_for(ages, every):
    rates = visits_a_day([article(born=NOW - age * HOUR) for age in ages], every)

    assert pytest.approx(DAY / every, rel=0.5) == sum(rates) / len(rates)


def test_the_younger_article_is_due_more_often():
    young, old = visits_a_day([article(born=NOW - DAY), article()], DAY)

    assert young > 1 > old


def test_where_runs_are_rare_all_is_due_at_each():
    rates = visits_a_day([article(born=NOW - DAY), *[article()] * 9], DAY, tick=DAY)

    assert min(rates) > 0.999


def test_a_server_that_says_not_modified_is_asked_more_often_than_one_that_sends_the_page_again():
    states, rates = [(article(), True), (article(), False)], revisit.rates(NEW)
    mark = revisit.mark(states, rates, DAY, HOUR)
    cheap, dear = (revisit.due_at(state, rates, mark, cheap=cheap) for state, cheap in states)

    assert cheap < NOW + DAY < dear


def test_where_no_time_is_to_pass_all_is_due_always():
    assert 0 == revisit.mark([(article(), False)], revisit.rates(NEW), timedelta(), timedelta())


def test_without_articles_there_is_no_mark():
    assert 0 == revisit.mark([], revisit.rates(NEW), DAY, DAY)


# ---- pages that failed


@pytest.mark.parametrize(("status", "failures", "days"), [(410, 1, 0), (404, 3, 2), (404, 9, 40)])
def test_a_dead_page_is_visited_once_a_month(status, failures, days):
    assert is_dead(failures, status=status, failing=days * DAY)
    assert 30 * DAY == retry(failures, status=status, failing=days * DAY, least=HOUR, most=DAY)
    assert 90 * DAY == retry(failures, status=status, failing=days * DAY, least=HOUR, most=90 * DAY)


@pytest.mark.parametrize(("failures", "hours"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (99, 24)])
@pytest.mark.parametrize("status", [500, 403, None])
def test_a_page_that_may_well_come_back_is_tried_again_soon_then_less_often(failures, hours, status):
    assert hours * HOUR == retry(failures, status=status, failing=9 * DAY, least=HOUR, most=DAY)


@pytest.mark.parametrize(("failures", "days"), [(2, 5), (3, 1)])
def test_a_page_that_is_not_found_is_not_dead_before_that_was_seen_three_times_over_two_days(failures, days):
    assert not is_dead(failures, status=404, failing=days * DAY)


# ---- dates


@pytest.mark.parametrize("published", ["2021-06-18T02:00:00+02:00", "2021-06-18", "2021-06-18T00:00:00Z"])
def test_a_date_is_a_moment_in_utc(published):
    assert datetime(2021, 6, 18, tzinfo=UTC) == moment(published)


@pytest.mark.parametrize("published", [None, "", "18 June 2021", "2021-06-31", "0001-01-01T00:00:00+02:00"])
def test_what_is_no_date_is_no_moment(published):
    assert moment(published) is None


@pytest.mark.parametrize("published", ["2021-06-18", "2021-06-18T00:00:00Z", "2021-06-17T23:00:00-05:00", "2022-01-01"])
def test_an_article_of_that_day_or_later_is_among_them(published):
    assert is_since(published, date(2021, 6, 18))


@pytest.mark.parametrize("published", [None, "", "2021-06-17T23:59:59Z", "18 June 2021", "soon"])
def test_an_older_one_or_one_without_a_date_is_not(published):
    assert not is_since(published, date(2021, 6, 18))
