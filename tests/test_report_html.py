"""The report as a page: inert, readable and self-contained, in a real Chromium where there is one."""

import re
from itertools import pairwise

import pytest

from crawler.report.changes import Picture
from crawler.report.drawn import bar, frames
from crawler.report.html import link, to_html
from crawler.report.model import build
from tests.reports import HOSTILE, another_picture, change, failure, honest_report, hostile_report, run

# The ratio of the luminances of each text and of what lies behind it, below what WCAG 2.2 (1.4.3, AA) asks for.
FAINT_TEXTS = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; text = texts.nextNode();) {
    if (!text.data.trim()) continue;
    const front = light(getComputedStyle(text.parentElement).color), back = light(behind(text.parentElement));
    const ratio = (Math.max(front, back) + .05) / (Math.min(front, back) + .05);
    if (ratio < 4.5) faint.push([text.data, ratio]);
  }
  return faint;
}"""


# ---- without a browser


def test_the_page_tells_the_outcome_in_its_title():
    assert "<title>2 changed, 1 held, 3 failed, 9 unchanged · metafresh</title>" in to_html(honest_report())


def test_words_that_went_and_came_are_marked_as_such():
    page = to_html(build(run(), [change("/title", "title", "The old mill turns", "The new mill turns")], (), ()))

    assert "<span>The </span><del>old</del><ins>new</ins><span> mill turns</span>" in page


def test_a_run_in_which_nothing_changed_says_so():
    assert "Every article that was looked at is as its pages say." in to_html(build(run(), (), (), ()))
    assert "Nothing was due." in to_html(build(run(counts={}), (), (), ()))


def test_a_change_that_was_rejected_says_so():
    page = to_html(build(run(), [change("/title", "title", "a", "b", status="rejected")], (), ()))

    assert '<p class="note">rejected</p>' in page


def test_a_failure_names_the_articles_that_wanted_it_but_not_all_of_many():
    many = [failure("https://a.example/1", pointer=f"/related/{index}") for index in range(5)]
    page = to_html(build(run(), (), (), many))

    assert "<code>records/links.yml#/related/2</code> and 2 more" in page
    assert "/related/3" not in page


@pytest.mark.parametrize("url", ["http://a.example/", "https://a.example/b?c=d#e"])
def test_a_web_address_is_a_link(url):
    assert url == link(url)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//a.example", "https://a.example/\u202e", ""],
)
def test_nothing_else_is_a_link(url):
    assert link(url) is None


def test_two_pictures_are_drawn_in_true_proportions_within_one_box():
    (told,) = build(run(), another_picture(), (), ()).records[0].articles[0].changes

    before, after = frames(told)

    assert ((96.3, 48.1), (120, 60)) == (before, after)


def test_a_picture_of_extreme_proportions_can_still_be_seen():
    (told,) = build(run(), another_picture(), (), ()).records[0].articles[0].changes
    extreme = type(told)(**{name: getattr(told, name) for name in told.__slots__} | {"after": Picture("u", 1, 10_000)})

    assert 2 <= min(side for frame in frames(extreme) for side in frame)


def test_a_picture_whose_size_is_not_known_is_not_drawn():
    new = change("/images", "images", None, [{"url": "u"}])
    (told,) = build(run(), [new], (), ()).records[0].articles[0].changes

    assert (None, None) == frames(told)


def test_the_bar_shows_each_figures_share():
    assert [(0, 250), (250, 0), (250, 750), (1000, 0)] == list(bar((("a", 1), ("b", 0), ("c", 3), ("d", 0))))
    assert [(0, 0)] == list(bar((("a", 0),)))


def test_a_page_of_hostile_text_can_be_written_as_utf_8_and_holds_no_acting_character():
    page = to_html(hostile_report())

    assert page.encode()
    assert [] == re.findall(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", page
    )


# ---- in a browser


def test_hostile_text_is_inert(opened):
    report = opened(hostile_report())

    report.page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    report.page.mouse.move(600, 600)
    report.page.wait_for_timeout(200)

    assert ([], []) == (report.dialogs, report.said)
    assert 1 == len(report.asked)
    assert 0 == report.page.locator("img, iframe, object, embed, form, base, link").count()
    assert [1, 1] == [report.page.locator(ours).count() for ours in ("script", "input")]
    assert 0 == report.page.evaluate(
        "[...document.all].flatMap(e => [...e.attributes]).filter(a => /^(on|style)/.test(a.name)).length"
    )


def test_hostile_text_is_shown_to_the_letter(opened):
    body = opened(hostile_report()).page.locator("body")

    text = body.evaluate("body => body.textContent")

    for hostile in HOSTILE[:6]:
        assert hostile in text
    assert r"\u202egnp.exe\u202c \u2066x\u2069 \u200fy\ufeff" in text
    assert "W" * 10_000 in text


def test_every_link_leads_to_the_web_and_tells_it_nothing(opened):
    links = opened(hostile_report()).page.locator("main a:not(h3 a)")

    assert set() == {
        (url, rel)
        for url, rel in links.evaluate_all("links => links.map(a => [a.getAttribute('href'), a.rel])")
        if not url.startswith(("http://", "https://")) or rel != "noreferrer noopener"
    }


def test_an_honest_report_asks_for_nothing_and_complains_of_nothing(opened):
    report = opened(honest_report())

    assert [report.page.url] == report.asked
    assert [] == report.said


def test_our_own_style_passes_the_pages_policy_and_no_other_does(opened):
    page = opened(honest_report()).page

    assert "896px" == page.locator("body").evaluate("e => getComputedStyle(e).maxWidth")
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('style'), {textContent: 'h1 {order: 7}'}))"
    )
    assert "0" == page.locator("h1").evaluate("e => getComputedStyle(e).order")


@pytest.mark.parametrize("make", [honest_report, hostile_report])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(opened, make, scheme):
    page = opened(make(), scheme=scheme).page

    assert [] == page.evaluate(FAINT_TEXTS)


def test_dark_is_dark_and_light_is_light(opened):
    grounds = [
        opened(honest_report(), scheme=scheme).page.evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in ("light", "dark")
    ]

    assert ["rgb(246, 245, 242)", "rgb(18, 20, 23)"] == grounds


@pytest.mark.parametrize("make", [honest_report, hostile_report])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(opened, make, width):
    page = opened(make(), width=width).page

    assert width == page.evaluate("document.documentElement.scrollWidth")


def test_headings_make_an_outline_without_gaps(opened):
    levels = opened(honest_report()).page.locator("h1, h2, h3, h4").evaluate_all("hs => hs.map(h => +h.tagName[1])")

    assert 1 == levels.count(1)
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_figures_lead_to_their_sections_by_keyboard(opened):
    page = opened(honest_report()).page

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#held")  # on a busy machine a moment later

    assert page.url.endswith("#held")


def test_it_prints(opened):
    page = opened(honest_report()).page

    assert page.pdf(format="A4").startswith(b"%PDF")


def test_of_five_thousand_changes_only_those_in_sight_are_rendered(opened):
    changes = [
        change(
            f"/related/{index % 20}/title",
            "title",
            f"The tide {index} turns",
            "The tide turns",
            record=f"{index // 20}.md",
        )
        for index in range(5000)
    ]

    page = opened(build(run(), changes, (), ())).page

    assert 250 == page.locator(".card").count()
    assert "auto" == page.evaluate("getComputedStyle(document.querySelector('.card')).contentVisibility")
    assert page.evaluate("document.querySelector('.card').checkVisibility({contentVisibilityAuto: true})")
    assert not page.evaluate(
        "[...document.querySelectorAll('.card del')].at(-1).checkVisibility({contentVisibilityAuto: true})"
    )
