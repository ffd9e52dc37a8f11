"""How long ago, how soon."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.report.times import relative, span

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"), (172_799, "47 h"),
     (172_800, "2 days"), (86_400 * 12_345, "12,345 days")],
)  # fmt: skip
def test_a_length_is_told_in_the_unit_that_a_person_would_use(seconds, said):
    assert said == span(timedelta(seconds=seconds))


def test_a_moment_is_ago_now_or_to_come():
    hours = timedelta(hours=3)

    assert ["3 h ago", "now", "in 3 h"] == [relative(at, NOW) for at in (NOW - hours, NOW, NOW + hours)]
