"""JPEG, TIFF, and the EXIF directory that turns a picture. Pure."""

from collections.abc import Mapping
from struct import Struct
from typing import Literal, NamedTuple

_Size = tuple[int, int]

_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
_SHORT = 3
# Bytes of the kinds of whole number that stand in an entry itself: SHORT, LONG.
_SIZES = {_SHORT: 2, 4: 4}


# By a file's first bytes: byte order, bytes of the header, and how the offset at its end, a count of entries and an
# entry are written (TIFF 6.0 §2, and BigTIFF).
_MAGIC: Mapping[bytes, tuple[Literal["little", "big"], int, Struct, Struct, Struct]] = {
    b"II*\0": ("little", 8, Struct("<I"), Struct("<H"), Struct("<HHI4s")),
    b"MM\0*": ("big", 8, Struct(">I"), Struct(">H"), Struct(">HHI4s")),
    b"II+\0": ("little", 16, Struct("<Q"), Struct("<Q"), Struct("<HHQ8s")),
    b"MM\0+": ("big", 16, Struct(">Q"), Struct(">Q"), Struct(">HHQ8s")),
}

_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_SOS, _EOI, _APP1 = 0xDA, 0xD9, 0xE1


def jpeg(data: bytes) -> _Size | None:
    """The frame's size, turned as the EXIF says; told at the first scan, before which every marker counts.

    Source: ITU-T T.81 annex B; Exif 2.32 §4.5.4.
    """
    size: _Size | None = None
    exif: bytes | None = None
    at = 2
    while (at := data.find(b"\xff", at)) >= 0:
        marker = data[at + 1] if at + 1 < len(data) else 0xFF
        start, length = at + 4, int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in (0x00, 0xFF) or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _EOI or start > len(data) or length < 2:
            return None
        if marker == _SOS:
            return turned(size, exif_orientation(exif or b""))
        end = at + 2 + length
        if end > len(data):
            return None
        if marker in _SOF and length >= 8:
            size = (
                int.from_bytes(data[start + 3 : start + 5], "big"),
                int.from_bytes(data[start + 1 : start + 3], "big"),
            )
        elif marker == _APP1 and data[start : start + 6] == b"Exif\0\0" and exif is None:
            exif = data[start + 6 : end]
        at = end
    return None


def tiff(data: bytes) -> _Size | None:
    """The first directory's size, turned as it says; None until the directory, often a file's last part, is there."""
    found = _directory(data)
    if found is None or not found.whole:
        return None
    width, height = (found.numbers.get(tag, 0) for tag in (_WIDTH, _HEIGHT))
    return turned((width, height), found.numbers.get(_ORIENTATION, 1))


def exif_orientation(data: bytes) -> int:
    """How a picture is turned, 1 to 8, by an EXIF block that begins with its byte order; 1 where it does not say."""
    found = _directory(data)
    orientation = found.numbers.get(_ORIENTATION, 1) if found else 1
    return orientation if 1 <= orientation <= 8 else 1


def turned(size: _Size | None, orientation: int) -> _Size | None:
    """The size as displayed: from 5 on a picture lies on its side."""
    return size[::-1] if size and 5 <= orientation <= 8 else size


class _Directory(NamedTuple):
    """The whole numbers that stand in a directory, by tag, and whether all of it was there."""

    numbers: Mapping[int, int]
    whole: bool


def _directory(data: bytes) -> _Directory | None:
    """The first directory of a TIFF; None where the data ends before it, or is no TIFF."""
    magic = _MAGIC.get(data[:4])
    if magic is None:
        return None
    order, header, offset, count, entry = magic
    if len(data) < header:
        return None
    (start,) = offset.unpack_from(data, header - offset.size)
    if start + count.size > len(data):
        return None
    (number,) = count.unpack_from(data, start)
    start += count.size
    there = min(number, (len(data) - start) // entry.size)
    numbers: dict[int, int] = {}
    for tag, kind, values, raw in entry.iter_unpack(data[start : start + there * entry.size]):
        if values == 1 and kind in _SIZES and not (tag == _ORIENTATION and kind != _SHORT):
            numbers.setdefault(tag, int.from_bytes(raw[: _SIZES[kind]], order))
    return _Directory(numbers, there == number)
