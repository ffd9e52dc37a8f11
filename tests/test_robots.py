"""What a robots.txt means to us (RFC 9309)."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.web.robots import RobotsText, gist, rules, says_noindex

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


@pytest.mark.parametrize(
    ("tag", "html", "said"),
    [
        ("noindex", b"", True),
        ("googlebot: NoIndex, nofollow", b"", True),
        ("none", b"", True),
        ("index, nosnippet", b"", False),
        ("", b'<head><META content="noindex,nofollow" name="Robots">', True),
        ("", b"<meta name=robots content=noindex>", True),
        ("", b'<meta name="description" content="What noindex does">', False),
        ("", b"<p>robots and noindex", False),
        ("", b"<meta " * 20_000 + b"noindex", False),
    ],
)
def test_a_page_may_ask_not_to_be_listed(tag, html, said):
    assert said == says_noindex(tag, html)


def test_what_counts_of_a_robots_txt_says_the_same_as_the_whole():
    text = (
        "\ufeff# ours\r\nUSER-AGENT : metafresh/1 # us\rSitemap: /s\n\nnonsense\0\nDisallow /a\u2028b\nCrawl-delay: 2\n"
    )

    assert "user-agent: metafresh/1\ndisallow: /a%E2%80%A8b\ncrawl-delay: 2" == gist(text)
    assert gist(text) == gist(gist(text))
