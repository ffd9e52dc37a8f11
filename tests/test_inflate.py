"""Compressed bodies, back as they were and never larger than allowed."""

import gzip
import random
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import FetchError, TooLarge, Unreachable
from crawler.web.inflate import ACCEPT_ENCODING, inflate, zstd

MIB = 1024 * 1024
URL = "https://news.example/a"
CODINGS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
codings = pytest.mark.parametrize("coding", CODINGS)


def bare_deflate(body):
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(body) + squeeze.flush()


def noise(size):
    return random.Random(1).randbytes(size)


def test_we_ask_for_what_we_can_inflate():
    assert sorted(CODINGS) == sorted(ACCEPT_ENCODING.split(", "))


@codings
@given(st.binary(max_size=2000).map(lambda some: some * 100))
def test_a_body_comes_back_as_it_was(coding, body):
    assert body == inflate(CODINGS[coding](body), coding, MIB, URL)


@codings
@pytest.mark.parametrize("body", [noise(300_000), bytes(900_000)], ids=["noise", "nothing but zeros"])
def test_a_body_of_many_steps_comes_back_as_it_was(coding, body):
    assert body == inflate(CODINGS[coding](body), coding, MIB, URL)


@codings
def test_an_empty_body_is_empty_whatever_its_coding(coding):
    assert b"" == inflate(b"", coding, MIB, URL)
    assert b"" == inflate(CODINGS[coding](b""), coding, MIB, URL)


@pytest.mark.parametrize("encoding", [None, "", "identity", "none", "UTF-8"])
def test_a_body_in_no_coding_that_we_know_is_left_as_it_is(encoding):
    assert b"plain" == inflate(b"plain", encoding, MIB, URL)


@pytest.mark.parametrize("encoding", ["GZIP", " gzip ", "x-gzip", "identity, gzip"])
def test_a_coding_is_known_in_every_spelling(encoding):
    assert b"body" == inflate(gzip.compress(b"body"), encoding, MIB, URL)


def test_deflate_without_its_wrapping_is_understood():
    assert b"body" == inflate(bare_deflate(b"body"), "deflate", MIB, URL)


def test_a_body_that_was_compressed_twice_is_inflated_twice():
    assert b"body" == inflate(brotli.compress(gzip.compress(b"body")), "gzip, br", MIB, URL)


def test_a_body_that_was_compressed_more_often_is_refused():
    with pytest.raises(Unreachable):
        inflate(b"x", "gzip, gzip, gzip", MIB, URL)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_streams_that_follow_one_another_are_one_body(coding):
    two = CODINGS[coding](b"one ") + CODINGS[coding](b"two")

    assert b"one two" == inflate(two, coding, MIB, URL)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_padding_after_the_body_is_passed_over(coding):
    assert b"body" == inflate(CODINGS[coding](b"body") + bytes(100_000), coding, MIB, URL)


@codings
def test_a_body_that_was_cut_off_gives_what_it_holds(coding):
    body = noise(300_000)

    found = inflate(CODINGS[coding](body)[:200_000], coding, MIB, URL)

    assert len(found) > 100_000
    assert body.startswith(found)


@codings
def test_a_body_that_ends_before_it_begins_is_a_protocol_failure(coding):
    with pytest.raises(Unreachable) as refusal:
        inflate(CODINGS[coding](b"body")[:3], coding, MIB, URL)

    assert "protocol" == refusal.value.kind


@codings
def test_a_body_that_is_not_what_it_claims_is_a_protocol_failure(coding):
    with pytest.raises(Unreachable) as refusal:
        inflate(b"<!doctype html><title>plain", coding, MIB, URL)

    assert "protocol" == refusal.value.kind


@codings
def test_a_body_that_reaches_the_bound_is_whole_and_one_byte_more_is_refused(coding):
    assert MIB == len(inflate(CODINGS[coding](bytes(MIB)), coding, MIB, URL))
    with pytest.raises(TooLarge) as refusal:
        inflate(CODINGS[coding](bytes(MIB + 1)), coding, MIB, URL)

    assert "too-large" == refusal.value.kind


@codings
def test_a_bomb_costs_no_more_memory_than_the_bound(coding):
    bomb = CODINGS[coding](bytes(64 * MIB))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            inflate(bomb, coding, MIB, URL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 3 * MIB


def test_a_bomb_of_empty_streams_is_refused():
    with pytest.raises(Unreachable):
        inflate(gzip.compress(b"") * 100_000, "gzip", MIB, URL)


@codings
@given(st.binary(min_size=1, max_size=300), st.integers(0, 100))
def test_any_bytes_give_a_body_or_a_failure(coding, some, place):
    whole = CODINGS[coding](b"a body " * 50)
    place %= len(whole)
    for raw in (some, whole[:place] + some + whole[place:]):
        try:
            inflate(raw, coding, MIB, URL)
        except FetchError:
            continue
