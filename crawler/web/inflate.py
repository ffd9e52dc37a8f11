"""A body as its server meant it, out of the bytes as they came, within a bound.

Bodies are inflated in steps, and each step is counted before the next is taken: a body of a kilobyte may stand for many
gigabytes. Of a stream that is cut off or damaged, what comes before the damage is kept, as browsers do.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import chain
from typing import Protocol

from isal import isal_zlib as zlib

from crawler.errors import TooLarge, Unreachable

try:
    import brotli
except ImportError:
    brotli = None
try:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
except ImportError:
    zstd = None  # type: ignore[assignment]

_SLICE = 16 * 1024  # bytes handed in at a time
_SMALL_SLICE = 4 * 1024  # where the beginning may be enough
_STEP = 64 * 1024  # bytes taken out at a time
_MAX_ENCODINGS = 3
# Each member of a gzip or Zstandard body costs a new decoder, and 20 bytes suffice for an empty one.
_MAX_MEMBERS = 1000
# RFC 9659 §3: no more than 8 MiB of window. Without it a frame of a few bytes takes 128 MiB.
_ZSTD_WINDOW_LOG = 23
# Pages shrink to a fifth or a tenth; what shrinks to less than this and is large all the same is a bomb.
_MAX_RATIO = 200
_SMALL = 1024 * 1024  # bytes; blanks and zeros shrink to nothing honestly

_Layer = Callable[[Iterable[bytes]], Iterator[bytes]]


class _Decoder(Protocol):
    """What zlib's and zstd's decoders have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def inflate(raw: bytes, encoding: str | None, max_bytes: int, url: str) -> bytes:
    """The body that `raw` stands for.

    Args:
        encoding: the Content-Encoding header, up to three encodings in the order in which they were applied; those
            that we do not know are passed over.
        max_bytes: the bound on the body, and on what lies between two encodings; a lower one, in proportion to `raw`,
            holds beyond a megabyte.
        url: for the message of an error, fit for a log.

    Raises:
        TooLarge: the body passes the bound.
        Unreachable: nothing of the body can be inflated.

    Source: RFC 9110 §8.4.
    """
    return inflate_up_to((), raw, encoding, max_bytes, url)[0]


def inflate_up_to(
    marks: Sequence[bytes], raw: bytes, encoding: str | None, max_bytes: int, url: str
) -> tuple[bytes, bool]:
    """The beginning of the body that `raw` stands for, and whether that is all of it.

    Args:
        marks: in the order in which they come; little more is inflated once the last of them is there.
    """
    layers = _layers(encoding, url)
    if layers:
        max_bytes = min(max_bytes, max(_SMALL, _MAX_RATIO * len(raw)))
    source, body = BytesIO(raw), BytesIO()
    size = _SMALL_SLICE if marks else _SLICE
    try:
        pieces = _poured(iter(lambda: source.read(size), b""), layers, max_bytes, url)
        if marks:
            return _up_to(marks, pieces, body)
        body.writelines(pieces)
    except EOFError:
        pass
    except _DAMAGE:
        # A decoder keeps to itself what it inflated in the call that met the damage: that slice goes in byte by byte.
        damaged = (source.tell() - 1) // size * size
        body = BytesIO()
        with suppress(EOFError, *_DAMAGE):
            body.writelines(_poured(_slices(raw, damaged, size), layers, max_bytes, url))
    else:
        return body.getvalue(), True
    if raw and not body.tell():
        raise Unreachable(url, "nothing of its body can be inflated as its Content-Encoding says", kind="protocol")
    return body.getvalue(), True


def beginning(raw: bytes, encoding: str | None, max_bytes: int, url: str) -> bytes:
    """As much of the body that `raw` stands for as the bound lets in; arguments, and what is raised, as `inflate`.

    A body that passes the bound is no error.
    """
    try:
        return inflate(raw, encoding, max_bytes, url)
    except TooLarge:
        source, body = BytesIO(raw), BytesIO()
        with suppress(TooLarge, EOFError, *_DAMAGE):
            body.writelines(_poured(iter(lambda: source.read(_SLICE), b""), _layers(encoding, url), max_bytes, url))
        return body.getvalue()


def _layers(encoding: str | None, url: str) -> list[_Layer]:
    """What undoes a Content-Encoding, in the order of undoing."""
    names = [name for text in (encoding or "").split(",") if (name := text.strip().lower()) not in {"", "identity"}]
    if len(names) > _MAX_ENCODINGS:
        raise Unreachable(url, f"its body is encoded {len(names)} times over", kind="protocol")
    # Servers do say "utf-8" or "none" here; browsers pass over what is no coding.
    return [_INFLATERS[name] for name in reversed(names) if name in _INFLATERS]


def _poured(source: Iterator[bytes], layers: list[_Layer], max_bytes: int, url: str) -> Iterator[bytes]:
    """The body piece by piece, so that what came before an error is there."""
    pieces = source
    for layer in layers:
        pieces = _bounded(layer(pieces), max_bytes, url)
    return _bounded(pieces, max_bytes, url)


def _up_to(marks: Sequence[bytes], pieces: Iterator[bytes], body: BytesIO) -> tuple[bytes, bool]:
    """The body up to the piece with the last mark, and whether that is all of it."""
    left, tail = list(marks), b""
    for piece in pieces:
        body.write(piece)
        tail += piece
        while left and (at := tail.find(left[0])) >= 0:
            tail = tail[at + len(left.pop(0)) :]
        if not left:
            return body.getvalue(), False
        # A mark may lie across two pieces.
        tail = tail[-len(left[0]) :]
    return body.getvalue(), True


def _bounded(pieces: Iterator[bytes], max_bytes: int, url: str) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > max_bytes:
            raise TooLarge(url, f"its body is larger than {max_bytes:,} bytes", kind="too-large")
        yield piece


def _slices(raw: bytes, damaged: int, size: int) -> Iterator[bytes]:
    """`raw` in slices, but that which starts at `damaged` byte by byte."""
    for at in range(0, len(raw), size):
        piece = raw[at : at + size]
        if at == damaged:
            yield from (piece[place : place + 1] for place in range(len(piece)))
        else:
            yield piece


def _members(pieces: Iterable[bytes], new: Callable[[], _Decoder], most: int) -> Iterator[bytes]:
    """What up to `most` members one after another hold; what follows them is left.

    Raises:
        EOFError: the last member is cut off.
    """
    decoder, count = new(), 1
    for piece in pieces:
        data = piece
        while True:
            if decoder.eof:
                if count == most:
                    return
                decoder, count = new(), count + 1
            out = decoder.decompress(data, _STEP)
            # zlib hands back what it had no room for, zstd keeps it.
            data = decoder.unused_data if decoder.eof else getattr(decoder, "unconsumed_tail", b"")
            if out:
                yield out
            if not data and (decoder.eof or len(out) < _STEP):
                break
    if not decoder.eof:
        raise EOFError


def _gzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    return _members(pieces, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), _MAX_MEMBERS)


def _deflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    # RFC 9110 §8.4.1.2: some servers leave the zlib wrapper (RFC 1950 §2.2) away, which its first two bytes tell.
    source, head = iter(pieces), b""
    while len(head) < 2 and (piece := next(source, b"")):
        head += piece
    wrapped = head[:1] != b"" and head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2]) % 31 == 0
    bits = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
    return _members(chain((head,), source), lambda: zlib.decompressobj(bits), 1)


def _brotli(pieces: Iterable[bytes]) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    for piece in pieces:
        data = piece
        while True:
            out = decoder.process(data, output_buffer_limit=_STEP)
            if out:
                yield out
            if decoder.is_finished():
                return
            # It may take more while it still holds output back: a full step says so.
            if decoder.can_accept_more_data() and len(out) < _STEP:
                break
            data = b""
    raise EOFError


def _zstd(pieces: Iterable[bytes]) -> Iterator[bytes]:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
    return _members(pieces, lambda: zstd.ZstdDecompressor(options=options), _MAX_MEMBERS)


_INFLATERS: dict[str, _Layer] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate}
_DAMAGE: tuple[type[Exception], ...] = (zlib.IsalError,)  # type: ignore[assignment] # its stub has an instance
# Before 1.2, brotli's decoder gives a bomb out in one piece: better not to ask for it.
if brotli is not None and hasattr(brotli.Decompressor, "can_accept_more_data"):
    _INFLATERS["br"] = _brotli
    _DAMAGE += (brotli.error,)
if zstd is not None:
    _INFLATERS["zstd"] = _zstd
    _DAMAGE += (zstd.ZstdError,)

# What a request may say it accepts.
ACCEPT_ENCODING = ", ".join(name for name in _INFLATERS if not name.startswith("x-"))
