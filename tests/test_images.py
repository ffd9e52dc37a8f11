"""A picture's size from its first bytes, as a browser displays it."""

import struct
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.images import image_size, is_cut_off
from crawler.model import ImageSize


def exif(orientation, *, order=">", kind=3):
    mark = b"MM" if order == ">" else b"II"
    value = struct.pack(order + "HH", orientation, 0) if kind == 3 else struct.pack(order + "I", orientation)
    return mark + struct.pack(order + "HIHHHI", 42, 8, 1, 0x0112, kind, 1) + value + bytes(4)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, *, before=b"", depth=8, colour=2):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", b"pixels") + chunk(b"IEND", b"")


def gif(width, height, *, frame=None, extensions=b"", colours=2):
    left, top, wide, high = frame or (0, 0, width, height)
    table = 0x80 | colours - 1
    start = b"GIF89a" + struct.pack("<HHBBB", width, height, table, 0, 0) + bytes(3 << colours)
    return start + extensions + b"," + struct.pack("<HHHHB", left, top, wide, high, 0) + b"\x02\x01\x00\x00;"


def segment(marker, body):
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(width, height, *, before=b"", after=b"", marker=0xC0):
    """`before` and `after` stand around the frame's header."""
    frame = segment(marker, struct.pack(">BHHB", 8, height, width, 3) + bytes(9))
    tables = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xDB, bytes(65))
    return b"\xff\xd8" + before + tables + frame + after + segment(0xDA, bytes(10)) + b"pixels\xff\xd9"


def turned_jpeg(orientation, **how):
    return jpeg(640, 480, before=segment(0xE1, b"Exif\0\0" + exif(orientation, **how)))


def webp(kind, body):
    body = body.ljust(40, b"\0")
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBP" + kind + struct.pack("<I", len(body)) + body


def webp_lossy(width, height):
    return webp(b"VP8 ", b"\x30\x01\0\x9d\x01\x2a" + struct.pack("<HH", width, height))


def webp_lossless(width, height):
    return webp(b"VP8L", b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14))


def webp_extended(width, height):
    return webp(b"VP8X", b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"))


def bmp(width, height, *, header=40):
    sides = struct.pack("<HH", width, height) if header == 12 else struct.pack("<ii", width, height)
    return b"BM" + struct.pack("<IHHI", 1000, 0, 0, 14 + header) + struct.pack("<I", header) + sides + bytes(60)


def bitmap(width, height):
    return struct.pack("<IiiHH", 40, width, 2 * height, 1, 32) + bytes(40)


def ico(*pictures, kind=1):
    """Each picture is what the directory says of its size, and its bytes."""
    at, entries = 6 + 16 * len(pictures), b""
    for (width, height), data in pictures:
        entries += struct.pack("<BBBBHHII", width % 256, height % 256, 0, 0, 1, 32, len(data), at)
        at += len(data)
    return struct.pack("<HHH", 0, kind, len(pictures)) + entries + b"".join(data for _, data in pictures)


def tiff(width, height, *, orientation=1, order="<", pixels=0):
    """The directory comes after the pixels, as in most files."""
    entries = [(256, 4, width), (257, 4, height), (274, 3, orientation)]
    mark, start = b"II" if order == "<" else b"MM", 8 + pixels
    written = b"".join(
        struct.pack(order + "HHI", tag, kind, 1)
        + struct.pack(order + ("I" if kind == 4 else "H"), value).ljust(4, b"\0")
        for tag, kind, value in entries
    )
    return (
        mark + struct.pack(order + "HI", 42, start) + bytes(pixels) + struct.pack(order + "H", 3) + written + bytes(4)
    )


def big_tiff(width, height):
    entries = b"".join(struct.pack("<HHQQ", tag, 4, 1, value) for tag, value in ((256, width), (257, height)))
    return b"II+\0" + struct.pack("<HHQQ", 8, 0, 16, 2) + entries


def box(kind, body):
    return struct.pack(">I", len(body) + 8) + kind + body


IROT, IMIR = box(b"irot", b"\x01"), box(b"imir", b"\x01")


def clap(width, height, parts=1):
    return box(b"clap", struct.pack(">IIIIIIII", width * parts, parts, height * parts, parts, 0, 1, 0, 1))


def heif(brand, sizes, *, primary=1, shared=(), wide=False):
    """One item a size, numbered from 1; the `shared` properties belong to all of them."""
    properties = [box(b"ispe", bytes(4) + struct.pack(">II", *size)) for size in sizes]
    links = b""
    for item in range(1, len(sizes) + 1):
        indices = [item, *range(len(sizes) + 1, len(sizes) + 1 + len(shared))]
        links += struct.pack(">IB" if wide else ">HB", item, len(indices))
        links += b"".join(struct.pack(">H" if wide else ">B", index) for index in indices)
    ipma = box(b"ipma", struct.pack(">BBBBI", wide, 0, 0, wide, len(sizes)) + links)
    iprp = box(b"iprp", box(b"ipco", b"".join([*properties, *shared])) + ipma)
    pitm = box(b"pitm", struct.pack(">BBBBI", 1, 0, 0, 0, primary) if wide else bytes(4) + struct.pack(">H", primary))
    ftyp = box(b"ftyp", b"mif1" + bytes(4) + b"mif1" + brand)
    return ftyp + box(b"free", b"") + box(b"meta", bytes(4) + iprp + pitm) + box(b"mdat", b"pixels")


def jxl(height, width=None, *, ratio=0, orientation=1):
    """A codestream: sides in the longest form, the least significant bit of each byte first."""
    fields = [(0, 1), (3, 2), (height - 1, 30), (ratio, 3)]
    fields += [] if ratio else [(3, 2), (width - 1, 30)]
    fields += [(0, 1), (1, 1), (orientation - 1, 3)] if orientation > 1 else [(1, 1)]
    value = at = 0
    for number, bits in fields:
        value |= number << at
        at += bits
    return b"\xff\x0a" + value.to_bytes(12, "little")


JXL_MARK = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")


def jxl_boxed(data):
    return JXL_MARK + box(b"Exif", bytes(4) + exif(6)) + box(b"jxlc", data)


def jxl_in_parts(data):
    return JXL_MARK + b"".join(
        box(b"jxlp", struct.pack(">I", number) + data[start:end])
        for number, (start, end) in enumerate(pairwise((0, 3, 5, len(data))))
    )


def svg(attributes, before=""):
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}><path/></svg>'.encode()


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        ("png", png(640, 480)),
        ("gif", gif(640, 480)),
        ("jpeg", jpeg(640, 480)),
        ("jpeg", jpeg(640, 480, marker=0xC2)),
        ("webp", webp_lossy(640, 480)),
        ("webp", webp_lossless(640, 480)),
        ("webp", webp_extended(640, 480)),
        ("bmp", bmp(640, 480)),
        ("bmp", bmp(640, -480)),
        ("bmp", bmp(640, 480, header=12)),
        ("bmp", bmp(640, 480, header=64)),
        ("bmp", bmp(640, 480, header=124)),
        ("tiff", tiff(640, 480)),
        ("tiff", tiff(640, 480, order=">", pixels=9000)),
        ("tiff", big_tiff(640, 480)),
        ("avif", heif(b"avif", [(640, 480)])),
        ("heic", heif(b"heic", [(640, 480)])),
        ("heic", heif(b"heic", [(640, 480)], wide=True)),
        ("jxl", jxl(480, 640)),
        ("jxl", jxl(480, ratio=3)),
        ("jxl", jxl_boxed(jxl(480, 640))),
        ("jxl", jxl_in_parts(jxl(480, 640))),
        ("svg", svg('width="640" height="480"')),
    ],
)
def test_a_header_tells_format_and_size(expected, data):
    assert ImageSize(640, 480, expected) == image_size(data)


@pytest.mark.parametrize(
    "turned",
    [
        turned_jpeg,
        lambda by: turned_jpeg(by, order="<"),
        lambda by: jpeg(640, 480, after=segment(0xE1, b"Exif\0\0" + exif(by))),
        lambda by: png(640, 480, before=chunk(b"eXIf", exif(by))),
        lambda by: tiff(640, 480, orientation=by),
        lambda by: jxl(480, 640, orientation=by),
        lambda by: jxl_boxed(jxl(480, 640, orientation=by)),
    ],
)
def test_a_picture_that_was_taken_on_its_side_is_as_wide_as_it_is_displayed(turned):
    upright, on_its_side = ((640, 480), (480, 640))

    for orientation in range(1, 9):
        size = image_size(turned(orientation))
        assert (on_its_side if orientation > 4 else upright) == (size.width, size.height)


def an_orientation_that_does_not_exist():
    return turned_jpeg(99)


def an_orientation_that_is_no_short_number():
    return turned_jpeg(6, kind=4)


def an_exif_after_one_that_says_nothing():
    return jpeg(640, 480, before=segment(0xE1, b"Exif\0\0") + segment(0xE1, b"Exif\0\0" + exif(6)))


def an_exif_that_is_damaged():
    chunked = chunk(b"eXIf", exif(6))
    return png(640, 480, before=chunked[:-1] + bytes((chunked[-1] ^ 1,)))


def an_exif_after_a_pngs_pixels():
    return png(640, 480)[:-12] + chunk(b"eXIf", exif(6)) + chunk(b"IEND", b"")


def a_mirrored_heic():
    return heif(b"heic", [(640, 480)], shared=[IMIR])


@pytest.mark.parametrize(
    "picture",
    [
        an_orientation_that_does_not_exist,
        an_orientation_that_is_no_short_number,
        an_exif_after_one_that_says_nothing,
        an_exif_that_is_damaged,
        an_exif_after_a_pngs_pixels,
        a_mirrored_heic,
    ],
)
def test_what_no_browser_follows_turns_nothing(picture):
    size = image_size(picture())

    assert (640, 480) == (size.width, size.height)


@pytest.mark.parametrize(
    ("expected", "brand", "shared"),
    [
        ((480, 640), b"heic", [IROT]),
        ((480, 640), b"avif", [IROT, IMIR]),
        ((600, 400), b"heic", [clap(600, 400, parts=3)]),
        ((400, 600), b"heic", [clap(600, 400), IROT]),
        ((480, 640), b"avif", [clap(640, 480), IROT]),
    ],
)
def test_a_primary_picture_is_cropped_and_turned_as_its_properties_say(expected, brand, shared):
    size = image_size(heif(brand, [(640, 480)], shared=shared))

    assert expected == (size.width, size.height)


def test_of_a_file_with_thumbnails_the_primary_picture_counts():
    data = heif(b"heic", [(160, 120), (4032, 3024)], primary=2)

    assert ImageSize(4032, 3024, "heic") == image_size(data)


@pytest.mark.parametrize(
    ("expected", "frame"),
    [((640, 480), (10, 10, 50, 50)), ((700, 480), (0, 0, 700, 50)), ((640, 510), (0, 30, 1, 480))],
)
def test_a_gif_is_as_large_as_its_screen_grown_to_its_first_frame(expected, frame):
    size = image_size(gif(640, 480, frame=frame))

    assert expected == (size.width, size.height)


@pytest.mark.parametrize("kind", [1, 2])
@pytest.mark.parametrize(
    "largest", [((48, 48), bitmap(48, 48)), ((256, 256), png(256, 256)), ((40, 24), bitmap(40, 24))]
)
def test_an_icon_is_as_large_as_its_largest_picture(kind, largest):
    size = image_size(ico(((16, 16), bitmap(16, 16)), largest, ((24, 24), png(24, 24)), kind=kind))

    assert largest[0] == (size.width, size.height)


@pytest.mark.parametrize(
    ("expected", "attributes"),
    [
        ((640, 480), 'width="640" height="480"'),
        ((64, 49), "width='64px' height='48.5px'"),
        ((24, 12), 'viewBox="0 0 24 12"'),
        ((48, 24), 'viewBox="0,0,24,12" width="48"'),
        ((200, 100), 'viewBox="-5 -5 24 12" height="100"'),
        ((300, 200), 'width="100%" height="100%" viewBox="0 0 300 200"'),
        ((96, 96), 'width="1in" height="72pt"'),
        ((5, 6), """data-x=">" data-y=" width='9'" width="5" height="6\""""),
        ((5, 6), 'stroke-width="9" é="&" width="5" height="6"'),
        ((100, 20), 'width="1e2" height="+20"'),
    ],
)
def test_a_drawing_has_the_size_of_its_root(expected, attributes):
    size = image_size(svg(attributes))

    assert expected == (size.width, size.height)


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff",
        '<?xml version="1.0"?>\n<!-- <svg width="1" height="1"> -->\n',
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>",
        """<!DOCTYPE svg [<!-- ' --><!ENTITY a "]><svg width='1' height='1'>"> ]>""",
    ],
)
def test_what_stands_before_a_drawings_root_does_not_count(before):
    assert ImageSize(5, 6, "svg") == image_size(svg('width="5" height="6"', before))


def test_a_drawing_may_be_in_utf_16():
    assert ImageSize(5, 6, "svg") == image_size(svg('width="5" height="6"').decode().encode("utf-16"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<!DOCTYPE html><html><svg width='9' height='9'>",
        b"<!DOCTYPE html><svg width='9' height='9'>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><svg width='9' height='9'/></html>",
        b"<svg>",
        svg('width="100%" height="100%"'),
        svg('width="10em" height="5em" viewBox="0 0 7 7"'),
        svg('width="9" height="9" style="width: 5px"'),
        svg('width="&a;" height="9"', '<!DOCTYPE svg [<!ENTITY a "9">]>'),
        b"BMW is a make of car, not a picture at all",
        bmp(-640, 480),
        png(0, 480),
        png(640, 100_001),
        png(640, 480, depth=3),
        png(640, 480)[:33] + chunk(b"IEND", b""),
        png(640, 480).replace(struct.pack(">II", 640, 480), struct.pack(">II", 641, 480)),
        jpeg(640, 0),
        webp_extended(16_000_000, 1),
        ico(),
        ico(((32, 32), png(64, 64))),
        ico(((32, 32), bitmap(48, 48))),
        tiff(0, 480),
        box(b"ftyp", b"isom" + bytes(8)) + box(b"meta", bytes(40)),
        heif(b"avif", [(640, 480)], primary=2),
        heif(b"avif", [(640, 480)], shared=[clap(600, 400)]),
        heif(b"heic", [(640, 480)], shared=[clap(641, 480)]),
    ],
)
def test_what_is_no_picture_or_has_no_size_that_all_browsers_show_has_none(data):
    assert image_size(data) is None


PICTURES = [
    png(640, 480, before=chunk(b"iCCP", bytes(300)) + chunk(b"eXIf", exif(6)) + chunk(b"tEXt", b"x")),
    gif(
        640, 480, frame=(0, 0, 700, 50), extensions=b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0!\xf9\x04\0\0\0\0\0", colours=8
    ),
    jpeg(640, 480, before=segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0x") + segment(0xE1, b"Exif\0\0" + exif(8))),
    jpeg(640, 480, before=segment(0xE2, bytes(500)) + segment(0xE1, b"Exif\0\0" + exif(6) + jpeg(160, 120))),
    jpeg(640, 480, before=b"\xff\xff", after=segment(0xC4, bytes(30)) + segment(0xE1, b"Exif\0\0" + exif(5))),
    webp_lossy(640, 480),
    webp_lossy(640 | 0x4000, 480 | 0x8000),
    webp_lossless(640, 480),
    webp_extended(640, 480),
    bmp(640, -480),
    bmp(640, 480, header=12),
    ico(((16, 16), bitmap(16, 16)), ((256, 256), png(256, 256)), ((48, 48), bitmap(48, 48))),
    tiff(640, 480, orientation=6, pixels=300),
    heif(b"avif", [(64, 48), (640, 480), (320, 240)], primary=2, shared=[IROT]),
    heif(b"heic", [(64, 48), (640, 480)], primary=2, shared=[clap(600, 400), IROT, IMIR], wide=True),
    jxl(480, 640, orientation=6),
    jxl_in_parts(jxl(480, 640, orientation=6)),
    svg('viewBox="0 0 7 7" width="640" height="480"', "<?xml version='1.0'?><!-- <svg width='1' height='1'> -->"),
]


@pytest.mark.parametrize("whole", PICTURES)
def test_a_picture_cut_off_anywhere_is_told_rightly_or_not_at_all(whole):
    told = {image_size(whole[:end]) for end in range(len(whole) + 1)}

    assert {None, image_size(whole)} == told
    assert 2 == len(told)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(PICTURES), st.binary(max_size=60), st.integers(0, 700), st.integers(0, 700))
def test_no_bytes_make_it_raise_or_believe_nonsense_or_tell_a_beginning_otherwise(picture, noise, at, cut):
    broken = picture[:at] + noise + picture[at + len(noise) :]
    size, beginning = image_size(broken), image_size(broken[:cut])
    is_cut_off(broken[:cut], len(broken))

    assert size is None or (0 < size.width <= 100_000 and 0 < size.height <= 100_000)
    assert beginning in (None, size)


WHOLE = [
    png(640, 480),
    gif(640, 480),
    gif(640, 480)[:-1],
    turned_jpeg(6),
    webp_lossy(640, 480),
    heif(b"avif", [(640, 480)]),
    jxl_boxed(jxl(480, 640)),
    bmp(640, 480),
    tiff(640, 480),
]
TELLING = [
    (png(640, 480), 1),
    (gif(640, 480), 3),
    (jpeg(640, 480), 1),
    (webp_lossy(640, 480), 2),
    (heif(b"avif", [(640, 480)]), 1),
    (jxl_boxed(jxl(480, 640)), 1),
]


@pytest.mark.parametrize("whole", WHOLE)
def test_a_whole_file_is_not_taken_for_one_that_is_cut_off(whole):
    assert not any(is_cut_off(whole[:seen], len(whole)) for seen in range(len(whole) + 1))


@pytest.mark.parametrize(("whole", "missing"), TELLING)
def test_a_file_that_lacks_its_end_is_cut_off(whole, missing):
    assert is_cut_off(whole[:-missing], len(whole) - missing)


@pytest.mark.parametrize("whole", [png(640, 480), webp_lossy(640, 480)])
def test_a_beginning_tells_that_the_file_is_too_short_for_it(whole):
    seen = whole[:50]

    assert is_cut_off(seen, len(whole) - 20)
