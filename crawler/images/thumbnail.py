"""A small picture of an image, for a report. Pure; what it needs is Pillow, which few have."""

import struct
import zlib
from importlib.util import find_spec
from io import BytesIO

# What is read of a file at most; what is decoded of it, at four bytes a pixel; and the box that a thumbnail fits.
MOST_BYTES = 2 * 1024 * 1024
_MOST_PIXELS = 12_000_000
_BOX = (240, 200)
# Of Pillow's many decoders those that browsers need.
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_QUALITY = 70
# What Pillow's decoders raise where a file is not what it seems.
_STUMBLES = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    EOFError,
    LookupError,
    ArithmeticError,
    MemoryError,
    struct.error,
    zlib.error,
)


def is_installed() -> bool:
    """Whether thumbnails can be made here."""
    return find_spec("PIL") is not None


def thumbnail(image: bytes) -> bytes | None:
    """A WebP of some 5 kB, upright as EXIF has it, of the first frame; None where the file cannot be shown."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    try:
        with Image.open(BytesIO(image), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return None
            # A JPEG is decoded no larger than need be.
            opened.draft("RGB", _BOX)
            small = ImageOps.exif_transpose(opened)
            small.thumbnail(_BOX)
            made = BytesIO()
            small.convert("RGBA" if small.has_transparency_data else "RGB").save(made, "WEBP", quality=_QUALITY)
    except (*_STUMBLES, Image.DecompressionBombError):
        return None
    return made.getvalue()
