"""What a person would read: text cleaned of markup, of what cannot be seen, and of encodings applied twice. Pure."""

import html
import re

from crawler import urls

MAX_TEXT = 5_000
_MAX_URL = 4_000
_MAX_DECODINGS = 3

# Zero-width and soft hyphen; bidi marks, embeddings and isolates; controls; lone surrogates; tags and noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Joiners spell words in Persian and Hindi and build emoji; next to ASCII or at an end they are dirt.
_STRAY_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_ENTITY = re.compile(r"&(?:#\d{2,7}|#x[0-9a-f]{2,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|div|em|font|h[1-6]|hr|i|img|li|mark|ol|p|q|s|small|span|strong|sub|sup"
    r"|u|ul|wbr)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"^</?(?:blockquote|br|center|div|h[1-6]|hr|img|li|ol|p|ul)\b", re.IGNORECASE)
# A lead byte of UTF-8 and a continuation byte, both read as Windows-1252: "â€™", "Ã©".
_MOJIBAKE = re.compile("[\u00c2\u00c3\u00e2\u00d0\u00d1\u00e3\u00f0][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]")


def clean(text: str) -> str:
    """The text on one line, as displayed; "" where nothing is left. At most `MAX_TEXT` characters are looked at."""
    text = text[: 2 * MAX_TEXT]
    if "&" in text:
        text = _decoded(text)
    if "<" in text:
        text = _MARKUP.sub(lambda tag: " " if _BREAK.match(tag[0]) else "", text)
    if not text.isascii():
        text = _STRAY_JOINER.sub("", _recoded(text))
    return " ".join(_UNSEEN.sub("", text).split())[:MAX_TEXT].rstrip()


def clean_url(url: str, base: str) -> str | None:
    """The absolute http(s) URL that a page meant; None for what is none, or is absurdly long."""
    url = _decoded(url[: _MAX_URL + 1]) if "&" in url else url
    if not url.strip() or len(url) > _MAX_URL:
        return None
    found = urls.absolute(_UNSEEN.sub("", url).strip().replace(" ", "%20"), base)
    return found if found and len(found) <= _MAX_URL else None


def _decoded(text: str) -> str:
    """Entities decoded, as many times as someone encoded them."""
    for _ in range(_MAX_DECODINGS):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def _recoded(text: str) -> str:
    """UTF-8 that was read as Windows-1252 and saved, read rightly; the text itself unless all of it comes out clean."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        return "".join(_as_byte(letter) for letter in text).encode("latin-1").decode()
    except UnicodeError:
        return text


def _as_byte(letter: str) -> str:
    # Windows-1252 leaves five bytes undefined; the web maps them to the controls of the same number.
    try:
        return letter.encode("cp1252").decode("latin-1")
    except UnicodeError:
        return letter
