"""Boxes: how AVIF, HEIC and JPEG XL files are put together (ISO/IEC 14496-12 §4.2). Pure."""

from collections.abc import Iterator
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end of a box's content."""


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box between two places; the last one may be cut off by the data's end.

    A box that says to reach past `end`, where the data does not end there, is broken: it and what follows is left out.
    """
    while start + 8 <= min(end, len(data)):
        size, header = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        stop = start + size if size else end
        if size and size < header:
            return
        yield data[start + 4 : start + 8], start + header, stop
        start = stop


def box(data: bytes, start: int, end: int, kind: bytes) -> Span | None:
    """The content of the first box of a kind; None also where the data ends before it does."""
    found = next(((first, last) for name, first, last in boxes(data, start, end) if name == kind), None)
    return found if found and found[1] <= len(data) else None
