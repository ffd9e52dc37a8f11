"""SVG: the size that its root tag names. Pure, without an XML parser: those expand entities."""

import re

_Size = tuple[int, int]

_LONGEST = 64 * 1024
_MAX_SIDE = 100_000.0
# Byte order mark, declaration, comments, processing instructions and document type before the root.
_PROLOG = re.compile(
    r"\ufeff?(?:\s++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->|<!DOCTYPE\s++(?:[a-z]\w*+:)?svg(?!\w)"
    r"(?:[^\[>\"']++|\"[^\"]*+\"|'[^']*+')*+"
    r"(?:\[(?:[^\]\"'<]++|\"[^\"]*+\"|'[^']*+'|<!--(?:[^-]|-(?!->))*+(?:-->|\Z)|<)*+\]\s*+)?>)*+"
)
_ROOT = re.compile(r"<(?:[a-z]\w*+:)?svg(?=[\s>/])((?:[^>\"'<]++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
_ATTRIBUTE = re.compile(r"\s([^\s=>\"'/]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_NUMBER = r"[+-]?(?:\d{1,12}(?:\.\d{1,12})?|\.\d{1,12})(?:[eE][+-]?\d\d?)?"
_BOX = re.compile(rf"\s*({_NUMBER})[\s,]+({_NUMBER})[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*")
_LENGTH = re.compile(rf"\s*({_NUMBER})(px|in|cm|mm|q|pt|pc|%)?\s*", re.IGNORECASE)
_STYLED = re.compile(r"(?:^|[;\s])(?:width|height)\s*:", re.IGNORECASE)
# CSS Values 3 §6.2, in pixels.
_UNITS = {"": 1.0, "px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6, "pt": 96 / 72, "pc": 16.0}


def svg(data: bytes) -> _Size | None:
    """Width and height in CSS pixels; one that is missing, or a percentage, comes from the viewBox (SVG 2 §8)."""
    text = data[:_LONGEST].decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", "replace")
    prolog = _PROLOG.match(text)
    root = _ROOT.match(text, prolog.end() if prolog else 0)
    if root is None:
        return None
    attributes = {name: double or single for name, double, single in _ATTRIBUTE.findall(root[1])}
    if _STYLED.search(attributes.get("style", "")):
        return None
    try:
        width, height = (_pixels(attributes.get(side, "auto")) for side in ("width", "height"))
    except ValueError:
        return None
    box = _BOX.fullmatch(attributes.get("viewBox", ""))
    return _rounded(*_completed(width, height, (float(box[3]), float(box[4])) if box else None))


def _pixels(length: str) -> float | None:
    """A length in pixels; None where it is relative to the page.

    Raises:
        ValueError: it is no length, or relative to something else that is not seen, such as a font.
    """
    found = _LENGTH.fullmatch(length)
    if found and found[2] != "%":
        return float(found[1]) * _UNITS[(found[2] or "").lower()]
    if found or length.strip() in {"auto", ""}:
        return None
    raise ValueError(length)


def _completed(
    width: float | None, height: float | None, box: tuple[float, float] | None
) -> tuple[float | None, float | None]:
    if box is None or min(box) <= 0:
        return width, height
    if width is None and height is None:
        return box
    if width is None and height is not None:
        return height * box[0] / box[1], height
    if height is None and width is not None:
        return width, width * box[1] / box[0]
    return width, height


def _rounded(width: float | None, height: float | None) -> _Size | None:
    if width is None or height is None or not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        return None
    return int(width + 0.5), int(height + 0.5)
