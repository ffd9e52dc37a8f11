"""Ours and its peers behind one shape: a page and its URL in, answers by field and seconds out.

Seconds are the processor's, so that a busy machine counts for little; only node's are the clock's. Answers are as each
peer gives them; of one that chooses nothing the first value of the best-known place is taken.
"""

import json
import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from selectolax.lexbor import LexborHTMLParser
from w3lib.encoding import html_to_unicode

from crawler import extract

ROOT = Path(__file__).resolve().parents[1]
FIELDS = ("title", "excerpt", "image", "published", "author", "site_name", "lang", "canonical", "amphtml")

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of a page; `answers` is None where it failed."""

    answers: Answers | None
    seconds: float


Reader = Callable[[bytes, str], Reading]


def here(read: Callable[[bytes, str], Answers]) -> Reader:
    """A reader that runs in this process. What it raises is its own affair: it gave no answer."""

    def reading(page: bytes, url: str) -> Reading:
        started = time.thread_time()
        try:
            answers = read(page, url)
        except Exception:  # noqa: BLE001 (peers raise all sorts)
            answers = None
        return Reading(answers, time.thread_time() - started)

    return reading


def metafresh(page: bytes, url: str) -> Answers:
    found = extract(page, url)
    return {name: getattr(found, name) for name in FIELDS if name != "author"} | {"author": list(found.authors)}


def parse_only(page: bytes, url: str) -> Answers:  # noqa: ARG001 (one shape for all)
    LexborHTMLParser(page)
    return {}


def og_tags(page: bytes, url: str) -> Answers:  # noqa: ARG001
    """What a dozen lines would do: the og: tag of each field, whatever it says."""
    tags = {
        node.attributes.get("property"): node.attributes.get("content")
        for node in LexborHTMLParser(page).css("meta[property][content]")[::-1]
    }
    return {field: tags.get(name) for field, name in _OG.items()}


_OG = {
    "title": "og:title",
    "excerpt": "og:description",
    "image": "og:image",
    "site_name": "og:site_name",
    "canonical": "og:url",
    "lang": "og:locale",
    "published": "article:published_time",
    "author": "article:author",
}


def by_trafilatura(library: ModuleType) -> Reader:
    names = {"title": "title", "excerpt": "description", "image": "image", "published": "date", "author": "author"}
    names |= {"site_name": "sitename", "canonical": "url", "lang": "language"}

    def answers(page: bytes, url: str) -> Answers:
        found = library.extract_metadata(page, default_url=url)
        return {field: getattr(found, name, None) for field, name in names.items()}

    return here(answers)


def by_extruct(library: ModuleType) -> Reader:
    """It tells what stands in the page and chooses nothing: the first OpenGraph value, then the first in JSON-LD."""
    names = {"title": "headline", "excerpt": "description", "published": "datePublished", "author": "author"}

    def answers(page: bytes, url: str) -> Answers:
        found = library.extract(page, base_url=url, syntaxes=["opengraph", "json-ld", "microdata"], errors="ignore")
        tags = dict(reversed(found["opengraph"][0]["properties"])) if found.get("opengraph") else {}
        nodes = [node for node in found.get("json-ld", ()) if isinstance(node, dict)]
        said = {field: next((node[name] for node in nodes if node.get(name)), None) for field, name in names.items()}
        return {field: tags.get(_OG.get(field)) or plain(said.get(field)) for field in FIELDS}

    return here(answers)


def plain(value: Any) -> Any:  # noqa: ANN401 (JSON-LD)
    """A name or a text of JSON-LD, as one string or several."""
    if isinstance(value, list):
        return [name for name in map(plain, value) if isinstance(name, str)]
    return plain(value.get("name")) if isinstance(value, dict) else value


def by_newspaper(library: ModuleType) -> Reader:
    names = {"title": "title", "excerpt": "meta_description", "image": "top_image", "author": "authors"}
    names |= {"site_name": "meta_site_name", "lang": "meta_lang", "canonical": "canonical_link"}

    def answers(page: bytes, url: str) -> Answers:
        article = library.Article(url, fetch_images=False)
        article.download(input_html=decoded(page))
        article.parse()
        published = article.publish_date
        dated = {"published": published.isoformat() if hasattr(published, "isoformat") else published}
        return {field: getattr(article, name) for field, name in names.items()} | dated

    return here(answers)


def by_metascraper(node: str, packages: Path) -> Reader:
    """It runs in node, kept warm, and times itself: carrying pages to and fro is none of its cost."""
    command, folder = [node, str(ROOT / "benchmarks" / "metascraper.cjs")], os.environ | {"NODE_PATH": str(packages)}
    pipe = subprocess.PIPE
    scraper = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=folder, text=True)
    names = {"title": "title", "excerpt": "description", "image": "image", "published": "date", "author": "author"}
    names |= {"site_name": "publisher", "lang": "lang", "canonical": "url"}

    def reading(page: bytes, url: str) -> Reading:
        assert scraper.stdin
        assert scraper.stdout
        print(json.dumps({"url": url, "html": decoded(page)}), file=scraper.stdin, flush=True)
        told = json.loads(scraper.stdout.readline())
        found = told["found"]
        answers = found and {field: found.get(name) for field, name in names.items()}
        return Reading(answers, told["ms"] / 1000)

    return reading


def decoded(page: bytes) -> str:
    return str(html_to_unicode(None, page)[1])


_INSTALLED = (
    ("extruct", "extruct", by_extruct),
    ("trafilatura", "trafilatura", by_trafilatura),
    ("newspaper4k", "newspaper", by_newspaper),
)


def readers() -> Iterator[tuple[str, Reader | str]]:
    """Each peer that is on this machine; of the others, why it is left out."""
    yield "og: tags alone", here(og_tags)
    for name, module, peer in _INSTALLED:
        if find_spec(module):
            with warnings.catch_warnings(action="ignore"):
                yield name, peer(import_module(module))
        else:
            yield name, "not installed; make bench-extract installs it"
    node, packages = shutil.which("node"), ROOT / ".venv" / "metascraper" / "node_modules"
    if node is None:
        yield "metascraper", "there is no node on this machine"
    elif not packages.is_dir():
        yield "metascraper", f"not in {packages.relative_to(ROOT)}; make bench-extract installs it where npm is there"
    else:
        yield "metascraper", by_metascraper(node, packages)
