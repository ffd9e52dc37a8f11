"""Damage that is already stored in records, found offline: in what they say, and in what they have in common. Pure.

Two passes: `gathered` over all records, then `audit` over each. A finding proposes a fix only where the right value
follows from the record itself; else it asks for a visit, or a person.
"""

from collections.abc import Iterator
from datetime import datetime

from crawler.audit.addresses import of_addresses
from crawler.audit.damage import Damage, Finding, Remedy, Seen
from crawler.audit.pictures import of_images
from crawler.audit.shared import Shared, gathered, of_shared
from crawler.audit.words import of_excerpt, of_published, of_title
from crawler.model import Article, Change, Record, Schema
from crawler.records.front_matter import lines, locate
from crawler.records.tree import Entries, Items, Node, Scalar, compose
from crawler.web.guard import Guard

__all__ = ["Finding", "Remedy", "Shared", "audit", "gathered"]

_EVIDENCE = "audit"
_PUBLIC = Guard()


def audit(
    record: Record, shared: Shared, *, schema: Schema, now: datetime, guard: Guard = _PUBLIC
) -> tuple[Finding, ...]:
    """What is wrong with a record, line by line.

    Args:
        shared: what all the records have in common.
        now: dates beyond the next day are in the future.
        guard: what the crawl may dial.
    """
    yaml = locate(record.document)
    root, rows, found = compose(yaml), lines(yaml.text), []
    for article in record.articles:
        node = _at(root, article.pointer)[0]
        if isinstance(node, Entries):
            seen = Seen(article, node)
            damages = _damages(seen, shared, schema, now, guard)
            for damage in damages:
                index = _at(root, f"{article.pointer}/{damage.place}")[1]
                found.append(_finding(damage, article, record.path, yaml.lines_before + 1 + rows.at(index)))
    return tuple(sorted(found, key=lambda finding: finding.line))


def _damages(seen: Seen, shared: Shared, schema: Schema, now: datetime, guard: Guard) -> Iterator[Damage]:
    told = set()
    for damage in (
        *of_title(seen, schema),
        *of_excerpt(seen, schema),
        *of_published(seen, schema, now),
        *of_addresses(seen, schema, guard),
        *of_images(seen, schema, guard),
        *of_shared(seen, schema, shared),
    ):
        # What a value shares with others is no news where it is damaged by itself.
        if damage.place not in told:
            told.add(damage.place)
            yield damage


def _finding(damage: Damage, article: Article, path: str, line: int) -> Finding:
    pointer = f"{article.pointer}/{damage.place}"
    remedy = damage.remedy
    # What its owner pinned, or no page can tell, is theirs to mend.
    if damage.field in article.pinned or (remedy == Remedy.VISIT and not article.targets):
        remedy = Remedy.HAND
    fix = (
        remedy == Remedy.FIX
        and damage.fix
        and Change(pointer, damage.field, damage.value, damage.fix.after, "", _EVIDENCE, damage.why)
    )
    return Finding(path, line, article.pointer, pointer, damage.kind, damage.why, damage.value, remedy, fix or None)


def _at(root: Node | None, pointer: str) -> tuple[Node | None, int]:
    """The value at a pointer (RFC 6901) of what was read, and where its key begins, or what stands behind its dash."""
    node, origin = root, 0
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Items):
            node = node.nodes[int(name)]
            origin = node.origin
        else:
            pairs = node.pairs if isinstance(node, Entries) else ()
            key, node = next((key, value) for key, value in pairs if isinstance(key, Scalar) and key.text == name)
            origin = key.origin
    return node, origin
