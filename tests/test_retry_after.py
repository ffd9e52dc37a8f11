"""How long a server asks us to stay away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.web.retry_after import retry_after

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("0000000000000120", 120),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sunday, 01-Mar-26 12:02:00 GMT", 120),
        ("Sun Mar  1 12:02:00 2026", 120),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
    ],
)
def test_seconds_and_dates_are_understood(header, seconds):
    assert timedelta(seconds=seconds) == retry_after(header, NOW)


@pytest.mark.parametrize("header", ["86401", "999999999", "9" * 5000, "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_nobody_keeps_us_away_for_longer_than_a_day(header):
    assert timedelta(days=1) == retry_after(header, NOW)


@pytest.mark.parametrize(
    "header", ["", "-1", "1.5", "soon", "1 minute", "１２", "Sun, 99 Mar 2026 12:00:00 GMT", "0x10"]
)
def test_another_form_says_nothing(header):
    assert retry_after(header, NOW) is None


@given(st.text(max_size=40))
def test_any_header_gives_between_nothing_and_a_day(header):
    wait = retry_after(header, NOW)

    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)
