"""Width, height and format of an image from its first bytes. Pure.

The rules
- The first bytes tell the format; the server's Content-Type and the URL do not count.
- The size is the one that a browser displays (Chromium was asked): turned as the EXIF of a JPEG, PNG or TIFF says, as
  `irot` and `clap` of an AVIF or HEIC say, as a JPEG XL's own header says. The EXIF of a WebP, AVIF, HEIC or JPEG XL
  turns nothing.
- A size is told only once nothing that may follow can change it, so that no beginning of a file tells a wrong one:
  where the pixels begin in a PNG, GIF or JPEG, past the properties of an AVIF or HEIC, at the end of a TIFF's
  directory, in the largest picture of an ICO itself.
- A size that no picture has is none: broken files give them often.

Rejected: imagesize. It tells a size before it has seen what turns it, reads neither ICO nor JPEG XL, half of all SVG
wrongly, and takes a WebP's scaling bits and a GIF's sign for pixels. Pillow wants most of a file, and tells the size as
it is stored.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from crawler.images import heif, jxl, photo, raster, svg
from crawler.images.whole import is_cut_off
from crawler.model import ImageSize

__all__ = ["image_size", "is_cut_off"]

_MAX_SIDE = 100_000
_Read: TypeAlias = Callable[[bytes], tuple[int, int] | None]


def image_size(data: bytes) -> ImageSize | None:
    """The size as displayed; None where the bytes are no image, or too few to tell.

    Args:
        data: the file's beginning; 4 KB do for most, a photograph with a large preview or colour profile needs more.
    """
    for magic, name, read in _FORMATS:
        if magic.match(data):
            size = read(data)
            if size and all(0 < side <= _MAX_SIDE for side in size):
                return ImageSize(*size, name)
            return None
    return None


_FORMATS: tuple[tuple[re.Pattern[bytes], str, _Read], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "jpeg", photo.jpeg),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png", raster.png),
    (re.compile(rb"GIF8[79]a"), "gif", raster.gif),
    (re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL), "webp", raster.webp),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "tiff", photo.tiff),
    (re.compile(rb"....ftyp(?!he)(?:.{4}){0,16}?avi[fs]", re.DOTALL), "avif", heif.avif),
    (re.compile(rb"....ftyp", re.DOTALL), "heic", heif.heic),
    (re.compile(rb"\xff\x0a"), "jxl", jxl.codestream),
    (re.compile(rb"\0\0\0\x0cJXL \r\n\x87\n"), "jxl", jxl.container),
    (re.compile(rb"BM"), "bmp", raster.bmp),
    (re.compile(rb"\0\0\x01\0"), "ico", raster.ico),
    (re.compile(rb"\0\0\x02\0"), "cur", raster.ico),
    (re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\0?<"), "svg", svg.svg),
)
