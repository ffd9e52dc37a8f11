"""Claims of JSON-LD: the node that is the article, wherever the page hides it.

Top-level lists, `@graph` and `mainEntity` are looked into; lists of other articles (`ItemList`, `hasPart`) are not.
Of several articles the one whose URL is this page's speaks; where none says so, the first.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from typing import cast

from stringzilla import find

from crawler import urls
from crawler.extract.claim import Place, claim, pixels
from crawler.extract.decode import Html
from crawler.extract.window import TAG_BYTES
from crawler.model import Candidate, Json

_Node = dict[str, Json]

# Of schema.org's types those that are articles, and other works that a page can be about.
_ARTICLES = frozenset({"Report", "NewsReport", "SocialMediaPosting"})
_WORKS = frozenset(
    {"Recipe", "HowTo", "VideoObject", "AudioObject", "PodcastEpisode", "DiscussionForumPosting", "Question", "Book"}
    | {"CreativeWork", "Episode", "Movie", "MediaObject", "Dataset", "SoftwareSourceCode", "Chapter", "Event"}
)
# What an article says of itself in plain values.
_PLAIN = {
    "headline": "title",
    "name": "title",
    "description": "excerpt",
    "datePublished": "published",
    "uploadDate": "published",
    "dateCreated": "published",
    "dateModified": "modified",
    "inLanguage": "lang",
}
_OF_WORDS = frozenset({"title", "excerpt"})
_SITE = frozenset({"WebSite", "Organization", "NewsMediaOrganization", "Corporation"})
_MAX_NODES, _MAX_BLOCKS, _MAX_NAMES = 2000, 64, 40
_MAX_SCRIPT, _LONGEST_TYPE = 512 * 1024, 200

# What hid a script from the readers of old: `//<![CDATA[`, `<!--`. Other comments are noise.
_OPENING = re.compile(r"(?:\s*+(?:<!--(?:[^<>{]*+(?<=--)>)?+|<!\[CDATA\[|(?://|/\*)\s*+(?=<!)|\*/))*+")
_STRING_OR_NOISE = re.compile(
    r'"(?:[^"\\]++|\\.)*+"|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|//[^\n]*+|,(?=\s*+[}\]])', re.DOTALL
)
_ESCAPE = re.compile(r"""\\(?:["'\\/bfnrt]|u[0-9a-fA-F]{4})?""")
# Those that JSON does not know, with what was meant: a backslash, an apostrophe as JavaScript escapes it.
_ESCAPES = {"\\": r"\\", r"\'": "'"}
_DECODER = json.JSONDecoder(strict=False)


def read(page: Html, start: int, end: int, place: Place) -> list[Candidate]:
    """Every claim of the article's node, then those of the site's, in the scripts between `start` and `end`."""
    spellings = (b"ld+json",) if start else (b"ld+json", b"LD+JSON")  # who writes in upper case has it in the head
    scripts = [script for named in spellings for script in _scripts(page, named, start, end)]
    nodes = list(_nodes(scripts)) if scripts else []
    return list(_of_nodes(nodes, place)) if nodes else []


def _of_nodes(nodes: list[_Node], place: Place) -> Iterator[Candidate]:
    known = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    article = _article(nodes, place)
    if article is not None:
        yield from _of_article(article, known, place)
    for node in nodes:
        if kinds := _SITE.intersection(_types(node)):
            yield from _made("site_name", node.get("name"), f"ld+json {min(kinds)} name", place)


def parsed(script: str) -> Json:
    """The JSON of a script, repaired where it is plain what was meant; None where it is not.

    Repaired: raw control characters, comment and CDATA wrappers, comments, trailing commas and semicolons, bad escapes.
    """
    for attempt in (_unwrapped, _repaired):
        try:
            found, _ = _DECODER.raw_decode(attempt(script))
        except (ValueError, RecursionError):
            continue
        return cast("Json", found)
    return None


def _unwrapped(script: str) -> str:
    script = script.strip("\ufeff \t\r\n")
    # It matches nothing, too.
    return script if script.startswith(("{", "[")) else script[_OPENING.match(script).end() :].strip()  # type: ignore[union-attr]


def _repaired(script: str) -> str:
    script = _unwrapped(unescape(script) if '"' not in script else script)
    script = _STRING_OR_NOISE.sub(lambda found: found[0] if found[0].startswith('"') else "", script)
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[0], found[0]), script).strip()


def _scripts(page: Html, named: bytes, start: int, end: int) -> Iterator[str]:
    """The contents of JSON-LD scripts outside of comments; `named` is how they spell it."""
    data = page.data
    for _ in range(_MAX_BLOCKS):
        if (found := find(data, named, start, end)) < 0 or (begun := find(data, b">", found, end)) < 0:
            return
        opened = data.rfind(b"<", max(start, found - TAG_BYTES), found)
        is_script = data[opened : opened + 7].lower() == b"<script" and data.find(b">", opened, found) < 0
        if not is_script or _is_in_comment(data, start, opened):
            start = found + len(named)
            continue
        closed = find(data, b"</", begun, end)
        while closed >= 0 and data[closed : closed + 8].lower() != b"</script":
            closed = find(data, b"</", closed + 2, end)
        start = closed if closed >= 0 else end
        if start - begun <= _MAX_SCRIPT:
            yield page.text(data[begun + 1 : start])


def _is_in_comment(data: bytes, start: int, at: int) -> bool:
    """Whether a comment is open there, and not just its sign within an earlier script."""
    comment = data.rfind(b"<!--", start, at)
    return comment > data.rfind(b"-->", start, at) and data.find(b"</script", comment, at) < 0


def _nodes(scripts: Iterable[str]) -> Iterator[_Node]:
    waiting: list[Json] = [parsed(script) for script in scripts][::-1]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value[_MAX_NODES::-1]
        elif isinstance(value, dict):
            yield value
            waiting += [value[key] for key in ("mainEntityOfPage", "mainEntity", "@graph") if key in value]


def _types(node: _Node) -> list[str]:
    """The names of a node's types, without the vocabulary's address before them."""
    given = node.get("@type")
    names = [name for name in (given if isinstance(given, list) else [given]) if isinstance(name, str)]
    return [
        name if name.isalpha() else name.rpartition("/")[2].rpartition("#")[2].rpartition(":")[2]
        for name in names
        if len(name) <= _LONGEST_TYPE
    ]


def _article(nodes: list[_Node], place: Place) -> _Node | None:
    """The node that speaks of this page: by kind, then by address, then the first."""
    ranks = list(map(_rank, nodes))
    highest = max(ranks)
    of_kind = [node for node, rank in zip(nodes, ranks, strict=True) if rank == highest]
    if not highest:
        return None
    return of_kind[0] if len(of_kind) == 1 else max(of_kind, key=lambda node: _speaks_of(node, place))


def _rank(node: _Node) -> int:
    """3 for an article, 2 for another work with a headline, 1 for one without, 0 for what no page is about."""
    highest = max(map(_rank_of_type, _types(node)), default=0)
    return 2 if highest == 1 and node.get("headline") else highest


@lru_cache(maxsize=256)
def _rank_of_type(name: str) -> int:
    """3 for an article, 1 for another work, 0 for what no page is about."""
    if name.endswith(("Article", "BlogPosting")) or name.startswith("Review") or name in _ARTICLES:
        return 3
    return int(name.endswith("Page") or name in _WORKS)


def _speaks_of(node: _Node, place: Place) -> int:
    """2 for a node that names this page's URL, 1 for one that names none, 0 for one that names another."""
    named = {_address(node.get(key)) for key in ("url", "mainEntityOfPage", "@id")}
    addresses = [url for url in (urls.absolute(name, place.base) for name in named if name) if url]
    if place.url in named or any(urls.same_page(_without_query(url), _without_query(place.url)) for url in addresses):
        return 2
    return 0 if addresses else 1


def _without_query(url: str) -> str:
    return url.partition("?")[0]


def _address(value: Json) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) and len(value) < 4096 else None


def _of_article(node: _Node, known: dict[str, _Node], place: Place) -> Iterator[Candidate]:
    is_page = _rank(node) == 1
    kind = "WebPage " if is_page else ""
    for key, field in _PLAIN.items():
        if key in node:
            yield from _made(field, node[key], f"ld+json {kind if field in _OF_WORDS else ''}{key}", place)
    yield from _made("canonical", _address(node.get("url")), "ld+json url", place)
    yield from _made("canonical", _address(node.get("mainEntityOfPage")), "ld+json mainEntityOfPage", place)
    for key in ("image", "thumbnailUrl"):
        yield from _images(node.get(key), f"ld+json {kind}{key}", known, place)
    for key in ("author", "creator"):
        for name, of_person in _people(node.get(key), known):
            yield from _made("author", name, f"ld+json {key}" + ("" if of_person else " (organization)"), place)
    for publisher, _ in _people(node.get("publisher"), known):
        yield from _made("site_name", publisher, "ld+json publisher", place)


def _made(field: str, raw: Json, tag: str, place: Place) -> Iterator[Candidate]:
    if isinstance(raw, list):
        raw = raw[0] if raw else None
    if isinstance(raw, dict):
        raw = raw.get("@value") or raw.get("name")
    found = claim(field, raw, tag, place)
    if found:
        yield found


def _images(value: Json, tag: str, known: dict[str, _Node], place: Place) -> Iterator[Candidate]:
    for entry in (value if isinstance(value, list) else [value])[:_MAX_NAMES]:
        node = _resolved(entry, known)
        if isinstance(node, dict):
            raw = node.get("url") or node.get("contentUrl")
            width, height = _pixels(node.get("width")), _pixels(node.get("height"))
        else:
            raw, width, height = node, None, None
        if isinstance(raw, list):
            raw = raw[0] if raw else None
        if found := claim("image", raw, tag, place, width=width, height=height):
            yield found


def _pixels(value: Json) -> int | None:
    """A side in pixels; a QuantitativeValue holds it one level down."""
    return pixels(value.get("value") if isinstance(value, dict) else value)


def _people(value: Json, known: dict[str, _Node]) -> Iterator[tuple[str, bool]]:
    """Each name with whether it is a person's, as far as the node says."""
    for entry in (value if isinstance(value, list) else [value])[:_MAX_NAMES]:
        node = _resolved(entry, known)
        if isinstance(node, str):
            yield node, True
        elif isinstance(node, dict):
            names = node.get("name")
            for name in (names if isinstance(names, list) else [names])[:_MAX_NAMES]:
                if isinstance(name, str):
                    yield name, "Person" in (_types(node) or ["Person"])


def _resolved(value: Json, known: dict[str, _Node]) -> Json:
    """The node that a bare `{"@id": …}` stands for."""
    if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str) and "name" not in value:
        return known.get(str(value["@id"]), value)
    return value
