"""Text from the web or a file, safe to show. Pure."""

import unicodedata

# What a terminal or a browser obeys, or nobody sees: control characters, bidi and other format characters, line
# separators, lone surrogates (no encoding takes them), private use.
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Joiners shape letters and emoji in honest text, and can do no more than that.
_JOINERS = "\u200c\u200d"
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""The text with every character that acts rather than shows as an escape: `\n`, `\x1b`, `\u202e`, `\U000e0041`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def cut(text: str, most: int = 400) -> str:
    """The text made visible, its end left out where it is longer than `most` characters."""
    text = visible(text[: most + 1])
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _shown(char: str) -> str:
    if char in _JOINERS or unicodedata.category(char) not in _ACTIVE:
        return char
    return _SHORT.get(char) or char.encode("unicode_escape").decode("ascii")
