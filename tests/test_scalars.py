"""A value that is written is the value that is read, by both of PyYAML's parsers."""

import math
from datetime import UTC, date, datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.records import scalars

LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]

TREACHEROUS = [
    "yes", "No", "y", "null", "~", "", " ", "- x", "-", "--- x", "a: b", "a:", ": a", "# no comment", "a #b",
    "a # b", "@x", "`x`", "%x", "&x", "*x", "!x", "|", ">", "? x", "{a", "[a", "a, b", "'", '"', "it's",
    'say "x"', "\\", "C:\\new", "a\nb", "a\r\nb", "\t", "a\tb", " x", "x ", "1", "1.5", "1e3", "0x1F", "0o17",
    "1_000", "12:30:45", "2021-06-17", ".inf", "=", "<<", "<", "\u2028", "a\u2029b", "\x85", "\xa0x", "\u200b",
    "\ufeff", "\x00", "\x1b[0m", "\x7f", "\x9f", "\ufffe", "😀", "日本", "https://example.com/a?b=c#d", "...",
    "... x", "true", "TRUE", "on", "5 ways to win", "x" * 5000,
]  # fmt: skip

any_text = st.text(st.characters(exclude_categories=["Cs"]))


def read(document: str, loader: type) -> object:
    return yaml.load(document, loader)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("style", ["", "'", '"'])
@pytest.mark.parametrize("text", TREACHEROUS)
def test_a_treacherous_string_reads_back_exactly(text, style, loader):
    written = scalars.rendered(text, style)

    assert {"key": text, "next": [text]} == read(f"key: {written}\nnext:\n  - {written}\n", loader)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("text", TREACHEROUS)
def test_a_treacherous_string_reads_back_exactly_within_brackets(text, loader):
    written = scalars.rendered(text, "", flow=True)

    assert {"a": text, "b": [text, text]} == read(f"{{a: {written}, b: [{written}, {written}]}}", loader)


@given(any_text, st.sampled_from(["", "'", '"']), st.booleans(), st.sampled_from(LOADERS))
def test_any_string_reads_back_exactly_in_any_style(text, style, flow, loader):
    written = scalars.rendered(text, style, flow=flow)

    assert {"k": text} == read(f"{{k: {written}}}" if flow else f"k: {written}", loader)


@given(any_text, st.sampled_from(["|", ">", "|-", ">+", "| # note"]), st.sampled_from(["\n", "\r\n"]))
def test_a_block_scalar_reads_back_exactly_or_is_declined(text, header, newline):
    written = scalars.block(text, header, "  ", newline)

    assert written is None or {"k": text} == read(f"k: {written}{newline}", yaml.SafeLoader)


@pytest.mark.parametrize(
    "value", [0, -1, 10**20, True, False, None, 1.5, -0.0, 1e20, 1e-7, math.inf, -math.inf, 2.5e300]
)
def test_a_number_a_truth_value_and_nothing_read_back_as_themselves(value):
    found = read(f"k: {scalars.rendered(value)}", yaml.SafeLoader)["k"]

    assert (type(value), value) == (type(found), found)


def test_not_a_number_reads_back_as_such():
    assert math.isnan(read(f"k: {scalars.rendered(math.nan)}", yaml.SafeLoader)["k"])


@pytest.mark.parametrize(
    ("moment", "written"),
    [(datetime(2021, 6, 17, tzinfo=UTC), "2021-06-17T00:00:00Z"), (date(2021, 6, 17), "2021-06-17")],
)
def test_a_date_is_written_as_the_house_does(moment, written):
    assert written == scalars.rendered(moment)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("É – “x” 😀\xa0", '"É – “x” 😀\xa0"'),
        ('"\\', '"\\"\\\\"'),
        ("a\r\nb\tc", '"a\\r\\nb\\tc"'),
        ("\x85\u2028\u2029\ufeff\x00\x7f\ufffe", '"\\N\\L\\P\\uFEFF\\0\\x7F\\uFFFE"'),
        ("a/b", '"a/b"'),
    ],
)
def test_double_quotes_escape_only_what_must_be(text, written):
    assert written == scalars.double_quoted(text)


def test_single_quotes_stay_where_they_can():
    assert "'it''s: fine'" == scalars.rendered("it's: fine", "'")
    assert '"two\\nlines"' == scalars.rendered("two\nlines", "'")


@pytest.mark.parametrize("text", ["Power Apps", "https://example.com/a?b=c#d", "5 ways to win", "a:b", "-x", "It’s"])
def test_a_plain_string_stays_plain_where_nobody_could_misread_it(text):
    assert text == scalars.rendered(text, "")


@pytest.mark.parametrize("text", ["1e3", "0o17", "y", "NO", "12:30", "2021-06-17", "+1", ".5"])
def test_what_another_reader_of_yaml_might_take_for_a_number_or_a_truth_value_is_quoted(text):
    assert f'"{text}"' == scalars.rendered(text, "")


def test_half_of_a_surrogate_pair_is_refused():
    with pytest.raises(ValueError, match="surrogates"):
        scalars.rendered("\ud83d")
