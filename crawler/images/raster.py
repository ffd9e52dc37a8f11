"""PNG, GIF, WebP, BMP and ICO: a header at a fixed place, and what comes between it and the pixels. Pure."""

from struct import unpack_from
from zlib import crc32

from crawler.images.photo import exif_orientation, turned

_Size = tuple[int, int]

# Bit depths by colour type (PNG third edition, §11.2.1): what no decoder takes has no size.
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PNG = b"\x89PNG\r\n\x1a\n"
_GIF_IMAGE, _GIF_EXTENSION = 0x2C, 0x21
# BITMAPINFOHEADER, its OS/2 cousins and its successors.
_BMP_HEADERS = frozenset({*range(16, 65), 108, 124})


def png(data: bytes) -> _Size | None:
    """Source: PNG third edition §5, §11.2.1; an eXIf chunk counts where it comes before the pixels."""
    if len(data) < 33 or data[8:16] != b"\0\0\0\rIHDR" or crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        return None
    size: _Size = unpack_from(">II", data, 16)
    if data[24] not in _DEPTHS.get(data[25], ()):
        return None
    exif, at = b"", 33
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"IDAT" or not kind.isalpha():  # what is no chunk ends the file: its header's word stands
            return turned(size, exif_orientation(exif))
        end = at + 12 + length
        if kind == b"IEND" or end > len(data):
            return None
        if kind == b"eXIf" and not exif and crc32(data[at + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big"):
            exif = data[at + 8 : end - 4]
        at = end
    return None


def gif(data: bytes) -> _Size | None:
    """The logical screen, grown to its first frame where that is larger, as browsers grow it (GIF89a §18-20)."""
    if len(data) < 13:
        return None
    screen: _Size = unpack_from("<HH", data, 6)
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while at < len(data) and data[at] == _GIF_EXTENSION:
        at += 2
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    if at >= len(data):
        return None
    if data[at] != _GIF_IMAGE:
        return screen
    if at + 9 > len(data):
        return None
    left, top, width, height = unpack_from("<HHHH", data, at + 1)
    return max(screen[0], left + width), max(screen[1], top + height)


def webp(data: bytes) -> _Size | None:
    """Source: RFC 9649 §2.4-2.7 and RFC 6386 §9.1: 14 bits a side, the two above them only scale."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25 and data[20] == 0x2F:
        sides = int.from_bytes(data[21:25], "little")
        return 1 + (sides & 0x3FFF), 1 + (sides >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30 and not data[20] & 1 and data[23:26] == b"\x9d\x01\x2a":
        width, height = unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def bmp(data: bytes) -> _Size | None:
    """BITMAPCOREHEADER has 16-bit sides, its successors 32-bit ones; a negative height only means "top down"."""
    return _bitmap(data, 14)


def _bitmap(data: bytes, at: int) -> _Size | None:
    if len(data) < at + 16:
        return None
    header = int.from_bytes(data[at : at + 4], "little")
    if header == 12:
        return unpack_from("<HH", data, at + 4)
    width, height = unpack_from("<ii", data, at + 4)
    return (width, abs(height)) if header in _BMP_HEADERS else None


def ico(data: bytes) -> _Size | None:
    """The largest picture's size, where the directory (in which 256 is 0) and the PNG or BMP itself agree on it."""
    count = int.from_bytes(data[4:6], "little")
    if not count or len(data) < 6 + 16 * count:
        return None
    entries = [unpack_from("<BBxxxxxxII", data, 6 + 16 * index) for index in range(count)]
    width, height, _, start = max(entries, key=lambda entry: (entry[0] or 256) * (entry[1] or 256))
    if data.startswith(_PNG, start):
        own = png(data[start:])
    else:
        bitmap = _bitmap(data, start)
        own = bitmap and (bitmap[0], bitmap[1] // 2)  # its mask lies below it
    return own if own == (width or 256, height or 256) else None
