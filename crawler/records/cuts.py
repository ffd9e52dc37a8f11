"""Where a record's text is cut for each change: what a pointer means, where a new key goes, what a removal takes. Pure.

The rules are those that `edit` tells. All of this may be wrong about some corner of YAML: `edit` proves the outcome.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from crawler.records import scalars
from crawler.records.replace import hung, replaced
from crawler.records.source import Cut, Hook, Source
from crawler.records.tree import Alias, Entries, Items, Node, Scalar, walk
from crawler.records.wanted import Branch, Wanted, by_index, is_removal

# Within each group a new key comes after the nearest of those before it; a key in no group comes last.
_HOUSE_ORDERS = (
    ("taxonomy", "_id", "category", "name", "title", "excerpt", "publishedDateTime", "originalUrl", "webUrl",
     "ampWebUrl", "cdnAmpWebUrl"),
    ("url", "width", "height", "isCached"),
)  # fmt: skip
_LAST = ("related", "secured")

_COLON = re.compile(r"[ \t]*:")
_NEXT_DASH = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?[\r\n])*[ \t]*-")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")

# Where each entry of a mapping or list starts and ends.
Spans: TypeAlias = list[tuple[int, int]]


def planned(source: Source, wanted: Branch) -> list[Cut]:
    """A cut for each change, in the order of the file.

    Raises:
        EditRefused: there is nothing to hold a change, or two changes meet.
    """
    cuts = _within(source, source.root, wanted, "", Hook(None, 0, None, flow=False))
    found = sorted(cuts, key=lambda cut: (cut.start, cut.end, cut.rank))
    for one, other in pairwise(found):
        if other.start < one.end:
            raise source.refused(f"{one.pointer} and {other.pointer} cannot change in one edit", one.start)
    return found


def _within(source: Source, node: Node, branch: Branch, at: str, hook: Hook) -> Iterator[Cut]:
    """The cuts below a node that is at pointer `at`."""
    source.refuse_referred(node)
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
        if is_removal(wish):
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
            if is_removal(wish):
                yield _removed(source, node, spans, place, wish, hook)
            else:
                dash = spans[place][0]
                inner = Hook(None, source.lines.column(dash), dash + 1, flow=node.flow)
                yield from _at(source, node.nodes[place], wish, f"{at}/{name}", inner)
        elif place == len(spans) + len(new) and isinstance(wish, Wanted) and wish.value is not None:
            yield _new_item(source, node, wish, branch, len(new))
            new.append(wish)
        else:
            raise source.refused(f"there is no {at}/{name}", node.start)


def _at(source: Source, node: Node, wish: Wanted | Branch, at: str, hook: Hook) -> Iterator[Cut]:
    if isinstance(wish, Wanted):
        yield replaced(source, node, wish, hook)
    else:
        yield from _within(source, node, wish, at, hook)


def _new_key(source: Source, node: Entries, key: str, wish: Wanted, branch: Branch) -> Cut:
    left = [
        (name, value)
        for name, value in node.pairs
        if not (isinstance(name, Scalar) and is_removal(branch.get(name.text)))
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
    left = [child for place, child in enumerate(node.nodes) if not is_removal(branch.get(str(place)))]
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
        source.refuse_referred(child)
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
    if node.flow:
        return Cut(node.start, node.end, nothing, wish.pointer)
    if hook.slot is None:
        raise source.refused(f"without {wish.pointer} nothing would be left", node.start)
    return hung(source, node, [nothing], wish, hook)
