"""How much of real pages is read rightly, and at what cost; peers that are installed run over the same pages.

    python benchmarks/extract.py [FOLDER]

FOLDER holds labelled pages and their manifest.jsonl. Accuracy is by the rules of the scorer that comes with them
(per field: right answers and right silences of all labels, in per cent). Time is a multiple of selectolax's own parse
of the whole page in the same round, which costs nothing but finds nothing: the machine's speed cancels out.
"""

import importlib.util
import io
import json
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from crawler import extract

ROUNDS = 3
SHARED = Path(__file__).resolve().parents[2] / "shared"
FIELDS = ("title", "excerpt", "image", "published", "author", "site_name", "lang", "canonical", "amphtml")

Answers = dict[str, Any]
Extractor = Callable[[bytes, str], Answers]


def by_metafresh(page: bytes, url: str) -> Answers:
    found = extract(page, url)
    return {name: getattr(found, name) for name in FIELDS if name != "author"} | {"author": list(found.authors)}


def by_selectolax(page: bytes, url: str) -> Answers:  # noqa: ARG001 (one shape for all)
    LexborHTMLParser(page)
    return {}


def by_og_tags(page: bytes, url: str) -> Answers:  # noqa: ARG001
    """What a dozen lines would do: the og: tag of each field, whatever it says."""
    tags = {
        node.attributes.get("property"): node.attributes.get("content")
        for node in LexborHTMLParser(page).css("meta[property][content]")[::-1]
    }
    names = {"title": "og:title", "excerpt": "og:description", "image": "og:image", "site_name": "og:site_name"}
    names |= {
        "published": "article:published_time",
        "author": "article:author",
        "canonical": "og:url",
        "lang": "og:locale",
    }
    return {field: tags.get(name) for field, name in names.items()}


def by_trafilatura(library: ModuleType) -> Extractor:
    def answers(page: bytes, url: str) -> Answers:
        found = library.extract_metadata(page, default_url=url)
        if found is None:
            return {}
        names = {"title": "title", "excerpt": "description", "image": "image", "published": "date", "author": "author"}
        names |= {"site_name": "sitename", "canonical": "url", "lang": "language"}
        return {field: getattr(found, name, None) for field, name in names.items()}

    return answers


def by_extruct(library: ModuleType) -> Extractor:
    """It tells what stands in the page and chooses nothing; of OpenGraph the first value is taken."""

    def answers(page: bytes, url: str) -> Answers:
        found = library.extract(page, base_url=url, syntaxes=["opengraph", "json-ld"], errors="ignore")
        tags = dict(reversed(found["opengraph"][0]["properties"])) if found.get("opengraph") else {}
        names = {"title": "og:title", "excerpt": "og:description", "image": "og:image", "site_name": "og:site_name"}
        return {field: tags.get(name) for field, name in (names | {"canonical": "og:url"}).items()}

    return answers


PEERS = (
    ("trafilatura", "trafilatura", by_trafilatura),
    ("extruct", "extruct", by_extruct),
)


def seconds(extractor: Extractor, pages: list[tuple[Answers, bytes]]) -> float:
    started = time.perf_counter()
    for row, page in pages:
        extractor(page, row["url"])
    return time.perf_counter() - started


def answered(extractor: Extractor, pages: list[tuple[Answers, bytes]]) -> dict[str, Answers]:
    return {row["id"]: extractor(page, row["url"]) | {"id": row["id"]} for row, page in pages}


def scorer_beside(folder: Path) -> ModuleType | None:
    path = folder.parents[1] / "tools" / "score_pages.py"
    spec = importlib.util.spec_from_file_location("score_pages", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured(extractors: dict[str, Extractor], pages: list[tuple[Answers, bytes]], scorer: ModuleType) -> Table:
    table = Table(title=f"{len(pages)} pages, exact in per cent; time a page, best of {ROUNDS} rounds")
    for heading in ("", *FIELDS, "ms", "× parse"):
        table.add_column(heading.replace("_", " "), justify="right" if heading else "left")
    times: dict[str, float] = dict.fromkeys(extractors, float("inf"))
    for _ in range(ROUNDS):  # one after the other in every round, so that all see the same machine
        times = {name: min(times[name], seconds(extractor, pages)) for name, extractor in extractors.items()}
    for name, extractor in extractors.items():
        tally, _ = scorer.score([row for row, _ in pages], answered(extractor, pages))
        exact = [f"{100 * tally[field]['exact'] / tally[field]['labels']:.1f}" for field in FIELDS]
        cost = times[name] / times["selectolax, parse only"]
        shown = ["-"] * len(FIELDS) if extractor is by_selectolax else exact
        table.add_row(name, *shown, f"{times[name] / len(pages) * 1000:.2f}", f"{cost:.2f}")
    return table


def main() -> None:
    console = Console(width=140)
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else SHARED / "corpus" / "pages"
    manifest = folder / "manifest.jsonl"
    scorer = scorer_beside(folder)
    if not manifest.is_file() or scorer is None:
        console.print(f"skipped: {folder} holds no manifest.jsonl, or ../../tools/score_pages.py is not beside it")
        return
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines() if line.strip()]
    pages = [(row, (folder / row["file"]).read_bytes()) for row in rows]
    extractors: dict[str, Extractor] = {"selectolax, parse only": by_selectolax, "metafresh": by_metafresh}
    extractors["og: tags alone"] = by_og_tags
    for name, module, peer in PEERS:
        if importlib.util.find_spec(module):
            extractors[name] = peer(import_module(module))
        else:
            console.print(f"left out: {name} is not installed")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # peers chat
        table = measured(extractors, pages, scorer)
    console.print(table)


if __name__ == "__main__":
    main()
