"""The proof that an edit did what was asked for, and nothing else, says no to everything else."""

import pytest

from crawler.records import proof
from crawler.records.front_matter import locate
from crawler.records.tree import compose
from crawler.records.wanted import gathered

OLD = "title: a\nwidth: 1\nlist: [x, {k: v}]\nalias: [&r 1, *r]\n? [odd, key]\n: z\n"
UNASKED = [
    ("title: a", "title: b"),
    ("title: a", "title: 'a'"),
    ("title: a", "title: !t a"),
    ("title: a", "title: &t a"),
    ("title: a", "title: [a]"),
    ("title: a\n", ""),
    ("title: a\n", "title: a\nmore: b\n"),
    ("title: a\nwidth: 1\n", "width: 1\ntitle: a\n"),
    ("[x, {k: v}]", "[{k: v}, x]"),
    ("[x, {k: v}]", "[x, {k: v}, y]"),
    ("[x, {k: v}]", "[x, {k: v, l: w}]"),
    ("[x, {k: v}]", "[x, {l: v}]"),
    ("[x, {k: v}]", "!t [x, {k: v}]"),
    ("[x, {k: v}]", "{x: {k: v}}"),
    ("[&r 1, *r]", "[&r 1, &q 2, *q]"),
    ("[&r 1, *r]", "[&r 1, 1]"),
    ("[odd, key]", "[odd, lock]"),
]


def holds(old: str, new: str, changes: dict[str, object]) -> bool:
    return proof.holds(compose(locate(old.encode())), compose(locate(new.encode())), gathered(changes))


@pytest.mark.parametrize(("before", "after"), UNASKED)
def test_a_change_that_nobody_asked_for_is_seen(before, after):
    new = OLD.replace(before, after).replace("width: 1", "width: 2")

    assert holds(OLD, OLD.replace("width: 1", "width: 2"), {"/width": 2})
    assert not holds(OLD, new, {"/width": 2})


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("title: a", "title: a", {"/title": "b"}),
        ("title: a", "title: '2'", {"/title": 2}),
        ("title: a", "title: 2", {"/title": "2"}),
        ("title: a", "title: [b]", {"/title": "b"}),
        ("title: a", "title: b", {"/title": ["b"]}),
        ("title: a", "title: [b, c]", {"/title": ["b"]}),
        ("title: a", "title: {c: b}", {"/title": {"b": "c"}}),
        ("title: a", "title: {b: c, [odd]: d}", {"/title": {"b": "c"}}),
        ("title: a", "title: a", {"/title": None}),
        ("width: 1", "width: 1", {"/list/0": None}),
        ("width: 1", "width: 1", {"/list/2": "y"}),
        ("[x, {k: v}]", "[x, {k: v}, z]", {"/list/2": "y"}),
        ("[x, {k: v}]", "[x, v]", {"/list/1/k": "w"}),
        ("width: 1", "width: 1", {"/new/key": 1}),
        ("width: 1", "width: 1\nnew: {key: 1}", {"/new/key": 1}),
        ("width: 1", "width: 1\nnew: 1\nnew: 1", {"/new": 1}),
    ],
)
def test_a_change_that_did_not_come_true_is_seen(before, after, changes):
    assert not holds(OLD, OLD.replace(before, after), changes)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("title: a", "title: 'b'", {"/title": "b"}),
        ("title: a", "title: 2021-01-02", {"/title": "2021-01-02"}),
        ("width: 1", "width: [1.5, true, ~, {a: b}]", {"/width": [1.5, True, None, {"a": "b"}]}),
        ("[x, {k: v}]", "[{k: w}, y]", {"/list/0": None, "/list/1/k": "w", "/list/2": "y"}),
    ],
)
def test_a_change_that_came_true_is_believed(before, after, changes):
    assert holds(OLD, OLD.replace(before, after), changes)
