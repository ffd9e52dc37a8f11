"""What looks wrong is held for a person, or until it is seen twice; it keeps nothing else from being written."""

import pytest

from crawler.state.rows import Decision
from crawler.state.store import open_store
from tests.desk import IMAGE, PAGE, RECORD, Desk, changed, html
from tests.loopback import Answer, png

LONG = "An excerpt of such a length that nobody would give it up for a few words without a second look at the page."
AT_ONCE, NEVER = {"judge": {"confirm_after": 0}}, {"judge": {"confirm_after": "30d"}}


@pytest.fixture
def desk(web, tmp_path):
    made = Desk(web, tmp_path)
    made.write(RECORD)
    return made


async def visit(desk, settings=AT_ONCE, **page):
    """What a visit changes, when the page says this."""
    desk.web[PAGE] = html(**page)
    return changed(await desk.crawl(settings=settings, everything=True))


def held(desk):
    return {row["pointer"]: row["reason"] for row in desk.rows if row["type"] == "held"}


async def test_a_new_title_at_the_articles_own_address_is_believed_at_once(desk):
    assert {"/title": ("Old title", "Something else altogether")} == await visit(
        desk, title="Something else altogether"
    )


# ---- flapping


async def test_a_value_that_comes_back_is_held(desk):
    await visit(desk, title="New title")

    assert {} == await visit(desk, settings=NEVER, title="Old title")
    (reason,) = held(desk).values()
    assert reason.startswith("it said so before, until 2")
    assert reason.endswith("; to be seen once more")
    assert 1 == desk.summary.counts["held"]


async def test_a_value_that_comes_back_is_believed_when_it_is_seen_twice(desk):
    await visit(desk, title="New title")
    await visit(desk, title="Old title")

    assert {"/title": ("New title", "Old title")} == await visit(desk, title="Old title")
    assert {} == held(desk)


async def test_two_sightings_must_lie_some_time_apart(desk):
    await visit(desk, title="New title")
    await visit(desk, settings=NEVER, title="Old title")

    assert {} == await visit(desk, settings=NEVER, title="Old title")


async def test_a_value_that_flips_is_never_seen_twice_in_a_row(desk):
    await visit(desk, title="New title")

    flips = [
        await visit(desk, title=title) for title in ("Old title", "New title", "Old title", "New title", "Old title")
    ]

    assert [{}] * 5 == flips
    assert 'title: "New title"' in desk.read()


async def test_of_two_articles_in_one_record_each_has_its_own_past(desk):
    related = RECORD.split("---")[1].replace(PAGE, f"{PAGE}/2").strip().replace("\n", "\n    ")
    desk.write(RECORD.replace("secured:", f"related:\n  - {related}\nsecured:", 1))
    desk.web[f"{PAGE}/2"] = html()
    await visit(desk, title="New title")
    await visit(desk, title="Old title")
    desk.web[f"{PAGE}/2"] = html(title="New title")

    rows = await visit(desk, title="Old title")

    assert {"/title": ("New title", "Old title"), "/related/0/title": ("Old title", "New title")} == rows


# ---- what shrinks


async def test_an_excerpt_that_shrinks_is_held_until_it_is_seen_twice_and_nothing_else_waits_for_it(desk):
    desk.write(RECORD.replace("Old excerpt.", LONG))

    assert {"/title": ("Old title", "New title")} == await visit(desk, title="New title", excerpt="Shorter.")
    assert {"/excerpt": f"it shrinks from {len(LONG)} to 8 letters; to be seen once more"} == held(desk)
    assert {"/excerpt": (LONG, "Shorter.")} == await visit(desk, title="New title", excerpt="Shorter.")


async def test_a_picture_that_collapses_is_held_as_a_whole(desk):
    desk.web[IMAGE] = png(640, 100)

    assert {} == await visit(desk)
    assert {"/images/0/height": "the picture collapses from 480 to 100 pixels; to be seen once more"} == held(desk)

    desk.web[IMAGE] = png(600, 100)
    assert {} == await visit(desk, settings=NEVER)
    assert {"/images/0/height", "/images/0/width"} == set(held(desk))


async def test_a_size_of_nothing_is_no_loss(desk):
    desk.write(RECORD.replace("height: 480", "height: 0"))

    assert {"/images/0/height": (0, 480)} == await visit(desk)


# ---- what many say


@pytest.mark.parametrize(
    "said", [{"title": "The river and the town"}, {"excerpt": "The news that matters to this town."}]
)
async def test_what_several_articles_of_a_host_would_say_alike_is_held_for_all_of_them(desk, said):
    for number in range(5):
        url = f"https://news.example/{number}"
        desk.write(RECORD.replace(PAGE, url).replace("Old title", f"Story number {number}"), f"{number}.md")
        desk.web[url] = html(**({"title": f"Story number {number}"} | said))

    assert [] == await desk.crawl(settings={"images": False})
    assert all("pages of the host would say the same" in reason for reason in held(desk).values())
    assert held(desk)


async def test_one_page_that_several_records_want_may_say_the_same_to_all_of_them(desk):
    for number in range(4):
        desk.write(RECORD.replace("Old title", "A headline of old"), f"{number}.md")

    await visit(desk, title="Subscribers: what will they think of it?")

    assert (5, {}) == (desk.summary.counts["changes"], held(desk))


# ---- what only a person can tell


async def test_a_title_from_where_a_redirect_leads_is_held_unless_the_page_proves_itself(desk):
    moved = "https://other.example/story"
    desk.web[PAGE] = Answer(status=301, headers={"Location": moved})
    desk.web[moved] = html(title="Old title, told")
    assert [] == await desk.crawl(settings=AT_ONCE, everything=True)
    assert {"/title": "the page does not prove that it is the same article"} == held(desk)
    assert [] == await desk.crawl(settings=AT_ONCE, everything=True)

    desk.web[moved] = html(title="Old title, told", extra=f'<link rel="canonical" href="{PAGE}">')

    assert {"/title": ("Old title", "Old title, told")} == changed(await desk.crawl(everything=True))


async def test_a_row_of_links_is_no_excerpt(desk):
    links = "Disclaimer | Accessibility Statement | Commerce Policy | Made In NYC"
    desk.write(RECORD.replace("Old excerpt.", LONG))

    assert {} == await visit(desk, excerpt=links)
    assert {} == await visit(desk, excerpt=links)
    assert "excerpt" not in desk.read() or LONG in desk.read()


async def test_what_was_taken_back_does_not_come_again_by_itself(desk):
    await visit(desk, title="New title")
    await desk.revert(desk.summary.run)

    assert {} == await visit(desk, title="New title")
    assert {} == await visit(desk, title="New title")
    (reason,) = held(desk).values()
    assert reason.startswith("it was taken back on 2")


async def test_what_was_rejected_is_not_even_told_of_again(desk):
    await visit(desk, title="New title")
    await visit(desk, settings=NEVER, title="Old title")
    await decide(desk, Decision.REJECTED)

    assert {} == await visit(desk, title="Old title")
    assert {} == await visit(desk, title="Old title")
    assert {} == held(desk)


async def test_what_was_accepted_is_written_by_apply(desk):
    await visit(desk, title="New title")
    await visit(desk, settings=NEVER, title="Old title")
    await decide(desk, Decision.ACCEPTED)

    assert {"/title": ("New title", "Old title")} == changed(await desk.apply())
    assert RECORD == desk.read()


async def test_what_was_accepted_and_edited_since_is_left_alone(desk):
    await visit(desk, title="New title")
    await visit(desk, settings=NEVER, title="Old title")
    await decide(desk, Decision.ACCEPTED)
    desk.write(RECORD.replace("Old title", "My title"))

    assert [] == await desk.apply()
    (failure,) = (row["reason"] for row in desk.rows if row["type"] == "failure")
    assert "edited since: /title is 'My title'; accept what the next crawl finds" == failure


ORIGINAL = "https://paper.example/story"


async def test_while_the_original_is_down_a_copy_is_believed_only_when_it_is_seen_twice(desk):
    desk.write(RECORD.replace("webUrl:", f"originalUrl: {ORIGINAL}\nwebUrl:"))
    desk.web[ORIGINAL] = Answer(status=503)

    assert {} == await visit(desk, title="The copy's title")
    assert {"/title": "another page says so, while a more trusted one is down; to be seen once more"} == held(desk)
    assert {"/title": ("Old title", "The copy's title")} == await visit(desk, title="The copy's title")


async def test_a_copy_that_names_the_original_speaks_for_it_at_once(desk):
    desk.write(RECORD.replace("webUrl:", f"originalUrl: {ORIGINAL}\nwebUrl:"))
    desk.web[ORIGINAL] = Answer(status=503)

    told = await visit(desk, title="New title", extra=f'<link rel="canonical" href="{ORIGINAL}">')

    assert {"/title": ("Old title", "New title")} == told


async def test_a_history_of_flips_leaves_each_lasting_change_once_and_no_flip(desk):
    desk.write(RECORD.replace("webUrl:", f"originalUrl: {ORIGINAL}\nwebUrl:").replace("Old excerpt.", LONG))
    footer = "Disclaimer | Accessibility Statement | Commerce Policy | Made In NYC"
    old, new, longer = ("Old title", LONG), ("New title", LONG), ("New title", f"{LONG} And more.")
    down = None
    # What the original says from visit to visit, and whether it has its picture.
    history = [(old, 1), (down, 1), (old, 0), (down, 1), (old, 1), (("Old title", footer), 1), (old, 0), (new, 1)]
    history += [(down, 1), (new, 1), (("New title", footer), 0), (new, 1), (down, 1), (longer, 1)]
    made = []
    for said, pictured in history:
        image = IMAGE if pictured else None
        desk.web[ORIGINAL] = html(title=said[0], excerpt=said[1], image=image) if said else Answer(status=503)
        made += (await visit(desk, title="The copy's title", excerpt="The copy has an excerpt of its own.")).items()

    assert [("/title", ("Old title", "New title")), ("/excerpt", (LONG, f"{LONG} And more."))] == made


# ---- the log


async def test_what_is_held_is_in_the_log_of_the_run(desk):
    await visit(desk, title="New title")
    await visit(desk, settings=NEVER, title="Old title", excerpt="New excerpt.")

    assert {"/title": "held", "/excerpt": "applied"} == {row["pointer"]: row["status"] for row in desk.log()}


async def decide(desk, decision):
    async with open_store(desk.state) as store:
        await store.decide(decision, *(held.id for held in await store.decided(None)))
