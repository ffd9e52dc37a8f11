"""An edit changes what was asked for, and no other byte."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st

from crawler.errors import EditRefused, RecordError
from crawler.model import Schema, Splice
from crawler.records import articles
from crawler.records.edit import apply, edit, splices, undo
from crawler.records.front_matter import locate

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "records"

IMAGES = [{"url": "https://a.org/i.png", "width": 800, "height": 400, "isCached": False}]

RECORD = b"""\
---
category: news
title: "Old"
excerpt: ""
publishedDateTime: 2021-06-17T00:00:00Z
webUrl: "https://a.org/1"
type: article

provider:
  name: A

topics:
  - One
  - Two   # a note

related:
  - title: "Other"
    webUrl: "https://b.org/1"
    quality: 3

secured: "abc;def=="
---

Body \xff with --- any bytes.
"""


def real_records() -> list[bytes]:
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus of records is not here")
    return [path.read_bytes() for path in sorted(CORPUS.rglob("*")) if path.is_file() and path.name != "README.md"]


def data_of(document: bytes) -> object:
    """What PyYAML reads, every scalar as text: independent of the tree under test."""
    return yaml.load(locate(document).text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))


# -- replacing a value


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ('"Old"', "New", '"New"'),
        ('"Old"', 'The "new" \\ thing\n', '"The \\"new\\" \\\\ thing\\n"'),
        ("'Old'", "It's new", "'It''s new'"),
        ("'Old'", "Two\nlines", '"Two\\nlines"'),
        ("Old", "New", "New"),
        ("Old", "New: improved", '"New: improved"'),
        ("Old", "yes", '"yes"'),
        ('"Old"', 7, "7"),
        ("'7'", 8, "8"),
        ("7", 8, "8"),
        ("true", False, "false"),
        ("1.5", 2.0, "2.0"),
        ("2021-06-17T00:00:00Z", "2022-01-02T00:00:00Z", "2022-01-02T00:00:00Z"),
        ("2021-06-17", datetime(2022, 1, 2, tzinfo=UTC), "2022-01-02T00:00:00Z"),
        ("2021-06-17", "soon", '"soon"'),
        ("null", "New", '"New"'),
        ("[a, b]", "New", '"New"'),
        ("Old\n  on two lines", "New", "New"),
        ('"Old\n  on two lines"', "New", '"New"'),
        ("|\n  Old\n  lines\n", "New\nlines\n", "|\n  New\n  lines\n"),
        ("|\n  Old\n", "New", "|-\n  New\n"),
        (">- # folded\n   Old\n   lines\n\n", "New", ">- # folded\n   New\n\n"),
        (">\n  Old\n", "New\nlines\n", '"New\\nlines\\n"\n'),
        ("|+\n  Old\n\n", "", '""\n\n'),
        ("&a Old", "New", "&a New"),
        ("!!str 12", "13", '!!str "13"'),
        ("! Old", "New", "! New"),
        ("&a |\n  Old\n", "New\n", "&a |\n  New\n"),
        ("!!str &a # note\n  Old", "New", "!!str &a # note\n  New"),
        ("|\n  Old\n    \n  \n", "New\n", "|\n  New\n"),
    ],
)
def test_a_value_is_replaced_in_the_style_it_had_where_that_is_exact(old, new, written):
    document = f"---\nurl: x\ntitle: {old}\nend: z\n---\n".encode()

    assert f"---\nurl: x\ntitle: {written}\nend: z\n---\n".encode() == edit(document, {"/title": new})


@pytest.mark.parametrize("rest", ["", " ", " # note", "  # note: a", "\t# note"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_comments_blanks_and_newlines_behind_a_value_stay(rest, newline):
    def document(value):
        return newline.join(["---", f"title: {value}{rest}", f"empty:{rest}", "---", "body"]).encode()

    assert document('"New"') == edit(document('"Old"'), {"/title": "New"})
    assert document('"Old"').replace(b"empty:", b'empty: "x"') == edit(document('"Old"'), {"/empty": "x"})


def test_a_byte_order_mark_tabs_emoji_and_nel_before_the_value_do_not_shift_it():
    document = '\ufeffa: "😀\xe9\\t\x85 x"\nb:\t"Old"\nc: [1, {d: "e"}]\n'.encode()

    assert document.replace(b"Old", b"New") == edit(document, {"/b": "New"})
    assert document.replace(b'"e"', b'"f"') == edit(document, {"/c/1/d": "f"})


def test_a_value_that_is_there_already_is_not_written_anew():
    document = b'---\ntitle: "caf\\u00e9"\n---\n'

    assert document == edit(document, {"/title": "café"})


def test_an_alias_is_replaced_where_it_stands_and_its_anchor_stays():
    assert b"a: &x 1\nb: 2\n" == edit(b"a: &x 1\nb: *x\n", {"/b": 2})


@pytest.mark.parametrize(
    ("before", "pointer", "after"),
    [
        ("a:\n", "/a", 'a: "x"\n'),
        ("a: # note\n", "/a", 'a: "x" # note\n'),
        ("-\n- 1\n", "/0", '- "x"\n- 1\n'),
        ("a: {k: , l: 1}\n", "/a/k", 'a: {k: "x", l: 1}\n'),
        ('{"k":}\n', "/k", '{"k": "x"}\n'),
    ],
)
def test_a_value_is_put_where_there_was_none(before, pointer, after):
    assert after.encode() == edit(before.encode(), {pointer: "x"})


def test_a_pointer_is_read_as_rfc_6901_has_it():
    assert b'"a/b~c": 2\n"": 1\n' == edit(b'"a/b~c": 1\n"": 1\n', {"/a~1b~0c": 2})
    assert b'"a/b~c": 1\n"": 2\n' == edit(b'"a/b~c": 1\n"": 1\n', {"/": 2})


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        (
            "images: []",
            IMAGES,
            "images:\n  - url: https://a.org/i.png\n    width: 800\n    height: 400\n    isCached: false",
        ),
        ("images:", [{"url": "u"}], 'images:\n  - url: "u"'),
        ("images:\n- url: 'u'\n  width: 1\n", [{"url": "v"}, {"url": "w"}], "images:\n- url: 'v'\n- url: 'w'\n"),
        ("images: # pictures\n    - url: u\n", [{"url": "v"}], "images: # pictures\n    - url: v\n"),
        ("images:\n  - url: u\n", [], "images: []\n"),
        ("images:\n  - url: u\n", "none", 'images: "none"\n'),
        (
            "images: u",
            {"a": {"b": [1, [2, 3], {}]}},
            "images:\n  a:\n    b:\n      - 1\n      - - 2\n        - 3\n      - {}",
        ),
        ("images: # pictures\n- url: u\n", "x", 'images: "x" # pictures\n'),
        ("images: # pictures\n  # more\n  a: 1\n", [1], "images: # pictures\n  # more\n  - 1\n"),
        ("images: {a: 1}", {"b": 1}, "images:\n  b: 1"),
    ],
)
def test_a_whole_block_is_replaced(old, new, written):
    assert f"a: 1\n{written}\nz: 2\n".encode() == edit(f"a: 1\n{old}\nz: 2\n".encode(), {"/images": new})


def test_a_block_within_brackets_is_replaced_within_them():
    assert b'a: {b: "x", c: 2}\n' == edit(b"a: {b: [1], c: 2}\n", {"/a/b": "x"})
    assert b'a: {b: [1, {u: "v"}], c: 2}\n' == edit(b"a: {b: , c: 2}\n", {"/a/b": [1, {"u": "v"}]})


def test_an_entry_of_a_list_is_replaced_by_a_block():
    assert b"a:\n  - b: 1\n    c: 2\n  - y\n" == edit(b"a:\n  - x\n  - y\n", {"/a/0": {"b": 1, "c": 2}})


# -- inserting a key


def test_a_missing_key_comes_after_the_nearest_that_precedes_it_in_house_order():
    new = edit(RECORD, {"/ampWebUrl": "https://a.org/amp", "/originalUrl": "https://a.org/0"})

    lines = b'originalUrl: "https://a.org/0"\nwebUrl: "https://a.org/1"\nampWebUrl: "https://a.org/amp"\n'
    assert RECORD.replace(b'webUrl: "https://a.org/1"\n', lines, 1) == new


def test_images_come_after_the_topics_with_a_blank_line_before_them():
    block = b"""\
  - Two   # a note

images:
  - url: "https://a.org/i.png"
    width: 800
    height: 400
    isCached: false

related:
"""

    assert RECORD.replace(b"  - Two   # a note\n\nrelated:\n", block) == edit(RECORD, {"/images": IMAGES})


def test_images_of_a_related_article_come_last_without_a_blank_line():
    block = b'    quality: 3\n    images:\n      - url: "https://a.org/i.png"\n        width: 800\n'

    new = edit(RECORD, {"/related/0/images": [{"url": "https://a.org/i.png", "width": 800}]})
    assert RECORD.replace(b"    quality: 3\n", block) == new


@pytest.mark.parametrize(
    ("before", "pointer", "value", "after"),
    [
        ("b: 1\n", "/title", "x", 'title: "x"\nb: 1\n'),
        ("title: x", "/excerpt", "y", 'title: x\nexcerpt: "y"'),
        ("title: x\r\nb: 1\r\n", "/excerpt", "y", 'title: x\r\nexcerpt: "y"\r\nb: 1\r\n'),
        ("title: x # note\n\n# more\nb: 1\n", "/excerpt", "y", 'title: x # note\nexcerpt: "y"\n\n# more\nb: 1\n'),
        ("title: |\n  x\n\nb: 1\n", "/excerpt", "y", 'title: |\n  x\nexcerpt: "y"\n\nb: 1\n'),
        ("- title: x\n  b: 1\n", "/0/category", "y", '- category: "y"\n  title: x\n  b: 1\n'),
        ("b:\n    c: 1\n", "/b/title", "y", 'b:\n    title: "y"\n    c: 1\n'),
        ("secured: s\n", "/custom", 1, "custom: 1\nsecured: s\n"),
        ("a: {width: 1}\n", "/a/height", 2, "a: {width: 1, height: 2}\n"),
        ("a: {height: 1}\n", "/a/url", "https://b", "a: {url: https://b, height: 1}\n"),
        ("a: {}\n", "/a/b c", "d", 'a: {b c: "d"}\n'),
        ("a: [1]\n", "/a/1", [2, {"b": None}], "a: [1, [2, {b: null}]]\n"),
        ("a: []\n", "/a/-", 1, "a: [1]\n"),
        ("a:\n- x\n- y # note\nb: 1\n", "/a/2", "z", 'a:\n- x\n- y # note\n- "z"\nb: 1\n'),
        ("a:\n  -   b: 1\n", "/a/-", {"b": 2, "c": 3}, "a:\n  -   b: 1\n  -   b: 2\n      c: 3\n"),
        (
            "title: x\n",
            "/publishedDateTime",
            "2021-06-17T00:00:00Z",
            "title: x\npublishedDateTime: 2021-06-17T00:00:00Z\n",
        ),
        ("title: x\n", "/webUrl", "https://a.org/?b,c", "title: x\nwebUrl: https://a.org/?b,c\n"),
        ("title: x\n", "/a: b", "", 'title: x\n"a: b": ""\n'),
        ("a:\n    b: 1\nc:\n- 1\n", "/images", [{"u": {"v": 1}}], "a:\n    b: 1\nc:\n- 1\nimages:\n- u:\n      v: 1\n"),
    ],
)
def test_what_is_missing_is_inserted_as_the_file_would_have_it(before, pointer, value, after):
    assert after.encode() == edit(before.encode(), {pointer: value})


def test_several_entries_are_appended_in_their_order():
    assert b"a:\n- 0\n- 1\n- 2\n- 3\n" == edit(b"a:\n- 0\n", {"/a/2": 2, "/a/-": 3, "/a/1": 1})


# -- removing a key


@pytest.mark.parametrize(
    ("before", "pointer", "after"),
    [
        ("a: 1\nb: 2 # note\nc: 3\n", "/b", "a: 1\nc: 3\n"),
        ("a: 1\nb: 2", "/b", "a: 1"),
        ("a: 1\r\nb: |\r\n  x\r\n\r\nc: 3\r\n", "/b", "a: 1\r\n\r\nc: 3\r\n"),
        ("a: 1\n\nb: 2\nc: 3\n", "/b", "a: 1\n\nc: 3\n"),
        ("a: 1\n\nb:\n  - 2\n\nc: 3\n", "/b", "a: 1\n\nc: 3\n"),
        ("# head\na: 1\nb: 2\n", "/a", "# head\nb: 2\n"),
        ("- a: 1\n  b: 2\n", "/0/a", "- b: 2\n"),
        ("a:\n  - 1\n  # note\n  - 2\n  - 3\n", "/a/1", "a:\n  - 1\n  # note\n  - 3\n"),
        ("a:\n- - 1\n  - 2\n", "/a/0/0", "a:\n- - 2\n"),
        ("a:\n  - 1\n", "/a/0", "a: []\n"),
        ("a: # note\n- 1\n", "/a/0", "a: [] # note\n"),
        ("a:\n  b: 1\n", "/a/b", "a: {}\n"),
        ("a: {b: 1, c: 2}\n", "/a/b", "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}\n", "/a/c", "a: {b: 1}\n"),
        ("{a: {b: 1}, c: 2}\n", "/a/b", "{a: {}, c: 2}\n"),
        ("a: [1, 2, 3]\n", "/a/1", "a: [1, 3]\n"),
        ("a: [1]\n", "/a/0", "a: []\n"),
    ],
)
def test_a_key_or_entry_is_removed_with_its_lines(before, pointer, after):
    assert after.encode() == edit(before.encode(), {pointer: None})


@pytest.mark.parametrize("pointer", ["/images", "/related/0/images", "/excerpt2", "/related/0/ampWebUrl", "/topics/-"])
def test_what_was_inserted_and_is_removed_leaves_no_trace(pointer):
    value = IMAGES if pointer.endswith("images") else "https://a.org/x"
    new = edit(RECORD, {pointer: value})

    assert RECORD == edit(new, {pointer.replace("-", "2"): None})


def test_one_edit_may_replace_insert_and_remove():
    new = edit(
        RECORD,
        {"/images": IMAGES, "/webUrl": None, "/title": "New", "/originalUrl": "https://a.org/0", "/topics/0": None},
    )

    assert ["New", "https://a.org/0", ["Two"]] == [data_of(new)[key] for key in ("title", "originalUrl", "topics")]
    assert [*data_of(RECORD), "images", "originalUrl"].sort() == [*data_of(new), "webUrl"].sort()
    assert new.endswith(RECORD[RECORD.index(b"related:") :])


# -- refusing


@pytest.mark.parametrize(
    ("document", "changes", "why"),
    [
        ("a: 1\n", {"": "x"}, "the record as a whole is not replaced"),
        ("a: 1\n", {"a": "x"}, "'a' is no JSON pointer; write it like /related/3/title"),
        ("a: 1\n", {"/\ud83d": "x"}, "is no JSON pointer"),
        ("a: 1\n", {"/a~2": "x"}, "'/a~2' is no JSON pointer; write it like /related/3/title"),
        ("a: 1\n", {"/b": None}, "line 1: there is no /b"),
        ("a: 1\n", {"/b/c": 1}, "line 1: there is no /b"),
        ("a: 1\nb: 2\n", {"/b/c": 1}, "line 2: /b is no mapping or list, it can hold nothing"),
        ("a: [1]\n", {"/a/2": 1}, "line 1: there is no /a/2"),
        ("a: [1]\n", {"/a/01": 1}, "line 1: there is no /a/01"),
        ("a: [1]\n", {"/a/x": 1}, "line 1: there is no /a/x"),
        ("a: {b: 1}\n", {"/a": {}, "/a/b": 2}, "/a/b lies within /a, which changes too"),
        ("a: {b: 1}\n", {"/a/b": 2, "/a": {}}, "/a changes, and so does something within it"),
        ("a: 1\nb: 2\nb: 3\n", {"/b": 1}, "line 3: /b is there twice"),
        ("a: &x {b: 1}\nc: *x\n", {"/a/b": 2}, "line 1: &x is referred to elsewhere, which would change too"),
        ("a: &x 1\nc: *x\n", {"/a": None}, "line 1: &x is referred to elsewhere, which would change too"),
        ("a: &x [1]\nc: *x\n", {"/c/0": 2}, "line 2: /c is *x; edit it where &x stands"),
        ("a: &x [1]\nc: *x\n", {"/c": 2}, "line 2: /c is *x; edit it where &x stands"),
        ("a: !money 1\n", {"/a": 2}, "line 1: /a is tagged !money"),
        ("a: 1\n", {"/a": None}, "line 1: without /a nothing would be left"),
        ("- a: 1 # note\n  b: 2\n", {"/0/a": None}, "line 1: a comment stands next to /0/a"),
        ("a: 1\n", {"/a": "\ud83d"}, "the value for /a holds half of a surrogate pair, which is no character"),
        ("a: 1\n", {"/a": {1: 2}}, "the value for /a has a key that is no string"),
        ("a: 1\n", {"/a": b"x"}, "the value for /a is a bytes, or too large a number for YAML"),
        ("a: 1\n", {"/a": 10**5000}, "the value for /a is a int, or too large a number for YAML"),
        ("# nothing\n", {"/a": 1}, "there is no YAML in it to edit"),
        ("just text\n", {"/a": 1}, "line 1: the record is no mapping or list, it can hold nothing"),
        ("{a, b: 1}\n", {"/a": 1}, "line 1: cannot be proved to change nothing but /a"),
        ("x: {a, b: 1}\n", {"/x/a": 1, "/x/b": 2}, "cannot be proved to change nothing but /x/a, /x/b"),
        (
            "? b\n: 1\n",
            {"/title": "x"},
            "line 3: the edit would break the file: broken YAML: could not find expected ':'",
        ),
        ("? b\n: - 1\n", {"/b": "x"}, "line 2: /b is written in a way that is not understood"),
        ("? a\n: 1\n? b\n: 2\n", {"/b": None}, "line 3: /b cannot be taken out of a line"),
        ("a:\n- 1\x85- 2\n", {"/a/1": 3}, "the list is written in a way that is not understood"),
        ("a: [1, 2, 3]\n", {"/a/0": None, "/a/1": None}, "line 1: /a/0 and /a/1 cannot change in one edit"),
        ("a: 1\n", {"/title": 1, "/a": None}, "line 1: all that /title could stand next to is removed"),
        ("a:\n- 1\n", {"/a/0": None, "/a/1": 2}, "line 2: all that /a/1 could stand next to is removed"),
    ],
)
def test_an_edit_that_cannot_be_made_is_refused_with_line_and_reason(document, changes, why):
    with pytest.raises(EditRefused) as error:
        edit(document.encode(), changes)

    assert why in str(error.value)


def test_the_line_of_a_refusal_counts_from_the_top_of_the_file():
    with pytest.raises(EditRefused, match="line 4: "):
        edit(b"---\r\na: 1\r\nb: 2\r\nc: !x 1\r\n---\r\n", {"/c": 2})


def test_a_deep_value_is_refused():
    deep: dict = {}
    for _ in range(5000):
        deep = {"a": deep}

    with pytest.raises(EditRefused, match="nested too deep"):
        edit(b"a: 1\n", {"/a": deep})


def test_broken_yaml_is_no_refusal_but_a_broken_record():
    with pytest.raises(RecordError, match="line 3: broken YAML") as error:
        edit(b"a: 1\nb: [\n", {"/a": 2})

    assert not isinstance(error.value, EditRefused)


# -- splices


def test_splices_come_in_the_order_of_the_file_and_count_bytes():
    made = splices("é: 1\na: 2\nb: 3\n".encode(), {"/b": 4, "/é": 5, "/a": None})

    assert [("/é", Splice(4, b"1", b"5")), ("/a", Splice(6, b"a: 2\n", b"")), ("/b", Splice(14, b"3", b"4"))] == list(
        made.items()
    )


def test_no_changes_are_no_splices():
    assert {} == splices(b"\xff", {})


@pytest.mark.parametrize(
    "made",
    [
        [Splice(0, b"x", b"y")],
        [Splice(-1, b"", b"y")],
        [Splice(9, b"", b"y")],
        [Splice(2, b"c", b"y"), Splice(0, b"a", b"y")],
        [Splice(0, b"ab", b"y"), Splice(1, b"b", b"y")],
    ],
)
def test_splices_that_do_not_fit_the_document_are_refused(made):
    with pytest.raises(EditRefused, match="is not what it was"):
        apply(b"abc", made)


@given(st.binary(max_size=40), st.data())
def test_undo_takes_back_what_apply_did(document, data):
    made, position = [], 0
    while position < len(document) and data.draw(st.booleans()):
        start = data.draw(st.integers(position, len(document)))
        position = data.draw(st.integers(start, len(document)))
        made.append(Splice(start, document[start:position], data.draw(st.binary(max_size=5))))

    assert document == undo(apply(document, made), made)


# -- properties over generated records

words = st.text(st.sampled_from("abcdefg éß日😀"), min_size=1, max_size=12).map(str.strip).filter(bool)
texts = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | words
    | st.sampled_from(["yes", "- x", "a: b", "#", "@"])
)
values = texts | st.integers(-9, 9999) | st.booleans() | st.floats(allow_nan=False)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def scalar_lines(draw, indent):
    """A value as it stands behind `key:`, the lines after the first included."""
    word, deeper = draw(words), " " * (indent + draw(st.integers(1, 4)))
    return draw(
        st.sampled_from(
            [
                f" {word}",
                f"   '{word}'",
                f" {quoted(word)}",
                f"\t{quoted(word)}  ",
                f" {word}\n{deeper}{word}",
                f' "{word}\n\n{deeper}{word} \\n"',
                f" |\n{deeper}{word}\n{deeper} {word}",
                f" >-\n{deeper}{word}\n\n",
                f" |+ # keep\n{deeper}{word}\n\n",
                " 12",
                " ~",
                "",
                " 2021-06-17T00:00:00Z",
                f" {{a: {quoted(word)}, b: [1, '{word}'], c: }}",
                f" [{word}, {{url: x}}]",
                " []",
                f" # {word}",
                f" {quoted(word)} # {word}: x",
            ]
        )
    )


@st.composite
def mapping_lines(draw, indent=0, depth=0):
    rows = []
    names = ["title", "excerpt", "webUrl", "ampWebUrl", "type", "provider", "images", "secured", "x y", '"q:"', "é"]
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True)):
        kinds = ["scalar"] * 3 + (["mapping", "list"] if depth < 2 else [])
        kind = draw(st.sampled_from(kinds))
        head = " " * indent + f"{name}:"
        if kind == "scalar":
            rows.append(head + draw(scalar_lines(indent)))
        elif kind == "mapping":
            rows.append(head + "\n" + draw(mapping_lines(indent + draw(st.sampled_from([2, 4])), depth + 1)))
        else:
            rows.append(head + draw(st.sampled_from(["", " # list"])) + "\n" + draw(list_lines(indent, depth)))
        rows += draw(st.lists(st.sampled_from(["", "  ", " " * indent + "# note: x", "#"]), max_size=1))
    return "\n".join(rows)


@st.composite
def list_lines(draw, indent, depth):
    dash = " " * (indent + draw(st.sampled_from([0, 2])))
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            inner = draw(mapping_lines(len(dash) + 2, depth + 1))
            rows.append(f"{dash}- {inner.lstrip(' ')}")
        else:
            rows.append(f"{dash}- {draw(words)}")
    return "\n".join(rows)


@st.composite
def documents(draw):
    text = draw(mapping_lines())
    if draw(st.booleans()):
        text = "---\n" + text + "\n---\n" + draw(st.sampled_from(["", "body\n", "---\nmore: [\n"]))
    else:
        text += draw(st.sampled_from(["", "\n", "\n\n# end\n", "\n---\nsecond: document\n"]))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + text.replace("\n", newline).encode()


def places(data: object, pointer: str = "") -> list[tuple[str, object]]:
    """Every value below the root with its pointer."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = []
    for key, value in inner:
        token = str(key).replace("~", "~0").replace("/", "~1")
        found += [(f"{pointer}/{token}", value), *places(value, f"{pointer}/{token}")]
    return found


def first_of(document: bytes) -> object:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(locate(document).text)
    try:
        return loader.get_data()
    finally:
        loader.dispose()


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else yaml.safe_dump(value).removesuffix("\n...\n").strip()


def parsed_or_none(document: bytes) -> object:
    try:
        return first_of(document)
    except (yaml.YAMLError, ValueError):
        return None


def assert_only_this_changed(document: bytes, new: bytes, pointer: str, after: object) -> None:
    """By PyYAML's own reading; `after` None is a removal."""
    told = dict(places(first_of(document)))
    now = dict(places(first_of(new)))
    parents = {pointer[:end] for end in range(len(pointer)) if pointer[end] == "/"}
    untouched = {
        at: value for at, value in told.items() if at not in parents and not f"{at}/".startswith(f"{pointer}/")
    }
    for at, value in untouched.items():
        if (
            not at.startswith(pointer.rpartition("/")[0] + "/")
            or after is not None
            or not pointer.rpartition("/")[2].isdecimal()
        ):
            assert value == now[at], at
    if after is not None:
        assert as_text(after) == now[pointer] or float(now[pointer]) == after


@settings(max_examples=200)
@given(documents(), st.data())
def test_replacing_any_value_of_any_record_leaves_all_else_as_it_was(document, data):
    known = [(at, value) for at, value in places(parsed_or_none(document)) if isinstance(value, str)]
    if not known:
        return
    pointer, _ = data.draw(st.sampled_from(known))
    value = data.draw(values)

    made = splices(document, {pointer: value})
    new = apply(document, list(made.values()))

    assert document == undo(new, list(made.values()))
    assert_only_this_changed(document, new, pointer, value)


@settings(max_examples=200)
@given(documents(), st.data())
def test_removing_any_value_of_any_record_leaves_all_else_as_it_was_or_is_refused(document, data):
    known = places(parsed_or_none(document))
    if not known:
        return
    pointer, _ = data.draw(st.sampled_from(known))

    try:
        new = edit(document, {pointer: None})
    except EditRefused as error:
        event(f"refused: {error.why.split('/')[0]}")
        return
    assert_only_this_changed(document, new, pointer, None)


@settings(max_examples=200)
@given(documents(), st.data())
def test_what_is_inserted_into_any_record_and_removed_again_leaves_no_trace(document, data):
    told = parsed_or_none(document)
    holders = [(at, value) for at, value in [("", told), *places(told)] if isinstance(value, dict) and value]
    if not holders:
        return
    at, holder = data.draw(st.sampled_from(holders))
    key, value = data.draw(
        st.sampled_from([("excerpt", "x: y"), ("images", IMAGES), ("width", 1), ("new", {"a": "b"})])
    )
    if key in holder:
        return

    try:
        new = edit(document, {f"{at}/{key}": value})
        old = edit(new, {f"{at}/{key}": None})
    except EditRefused as error:
        event(f"refused: {error.why.split('/')[0]}")
        return
    assert document == old
    assert {**dict(places(told)), **dict(places({key: value}, at))}.keys() == dict(places(first_of(new))).keys()


HOSTILE = (
    "---\n|a: |- |? |: |\n|\r\n|\r|  |\t|'|\"|>-|{|}|[|]|,|&x |*x|!t |!!str |# c|%TAG ! a\n|\\u|\x85|\u2028|"
    "\ufeff|title: x\n|<<: *x\n|...\n|\x00|1|~"
)
hostile_parts = st.sampled_from([*HOSTILE.encode().split(b"|"), b"|", b"\xff"])


@settings(max_examples=200)
@given(
    st.binary(max_size=60) | st.lists(hostile_parts, max_size=30).map(b"".join),
    st.sampled_from(["x", 1, None, [{"a": "b"}], {}]),
)
def test_no_bytes_whatever_do_more_than_be_refused(document, value):
    for pointer in ("/a", "/title", "/0", "/a/0", "/a/a", "/~1"):
        try:
            made = list(splices(document, {pointer: value}).values())
        except RecordError:
            continue

        assert document == undo(apply(document, made), made)


# -- properties over real records


@pytest.mark.parametrize("suffix", [" X", ': "y" – é', "\n- z"])
def test_the_texts_of_every_real_record_are_edited_and_nothing_else(suffix):
    for document in real_records():
        record = articles.read("a.md", document, Schema())
        for article in record.articles:
            for key, text in (("title", article.title), ("excerpt", article.excerpt)):
                if text is None:
                    continue
                pointer = f"{article.pointer}/{key}"
                (made,) = splices(document, {pointer: text + suffix}).values()
                new = apply(document, [made])

                assert made.before.decode() == made.after.decode().replace(suffix.translate({10: "\\n", 34: '\\"'}), "")
                assert document == edit(new, {pointer: text})


def test_the_sizes_of_every_real_record_are_edited_and_nothing_else():
    for document in real_records():
        record = articles.read("a.md", document, Schema())
        for article in record.articles:
            for index, image in article.images:
                pointer = f"{article.pointer}/images/{index}/width"
                (made,) = splices(document, {pointer: 12345}).values()

                assert (str(image.width).encode(), b"12345") == (made.before, made.after)
                assert document == edit(apply(document, [made]), {pointer: image.width})


def test_images_are_inserted_into_every_real_record_without_them_and_removed_without_a_trace():
    for document in real_records():
        for article in articles.read("a.md", document, Schema()).articles:
            if "images" not in article.keys:
                pointer = f"{article.pointer}/images"
                new = edit(document, {pointer: IMAGES})

                assert document == edit(new, {pointer: None})
                assert (
                    document.replace(b"\r\n", b"")
                    .replace(b"\n", b"")
                    .startswith(new[:20].replace(b"\r\n", b"").replace(b"\n", b""))
                )
                assert (b"\r\n" in document) == (b"isCached: false\r\n" in new)


def test_every_key_of_every_real_record_can_be_dropped_and_undone():
    for document in real_records():
        made = []
        for key in articles.read("a.md", document, Schema()).articles[0].keys:
            (splice,) = splices(document, {f"/{key}": None}).values()
            made.append(splice)

            assert document == undo(apply(document, [splice]), [splice])
            assert splice.before.lstrip().startswith(f"{key}:".encode())
