"""Where the text of a record is cut for each change, and what is put there. Pure.

The rules are those that `edit` tells. All of this may be wrong about some corner of YAML: `edit` proves the outcome.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias, TypeGuard

from crawler.errors import EditRefused
from crawler.records import layout, proof, scalars
from crawler.records.front_matter import FrontMatter, Lines, lines
from crawler.records.layout import Layout
from crawler.records.tree import STR, TIMESTAMP, Alias, Entries, Items, Node, Scalar, walk
from crawler.records.wanted import Branch, Wanted, by_index

# Within each group a new key comes after the nearest of those before it; a key in no group comes last.
_HOUSE_ORDERS = (
    ("taxonomy", "_id", "category", "name", "title", "excerpt", "publishedDateTime", "originalUrl", "webUrl",
     "ampWebUrl", "cdnAmpWebUrl"),
    ("url", "width", "height", "isCached"),
)  # fmt: skip
_LAST = ("related", "secured")

_COLON = re.compile(r"[ \t]*:")
_NEXT_DASH = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*[ \t]*-")
Spans: TypeAlias = list[tuple[int, int]]
_INDEX = re.compile(r"0|[1-9]\d{0,8}")


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters `start` to `end` of the text, to become `text`; `rank` orders those that insert at one place."""

    start: int
    end: int
    text: str
    pointer: str
    rank: int = 0


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


@dataclass(frozen=True, slots=True)
class Hook:
    """What a value hangs on: a key, or the dash of a list.

    Attributes:
        key: the key, for the style of the value; "" for a dash.
        column: of the key or dash.
        slot: just behind the colon or dash; None where a value has no place of its own, as the record itself.
        flow: whether it stands within brackets.
    """

    key: str
    column: int
    slot: int | None
    flow: bool


def planned(source: Source, wanted: Branch) -> list[Cut]:
    """A cut for each change, in the order of the file.

    Raises:
        EditRefused: there is nothing to hold a change, or two changes meet.
    """
    cuts = _within(source, source.root, wanted, "", Hook("", 0, None, flow=False))
    found = sorted(cuts, key=lambda cut: (cut.start, cut.end, cut.rank))
    for one, other in pairwise(found):
        if other.start < one.end:
            raise source.refused(f"{one.pointer} and {other.pointer} cannot change in one edit", one.start)
    return found


def _within(source: Source, node: Node, branch: Branch, at: str, hook: Hook) -> Iterator[Cut]:
    """The cuts below a node that is at pointer `at`."""
    _refuse_referred(source, node)
    if isinstance(node, Entries):
        yield from _in_entries(source, node, branch, at, hook)
    elif isinstance(node, Items):
        yield from _in_items(source, node, branch, at, hook)
    elif isinstance(node, Alias):
        raise source.refused(f"{at} is *{node.name}; edit it where &{node.name} stands", node.start)
    else:
        raise source.refused(f"{at or 'the record'} is no mapping or list, it can hold nothing", node.start)


def _in_entries(source: Source, node: Entries, branch: Branch, at: str, hook: Hook) -> Iterator[Cut]:
    places: dict[str, int] = {}
    for place, (name, _) in enumerate(node.pairs):
        if isinstance(name, Scalar) and name.text in branch:
            if name.text in places:
                raise source.refused(f"{at}/{name.text} is there twice", name.start)
            places[name.text] = place
    for key, wish in branch.items():
        if key not in places:
            if not isinstance(wish, Wanted) or wish.value is None:
                raise source.refused(f"there is no {at}/{key}", node.start)
            yield _new_key(source, node, key, wish, branch)
            continue
        name, value = node.pairs[places[key]]
        if _is_removal(wish):
            spans = [(k.origin, v.end) for k, v in node.pairs]
            yield _removed(source, node, spans, places[key], wish, hook)
        else:
            colon = _COLON.match(source.text, name.end)
            column = source.lines.column(node.pairs[0][0].origin)
            inner = Hook(key, column, colon.end() if colon else None, flow=node.flow)
            yield from _at(source, value, wish, f"{at}/{key}", inner)


def _in_items(source: Source, node: Items, branch: Branch, at: str, hook: Hook) -> Iterator[Cut]:
    spans = _item_spans(source, node)
    new: list[Wanted] = []
    for name, wish in by_index(branch):
        place = len(spans) + len(new) if name == "-" else int(name) if _INDEX.fullmatch(name) else None
        if place is not None and place < len(spans):
            if _is_removal(wish):
                yield _removed(source, node, spans, place, wish, hook)
            else:
                dash = spans[place][0]
                inner = Hook("", source.lines.column(dash), dash + 1, flow=node.flow)
                yield from _at(source, node.nodes[place], wish, f"{at}/{name}", inner)
        elif place == len(spans) + len(new) and isinstance(wish, Wanted) and wish.value is not None:
            yield _new_item(source, node, wish, branch, len(new))
            new.append(wish)
        else:
            raise source.refused(f"there is no {at}/{name}", node.start)


def _at(source: Source, node: Node, wish: Wanted | Branch, at: str, hook: Hook) -> Iterator[Cut]:
    if isinstance(wish, Wanted):
        yield _replaced(source, node, wish, hook)
    else:
        yield from _within(source, node, wish, at, hook)


def _new_key(source: Source, node: Entries, key: str, wish: Wanted, branch: Branch) -> Cut:
    left = [
        (name, value)
        for name, value in node.pairs
        if not (isinstance(name, Scalar) and _is_removal(branch.get(name.text)))
    ]
    names = [name.text if isinstance(name, Scalar) else None for name, _ in left]
    before, rank = _place_of(key, names)
    if node.flow:
        text = f"{scalars.rendered(key, '', flow=True)}: {source.layout.inline(key, wish.value)}"
        return _new_in_flow(node, [(k.origin, v.end) for k, v in left], before, text, wish, rank)
    if not left:
        raise source.refused(f"all that {wish.pointer} could stand next to is removed", node.start)
    indent = " " * source.lines.column(node.pairs[0][0].origin)
    rows = source.layout.entry(key, wish.value)
    if before is None:
        first = left[0][0].origin
        newline = source.newline_at(first)
        return Cut(first, first, "".join(row + newline + indent for row in rows), wish.pointer, rank)
    end = source.lines.end(left[before][1].end)
    newline = source.newline_at(end)
    blank = newline if len(rows) > 1 and node is source.root and _sets_blocks_apart(source, node) else ""
    return Cut(end, end, blank + "".join(newline + indent + row for row in rows), wish.pointer, rank)


def _new_item(source: Source, node: Items, wish: Wanted, branch: Branch, rank: int) -> Cut:
    left = [child for place, child in enumerate(node.nodes) if not _is_removal(branch.get(str(place)))]
    if node.flow:
        text = source.layout.inline("", wish.value)
        return _new_in_flow(node, [(n.origin, n.end) for n in left], len(left) - 1 if left else None, text, wish, rank)
    if not left:
        raise source.refused(f"all that {wish.pointer} could stand next to is removed", node.start)
    indent = " " * source.lines.column(node.start)
    end = source.lines.end(left[-1].end)
    newline = source.newline_at(end)
    rows = source.layout.block("", [wish.value])
    return Cut(end, end, "".join(newline + indent + row for row in rows), wish.pointer, rank)


def _new_in_flow(node: Items | Entries, left: Spans, before: int | None, text: str, wish: Wanted, rank: int) -> Cut:
    if not left:
        return Cut(node.start + 1, node.start + 1, text, wish.pointer, rank)
    if before is None:
        return Cut(left[0][0], left[0][0], f"{text}, ", wish.pointer, rank)
    return Cut(left[before][1], left[before][1], f", {text}", wish.pointer, rank)


def _place_of(key: str, names: Sequence[str | None]) -> tuple[int | None, int]:
    """After which of these keys a new one comes, None meaning before all; and its rank among new ones."""
    order = next((order for order in _HOUSE_ORDERS if key in order), None)
    if order:
        rank = order.index(key)
        ranks = {place: order.index(name) for place, name in enumerate(names) if name in order[:rank]}
        return max(ranks, key=ranks.__getitem__, default=None), rank
    after = _LAST[_LAST.index(key) + 1 :] if key in _LAST else _LAST
    place = next((place for place, name in enumerate(names) if name in after), len(names))
    return (place - 1 if place else None), len(_HOUSE_ORDERS[0]) + len(_LAST) - len(after)


def _sets_blocks_apart(source: Source, node: Entries) -> bool:
    """Whether the blocks at the top have a blank line before them; the house's have."""
    blocks = [key.origin for key, value in node.pairs[1:] if isinstance(value, Items | Entries) and not value.flow]
    return not blocks or any(_blank_line_before(source, start) is not None for start in blocks)


def _blank_line_before(source: Source, index: int) -> int | None:
    """Where the blank line above the line of a character starts, if there is one."""
    row = source.lines.at(index)
    above = source.text[source.lines.starts[row - 1] : source.lines.ends[row - 1]]
    return source.lines.starts[row - 1] if row and not above.strip() else None


def _item_spans(source: Source, node: Items) -> Spans:
    """From dash to end of each item, in brackets from start to end."""
    if node.flow:
        return [(child.origin, child.end) for child in node.nodes]
    spans: Spans = []
    dash = node.start
    for place, child in enumerate(node.nodes):
        if place:
            found = _NEXT_DASH.match(source.text, spans[-1][1])
            if found is None:
                raise source.refused("the list is written in a way that is not understood", child.start)
            dash = found.end() - 1
        spans.append((dash, child.end))
    return spans


def _removed(source: Source, node: Items | Entries, spans: Spans, place: int, wish: Wanted, hook: Hook) -> Cut:
    """The cut that takes an entry out of its mapping or list."""
    key, value = node.pairs[place] if isinstance(node, Entries) else (None, node.nodes[place])
    for child in (*walk(key), *walk(value)):
        _refuse_referred(source, child)
    start, end = spans[place]
    if len(spans) == 1:
        return _emptied(source, node, wish, hook)
    text, rows = source.text, source.lines
    alone_on_line = not text[rows.start(start) : start].strip(" ")
    if not node.flow and alone_on_line:
        is_block = key is not None and isinstance(value, Items | Entries) and not value.flow
        blank = _blank_line_before(source, start) if is_block and node is source.root else None
        begin = rows.start(start) if blank is None else blank
        row = rows.at(end) + 1
        if row < len(rows.starts):
            return Cut(begin, rows.starts[row], "", wish.pointer)
        return Cut(rows.ends[rows.at(begin) - 1] if begin else 0, len(text), "", wish.pointer)
    if place and not node.flow:
        raise source.refused(f"{wish.pointer} cannot be taken out of a line", start)
    begin, finish = (spans[place - 1][1], end) if place else (start, spans[1][0])
    if "#" in text[begin:start] + text[end:finish]:
        raise source.refused(f"a comment stands next to {wish.pointer}", start)
    return Cut(begin, finish, "", wish.pointer)


def _emptied(source: Source, node: Items | Entries, wish: Wanted, hook: Hook) -> Cut:
    nothing = "{}" if isinstance(node, Entries) else "[]"
    if node.flow or (hook.slot and source.text[hook.slot : node.start].strip()):
        return Cut(node.start, node.end, nothing, wish.pointer)
    if hook.slot is None:
        raise source.refused(f"without {wish.pointer} nothing would be left", node.start)
    return Cut(hook.slot, node.end, f" {nothing}", wish.pointer)


def _replaced(source: Source, old: Node, wish: Wanted, hook: Hook) -> Cut:
    value = wish.value
    if proof.reads_as(old, value):
        return Cut(old.start, old.end, source.text[old.start : old.end], wish.pointer)
    for child in walk(old):
        _refuse_referred(source, child)
    if isinstance(old, Alias) and not old.to_scalar:
        raise source.refused(f"{wish.pointer} is *{old.name}; edit it where &{old.name} stands", old.start)
    if isinstance(value, dict | list):
        return _new_block(source, old, wish, hook)
    if isinstance(old, Scalar):
        return _new_scalar(source, old, value, wish, hook)
    return _hung(source, old, " " + source.layout.scalar(hook.key, value, flow=hook.flow), wish, hook)


def _new_scalar(source: Source, old: Scalar, value: scalars.Plain, wish: Wanted, hook: Hook) -> Cut:
    if old.written_tag not in {None, "!", proof.tag_of(value)}:
        raise source.refused(f"{wish.pointer} is tagged {old.written_tag}", old.origin)
    text = None
    if isinstance(value, str):
        if old.style in {"|", ">"}:
            text = _block_scalar(source, old, value)
        elif old.style == "" and old.tag == TIMESTAMP and scalars.is_date(value):
            text = value
        elif old.tag == STR and old.text and text is None:
            text = scalars.rendered(value, old.style, flow=hook.flow)
    if text is None:
        text = source.layout.scalar(hook.key, value, flow=hook.flow)
    return Cut(old.start, old.end, text if old.start < old.end else f" {text}", wish.pointer)


def _block_scalar(source: Source, old: Scalar, value: str) -> str | None:
    header, *rest = re.split(r"\r\n|\r|\n", source.text[old.start : old.end])
    first = next((row for row in rest if row.strip(" ")), "")
    indent = first[: len(first) - len(first.lstrip(" "))]
    return scalars.block(value, header, indent, source.newline_at(old.start)) if indent else None


def _new_block(source: Source, old: Node, wish: Wanted, hook: Hook) -> Cut:
    value, style = wish.value, source.layout
    if hook.flow or not value:
        return _hung(source, old, " " + style.inline(hook.key, value), wish, hook)
    rows = style.block(hook.key, value)
    newline = source.newline_at(old.start)
    if isinstance(old, Entries if isinstance(value, dict) else Items) and not _in_brackets(old):
        between = newline + " " * source.lines.column(old.start)
        return Cut(old.start, old.end, between.join(rows), wish.pointer)
    if not hook.key:
        between = newline + " " * (hook.column + style.gap)
        return _hung(source, old, " " * (style.gap - 1) + between.join(rows), wish, hook)
    deeper = style.step if isinstance(value, dict) else style.dash
    between = newline + " " * (hook.column + deeper)
    return _hung(source, old, "".join(between + row for row in rows), wish, hook)


def _hung(source: Source, old: Node, text: str, wish: Wanted, hook: Hook) -> Cut:
    """The cut that puts text behind a colon or dash, in the place of what hung there."""
    if hook.flow:
        return Cut(old.origin, old.end, text if old.origin == old.end else text[1:], wish.pointer)
    if hook.slot is None or "#" in source.text[hook.slot : old.start]:
        raise source.refused(f"a comment stands between the key and the value of {wish.pointer}", old.start)
    return Cut(hook.slot, old.end, text, wish.pointer)


def _in_brackets(node: Node) -> bool:
    return isinstance(node, Items | Entries) and node.flow


def _refuse_referred(source: Source, node: Node) -> None:
    if node.anchor in source.aliased:
        raise source.refused(f"&{node.anchor} is referred to elsewhere, which would change too", node.origin)


def _is_removal(wish: Wanted | Branch | None) -> TypeGuard[Wanted]:
    return isinstance(wish, Wanted) and wish.value is None
