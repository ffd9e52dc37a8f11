"""Whether an edited record says what it should: the same data, but for the changes. Pure."""

from crawler.records import scalars
from crawler.records.layout import Value
from crawler.records.tree import NULL, STR, TIMESTAMP, Alias, Entries, Items, Node, Scalar
from crawler.records.wanted import Branch, Wanted, by_index, is_removal

_TAGS = {type(None): "null", bool: "bool", int: "int", float: "float"}


def reads_as(node: Node, value: Value) -> bool:
    """Whether YAML reads the node as exactly this value.

    A string may be a plain date: `2021-06-17T00:00:00Z` is what the record says, whatever type a reader makes of it.
    """
    if isinstance(value, dict):
        return (
            isinstance(node, Entries)
            and node.tag is None
            and len(node.pairs) == len(value)
            and node.keys == tuple(value)
            and all(reads_as(child, value[key]) for (_, child), key in zip(node.pairs, node.keys, strict=True))
        )
    if isinstance(value, list):
        return (
            isinstance(node, Items)
            and node.tag is None
            and len(node.nodes) == len(value)
            and all(reads_as(child, wanted) for child, wanted in zip(node.nodes, value, strict=True))
        )
    if not isinstance(node, Scalar):
        return False
    if value is None:
        return node.tag == NULL
    if isinstance(value, str):
        return node.text == value and node.tag in {STR, TIMESTAMP}
    return node.tag == tag_of(value) and node.text == scalars.rendered(value)


def tag_of(value: scalars.Plain) -> str:
    """The type that YAML should read."""
    if isinstance(value, str):
        return STR
    kind = next((name for kind, name in _TAGS.items() if isinstance(value, kind)), None)
    return f"tag:yaml.org,2002:{kind}" if kind else TIMESTAMP


def holds(old: Node, new: Node, wanted: Branch) -> bool:
    """Whether the new tree is the old one with all that was wanted, and nothing else."""
    if isinstance(old, Entries) and isinstance(new, Entries):
        return _alike_outside(old, new) and _holds_in_entries(old, new, wanted)
    if isinstance(old, Items) and isinstance(new, Items):
        return _alike_outside(old, new) and _holds_in_items(old, new, wanted)
    return False


def alike(old: Node, new: Node) -> bool:
    """Whether two trees are the same in all but place."""
    match old, new:
        case Scalar(), Scalar():
            same = (old.text, old.style, old.written_tag) == (new.text, new.style, new.written_tag)
            return same and old.anchor == new.anchor
        case Alias(), Alias():
            return old.name == new.name
        case Items(), Items():
            return (
                _alike_outside(old, new) and len(old.nodes) == len(new.nodes) and all(map(alike, old.nodes, new.nodes))
            )
        case Entries(), Entries():
            return (
                _alike_outside(old, new)
                and len(old.pairs) == len(new.pairs)
                and all(alike(a, c) and alike(b, d) for (a, b), (c, d) in zip(old.pairs, new.pairs, strict=True))
            )
    return False


def _holds_in_entries(old: Entries, new: Entries, wanted: Branch) -> bool:
    known = set(old.keys)
    added = {key: wish for key, wish in wanted.items() if key not in known}
    kept = [pair for pair in old.pairs if not is_removal(wanted.get(_name(pair[0])))]
    stayed = [pair for pair in new.pairs if _name(pair[0]) not in added]
    came = [pair for pair in new.pairs if _name(pair[0]) in added]
    return (
        len(kept) == len(stayed)
        and len(came) == len(added)
        and all(
            alike(a, c) and _came_true(b, d, wanted.get(_name(a))) for (a, b), (c, d) in zip(kept, stayed, strict=True)
        )
        and all(_came_true(None, value, added[_name(key)]) for key, value in came)
    )


def _holds_in_items(old: Items, new: Items, wanted: Branch) -> bool:
    kept = [(node, wanted.get(str(i))) for i, node in enumerate(old.nodes) if not is_removal(wanted.get(str(i)))]
    added = [wish for index, wish in by_index(wanted) if index == "-" or int(index) >= len(old.nodes)]
    pairs = [*kept, *((None, wish) for wish in added)]
    return len(pairs) == len(new.nodes) and all(
        _came_true(before, after, wish) for (before, wish), after in zip(pairs, new.nodes, strict=True)
    )


def _came_true(old: Node | None, new: Node, wish: Wanted | Branch | None) -> bool:
    if isinstance(wish, Wanted):
        return reads_as(new, wish.value)
    if old is None:
        return False
    return alike(old, new) if wish is None else holds(old, new, wish)


def _name(key: Node) -> str:
    """What the key is called in a pointer; nothing can be asked of a key that is no scalar."""
    return key.text if isinstance(key, Scalar) else "\ud800"


def _alike_outside(old: Items | Entries, new: Items | Entries) -> bool:
    """Whether all is the same but what lies inside; what was emptied, or was empty, is in brackets."""
    return (old.tag, old.anchor) == (new.tag, new.anchor)
