"""Where the YAML of a file lies. Pure.

The rules
- Front matter is what Jekyll calls so: the first line is `---`, the next line that is `---` or `...` closes it; blanks
  may follow the dashes, a byte order mark may come before them.
- A file without front matter is YAML as a whole, its first document alone being ours; whether it may be one is the
  caller's to say, by which of the two functions it calls.
- Only the YAML has to be UTF-8. What comes after it is never looked at, so it may be anything.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from crawler.errors import RecordError

_BOM = b"\xef\xbb\xbf"
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(rb"[\r\n](?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)")
_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML of a document.

    Attributes:
        text: the YAML alone, decoded, without byte order mark and `---` lines.
        offset: bytes of the document that come before it.
        lines_before: lines of the document that come before it.
    """

    text: str
    offset: int
    lines_before: int

    def line(self, index: int) -> int:
        """The 1-based line of the file in which a character of the text lies."""
        return self.lines_before + 1 + len(_NEWLINE.findall(self.text, 0, index))


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text start, and where they end without their newline."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def at(self, index: int) -> int:
        """The 0-based line in which a character lies."""
        return bisect_right(self.starts, index) - 1

    def start(self, index: int) -> int:
        """Where the line of a character starts."""
        return self.starts[self.at(index)]

    def end(self, index: int) -> int:
        """Where the line of a character ends, its newline not counted."""
        return self.ends[self.at(index)]

    def column(self, index: int) -> int:
        """How many characters come before this one in its line."""
        return index - self.start(index)


def lines(text: str) -> Lines:
    """The lines of a text; one that ends in a newline has an empty line after it."""
    breaks = [found.span() for found in _NEWLINE.finditer(text)]
    return Lines((0, *(end for _, end in breaks)), (*(start for start, _ in breaks), len(text)))


def fenced(document: bytes) -> FrontMatter | None:
    """The front matter between two `---` lines; None where the file has none.

    Raises:
        RecordError: it is not UTF-8.
    """
    _refuse_utf16(document)
    opening = _OPENING.match(document)
    # From the newline of the opening line on: the very next line may close it.
    closing = opening and _CLOSING.search(document, opening.end() - 1)
    if opening is None or closing is None:
        return None
    return FrontMatter(_decoded(document, opening.end(), closing.start() + 1, lines_before=1), opening.end(), 1)


def locate(document: bytes) -> FrontMatter:
    """The front matter of a document, else the whole of it.

    Raises:
        RecordError: it is not UTF-8.
    """
    found = fenced(document)
    if found is not None:
        return found
    offset = len(_BOM) if document.startswith(_BOM) else 0
    return FrontMatter(_decoded(document, offset, len(document), lines_before=0), offset, 0)


def _decoded(document: bytes, start: int, end: int, *, lines_before: int) -> str:
    try:
        return document[start:end].decode()
    except UnicodeDecodeError as error:
        before = document[start : start + error.start].decode()
        line = lines_before + 1 + len(_NEWLINE.findall(before))
        raise RecordError("not UTF-8; save the file as UTF-8", line=line) from error


def _refuse_utf16(document: bytes) -> None:
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RecordError("UTF-16, not UTF-8; save the file as UTF-8", line=1)
