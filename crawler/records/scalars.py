"""One value as a YAML scalar that reads back exactly. Pure.

The rules
- A string keeps the style it is asked to have where that is exact, else it is double-quoted. In double quotes only
  what must be escaped is; everything else stands as itself, in UTF-8, on one line.
- Plain is allowed to what no reader of YAML 1.1 or 1.2 could take for something else: a string in doubt is quoted.
- A date given as a string stays a plain date where the record has plain dates: quoted, the site would sort it as text.

Source: YAML 1.1 §5 (characters), §7.3 of YAML 1.2 (flow scalars); PyYAML's resolver for types.
"""

import math
import re
from datetime import date, datetime

from crawler.records.tree import STR, TIMESTAMP, UNPRINTABLE, resolved

Plain = bool | int | float | str | date | None

_NAMED = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\u2028": "L", "\u2029": "P",
}  # fmt: skip
_ESCAPED = re.compile(rf'["\\\t\n\r\x85\u2028\u2029\ufeff]|{UNPRINTABLE.pattern}')
_NOT_IN_SINGLE = re.compile(rf"[\t\n\r\x85\u2028\u2029\ufeff]|{UNPRINTABLE.pattern}")

_SAFE_START = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~]|-[A-Za-z]")
_UNSAFE_WITHIN = re.compile(r":(?=\s|$)|\s#|\s$|[^\S ]")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}?]|:(?!//)")
# Readers of YAML 1.2 and older 1.1 see numbers and truth values where PyYAML sees text.
_LIKE_A_NUMBER = re.compile(r"[-+.]?\d[\d_.,:eExXoObBa-fA-F+\-TtZz ]*|[-+]?\.(?:inf|nan)", re.IGNORECASE)
_LIKE_A_WORD = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def rendered(value: Plain, style: str = '"', *, flow: bool = False) -> str:
    """The value as a scalar.

    Args:
        style: what a string should look like: "" plain, ' or " quoted.
        flow: whether it stands within brackets.

    Raises:
        ValueError: a lone surrogate, which no UTF-8 file can hold.
    """
    if isinstance(value, str):
        return _string(value, style, flow=flow)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def double_quoted(text: str) -> str:
    """The text in double quotes, on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether the text may stand without quotes and still be read as this very string."""
    return (
        bool(_SAFE_START.match(text))
        and not _UNSAFE_WITHIN.search(text)
        and not _NOT_IN_SINGLE.search(text)
        and not (flow and _UNSAFE_IN_FLOW.search(text))
        and not text.startswith(("---", "..."))
        and not _LIKE_A_NUMBER.fullmatch(text)
        and text.lower() not in _LIKE_A_WORD
        and resolved(text) == STR
    )


def is_date(text: str) -> bool:
    """Whether the text, unquoted, is a date or a time to YAML."""
    return resolved(text) == TIMESTAMP


def block(text: str, header: str, indent: str, newline: str) -> str | None:
    """The text as a block scalar.

    Args:
        header: the old one's first line: `|`, `>-`, `| # comment`; its chomping is made to fit.
        indent: what the lines of the scalar begin with.

    Returns:
        None where no block scalar of this kind reads back as the text.
    """
    body = text.removesuffix("\n")
    lines = body.split("\n")
    unfit = (
        not body.strip() or body.endswith("\n") or body[0] in " \t\n" or _NOT_IN_SINGLE.search(body.replace("\n", ""))
    )
    if unfit or (header[0] == ">" and len(lines) > 1):
        return None
    chomping = "" if text.endswith("\n") else "-"
    digit, rest = _header_parts(header)
    return newline.join([f"{header[0]}{digit}{chomping}{rest}", *(indent + line if line else "" for line in lines)])


def _header_parts(header: str) -> tuple[str, str]:
    marks = re.match(r".([-+\d]*)", header)
    end = marks.end() if marks else 1
    return "".join(mark for mark in header[1:end] if mark.isdigit()), header[end:]


def _string(text: str, style: str, *, flow: bool) -> str:
    text.encode()  # a lone surrogate has no UTF-8
    if not style and is_plain(text, flow=flow):
        return text
    if style == "'" and not _NOT_IN_SINGLE.search(text):
        return "'" + text.replace("'", "''") + "'"
    return double_quoted(text)


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if character in _NAMED:
        return "\\" + _NAMED[character]
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 takes 1e+20 for a string: its floats have a point.
    return text.replace("e", ".0e", 1) if "e" in text and "." not in text else text
