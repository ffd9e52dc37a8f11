"""What is put in the place of a value that is there: in its style, on its hook. Pure."""

import re
from collections.abc import Sequence

from crawler.records import proof, scalars
from crawler.records.source import Cut, Hook, Source
from crawler.records.tree import STR, TIMESTAMP, Alias, Entries, Items, Node, Scalar, walk
from crawler.records.wanted import Wanted


def replaced(source: Source, old: Node, wish: Wanted, hook: Hook) -> Cut:
    """The cut that makes a value another one; one that is there already stays as it is written."""
    value = wish.value
    if proof.reads_as(old, value):
        return Cut(old.start, old.end, source.text[old.start : old.end], wish.pointer)
    for child in walk(old):
        source.refuse_referred(child)
    if isinstance(old, Alias) and not old.to_scalar:
        raise source.refused(f"{wish.pointer} is *{old.name}; edit it where &{old.name} stands", old.start)
    if isinstance(value, dict | list):
        return _new_block(source, old, wish, hook)
    if isinstance(old, Scalar):
        return _new_scalar(source, old, value, wish, hook)
    return hung(source, old, [source.layout.scalar(hook.key or "", value, flow=hook.flow)], wish, hook)


def _new_scalar(source: Source, old: Scalar, value: scalars.Plain, wish: Wanted, hook: Hook) -> Cut:
    if old.written_tag not in {None, "!", proof.tag_of(value)}:
        raise source.refused(f"{wish.pointer} is tagged {old.written_tag}", old.origin)
    text = None
    if not isinstance(value, str):
        text = scalars.rendered(value)
    elif old.style in {"|", ">"}:
        text = _block_scalar(source, old, value)
    elif old.style == "" and old.tag == TIMESTAMP and scalars.is_date(value):
        text = value
    elif old.tag == STR and old.text:
        text = scalars.rendered(value, old.style, flow=hook.flow)
    if text is None:
        text = source.layout.scalar(hook.key or "", value, flow=hook.flow)
    return Cut(old.start, old.end, _filled(source, old, text), wish.pointer)


def _block_scalar(source: Source, old: Scalar, value: str) -> str | None:
    header, *rest = re.split(r"\r\n|\r|\n", source.text[old.start : old.end])
    first = next((row for row in rest if row.strip(" ")), "")
    indent = first[: len(first) - len(first.lstrip(" "))]
    return scalars.block(value, header, indent, source.newline_at(old.start)) if indent else None


def _new_block(source: Source, old: Node, wish: Wanted, hook: Hook) -> Cut:
    value, style = wish.value, source.layout
    if hook.flow or not value:
        return hung(source, old, [style.inline(hook.key or "", value)], wish, hook)
    rows = style.block(hook.key or "", value)
    if isinstance(old, Entries if isinstance(value, dict) else Items) and not _in_brackets(old):
        between = source.newline_at(old.start) + " " * source.lines.column(old.start)
        return Cut(old.start, old.end, between.join(rows), wish.pointer)
    if hook.key is None:
        indent = " " * (hook.column + style.gap)
        first = " " * (style.gap - 2) + rows[0]
        return hung(source, old, [first, *(indent + row for row in rows[1:])], wish, hook)
    indent = " " * (hook.column + (style.step if isinstance(value, dict) else style.dash))
    return hung(source, old, ["", *(indent + row for row in rows)], wish, hook)


def hung(source: Source, old: Node, rows: Sequence[str], wish: Wanted, hook: Hook) -> Cut:
    """The cut that puts rows behind a colon or dash, in the place of what hung there; comments between the two stay.

    The first row goes on the line of the colon or dash; if it is empty, after the comments.
    """
    if hook.flow:
        return Cut(old.origin, old.end, _filled(source, old, rows[0]), wish.pointer)
    if hook.slot is None:
        raise source.refused(f"{wish.pointer} is written in a way that is not understood", old.start)
    comments = source.text[hook.slot : old.origin].rstrip()
    first = f" {rows[0]}{comments}" if rows[0] else comments
    return Cut(hook.slot, old.end, source.newline_at(old.start).join([first, *rows[1:]]), wish.pointer)


def _filled(source: Source, old: Node, text: str) -> str:
    """The text for a value's place; where there was nothing, a blank parts it from the colon or dash."""
    apart = old.start < old.end or source.text[old.start - 1] in " \t"
    return text if apart else f" {text}"


def _in_brackets(node: Node) -> bool:
    return isinstance(node, Items | Entries) and node.flow
