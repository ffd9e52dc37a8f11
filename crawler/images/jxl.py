"""JPEG XL: the size stands in the codestream's first bits, the container only wraps it. Pure."""

from crawler.images.boxes import boxes
from crawler.images.photo import turned

_Size = tuple[int, int]

_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}
_SIDE_BITS = (9, 13, 18, 30)
# The longest size, turn included, takes 75 bits; the two bytes before them are the mark.
_ENOUGH = 16


class _Bits:
    """Bits of a codestream, the least significant of each byte first; past its end they cannot be told."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "little"), 8 * len(data)

    def take(self, count: int) -> int:
        """Raises: EOFError."""
        if count > self._left:
            raise EOFError
        taken = self._value & (1 << count) - 1
        self._value >>= count
        self._left -= count
        return taken


def codestream(data: bytes) -> _Size | None:
    """Source: ISO/IEC 18181-1, SizeHeader and the beginning of ImageMetadata."""
    bits = _Bits(data[2:_ENOUGH])
    try:
        small = bits.take(1)
        height = _side(bits, small)
        ratio = bits.take(3)
        width = height * _RATIOS[ratio][0] // _RATIOS[ratio][1] if ratio else _side(bits, small)
        all_default = bits.take(1)
        orientation = 1 + bits.take(3) if not all_default and bits.take(1) else 1
    except EOFError:
        return None
    return turned((width, height), orientation)


def _side(bits: _Bits, small: int) -> int:
    return 8 * (1 + bits.take(5)) if small else 1 + bits.take(_SIDE_BITS[bits.take(2)])


def container(data: bytes) -> _Size | None:
    """Source: ISO/IEC 18181-2: the codestream is in `jxlc`, or in parts in `jxlp`, each behind its number."""
    parts = b""
    for kind, start, end in boxes(data, 0, len(data)):
        if kind == b"jxlc":
            parts = data[start : min(end, start + _ENOUGH)]
        elif kind == b"jxlp":
            parts += data[start + 4 : min(end, start + 4 + _ENOUGH)]
        if kind == b"jxlc" or len(parts) >= _ENOUGH:
            break
    return codestream(parts) if parts.startswith(b"\xff\x0a") else None
