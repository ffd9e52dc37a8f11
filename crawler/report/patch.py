r"""What was spliced into a record, as a unified diff that `git apply` takes. Pure, and in bytes throughout.

The rules
- The diff is made from the splices, whose places are known: no search for what is alike, so its cost grows with the
  file alone, whatever is in it.
- Lines end at line feeds, as for git; a carriage return, a byte order mark and a missing last line feed are kept.
- A name is quoted as git does it where it has to be (git's quote.c): quotes, backslashes, control characters, and all
  that is not ASCII.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from crawler.model import Splice
from crawler.records.edit import apply

_CONTEXT = 3
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_UNENDED = b"\n\\ No newline at end of file\n"
_SHORT = {7: b"a", 8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r", 34: b'"', 92: b"\\"}


class _Edit(NamedTuple):
    """Old lines, the first of which is `at` (counted from 0), and the new ones in their place."""

    at: int
    old: Sequence[bytes]
    new: Sequence[bytes]

    @property
    def end(self) -> int:
        return self.at + len(self.old)


def patch(name: bytes, document: bytes, splices: Sequence[Splice]) -> bytes:
    """The diff of a document and what splices make of it; empty where they change nothing.

    Args:
        name: the file, relative to where the patch is applied.
        splices: in the order of the file.

    Raises:
        EditRefused: the bytes that a splice replaces are not there.
    """
    edits = list(_edits(document, splices))
    if not edits:
        return b""
    before, after = _quoted(b"a/" + name), _quoted(b"b/" + name)
    # A name with blanks ends at a tab, else its end would have to be guessed.
    tab = b"\t" if b" " in name else b""
    head = b"diff --git %s %s\n--- %s%s\n+++ %s%s\n" % (before, after, before, tab, after, tab)
    return head + b"".join(_hunks(_LINE.findall(document), edits))


def _edits(document: bytes, splices: Sequence[Splice]) -> Iterator[_Edit]:
    at = counted = 0
    for start, end, some in _regions(document, splices):
        part = [replace(splice, offset=splice.offset - start) for splice in some]
        old, new = _LINE.findall(document[start:end]), _LINE.findall(apply(document[start:end], part))
        at, counted = at + document.count(b"\n", counted, start), start
        head = _alike(old, new)
        tail = _alike(old[head:][::-1], new[head:][::-1])
        edit = _Edit(at + head, old[head : len(old) - tail], new[head : len(new) - tail])
        if edit.old or edit.new:
            yield edit


def _regions(document: bytes, splices: Sequence[Splice]) -> Iterator[tuple[int, int, list[Splice]]]:
    """Stretches of whole lines, each with the splices that lie in it."""
    region: tuple[int, int, list[Splice]] | None = None
    for splice in splices:
        start = document.rfind(b"\n", 0, splice.offset) + 1
        end = document.find(b"\n", splice.offset + len(splice.before)) + 1 or len(document)
        if region and start < region[1]:
            region = region[0], max(end, region[1]), [*region[2], splice]
        else:
            if region:
                yield region
            region = start, end, [splice]
    if region:
        yield region


def _alike(old: Sequence[bytes], new: Sequence[bytes]) -> int:
    """How many lines are the same from the first on."""
    return next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _hunks(lines: Sequence[bytes], edits: Sequence[_Edit]) -> Iterator[bytes]:
    grown = 0
    for near in _near(edits):
        first, last = max(near[0].at - _CONTEXT, 0), min(near[-1].end + _CONTEXT, len(lines))
        body = b"".join(_body(lines, near, first, last))
        more = sum(len(edit.new) - len(edit.old) for edit in near)
        sides = _range(first, last - first), _range(first + grown, last - first + more)
        yield b"@@ -%s +%s @@\n%s" % (*sides, body)
        grown += more


def _near(edits: Sequence[_Edit]) -> Iterator[list[_Edit]]:
    """The edits, those together whose contexts touch."""
    near: list[_Edit] = []
    for edit in edits:
        if near and edit.at - near[-1].end > 2 * _CONTEXT:
            yield near
            near = []
        near.append(edit)
    yield near


def _body(lines: Sequence[bytes], edits: Sequence[_Edit], first: int, last: int) -> Iterator[bytes]:
    at = first
    for edit in edits:
        yield from (_marked(b" ", line) for line in lines[at : edit.at])
        yield from (_marked(b"-", line) for line in edit.old)
        yield from (_marked(b"+", line) for line in edit.new)
        at = edit.end
    yield from (_marked(b" ", line) for line in lines[at:last])


def _marked(sign: bytes, line: bytes) -> bytes:
    return sign + (line if line.endswith(b"\n") else line + _UNENDED)


def _range(first: int, count: int) -> bytes:
    # Of no lines the one before them is named.
    return b"%d,%d" % (first + (count > 0), count)


def _quoted(name: bytes) -> bytes:
    quoted = b"".join(map(_escaped, name))
    return name if quoted == name else b'"%s"' % quoted


def _escaped(byte: int) -> bytes:
    if byte in _SHORT:
        return b"\\" + _SHORT[byte]
    return b"%c" % byte if 0x20 <= byte < 0x7F else b"\\%03o" % byte
