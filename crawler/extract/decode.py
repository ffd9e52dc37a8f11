"""A page's text from its bytes, by the web's rules (WHATWG HTML §13.2.3), bent where real pages are. Pure.

The rules
- A byte order mark decides, then bytes that can only be UTF-8, then Content-Type, then the page's own declaration.
- Bytes beyond ASCII that are valid UTF-8 are UTF-8 whatever is declared: text in another charset hardly ever is by chance,
  and pages that were saved again keep the declaration they had.
- Only the web's own charsets are obeyed. Python knows many more codecs under names that a page may declare: some decode
  no text (hex, zlib), some take quadratic time (punycode).
"""

import codecs

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, to_unicode

# https://encoding.spec.whatwg.org/#names-and-labels, by the names that w3lib resolves them to.
_CHARSETS = frozenset(
    "utf-8 cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp866 cp874 cp932 cp949 big5hkscs gb18030 "
    "iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 "
    "iso8859-16 koi8-r koi8-u mac-roman mac-cyrillic euc_jp iso2022_jp".split()
)


def decode(html: bytes | str, content_type: str | None) -> str:
    """The page as text; what cannot be decoded is U+FFFD.

    Args:
        content_type: the response's header, None where there is none.
    """
    if isinstance(html, str):
        return html.removeprefix("\ufeff")
    encoding, mark = read_bom(html)
    if encoding is not None and mark is not None:
        return to_unicode(html[len(mark) :], encoding)
    if not html.isascii():
        try:
            # Not final: a page that was cut off may end within a character.
            return codecs.getincrementaldecoder("utf-8")().decode(html)
        except UnicodeDecodeError:
            pass
    for declared in (http_content_type_encoding(content_type), html_body_declared_encoding(html)):
        if declared in _CHARSETS or (declared or "").startswith("utf-16"):
            return to_unicode(html, declared or "utf-8")
    return _undeclared(html)


def _undeclared(html: bytes) -> str:
    """UTF-8 if few bytes say otherwise, else Windows-1252, as browsers have it."""
    text = html.decode(errors="replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if text.count("\ufffd") * 4 <= beyond_ascii else to_unicode(html, "cp1252")
