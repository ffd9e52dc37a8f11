"""When an article is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.revisit import is_due, is_since, rest

NOW, DAY = datetime(2026, 1, 10, tzinfo=UTC), timedelta(days=1)


@pytest.mark.parametrize("next_visits", [[None], [NOW + DAY, None], [NOW], [NOW + DAY, NOW - DAY]])
def test_an_article_is_due_when_one_of_its_pages_is(next_visits):
    assert is_due(next_visits, NOW)


@pytest.mark.parametrize("next_visits", [[], [NOW + DAY], [NOW + DAY / 2, NOW + DAY]])
def test_an_article_none_of_whose_pages_is_due_is_not(next_visits):
    assert not is_due(next_visits, NOW)


@pytest.mark.parametrize(("status", "failures", "days"), [(410, 1, 0), (404, 3, 2), (404, 9, 40)])
def test_a_dead_page_is_visited_once_a_month(status, failures, days):
    assert timedelta(days=30) == rest(DAY, status=status, failures=failures, failing=days * DAY)
    assert timedelta(days=90) == rest(timedelta(days=90), status=status, failures=failures, failing=days * DAY)


@pytest.mark.parametrize(
    ("status", "failures", "days"), [(200, 0, 0), (404, 2, 5), (404, 3, 1), (500, 9, 9), (403, 9, 9), (None, 9, 9)]
)
def test_a_page_that_may_well_come_back_is_visited_as_before(status, failures, days):
    assert DAY == rest(DAY, status=status, failures=failures, failing=days * DAY)


@pytest.mark.parametrize("published", ["2021-06-18", "2021-06-18T00:00:00Z", "2021-06-17T23:00:00-05:00", "2022-01-01"])
def test_an_article_of_that_day_or_later_is_among_them(published):
    assert is_since(published, date(2021, 6, 18))


@pytest.mark.parametrize("published", [None, "", "2021-06-17T23:59:59Z", "18 June 2021", "soon"])
def test_an_older_one_or_one_without_a_date_is_not(published):
    assert not is_since(published, date(2021, 6, 18))
