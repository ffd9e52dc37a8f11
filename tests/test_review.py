"""A person decides on what was held: at a terminal, and in a real Chromium where there is one."""

import asyncio
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from crawler.records.folder import address
from crawler.state.rows import Decision
from crawler.state.store import open_store
from tests.reports import HOSTILE

RUN = "20261123-003901-123456"
AT = "2026-11-23T00:39:01+00:00"
DOCUMENT = '---\ntitle: "Old"\nexcerpt: "Long."\nwebUrl: https://a.example/{}\n---\n'


def held_row(record, pointer, before, after, **values):
    told = {"record": record, "pointer": pointer, "field": pointer.rpartition("/")[2], "before": before, "after": after}
    why = {"source": "https://a.example/1", "evidence": "og:title", "reason": "it said so before", "kind": "flapping"}
    return {"type": "held", "v": 1, "run": RUN, "at": AT, "others": [], **told, **why, **values}


def _run(coroutine):
    # In a thread: playwright has an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class Desk:
    """A folder of records, and changes held of them."""

    def __init__(self, folder):
        self.folder = folder

    def hold(self, *rows):
        _run(self._hold(rows))

    async def _hold(self, rows):
        async with open_store(self.folder / "state") as store:
            if await store.run(RUN) is None:
                await store.start_run(RUN, datetime.fromisoformat(AT), dry_run=False)
            for row in rows:
                path = self.folder / row["record"]
                path.parent.mkdir(exist_ok=True)
                path.write_text(DOCUMENT.format(path.stem))
                await store.note_held(RUN, str(address(path)), row["record"], row)

    def decisions(self):
        async def ask():
            async with open_store(self.folder / "state") as store:
                held = await store.held(RUN)
                return {(each.row["record"], each.row["pointer"]): each.decision for each in held}

        return _run(ask())

    def run(self, *words, keys=None):
        done = subprocess.run(
            [sys.executable, "-m", "crawler", *words],
            cwd=self.folder, input=keys, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def three(desk):
    desk.hold(
        held_row("records/a.md", "/title", "Old", "New"),
        held_row("records/a.md", "/excerpt", "Long.", "S", kind="shrinking", reason="it shrinks"),
        held_row("records/b.md", "/title", "Old", "Other", source="https://b.example/1"),
    )
    return desk


# ---- at a terminal


def test_each_key_decides_on_one_change_and_is_stored_at_once(three):
    code, out, err = three.run("review", keys="arq")

    assert (0, "") == (code, err)
    assert [Decision.ACCEPTED, Decision.REJECTED, None] == list(three.decisions().values())
    assert "1 accepted, 1 rejected, 1 still open; metafresh apply writes what was accepted" in out


def test_a_question_says_which_it_is_what_would_change_and_why_it_is_held(three):
    _, out, _ = three.run("review", keys="q")

    assert "1 of 3  records/a.md" in out
    assert "held: it said so before" in out
    assert "- Old" in out
    assert "+ New" in out


def test_one_can_go_on_and_back(three):
    three.run("review", keys="npaq")

    assert [Decision.ACCEPTED, None, None] == list(three.decisions().values())


def test_an_answer_can_be_taken_back(three):
    three.run("review", keys="apuq")

    assert {None} == set(three.decisions().values())


def test_all_of_a_kind_are_accepted_at_once(three):
    three.run("review", keys="Aq")

    expected = {"/title": Decision.ACCEPTED, "/excerpt": None}
    assert all(expected[pointer] == decision for (_, pointer), decision in three.decisions().items())


def test_what_was_accepted_is_written_by_apply_and_what_was_rejected_is_not(three):
    three.run("review", keys="ara")

    code, _, _ = three.run("apply")

    assert 0 == code
    assert DOCUMENT.format("a").replace("Old", "New") == (three.folder / "records/a.md").read_text()
    assert DOCUMENT.format("b").replace("Old", "Other") == (three.folder / "records/b.md").read_text()


def test_with_nothing_held_there_is_nothing_to_ask(three):
    three.run("review", keys="aaa")

    assert (0, "nothing is held\n", "") == three.run("review")


def test_of_a_value_that_was_held_twice_only_the_newer_is_asked_about(desk):
    desk.hold(held_row("records/a.md", "/title", "Old", "New"), held_row("records/a.md", "/title", "Old", "Newer"))

    _, out, _ = desk.run("review", keys="a")

    assert "1 of 1" in out
    assert "+ Newer" in out
    assert {Decision.ACCEPTED} == set(desk.decisions().values())


def test_at_a_real_terminal_a_key_needs_no_enter_and_ctrl_c_ends_it(three):
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "review"], cwd=three.folder, stdin=side, stdout=side, stderr=side
    )
    os.close(side)
    _read_until(main, b"1 of 3")
    os.write(main, b"r")
    _read_until(main, b"2 of 3")
    os.write(main, b"\x03")
    _read_until(main, b"1 rejected, 2 still open")

    assert 0 == process.wait(timeout=20)
    os.close(main)


def _read_until(terminal, wanted):
    seen, deadline = b"", time.monotonic() + 20
    while wanted not in seen:
        assert time.monotonic() < deadline, seen
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 65536)


# ---- in a browser


class Served:
    """A review that is being served."""

    def __init__(self, desk):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crawler", "review", "--web"],
            cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.address = re.search(r"http://\S+", self.process.stdout.readline())[0]

    def end(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=20)


@pytest.fixture
def served(three):
    made = Served(three)
    yield made
    if made.process.poll() is None:
        made.end()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    made = context.new_page()
    made.asked, made.said = [], []
    made.on("request", lambda request: made.asked.append(request.url))
    made.on("console", lambda message: made.said.append(message.text))
    made.on("pageerror", lambda error: made.said.append(str(error)))
    yield made
    context.close()


def heading(page):
    return " ".join(page.inner_text("h1").split())


def test_the_page_asks_nobody_else_and_complains_of_nothing(page, served):
    page.goto(served.address)

    assert "3 open 0 accepted 0 rejected" == heading(page)
    assert [served.address] == page.asked
    assert [] == page.said


def test_a_button_stores_its_answer_at_once(page, served, three):
    page.goto(served.address)
    page.get_by_role("button", name="Reject").first.click()

    assert "2 open 0 accepted 1 rejected" == heading(page)
    assert 1 == Counter(three.decisions().values())[Decision.REJECTED]


def test_without_a_mouse_keys_move_and_decide(page, served, three):
    page.goto(served.address)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_selector(".question.accepted")

    assert [None, Decision.ACCEPTED, None] == list(three.decisions().values())
    page.keyboard.press("r")
    page.wait_for_selector(".question.rejected")
    assert "1 open 1 accepted 1 rejected" == heading(page)


def test_an_answer_is_taken_back(page, served, three):
    page.goto(served.address)
    page.get_by_role("button", name="Accept", exact=True).first.click()
    page.get_by_role("button", name="Take back").click()

    assert "3 open 0 accepted 0 rejected" == heading(page)
    assert {None} == set(three.decisions().values())


def test_filters_narrow_what_is_shown_and_stay_after_an_answer(page, served):
    page.goto(served.address)
    page.get_by_role("navigation").get_by_role("link", name="b.example").click()
    assert 1 == page.locator(".question").count()

    page.get_by_role("button", name="Accept", exact=True).click()

    assert 1 == page.locator(".question").count()
    assert "2 open 1 accepted 0 rejected" == heading(page)


def test_all_of_a_kind_are_accepted_with_one_button(page, served, three):
    page.goto(served.address)
    page.get_by_role("link", name="flapping").click()
    page.get_by_role("button", name="Accept all of its kind").first.click()

    assert "1 open 2 accepted 0 rejected" == heading(page)
    assert None is three.decisions()["records/a.md", "/excerpt"]


def test_it_says_what_came_of_it_when_it_is_ended(page, served):
    page.goto(served.address)
    page.get_by_role("button", name="Accept", exact=True).first.click()
    page.wait_for_selector(".question.accepted")

    out, err = served.end()

    assert "" == err
    assert "1 accepted, 0 rejected, 2 still open; metafresh apply writes what was accepted" in out


def test_old_and_new_picture_are_drawn_side_by_side(page, desk):
    place = "/images/0"
    desk.hold(
        held_row("records/a.md", f"{place}/width", 640, 100, field="images", kind="collapsing"),
        held_row("records/a.md", f"{place}/height", 480, 50, field="images", kind="collapsing"),
    )
    served = Served(desk)
    try:
        page.goto(served.address)

        assert 1 == page.locator(".question").count()
        assert 2 == page.locator("figure svg").count()
        assert "640 × 480" in page.inner_text("figure.before")
    finally:
        served.end()


def test_what_else_the_page_said_is_there_to_compare(page, desk):
    other = {"value": "A third title", "evidence": "title", "reason": "it has the site's name"}
    desk.hold(held_row("records/a.md", "/title", "Old", "New", others=[other]))
    served = Served(desk)
    try:
        page.goto(served.address)
        page.get_by_text("What else the page says").click()

        assert "A third title" in page.inner_text("table")
    finally:
        served.end()


def test_hostile_words_do_nothing(page, desk):
    desk.hold(
        *(
            held_row(f"records/{index}.md", "/title", "Old", words, reason=words, kind=words[:40], source=words)
            for index, words in enumerate(HOSTILE)
            if "\ud800" not in words
        )
    )
    served = Served(desk)
    try:
        page.goto(served.address)

        assert len(HOSTILE) - 1 == page.locator(".question").count()
        assert [served.address] == page.asked
        assert [] == page.said
        assert 0 == page.locator("script:not(:last-child), img").count()
    finally:
        served.end()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_its_window(page, served, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(served.address)

    assert width >= page.evaluate("document.documentElement.scrollWidth")


# ---- who may ask


def status(address, **headers):
    request = urllib.request.Request(address, headers=headers, method=headers.pop("method", "GET"))
    try:
        return urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


def test_without_the_token_there_is_nothing(served):
    origin = served.address.split("/", 3)

    assert 404 == status(f"http://{origin[2]}/")
    assert 404 == status(f"http://{origin[2]}/guess/")


def test_another_name_that_leads_here_is_turned_away(served):
    assert 403 == status(served.address, Host="evil.example")


def test_another_page_cannot_answer(served, three):
    assert 403 == status(f"{served.address}decide", method="POST", Origin="https://evil.example")
    assert {None} == set(three.decisions().values())
