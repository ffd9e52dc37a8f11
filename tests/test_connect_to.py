"""Rules that lead connections elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ConfigError
from crawler.web.connect_to import ConnectTo, parse_connect_to, redirected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("news.example:443:127.0.0.1:8443", ConnectTo("news.example", 443, "127.0.0.1", 8443)),
        ("*:*:127.0.0.1:8443", ConnectTo("", None, "127.0.0.1", 8443)),
        ("::cache.example:", ConnectTo("", None, "cache.example", None)),
        ("news.example:443::8443", ConnectTo("news.example", 443, "", 8443)),
        ("[2001:DB8::1]:443:[::1]:8443", ConnectTo("2001:db8::1", 443, "::1", 8443)),
        ("News.Example.:80:localhost:80", ConnectTo("news.example", 80, "localhost", 80)),
        ("bücher.example:80:127.0.0.1:", ConnectTo("xn--bcher-kva.example", 80, "127.0.0.1", None)),
    ],
)
def test_a_rule_is_read_as_curl_reads_it(text, rule):
    assert rule == parse_connect_to(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "news.example",
        "a:1:b",
        "a:1:b:2:c",
        "a:0:b:1",
        "a:65536:b:1",
        "a:１:b:1",
        "a:x:b:1",
        "a:1:b:*",
        "a:1:*:1",
        "a b:1:c:1",
        "[::1:1:b:1",
        "[::x]:1:b:1",
        "[]:1:b:1",
        "::1:443:b:1",
        "a:1:b/c:1",
        "a:1:b\n:1",
        "\udc80:1:b:1",
    ],
)
def test_what_is_no_rule_is_a_mistake_in_the_settings_told_in_one_line(text):
    with pytest.raises(ConfigError) as mistake:
        parse_connect_to(text)

    assert "\n" not in str(mistake.value)


RULES = tuple(
    parse_connect_to(text)
    for text in ("news.example:443:127.0.0.1:1", "news.example:*:127.0.0.1:2", "*:80::3", "[::1]:443:[::2]:")
)


@pytest.mark.parametrize(
    ("host", "port", "goes"),
    [
        ("news.example", 443, ("127.0.0.1", 1)),
        ("news.example", 80, ("127.0.0.1", 2)),
        ("NEWS.example.", 443, ("127.0.0.1", 1)),
        ("other.example", 80, ("other.example", 3)),
        ("::1", 443, ("::2", 443)),
        ("[0:0::1]", 443, ("::2", 443)),
    ],
)
def test_the_first_rule_that_fits_leads_the_connection(host, port, goes):
    assert goes == redirected(RULES, host, port)


def test_where_no_rule_fits_the_connection_goes_its_own_way():
    assert redirected(RULES, "sub.news.example", 443) is None


@given(st.text(alphabet="a1.:*[]-é \0") | st.text())
def test_no_text_is_worse_than_a_mistake(text):
    try:
        rule = parse_connect_to(text)
    except ConfigError:
        return

    assert (rule.address or "a.example", rule.to_port or 80) == redirected(
        [rule], rule.host or "a.example", rule.port or 80
    )
