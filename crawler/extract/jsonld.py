"""What a page's JSON-LD claims about the article, and about nothing else on the page. Pure.

The rules
- Blocks are read as they are meant, not only as they are written: one block in seventeen is no strict JSON.
- An article's own node speaks; a page's node speaks for what no article node says. Teasers of other articles, lists,
  products and organisations are silent.
- Of several article nodes those win whose URL is this page's; a node with another page's URL is a teaser if there are
  several.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from crawler import urls
from crawler.extract.dates import iso_date
from crawler.extract.text import clean, clean_url
from crawler.model import Candidate

Node: TypeAlias = dict[str, object]

_MAX_NODES = 5_000
_MAX_VALUES = 50

_ARTICLES = re.compile(
    r"(?:\w*Article|\w*NewsArticle|BlogPosting|LiveBlogPosting|SocialMediaPosting|DiscussionForumPosting|Report|Review|"
    r"MedicalScholarlyArticle|CreativeWork|Recipe|VideoObject|PodcastEpisode|Question|QAPage|HowTo)"
)
_PAGES = re.compile(r"(?:WebPage|ItemPage|AboutPage|MedicalWebPage|Blog|NewsMediaPage)")
_WRAPPERS = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
_DIRT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$")
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*[}\]])|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|)')


def claims(blocks: Iterable[str], url: str, base: str, own: Sequence[str]) -> Iterator[Candidate]:
    """The claims of the blocks' article nodes, the most fitting node first.

    Args:
        own: every URL by which the page calls itself.
    """
    nodes = list(_nodes(filter(None, map(_parsed, blocks))))
    by_id = {str(node["@id"]): node for node in reversed(nodes) if "@id" in node and len(node) > 1}
    for node in _speakers(nodes, own):
        yield from _article(node, by_id, url, base)
    for node in nodes:
        if _is(node, re.compile("WebSite")):
            yield from _texts("site_name", node.get("name"), "ld+json WebSite name", url)


def _parsed(block: str) -> object:
    text = block.strip()
    for mend in (str, _mended):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    try:
        return json.JSONDecoder(strict=False).raw_decode(_mended(text))[0]
    except (ValueError, RecursionError):
        return None


def _mended(text: str) -> str:
    text = _DIRT.sub("", _DIRT.sub("", text)).strip().rstrip(";")
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    text = _BAD_ESCAPE.sub(lambda escape: escape[0] if escape[1] else "", text)
    return _STRING_OR_COMMA.sub(lambda found: found[1] or "", text)


def _nodes(values: Iterable[object]) -> Iterator[Node]:
    """Every object of the blocks that stands for something of its own, in page order."""
    waiting = list(values)[::-1]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value[: _MAX_NODES][::-1])
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[key] for key in reversed(_WRAPPERS) if isinstance(value.get(key), dict | list))


def _is(node: Node, kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    return any(kind.fullmatch(str(name).rpartition("/")[2]) for name in (types if isinstance(types, list) else [types]))


def _speakers(nodes: Sequence[Node], own: Sequence[str]) -> Iterator[Node]:
    articles = [node for node in nodes if _is(node, _ARTICLES)]
    mine = [node for node in articles if any(urls.same_page(name, page) for name in _addresses(node) for page in own)]
    nameless = [node for node in articles if not any(_addresses(node))]
    yield from mine or nameless[:1] or articles[: len(articles) == 1]
    yield from [node for node in nodes if _is(node, _PAGES)][:1]


def _addresses(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and urls.split(value):
            yield value


def _article(node: Node, by_id: Mapping[str, Node], url: str, base: str) -> Iterator[Candidate]:
    kind = "" if _is(node, _ARTICLES) else "WebPage "
    yield from _texts("title", node.get("headline"), f"ld+json {kind}headline", url)
    yield from _texts("title", node.get("name"), f"ld+json {kind}name", url)
    yield from _texts("excerpt", node.get("description"), f"ld+json {kind}description", url)
    yield from _texts("lang", node.get("inLanguage"), f"ld+json {kind}inLanguage", url)
    for key, field in (("datePublished", "published"), ("dateCreated", "published"), ("dateModified", "modified"), ("uploadDate", "published")):
        for text in _strings(node.get(key)):
            if value := iso_date(clean(text)):
                yield Candidate(field, value, f"ld+json {kind}{key}", url)
    for key in ("author", "creator"):
        for person in _resolved(node.get(key), by_id):
            organisation = isinstance(person, dict) and _is(person, re.compile(r"\w*Organi[sz]ation"))
            yield from _texts("author", person, f"ld+json {kind}{key}{' Organization' if organisation else ''}", url)
    for publisher in _resolved(node.get("publisher"), by_id):
        yield from _texts("site_name", publisher, f"ld+json {kind}publisher", url)
    for key in ("image", "thumbnailUrl"):
        for picture in _resolved(node.get(key), by_id):
            yield from _picture(picture, f"ld+json {kind}{key}", url, base)


def _resolved(value: object, by_id: Mapping[str, Node]) -> Iterator[object]:
    for one in (value[:_MAX_VALUES] if isinstance(value, list) else [value]):
        if isinstance(one, dict) and "name" not in one and "url" not in one:
            yield by_id.get(str(one.get("@id")), one)
        else:
            yield one


def _strings(value: object) -> Iterator[str]:
    for one in (value[:_MAX_VALUES] if isinstance(value, list) else [value]):
        if isinstance(one, dict):
            one = one.get("name") or one.get("@value")
        if isinstance(one, list) and one:
            one = one[0]
        if isinstance(one, str):
            yield one


def _texts(field: str, value: object, evidence: str, url: str) -> Iterator[Candidate]:
    for text in _strings(value):
        if cleaned := clean(text):
            yield Candidate(field, cleaned, evidence, url)


def _picture(value: object, evidence: str, url: str, base: str) -> Iterator[Candidate]:
    width = height = None
    if isinstance(value, dict):
        width, height = _side(value.get("width")), _side(value.get("height"))
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, str) and (found := clean_url(value, base)):
        yield Candidate("image", found, evidence, url, width, height)


def _side(value: object) -> int | None:
    if isinstance(value, dict):
        value = value.get("value")
    digits = str(value).removesuffix("px").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 5 and int(digits) else None
