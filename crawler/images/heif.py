"""AVIF and HEIC: what the properties of the primary item say, in their order (ISO/IEC 23008-12 §6). Pure."""

from collections.abc import Iterator
from struct import unpack_from

from crawler.images.boxes import Span, box, boxes

_Size = tuple[int, int]

_NO_END = 1 << 64
# Bytes of the longest property that counts, a `clap`.
_LONGEST = 32


def heic(data: bytes) -> _Size | None:
    """The size of the primary item, cropped by its `clap` and turned by its `irot`; `imir` changes no size."""
    size: _Size | None = None
    for kind, content in _primary(data):
        size = _applied(size, kind, content)
    return size


def avif(data: bytes) -> _Size | None:
    """The same, but None where a `clap` crops: Safari follows it, Chromium does not."""
    size: _Size | None = None
    for kind, content in _primary(data):
        if kind == b"clap" and size != _applied(size, kind, content):
            return None
        size = _applied(size, kind, content)
    return size


def _primary(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each property of the primary item; none while a box that names them is cut off."""
    meta = next(((start + 4, end) for kind, start, end in boxes(data, 0, _NO_END) if kind == b"meta"), None)
    if meta is None:
        return
    pitm, iprp = box(data, *meta, b"pitm"), box(data, *meta, b"iprp")
    ipco = iprp and box(data, *iprp, b"ipco")
    if not pitm or not iprp or not ipco:
        return
    primary = int.from_bytes(data[pitm[0] + 4 : pitm[0] + (8 if data[pitm[0]] else 6)], "big")
    properties = list(boxes(data, *ipco))
    for index in _associated(data, iprp, primary):
        if 0 < index <= len(properties):
            kind, start, end = properties[index - 1]
            yield kind, data[start : min(end, ipco[1], start + _LONGEST)]


def _applied(size: _Size | None, kind: bytes, content: bytes) -> _Size | None:
    """The size once a property has its say; None where that makes none."""
    if kind == b"ispe" and len(content) >= 12:
        return unpack_from(">II", content, 4)
    if kind == b"clap" and size:
        return _cropped(size, content)
    if kind == b"irot" and size and content and content[0] & 1:
        return size[::-1]
    return size


def _cropped(size: _Size, clap: bytes) -> _Size | None:
    """Width and height of a clean aperture, as fractions (ISO/IEC 14496-12 §12.1.4); None unless whole and within."""
    if len(clap) < 32:
        return None
    width, width_parts, height, height_parts = unpack_from(">IIII", clap)
    if not width_parts or not height_parts or width % width_parts or height % height_parts:
        return None
    cropped = width // width_parts, height // height_parts
    return cropped if cropped[0] <= size[0] and cropped[1] <= size[1] else None


def _associated(data: bytes, iprp: Span, item: int) -> Iterator[int]:
    """1-based indices of an item's properties."""
    for kind, start, end in boxes(data, *iprp):
        if kind != b"ipma" or end > iprp[1] or end - start < 8:
            continue
        wide_item, step = data[start] > 0, 2 if data[start + 3] & 1 else 1
        at = start + 8
        for _ in range(int.from_bytes(data[start + 4 : start + 8], "big")):
            count_at = at + (4 if wide_item else 2)
            if count_at >= end:
                break
            raw = data[count_at + 1 : count_at + 1 + data[count_at] * step]
            if int.from_bytes(data[at:count_at], "big") == item:
                mask = 0x7FFF if step == 2 else 0x7F
                yield from (int.from_bytes(raw[n : n + step], "big") & mask for n in range(0, len(raw), step))
            at = count_at + 1 + len(raw)
