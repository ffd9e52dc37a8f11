"""The report for a terminal, a pipe or a cron mail.

With colour, words that went are red and struck, words that came green. Without (NO_COLOR, a pipe, a dumb terminal)
they stand in marks, `[-old-]{+new+}`, so that nothing is lost. Lines are wrapped at words to the console's width; a URL
never is, so that it can be copied.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from rich.console import Console
from rich.text import Text

from crawler import urls
from crawler.report.changes import Candidate, Change, PictureChange, Why, is_address
from crawler.report.model import ArticleReport, RecordReport, Report
from crawler.report.phrases import age, count, ending, facts, figures, kind_of, next_steps, note, revert, sizes
from crawler.report.review import Question
from crawler.report.status import around
from crawler.report.visible import cut, visible
from crawler.report.words import Kind, Span, brief, edges, is_mixed, side

_TONES = {Kind.SAME: "", Kind.REMOVED: "red strike", Kind.ADDED: "bold green", Kind.GAP: "dim"}
_MARKS = {Kind.REMOVED: ("[-", "-]"), Kind.ADDED: ("{+", "+}")}
_SIDES = ((Kind.REMOVED, "- ", "red"), (Kind.ADDED, "+ ", "green"))
_LONGEST_KEY, _LONGEST_OTHER = 18, 120


def print_report(report: Report, console: Console) -> None:
    """Print the whole report; the console decides on colour and width."""
    for line in _lines(report, console):
        console.print(line, soft_wrap=True)


def print_question(question: Question, place: str, console: Console) -> None:
    """Print one question of a review; `place` is which of how many it is."""
    article = f"#{question.article}" if question.article else ""
    console.print(Text.assemble((place, "dim"), "  ", (cut(question.record + article), "bold")), soft_wrap=True)
    console.print(Text.assemble("  held: ", (cut(question.reason), "yellow")), soft_wrap=True)
    label = f"  {cut(question.change.key, _LONGEST_KEY)}  "
    for line in _change(question.change, console, console.width - len(label)):
        console.print(Text.assemble(label, line), soft_wrap=True)
        label = " " * len(label)


def _lines(report: Report, console: Console) -> Iterator[Text]:
    yield _headline(report)
    yield from (Text(line, "dim") for line in _filled(facts(report), console.width))
    if words := ending(report):
        yield Text(cut(words), "yellow")
    yield from _section(figures(report)[0][0].capitalize(), report.records, console, partial(revert, report))
    yield from _section("Held, for a person to decide", report.held, console)
    yield from _failures(report)
    if report.standing:
        yield from around(report.standing)
    for index, (words, command) in enumerate(next_steps(report)):
        yield Text.assemble("" if index else "\n", (f"{words}: ", "dim"), visible(command))


def _headline(report: Report) -> Text:
    tones = ("bold green", "bold yellow", "bold red", "bold")
    figured = zip(figures(report), tones, strict=True)
    return Text(", ").join(Text(f"{number:,} {word}", tone if number else "dim") for (word, number), tone in figured)


def _filled(parts: Sequence[str], width: int) -> Iterator[str]:
    """The parts in lines, none of them broken."""
    line = parts[0]
    for part in parts[1:]:
        if len(line) + len(part) + 3 > width:
            yield line
            line = part
        else:
            line = f"{line} · {part}"
    yield line


def _section(
    title: str,
    records: Sequence[RecordReport],
    console: Console,
    command: Callable[[str], str | None] = lambda _: None,
) -> Iterator[Text]:
    if records:
        yield Text.assemble("\n", (title, "bold underline"))
    for record in records:
        width = max(len(cut(change.key, _LONGEST_KEY)) for article in record.articles for change in article.changes)
        for index, article in enumerate(record.articles):
            line = _line(article)
            if index == 0:
                yield Text.assemble("\n", (cut(record.record) + ("" if article.pointer else line), "bold"))
            if article.pointer:
                place = f"  {cut(record.record)}{line}" if line else ""
                yield Text.assemble((f"  {cut(article.pointer)}", "cyan"), (place, "dim"))
            yield from _article(article, width, console)
        if undo := command(record.record):
            yield Text.assemble(("  take it back: ", "dim"), visible(undo))


def _line(article: ArticleReport) -> str:
    """`:12`, by which editors and terminals open a file where its first change is; "" where that is not known."""
    return next((f":{change.line}" for change in article.changes if change.line), "")


def _article(article: ArticleReport, width: int, console: Console) -> Iterator[Text]:
    known: set[str] = set()
    for change in article.changes:
        label = f"  {cut(change.key, _LONGEST_KEY):{width}}  "
        for line in _change(change, console, console.width - len(label), known):
            yield Text.assemble(label, line)
            label = " " * len(label)
        known |= {why.source for why in change.whys}


def _change(change: Change, console: Console, width: int, known: Collection[str] = ()) -> Iterator[Text]:
    """One change in lines; of pages that are known already only the host is named."""
    if word := note(change.status):
        yield Text(word, "yellow")
    if isinstance(change, PictureChange):
        yield Text(f"{sizes(change)} ({kind_of(change)})")
        yield from _sides(change.spans)
    elif is_address(change):
        yield from _sides(change.spans)
    elif is_mixed(change.spans):
        marked = console.no_color or console.color_system is None
        yield from _wrapped(_phrase(change.spans, marked=marked), console, width)
    else:
        yield from (line for whole in _sides(change.spans) for line in _hung(whole, console, width))
    for why in change.whys:
        yield from _because(why, console, width, known)
    for other in change.others:
        yield from _wrapped(_other(other), console, width)


def _phrase(spans: Sequence[Span], *, marked: bool) -> Text:
    """Old and new in one, the words that went before those that came."""
    phrase, last = Text(), Kind.SAME
    for piece in brief(spans):
        before, core, after = edges(piece.text)  # {+at night+}, not {+ at night+}
        left, right = _MARKS.get(piece.kind, ("", "")) if marked else ("", "")
        tone = "" if marked else _TONES[piece.kind]
        if not marked and (last, piece.kind) == (Kind.REMOVED, Kind.ADDED):
            phrase.append(" ")
        phrase.append(before).append(f"{left}{visible(core)}{right}", tone).append(after)
        last = piece.kind
    return phrase


def _sides(spans: Sequence[Span]) -> Iterator[Text]:
    """The old text and the new one, each on a line of its own, without what the other has."""
    mixed = is_mixed(spans)
    for kind, sign, colour in _SIDES:
        part = side(spans, kind)
        if mixed or part:
            tones = _TONES | {kind: f"bold {colour}" if mixed else colour}
            yield Text.assemble((sign, colour), *((visible(piece.text), tones[piece.kind]) for piece in brief(part)))


def _wrapped(line: Text, console: Console, width: int) -> Iterator[Text]:
    for part in line.wrap(console, max(width, 20)):
        part.rstrip()
        yield part


def _hung(line: Text, console: Console, width: int) -> Iterator[Text]:
    """The line wrapped, its later lines set in under its first word."""
    for index, part in enumerate(_wrapped(line[2:], console, width - 2)):
        yield Text.assemble(line[:2] if index == 0 else "  ", part)


def _because(why: Why, console: Console, width: int, known: Collection[str]) -> Iterator[Text]:
    """Who says so, and why that was believed; an address that does not fit stands in a line of its own, whole."""
    page = urls.host(why.source) if why.source in known else ""
    evidence, source, reason = (cut(part) for part in (why.evidence, page or why.source, why.reason))
    told = " of ".join(part for part in (evidence, source) if part)
    line = ": ".join(part for part in (told, reason) if part)
    if len(line) <= max(width, 20) or page or not urls.split(why.source):
        yield from _wrapped(Text(line, "dim"), console, width)
        return
    yield from _wrapped(Text(": ".join(part for part in (evidence, reason) if part), "dim"), console, width)
    yield Text(source, "dim")


def _other(other: Candidate) -> Text:
    said = cut(other.value, _LONGEST_OTHER)
    return Text(f"the page also says {said!r} ({cut(other.evidence)}): {cut(other.reason)}", "dim")


def _failures(report: Report) -> Iterator[Text]:
    for index, host in enumerate(report.failures):
        if index == 0:
            yield Text.assemble("\n", ("Failed", "bold underline"), "\n")
        title = cut(host.host) or "Records that could not be used"
        length = age(report, host.standing.since) if host.standing else None
        told = f"  {count(len(host.failures), 'failure')}" + (f"; it has given nothing for {length}" if length else "")
        yield Text.assemble((title, "bold"), (told, "dim"))
        for failure in host.failures:
            about, length = failure.url or failure.wanted_by[0].record, age(report, failure.since)
            why = (cut(failure.reason) or cut(failure.kind)) + (f", for {length} by now" if length else "")
            yield Text.assemble("  ", why, ("  ", ""), (cut(about), "dim"))
