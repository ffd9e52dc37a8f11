"""The tree of a record, and what it survives."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from crawler.errors import RecordError
from crawler.records import tree
from crawler.records.front_matter import FrontMatter, fenced

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "records"

EVERYTHING = """\
a: plain text # note
"b": "double \\n 😀"
'c': 'single'
d: |+ # keep
  literal

e: >-
  folded
f: &x !!str
  tagged
g: *x
h: {i: [1, 'j'], "l":1}
m:
- 1
-
- - 2
  -   n: ~
      o: &y
      - 3
? p
: q
"""


def composed(text: str, loader: type = tree.LOADER) -> tree.Node | None:
    return tree.compose(FrontMatter(text, 0, 0), loader=loader)


def test_both_parsers_of_pyyaml_tell_the_same_tree():
    assert composed(EVERYTHING, yaml.SafeLoader) == composed(EVERYTHING)


def test_both_parsers_tell_the_same_tree_of_real_records():
    if not CORPUS.is_dir():
        pytest.skip("the shared corpus of records is not here")
    for path in sorted(CORPUS.rglob("*.md"))[1::9]:
        text = fenced(path.read_bytes())

        assert tree.compose(text, loader=yaml.SafeLoader) == tree.compose(text)


def test_a_scalar_knows_where_it_lies_and_where_its_tag_begins():
    node = composed(EVERYTHING).get("f")

    assert ("&x !!str\n  tagged", "tagged") == (EVERYTHING[node.origin : node.end], EVERYTHING[node.start : node.end])


@pytest.mark.parametrize(
    ("key", "written"),
    [("d", "|+ # keep\n  literal"), ("e", ">-\n  folded"), ("g", "*x"), ("h", """{i: [1, 'j'], "l":1}""")],
)
def test_a_value_ends_with_its_last_character(key, written):
    node = composed(EVERYTHING).get(key)

    assert written == EVERYTHING[node.start : node.end]


@pytest.mark.parametrize("loader", [tree.LOADER, yaml.SafeLoader])
@pytest.mark.parametrize(
    "text",
    [
        "\ufeffa: 1",
        'a: "\\ud83d"',
        'a: "\\U00FFFFFF"',
        "a: \x00",
        "%YAML " + "9" * 5000 + "\n---\na",
        "a: *b",
        "[",
        "a\n  b: c",
    ],
)
def test_what_one_parser_refuses_the_other_refuses_too(text, loader):
    with pytest.raises(RecordError):
        composed(text, loader)


def test_only_the_first_document_counts_but_all_of_it():
    assert "a" == composed("%YAML 1.1\n--- a\n--- [\n").text
    with pytest.raises(RecordError):
        composed("[a]\nb: c\n---\n")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "\n".join(" " * depth + "a:" for depth in range(200)),
        "%TAG !a! b\n" * 100_000 + "--- a",
        "a: |\n  x" + "\n" * 200_000 + "b: 1",
        "a: |\n" + "\n" * 200_000 + "  x\nb: 1",
        "- a\n" * (tree.MAX_NODES + 1),
        "a: &x " + "&y " * 50_000,
        "a: &x" + " #\n" * 50_000 + " b",
        "a: " + "'" * 200_000,
        "a: " + "1:" * 100_000,
        "a: " + "<<: *a\n" * 20_000,
    ],
)
def test_what_was_made_to_be_slow_is_quick_or_refused(text):
    started = time.process_time()
    with suppress(RecordError):
        composed(text)

    assert time.process_time() - started < 10
