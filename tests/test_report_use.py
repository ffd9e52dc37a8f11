"""The report as a page that is used: filtered, searched, walked through by keys, read without a script or eyes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from crawler.report.model import build
from tests.reports import change, failure, full_report, hostile_report, run, standing

TEXTS, HOSTS = "https://www.gazette.example/a", "https://nightline.example/b"


def mixed_report():
    changes = [
        change("/title", "title", "Old mill", "New mill", source=TEXTS, reason="most trusted; 2 other sources agree"),
        change("/excerpt", "excerpt", "It turned.", "It turns.", source=HOSTS, reason="the only one"),
        change("/related/0/title", "title", "Grid", "Grids", source=HOSTS, record="records/grids.md"),
        change("/related/1/title", "title", "A", "B", source=HOSTS, record="records/grids.md", status="reverted"),
    ]
    held = [change("/title", "title", "Rooms", "Just a moment...", source=TEXTS, reason="looks like a wall")]
    return build(
        run(), changes, held, [failure("https://quarry.example/x", "timeout", "too slow")], standing=standing()
    )


def seen(page):
    """The entries that are shown, each by the first words of its text."""
    return page.locator("[data-outcome]").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => e.querySelector('.value').textContent.trim())"
    )


def choose(page, name, value):
    option = page.locator(f"select[name={name}] option", has_text=value)
    page.select_option(f"select[name={name}]", value=option.get_attribute("value"))


MILL, EXCERPT, GRID, BACK, HELD, SLOW, GONE = (
    "OldNew mill", "It turnedturns.", "Grid", "A", "Rooms", "Too slow", "410 for 9 days",
)  # fmt: skip


def test_without_a_choice_everything_is_shown(opened):
    page = opened(mixed_report()).page

    assert [GRID, BACK, MILL, EXCERPT, HELD, SLOW, GONE] == seen(page)


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("outcome", "changed (3)", [GRID, MILL, EXCERPT]),
        ("outcome", "taken back (1)", [BACK]),
        ("outcome", "held (1)", [HELD]),
        ("outcome", "failed (1)", [SLOW]),
        ("outcome", "amp rot (1)", [GONE]),
        ("field", "title (4)", [GRID, BACK, MILL, HELD]),
        ("field", "excerpt (1)", [EXCERPT]),
        ("host", "nightline.example (3)", [GRID, BACK, EXCERPT]),
        ("host", "quarry.example (1)", [SLOW]),
        ("reason", "most trusted (1)", [MILL]),
        ("reason", "looks like a wall (1)", [HELD]),
        ("reason", "timeout (1)", [SLOW]),
    ],
)
def test_a_choice_leaves_what_fits_it(opened, name, value, left):
    page = opened(mixed_report()).page

    choose(page, name, value)

    assert left == seen(page)
    assert f"{len(left)} of 7 shown" == page.locator("[role=status]").text_content()


def test_choices_are_joined(opened):
    page = opened(mixed_report()).page

    choose(page, "host", "nightline.example")
    choose(page, "field", "title")

    assert [GRID, BACK] == seen(page)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("moment", [HELD]),
        ("GRIDS.md", [GRID, BACK]),
        ("/related/1", [BACK]),
        ("nightline.example", [GRID, BACK, EXCERPT]),
    ],
)
def test_a_search_finds_words_of_a_change_and_of_what_it_stands_under(opened, words, left):
    page = opened(mixed_report()).page

    page.fill("input", words)
    page.wait_for_selector("[role=status]:not(:empty)")

    assert left == seen(page)


def test_sections_and_records_in_which_nothing_is_left_are_gone_and_come_back(opened):
    page = opened(mixed_report()).page
    choose(page, "outcome", "held")

    left = page.locator("h2:visible, h3:visible").all_text_contents()
    page.click("text=Show all")

    assert ["Held", "records/tidal-power.md"] == left
    assert 7 == len(seen(page))
    assert page.locator("h2:visible").count() == 6


def test_keys_walk_through_what_is_shown(opened):
    page = opened(mixed_report()).page
    focused = "document.activeElement.querySelector('.value').textContent.trim()"
    choose(page, "field", "title")
    page.locator("h1").click()

    told = []
    for key in "jjkjjjj":
        page.keyboard.press(key)
        told.append(page.evaluate(focused))

    assert [GRID, BACK, GRID, BACK, MILL, HELD, HELD] == told


def test_a_slash_leads_to_the_search_and_escape_out_of_it(opened):
    page = opened(mixed_report()).page

    page.keyboard.press("/")
    page.keyboard.type("jk/moment")
    page.keyboard.press("Escape")

    assert "" == page.input_value("input")
    assert "BODY" == page.evaluate("document.activeElement.tagName")


def test_without_a_script_everything_can_be_read_and_nothing_is_there_that_would_not_work(opened):
    page = opened(mixed_report(), script=False).page

    assert not page.locator("[role=search]").is_visible()
    assert page.locator(".change").count() == page.locator(".change:visible").count() == 5
    assert page.locator("li.entry:visible").count() == 2


def test_a_report_of_nothing_has_nothing_to_search(opened):
    assert not opened(build(run(), (), (), ())).page.locator("[role=search]").is_visible()


@pytest.mark.parametrize("make", [mixed_report, hostile_report])
def test_nobody_is_asked_and_nothing_is_complained_of_while_it_is_used(opened, make):
    report = opened(make())
    page = report.page

    for choice in page.locator("select:visible").all():
        for option in choice.locator("option").all():
            choice.select_option(value=option.get_attribute("value"))
        choice.select_option(value="")
    for words in ("<script>", "'\"><svg", "moment", ""):
        page.fill("input", words)
        page.wait_for_timeout(150)
    for key in "jjk":
        page.keyboard.press(key)

    assert [page.url] == report.asked
    assert ([], []) == (report.said, report.dialogs)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("make", [mixed_report, full_report, hostile_report])
def test_axe_finds_nothing_wrong(opened, make, scheme):
    page = opened(make(), scheme=scheme).page
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")

    found = Axe().run(page).response["violations"]

    assert [] == [(each["id"], each["impact"], each["nodes"][0]["html"][:120]) for each in found]


def test_dead_links_amp_rot_what_is_due_and_the_runs_are_told(opened):
    page = opened(full_report()).page

    assert ["AMP rot", "Due", "Runs"] == page.locator("h2").all_text_contents()[-3:]
    assert "1,204" in page.locator("#due").inner_text()
    assert "12 changed, 3 held, 7 failed" in page.locator("#runs title").first.text_content()
    assert 3 == page.locator("#runs rect").count()


def test_a_change_tells_what_else_the_page_said_when_it_was_and_how_to_take_it_back(opened):
    page = opened(full_report()).page

    told = page.locator("#changed").inner_text()

    assert "00:39:04 UTC" in told
    assert "metafresh revert 20261123-003901-123456 records/tidal-power.md" in told
    assert "Longer tide" in page.locator("#changed .others").text_content()


def test_a_record_is_a_link_to_its_line(opened, tmp_path):
    page = opened(full_report()).page

    assert f"{tmp_path.as_uri()}/records/tidal-power.md#L3" == page.locator("h3 a").first.get_attribute("href")
