"""Byte-exact edits: the new value is spliced into the file, every other byte stays. Pure.

How an edit is made
1. The YAML is parsed into a tree whose nodes know where they lie; each change becomes one cut of the text.
2. The cut text is parsed again and held against the old tree: the same data but for what was asked, or the edit is
   refused. So a rule below that is wrong in some corner of YAML costs an edit, never a record.

The rules
- A string keeps its quotes, a block scalar its kind, where the new value allows it; a value that is there
  already is not written anew.
- A new key comes after the nearest key that precedes it in house order; images and unknown keys come last, but before
  `related` and `secured`. Comments and blank lines stay with what they stood under.
- A key is removed with its lines and the comments in them; a block at the top also with the blank line before it. The
  last key or entry leaves `{}` or `[]`.
- What an alias elsewhere refers to is not edited, nor is anything reached through an alias.

Rejected: dumping the data again, by any emitter; benchmarks/edit.py counts what that changes in real records.
"""

from collections.abc import Iterator, Mapping, Sequence

from crawler.errors import EditRefused, RecordError
from crawler.model import Splice
from crawler.records import proof
from crawler.records.cuts import planned
from crawler.records.front_matter import FrontMatter, locate
from crawler.records.source import Cut, Source
from crawler.records.tree import compose
from crawler.records.wanted import Branch, Wanted, gathered


def edit(document: bytes, changes: Mapping[str, object]) -> bytes:
    """The document with the changes made and every other byte as it was.

    Args:
        document: a file with front matter, or YAML as a whole.
        changes: RFC 6901 pointer to new value. None removes the key or list entry. A missing key is inserted; the index
            after the last, or `-`, appends to a list. A dict or list makes a whole block.

    Raises:
        EditRefused: a change could not be proved to change only what was asked for; `line` is where.
        RecordError: the document is not UTF-8, or no YAML.
    """
    if not isinstance(document, bytes) or not all(isinstance(at, str) for at in changes):  # type: ignore[redundant-expr]
        raise EditRefused("an edit wants the document in bytes, and pointers that are strings")
    return apply(document, tuple(splices(document, changes).values()))


def splices(document: bytes, changes: Mapping[str, object]) -> dict[str, Splice]:
    """One splice for each pointer, in the order of the file; offsets count bytes of the document.

    Raises: as `edit`.
    """
    if not changes:
        return {}
    wanted = gathered(changes)
    yaml = locate(document)
    root = compose(yaml)
    if root is None:
        raise EditRefused("there is no YAML in it to edit")
    source = Source(yaml, root)
    made = dict(_in_bytes(planned(source, wanted), yaml))
    _prove(apply(document, tuple(made.values())), source, wanted)
    return made


def apply(document: bytes, made: Sequence[Splice]) -> bytes:
    """The document with the splices made.

    Args:
        made: in the order of the file, offsets those of this document.

    Raises:
        EditRefused: they overlap, or the bytes that one replaces are not there.
    """
    parts, position = [], 0
    for splice in made:
        end = splice.offset + len(splice.before)
        if splice.offset < position or document[splice.offset : end] != splice.before or end > len(document):
            raise EditRefused(f"byte {splice.offset} is not what it was")
        parts += [document[position : splice.offset], splice.after]
        position = end
    return b"".join([*parts, document[position:]])


def undo(document: bytes, made: Sequence[Splice]) -> bytes:
    """The document from before the splices were made: `undo(apply(old, made), made) == old`.

    Raises:
        EditRefused: as `apply`; the document is not what the splices led to.
    """
    grown = 0
    back = []
    for splice in made:
        back.append(Splice(splice.offset + grown, splice.after, splice.before))
        grown += len(splice.after) - len(splice.before)
    return apply(document, back)


def _in_bytes(cuts: Sequence[Cut], yaml: FrontMatter) -> Iterator[tuple[str, Splice]]:
    """The cuts as splices by pointer: positions in the text count characters, those in a document count bytes."""
    offset, position = yaml.offset, 0
    for cut in cuts:
        offset += len(yaml.text[position : cut.start].encode())
        position = cut.start
        yield cut.pointer, Splice(offset, yaml.text[cut.start : cut.end].encode(), cut.text.encode())


def _prove(document: bytes, old: Source, wanted: Branch) -> None:
    try:
        new = compose(locate(document))
    except RecordError as error:
        raise EditRefused(f"the edit would break the file: {error.why}", line=error.line) from error
    if new is None or not proof.holds(old.root, new, wanted):
        pointers = ", ".join(sorted(_pointers(wanted)))
        raise EditRefused(f"cannot be proved to change nothing but {pointers}", line=old.yaml.line(old.root.start))


def _pointers(branch: Branch) -> Iterator[str]:
    for wish in branch.values():
        if isinstance(wish, Wanted):
            yield wish.pointer
        else:
            yield from _pointers(wish)
