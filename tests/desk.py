"""A folder of records and a web to crawl them against, for stories."""

import json
from datetime import UTC, datetime

from crawler.config import load
from crawler.crawl import crawl
from crawler.decided import apply, revert
from crawler.due import Scope
from crawler.forget import forget
from tests.loopback import png

PAGE, AMP = "https://news.example/a", "https://news.example/a/amp"
IMAGE, NEW_IMAGE = "https://cdn.example/old.png", "https://cdn.example/new.png"
RECORD = f"""\
---
title: "Old title"   # the owner's remark
excerpt: "Old excerpt."
publishedDateTime: 2021-06-17T00:00:00Z
webUrl: {PAGE}

images:
  - url: "{IMAGE}"
    width: 640
    height: 480
    isCached: true

secured: "b3BhcXVl"
---
<p>The body.</p>
"""


def html(title="Old title", excerpt="Old excerpt.", image=IMAGE, extra=""):
    tags = {"og:title": title, "og:description": excerpt, "og:image": image}
    meta = "".join(f'<meta property="{name}" content="{value}">' for name, value in tags.items() if value)
    return f"<!doctype html><html lang=en><head><title>{title or ''}</title>{meta}{extra}</head><body></body></html>"


class Desk:
    """A folder of records and a web to crawl them against."""

    def __init__(self, web, folder, place=None):
        self.web, self.folder, self.state = web, folder / "records", folder / "state"
        self.place = place or self.state
        self.folder.mkdir()
        web[IMAGE], web[NEW_IMAGE] = png(640, 480), png(800, 400)

    def write(self, text, name="a.md"):
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def path(self, name="a.md"):
        return str((self.folder / name).resolve())

    def read(self, name="a.md"):
        return (self.folder / name).read_bytes().decode()

    async def crawl(self, *, settings=None, fetch=None, **scope):
        usual = {"delay": 0, "retries": 0, "connect_to": self.web.connect_to, "ca_file": str(self.web.ca_file)}
        overrides = {"fetch": usual | (fetch or {})} | (settings or {})
        paths = scope.pop("paths", (self.folder,))
        return await self.do(lambda config, tell: crawl(config, Scope(paths, **scope), tell), overrides)

    async def apply(self, run=None):
        return await self.do(lambda config, tell: apply(config, run, tell))

    async def revert(self, run, *, paths=(), fields=(), force=False):
        return await self.do(lambda config, tell: revert(config, run, paths, fields, tell, force=force))

    async def gc(self, now=None, **settings):
        config = load(None, {"state": self.place, "records": (self.folder,)} | settings)
        return await forget(config, now or datetime.now(UTC))

    async def do(self, something, overrides=None):
        rows = []
        self.summary = await something(load(None, {"state": self.place} | (overrides or {})), rows.append)
        self.rows = rows
        return [row for row in rows if row["type"] == "change"]

    def failures(self):
        return {(row["url"], row["kind"]) for row in self.rows if row["type"] == "failure"}

    def log(self):
        (file,) = (self.state / "changes").glob(f"{self.summary.run}.jsonl")
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def changed(rows):
    return {row["pointer"]: (row["before"], row["after"]) for row in rows}


def with_amp(record=RECORD):
    return record.replace(f"webUrl: {PAGE}", f"webUrl: {PAGE}\nampWebUrl: {AMP}")


def amp_page(canonical=PAGE, **said):
    return html(**said, extra=f'<link rel="canonical" href="{canonical}">')
