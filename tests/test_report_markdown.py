"""The report as Markdown, read as CommonMark and as GitHub read it: what others wrote is code, and can do nothing."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from crawler.report.markdown import code, to_markdown
from crawler.report.model import Report, build
from crawler.report.standing import Dead, Host, Ran, Status
from crawler.report.visible import visible
from tests.reports import HOSTILE, PAGE, STARTED, change, failure, honest_report, hostile_report, run

GITHUB = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "strikethrough", "linkify"])
# What our own words are made of, outside of code.
OURS = re.compile(r"[\w ,.:;·→×…()-]*")
MARKUP = (
    "@octocat", "#123 GH-1 a/b#1", "![x](https://evil.example/p.png)", "[x](https://evil.example)",
    "<https://evil.example>", "www.evil.example evil@evil.example", "a|b\\|c", "`` ` ```", "\\", "$$x$$ $y$", ":smile:",
    "<!-- x", "<b>x</b>", "&lt;b&gt; &#64;", "***x*** ~~y~~ __z__", "[^1] [x]: https://evil.example", "- [ ] x", "x  ",
)  # fmt: skip
DAY = timedelta(days=1)


def tokens(text: str) -> list[Token]:
    flat = []
    for token in GITHUB.parse(text):
        flat += [token, *(token.children or ())]
    return flat


def of(text: str, kind: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == kind]


def links(text: str) -> set[str]:
    return {str(token.attrs["href"]) for token in tokens(text) if token.type == "link_open"}


def changed(*rows, **more) -> Report:
    return build(run(), rows, more.get("held", ()), more.get("failures", ()))


def standing(text: str = "x", **other) -> Status:
    known = {
        "now": STARTED + DAY, "busy": False, "success": STARTED, "accepted": 0, "plan": None,
        "runs": (Ran(text, STARTED, text, 12, 3, 7, dry_run=False),),
        "due": Counter({"now": 31, "within a day": 1204}), "held": Counter(),
        "hosts": (Host("quarry.example", 14, text, STARTED - DAY, None, None),), "host_count": 1,
        "dead": (Dead(text, 404, STARTED - DAY, text), Dead(text, None, STARTED - DAY, text, amp=True)),
        "dead_count": 2,
    }  # fmt: skip
    return Status(**(known | other))


def test_a_report_reads_from_the_outcome_to_what_to_do_next():
    text = to_markdown(honest_report())

    assert text.startswith("""\
## 2 changed, 1 held, 3 failed, 9 unchanged

23 Nov 2026, 00:39 UTC · 4.2 s · 14 pages · 1.2 MB · 8 values in 2 records

### Changed

#### `records/tidal-power.md`

- `title`: `The tide that turns` ~~`the`~~ **`a`** `mill` **`at night`**
  - `og:title` of [`www.gazette.example`](<https://www.gazette.example/tidal-power>): the page says so
- `images`: 642 × 321 → 800 × 400 (another picture) ~~`https://www.gazette.example/img/old.png`~~ \
**`https://www.gazette.example/img/new.png`**
""")
    assert [
        "2 changed, 1 held, 3 failed, 9 unchanged",
        "Changed",
        "`records/tidal-power.md`",
        "`records/trains.md`",
        "Held, for a person to decide: `metafresh review 20261123-003901-123456`",
        "`records/tidal-power.md`",
        "Failed",
        "`quarry.example`, 2 failures",
        "Records that could not be used, 1 failure",
        "What next",
    ] == [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]


def test_each_record_has_the_command_that_takes_its_changes_back():
    text = to_markdown(changed(change("/title", "title", "a", "b", record="my records/it's.md")))

    assert "metafresh revert 20261123-003901-123456 'my records/it'\"'\"'s.md'" in of(text, "code_inline")


def test_what_was_only_planned_is_not_taken_back():
    text = to_markdown(build(run(dry_run=True), [change("/title", "title", "a", "b")], (), ()))

    assert "metafresh revert" not in text
    assert "metafresh apply 20261123-003901-123456" in of(text, "code_inline")


def test_how_things_stand_is_told_with_the_ages_of_what_fails():
    rows = [failure("https://www.quarry.example/gone"), failure("https://quarry.example/slow")]
    report = build(
        run(), (), (), rows, failing={"https://quarry.example/slow": STARTED - 5 * DAY}, last_success=STARTED - 3 * DAY,
        standing=standing("https://quarry.example/gone"),
    )  # fmt: skip

    text = to_markdown(report)

    assert "· 3 days after the last full success" in text
    assert "#### `quarry.example`, 1 failure; it has given nothing for 2 days" in text
    assert "status 404: page not found, for 6 days by now; wanted by `records/links.yml`" in text
    assert "): 404 for 2 days; in `https://quarry.example/gone`" in text
    assert ["Dead links", "Dead AMP pages"] == re.findall(r"^### (Dead.*)", text, re.MULTILINE)
    assert "### Due\n\n31 now, 1,204 within a day\n" in text
    assert "| 24 h ago |" in text


def test_what_lost_and_why_stands_under_what_won():
    others = [{"value": "Longer tide", "evidence": "twitter:title", "reason": "less trusted"}]

    text = to_markdown(changed(change("/title", "title", "a", "b", others=others, line=3)))

    assert "- `title`, line 3: ~~`a`~~ **`b`**" in text
    assert "  - the page also says `Longer tide` (`twitter:title`): less trusted" in text


def test_a_page_is_linked_only_where_its_address_is_plain():
    rows = [
        change("/title", "title", "a", "b", source=source)
        for source in (
            "https://a.example/?a=1&lt;=2",
            "https://a.example/<b>",
            "javascript:x",
            'https://a.example/"x|y',
        )
    ]

    assert {"https://a.example/?a=1&lt;=2"} == links(to_markdown(changed(*rows)))


@pytest.mark.parametrize("text", [*HOSTILE, *MARKUP], ids=range(len(HOSTILE) + len(MARKUP)))
def test_what_others_wrote_is_code_and_nothing_else(text):
    said = {"record": text, "source": text, "evidence": text, "reason": text}
    others = [{"value": text, "evidence": text, "reason": text}]
    rows = [change(f"/related/0/{text}", "title", text, f"{text} x", others=others, **said)]
    rows += [change("/images", "images", None, [{"url": text, "width": 1, "height": 9}], **said)]
    held = [change("/title", "title", None, text, **said)]
    failures = [failure(url, text, text, record=text, pointer=text) for url in (text, f"https://{text}", None)]
    row = run(id=text, outcome=text)

    made = to_markdown(build(row, rows, held, failures, standing=standing(text)))

    assert [] == [token.type for token in tokens(made) if token.type in {"html_block", "html_inline", "image", "fence"}]
    assert [] == [words for words in of(made, "text") if not OURS.fullmatch(words)]
    assert [] == [link for link in links(made) if not re.fullmatch(r"https://[\w./%@:#-]*", link)]
    assert made.replace("\n", "").isprintable()


def test_hostile_pages_and_records_make_no_markup():
    made = to_markdown(hostile_report())

    kinds = {token.type for token in tokens(made)}
    assert kinds.isdisjoint({"html_block", "html_inline", "image", "fence", "code_block", "hr"})
    assert [] == [words for words in of(made, "text") if not OURS.fullmatch(words)]


@settings(max_examples=100)
@given(st.text(st.characters(), min_size=1, max_size=200) | st.text("` \\|", min_size=1, max_size=12))
def test_any_text_is_given_back_by_its_code_span(text):
    (span,) = of(f"x {code(text)} y", "code_inline")

    assert visible(text) == span


def test_a_summary_is_never_too_large_and_says_how_much_is_left_out():
    title = "\U000e0041" * 900
    rows = [change("/title", "title", f"{number}", title, record=f"{number}.md") for number in range(3000)]
    failures = [failure(f"https://a.example/{number}/{'x' * 150}") for number in range(3000)]

    text = to_markdown(changed(*rows, held=rows, failures=failures))

    left = [int(number.replace(",", "")) for number in re.findall(r"\n([\d,]+) \w+ left out here; ", text)]
    assert 500_000 < len(text.encode()) < 2**20
    assert 9000 == sum(left) + text.count("\n- `title`") + text.count("\n- [`https")
    assert "left out here; `metafresh report 20261123-003901-123456` tells all" in text


def test_links_go_nowhere_but_to_the_pages_of_the_run():
    assert {
        PAGE,
        "https://www.gazette.example/img/new.png",
        "https://quarry.example/gone",
        "https://quarry.example/slow",
    } == links(to_markdown(honest_report()))


def test_dead_links_that_are_only_counted_are_counted():
    text = to_markdown(build(run(), (), (), (), standing=standing("https://a.example/", dead_count=1234)))

    assert "\n1,232 more dead links; `metafresh status --json` tells some more\n" in text


def test_where_nothing_is_due_and_no_run_is_known_nothing_is_said_of_it():
    text = to_markdown(build(run(), (), (), (), standing=standing(due=Counter(), runs=())))

    assert ["Dead links", "Dead AMP pages"] == re.findall(r"^### (.*)", text, re.MULTILINE)


def test_what_is_empty_is_told_as_nothing():
    assert "(nothing)" == code("")
