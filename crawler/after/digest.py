"""The digest of a run: what changed, what is newly held, what turned. None where there is no news. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler.after.ended import Ended, figures
from crawler.after.turns import Turned
from crawler.model import Json
from crawler.report.phrases import count, moment
from crawler.report.visible import cut
from crawler.state.rows import Row

# So many of each are told; who wants all reads the report.
MOST = 10
_LONGEST = 160


class Digest(NamedTuple):
    """A message: a line, and plain text."""

    subject: str
    text: str


def digest(ended: Ended, changes: Sequence[Row], held: Sequence[Row], turned: Turned) -> Digest | None:
    """What is to be sent of a run, if anything.

    Args:
        changes: the first that were told; those that were made come before those that are only planned.
        held: those that no earlier run held, likewise.
    """
    if not (ended.has_written or held or turned):
        return None
    blocks = [*_runs(ended, turned), *_hosts(turned)]
    if written := int(ended.counts.get("written", 0)):
        blocks.append(_listed("Changed", map(_change, changes[: min(MOST, written)]), written))
    if held:
        blocks.append(_listed("Held: metafresh review", map(_held, held[:MOST]), len(held)))
    if ended.run:
        blocks.append(f"All of it: metafresh report {ended.run}")
    failed = f"failed: {cut(ended.reason or '', _LONGEST)}"
    subject = figures(ended) if ended.counts and turned.runs != "failing" else failed
    # A page's title must not call everyone of a chat: @everyone, @channel.
    return Digest(*(words.replace("@", "＠") for words in (f"metafresh: {subject}", "\n\n".join(blocks))))


def _runs(ended: Ended, turned: Turned) -> Iterator[str]:
    if turned.runs == "failing":
        yield f"The run of {moment(ended.started)} failed with exit code {ended.code}: {cut(ended.reason or '')}"
    if turned.runs == "well":
        yield "Runs succeed again."


def _hosts(turned: Turned) -> Iterator[str]:
    if turned.failing:
        lines = (
            f"{each.host}: {cut(each.why, _LONGEST)} ({count(each.pages, 'page')}, since {moment(each.since)})"
            for each in turned.failing[:MOST]
        )
        yield _listed("Hosts that fail", lines, len(turned.failing))
    if turned.well:
        yield _listed("Hosts that are well again", iter(turned.well[:MOST]), len(turned.well))


def _listed(title: str, lines: Iterable[str], number: int) -> str:
    shown = [f"- {line}" for line in lines]
    more = [f"and {number - len(shown):,} more"] if number > len(shown) else []
    return "\n".join([title, *shown, *more])


def _change(row: Row) -> str:
    return f"{_place(row)}: {_value(row['before'])} -> {_value(row['after'])}"


def _held(row: Row) -> str:
    return f"{_change(row)} ({cut(str(row['reason']), _LONGEST)})"


def _place(row: Row) -> str:
    return cut(f"{row['record']}#{row['pointer']}", _LONGEST)


def _value(value: Json) -> str:
    return "nothing" if value is None else cut(value if isinstance(value, str) else repr(value), _LONGEST)
