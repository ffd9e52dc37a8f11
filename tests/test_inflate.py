"""Bodies as their servers meant them, within a bound."""

import gzip
import random
import runpy
import sys
import tracemalloc
import zlib
from types import SimpleNamespace

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.errors import MetafreshError, TooLarge, Unreachable
from crawler.web import inflate as inflating
from crawler.web.inflate import ACCEPT_ENCODING, inflate

URL = "https://news.example/a"
TEXT = "".join(f"<p>{number} — {number * number % 977}</p>" for number in range(25_000)).encode()
MB = 1_000_000
STEP = 256 * 1024


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def checked_zstd(data):
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


DEFLATERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    " Deflate ": raw_deflate,
    "br": lambda data: brotli.compress(data, quality=5),
    "zstd": checked_zstd,
    "identity": bytes,
}
ENCODED = [pytest.param(name, deflate, id=name) for name, deflate in DEFLATERS.items() if name != "identity"]


@pytest.mark.parametrize("encoding", DEFLATERS)
@given(data=st.binary(max_size=2_000), times=st.integers(1, 200))
@settings(max_examples=30)
def test_what_a_server_encodes_comes_back_as_it_was(encoding, data, times):
    body = data * times

    assert body == inflate(DEFLATERS[encoding](body), encoding, MB, URL)


@pytest.mark.parametrize(("encoding", "deflate"), ENCODED)
@pytest.mark.parametrize("size", [65_535, 65_536, 131_072, 131_073])
def test_a_body_of_just_so_many_steps_comes_back_as_it_was(encoding, deflate, size):
    assert bytes(size) == inflate(deflate(bytes(size)), encoding, MB, URL)


@pytest.mark.parametrize("encoding", [None, "", "identity", " Identity , "])
def test_a_body_without_encoding_stays_as_it_is(encoding):
    assert TEXT == inflate(TEXT, encoding, MB, URL)


@pytest.mark.parametrize(
    "encoding", ["gzip, br", "deflate,gzip", "br, identity, zstd", "zstd, br, gzip", "deflate, deflate"]
)
def test_encodings_are_undone_last_first(encoding):
    raw = TEXT
    for name in encoding.split(","):
        raw = DEFLATERS[name.strip()](raw)

    assert TEXT == inflate(raw, encoding, MB, URL)


@pytest.mark.parametrize("encoding", ["compress", "utf-8", "none", "rot13", "gz\0ip" * 99])
def test_what_is_no_encoding_that_we_know_is_passed_over(encoding):
    assert b"plain" == inflate(b"plain", encoding, 1000, URL)


def test_a_body_that_is_encoded_many_times_over_is_a_protocol_failure():
    with pytest.raises(Unreachable) as failure:
        inflate(b"x", "gzip,gzip,gzip,gzip", 1000, URL)
    assert "protocol" == failure.value.kind


def test_what_is_asked_for_is_what_can_be_read():
    assert "gzip, deflate, br, zstd" == ACCEPT_ENCODING


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ({"brotli": None}, "gzip, deflate, zstd"),
        ({"brotli": SimpleNamespace(Decompressor=object)}, "gzip, deflate, zstd"),
        ({"backports": None, "compression": None}, "gzip, deflate, br"),
    ],
    ids=["no brotli", "a brotli whose output cannot be bounded", "no zstd"],
)
def test_what_cannot_be_read_safely_here_is_not_asked_for(monkeypatch, missing, left):
    for name, module in missing.items():
        monkeypatch.setitem(sys.modules, name, module)

    assert left == runpy.run_path(inflating.__file__)["ACCEPT_ENCODING"]


@pytest.mark.parametrize(("one", "other"), [(gzip.compress, gzip.compress), (checked_zstd, checked_zstd)])
def test_several_members_are_one_body(one, other):
    encoding = "gzip" if one is gzip.compress else "zstd"

    assert TEXT + b"more" == inflate(one(TEXT) + other(b"") + other(b"more"), encoding, MB, URL)


def test_a_skippable_frame_is_skipped():
    assert TEXT == inflate(b"\x50\x2a\x4d\x18\x03\0\0\0abc" + zstd.compress(TEXT), "zstd", MB, URL)


@pytest.mark.parametrize(("encoding", "deflate"), ENCODED)
def test_of_a_truncated_body_the_beginning_is_kept(encoding, deflate):
    raw = deflate(TEXT)
    body = inflate(raw[: len(raw) * 3 // 4], encoding, MB, URL)

    assert TEXT.startswith(body)
    assert len(body) > len(TEXT) // 4


@pytest.mark.parametrize(("encoding", "deflate"), ENCODED)
def test_what_follows_a_whole_body_is_left(encoding, deflate):
    assert b"short" == inflate(deflate(b"short") + b"<!-- served by -->", encoding, MB, URL)


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        ("gzip", gzip.compress(TEXT)[:-8] + bytes(8)),
        ("gzip", gzip.compress(b"short")[:-8] + bytes(8)),
        ("deflate", zlib.compress(b"short")[:-4] + bytes(4)),
    ],
    ids=["gzip, long", "gzip, short", "deflate, short"],
)
def test_a_wrong_checksum_is_no_loss(encoding, raw):
    assert inflate(raw, encoding, MB, URL) in {TEXT, b"short"}


@pytest.mark.parametrize(("encoding", "deflate"), ENCODED)
def test_of_a_damaged_body_all_that_comes_before_is_kept(encoding, deflate):
    noise = random.Random(7).randbytes(200_000)
    raw = bytearray(deflate(noise))
    raw[150_000:] = bytes(b ^ 0xA5 for b in raw[150_000:])
    body = inflate(bytes(raw), encoding, MB, URL)

    assert noise[:131_072] == body[:131_072]


@pytest.mark.parametrize(("encoding", "deflate"), ENCODED)
def test_a_body_that_is_not_what_it_says_is_a_protocol_failure(encoding, deflate):
    with pytest.raises(Unreachable) as failure:
        inflate(b"<!doctype html>" + TEXT, encoding, MB, URL)

    assert "protocol" == failure.value.kind


@pytest.mark.parametrize("encoding", DEFLATERS)
def test_an_empty_body_is_empty(encoding):
    assert b"" == inflate(b"", encoding, MB, URL)
    assert b"" == inflate(DEFLATERS[encoding](b""), encoding, MB, URL)


@pytest.mark.parametrize("encoding", DEFLATERS)
def test_a_body_of_just_the_bound_passes(encoding):
    raw = DEFLATERS[encoding](TEXT)

    assert TEXT == inflate(raw, encoding, len(TEXT), URL)
    with pytest.raises(TooLarge) as refusal:
        inflate(raw, encoding, len(TEXT) - 1, URL)
    assert "too-large" == refusal.value.kind


def layered(*deflaters):
    raw = bytes(50 * MB)
    for deflate in deflaters:
        raw = deflate(raw)
    return raw


def fast_brotli(data):
    return brotli.compress(data, quality=2)


BOMBS = {
    "gzip": (gzip.compress,),
    "deflate": (zlib.compress,),
    "br": (fast_brotli,),
    "zstd": (zstd.compress,),
    "gzip, gzip": (gzip.compress, gzip.compress),
    "br, br": (fast_brotli, fast_brotli),
    "zstd, gzip, br": (zstd.compress, gzip.compress, fast_brotli),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_takes_no_more_memory_than_the_bound(encoding):
    raw = layered(*BOMBS[encoding])
    tracemalloc.start()

    try:
        with pytest.raises(TooLarge):
            inflate(raw, encoding, MB, URL)
        assert tracemalloc.get_traced_memory()[1] < MB * 9 // 8 + len(raw) + 3 * STEP
    finally:
        tracemalloc.stop()


def test_what_lies_between_two_encodings_is_bounded_too():
    empty_blocks = b"\0\0\0\xff\xff" * (2 * MB)

    with pytest.raises(TooLarge):
        inflate(gzip.compress(empty_blocks), "deflate, gzip", MB, URL)


def test_of_very_many_members_only_the_first_are_read():
    assert b"" == inflate(gzip.compress(b"") * 20_000 + gzip.compress(TEXT), "gzip", MB, URL)


def test_a_small_frame_cannot_ask_for_a_large_window():
    # Magic number, no content size, a window of 128 MiB, one raw block of one byte (RFC 8878 §3.1.1).
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([17 << 3]) + b"\x09\x00\x00x"

    with pytest.raises(Unreachable):
        inflate(frame, "zstd", MB, URL)


@given(st.sampled_from(sorted(DEFLATERS)), st.data())
def test_no_damage_is_worse_than_a_failed_fetch(encoding, data):
    raw = bytearray(DEFLATERS[encoding](TEXT[:3_000]))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    try:
        body = inflate(bytes(raw), encoding, 50_000, URL)
    except MetafreshError:
        return
    assert len(body) <= 50_000
