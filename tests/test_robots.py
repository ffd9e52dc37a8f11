"""What a robots.txt means to us (RFC 9309)."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.web.robots import RobotsText, rules

URL = "https://news.example/a/b?c=d"


def asked(text="", status=200):
    return rules(RobotsText("https://news.example", datetime(2026, 1, 1, tzinfo=UTC), status, text))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451])
def test_a_missing_or_refused_file_allows_everything(status):
    assert asked("User-agent: *\nDisallow: /", status).allows(URL)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_a_failing_server_is_not_asked_for_anything(status):
    refused = asked("", status)

    assert not refused.allows(URL)
    assert f"status {status}" in (refused.refusal or "")


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /a/", False),
        ("User-agent: *\nDisallow: /a/\nAllow: /a/b", True),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: Metafresh\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: *\nDisallow: /*?c=", False),
        ("User-agent: *\nDisallow: /b$", True),
        ("\ufeffUser-agent: *\nDisallow: /a", False),
        ("<html>no rules here</html>", True),
    ],
)
def test_our_group_decides_or_else_everybodys(text, allowed):
    assert allowed == asked(text).allows(URL)


@pytest.mark.parametrize(("said", "kept"), [("2", 2), ("0.5", 0.5), ("86400", 30), ("-1", 0), ("soon", 0)])
def test_a_crawl_delay_is_kept_up_to_half_a_minute(said, kept):
    assert timedelta(seconds=kept) == asked(f"User-agent: *\nCrawl-delay: {said}").delay
