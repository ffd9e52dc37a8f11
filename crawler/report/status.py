"""How things stand, for a terminal and for a program. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from rich.text import Text

from crawler import urls
from crawler.model import Json
from crawler.report.phrases import count, part
from crawler.report.standing import SOON, Host, Next, Status
from crawler.report.times import relative, span
from crawler.report.visible import cut, visible

_WIDEST_HOST = 28
# So many are told beside a report.
_RUNS, _DEAD = 5, 10


def lines(status: Status) -> Iterator[Text]:
    """The whole, in lines of 80 columns at most, but for URLs and paths that are longer."""
    yield _headline(status)
    yield from _runs(status)
    yield from _due(status)
    yield from _waiting(status)
    yield from _hosts(status)
    yield from _dead(status)


def around(status: Status) -> Iterator[Text]:
    """What a report tells besides its own run: dead links, what is due, the last runs; some of each."""
    few = replace(status, runs=status.runs[:_RUNS], dead=status.dead[:_DEAD])
    yield from _dead(few)
    if few.due:
        yield from _due(few)
        if not few.whole:
            yield Text(f"  {part(few)}", "dim")
    if len(few.runs) > 1:
        yield from _runs(few)


def _headline(status: Status) -> Text:
    now = "a run is under way" if status.busy else "no run is under way"
    if status.success is None:
        return Text.assemble((now, "bold"), "; none has gone to its end yet")
    return Text.assemble((now, "bold"), f"; the last full success began {relative(status.success, status.now)}")


def _title(words: str) -> Text:
    return Text.assemble("\n", (words, "bold underline"))


def _runs(status: Status) -> Iterator[Text]:
    if not status.runs:
        return
    yield Text.assemble(_title("Last runs"), (f"{'changed':>46}{'held':>8}{'failed':>8}", "dim"))
    for index, run in enumerate(status.runs):
        how = run.outcome or ("under way" if status.busy and index == 0 else "died")
        how = "dry run" if run.dry_run and how == "done" else how
        tone = {"done": "green", "dry run": "", "under way": "cyan"}.get(how, "yellow")
        figures = "".join(f"{number:>8,}" for number in (run.changes, run.held, run.failed))
        began = relative(run.started, status.now)
        yield Text.assemble(f"  {visible(run.id):22}  {began:12}  ", (f"{cut(how, 11):11}", tone), figures)


def _due(status: Status) -> Iterator[Text]:
    yield _title(f"Due ({count(status.due.total(), 'article')})")
    if not status.due:
        yield Text("  no article in the records has a page")
    for word, _ in SOON:
        if number := status.due[word]:
            yield Text.assemble(f"  {word:16}", (f"{number:>12,}", "bold" if word == "now" else ""))


def _waiting(status: Status) -> Iterator[Text]:
    waiting = []
    if held := status.held.total():
        waiting.append((count(held, "held change"), "metafresh review"))
    if status.accepted:
        waiting.append((count(status.accepted, "accepted change"), "metafresh apply"))
    if status.plan:
        waiting.append((f"a plan for {count(status.plan[1], 'record')}", f"metafresh apply {visible(status.plan[0])}"))
    if waiting:
        yield _title("Waiting for you")
    for words, command in waiting:
        yield Text.assemble(f"  {words:26}  ", (command, "cyan"))
        if command == "metafresh review":
            for (field, kind), number in status.held.most_common():
                yield Text(f"    {number:,} {visible(field)}{f', {visible(kind)}' if kind else ''}", "dim")


def _hosts(status: Status) -> Iterator[Text]:
    if not status.hosts:
        return
    title = _title(f"Hosts that fail ({status.host_count:,})")
    yield title + Text(f"{'pages':>{_WIDEST_HOST + 10 - len(title)}}  last success  left alone  why", "dim")
    for host in status.hosts:
        success = relative(host.last_success, status.now) if host.last_success else "never"
        alone = span(host.alone - status.now) if host.alone else ""
        name = (f"  {cut(host.host, _WIDEST_HOST):{_WIDEST_HOST}}", "bold")
        yield Text.assemble(name, f"{host.pages:>7,}  {success:12}  {alone:10}  ", (cut(host.why, 13), "dim"))
    yield from _others(status.host_count - len(status.hosts))


def _dead(status: Status) -> Iterator[Text]:
    if not status.dead:
        return
    yield _title(f"Dead links ({status.dead_count:,})")
    for dead in status.dead:
        yield Text(f"  {visible(urls.redacted(dead.url))}")
        told = f"{'AMP, ' if dead.amp else ''}{dead.why} for {span(status.now - dead.since)}"
        yield Text.assemble("    ", (told, "red"), (f"; in {visible(dead.article)}", "dim"))
    yield from _others(status.dead_count - len(status.dead))


def _others(number: int) -> Iterator[Text]:
    if number > 0:
        yield Text(f"  and {number:,} more", "dim")


def due_lines(articles: Sequence[Next], others: int, now: datetime) -> Iterator[Text]:
    """Articles, each with its turn and why; how many others there are."""
    for each in articles:
        is_due = each.next <= now
        yield Text(visible(each.place), "bold" if is_due else "")
        when = "due now" if is_due else f"due {relative(each.next, now)}"
        why = f"visited {relative(each.last, now)}; {each.why}" if each.last else each.why
        yield Text.assemble((f"  {when:14}", "green" if is_due else "cyan"), (f"  {visible(why)}", "dim"))
    if others:
        yield Text(f"and {others:,} more", "dim")


def to_dict(status: Status) -> dict[str, Json]:
    """The same for a program: times in ISO 8601, or null."""
    return {
        "type": "status",
        "v": 1,
        "at": _iso(status.now),
        "busy": status.busy,
        "last_success": _iso(status.success),
        "runs": [{**run._asdict(), "started": _iso(run.started)} for run in status.runs],
        "due": {word: status.due[word] for word, _ in SOON},
        "held": [{"field": field, "kind": kind, "count": n} for (field, kind), n in status.held.most_common()],
        "accepted": status.accepted,
        "plan": {"run": status.plan[0], "records": status.plan[1]} if status.plan else None,
        "hosts": [host_dict(each) for each in status.hosts],
        "host_count": status.host_count,
        "dead": [{**each._asdict(), "url": urls.redacted(each.url), "since": _iso(each.since)} for each in status.dead],
        "dead_count": status.dead_count,
        "whole": status.whole,
    }


def host_dict(host: Host) -> dict[str, Json]:
    """One host for a program."""
    moments = {key: _iso(getattr(host, key)) for key in ("since", "last_success", "alone")}
    return {**host._asdict(), **moments}


def due_dict(article: Next) -> dict[str, Json]:
    """One article's turn for a program."""
    return {"type": "due", "v": 1, **article._asdict(), "last": _iso(article.last), "next": _iso(article.next)}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
