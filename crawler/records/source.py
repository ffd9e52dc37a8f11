"""A record's YAML as an edit sees it, and the cuts that are made in it. Pure."""

from dataclasses import dataclass
from functools import cached_property

from crawler.errors import EditRefused
from crawler.records import layout
from crawler.records.front_matter import FrontMatter, Lines, lines
from crawler.records.layout import Layout
from crawler.records.tree import Alias, Node, walk


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters `start` to `end` of the text, to become `text`; `rank` orders those that insert at one place."""

    start: int
    end: int
    text: str
    pointer: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Hook:
    """What a value hangs on: a key, or the dash of a list.

    Attributes:
        key: the key; None for a dash.
        column: of the key or dash.
        slot: just behind the colon or dash; None where a value has no place of its own, as the record itself.
        flow: whether it stands within brackets.
    """

    key: str | None
    column: int
    slot: int | None
    flow: bool


@dataclass(frozen=True)
class Source:
    """A record's YAML, parsed."""

    yaml: FrontMatter
    root: Node

    @property
    def text(self) -> str:
        return self.yaml.text

    @cached_property
    def lines(self) -> Lines:
        return lines(self.text)

    @cached_property
    def layout(self) -> Layout:
        return layout.learned(self.root, self.text, self.lines)

    @cached_property
    def aliased(self) -> frozenset[str]:
        """Anchors that something refers to."""
        if "*" not in self.text:
            return frozenset()
        return frozenset(node.name for node in walk(self.root) if isinstance(node, Alias))

    def newline_at(self, index: int) -> str:
        """The newline that ends the line, else the file's first, else the usual one."""
        row = self.lines.at(index)
        if row + 1 == len(self.lines.starts):
            row = 0
        if row + 1 == len(self.lines.starts):
            return "\n"
        return self.text[self.lines.ends[row] : self.lines.starts[row + 1]]

    def refused(self, why: str, index: int) -> EditRefused:
        return EditRefused(why, line=self.yaml.line(index))

    def refuse_referred(self, node: Node) -> None:
        """Refuse to touch what an alias elsewhere refers to."""
        if node.anchor in self.aliased:
            raise self.refused(f"&{node.anchor} is referred to elsewhere, which would change too", node.origin)
