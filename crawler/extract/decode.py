"""The charset of a page, by the web's rules, with one doubt: a declared charset that the bytes refute.

The rules, in order (WHATWG HTML §13.2.3.2, "determining the character encoding")
1. A byte order mark.
2. Bytes that are UTF-8 are UTF-8, whatever they say: text of another charset is not valid UTF-8 by chance, while pages
   that were re-saved as UTF-8 under their old declaration are common.
3. The charset of the Content-Type header, then that of a meta tag.
4. UTF-8 where most of the non-ASCII bytes are, else windows-1252.

What is not ASCII-compatible (UTF-16, ISO-2022-JP) is turned into UTF-8 at once, so that readers may look for tags in
bytes and decode only the pieces that they keep. Rejected: decoding the whole page first; it costs as much as parsing
the head, and most of a page is never read.
"""

import codecs
from typing import NamedTuple

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

# Python's names of the encodings of the WHATWG Encoding Standard that keep ASCII bytes for ASCII characters.
_PLAIN = frozenset(
    {"utf-8", "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp874", "gb18030", "big5hkscs", "euc_jp"}
    | {"cp932", "cp949", *(f"cp{number}" for number in range(1250, 1259))}
    | {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)
_WIDE = frozenset({"iso2022_jp", "utf-16", "utf-16-le", "utf-16-be"})
_SAMPLE_BYTES = 8 * 1024


class Html(NamedTuple):
    """A page as it came: `data` in an ASCII-compatible `encoding`."""

    data: bytes
    encoding: str

    def text(self, piece: bytes) -> str:
        """A piece of the page as text; what its charset does not know becomes U+FFFD."""
        return piece.decode(self.encoding, "replace")


def readable(html: bytes | str, content_type: str | None) -> Html:
    """The page with its charset known.

    Args:
        content_type: the value of the Content-Type header.
    """
    if isinstance(html, str):
        return Html(html.encode("utf-8", "replace"), "utf-8")
    if html[:2] in {b"\xef\xbb", b"\xff\xfe", b"\xfe\xff", b"\0\0"}:
        marked, mark = read_bom(html)
        if mark:
            html = html[len(mark) :]
            return Html(html, "utf-8") if marked == "utf-8" else _transcoded(html, str(marked))
    declared = http_content_type_encoding(content_type) if content_type else None
    if declared in _WIDE:
        return _transcoded(html, str(declared))
    sample = _sample(html)
    if _is_utf8(sample) and b"\x1b" not in sample:  # ISO-2022-JP is written in ASCII bytes, with escapes
        return Html(html, "utf-8")
    if declared not in _PLAIN:
        declared = html_body_declared_encoding(html)
    # A meta tag that can be read as ASCII cannot stand in UTF-16 (WHATWG HTML §13.2.3.3).
    if declared == "iso2022_jp":
        return _transcoded(html, declared)
    if _is_utf8(sample) or _mostly_utf8(sample):
        return Html(html, "utf-8")
    return Html(html, declared if declared in _PLAIN and declared != "utf-8" else "cp1252")


def _sample(html: bytes) -> bytes:
    """A piece of the page with the first byte that is not ASCII; nothing where there is none."""
    for start in range(0, len(html), _SAMPLE_BYTES):
        sample = html[start : start + _SAMPLE_BYTES]
        if not sample.isascii() or b"\x1b" in sample:
            return sample
    return b""


def _transcoded(html: bytes, encoding: str) -> Html:
    return Html(html.decode(encoding, "replace").encode("utf-8", "replace"), "utf-8")


def _is_utf8(sample: bytes) -> bool:
    """Whether these are the first bytes of UTF-8 text; the last character may be cut."""
    try:
        codecs.utf_8_decode(sample, "strict", False)  # noqa: FBT003 (its signature)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(sample: bytes) -> bool:
    """Whether at least 19 of 20 non-ASCII characters are good: a stray byte, not another charset."""
    text = sample.decode("utf-8", "replace")
    return text.count("\ufffd") * 20 <= sum(1 for character in text if character > "\x7f")
