"""Draws the demo's images: real PNG files of a few kilobytes, made of bands of colour. Run once; its output is kept."""

import struct
import zlib
from pathlib import Path

WEB = Path(__file__).parent / "web"
PICTURES = {
    "harbour-gazette.example/img/turbines-800x400.png": (800, 400, (16, 78, 99)),
    "nightline.example/img/sleeper.png": (1200, 630, (49, 35, 86)),
    "fieldnotes.example/img/librarian.png": (1024, 576, (96, 63, 28)),
    "quarry.example/img/battery.png": (640, 360, (24, 92, 60)),
}


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A PNG whose colour brightens from top to bottom, eight rows a band (PNG specification, 3rd edition, §11)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes(min(255, part + (y // 8 * 8) * 140 // height) for part in colour) * width for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


if __name__ == "__main__":
    for name, (width, height, colour) in PICTURES.items():
        path = WEB / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(width, height, colour))
