"""The change log: lines that stay lines, rows that come back, torn ends, and files rebuilt in both directions."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import RecordError, StateError
from crawler.state import changelog

RUN = "20261123-003901-123456"

# Any code point, lone surrogates included: a record or a page may bring each of them.
any_text = st.text(st.characters(exclude_categories=()), max_size=40)
rows_of_text = st.dictionaries(
    any_text, any_text | st.none() | st.integers() | st.lists(any_text, max_size=3), max_size=4
)


def log_of(folder: Path) -> Path:
    return folder / "changes" / f"{RUN}.jsonl"


@given(row=rows_of_text)
def test_a_row_is_one_line_whoever_reads_it_and_comes_back_equal(row):
    text = changelog.line(row)

    assert len(text.splitlines()) == 1
    assert text.encode("utf-8")
    assert row == json.loads(text)


@pytest.mark.parametrize("text", ["\u2028", "\u2029", "\x85", "\x1c", "\x00", "\x7f", "\n", "\r", "\ud83d"])
def test_what_could_end_a_line_or_not_be_encoded_is_escaped(text):
    line = changelog.line({"after": text})

    assert f'{{"after":{json.dumps(text)}}}' == line


def test_other_text_stays_readable():
    assert '{"after":"Größe – 東京 😀"}' == changelog.line({"after": "Größe – 東京 😀"})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes"])
def test_a_row_that_json_cannot_say_is_refused_with_the_record_named(value):
    with pytest.raises(RecordError, match=r"posts/a\.md: a change cannot be logged: "):
        changelog.check([{"before": value}], "posts/a.md")


def test_rows_are_appended_in_order_in_the_folder_of_changes(tmp_path):
    changelog.append(tmp_path, RUN, [{"pointer": "/title"}, {"pointer": "/excerpt"}])
    changelog.append(tmp_path, RUN, [{"pointer": "/related/0/title"}])

    assert (
        '{"pointer":"/title"}\n{"pointer":"/excerpt"}\n{"pointer":"/related/0/title"}\n' == log_of(tmp_path).read_text()
    )
    assert ["/title", "/excerpt", "/related/0/title"] == [row["pointer"] for row in changelog.read(tmp_path, RUN)]


def test_no_rows_make_no_file(tmp_path):
    changelog.append(tmp_path, RUN, [])
    changelog.complete(tmp_path, RUN, [])

    assert not log_of(tmp_path).exists()
    assert [] == changelog.read(tmp_path, RUN)


@pytest.mark.parametrize("torn", ['{"pointer":"/ti', '{"pointer":"/title"}', "{", "\x00\x00"])
def test_a_torn_last_line_is_not_read(tmp_path, torn):
    changelog.append(tmp_path, RUN, [{"pointer": "/excerpt"}])
    with log_of(tmp_path).open("a") as log:
        log.write(torn)

    assert [{"pointer": "/excerpt"}] == changelog.read(tmp_path, RUN)


@pytest.mark.parametrize("before", ["", '{"pointer":"/excerpt"}\n'])
def test_a_torn_last_line_is_cut_off_by_the_next_row(tmp_path, before):
    log_of(tmp_path).parent.mkdir()
    log_of(tmp_path).write_text(before + '{"pointer":"/ti')

    changelog.append(tmp_path, RUN, [{"pointer": "/title"}])

    assert before + '{"pointer":"/title"}\n' == log_of(tmp_path).read_text()


def test_a_log_is_completed_with_what_it_lacks_and_nothing_twice(tmp_path):
    rows = [{"pointer": pointer} for pointer in ("/title", "/excerpt", "/title", "/images/0/width")]
    changelog.append(tmp_path, RUN, [rows[0], rows[1]])

    changelog.complete(tmp_path, RUN, rows)
    changelog.complete(tmp_path, RUN, rows)

    assert rows == changelog.read(tmp_path, RUN)


def test_completing_leaves_rows_alone_that_it_does_not_know(tmp_path):
    changelog.append(tmp_path, RUN, [{"pointer": "/elsewhere"}])

    changelog.complete(tmp_path, RUN, [{"pointer": "/title"}])

    assert [{"pointer": "/elsewhere"}, {"pointer": "/title"}] == changelog.read(tmp_path, RUN)


@pytest.mark.parametrize(
    ("line", "complaint"), [("nonsense", "not a line of JSON"), ("[1]", "not a row"), ("", "not a line")]
)
def test_a_spoilt_line_is_named_with_file_and_number(tmp_path, line, complaint):
    changelog.append(tmp_path, RUN, [{"pointer": "/title"}])
    with log_of(tmp_path).open("a") as log:
        log.write(f"{line}\n")

    with pytest.raises(StateError, match=rf"{RUN}\.jsonl:2: {complaint}"):
        changelog.read(tmp_path, RUN)


def test_bytes_that_are_no_utf8_are_said(tmp_path):
    log_of(tmp_path).parent.mkdir()
    log_of(tmp_path).write_bytes(b'{"a":1}\n\xff\n')

    with pytest.raises(StateError, match="not UTF-8 at byte 8"):
        changelog.read(tmp_path, RUN)


@pytest.mark.parametrize("run", ["../../etc/passwd", "a/b", "", ".", "a\n", "\x00"])
def test_the_id_of_a_run_cannot_lead_out_of_the_folder(tmp_path, run):
    with pytest.raises(StateError, match="is not the name of a run"):
        changelog.read(tmp_path, run)


def test_a_log_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "changes").write_text("a file where the folder should be")

    with pytest.raises(StateError, match="cannot be written"):
        changelog.append(tmp_path, RUN, [{"pointer": "/title"}])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to stand for a full disk")
def test_a_full_disk_is_said(tmp_path):
    log_of(tmp_path).parent.mkdir()
    log_of(tmp_path).symlink_to("/dev/full")

    with pytest.raises(StateError, match="cannot be written: No space left on device"):
        changelog.append(tmp_path, RUN, [{"pointer": "/title"}])


def forwards(document: bytes, rows: list) -> bytes:
    moved = 0
    for row in sorted(rows, key=lambda row: row["splice"]["offset"]):
        offset, before, after = (
            row["splice"]["offset"] + moved,
            row["splice"]["before"].encode(),
            row["splice"]["after"].encode(),
        )
        assert document[offset : offset + len(before)] == before
        document = document[:offset] + after + document[offset + len(before) :]
        moved += len(after) - len(before)
    return document


def backwards(document: bytes, rows: list) -> bytes:
    # Offsets are those of the old file: what lies before is already undone when a splice's turn comes.
    for row in sorted(rows, key=lambda row: row["splice"]["offset"]):
        offset, before, after = (
            row["splice"]["offset"],
            row["splice"]["before"].encode(),
            row["splice"]["after"].encode(),
        )
        assert document[offset : offset + len(after)] == after
        document = document[:offset] + before + document[offset + len(after) :]
    return document


def test_the_log_turns_the_old_file_into_the_new_one_and_back(tmp_path):
    old = 'title: "Größe\u2028"\r\nexcerpt: old\r\n'.encode()
    new = 'title: "Länge 😀"\r\nexcerpt: newer\x85\r\n'.encode()
    rows = [
        {"pointer": "/title", "splice": {"offset": 7, "before": '"Größe\u2028"', "after": '"Länge 😀"'}},
        {"pointer": "/excerpt", "splice": {"offset": old.index(b"old"), "before": "old", "after": "newer\x85"}},
    ]

    changelog.append(tmp_path, RUN, rows)

    assert new == forwards(old, changelog.read(tmp_path, RUN))
    assert old == backwards(new, changelog.read(tmp_path, RUN))
