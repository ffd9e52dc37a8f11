"""The report in a terminal, in a pipe, and the bar while a crawl runs."""

import io
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from crawler.report.model import Report, build
from crawler.report.progress import Progress
from crawler.report.standing import Ran
from crawler.report.text import print_report
from tests.reports import (
    STARTED,
    another_picture,
    change,
    failure,
    full_report,
    honest_report,
    hostile_report,
    run,
    standing,
)


class Terminal(io.StringIO):
    """What a terminal would be sent."""

    def isatty(self) -> bool:
        return True


def piped(report: Report, width: int = 80) -> str:
    out = io.StringIO()
    print_report(report, Console(file=out, width=width))
    return out.getvalue()


def coloured(report: Report) -> str:
    out = Terminal()
    print_report(report, Console(file=out, width=80, color_system="standard", no_color=False, force_terminal=True))
    return out.getvalue()


def changed(*rows) -> Report:
    return build(run(), rows, (), ())


def test_a_report_reads_from_the_outcome_to_what_to_do_next():
    assert """\
2 changed, 1 held, 3 failed, 9 unchanged
23 Nov 2026, 00:39 UTC · 4.2 s · 14 pages · 1.2 MB · 8 values in 2 records

Changed

records/tidal-power.md
  title   The tide that turns [-the-]{+a+} mill {+at night+}
          og:title of https://www.gazette.example/tidal-power: the page says so
  images  642 × 321 → 800 × 400 (another picture)
          - https://www.gazette.example/img/old.png
          + https://www.gazette.example/img/new.png
          og:image of www.gazette.example: the page says so; not cached yet
          png header of https://www.gazette.example/img/new.png: its true size
  take it back: metafresh revert 20261123-003901-123456 records/tidal-power.md

records/trains.md
  /related/3
  title      - Grid batteries: what they cost
             + Sleepers are back, and full
             og:title: the page says so
             https://www.gazette.example/tidal-power
  ampWebUrl  - https://a.example/amp/old
             + https://a.example/amp/new
             og:title of www.gazette.example: the page says so
  images     no picture → 30 × 40 (first picture)
             + https://www.gazette.example/img/bed.png
             og:title of www.gazette.example: the page says so
  take it back: metafresh revert 20261123-003901-123456 records/trains.md

Held, for a person to decide

records/tidal-power.md
  title  - Reading rooms
         + Just a moment...
         og:title of https://www.gazette.example/tidal-power: the page says so

Failed

quarry.example  2 failures
  status 404: page not found  https://quarry.example/gone
  no answer within 20 s  https://quarry.example/slow
Records that could not be used  1 failure
  line 12: a tab where blanks must be  records/broken.md

Decide on what is held: metafresh review
Read it in a browser: metafresh report 20261123-003901-123456 --format html --open
""" == piped(honest_report())


def test_a_report_tells_lines_ages_and_what_else_is_wrong():
    assert """\
1 changed, 0 held, 2 failed, 9 unchanged
23 Nov 2026, 00:39 UTC · 4.2 s · 14 pages · 1.2 MB · 1 value in 1 record
3 days after the last full success

Changed

records/tidal-power.md:3
  title  [-Old-]{+New+} tide
         og:title of https://www.gazette.example/tidal-power: the page says so
         the page also says 'Longer tide' (twitter:title): less trusted
  take it back: metafresh revert 20261123-003901-123456 records/tidal-power.md

Failed

quarry.example  2 failures; it has given nothing for 4 days
  status 404: page not found, for 5 days by now  https://quarry.example/gone
  too slow  https://quarry.example/slow

Dead links (1)
  https://a.example/amp
    AMP, 410 for 9 days; in records/links.yml#/3

Due (1,235 articles)
  now                       31
  within a day           1,204

Read it in a browser: metafresh report 20261123-003901-123456 --format html --open
""" == piped(full_report())


def test_the_last_runs_are_told_where_there_are_several():
    runs = [Ran(f"r{number}", STARTED, "done", number, 0, 0, dry_run=False) for number in range(9)]

    lines = piped(replace(honest_report(), standing=standing(runs=tuple(runs)))).splitlines()

    assert [f"r{number}" for number in range(5)] == [line.split()[0] for line in lines if line.startswith("  r")]


def test_what_was_only_planned_is_not_taken_back():
    assert "metafresh revert" not in piped(build(run(dry_run=True), [change("/title", "title", "a", "b")], (), ()))


def test_a_record_whose_name_no_shell_takes_has_no_command():
    assert "metafresh revert" not in piped(changed(change("/title", "title", "a", "b", record="a\x1b.md")))


def test_a_run_in_which_nothing_happened_is_two_lines():
    assert ("0 changed, 0 held, 0 failed, 9 unchanged\n23 Nov 2026, 00:39 UTC · 4.2 s · 14 pages · 1.2 MB\n") == piped(
        changed()
    )


def test_an_ending_that_needs_saying_is_said_under_the_headline():
    report = build(run(outcome="interrupted"), (), (), ())

    assert "This run was interrupted; what it had done is kept." == piped(report).splitlines()[2]


def test_colour_tells_old_and_new_words_apart():
    line = coloured(changed(change("/title", "title", "The old mill turns", "The new mill turns"))).splitlines()[6]

    assert "  title  The \x1b[9;31mold\x1b[0m \x1b[1;32mnew\x1b[0m mill turns" == line


def test_colour_and_pipe_tell_the_same_but_for_the_marks():
    report = honest_report()

    plain = Text.from_ansi(coloured(report)).plain

    assert "The tide that turns the a mill at night" in plain
    assert "The tide that turns [-the-]{+a+} mill {+at night+}" in piped(report)


def test_no_color_puts_marks_in_the_place_of_colour_on_a_terminal_too():
    out = Terminal()
    report = changed(change("/title", "title", "The old mill turns", "The new mill turns"))

    print_report(report, Console(file=out, width=80, color_system="standard", force_terminal=True))  # NO_COLOR is set

    assert "The [-old-]{+new+} mill turns" in out.getvalue()


def test_long_texts_are_wrapped_at_words_and_stay_in_their_column():
    excerpt = "Twice a day the estuary fills and empties, and engineers have long wanted to use that"
    lines = piped(changed(change("/excerpt", "excerpt", None, excerpt))).splitlines()[6:8]

    assert [
        "  excerpt  + Twice a day the estuary fills and empties, and engineers have long",
        "             wanted to use that",
    ] == lines


def test_nothing_but_a_url_or_a_command_is_wider_than_the_console():
    report = changed(change("/title", "title", "wort " * 90, "word " * 90), *another_picture())

    assert [] == [
        line
        for line in piped(report, 60).splitlines()[5:-1]
        if len(line) > 60 and not re.search("https://|metafresh ", line)
    ]


def test_a_url_is_never_broken_so_that_it_can_be_copied():
    url = f"https://a.example/{'a-long-way/' * 20}"

    assert f"+ {url}\n" in piped(changed(change("/ampWebUrl", "amp", None, url)))
    assert f"  {url}\n" in piped(build(run(), (), (), [failure(url)]))


def test_no_line_ends_in_blanks():
    assert [] == [line for line in piped(honest_report()).splitlines() if line != line.rstrip()]


def test_a_change_that_was_taken_back_says_so():
    assert "  title  taken back\n" in piped(changed(change("/title", "title", "a", "b", status="reverted")))


def test_a_title_in_the_consoles_own_markup_is_shown_as_it_is():
    title = "[red]not red[/red] [link=https://evil.example]x[/link] [/] :smile:"

    assert f"+ {title}\n" in piped(changed(change("/title", "title", None, title)))


def test_hostile_text_sends_nothing_but_colour_to_a_terminal():
    sent = coloured(hostile_report())

    shown = Text.from_ansi(sent).plain.replace("\n", "")
    assert [] == [char for char in set(shown) if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]
    assert r"\x1b[31mred\x1b]8;;https://evil.example\x07\x00\x9b\r\n" in shown
    assert "\x1b]" not in sent


def test_a_very_long_title_takes_a_few_lines():
    assert len(piped(changed(change("/title", "title", None, "W" * 10_000))).splitlines()) < 20


@settings(max_examples=60)
@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_is_printed_and_none_acts(before, after):
    said = {"record": after, "source": before, "evidence": after, "reason": before}
    report = build(run(), [change(f"/{before}", "title", before, after, **said)], (), [failure(before, after, before)])

    shown = piped(report).replace("\n", "").replace("\u200c", "").replace("\u200d", "")

    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]


# ---- the bar


def drawn(out: io.StringIO, *, quiet: bool = False, times: int = 3) -> str:
    clock = iter(range(100))
    console = Console(file=out, width=100, get_time=lambda: float(next(clock)), no_color=True, _environ={})
    with Progress(console, quiet=quiet) as bar:
        for done in range(1, times + 1):
            bar.update(done, 240, 2, 1)
    return out.getvalue()


def test_a_bar_tells_how_far_and_what_came_of_it():
    told = Text.from_ansi(drawn(Terminal())).plain

    assert "3/240" in told
    assert "2 changed, 1 failed" in told


def test_a_bar_tells_its_pace_and_what_time_is_left():
    assert "/s, " in drawn(Terminal(), times=20)
    assert " left" in drawn(Terminal(), times=20)


@pytest.mark.parametrize(("out", "quiet"), [(io.StringIO(), False), (Terminal(), True)])
def test_no_bar_is_drawn_into_a_pipe_or_when_quiet(out, quiet):
    assert "" == drawn(out, quiet=quiet)
