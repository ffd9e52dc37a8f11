"""What a person is asked about held changes: one question a value, or a picture. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from crawler import urls
from crawler.report.changes import Candidate, Change, PictureChange, Row, article_of, changes, text


class Kept(Protocol):
    """A held change as the state keeps it."""

    @property
    def id(self) -> int: ...
    @property
    def row(self) -> Row: ...


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a change should be made.

    Attributes:
        ids: of the held changes that the answer goes for.
        article: the pointer of the article in its record.
        kind: a stable word for why it was held; `reason` one plain line.
        host: of the page that says so.
        others: what else it said, the best first.
    """

    ids: tuple[int, ...]
    record: str
    article: str
    change: Change
    kind: str
    reason: str
    host: str
    others: tuple[Candidate, ...]

    @property
    def field(self) -> str:
        return self.change.field


def questions(held: Sequence[Kept]) -> list[Question]:
    """The questions that held changes are, by record and article; of one value only the newest change counts."""
    ids: dict[tuple[str, str], list[int]] = defaultdict(list)
    newest: dict[tuple[str, str], Row] = {}
    for each in held:
        place = (text(each.row, "record"), text(each.row, "pointer"))
        ids[place].append(each.id)
        newest[place] = each.row
    articles: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for (record, _), row in newest.items():
        articles[record, article_of(row)].append(row)
    return [
        question
        for (record, article), rows in sorted(articles.items())
        for question in _questions(record, article, rows, ids)
    ]


def _questions(
    record: str, article: str, rows: Sequence[Row], ids: dict[tuple[str, str], list[int]]
) -> Iterator[Question]:
    by_pointer = {text(row, "pointer"): row for row in rows}
    # Why it is held stands above it, once.
    for change in changes([{**row, "reason": ""} for row in rows]):
        pointers = change.pointers if isinstance(change, PictureChange) else (change.pointer,)
        asked = [by_pointer[pointer] for pointer in pointers]
        first = asked[0]
        yield Question(
            ids=tuple(number for pointer in pointers for number in ids[record, pointer]),
            record=record,
            article=article,
            change=change,
            kind=text(first, "kind"),
            reason="; ".join(dict.fromkeys(text(row, "reason") for row in asked)),
            host=urls.host(text(first, "source")),
            others=change.others,
        )
