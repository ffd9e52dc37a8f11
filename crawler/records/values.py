"""What a record says at a pointer, for changes that were decided before. Pure."""

from crawler.model import Json
from crawler.records import proof
from crawler.records.front_matter import locate
from crawler.records.tree import NULL, Entries, Items, Node, Scalar, compose
from crawler.records.wanted import tokens


def says(document: bytes, pointer: str, value: Json) -> bool:
    """Whether a record says this at a pointer, as an article's values are read: 640 may be written "640".

    None is "nothing there", or an empty value.

    Raises:
        RecordError: it is not UTF-8, or no YAML.
    """
    node = _at(document, pointer)
    if node is None or value is None:
        return value is None and (node is None or (isinstance(node, Scalar) and node.tag == NULL))
    if isinstance(node, Scalar) and isinstance(value, str | int | float) and not isinstance(value, bool):
        return node.text == str(value)
    return proof.reads_as(node, value)  # type: ignore[arg-type]  # a date is more than JSON has


def shown(document: bytes, pointer: str) -> str:
    """What a record says at a pointer, in words.

    Raises: as `says`.
    """
    node = _at(document, pointer)
    if node is None:
        return "not there"
    return repr(node.text) if isinstance(node, Scalar) else "a list" if isinstance(node, Items) else "something else"


def _at(document: bytes, pointer: str) -> Node | None:
    node = compose(locate(document))
    for token in tokens(pointer):
        if isinstance(node, Entries):
            node = node.get(token)
        elif isinstance(node, Items):
            node = node.nodes[int(token)] if token.isdecimal() and int(token) < len(node.nodes) else None
        else:
            return None
    return node
