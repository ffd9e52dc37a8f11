"""How new YAML should look in a file: like what is there, else like the house's own records. Pure.

House style: two blanks a level, dashes indented under their key, prose double-quoted, dates plain, URLs like the other
URLs of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from crawler.records import scalars
from crawler.records.front_matter import Lines
from crawler.records.scalars import Plain
from crawler.records.tree import STR, TIMESTAMP, Entries, Items, Node, Scalar, walk

Value: TypeAlias = Plain | list["Value"] | dict[str, "Value"]

_PLAIN_DATE = "plain date"
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file shows of its style.

    Attributes:
        step: blanks from a key to the keys of the mapping under it.
        dash: blanks from a key to the dashes of the list under it.
        gap: characters from a dash to what follows it, the dash counted.
        styles: how the strings under a key are quoted, by key.
        url_style: how URLs are quoted.
    """

    step: int
    dash: int
    gap: int
    styles: Mapping[str, str]
    url_style: str

    def scalar(self, key: str, value: Plain, *, flow: bool = False) -> str:
        """A new value under a key."""
        if not isinstance(value, str):
            return scalars.rendered(value)
        style = self.styles.get(key)
        if style == _PLAIN_DATE:
            return value if scalars.is_date(value) else scalars.double_quoted(value)
        if style is None:
            style = self.url_style if value.startswith(_WEB) else '"'
        return scalars.rendered(value, style, flow=flow)

    def entry(self, key: str, value: "Value") -> list[str]:
        """The lines of a new key with its value, the first one not indented."""
        name = scalars.rendered(key, "")
        if isinstance(value, dict) and value:
            return [f"{name}:", *(" " * self.step + line for line in self.block(key, value))]
        if isinstance(value, list) and value:
            return [f"{name}:", *(" " * self.dash + line for line in self.block(key, value))]
        return [f"{name}: {self.inline(key, value, flow=False)}"]

    def block(self, key: str, value: "Value") -> list[str]:
        """The lines of a value under a key, none of them indented."""
        if isinstance(value, dict) and value:
            return [line for name, child in value.items() for line in self.entry(name, child)]
        if not isinstance(value, list) or not value:
            return [self.inline(key, value, flow=False)]
        found = []
        for child in value:
            first, *rest = self.block(key, child)
            found += ["-" + " " * (self.gap - 1) + first, *(" " * self.gap + line for line in rest)]
        return found

    def inline(self, key: str, value: "Value", *, flow: bool = True) -> str:
        """A value on one line, a mapping or a list in brackets; `flow` is whether it stands within brackets itself."""
        if isinstance(value, dict):
            inner = (f"{scalars.rendered(k, '', flow=True)}: {self.inline(k, v)}" for k, v in value.items())
            return "{" + ", ".join(inner) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.inline(key, child) for child in value) + "]"
        return self.scalar(key, value, flow=flow)


def learned(root: Node, text: str, rows: Lines) -> Layout:
    """The layout that a file shows; where it shows nothing, the house's.

    `publishedDateTime` is the one key whose house style is a plain date.
    """
    step: int | None = None
    dash: int | None = None
    gap: int | None = None
    url_style: str | None = None
    styles: dict[str, str] = {}
    for node in walk(root):
        if isinstance(node, Items) and not node.flow and gap is None:
            gap = _gap(node, text)
        if not isinstance(node, Entries):
            continue
        for key, value in node.pairs:
            if isinstance(value, Entries | Items) and not (node.flow or value.flow):
                deeper = rows.column(value.start) - rows.column(key.origin)
                if isinstance(value, Items):
                    dash = deeper if dash is None and deeper >= 0 else dash
                else:
                    step = deeper if step is None and deeper > 0 else step
            elif isinstance(key, Scalar) and isinstance(value, Scalar) and key.text not in styles:
                style = _style(value)
                if style is not None:
                    styles[key.text] = style
                    if url_style is None and value.text.startswith(_WEB):
                        url_style = style
    styles.setdefault("publishedDateTime", _PLAIN_DATE)
    return Layout(step or 2, 2 if dash is None else dash, gap or 2, styles, url_style or "")


def _gap(items: Items, text: str) -> int | None:
    first = items.nodes[0].origin
    blanks = text[items.start + 1 : first]
    return len(blanks) + 1 if blanks and not blanks.strip(" ") else None


def _style(value: Scalar) -> str | None:
    if value.style in {"'", '"'}:
        return value.style
    tag = value.tag if value.style == "" and value.text else None
    return "" if tag == STR else _PLAIN_DATE if tag == TIMESTAMP else None
