"""What an audit finds, as values. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from crawler.model import Article, Change, Json
from crawler.records.tree import NULL, Entries, Scalar


class Remedy(StrEnum):
    """What is to be done about a finding."""

    FIX = "fix"  # the right value follows from the record itself
    VISIT = "visit"  # a fresh visit should tell
    HAND = "hand"  # only a person can know


class Fix(NamedTuple):
    """The value that should be there instead; None removes what is there."""

    after: Json


class Damage(NamedTuple):
    """One thing that is wrong with an article.

    Attributes:
        place: where, within the article: `title`, `images/0/width`.
        field: the tracked field it belongs to: title, excerpt, images, published, amp; or url, which none is.
        kind: a stable word.
        why: one plain line.
        value: what is there.
    """

    place: str
    field: str
    kind: str
    why: str
    value: Json
    remedy: Remedy = Remedy.VISIT
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Damage in a record.

    Attributes:
        record: its path; `line` is the 1-based line of the file.
        article: RFC 6901 pointer of the article; `pointer` is that of the value.
        fix: what is proposed, where `remedy` is FIX.
    """

    record: str
    line: int
    article: str
    pointer: str
    kind: str
    why: str
    value: Json
    remedy: Remedy
    fix: Change | None = None


class Seen(NamedTuple):
    """An article as it was read, and the mapping that it was read from, which also has what is of no use to a crawl."""

    article: Article
    node: Entries

    def text(self, key: str) -> str | None:
        """The scalar at a key, as it is written; None where there is none, or it is null or empty."""
        return written(self.node, key)


def written(node: Entries, key: str) -> str | None:
    """The scalar at a key, as it is written; None where there is none, or it is null or empty."""
    value = node.get(key)
    return value.text or None if isinstance(value, Scalar) and value.tag != NULL else None
