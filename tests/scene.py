"""Records, a web that says something new of each, and what must hold whatever befalls the run that writes them."""

import json
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

from crawler.config import load
from crawler.crawl import crawl
from crawler.decided import apply
from crawler.due import Scope
from crawler.errors import ConfigError
from crawler.run import Summary
from crawler.state.store import open_alone
from crawler.write import recover
from tests.loopback import Web

SITE = "http://news.example"
_RECORDS = {
    "a.md": '---\r\ntitle: "Old title"   # mine\r\nexcerpt: Old excerpt.\r\nwebUrl: {page}\r\n---\r\n<p>Body.</p>\r\n',
    "b.yaml": "title: 'Old title'\nexcerpt: >\n  Old\n  excerpt.\nwebUrl: {page}",
    "c.md": '---\ntitle: Old title\nwebUrl: {page}\nrelated:\n  - title: "Old title"\n    webUrl: {page}/too\n---\n',
}
# What may lie in a state folder.
_STATE = {"metafresh.sqlite3", "metafresh.sqlite3-wal", "metafresh.sqlite3-shm", "lock", "changes"}


def serve(web: Web, count: int) -> None:
    """Let a web say something new of each of so many records."""
    said = '<meta property="og:title" content="New {0}"><meta property="og:description" content="A new excerpt.">'
    for name in names(count):
        web[f"{SITE}/{name}"] = said.format("title")
        web[f"{SITE}/{name}/too"] = said.format("title, too")


def names(count: int) -> list[str]:
    """The files of so many records."""
    return [f"{number:03}-{list(_RECORDS)[number % 3]}" for number in range(count)]


class Scene:
    """Records in a folder with the state beside them.

    Attributes:
        deed: what is done with them: "crawl", from no state at all; or "apply", what a dry run planned.
        old, new: the bytes of each file before and after.
    """

    def __init__(self, folder: Path, port: int, count: int, deed: str) -> None:
        """`port` is where the web answers."""
        self.records, self.state, self.planned = folder / "records", folder / "state", folder / "planned"
        fetch = {"delay": 0, "retries": 0, "connect_to": [f"*:80:127.0.0.1:{port}"]}
        self.config = load(None, {"state": str(self.state), "images": False, "brake": "off", "fetch": fetch})
        self.deed = deed
        self.old = {
            name: _RECORDS[name.partition("-")[2]].format(page=f"{SITE}/{name}").encode() for name in names(count)
        }
        self.new: dict[str, bytes] = {}

    async def rehearse(self) -> None:
        """See how the records end where nothing befalls the run."""
        self.planned.mkdir()
        self.lay()
        if self.deed == "apply":
            await self._crawl(dry_run=True)
            shutil.copytree(self.state, self.planned, dirs_exist_ok=True)
        await self.act()
        self.new = {name: (self.records / name).read_bytes() for name in self.old}
        assert not any(self.new[name] == self.old[name] for name in self.old)

    def lay(self) -> None:
        """Begin anew."""
        for folder in (self.records, self.state):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.planned, self.state)
        self.records.mkdir()
        for name, document in self.old.items():
            (self.records / name).write_bytes(document)

    async def act(self) -> Summary | None:
        """Do the deed; None where there is nothing left to be done."""
        if self.deed == "crawl":
            return await self._crawl(dry_run=False)
        try:
            return await apply(self.config, None, lambda _: None)
        except ConfigError:
            return None

    async def act_again(self) -> None:
        """Do it to the end, and once more, which must change nothing."""
        summary = await self.act()
        assert summary is None or not summary.unusable
        once = self.ends()
        await self.act()
        assert once == self.ends()

    async def settle(self) -> None:
        """What the next start does before anything else."""
        async with open_alone(self.state, timedelta(0)) as store:
            await recover(store)

    async def _crawl(self, *, dry_run: bool) -> Summary:
        return await crawl(self.config, Scope((self.records,), everything=True, dry_run=dry_run), lambda _: None)

    # ---- what must hold

    def wrongs(self) -> Counter[str]:
        """How often files and change logs are not what they may be."""
        rows = self.logged()
        found = Counter[str]()
        for name, old in self.old.items():
            path = self.records / name
            document = path.read_bytes() if path.exists() else b""
            told = replayed(old, rows.get(name, []))
            found["torn"] += document not in (old, self.new[name])
            found["unlogged"] += document == self.new[name] and told != document
            found["not made"] += document == old and told != document
        return +found

    def lacks(self) -> Counter[str]:
        """What the deed, once it was done to the end, left out or left behind."""
        lost = sum((self.records / name).read_bytes() != document for name, document in self.new.items())
        stray = {path.name for path in self.records.iterdir()}.difference(self.old)
        stray |= {path.name for path in self.state.iterdir()}.difference(_STATE)
        return +Counter({"lost": lost, "stray": len(stray)})

    def ends(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """The bytes of all records and of all change logs that have a row."""
        logs = {path.name: path.read_bytes() for path in (self.state / "changes").glob("*")}
        return {path.name: path.read_bytes() for path in self.records.iterdir()}, logs

    def logged(self) -> dict[str, list[dict]]:
        """The rows of the changes that were made, by file, oldest first."""
        rows: dict[str, list[dict]] = {}
        for log in sorted((self.state / "changes").glob("*.jsonl")):
            for line in log.read_text("utf-8").splitlines():
                row = json.loads(line)
                if row["status"] == "applied":
                    rows.setdefault(Path(row["record"]).name, []).append(row)
        return rows


def replayed(document: bytes, rows: list[dict]) -> bytes | None:
    """A document with the rows of one write made; None where they do not fit."""
    moved = 0
    for splice in sorted((row["splice"] for row in rows), key=lambda splice: splice["offset"]):
        start = splice["offset"] + moved
        before, after = splice["before"].encode(), splice["after"].encode()
        if document[start : start + len(before)] != before:
            return None
        document = document[:start] + after + document[start + len(before) :]
        moved += len(after) - len(before)
    return document
