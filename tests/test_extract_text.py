"""Text as a reader sees it, and dates as they were meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.dates import iso_date
from crawler.extract.jsonld import parsed
from crawler.extract.text import clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  A\n tide\u00a0turns ", "A tide turns"),
        ("Q&amp;A &#8211; it&rsquo;s", "Q&A – it’s"),
        ("Q&amp;amp;A", "Q&A"),
        ("AT&T & friends; a&b", "AT&T & friends; a&b"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("\u202eright\u202c and \u2066left\u2069", "right and left"),
        ("bell\x07 null\x00", "bell null"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬 at work", "👩\u200d🔬 at work"),
        ("A <b>bold</b> claim", "A bold claim"),
        ("One<br>two", "One two"),
        ("<p>She said <b>no</b>, H<sub>2</sub>O</p><p>and left</p>", "She said no, H2O and left"),
        ('A <a href="/x">link', "A link"),
        ("How to centre a <div>", "How to centre a <div>"),
        ("A vector<T> of <b>two</b>", "A vector<T> of two"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("CafÃ© dâ€™or", "Café d’or"),
        ("â€œBigâ€\x9d day", "“Big” day"),
        ("Ã la carte", "Ã la carte"),
        ("SÃO PAULO", "SÃO PAULO"),
        ("\ud800 alone", "alone"),
        ("&nbsp;\u200b", ""),
    ],
)
def test_text_is_cleaned_and_only_what_is_clean_afterwards_is_mended(raw, expected):
    assert expected == clean(raw)


@given(st.text())
def test_clean_text_has_no_blanks_to_spare_and_stays_clean(raw):
    once = clean(raw)

    assert once == " ".join(once.split())
    assert not any(character in once for character in "\x00\u200b\u202e\ufeff\ud800")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-10-05T08:00:00Z", "2026-10-05T08:00:00Z"),
        ("2026-10-05T08:00:00+0200", "2026-10-05T08:00:00+02:00"),
        ("2026-10-05T08:00:00.250-05", "2026-10-05T08:00:00.250-05:00"),
        ("2026-10-05 08:00:00 UTC", "2026-10-05T08:00:00Z"),
        ("2026-10-05 08:00", "2026-10-05T08:00:00"),
        ("2026-10-05", "2026-10-05"),
        ("2026/1/5", "2026-01-05"),
        ("20261005", "2026-10-05"),
        ("1791187200", "2026-10-05T08:00:00Z"),
        ("1791187200000", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 08:00:00 GMT", "2026-10-05T08:00:00+00:00"),
        ("October 5th, 2026", "2026-10-05"),
        ("Posted on 5 Oct 2026", "2026-10-05"),
        ("Mon Oct 05 08:00:00 UTC 2026", "2026-10-05T08:00:00+00:00"),
        ("October 5, 2026 8:00 pm", "2026-10-05"),
        ("Mon Oct 05 2026 08:00:00 GMT+0200 (CEST)", "2026-10-05"),
        ("1er août 2026", "2026-08-01"),
        ("5 de octubre de 2026 10:30", "2026-10-05"),
        ("5. März 2026", "2026-03-05"),
        ("5 октября 2026", "2026-10-05"),
        ("5 Οκτωβρίου 2026", "2026-10-05"),
        ("5 października 2026", "2026-10-05"),
        ("2026年10月5日", "2026-10-05"),
        ("24.12.2026", "2026-12-24"),
        ("25/12/2026", "2026-12-25"),
        ("5/5/2026", "2026-05-05"),
        ("1996-02-29T10:00:00Z", "1996-02-29T10:00:00Z"),
    ],
)
def test_a_date_is_as_exact_as_the_page_was(raw, expected):
    assert expected == iso_date(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "today",
        "3 hours ago",
        "03/04/2026",
        "2026-06-31",
        "0001-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
        "9999-12-31",
    ],
)
def test_what_is_no_date_or_may_be_two_is_none(raw):
    assert iso_date(raw) is None


@given(st.text(max_size=40))
def test_no_text_makes_a_date_raise(raw):
    found = iso_date(raw)

    assert found is None or found[4] == "-"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('{"a": "http://x/*not a comment*/"}', {"a": "http://x/*not a comment*/"}),
        ('{"a": "1,]"}', {"a": "1,]"}),
        ("[1, 2, ]", [1, 2]),
        (r'{"a": "it\'s a \d"}', {"a": "it's a \\d"}),
        ('/* of "today" {1} */ // and more\n{"a": 1}', {"a": 1}),
        ('//<![CDATA[\n/* of today */\n{"a": 1}\n//]]>', {"a": 1}),
        ('<!-- of today -->\n{"a": 1}', {"a": 1}),
        ('// <!-- {"a": 1} -->', {"a": 1}),
        ('//{"a": 1}', None),
        ('{"a": 1} trailing', {"a": 1}),
        ("{", None),
        ("[" * 100_000, None),
    ],
)
def test_json_is_repaired_only_where_it_is_plain_what_was_meant(script, expected):
    assert expected == parsed(script)
