"""What differs between two texts, word by word. Pure.

The rules
- A word is what stands between blanks and punctuation; blanks and marks are pieces of their own, and so is each
  Chinese, Japanese or Korean character, as those are written without blanks.
- The longest common sequence of pieces stays. An island in it of less than half the edits on both its sides, or
  holds no word at all, joins them: one phrase for another reads better than confetti.
- Where less than a fifth stays, nothing does: the old text, then the new one.

Rejected: difflib, whose cost on hostile text is cubic (14 seconds for two texts of 10,000 marks, where the bit-parallel
sequence used here takes a tenth of one), and a diff of characters, which cuts through words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz.distance import Indel

_ALIKE = 0.2
# Pieces of one text times pieces of the other: time and memory grow with it (a byte for eight of them).
_MOST_WORK = 400_000_000

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_MARK = r"!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u205e\u3000-\u303f\uff01-\uff0f"
_LETTERS = rf"[^\s{_MARK}{_CJK}]+"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*|[{_CJK}]")
_PIECE = re.compile(rf"{_WORD.pattern}|\s+|.", re.DOTALL)


class Kind(StrEnum):
    """What became of a span; a gap stands for text that `brief` left out."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text with one fate."""

    kind: Kind
    text: str


class _Edit(NamedTuple):
    """Old pieces [a0:a1] became new pieces [b0:b1]."""

    a0: int
    a1: int
    b0: int
    b1: int


def words(before: str, after: str) -> tuple[Span, ...]:
    """The way from one text to the other; what is removed comes before what takes its place.

    The texts of the same and removed spans give `before`, those of the same and added ones `after`. No span is empty.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) * len(new) > _MOST_WORK:
        return replaced(before, after)
    edits = _joined(_edits(old, new), old, new)
    spans = tuple(_spans(edits, old, new))
    kept = sum(len(span.text) for span in spans if span.kind == Kind.SAME)
    return spans if 2 * kept >= _ALIKE * (len(before) + len(after)) else replaced(before, after)


def replaced(before: str, after: str) -> tuple[Span, ...]:
    """The whole old text, then the whole new one; one that is empty is left out."""
    return tuple(Span(kind, text) for kind, text in ((Kind.REMOVED, before), (Kind.ADDED, after)) if text)


def is_mixed(spans: Iterable[Span]) -> bool:
    """Whether something stayed."""
    return any(span.kind == Kind.SAME for span in spans)


def side(spans: Iterable[Span], kind: Kind) -> tuple[Span, ...]:
    """One of the two texts: what stayed, and what was removed or added."""
    return tuple(span for span in spans if span.kind in (Kind.SAME, kind))


def edges(text: str) -> tuple[str, str, str]:
    """The text's leading spaces, its core, its trailing spaces; what is only spaces is all core."""
    core = text.strip(" ") or text
    before, _, after = text.partition(core)
    return before, core, after


def brief(spans: Sequence[Span], *, context: int = 80, longest: int = 400) -> tuple[Span, ...]:
    """The spans without what a reader skips, a gap in its place.

    Args:
        context: so many characters that stayed are kept next to what changed, on each side.
        longest: so many characters are kept of a span that changed.
    """
    short: list[Span] = []
    for index, span in enumerate(spans):
        if span.kind == Kind.SAME:
            head = context if index > 0 else 0
            tail = context if index < len(spans) - 1 else 0
        else:
            head, tail = longest, 0
        # A gap is worth its place only where it hides more than it shows.
        if len(span.text) <= head + tail + context:
            short.append(span)
            continue
        parts = (span.text[:head], span.text[len(span.text) - tail :])
        gap = Span(Kind.GAP, f"… {len(span.text) - head - tail:,} more characters …")
        short += [part for part in (Span(span.kind, parts[0]), gap, Span(span.kind, parts[1])) if part.text]
    return tuple(short)


def _edits(old: Sequence[str], new: Sequence[str]) -> Iterator[_Edit]:
    numbers: dict[str, int] = {}
    sides = [[numbers.setdefault(piece, len(numbers)) for piece in side] for side in (old, new)]
    a = b = 0
    for block in Indel.opcodes(*sides).as_matching_blocks():
        if block.a > a or block.b > b:
            yield _Edit(a, block.a, b, block.b)
        a, b = block.a + block.size, block.b + block.size


def _joined(edits: Iterable[_Edit], old: Sequence[str], new: Sequence[str]) -> list[_Edit]:
    """The edits, with those islands between them gone that are not worth keeping."""
    old_ends = list(accumulate(map(len, old), initial=0))
    new_ends = list(accumulate(map(len, new), initial=0))
    word_ends = list(accumulate((_WORD.match(piece) is not None for piece in old), initial=0))

    def weight(edit: _Edit) -> int:
        return max(old_ends[edit.a1] - old_ends[edit.a0], new_ends[edit.b1] - new_ends[edit.b0])

    def worthless(left: _Edit, right: _Edit) -> bool:
        wordless = word_ends[left.a1] == word_ends[right.a0]
        return wordless or 2 * (old_ends[right.a0] - old_ends[left.a1]) <= min(weight(left), weight(right))

    kept: list[_Edit] = []
    for edit in edits:
        whole = edit
        while kept and worthless(kept[-1], whole):
            left = kept.pop()
            whole = _Edit(left.a0, whole.a1, left.b0, whole.b1)
        kept.append(whole)
    return kept


def _spans(edits: Iterable[_Edit], old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    a = 0
    for edit in edits:
        if edit.a0 > a:
            yield Span(Kind.SAME, "".join(old[a : edit.a0]))
        yield from replaced("".join(old[edit.a0 : edit.a1]), "".join(new[edit.b0 : edit.b1]))
        a = edit.a1
    if a < len(old):
        yield Span(Kind.SAME, "".join(old[a:]))
