"""The report as a value: words, pictures, grouping, the headline, JSON."""

import json
import unicodedata
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from crawler.report import json as report_json
from crawler.report import phrases
from crawler.report.changes import Picture, PictureChange, ValueChange, Why
from crawler.report.json import to_json
from crawler.report.model import FailureReport, Place, Report, build
from crawler.report.visible import cut, visible
from crawler.report.words import Kind, Span, brief, words
from tests.reports import (
    PAGE,
    PICTURES,
    another_picture,
    change,
    failure,
    full_report,
    honest_report,
    hostile_report,
    run,
)

SCHEMA = json.loads(Path(report_json.__file__).with_name("report.schema.json").read_text("utf-8"))


def marked(before: str, after: str) -> str:
    signs = {Kind.SAME: "{}", Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}", Kind.GAP: "<{}>"}
    return "".join(signs[span.kind].format(span.text) for span in words(before, after))


def of(*rows, **kinds) -> Report:
    return build(run(), rows, kinds.get("held", ()), kinds.get("failures", ()))


def only_change(report: Report):
    ((changes,),) = [[article.changes for article in record.articles] for record in report.records]
    (one,) = changes
    return one


# ---- words


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("the mill at night", "a mill at night", "[-the-]{+a+} mill at night"),
        ("don’t stop now", "never stop now", "[-don’t-]{+never+} stop now"),
        ("The mill | Gazette", "The mill", "The mill[- | Gazette-]"),
        ("https://a.example/b/c.jpg", "https://a.example/d/c.jpg", "https://a.example/[-b-]{+d+}/c.jpg"),
        ("東京の夜景が美しい", "大阪の夜景が美しい", "[-東京-]{+大阪+}の夜景が美しい"),
        ("हिन्दी की खबर", "हिन्दी का खबर", "हिन्दी [-की-]{+का+} खबर"),
    ],
)
def test_a_difference_is_told_in_whole_words(before, after, expected):
    assert expected == marked(before, after)


def test_words_with_only_blanks_between_them_are_one_phrase():
    assert "[-a big-]{+the small+} cat sat down" == marked("a big cat sat down", "the small cat sat down")


def test_texts_of_which_less_than_a_fifth_stays_are_told_one_after_the_other():
    before, after = "In the deep of the night a dog barked", "Prices of the copper rose in the third quarter"

    assert f"[-{before}-]{{+{after}+}}" == marked(before, after)


def test_equal_texts_have_no_difference():
    assert (Span(Kind.SAME, "same"),) == words("same", "same")
    assert () == words("", "")


@given(st.text(max_size=60) | st.text("ab !", max_size=60), st.text("ab !", max_size=60) | st.text(max_size=60))
def test_the_spans_give_both_texts_back(before, after):
    spans = words(before, after)

    assert before == "".join(span.text for span in spans if span.kind != Kind.ADDED)
    assert after == "".join(span.text for span in spans if span.kind != Kind.REMOVED)
    assert all(span.text for span in spans)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["!?", "a!b?", "a b ", "語文"])
def test_the_longest_hostile_texts_are_told_apart_in_a_moment(piece):
    before, after = piece * (10_000 // len(piece)), piece[::-1] * (10_000 // len(piece))

    assert before == "".join(span.text for span in words(before, after) if span.kind != Kind.ADDED)


@pytest.mark.timeout(10)
def test_texts_that_would_cost_too_much_are_told_one_after_the_other():
    before, after = "a!" * 20_000, "b!" * 20_000

    assert (Span(Kind.REMOVED, before), Span(Kind.ADDED, after)) == words(before, after)


def test_long_stretches_that_stayed_are_left_out_of_a_brief_telling():
    spans = (Span(Kind.SAME, "x" * 300), Span(Kind.ADDED, "new"), Span(Kind.SAME, "y" * 300))

    assert (
        Span(Kind.GAP, "… 220 more characters …"),
        Span(Kind.SAME, "x" * 80),
        Span(Kind.ADDED, "new"),
        Span(Kind.SAME, "y" * 80),
        Span(Kind.GAP, "… 220 more characters …"),
    ) == brief(spans)


def test_the_end_of_a_very_long_change_is_left_out_of_a_brief_telling():
    telling = brief(words("", "W" * 10_000))

    assert (Span(Kind.ADDED, "W" * 400), Span(Kind.GAP, "… 9,600 more characters …")) == telling


def test_what_is_short_is_told_whole():
    spans = words("The tide that turns the mill", "The tide that turns a mill")

    assert spans == brief(spans)


# ---- visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain – naïve – 東京 – 👩\u200d🚀", "plain – naïve – 東京 – 👩\u200d🚀"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[31m\x00\x9b", r"\x1b[31m\x00\x9b"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("a\u2028b\u00adc\ufeff", r"a\u2028b\xadc\ufeff"),
        ("\U000e0041\ud800", r"\U000e0041\ud800"),
    ],
)
def test_characters_that_act_are_shown_as_escapes(text, expected):
    assert expected == visible(text)


@given(st.text(st.characters()))
def test_nothing_that_is_shown_acts(text):
    shown = visible(text).replace("\u200c", "").replace("\u200d", "")

    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]


def test_a_text_that_is_cut_is_never_longer_than_asked_and_says_so():
    assert "abcd" == cut("abcd", 4)
    assert "abc…" == cut("abcde", 4)
    assert r"a\x…" == cut("a\x1b", 4)


# ---- changes


def test_a_value_says_who_told_it_and_why():
    told = only_change(of(change("/title", "title", "Old tide", "New tide", source="https://me:pw@a.example/b")))

    assert (Why("og:title", "https://a.example/b", "the page says so"),) == told.whys
    assert ("title", "/title", "Old tide", "New tide") == (told.key, told.pointer, told.before, told.after)


def test_a_value_that_is_no_text_is_told_as_json():
    told = only_change(of(change("/images", "images", [1, {"a": None}], None)))

    assert (Span(Kind.REMOVED, '[1, {"a": null}]'),) == told.spans


def test_a_value_that_was_not_there_is_only_added():
    told = only_change(of(change("/a~1b~0c", "excerpt", None, "New")))

    assert (Span(Kind.ADDED, "New"),) == told.spans
    assert "a/b~c" == told.key


def test_the_rows_of_one_picture_are_one_change():
    told = only_change(of(*another_picture()))

    assert isinstance(told, PictureChange)
    assert (Picture(f"{PICTURES}old.png", 642, 321), Picture(f"{PICTURES}new.png", 800, 400)) == (
        told.before,
        told.after,
    )
    assert "642 × 321 → 800 × 400" == phrases.sizes(told)
    assert ("/images/0", "images", True) == (told.pointer, told.key, told.uncached)


def test_a_picture_names_each_tag_once_with_all_its_reasons():
    told = only_change(of(*another_picture()))

    assert (
        Why("og:image", PAGE, "the page says so; not cached yet"),
        Why("png header", f"{PICTURES}new.png", "its true size"),
    ) == told.whys


def test_two_pictures_are_two_changes():
    report = of(*another_picture("/images/0"), *another_picture("/images/1"))

    assert ["/images/0", "/images/1"] == [told.pointer for told in report.records[0].articles[0].changes]


def test_a_first_picture_is_a_picture_that_was_not_there():
    told = only_change(
        of(change("/images", "images", None, [{"url": "u", "width": 30, "height": 40, "isCached": False}]))
    )

    assert (None, Picture("u", 30, 40)) == (told.before, told.after)
    assert ("no picture → 30 × 40", "first picture") == (phrases.sizes(told), phrases.kind_of(told))


@pytest.mark.parametrize(
    ("rows", "sizes", "kind"),
    [
        ([("width", 642, 800), ("height", 321, 400)], "642 × 321 → 800 × 400", "same picture, another size"),
        ([("width", "", 800), ("height", None, 400)], "no size → 800 × 400", "same picture, another size"),
        ([("height", 321, 400)], "height 321 → height 400", "same picture, another size"),
        ([("width", 321, 400)], "width 321 → width 400", "same picture, another size"),
        ([("url", "https://a.example/1", "https://a.example/2")], "same size", "another picture"),
    ],
)
def test_a_picture_says_what_is_known_of_its_size(rows, sizes, kind):
    told = only_change(of(*(change(f"/images/0/{key}", "images", before, after) for key, before, after in rows)))

    assert (sizes, kind) == (phrases.sizes(told), phrases.kind_of(told))


def test_a_picture_that_only_moved_is_no_other_picture():
    row = change("/images/0/url", "images", "https://a.example/1", "https://b.example/1")
    told = only_change(of(row | {"reason": "the same picture at a new address; the old one is gone"}))

    assert "same picture, new address" == phrases.kind_of(told)


@pytest.mark.parametrize(
    "rows",
    [
        [change("/images/0/width", "images", "642px", 800)],
        [change("/images/0/width", "images", True, 800)],
        [change("/images/0/width", "images", -1, 10**12)],
        [change("/images/0/url", "images", ["u"], "u")],
        [change("/images/0/isCached", "images", True, False)],
        [change("/images/0/src", "images", "old", "new")],
        [change("/images/0/width", "images", 1, 2), change("/images/0/width", "images", 2, 3)],
        [change("/images", "images", None, [{"url": "u"}, {"url": "v"}])],
        [change("/images", "images", None, [{"width": 1}])],
        [change("/images", "images", None, ["u"])],
        [change("/pictures/0/url", "title", "old", "new")],
    ],
)
def test_rows_that_make_no_picture_are_told_as_plain_values(rows):
    (article,) = of(*rows).records[0].articles

    assert [(row["pointer"], row["after"]) for row in rows] == [(told.pointer, told.after) for told in article.changes]
    assert all(isinstance(told, ValueChange) for told in article.changes)


# ---- the report


def test_changes_are_grouped_by_record_and_article_in_their_natural_order():
    report = of(
        change("/related/10/title", "title", "a", "b", record="b.md"),
        change("/related/9/images/0/width", "images", 1, 2, record="b.md"),
        change("/related/9/images", "images", None, [], record="b.md"),
        change("/related/9/images/1", "images", {"url": "u"}, None, record="b.md"),
        change("/related/9/title", "title", "a", "b", record="b.md"),
        change("/title", "title", "a", "b", record="b.md"),
        change("/title", "title", "a", "b", record="a.md"),
    )

    assert [("a.md", [("", 1)]), ("b.md", [("", 1), ("/related/9", 4), ("/related/10", 1)])] == [
        (record.record, [(article.pointer, len(article.changes)) for article in record.articles])
        for record in report.records
    ]


def test_failures_are_grouped_by_host_the_worst_first():
    report = of(
        failures=[failure("https://a.example/1"), failure("https://b.example/1"), failure("https://b.example/2")]
    )

    assert [("b.example", 2), ("a.example", 1)] == [(host.host, len(host.failures)) for host in report.failures]


def test_a_url_that_fails_for_two_articles_is_one_failure():
    twice = [failure("https://me:pw@a.example/1", pointer=pointer, at="now") for pointer in ("", "/related/0", "")]
    places = (Place("records/links.yml", ""), Place("records/links.yml", "/related/0"))

    assert (FailureReport("https://a.example/1", "not-found", "status 404: page not found", 404, "now", places),) == of(
        failures=twice
    ).failures[0].failures


def test_records_that_could_not_be_used_are_a_group_of_their_own():
    broken = [failure(None, "record", "a tab", record=name, status=None) for name in ("a.md", "b.md")]

    (host,) = of(failures=broken).failures

    assert ("", ["a.md", "b.md"]) == (host.host, [told.wanted_by[0].record for told in host.failures])


def test_the_headline_counts_what_is_listed():
    report = honest_report()

    assert "2 changed, 1 held, 3 failed, 9 unchanged" == phrases.summary_line(report)
    assert ("23 Nov 2026, 00:39 UTC", "4.2 s", "14 pages", "1.2 MB", "8 values in 2 records") == phrases.facts(report)


def test_counts_that_are_missing_are_zero_and_the_clock_stands_in_for_the_seconds():
    headline = build(run(counts={"bytes": "many", "visited": True, "unchanged": float("nan")}), (), (), ()).headline

    assert (0, 0, 0, 4.2) == (headline.bytes, headline.visited, headline.unchanged, headline.seconds)


def test_a_run_that_never_ended_took_no_known_time():
    report = build(run(finished=None, outcome=None, counts={}), (), (), ())

    assert 0 == report.headline.seconds
    assert "This run has not ended: it is still at work, or it died." == phrases.ending(report)


@pytest.mark.parametrize("how", [{"dry_run": True}, {"outcome": "brake"}])
def test_what_was_only_planned_would_change(how):
    report = build(run(**how), [change("/title", "title", "a", "b")], (), ())

    assert "1 would change, 0 held, 0 failed, 9 unchanged" == phrases.summary_line(report)
    assert "othing was written." in (phrases.ending(report) or "")


def test_a_run_that_is_done_needs_no_more_words():
    assert phrases.ending(honest_report()) is None


def test_an_ending_that_is_not_known_is_named():
    assert "This run ended with: failed." == phrases.ending(replace(honest_report(), outcome="failed"))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, "0 s"),
        (4, "4 s"),
        (0.44, "0.4 s"),
        (41.6, "42 s"),
        (59.7, "1 min 0 s"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_a_time_is_told_in_its_two_largest_units(seconds, expected):
    assert expected == phrases.duration(seconds)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (14_200, "14.2 kB"),
        (999_960, "1.0 MB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
)
def test_bytes_are_told_in_powers_of_a_thousand(size, expected):
    assert expected == phrases.volume(size)


def test_a_time_of_day_is_told_in_utc():
    assert "3 Jan 2026, 23:05 UTC" == phrases.moment(run()["started"].replace(month=1, day=3, hour=23, minute=5))


# ---- JSON


def test_json_has_the_shape_that_is_promised():
    plain = json.loads(to_json(honest_report()))

    assert ("report", 1) == (plain["type"], plain["v"])
    assert {
        "id": "20261123-003901-123456",
        "started": "2026-11-23T00:39:01+00:00",
        "finished": "2026-11-23T00:39:05.200000+00:00",
        "dry_run": False,
        "outcome": "done",
    } == plain["run"]
    assert [
        "type",
        "v",
        "run",
        "headline",
        "counts",
        "records",
        "held",
        "failures",
        "last_success",
        "standing",
    ] == list(plain)


def test_json_is_what_its_schema_says():
    Draft202012Validator.check_schema(SCHEMA)

    for report in (honest_report(), hostile_report(), full_report(), of()):
        assert [] == [error.message for error in Draft202012Validator(SCHEMA).iter_errors(json.loads(to_json(report)))]


def test_the_schema_names_every_key_and_no_other():
    told, properties = json.loads(to_json(full_report())), SCHEMA["properties"]

    assert list(properties) == list(told)
    assert list(SCHEMA["$defs"]["standing"]["properties"]) == list(told["standing"])
    assert list(SCHEMA["$defs"]["host"]["properties"]) == list(told["failures"][0]["standing"])


def test_json_tells_since_when_things_fail_and_how_they_stand():
    told = json.loads(to_json(full_report()))

    assert "2026-11-20T00:39:01+00:00" == told["last_success"]
    assert ["2026-11-18T00:39:01+00:00", None] == [failure["since"] for failure in told["failures"][0]["failures"]]
    assert ("quarry.example", 14) == (told["failures"][0]["standing"]["host"], told["failures"][0]["standing"]["pages"])
    assert [("https://a.example/amp", True)] == [(dead["url"], dead["amp"]) for dead in told["standing"]["dead"]]


def test_json_tells_a_value_and_a_picture():
    title, picture = json.loads(to_json(honest_report()))["records"][0]["articles"][0]["changes"]

    assert {
        "kind": "value",
        "pointer": "/title",
        "key": "title",
        "field": "title",
        "before": "The tide that turns the mill",
        "after": "The tide that turns a mill at night",
        "at": "2026-11-23T00:39:04+00:00",
        "status": "applied",
    }.items() <= title.items()
    assert {"kind": "same", "text": "The tide that turns "} == title["spans"][0]
    assert {"evidence": "og:title", "source": PAGE, "reason": "the page says so"} == title["whys"][0]
    assert ("picture", {"url": f"{PICTURES}new.png", "width": 800, "height": 400}) == (
        picture["kind"],
        picture["after"],
    )


def test_json_tells_failures_with_the_articles_that_wanted_them():
    (host, broken) = json.loads(to_json(honest_report()))["failures"]

    assert ("quarry.example", "") == (host["host"], broken["host"])
    assert [{"record": "records/links.yml", "pointer": ""}] == host["failures"][0]["wanted_by"]


def test_json_is_plain_ascii_whatever_a_page_says():
    text = to_json(hostile_report())

    assert text.replace("\n", "").isascii()
    assert text.replace("\n", "").isprintable()
    assert json.loads(text)["type"] == "report"


@settings(max_examples=50)
@given(st.text(st.characters()), st.text(st.characters()), st.floats(0, 10**6))
def test_any_text_goes_through_json_unharmed(before, after, seconds):
    other = run(started=run()["started"] - timedelta(seconds=seconds))
    report = build(other, [change("/title", "title", before, after, record=before)], (), ())

    told = json.loads(to_json(report))["records"][0]

    assert (before, before, after) == (
        told["record"],
        told["articles"][0]["changes"][0]["before"],
        told["articles"][0]["changes"][0]["after"],
    )


@pytest.mark.parametrize(
    ("pointer", "key"),
    [("/title", "title"), ("/related/3/a~1b", "a/b"), ("/images/1", "images/1"), ("/1", "1"), ("", "")],
)
def test_a_value_is_called_by_its_key_and_an_entry_of_a_list_by_the_lists(pointer, key):
    told = build(run(), [change(pointer, "title", "a", "b")], (), ())

    assert [key] == [each.key for each in told.records[0].articles[0].changes]
