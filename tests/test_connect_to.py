"""Rules that send a connection elsewhere, as curl's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ConfigError
from crawler.web.connect_to import parse_connect_to, redirected


def led(text, host="news.example", port=443):
    return redirected([parse_connect_to(text)], host, port)


def test_a_rule_leads_its_host_and_port_elsewhere():
    assert ("127.0.0.1", 8443) == led("news.example:443:127.0.0.1:8443")


@pytest.mark.parametrize(
    "text", ["*:443:127.0.0.1:1", "news.example:*:127.0.0.1:1", ":443:127.0.0.1:1", "::127.0.0.1:1"]
)
def test_a_star_or_nothing_matches_any(text):
    assert ("127.0.0.1", 1) == led(text)


@pytest.mark.parametrize("text", ["other.example:443:127.0.0.1:1", "*:80:127.0.0.1:1", "example:443:127.0.0.1:1"])
def test_a_rule_for_others_leads_nowhere(text):
    assert led(text) is None


def test_names_are_compared_as_the_web_does():
    assert ("127.0.0.1", 1) == led("News.Example.:443:127.0.0.1:1", host="NEWS.example.")


def test_what_stands_empty_on_the_right_stays_as_it_is():
    assert ("127.0.0.1", 443) == led("*:*:127.0.0.1:")
    assert ("news.example", 8443) == led("*:*::8443")


def test_ipv6_addresses_stand_in_brackets():
    assert ("::1", 8443) == led("[2001:db8:0::5]:443:[0:0:0:0:0:0:0:1]:8443", host="2001:db8::5")


def test_the_first_rule_that_matches_leads():
    rules = [parse_connect_to(text) for text in ("a.example:443:127.0.0.1:1", "*:443:127.0.0.1:2", "*:*:127.0.0.1:3")]

    found = [
        redirected(rules, host, port) for host, port in [("a.example", 443), ("b.example", 443), ("a.example", 80)]
    ]

    assert [("127.0.0.1", 1), ("127.0.0.1", 2), ("127.0.0.1", 3)] == found


@pytest.mark.parametrize(
    "text",
    ["", "a", "a:443", "a:443:b", "a:443:b:c", "a:b:c:1", "a:443:127.0.0.1:0", "a:65536:b:1", "a:443:b:65536", "::1:443:b:1",
     "[::1:443:b:1", "[nonsense]:443:b:1", "a:443:[1.2.3.4]:1", "a:443:b:1:2", "a:443:*:1", "a b:443:b:1", "a:443:b:*",
     "a:-1:b:1", "a:443:b:1 ", "a:４:b:1"],
)  # fmt: skip
def test_another_form_is_a_mistake_in_the_settings(text):
    with pytest.raises(ConfigError) as mistake:
        parse_connect_to(text)

    assert repr(text) in str(mistake.value)


@given(st.text(alphabet="ab.:*[]0123456789 é", max_size=40))
def test_any_text_is_a_rule_or_a_mistake(text):
    try:
        rule = parse_connect_to(text)
    except ConfigError:
        return

    assert rule.port is None or 0 < rule.port < 65536
