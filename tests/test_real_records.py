"""Real records against a loopback web made from them: what the web changed is changed, nothing else is."""

import html
import json
import shutil
from datetime import timedelta
from pathlib import Path

from crawler.config import load
from crawler.crawl import crawl
from crawler.due import Scope
from crawler.extract.text import clean
from crawler.merge import same_text
from crawler.model import Image, Schema, Splice
from crawler.records import articles
from crawler.records.edit import edit, undo
from tests.loopback import png


def page(title, excerpt, image, canonical):
    tags = {"og:title": title, "og:description": excerpt, "og:image": image}
    meta = "".join(f'<meta property="{key}" content="{html.escape(value)}">' for key, value in tags.items() if value)
    link = f'<link rel="canonical" href="{html.escape(canonical)}">'
    return f"<!doctype html><html><head><meta charset=utf-8>{meta}{link}</head><body></body></html>"


def size_of(image: Image):
    return image.width or 1000, image.height or 500


class Mirror:
    """The web as the records tell it, but that every third title, fifth excerpt and seventh image has changed."""

    def __init__(self, web, folder):
        self.web = web
        self.sizes = {}
        self.wanted: dict[Path, dict[str, object]] = {}
        self.pages = {}
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            record = articles.read(str(path), path.read_bytes(), Schema())
            self.wanted[path] = {}
            for article in record.articles if record else ():
                self._publish(path, article)

    def _publish(self, path, article):
        if not article.targets or article.title is None:
            return
        own = article.targets[0].url
        number = len(self.pages)
        said = self.pages.setdefault(own, self._said(article, number))
        for target in article.targets:
            self.web[target.url] = page(*said, own)
        title, excerpt, _ = said
        changes = {"title": (article.title, title), "excerpt": (article.excerpt, excerpt)}
        for key, (before, after) in changes.items():
            if after and not same_text(before or "", after):
                self.wanted[path][f"{article.pointer}/{key}"] = clean(after)
        for index, known in article.images:
            if known.url.startswith("http"):
                width, height = self._size(known)
                for key, before, after in (("width", known.width, width), ("height", known.height, height)):
                    if before != after:
                        self.wanted[path][f"{article.pointer}/images/{index}/{key}"] = after

    def _said(self, article, number):
        title = article.title + (" (updated)" if number % 3 == 0 else "")
        excerpt = (article.excerpt or "") + (" And more." if number % 5 == 0 and article.excerpt else "")
        first = next((image.url for _, image in article.images if image.url.startswith("http")), None)
        return title, excerpt, first

    def _size(self, image):
        if image.url not in self.sizes:
            width, height = size_of(image)
            self.sizes[image.url] = (width + 7, height) if len(self.sizes) % 7 == 0 else (width, height)
            self.web[image.url] = png(*self.sizes[image.url])
        return self.sizes[image.url]


async def test_each_real_record_gets_its_changes_and_keeps_every_other_byte(web, shared, tmp_path):
    shutil.copytree(shared / "corpus" / "records", tmp_path / "records", copy_function=shutil.copyfile)
    mirror = Mirror(web, tmp_path / "records")
    old = {path: path.read_bytes() for path in mirror.wanted}
    fetch = {"delay": 0, "retries": 0, "connect_to": web.connect_to, "ca_file": str(web.ca_file), "per_host": 8}
    config = load(None, {"state": str(tmp_path / "state"), "fetch": fetch, "brake": "off"})

    summary = await crawl(config, Scope((tmp_path / "records",), lock_wait=timedelta(0)), lambda _: None)

    new = {path: path.read_bytes() for path in mirror.wanted}
    wrong = [path.name for path in old if new[path] != edit(old[path], mirror.wanted[path])]
    assert [] == wrong
    assert sum(map(bool, mirror.wanted.values())) == summary.counts["changed_records"]

    log = (tmp_path / "state" / "changes" / f"{summary.run}.jsonl").read_text("utf-8").splitlines()
    splices = {}
    for row in map(json.loads, log):
        at = row["splice"]
        splice = Splice(at["offset"], at["before"].encode(), at["after"].encode())
        splices.setdefault(Path(row["record"]), []).append(splice)
    assert old == {path: undo(new[path], splices.get(path, ())) for path in new}
