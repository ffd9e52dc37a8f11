"""The report for a terminal, a pipe or a cron mail.

With colour, words that went are red and struck, words that came green. Without (NO_COLOR, a pipe, a dumb terminal)
they stand in marks, `[-old-]{+new+}`, so that nothing is lost. Lines are wrapped at words to the console's width; a URL
never is, so that it can be copied.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from crawler import urls
from crawler.report.changes import Change, PictureChange, Why, is_address
from crawler.report.model import ArticleReport, HostReport, RecordReport, Report
from crawler.report.phrases import count, ending, facts, figures, kind_of, next_steps, note, sizes
from crawler.report.review import Question
from crawler.report.visible import cut, visible
from crawler.report.words import Kind, Span, brief, edges, is_mixed, side

_TONES = {Kind.SAME: "", Kind.REMOVED: "red strike", Kind.ADDED: "bold green", Kind.GAP: "dim"}
_MARKS = {Kind.REMOVED: ("[-", "-]"), Kind.ADDED: ("{+", "+}")}
_SIDES = ((Kind.REMOVED, "- ", "red"), (Kind.ADDED, "+ ", "green"))
_LONGEST_KEY = 18


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
    for other in question.others:
        words = f"the page also says {visible(repr(other.value))} ({other.evidence}): {other.reason}"
        for line in _wrapped(Text(cut(words), "dim"), console, console.width - len(label)):
            console.print(Text.assemble(label, line), soft_wrap=True)


def _lines(report: Report, console: Console) -> Iterator[Text]:
    yield _headline(report)
    yield Text(" · ".join(facts(report)), "dim")
    if words := ending(report):
        yield Text(cut(words), "yellow")
    yield from _section(figures(report)[0][0].capitalize(), report.records, console)
    yield from _section("Held, for a person to decide", report.held, console)
    yield from _failures(report.failures)
    for index, (words, command) in enumerate(next_steps(report)):
        yield Text.assemble("" if index else "\n", (f"{words}: ", "dim"), visible(command))


def _headline(report: Report) -> Text:
    tones = ("bold green", "bold yellow", "bold red", "bold")
    figured = zip(figures(report), tones, strict=True)
    return Text(", ").join(Text(f"{number:,} {word}", tone if number else "dim") for (word, number), tone in figured)


def _section(title: str, records: Sequence[RecordReport], console: Console) -> Iterator[Text]:
    if records:
        yield Text.assemble("\n", (title, "bold underline"))
    for record in records:
        yield Text.assemble("\n", (cut(record.record), "bold"))
        width = max(len(cut(change.key, _LONGEST_KEY)) for article in record.articles for change in article.changes)
        for article in record.articles:
            yield from _article(article, width, console)


def _article(article: ArticleReport, width: int, console: Console) -> Iterator[Text]:
    if article.pointer:
        yield Text(f"  {cut(article.pointer)}", "cyan")
    for change in article.changes:
        label = f"  {cut(change.key, _LONGEST_KEY):{width}}  "
        for line in _change(change, console, console.width - len(label)):
            yield Text.assemble(label, line)
            label = " " * len(label)


def _change(change: Change, console: Console, width: int) -> Iterator[Text]:
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
        yield from _wrapped(Text(_because(why), "dim"), console, width)


def _phrase(spans: Sequence[Span], *, marked: bool) -> Text:
    """Old and new in one, the words that went before those that came."""
    phrase, last = Text(), Kind.SAME
    for span in brief(spans):
        before, core, after = edges(span.text)  # {+at night+}, not {+ at night+}
        left, right = _MARKS.get(span.kind, ("", "")) if marked else ("", "")
        tone = "" if marked else _TONES[span.kind]
        if not marked and (last, span.kind) == (Kind.REMOVED, Kind.ADDED):
            phrase.append(" ")
        phrase.append(before).append(f"{left}{visible(core)}{right}", tone).append(after)
        last = span.kind
    return phrase


def _sides(spans: Sequence[Span]) -> Iterator[Text]:
    """The old text and the new one, each on a line of its own, without what the other has."""
    mixed = is_mixed(spans)
    for kind, sign, colour in _SIDES:
        part = side(spans, kind)
        if mixed or part:
            tones = _TONES | {kind: f"bold {colour}" if mixed else colour}
            yield Text.assemble((sign, colour), *((visible(span.text), tones[span.kind]) for span in brief(part)))


def _wrapped(line: Text, console: Console, width: int) -> Iterator[Text]:
    for part in line.wrap(console, max(width, 20)):
        part.rstrip()
        yield part


def _hung(line: Text, console: Console, width: int) -> Iterator[Text]:
    """The line wrapped, its later lines set in under its first word."""
    for index, part in enumerate(_wrapped(line[2:], console, width - 2)):
        yield Text.assemble(line[:2] if index == 0 else "  ", part)


def _because(why: Why) -> str:
    told = " of ".join(cut(part) for part in (why.evidence, urls.host(why.source) or why.source) if part)
    return ": ".join(part for part in (told, cut(why.reason)) if part)


def _failures(hosts: Iterable[HostReport]) -> Iterator[Text]:
    for index, host in enumerate(hosts):
        if index == 0:
            yield Text.assemble("\n", ("Failed", "bold underline"), "\n")
        title = cut(host.host) or "Records that could not be used"
        yield Text.assemble((title, "bold"), (f"  {count(len(host.failures), 'failure')}", "dim"))
        for failure in host.failures:
            about = failure.url or failure.wanted_by[0].record
            yield Text.assemble("  ", cut(failure.reason) or cut(failure.kind), ("  ", ""), (cut(about), "dim"))
