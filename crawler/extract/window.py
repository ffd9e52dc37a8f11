"""Pieces of a page: the tags that hold a word, what stands in an element. Nothing here parses the page.

A promising word is looked for at memory speed; only the tag around it is read, and where its text counts, a window of a
few KB from it on. So the work is bounded by the number of windows, whatever the page's size and depth (see head.py on
why the page itself is never parsed).
"""

import re
from collections.abc import Iterator
from html import unescape

from stringzilla import find

from crawler.extract.decode import Html

WINDOW_BYTES = 2048
TAG_BYTES = 600
_MAX_LOOKS, _MAX_TAGS = 250, 48

_SCRIPT = re.compile(rb"<(script|style|noscript)\b.*?(?:</\1\b[^<>]*+>?|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(rb"<(?=/?(?:br|p|div|li|h\d|td|ul|time)\b)", re.IGNORECASE)
_ANY_TAG = re.compile(rb"<[^<>]*+>")
_TOKEN = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]*+)")
_ATTRIBUTE = re.compile(r"""([^\s=>"'/<]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++)))?""")


Tag = tuple[int, str, dict[str, str]]


def tags(page: Html, words: tuple[bytes, ...], start: int, like: re.Pattern[bytes] | None = None) -> Iterator[Tag]:
    """The tags that hold one of the words, and look like the pattern: where each begins, its name, its attributes."""
    data = page.data
    ahead = {word: at for word in words if (at := find(data, word, start)) >= 0}
    last = -1
    looks, left = _MAX_LOOKS * len(ahead), _MAX_TAGS * len(ahead)
    while ahead and looks and left:
        looks -= 1
        word = min(ahead, key=ahead.__getitem__) if len(ahead) > 1 else next(iter(ahead))
        at = ahead[word]
        opened = data.rfind(b"<", max(start, at - TAG_BYTES), at)
        if opened > last and data[opened + 1 : opened + 2].isalpha() and data.find(b">", opened, at) < 0:
            left -= 1
            last = opened
            end = data.find(b">", at, at + WINDOW_BYTES)
            tag = data[opened + 1 : end if end >= 0 else at + TAG_BYTES]
            if like is None or like.search(tag):
                yield opened, *read(page.text(tag))
        ahead[word] = find(data, word, at + len(word))
        if ahead[word] < 0:
            del ahead[word]


def read(tag: str) -> tuple[str, dict[str, str]]:
    """The name and the attributes of a tag."""
    parts = _ATTRIBUTE.findall(tag)
    given = {}
    for name, double, single, bare in reversed(parts[1:]):  # of two with one name the first counts
        value = double or single or bare
        given[name.lower()] = unescape(value) if "&" in value else value
    return parts[0][0].lower(), given


def inside(page: Html, at: int) -> bytes:
    """What stands between the tag at `at` and its closing one, as far as the window reaches."""
    window = page.data[at : at + WINDOW_BYTES]
    opened = window.find(b">") + 1
    first = _TOKEN.match(window)
    name = first[2] if first else b""
    closing = window.find(b"</" + name, opened)
    if closing >= 0 and window.find(b"<" + name, opened, closing) < 0:
        return window[opened:closing]
    depth = 0
    for tag in _TOKEN.finditer(window):
        if tag[2].lower() == name.lower():
            depth += -1 if tag[1] else 1
            if depth <= 0:
                return window[opened : tag.start()]
    return window[opened:]


def text(page: Html, piece: bytes) -> str:
    """What a reader sees of a piece of HTML."""
    if b"<" in piece:
        if b"<s" in piece or b"<S" in piece or b"<n" in piece:
            piece = _SCRIPT.sub(b"", piece)
        piece = _ANY_TAG.sub(b"", _BLOCK.sub(b" <", piece))
    return unescape(page.text(piece))
