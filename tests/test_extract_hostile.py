"""No page, however broken or malicious, makes reading it fail, hang, swell, or say nonsense."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import extract
from tests.confined import CPU_SECONDS, URL, Reader
from tests.hostile import KINDS
from tests.seeds import OURS, PIECES
from tests.sound import faults

SIZE = 500_000
MEGABYTES = 50
REAL = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "pages"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reading = Reader()
    yield reading
    reading.close()


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_megabyte_of_malice_is_read_within_bounds(reader, kind):
    cost = reader.read(kind, SIZE)

    assert cost, f"it raised, or took more than {CPU_SECONDS} s"
    assert () == cost.faults
    assert MEGABYTES > cost.megabytes


@pytest.mark.parametrize(
    "charset", ["hex", "zlib", "punycode", "idna", "utf-7", "undefined", "rot13", "x" * 5000, "utf-8\0"]
)
def test_a_charset_that_no_browser_knows_is_not_obeyed(charset):
    page = b"<html><head><title>A tide turns</title></head></html>"

    assert "A tide turns" == extract(page, URL, content_type=f"text/html; charset={charset}").title
    assert "A tide turns" == extract(b'<meta charset="' + charset.encode() + b'">' + page, URL).title


def real_pages() -> tuple[bytes, ...]:
    """Real pages where they are on this machine, beside our own."""
    return OURS + tuple(path.read_bytes() for path in sorted(REAL.glob("*.html")))


@st.composite
def damaged(draw: st.DrawFn, pages: tuple[bytes, ...] = OURS) -> bytes:
    """A page cut, doubled, nested, spliced with another and sprinkled with what breaks parsers."""
    page, other = draw(st.sampled_from(pages)), draw(st.sampled_from(pages))
    page = page[: draw(st.integers(0, 60_000))]
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(page)))
        end = draw(st.integers(start, min(len(page), start + 2_000)))
        page = draw(
            st.sampled_from(
                (
                    page[:start] + page[end:],
                    page[:end] + page[start:],
                    page[:end],
                    page[:start] + page[start:end] * 20 + page[end:],
                    page[:start] + other[start:end] + page[end:],
                    page[:start] + page[start:end][::-1] + page[end:],
                    page[:start] + bytes(byte ^ 0x80 for byte in page[start:end]) + page[end:],
                    page[:start] + draw(st.sampled_from(PIECES)) + page[start:],
                    page[:start] + page + page[start:],
                )
            )
        )
    return page


@settings(deadline=None)
@given(st.binary(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join) | damaged())
def test_no_bytes_make_it_raise_or_say_nonsense(page):
    assert () == faults(extract(page, URL))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_real_page_cut_and_mixed_up_is_still_read_soundly(data):
    assert () == faults(extract(data.draw(damaged(real_pages())), URL))


@settings(deadline=None)
@given(damaged().map(lambda page: page.decode("utf-8", "ignore")))
def test_a_page_says_the_same_as_bytes_and_as_text(page):
    assert extract(page, URL) == extract(page.encode(), URL, content_type="text/html; charset=utf-8")


@settings(deadline=None)
@given(st.sampled_from(OURS), st.integers(0, 1_000))
def test_every_beginning_of_a_page_is_a_page(page, length):
    assert () == faults(extract(page[:length], URL))


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.none() | st.text(max_size=60))
def test_no_text_address_or_content_type_makes_it_raise(page, url, content_type):
    extract(f'<meta property="og:image" content="{page}"><title>{page}</title>', url, content_type=content_type)
