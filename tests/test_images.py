"""A picture's size from its first bytes, as a browser would display it."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.images import image_size
from crawler.model import ImageSize


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\xf7\0\0"


def jpeg(width: int, height: int, *, orientation: int = 1, filler: int = 0, marker: int = 0xC0) -> bytes:
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    exif = b"Exif\0\0" + tiff
    parts = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    if filler:
        parts += b"\xff\xe2" + struct.pack(">H", filler + 2) + bytes(filler)
    return parts + bytes((0xFF, marker)) + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)


def webp(kind: bytes, body: bytes) -> bytes:
    return (
        b"RIFF"
        + struct.pack("<I", len(body) + 12)
        + b"WEBP"
        + kind
        + struct.pack("<I", len(body))
        + body.ljust(40, b"\0")
    )


def webp_lossy(width: int, height: int) -> bytes:
    return webp(b"VP8 ", b"\x30\x01\0\x9d\x01\x2a" + struct.pack("<HH", width, height))


def webp_lossless(width: int, height: int) -> bytes:
    return webp(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14))


def webp_extended(width: int, height: int) -> bytes:
    return webp(b"VP8X", b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"))


def bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIii", 1000, 0, 0, 54, 40, width, height) + bytes(28)


def ico(*sizes: tuple[int, int]) -> bytes:
    entries = b"".join(struct.pack("<BBBBHHII", w % 256, h % 256, 0, 0, 1, 32, 40, 22) for w, h in sizes)
    return struct.pack("<HHH", 0, 1, len(sizes)) + entries


def tiff(width: int, height: int) -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<HHHIIHHII", 2, 256, 4, 1, width, 257, 4, 1, height)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def heif(
    brand: bytes, sizes: list[tuple[int, int]], *, primary: int = 1, turned: bool = False, crop: bytes = b""
) -> bytes:
    """One item a size, numbered from 1; rotation and crop belong to all of them."""
    properties = [box(b"ispe", bytes(4) + struct.pack(">II", *size)) for size in sizes]
    shared = [box(b"irot", b"\x01")] * turned + [box(b"clap", crop)] * bool(crop)
    links = b""
    for item in range(1, len(sizes) + 1):
        indices = [item, *range(len(sizes) + 1, len(sizes) + 1 + len(shared))]
        links += struct.pack(">HB", item, len(indices)) + bytes(indices)
    ipma = box(b"ipma", bytes(4) + struct.pack(">I", len(sizes)) + links)
    iprp = box(b"iprp", box(b"ipco", b"".join([*properties, *shared])) + ipma)
    pitm = box(b"pitm", bytes(4) + struct.pack(">H", primary))
    return box(b"ftyp", brand + bytes(4) + b"mif1") + box(b"meta", bytes(4) + pitm + iprp)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(640, 480), ImageSize(640, 480, "png")),
        (gif(640, 480), ImageSize(640, 480, "gif")),
        (gif(40000, 480), ImageSize(40000, 480, "gif")),
        (jpeg(640, 480), ImageSize(640, 480, "jpeg")),
        (jpeg(640, 480, marker=0xC2), ImageSize(640, 480, "jpeg")),
        (webp_lossy(640, 480), ImageSize(640, 480, "webp")),
        (webp_lossless(640, 480), ImageSize(640, 480, "webp")),
        (webp_extended(640, 480), ImageSize(640, 480, "webp")),
        (bmp(640, 480), ImageSize(640, 480, "bmp")),
        (bmp(640, -480), ImageSize(640, 480, "bmp")),
        (ico((16, 16), (48, 48), (32, 32)), ImageSize(48, 48, "ico")),
        (ico((16, 16), (256, 256)), ImageSize(256, 256, "ico")),
        (tiff(640, 480), ImageSize(640, 480, "tiff")),
        (heif(b"avif", [(640, 480)]), ImageSize(640, 480, "avif")),
        (heif(b"heic", [(640, 480)]), ImageSize(640, 480, "heic")),
    ],
)
def test_a_header_tells_the_size(data, expected):
    assert expected == image_size(data)


@pytest.mark.parametrize(
    ("orientation", "expected"), [(1, (640, 480)), (3, (640, 480)), (6, (480, 640)), (8, (480, 640)), (99, (640, 480))]
)
def test_a_photograph_is_as_wide_as_it_is_displayed(orientation, expected):
    size = image_size(jpeg(640, 480, orientation=orientation))

    assert size is not None
    assert expected == (size.width, size.height)


def test_a_jpeg_cut_off_before_its_frame_cannot_be_told_yet():
    whole = jpeg(640, 480, filler=9000)

    assert image_size(whole[:4096]) is None
    assert ImageSize(640, 480, "jpeg") == image_size(whole)


def test_of_a_file_with_thumbnails_the_primary_picture_counts():
    data = heif(b"heic", [(160, 120), (4032, 3024)], primary=2)

    assert ImageSize(4032, 3024, "heic") == image_size(data)


def test_a_turned_heic_is_as_wide_as_it_is_displayed():
    assert ImageSize(3024, 4032, "heic") == image_size(heif(b"heic", [(4032, 3024)], turned=True))


def test_a_cropped_avif_is_as_large_as_its_crop():
    crop = struct.pack(">IIIIIIII", 600, 1, 400, 1, 0, 1, 0, 1)

    assert ImageSize(600, 400, "avif") == image_size(heif(b"avif", [(640, 480)], crop=crop))


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ('<svg width="640" height="480">', (640, 480)),
        ("<svg width='64px' height='48.4px'/>", (64, 48)),
        ('<svg viewBox="0 0 24 12">', (24, 12)),
        ('<svg viewBox="0,0,24,12" width="48">', (48, 24)),
        ('<svg viewBox="0 0 24 12" height="100">', (200, 100)),
        ('<svg width="100%" height="100%" viewBox="0 0 300 200">', (300, 200)),
        ('<svg width="1in" height="72pt">', (96, 96)),
        ('<svg xmlns="http://www.w3.org/2000/svg" data-x=">" width="5" height="6">', (5, 6)),
        ('<svg stroke-width="9" width="5" height="6">', (5, 6)),
        ('<svg:svg width="5" height="6">', (5, 6)),
    ],
)
def test_a_drawing_has_the_size_of_its_root(root, expected):
    size = image_size(b'<?xml version="1.0"?>\n<!-- by hand -->\n<!DOCTYPE svg>\n' + root.encode())

    assert size is not None
    assert (*expected, "svg") == (size.width, size.height, size.format)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<!DOCTYPE html><html><svg width='9' height='9'>",
        b"<svg>",
        b'<svg width="100%" height="100%">',
        b'<svg width="640"',
        b"BMW is a make of car, not a picture at all",
        png(0, 480),
        png(640, 100_001),
        webp_extended(16_000_000, 1),
        ico(),
        box(b"ftyp", b"isom" + bytes(8)),
        heif(b"avif", [(640, 480)])[:60],
    ],
)
def test_what_is_no_picture_or_has_no_believable_size_has_none(data):
    assert image_size(data) is None


def test_a_heic_cut_off_anywhere_is_either_told_rightly_or_not_at_all():
    whole = heif(b"heic", [(160, 120), (4032, 3024)], primary=2, turned=True)
    told = {image_size(whole[:end]) for end in range(len(whole) + 1)}

    assert {None, ImageSize(3024, 4032, "heic")} == told


KINDS = [
    png(9, 9),
    gif(9, 9),
    jpeg(9, 9),
    webp_lossy(9, 9),
    bmp(9, 9),
    ico((9, 9)),
    tiff(9, 9),
    heif(b"avif", [(9, 9)]),
    b"<svg ",
]


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.binary(max_size=200), st.integers(0, 120))
def test_no_bytes_make_it_raise_or_believe_nonsense(kind, noise, cut):
    size = image_size(kind[:cut] + noise + kind[cut + len(noise) :])

    assert size is None or (0 < size.width <= 100_000 and 0 < size.height <= 100_000)
