"""When an article is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.revisit import is_due, is_since

NOW, DAY = datetime(2026, 1, 10, tzinfo=UTC), timedelta(days=1)


@pytest.mark.parametrize("visits", [[None], [NOW, None], [NOW - DAY], [NOW, NOW - 2 * DAY]])
def test_an_article_is_due_when_one_of_its_targets_waited_long_enough(visits):
    assert is_due(visits, NOW, DAY)


@pytest.mark.parametrize("visits", [[], [NOW], [NOW - DAY / 2, NOW]])
def test_an_article_whose_targets_were_all_seen_lately_is_not_due(visits):
    assert not is_due(visits, NOW, DAY)


@pytest.mark.parametrize("published", ["2021-06-18", "2021-06-18T00:00:00Z", "2021-06-17T23:00:00-05:00", "2022-01-01"])
def test_an_article_of_that_day_or_later_is_among_them(published):
    assert is_since(published, date(2021, 6, 18))


@pytest.mark.parametrize("published", [None, "", "2021-06-17T23:59:59Z", "18 June 2021", "soon"])
def test_an_older_one_or_one_without_a_date_is_not(published):
    assert not is_since(published, date(2021, 6, 18))
