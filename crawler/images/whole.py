"""Whether a file ends before its picture does, as far as its beginning and its length can tell. Pure."""

from crawler.images.boxes import boxes

_NO_END = 1 << 64


def is_cut_off(data: bytes, total: int) -> bool:
    """Whether a file of `total` bytes that begins with these was broken off; False where that cannot be told."""
    if data.startswith(b"\x89PNG"):
        return _png_needs(data) > total
    if data.startswith(b"RIFF") and len(data) >= 8:
        return int.from_bytes(data[4:8], "little") + 8 > total + 1  # an odd end is often not padded
    if data[4:8] in {b"ftyp", b"JXL "}:
        return max((end for _, _, end in boxes(data, 0, _NO_END) if end < _NO_END), default=0) > total
    if len(data) < total:
        return False
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in data
    return data.startswith(b"GIF8") and not data.endswith((b";", b"\0"))  # some leave out the trailer


def _png_needs(data: bytes) -> int:
    """Bytes that a PNG must have by the word of the last chunk that is seen; one more where that is not its end."""
    at = 8
    while at + 8 <= len(data):
        kind = data[at + 4 : at + 8]
        if not kind.isalpha():
            return 0
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        if kind == b"IEND":
            return at
    return at + 1
