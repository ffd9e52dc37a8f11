"""YAML as a tree whose nodes know where in the text they lie. Pure.

Built from the parser's events, not by `yaml.compose`, because of what compose hides or cannot survive:
- it hands out an alias as the node of its anchor, so that an edit would land on the anchor; here an alias is a leaf,
  which also makes "billion laughs" harmless;
- its C form recurses without a bound, so that a few kilobytes of `[` end the process; here the depth is counted;
- it forgets tags and anchors as written, which an edit has to keep.

Positions count characters of the text. A node's end is where its last character is: libyaml's own end of a block
mapping, sequence or scalar runs on over blank lines and comments to the next token.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from crawler.errors import RecordError
from crawler.records.front_matter import FrontMatter

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 64
MAX_NODES = 500_000

STR = "tag:yaml.org,2002:str"
NULL = "tag:yaml.org,2002:null"
TIMESTAMP = "tag:yaml.org,2002:timestamp"
UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# libyaml compares each %TAG with all before it: thousands of them take minutes.
_MAX_TAG_DIRECTIVES = 32
_PROPERTIES = re.compile(r"(?:(?:&[\w-]+|!<[^>]*>|![^\s,\[\]{}]*)(?:\s+(?:#[^\r\n]*)?)*)*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEWLINE = re.compile(r"[\r\n]")


class Scalar(NamedTuple):
    """One value.

    Attributes:
        text: its content, read.
        style: "" plain, ' or " quoted, | or > block.
        origin: where it begins, tag and anchor included.
        start, end: where the value alone lies; equal where there is nothing.
        written_tag: its tag where it has one, as a whole URI or `!`.
    """

    text: str
    style: str
    origin: int
    start: int
    end: int
    anchor: str | None
    written_tag: str | None

    @property
    def tag(self) -> str:
        """Its type: the tag that is written, else what YAML makes of it."""
        if self.written_tag not in {None, "!"}:
            return self.written_tag or ""
        return resolved(self.text) if self.style == "" and self.written_tag is None else STR


class Alias(NamedTuple):
    """A reference to an anchor before it; `to_scalar` is whether a single value is meant."""

    name: str
    origin: int
    end: int
    to_scalar: bool
    anchor: None = None

    @property
    def start(self) -> int:
        return self.origin


class Items(NamedTuple):
    """A sequence; `flow` is whether it is written in brackets."""

    nodes: tuple["Node", ...]
    flow: bool
    tag: str | None
    origin: int
    start: int
    end: int
    anchor: str | None


class Entries(NamedTuple):
    """A mapping, in file order, duplicate keys and keys that are no scalars included."""

    pairs: tuple[tuple["Node", "Node"], ...]
    flow: bool
    tag: str | None
    origin: int
    start: int
    end: int
    anchor: str | None

    def get(self, key: str) -> "Node | None":
        """The value of the first entry with this key."""
        for name, value in self.pairs:
            if isinstance(name, Scalar) and name.text == key:
                return value
        return None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are scalars, as text."""
        return tuple(name.text for name, _ in self.pairs if isinstance(name, Scalar))


Node: TypeAlias = Scalar | Alias | Items | Entries


# An edit reads, cuts, proves and reads again what are two texts only.
@lru_cache(maxsize=2)
def compose(yaml_text: FrontMatter, *, loader: Any = LOADER) -> Node | None:  # noqa: ANN401 (two unrelated classes)
    """The tree of the first YAML document; None where there is none.

    Raises:
        RecordError: it is no YAML, an alias has no anchor before it, or it is nested deeper or larger than any record.
    """
    text = yaml_text.text
    if text.startswith("\ufeff"):
        raise RecordError("a second byte order mark", line=yaml_text.line(0))
    if text.count("%TAG") > _MAX_TAG_DIRECTIVES:
        raise RecordError("too many %TAG directives")
    try:
        reader = loader(text)
        try:
            return _document(reader, yaml_text)
        finally:
            reader.dispose()
    # The pure parser lets an escape like "\U00FFFFFF" out as ValueError or OverflowError.
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _translated(error, yaml_text) from error


def resolved(text: str) -> str:
    """The type that YAML 1.1 gives a plain scalar, as a tag."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ())
    return next((tag for tag, pattern in resolvers if pattern.match(text)), STR)


def walk(node: Node | None) -> Iterator[Node]:
    """The node and all below it, keys included, in file order."""
    if node is None:
        return
    yield node
    if isinstance(node, Items):
        for child in node.nodes:
            yield from walk(child)
    elif isinstance(node, Entries):
        for key, value in node.pairs:
            yield from walk(key)
            yield from walk(value)


def _document(reader: Any, yaml_text: FrontMatter) -> Node | None:  # noqa: ANN401
    while reader.check_event(StreamStartEvent, DocumentStartEvent):
        reader.get_event()
    if reader.check_event(StreamEndEvent):
        return None
    text, known = yaml_text.text, dict[str, bool]()
    opened: list[tuple[Any, list[Node]]] = []
    for _ in range(MAX_NODES):
        event = reader.get_event()
        kind = type(event)
        if kind is ScalarEvent:
            node: Node = _scalar(event, text)
        elif kind is AliasEvent:
            node = _alias(event, known, yaml_text)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            opened.append((event, []))
            if len(opened) > MAX_DEPTH:
                raise RecordError(f"nested deeper than {MAX_DEPTH}", line=yaml_text.line(event.start_mark.index))
            continue
        else:
            node = _collection(*opened.pop(), event, text)
        if node.anchor is not None:
            known[node.anchor] = kind is ScalarEvent
        if not opened:
            reader.get_event()
            reader.check_event()  # what comes after the root may still be wrong
            return node
        opened[-1][1].append(node)
    raise RecordError(f"more than {MAX_NODES:,} values")


def _scalar(event: Any, text: str) -> Scalar:  # noqa: ANN401
    origin, end = event.start_mark.index, event.end_mark.index
    start, style = origin, event.style or ""
    if event.tag is not None or event.anchor is not None:
        start = min(_after_properties(text, origin), end)
    if style in {"|", ">"}:
        end = _last_line_end(text, start, end, event.value)
    # Only an escape, which is longer than what it stands for, can make one; the pure parser lets it pass.
    elif style == '"' and len(event.value) != end - start - 2 and _SURROGATE.search(event.value):
        raise ValueError("half of a surrogate pair")
    return Scalar(event.value, style, origin, start, end, event.anchor, event.tag)


def _alias(event: Any, known: dict[str, bool], yaml_text: FrontMatter) -> Alias:  # noqa: ANN401
    if event.anchor not in known:
        line = yaml_text.line(event.start_mark.index)
        raise RecordError(f"*{event.anchor} has no anchor &{event.anchor} before it", line=line)
    return Alias(event.anchor, event.start_mark.index, event.end_mark.index, known[event.anchor])


def _collection(begin: Any, nodes: list[Node], finish: Any, text: str) -> Items | Entries:  # noqa: ANN401
    origin = start = begin.start_mark.index
    if begin.tag is not None or begin.anchor is not None:
        start = _after_properties(text, origin)
    flow = bool(begin.flow_style)
    # A block collection has at least one child.
    end = finish.end_mark.index if flow or not nodes else nodes[-1].end
    if type(begin) is SequenceStartEvent:
        return Items(tuple(nodes), flow, begin.tag, origin, start, end, begin.anchor)
    pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
    return Entries(pairs, flow, begin.tag, origin, start, end, begin.anchor)


def _after_properties(text: str, origin: int) -> int:
    found = _PROPERTIES.match(text, origin)
    return found.end() if found else origin


def _last_line_end(text: str, start: int, end: int, value: str) -> int:
    """Where the last line of a block scalar ends, the blank lines that are none of its content left out."""
    raw = text[start:end]
    last = value.rstrip("\n").rpartition("\n")[2]
    if last and not last.strip(" \t"):
        return start + len(raw.rstrip("\r\n"))
    full = len(raw.rstrip(" \t\r\n"))
    newline = _NEWLINE.search(raw, full)
    return start + newline.start() if newline else end


def _translated(error: Exception, yaml_text: FrontMatter) -> RecordError:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        what = error.problem or error.context or "not understood"
        return RecordError(f"broken YAML: {what}", line=yaml_text.line(error.problem_mark.index))
    unprintable = UNPRINTABLE.search(yaml_text.text)
    if isinstance(error, yaml.reader.ReaderError) and unprintable:
        what = f"character #x{ord(unprintable[0]):04X} must be written as an escape"
        return RecordError(f"broken YAML: {what}", line=yaml_text.line(unprintable.start()))
    return RecordError("broken YAML: an escape that stands for no character")
