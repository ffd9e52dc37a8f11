"""A plan applied, a run taken back: what was decided before is written as it was meant, or said why not."""

import subprocess
import sys

import pytest

from crawler.errors import ConfigError
from tests.desk import NEW_IMAGE, PAGE, RECORD, Desk, changed, html

NEW = {"title": "New title", "excerpt": "Quite another excerpt.", "image": NEW_IMAGE}


@pytest.fixture
def desk(web, tmp_path):
    made = Desk(web, tmp_path)
    made.write(RECORD)
    web[PAGE] = html(**NEW)
    return made


def said(desk, kind="failure"):
    return [row.get("reason") or row.get("text") for row in desk.rows if row["type"] == kind]


# ---- apply


async def test_a_plan_is_written_as_a_crawl_would_have_written_it(desk):
    planned = changed(await desk.crawl(dry_run=True))
    assert RECORD == desk.read()

    made = changed(await desk.apply())

    assert planned == made
    written = desk.read()
    desk.write(RECORD)
    await desk.crawl(everything=True)
    assert desk.read() == written


async def test_an_applied_plan_is_a_run_of_its_own_with_a_log(desk):
    await desk.crawl(dry_run=True)
    plan = desk.summary.run

    await desk.apply(plan)

    assert desk.summary.run > plan
    assert {"applied"} == {row["status"] for row in desk.log()}
    assert {desk.summary.run} == {row["run"] for row in desk.log()}


async def test_a_plan_is_applied_once(desk):
    await desk.crawl(dry_run=True)
    plan = desk.summary.run
    await desk.apply(plan)

    with pytest.raises(ConfigError, match=f"nothing of run {plan} is left to apply"):
        await desk.apply(plan)


async def test_a_record_that_was_edited_since_the_plan_is_refused_with_what_is_there_now(desk):
    await desk.crawl(dry_run=True)
    mine = RECORD.replace('"Old title"', '"My title"')
    desk.write(mine)

    assert [] == await desk.apply()
    assert ["edited since it was planned: /title is 'My title'; plan it anew"] == said(desk)
    assert (mine, (str(desk.folder / "a.md"),)) == (desk.read(), desk.summary.unusable)


async def test_a_record_that_was_edited_elsewhere_since_the_plan_is_refused_too(desk):
    await desk.crawl(dry_run=True)
    desk.write(RECORD + "more")

    assert [] == await desk.apply()
    reason = "edited since it was planned: not what would change, but something else in it; plan it anew"
    assert [reason] == said(desk)


async def test_one_stale_record_keeps_no_other_from_being_written(desk):
    desk.write(RECORD, "b.md")
    await desk.crawl(dry_run=True)
    desk.write(RECORD + "more")

    rows = await desk.apply()

    assert {str(desk.folder / "b.md")} == {row["record"] for row in rows}
    assert "New title" in desk.read("b.md")


async def test_with_nothing_planned_there_is_nothing_to_apply(desk):
    with pytest.raises(ConfigError, match="nothing is left to apply; metafresh crawl --dry-run plans"):
        await desk.apply()


# ---- revert


async def test_a_run_is_taken_back_to_the_byte(desk):
    await desk.crawl()

    rows = await desk.revert(desk.summary.run)

    assert RECORD == desk.read()
    assert ("New title", "Old title") == changed(rows)["/title"]


async def test_what_was_taken_back_is_logged_as_reverted_and_can_be_taken_back_in_turn(desk):
    await desk.crawl()
    after = desk.read()
    await desk.revert(desk.summary.run)
    assert {"reverted"} == {row["status"] for row in desk.log()}

    await desk.revert(desk.summary.run)

    assert after == desk.read()


async def test_only_the_fields_that_are_named_are_taken_back(desk):
    await desk.crawl()

    await desk.revert(desk.summary.run, fields={"excerpt"})

    assert RECORD.replace("Old title", "New title").split("images:")[0] == desk.read().split("images:")[0]
    assert NEW_IMAGE in desk.read()


async def test_only_the_records_that_are_named_are_taken_back(desk):
    desk.write(RECORD, "b.md")
    await desk.crawl()

    await desk.revert(desk.summary.run, paths=[desk.folder / "b.md"])

    assert RECORD == desk.read("b.md")
    assert "New title" in desk.read()


async def test_a_field_that_was_edited_since_stays_and_the_others_are_taken_back(desk):
    await desk.crawl()
    desk.write(desk.read().replace("New title", "My title"))

    await desk.revert(desk.summary.run)

    assert RECORD.replace("Old title", "My title") == desk.read()
    (note,) = said(desk, "note")
    assert "edited since: /title is 'My title'; --force puts it back all the same" in note


async def test_a_field_that_was_edited_since_is_taken_back_by_force(desk):
    await desk.crawl()
    desk.write(desk.read().replace("New title", "My title"))

    await desk.revert(desk.summary.run, force=True)

    assert RECORD == desk.read()


async def test_where_all_was_edited_since_nothing_is_taken_back_and_that_is_said(desk):
    await desk.crawl()
    edited = desk.read().replace("New title", "My title")
    desk.write(edited)

    assert [] == await desk.revert(desk.summary.run, fields={"title"})
    assert ["edited since: /title is 'My title'; --force puts it back all the same"] == said(desk)
    assert edited == desk.read()


async def test_what_a_run_put_in_is_taken_out_again(desk):
    bare = RECORD.replace(RECORD[RECORD.index("\nimages:") : RECORD.index("\nsecured")], "")
    desk.write(bare)
    await desk.crawl()
    assert NEW_IMAGE in desk.read()

    await desk.revert(desk.summary.run)

    assert bare == desk.read()


async def test_a_run_that_is_not_known_cannot_be_taken_back(desk):
    await desk.crawl()

    with pytest.raises(ConfigError, match="no run 'nonsense' is remembered"):
        await desk.revert("nonsense")


async def test_a_run_that_changed_nothing_of_the_kind_cannot_be_taken_back(desk):
    await desk.crawl()

    with pytest.raises(ConfigError, match="changed nothing of the kind"):
        await desk.revert(desk.summary.run, fields={"published"})


async def test_a_plan_is_no_run_to_be_taken_back(desk):
    await desk.crawl(dry_run=True)

    with pytest.raises(ConfigError, match="changed nothing of the kind"):
        await desk.revert(desk.summary.run)


@pytest.mark.parametrize("command", [["apply"], ["revert", "20261123-003901-123456"]])
def test_a_command_that_has_no_state_yet_makes_none(command, tmp_path):
    words = [sys.executable, "-m", "crawler", *command]

    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    said = "metafresh: state: no run is remembered there yet; metafresh crawl makes one, or name it by --state\n"
    assert (2, said) == (done.returncode, done.stderr)
    assert [] == list(tmp_path.iterdir())
