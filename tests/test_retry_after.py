"""How long a server wishes to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.web.retry_after import retry_after

NOW = datetime(1994, 11, 6, 8, 48, 37, tzinfo=UTC)


@pytest.mark.parametrize(("header", "seconds"), [("120", 120), (" 7\t", 7), ("0", 0), ("007", 7)])
def test_seconds_are_a_wait(header, seconds):
    assert timedelta(seconds=seconds) == retry_after(header, NOW)


@pytest.mark.parametrize(
    "header", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
)
def test_a_date_in_each_of_https_three_forms_is_a_wait(header):
    assert timedelta(minutes=1) == retry_after(header, NOW)


def test_a_date_that_is_past_is_no_wait():
    assert timedelta(0) == retry_after("Sun, 06 Nov 1994 08:00:00 GMT", NOW)


@pytest.mark.parametrize(
    "header", ["86401", "9" * 10_000, "0000000000086401", "1" + "0" * 12, "Fri, 31 Dec 9999 23:59:59 GMT"]
)
def test_no_wait_is_longer_than_a_day(header):
    assert timedelta(days=1) == retry_after(header, NOW)


@pytest.mark.parametrize(
    "header",
    [
        *("", " ", "soon", "-5", "+5", "1.5", "5.0", "1e3", "0x10", "12 s", "120 seconds", "120, 60", "120;60", "1 2"),
        *("１２", "²", "٣", "\0", "1\n", "1994-11-06T08:49:37Z", "11/06/1994 08:49:37"),
        *("Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT", "Sun, 06 Nov 1994 09:00:00 GMT, 60"),
    ],
)
def test_what_is_in_neither_form_says_nothing(header):
    assert retry_after(header, NOW) is None


@pytest.mark.parametrize(("year", "days"), [("94", 1), ("95", 1), ("44", 1), ("45", 0), ("93", 0)])
def test_a_year_of_two_digits_is_the_nearest_within_fifty_years(year, days):
    assert timedelta(days=days) == retry_after(f"Thursday, 22-Dec-{year} 08:49:37 GMT", NOW)


@given(st.integers(0, 86_400))
def test_a_date_counts_from_now(seconds):
    wait = timedelta(seconds=seconds)

    assert wait == retry_after(format_datetime(NOW + wait, usegmt=True), NOW)


@given(
    st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} -?[0-9]{1,6} [0-9:]{1,9} [+-]?[0-9A-Z]{0,6}")
)
def test_nothing_that_a_server_says_is_an_error(header):
    wait = retry_after(header, NOW)

    assert wait is None or timedelta(0) <= wait <= timedelta(days=1)
