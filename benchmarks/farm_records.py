"""Records of the farm's pages, in the shape of this house's; the crawl over them; and what became of them."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import yaml
from farm_pages import Plan, Truth

from crawler.records.front_matter import fenced

Answer = tuple[str, str, str | None]


def write(folder: Path, plan: Plan, numbers: Sequence[int], *, articles: int = 10, old_share: float = 0.05) -> None:
    """Records of these pages in their order, so many articles in each.

    Args:
        old_share: the share of articles whose title is an old one, so that it has to be written back.
    """
    folder.mkdir(parents=True)
    random = Random(plan.seed)
    for first in range(0, len(numbers), articles):
        told = [(plan.truth(number), random.random() < old_share) for number in numbers[first : first + articles]]
        (folder / f"{first // articles:06d}.md").write_text(_record(told), encoding="utf-8")


def crawl(folder: Path, port: int, *, delay: float, per_host: int) -> list[str]:
    """The command that visits all articles of `folder`/records, remembering in `folder`/state; `delay` in seconds."""
    metafresh = Path(sys.executable).with_name("metafresh")
    command = [str(metafresh), "crawl", str(folder / "records"), "--state", str(folder / "state")]
    command += ["--connect-to", f"*:*:127.0.0.1:{port}", "--allow-address", "127.0.0.0/8"]
    return [
        *command,
        "--delay",
        str(delay),
        "--per-host",
        str(per_host),
        "--no-images",
        "--all",
        "-q",
        "--brake",
        "off",
    ]


def answers(folder: Path) -> dict[str, Answer]:
    """Title, excerpt and image of each article as the records have them, by URL."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Answer] = {}
    for path in sorted(folder.glob("*.md")):
        front = fenced(path.read_bytes())
        assert front
        record = yaml.load(front.text, loader)
        for article in (record, *record.get("related", ())):
            images = article.get("images") or [{}]
            found[article["originalUrl"]] = (article["title"], article["excerpt"], images[0].get("url"))
    return found


def _record(told: Sequence[tuple[Truth, bool]]) -> str:
    (first, is_old), *others = told
    lines = ["---", "category: news", *_article(first, is_old=is_old), "topics:", "  - Energy", "  - Sea", ""]
    if others:
        lines.append("related:")
    for truth, its_is_old in others:
        key, *rest = _article(truth, is_old=its_is_old)
        lines += [f"  - {key}", *(f"    {line}" if line else "" for line in rest)]
    return "\n".join([*lines, "", 'secured: "bm90IG91cnMgdG8gcmVhZA=="', "---", "<p>Our own words.</p>", ""])


def _article(truth: Truth, *, is_old: bool) -> list[str]:
    title = f"Earlier: {truth.title}" if is_old else truth.title
    return [
        f"title: {json.dumps(title)}",
        f"excerpt: {json.dumps(truth.description)}",
        "publishedDateTime: 2026-06-01T08:30:00Z",
        f'originalUrl: "{truth.url}"',
        f'webUrl: "{truth.url}"',
        "type: article",
        "images:",
        f'  - url: "{truth.image}"',
        "    width: 1200",
        "    height: 630",
        "    isCached: true",
        "",
    ]
