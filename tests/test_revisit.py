"""When an article is due."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.revisit import is_due

NOW, DAY = datetime(2026, 1, 10, tzinfo=UTC), timedelta(days=1)


@pytest.mark.parametrize("visits", [[None], [NOW, None], [NOW - DAY], [NOW, NOW - 2 * DAY]])
def test_an_article_is_due_when_one_of_its_targets_waited_long_enough(visits):
    assert is_due(visits, NOW, DAY)


@pytest.mark.parametrize("visits", [[], [NOW], [NOW - DAY / 2, NOW]])
def test_an_article_whose_targets_were_all_seen_lately_is_not_due(visits):
    assert not is_due(visits, NOW, DAY)
