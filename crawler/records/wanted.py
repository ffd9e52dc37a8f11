"""The changes asked for, checked, and gathered into a tree along the record's own. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeGuard

from crawler.errors import EditRefused
from crawler.records.layout import Value
from crawler.records.tree import MAX_DEPTH

_BAD_ESCAPE = re.compile(r"~(?![01])")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One change: the value at `pointer` should become this; None removes it."""

    pointer: str
    value: Value


Branch: TypeAlias = dict[str, "Wanted | Branch"]


def gathered(changes: Mapping[str, object]) -> Branch:
    """The changes by the tokens of their pointers.

    Raises:
        EditRefused: a pointer is none by RFC 6901, or lies within another one; YAML cannot hold a value.
    """
    root: Branch = {}
    for pointer, value in changes.items():
        branch = root
        *parents, last = tokens(pointer)
        for token in parents:
            child = branch.setdefault(token, {})
            if isinstance(child, Wanted):
                raise EditRefused(f"{pointer} lies within {child.pointer}, which changes too")
            branch = child
        if last in branch:
            raise EditRefused(f"{pointer} changes, and so does something within it")
        branch[last] = Wanted(pointer, _checked(value, pointer, depth=0))
    return root


def is_removal(wish: "Wanted | Branch | None") -> TypeGuard[Wanted]:
    """Whether this is a change that removes."""
    return isinstance(wish, Wanted) and wish.value is None


def by_index(branch: Branch) -> list[tuple[str, "Wanted | Branch"]]:
    """What is wanted of a list, in its order; `-`, which is behind the end, last."""
    return sorted(branch.items(), key=lambda item: (item[0] == "-", len(item[0]), item[0]))


def tokens(pointer: str) -> list[str]:
    """The parts of a pointer (RFC 6901 §3-4).

    Raises:
        EditRefused: it is none, or points to the record as a whole.
    """
    if pointer == "":
        raise EditRefused("the record as a whole is not replaced")
    if not pointer.startswith("/") or _BAD_ESCAPE.search(pointer) or not _is_unicode(pointer):
        raise EditRefused(f"{pointer!r} is no JSON pointer; write it like /related/3/title")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def _checked(value: object, pointer: str, *, depth: int) -> Value:
    if depth > MAX_DEPTH:
        raise EditRefused(f"the value for {pointer} is nested too deep")
    if isinstance(value, Mapping):
        found = {
            str(_checked(k, pointer, depth=depth + 1)): _checked(v, pointer, depth=depth + 1) for k, v in value.items()
        }
        if len(found) < len(value) or not all(isinstance(key, str) for key in value):
            raise EditRefused(f"the value for {pointer} has a key that is no string")
        return found
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_checked(child, pointer, depth=depth + 1) for child in value]
    if isinstance(value, str):
        if not _is_unicode(value):
            raise EditRefused(f"the value for {pointer} holds half of a surrogate pair, which is no character")
        return str(value)
    if value is None or isinstance(value, bool | float | date):
        return value
    if isinstance(value, int) and abs(value) < 10**40:
        return int(value)
    raise EditRefused(f"the value for {pointer} is a {type(value).__name__}, or too large a number for YAML")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
