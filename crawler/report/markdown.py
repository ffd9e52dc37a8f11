"""The report as Markdown, for the summary of a GitHub job or a mail.

The rules
- What comes from the web or a record stands in code spans, its acting characters made visible: no markup, mention,
  reference, formula or picture can come of it on any site. A reason that is nothing but tame words stands as it is.
- Pages are linked where their address is made of plain characters alone; there are no other links, and no HTML.
- GitHub takes a summary of up to 1 MiB: each section has its share, and what does not fit is counted.
- Lists, not tables, hold what others wrote: parsers disagree about which bars end a cell.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler import urls
from crawler.report import phrases
from crawler.report.changes import Candidate, Change, PictureChange, Why, is_address
from crawler.report.model import FailureReport, RecordReport, Report
from crawler.report.phrases import count
from crawler.report.standing import Dead, Status
from crawler.report.times import relative, span
from crawler.report.visible import cut, visible
from crawler.report.words import Kind, Span, brief, edges, is_mixed, side

# Bytes of each section; with the rest of the page less than 1 MiB.
_MOST_CHANGED, _MOST_HELD, _MOST_FAILED, _MOST_DEAD = 550_000, 180_000, 150_000, 50_000
_MOST_RUNS = 20
_TICKS = re.compile("`+")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.:/?#&=%_~!$'()*+,;@-]*")
# No address, mention, reference (GH-1), emoji (:x:) or emphasis can be made of these.
_TAME = re.compile(r"(?=[A-Za-z])(?!.*GH-)(?:[A-Za-z0-9 ,;()%’'-]|[.:](?= |$)|(?<=\d)\.(?=\d))+")
_MARKS = {Kind.REMOVED: "~~{}~~", Kind.ADDED: "**{}**"}


class _Item(NamedTuple):
    """An entry of a section, under a heading that is told once: what stands before and after all entries of its own."""

    heading: str
    lines: tuple[str, ...]
    footer: str = ""


def to_markdown(report: Report) -> str:
    """The whole page, of less than 1 MiB in UTF-8."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"## {phrases.summary_line(report)}"
    yield ""
    yield " · ".join(phrases.facts(report))
    if words := phrases.ending(report):
        yield f"\n> {_words(words)}"
    rest = f"metafresh report {report.run}"
    changed = _changes(report.records, lambda record: phrases.revert(report, record))
    yield from _section(phrases.figures(report)[0][0].capitalize(), changed, "change", _MOST_CHANGED, rest)
    decide = f"Held, for a person to decide: {code(f'metafresh review {report.run}')}"
    yield from _section(decide, _changes(report.held), "value", _MOST_HELD, rest)
    yield from _section("Failed", _failures(report), "failure", _MOST_FAILED, rest)
    if report.standing:
        yield from _standing(report.standing)
    if steps := phrases.next_steps(report):
        yield "\n### What next\n"
        yield from (f"- {words}: {code(command)}" for words, command in steps)


def _section(title: str, items: Iterable[_Item], noun: str, most: int, rest: str) -> Iterator[str]:
    """The items that fit into so many bytes; how many do not, and where they are told."""
    size = left = 0
    last: _Item | None = None
    for item in items:
        if size == 0:
            yield f"\n### {title}"
        size += sum(len(line.encode()) + 1 for line in (item.heading, *item.lines, item.footer))
        if size > most:
            left += 1
            continue
        if last is None or item.heading != last.heading:
            yield from _footer(last)
            yield f"\n#### {item.heading}\n" if item.heading else ""
        yield from item.lines
        last = item
    yield from _footer(last)
    if left:
        yield f"\n{count(left, noun)} left out here; {code(rest)} tells all"


def _footer(item: _Item | None) -> Iterator[str]:
    if item and item.footer:
        yield f"\n{item.footer}"


# ---- changes


def _changes(records: Iterable[RecordReport], revert: Callable[[str], str | None] = lambda _: None) -> Iterator[_Item]:
    for record in records:
        command = revert(record.record)
        footer = f"Take it back: {code(command)}" if command else ""
        for article in record.articles:
            for change in article.changes:
                key = f"{article.pointer}/{change.key}" if article.pointer else change.key
                yield _Item(code(cut(record.record)), tuple(_change(key, change)), footer)


def _change(key: str, change: Change) -> Iterator[str]:
    status = phrases.note(change.status)
    line = f", line {change.line}" if change.line else ""
    yield f"- {code(cut(key))}{line}{f', {status}' if status else ''}: {_told(change)}"
    for why in change.whys:
        yield f"  - {_why(why)}"
    for other in change.others:
        yield f"  - {_other(other)}"


def _told(change: Change) -> str:
    if isinstance(change, PictureChange):
        sizes = f"{phrases.sizes(change)} ({phrases.kind_of(change)})"
        return f"{sizes} {_sides(change.spans)}" if change.spans else sizes
    mixed = is_mixed(change.spans) and not is_address(change)
    return _phrase(change.spans) if mixed else _sides(change.spans)


def _phrase(spans: Sequence[Span]) -> str:
    return " ".join(map(_marked, brief(spans)))


def _marked(span: Span) -> str:
    if span.kind == Kind.GAP:
        return span.text
    return _MARKS.get(span.kind, "{}").format(code(edges(span.text)[1]))


def _sides(spans: Sequence[Span]) -> str:
    """The old text and the new one, whole."""
    texts = ((kind, "".join(part.text for part in side(spans, kind))) for kind in (Kind.REMOVED, Kind.ADDED))
    return " ".join(_phrase([Span(kind, text)]) for kind, text in texts if text)


def _why(why: Why) -> str:
    told = " of ".join(
        part for part in (why.evidence and code(cut(why.evidence)), why.source and _page(why.source)) if part
    )
    return ": ".join(part for part in (told, _words(why.reason)) if part) or "no reason was given"


def _other(other: Candidate) -> str:
    return f"the page also says {code(cut(other.value))} ({code(cut(other.evidence))}): {_words(other.reason)}"


# ---- failures, and how things stand


def _failures(report: Report) -> Iterator[_Item]:
    for host in report.failures:
        title = code(cut(host.host)) if host.host else "Records that could not be used"
        length = phrases.age(report, host.standing.since) if host.standing else None
        nothing = f"; it has given nothing for {length}" if length else ""
        for failure in host.failures:
            line = _failure(failure, phrases.age(report, failure.since))
            yield _Item(f"{title}, {count(len(host.failures), 'failure')}{nothing}", (line,))


def _failure(failure: FailureReport, age: str | None) -> str:
    first = failure.wanted_by[0]
    about = _page(failure.url, whole=True) if failure.url else code(cut(first.record))
    length = f", for {age} by now" if age else ""
    place = f"; wanted by {_place(first.record, first.pointer)}" if failure.url else ""
    more = f" and {len(failure.wanted_by) - 1:,} more" if len(failure.wanted_by) > 1 else ""
    return f"- {about}: {_words(failure.reason or failure.kind)}{length}{place}{more}"


def _standing(standing: Status) -> Iterator[str]:
    rest = "metafresh status --json"
    for title, amp in (("Dead links", False), ("Dead AMP pages", True)):
        dead = (_Item("", (_dead(each, standing),)) for each in standing.dead if each.amp == amp)
        yield from _section(title, dead, "link", _MOST_DEAD, rest)
    if (more := standing.dead_count - len(standing.dead)) > 0:
        yield f"\n{more:,} more dead links; {code(rest)} tells some more"
    if standing.due:
        yield f"\n### Due\n\n{phrases.forecast(standing)}{f' ({part})' if (part := phrases.part(standing)) else ''}"
    if standing.runs:
        yield from (
            "\n### Last runs\n",
            "| run | began | ended | changed | held | failed |",
            "|---|---|---|--:|--:|--:|",
        )
    for run in standing.runs[:_MOST_RUNS]:
        figures = " | ".join(f"{number:,}" for number in (run.changes, run.held, run.failed))
        how = "dry run" if run.dry_run and run.outcome == "done" else run.outcome or "no end yet"
        yield f"| {_cell(run.id)} | {relative(run.started, standing.now)} | {_cell(how)} | {figures} |"


def _dead(dead: Dead, standing: Status) -> str:
    age = span(standing.now - dead.since)
    page = _page(urls.redacted(dead.url), whole=True)
    return f"- {page}: {dead.why} for {age}; in {code(cut(dead.article))}"


# ---- what others wrote


def code(text: str) -> str:
    """A code span of a text, made visible: nothing in it is markup, whatever it holds."""
    text = visible(text)
    if not text:
        return "(nothing)"
    fence = "`" * (max((len(ticks) for ticks in _TICKS.findall(text)), default=0) + 1)
    # A blank is taken off each end where both have one, and there is more than blanks (CommonMark 6.1).
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _words(text: str) -> str:
    text = cut(text)
    return text if _TAME.fullmatch(text) or not text else code(text)


def _cell(text: str) -> str:
    return text if re.fullmatch(r"[\w -]+", text, re.ASCII) else code(cut(text).replace("|", "¦"))


def _place(record: str, pointer: str) -> str:
    return code(cut(f"{record}#{pointer}" if pointer else record))


def _page(url: str, *, whole: bool = False) -> str:
    """The page's address or host, linked where that is harmless."""
    text = code(cut(url if whole else urls.host(url) or url, 120))
    if not _PLAIN_URL.fullmatch(url) or not urls.split(url):
        return text
    return f"[{text}](<{url.replace('&', '&amp;')}>)"
