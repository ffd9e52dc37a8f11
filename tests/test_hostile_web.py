"""A whole crawl against a hostile web: each case is told for what it is, and nobody else suffers from it."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile_pages import CASES
from tests.hostile_web import OK, PAGE, TITLE, Case, HostileWeb, page
from tests.weighed import CAN_WEIGH

OLD_TITLE = "The tide turned once today"
RECORD = '---\ntitle: "The tide turned once today"\nexcerpt: "So it did."\nwebUrl: {url}\n---\n'
ROOT = Path(__file__).resolve().parents[1]
NEIGHBOUR = {"neighbour": Case(page(), ("changed",))}
# Those that try to fill our memory, each weighed in a crawl of its own beside a neighbour.
HEAVY = (
    *("brotli-of-gigabyte", "zstd-of-gigabyte", "gzip-in-gzip-of-gigabyte", "endless-body", "endless-tiny-chunks"),
    *("hints-for-ever", "headers-without-end", "charset-utf-16-of-megabytes", "robots-bomb", "robots-chatters"),
)
MAX_GROWTH = 50  # megabytes


@dataclass(frozen=True)
class Crawl:
    """What a crawl said and left: by case the kinds of failure, or "changed"; the records; its peak in megabytes."""

    made: dict[str, set[str]]
    records: dict[str, str]
    said: str
    asked: list[tuple[str, str]]
    code: int
    megabytes: float


def crawl(folder, cases, *words):
    """Crawl a record for each case, all in one run of the real command."""
    folder.mkdir(exist_ok=True)
    (folder / "records").mkdir()
    web = HostileWeb(folder, cases)
    for name in cases:
        (folder / "records" / f"{name}.md").write_text(RECORD.format(url=web.url(name)))
    command = [
        sys.executable,
        "-m",
        "tests.weighed",
        str(folder / "peak"),
        "crawl",
        "records",
        "--json",
        "-v",
        "--brake",
        "off",
    ]
    flags = [*("--delay", "0", "--no-images", "--state", str(folder / "state")), *words, *web.flags]
    done = subprocess.run(
        [*command, *flags],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=110,
        check=False,
    )
    web.close()
    made = {name: set() for name in cases}
    for row in map(json.loads, done.stdout.splitlines()):
        if row["type"] in {"failure", "change"}:
            made[Path(row["record"]).stem].add(row.get("kind", "changed"))
    return Crawl(
        made={name: kinds or {"unchanged"} for name, kinds in made.items()},
        records={name: (folder / "records" / f"{name}.md").read_bytes().decode() for name in cases},
        said=(done.stdout + done.stderr).decode(),
        asked=web.asked,
        code=done.returncode,
        megabytes=float((folder / "peak").read_text()),
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One crawl of all cases and of two healthy hosts, the first and the last of the records."""
    healthy = {"a-neighbour": Case(page(), ("changed",)), "z-neighbour": Case(page(), ("changed",))}
    return crawl(tmp_path_factory.mktemp("hostile"), CASES | healthy, "--concurrency", "8")


def test_the_crawl_comes_to_its_end_without_a_traceback(run):
    assert 3 == run.code
    assert "Traceback" not in run.said
    assert "bug" not in run.said


@pytest.mark.parametrize("name", CASES)
def test_each_answer_is_told_for_what_it_is(run, name):
    assert run.made[name] <= set(CASES[name].makes)


@pytest.mark.parametrize("name", ["a-neighbour", "z-neighbour"])
def test_a_healthy_record_is_updated_in_the_same_run(run, name):
    assert TITLE in run.records[name]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "changed" not in case.makes])
def test_what_is_no_article_changes_no_byte(run, name):
    assert OLD_TITLE in run.records[name]
    assert 1 == run.records[name].count("title:")


def test_no_title_brings_in_a_key(run):
    assert "admin: true" not in run.records["title-of-yaml"].splitlines()


def test_no_answer_reaches_the_terminal_as_more_than_text(run):
    assert all(letter.isprintable() or letter == "\n" for letter in run.said)


def test_an_answer_that_nobody_asked_for_is_no_answer_to_the_next_question(run):
    assert "poison" not in "".join(run.records.values())


def test_nobody_is_told_a_password(run):
    assert "secret" not in run.said


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """What a crawl takes that meets nothing evil."""
    return crawl(tmp_path_factory.mktemp("base") / "b", NEIGHBOUR).megabytes


@pytest.mark.skipif(not CAN_WEIGH, reason="this system does not tell the peak of a process")
@pytest.mark.parametrize("name", HEAVY)
def test_no_answer_takes_much_memory(tmp_path, base, name):
    alone = crawl(tmp_path / "b", NEIGHBOUR | {name: CASES[name]})

    assert TITLE in alone.records["neighbour"]
    assert alone.megabytes < base + MAX_GROWTH


@pytest.mark.skipif(not CAN_WEIGH, reason="this system does not tell the peak of a process")
def test_a_crowd_of_hosts_that_send_large_pages_at_once_takes_little_more_than_one(tmp_path, base):
    piece = bytes(4_000_000 - len(PAGE))

    async def slowly_to_an_end(talk):
        await talk.say(OK + b"Content-Length: 4000000\r\n\r\n", PAGE, piece[:-1])
        await asyncio.sleep(0.3)
        await talk.say(piece[-1:])

    crowd = {f"large-{number:02}": Case(slowly_to_an_end, ("changed",)) for number in range(32)}

    together = crawl(tmp_path / "b", NEIGHBOUR | crowd)

    assert all(TITLE in record for record in together.records.values())
    assert together.megabytes < base + 1.5 * MAX_GROWTH
