"""Records in folders as other systems have them: where the case of names does not matter, and where all is slow."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback import Answer

SOURCE = Path(__file__).with_name("odd_folder.c")
URL = "http://news.example/"


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("no C compiler for Linux here: no other folders can be had")
    made = tmp_path_factory.mktemp("odd") / "odd_folder.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, SOURCE, "-ldl"], check=True)
    return made


class Place:
    """A folder of three records, and crawls of it."""

    def __init__(self, web, folder, shim):
        self.web, self.folder, self.shim = web, folder, shim
        (folder / "records" / "news").mkdir(parents=True)
        for name in ("a", "b", "news/c"):
            url = f"{URL}{name}"
            (folder / "records" / f"{name}.md").write_text(f"---\ntitle: Old {name}\nwebUrl: {url}\n---\n")
            web[url] = Answer(f'<meta property="og:title" content="New {name}">')

    def crawl(self, *words, slow=0):
        odd = {"LD_PRELOAD": str(self.shim), "ODD_FOLDER": str(self.folder), "ODD_SLOW": str(slow)}
        named = [str(self.folder / word) for word in words]
        command = [sys.executable, "-m", "crawler", "crawl", *named, "--json", "--delay", "0"]
        command += ["--connect-to", f"*:80:127.0.0.1:{self.web.http_port}", "--state", str(self.folder / "state")]
        done = subprocess.run(
            command, cwd=self.folder, env={**os.environ, **odd}, capture_output=True, text=True, check=False
        )
        assert (0, "") == (done.returncode, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def titles(self):
        return sorted(path.read_text().splitlines()[1] for path in (self.folder / "records").rglob("*.md"))


@pytest.fixture
def place(web, tmp_path, shim):
    folder = tmp_path / "odd"
    folder.mkdir()
    return Place(web, folder, shim)


def changes(rows):
    return sorted(row["after"] for row in rows if row["type"] == "change")


NEW = ["New a", "New b", "New news/c"]


def test_a_folder_that_is_named_twice_is_one_whatever_the_case(place):
    assert NEW == changes(place.crawl("records", "RECORDS", "Records/News"))
    assert [f"title: {title}" for title in NEW] == place.titles()
    assert {1} == {len(place.web.asked(f"{URL}{name}")) for name in ("a", "b", "news/c")}


def test_what_is_remembered_of_a_record_is_so_whatever_the_case_that_it_is_named_in(place):
    place.crawl("records")
    place.web.log.clear()

    assert [] == changes(place.crawl("Records"))
    assert [] == place.web.log


def test_where_every_call_is_slow_all_is_written_all_the_same(place):
    assert NEW == changes(place.crawl("records", slow=20_000))
    assert [f"title: {title}" for title in NEW] == place.titles()
