"""Text as a reader sees it: entities, white space, invisible characters, double encoding."""

import re
from html import unescape

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--.{0,500}?-->", re.DOTALL)
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
# Tags that part no words.
_INLINE = frozenset(
    ("a", "abbr", "b", "cite", "code", "em", "font", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "u")
)
_UNPAIRED = frozenset(("br", "hr", "wbr", "img", "p", "li"))
# Controls, soft hyphen, zero-width and bidirectional marks, word joiners, byte order mark, lone surrogates, and what is
# no character at all. ZWJ and ZWNJ have meaning between non-ASCII letters (Persian, Hindi, emoji): only others go.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
# UTF-8 read as windows-1252: a lead byte followed by what a continuation byte looks like there.
_MOJIBAKE = re.compile(
    "[\xc3\xc2\xe2\xd0\xd1\xce\xcf][\x80-\xbf\u0152-\u0178\u2013-\u203a\u20ac\u2122\u0192\u02c6\u02dc]"
)
# Bytes that windows-1252 leaves to the controls of the same number (WHATWG Encoding, index windows-1252), and Python's
# codec to none: it takes them only as escaped bytes. The last of them ends the closing quotation mark.
_HOLES = {byte: 0xDC00 + byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
# What either may begin with.
_SUSPECT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\xc2\xc3\xce-\xd1\xe2\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\uffff\ud800-\udfff]"
)


def clean(raw: str) -> str:
    """The text without mark-up, entities, invisible characters and superfluous white space; "" if nothing is left.

    What was encoded twice is decoded once more only where that leaves no damage.
    """
    text = raw
    if "&" in text:
        text = _unescaped(text)
    if "<" in text:
        text = _without_markup(text)
    # Most texts are plain: the quick questions come first.
    if not text.isascii():
        if _SUSPECT.search(text):
            text = _INVISIBLE.sub("", _redecoded(text))
    elif not text.isprintable():
        text = _INVISIBLE.sub("", text)
    elif "  " not in text:
        return text.strip()
    return " ".join(text.split())


def _without_markup(text: str) -> str:
    """The text without tags; one alone, without attributes, is what the text is about: `How to centre a <div>`."""
    opened = {name.lower() for slash, name in _NAME.findall(text) if not slash}
    closed = {name.lower() for slash, name in _NAME.findall(text) if slash}
    pairs = (opened & closed) | _UNPAIRED

    def kept(tag: re.Match[str]) -> str:
        alone, named = _NAME.fullmatch(tag[0][:-1]), _NAME.match(tag[0])
        if alone and alone[2].lower() not in pairs:
            return tag[0]
        return "" if named and named[2].lower() in _INLINE else " "

    return _TAG.sub(kept, text)


def _unescaped(text: str) -> str:
    """Entities that are left after the parser took its share: `&amp;amp;` in the source."""
    for _ in range(2):
        if not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda found: _character(found[0]), text)
    return text


def _character(entity: str) -> str:
    character = unescape(entity)
    return entity if character == "\ufffd" else character


def _redecoded(text: str) -> str:
    """Mojibake mended: `Ã©` is é, where the whole text can be read that way and no sign of it remains."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        mended = text.translate(_HOLES).encode("cp1252", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return text
    return text if _MOJIBAKE.search(mended) else mended
