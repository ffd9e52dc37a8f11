"""Where the YAML of a file lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import RecordError
from crawler.records import front_matter


@pytest.mark.parametrize(
    ("document", "text", "offset"),
    [
        (b"---\na: 1\n---\nbody", "a: 1\n", 4),
        (b"---\na: 1\n...\nbody", "a: 1\n", 4),
        (b"---\r\na: 1\r\n---\r\n", "a: 1\r\n", 5),
        (b"---\ra: 1\r---\rbody", "a: 1\r", 4),
        (b"\xef\xbb\xbf---\na: 1\n---", "a: 1\n", 7),
        (b"--- \t\na: 1\n---  \nbody", "a: 1\n", 6),
        (b"---\n---\nbody", "", 4),
        (b"---\na: '---'\nb: ---x\n---\n", "a: '---'\nb: ---x\n", 4),
        (b"---\na: 1\n---\n\xff\xfe no UTF-8 in the body", "a: 1\n", 4),
    ],
)
def test_front_matter_lies_between_two_lines_of_dashes(document, text, offset):
    found = front_matter.fenced(document)

    assert (text, offset, 1) == (found.text, found.offset, found.lines_before)


@pytest.mark.parametrize(
    "document", [b"", b"# A readme", b"---", b"---\na: 1\n", b"\n---\na: 1\n---\n", b"--- a\n---\n", b"----\n---\n"]
)
def test_a_file_without_both_lines_has_no_front_matter(document):
    assert None is front_matter.fenced(document)


@pytest.mark.parametrize(
    ("document", "text", "offset"),
    [(b"a: 1\n", "a: 1\n", 0), (b"\xef\xbb\xbfa: 1", "a: 1", 3), (b"---\na: 1\n", "---\na: 1\n", 0), (b"", "", 0)],
)
def test_a_file_without_front_matter_may_be_yaml_as_a_whole(document, text, offset):
    found = front_matter.locate(document)

    assert (text, offset, 0) == (found.text, found.offset, found.lines_before)


def test_what_is_not_utf_8_is_refused_with_its_line():
    with pytest.raises(RecordError) as error:
        front_matter.fenced(b"---\r\na: 1\r\nb: \xe9\r\n---\r\n")

    assert "line 3: not UTF-8; save the file as UTF-8" == str(error.value)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_and_not_taken_for_a_file_without_front_matter(encoding):
    with pytest.raises(RecordError, match="UTF-16"):
        front_matter.fenced(("\ufeff" + "---\na: 1\n---\n").encode(encoding))


def test_a_character_is_found_in_its_line_of_the_file_whatever_the_newline():
    found = front_matter.fenced(b"---\na: 1\r\nb: 2\rc: 3\n---\n")

    assert [2, 3, 4] == [found.line(found.text.index(key)) for key in "abc"]


@given(st.text(st.sampled_from("a\r\n")))
def test_the_lines_of_a_text_are_those_between_its_newlines(text):
    found = front_matter.lines(text)

    wanted = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert wanted == [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


@given(
    st.binary()
    | st.lists(st.sampled_from([b"---", b"...", b"\n", b"\r", b" ", b"a: 1", b"\xef\xbb\xbf", b"\xff"])).map(b"".join)
)
def test_any_bytes_are_located_or_refused(document):
    try:
        found = front_matter.locate(document)
    except RecordError:
        return

    assert document[found.offset :].startswith(found.text.encode())
