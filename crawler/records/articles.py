"""What a record says: its articles, read without building a single Python object from its YAML. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping

from crawler import urls
from crawler.errors import RecordError
from crawler.model import Article, Image, Record, Role, Schema, Target
from crawler.records.front_matter import FrontMatter, fenced, locate
from crawler.records.tree import NULL, STR, Entries, Items, Node, Scalar, compose

_YAML_SUFFIXES = (".yml", ".yaml")
# The key of an article that is for us to read.
_OURS = "metafresh"
_PIXELS = re.compile(r"(0|[1-9][0-9]{0,8})(?:px)?")
# YAML 1.1, which many site generators read, has more words for it.
_CACHED = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def read(path: str, document: bytes, schema: Schema) -> Record | None:
    """The record that a file holds.

    Args:
        path: how the user named the file; its suffix tells whether all of it may be YAML.

    Returns:
        None for a file without front matter, or whose YAML is neither a mapping nor a list with mappings in it.

    Raises:
        RecordError: it is not UTF-8 or no YAML, or an article has a key twice; `line` is where, `path` is set.
    """
    try:
        yaml = locate(document) if path.lower().endswith(_YAML_SUFFIXES) else fenced(document)
        root = compose(yaml) if yaml else None
        articles = tuple(_articles(root, "", schema, yaml)) if yaml and root else ()
    except RecordError as error:
        raise RecordError(error.why, line=error.line, path=path) from error
    return Record(path, document, articles) if articles else None


def _articles(node: Node, pointer: str, schema: Schema, yaml: FrontMatter) -> Iterator[Article]:
    if isinstance(node, Items):
        for index, child in enumerate(node.nodes):
            yield from _articles(child, f"{pointer}/{index}", schema, yaml)
    elif isinstance(node, Entries):
        yield _article(node, pointer, schema, yaml)
        related = node.get(schema.related)
        if isinstance(related, Items):
            yield from _articles(related, f"{pointer}/{_token(schema.related)}", schema, yaml)


def _article(node: Entries, pointer: str, schema: Schema, yaml: FrontMatter) -> Article:
    values = _values(node, yaml)
    return Article(
        pointer=pointer,
        title=_words(values.get(schema.title)),
        excerpt=_words(values.get(schema.excerpt)),
        published=_words(values.get(schema.published)),
        images=tuple(_images(values.get(schema.images), schema, yaml)),
        targets=tuple(_targets(values, schema)),
        keys=tuple(values),
        opaque=frozenset(_opaque(values, schema)),
        pinned=frozenset(_pinned(values)),
    )


def _pinned(values: Mapping[str, Node]) -> Iterator[str]:
    ours = values.get(_OURS)
    pins = ours.get("pin") if isinstance(ours, Entries) else None
    for pin in pins.nodes if isinstance(pins, Items) else [pins]:
        if isinstance(pin, Scalar):
            yield pin.text


def _opaque(values: Mapping[str, Node], schema: Schema) -> Iterator[str]:
    for key in (schema.title, schema.excerpt, schema.published):
        value = values.get(key)
        if (value is None and "<<" in values) or (value is not None and not _is_null(value) and _words(value) is None):
            yield key
    images = values.get(schema.images)
    readable = (
        images is None or _is_null(images) or (isinstance(images, Items) and all(map(_is_image(schema), images.nodes)))
    )
    if not readable or (images is None and "<<" in values):
        yield schema.images


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.tag == NULL


def _is_image(schema: Schema) -> Callable[[Node], bool]:
    return lambda node: isinstance(node, Entries) and _text(node.get(schema.image_url)) is not None


def _targets(values: Mapping[str, Node], schema: Schema) -> Iterator[Target]:
    seen = set()
    for role, key in (
        (Role.ORIGINAL, schema.original_url),
        (Role.WEB, schema.web_url),
        (Role.AMP, schema.amp_url),
        (Role.AMP_CACHE, schema.amp_cache_url),
    ):
        url = _text(values.get(key))
        if url and urls.is_web(url) and (address := urls.canonical(url)) not in seen:
            seen.add(address)
            yield Target(role, url)


def _images(node: Node | None, schema: Schema, yaml: FrontMatter) -> Iterator[tuple[int, Image]]:
    for index, child in enumerate(node.nodes if isinstance(node, Items) else ()):
        url = _text(child.get(schema.image_url)) if isinstance(child, Entries) else None
        if url and isinstance(child, Entries):
            values = _values(child, yaml)
            width, height = _pixels(values.get(schema.image_width)), _pixels(values.get(schema.image_height))
            yield index, Image(url, width, height, _truth(values.get(schema.image_cached)))


def _text(node: Node | None) -> str | None:
    return node.text or None if isinstance(node, Scalar) and node.tag == STR else None


def _words(node: Node | None) -> str | None:
    """A scalar as it is written: a title such as 1984 is words all the same; null is none, "" is empty."""
    if not isinstance(node, Scalar) or node.tag == NULL or node.written_tag not in {None, "!", STR}:
        return None
    return node.text


def _pixels(node: Node | None) -> int | None:
    """A size, be it a number, in quotes or not, or CSS's `360px`."""
    written = _PIXELS.fullmatch(node.text) if isinstance(node, Scalar) else None
    return int(written[1]) if written else None


def _truth(node: Node | None) -> bool | None:
    return _CACHED.get(node.text.lower()) if isinstance(node, Scalar) and node.style == "" else None


def _values(node: Entries, yaml: FrontMatter) -> dict[str, Node]:
    """The entries whose keys are scalars, by key in file order.

    Raises:
        RecordError: a key is there twice.
    """
    values: dict[str, Node] = {}
    for key, value in node.pairs:
        if isinstance(key, Scalar):
            if key.text in values:
                raise RecordError(f"the key {key.text} is there twice; remove one", line=yaml.line(key.start))
            values[key.text] = value
    return values


def _token(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
