"""`metafresh audit`: damage that is already stored in records, and what to do about it."""

import asyncio
import json
import sys
import textwrap
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from crawler.cli import flags
from crawler.cli.named import named
from crawler.cli.stdout import put, put_printed
from crawler.errors import RecordError
from crawler.report.phrases import count
from crawler.report.visible import cut, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from crawler.audit import Finding
    from crawler.config import Config
    from crawler.model import Change, Json, Record
    from crawler.place import Place
    from crawler.records.folder import Found
    from crawler.state.rows import Held, Row

# What is to be done, behind the reason of a finding and in the summary. A fix shows itself.
_REMEDIES = {"fix": "", "visit": "; visit first", "hand": "; mend by hand"}
_TO_DO = {"fix": "to fix", "visit": "to visit first", "hand": "to mend by hand"}
_MOST_SHOWN = 150


def audit(
    paths: flags.Paths = None,
    only: flags.Only = None,
    hold: Annotated[
        bool, typer.Option("--hold", help="Hold the fixes for review; visit the rest in the next crawl.")
    ] = False,
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
    as_json: flags.AsJson = False,
    lock_wait: flags.LockWait = None,
    detailed_exit_code: Annotated[
        bool, typer.Option("--detailed-exit-code", help="Exit with 5 if something was found.")
    ] = False,
    files_from: flags.FilesFrom = None,
) -> None:
    """Find damage that is already stored in records.

    Nothing is asked of the web, and no record is written.

    Example: metafresh audit records/news
    """
    from crawler.config import load  # noqa: PLC0415

    config = load(config_file, flags.given(state=state))
    looked_at = named(paths or [], files_from, config.records)
    teller = Teller(looked_at, as_json=as_json)
    told = teller.told(_audited(looked_at, tuple(only or ()), config, teller))
    run = None
    if hold:
        run = asyncio.run(_hold(told, config.state, lock_wait or timedelta(0), teller))
    else:
        deque(told, maxlen=0)
    teller.conclude(run)
    raise typer.Exit(1 if teller.unusable else 5 if detailed_exit_code and teller.kinds else 0)


class Audited(NamedTuple):
    """A record with what is wrong with it."""

    found: "Found"
    record: "Record"
    findings: "tuple[Finding, ...]"


def _audited(paths: tuple[Path, ...], only: tuple[str, ...], config: "Config", teller: "Teller") -> Iterator[Audited]:
    """Each record under the paths; all are read twice, for what they have in common has to be known first."""
    from crawler.audit import audit, gathered  # noqa: PLC0415
    from crawler.config import load_schema  # noqa: PLC0415
    from crawler.records import articles, folder  # noqa: PLC0415
    from crawler.web.guard import Guard  # noqa: PLC0415

    schema, now = load_schema(config), datetime.now(UTC)
    guard = Guard(allow=tuple(map(ip_network, config.fetch.allow_addresses)))

    def read() -> "Iterator[tuple[Found, Record | RecordError | None]]":
        for found in folder.discover(paths, only):
            try:
                yield found, articles.read(str(found.path), folder.read(found.path), schema)
            except RecordError as error:
                yield found, error

    shared = gathered(record for _, record in read() if record and not isinstance(record, RecordError))
    for found, record in read():
        if isinstance(record, RecordError):
            teller.refuse(found.path, record)
        elif record:
            mine = tuple(folder.pinned(article, found.path, config.pin) for article in record.articles)
            record = replace(record, articles=mine)  # noqa: PLW2901  (it is the same, as its owner wants it kept)
            yield Audited(found, record, audit(record, shared, schema=schema, now=now, guard=guard))


# ---- holding


async def _hold(audited: Iterable[Audited], place: "Place", wait: timedelta, teller: "Teller") -> str | None:
    """Hold the fixes for review, and forget how articles were judged that want a visit.

    Returns:
        The run that holds them; None where there was nothing to hold.
    """
    from crawler.state.store import open_alone  # noqa: PLC0415
    from crawler.write import change_row  # noqa: PLC0415

    started = datetime.now(UTC)
    at = started.isoformat(timespec="seconds")
    async with open_alone(place, wait) as store:
        run = await store.new_run(started)
        for found, record, findings in audited:
            known = (await store.held_of([found.address])).get(found.address, [])
            rows = [
                change_row(fix, record.path, run, at) | {"type": "held", "kind": finding.kind, "others": []}
                for finding in findings
                if (fix := finding.fix) and not _is_asked(fix, known)
            ]
            if rows and not teller.held:
                await store.start_run(run, started, dry_run=False)
            await store.note_held(run, Path(found.address), record.path, *rows)
            teller.tell_held(rows)
            unsure = {finding.article for finding in findings if finding.remedy == "visit"}
            if unsure:
                await store.forget(found.address, unsure, _pages(record, unsure))
                teller.due += len(unsure)
        if not teller.held:
            return None
        finished = datetime.now(UTC)
        counts = {"records": teller.records, "held": teller.held, "seconds": (finished - started).total_seconds()}
        await store.finish_run(run, finished, "done", counts)
    return run


def _is_asked(fix: "Change", known: "Iterable[Held]") -> bool:
    """Whether a person has been asked already, and has yet to answer, or said no."""
    from crawler.state.rows import Decision  # noqa: PLC0415

    waiting = (None, Decision.ACCEPTED, Decision.REJECTED)
    asked = (held.row for held in known if held.decision in waiting)
    return any(
        fix.pointer == row["pointer"] and (fix.before, fix.after) == (row["before"], row["after"]) for row in asked
    )


def _pages(record: "Record", pointers: Iterable[str]) -> set[str]:
    """Canonical URLs of all that some articles of a record want visited."""
    from crawler import urls  # noqa: PLC0415

    return {
        urls.canonical(target.url)
        for article in record.articles
        if article.pointer in pointers
        for target in article.targets
    }


# ---- telling


@dataclass(slots=True)
class Teller:
    """Tells of what is found as it comes, and counts it.

    Attributes:
        paths: what the audit was asked to look at.
        unusable: whether one of them cannot be read.
        records: those that were audited; `damaged` are those with a finding.
        kinds, remedies: findings, by word.
        held: fixes that were held for review; `due` are articles that the next crawl is to visit.
    """

    paths: tuple[Path, ...]
    as_json: bool
    unusable: bool = False
    records: int = 0
    damaged: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    remedies: Counter[str] = field(default_factory=Counter)
    held: int = 0
    due: int = 0

    def told(self, audited: Iterable[Audited]) -> Iterator[Audited]:
        """The same, each told of before it is passed on."""
        for each in audited:
            findings = each.findings
            self.records += 1
            self.damaged += bool(findings)
            self.kinds.update(finding.kind for finding in findings)
            self.remedies.update(str(finding.remedy) for finding in findings)
            if self.as_json:
                _put_rows(map(_row, findings))
            elif findings:
                put_printed(partial(_print, findings, first=self.damaged == 1))
            yield each

    def refuse(self, path: Path, error: RecordError) -> None:
        """Say that a file cannot be read; the others have their turn all the same."""
        self.unusable |= path in self.paths
        print(f"metafresh: {visible(str(error))}", file=sys.stderr)

    def tell_held(self, rows: "list[Row]") -> None:
        """Count changes that were held, and tell a program of them."""
        self.held += len(rows)
        if self.as_json:
            _put_rows(row | {"type": "held"} for row in rows)

    def conclude(self, run: str | None) -> None:
        """Say what it comes to; who reads by a pipe hears nothing where nothing was found."""
        if not self.as_json and (self.kinds or sys.stdout.isatty()):
            put_printed(lambda console: self._summarise(console, run))

    def _summarise(self, console: "Console", run: str | None) -> None:
        if not self.kinds:
            console.print(f"no damage found in {count(self.records, 'record')}")
            return
        told = f"{count(self.kinds.total(), 'finding')} in {self.damaged:,} of {count(self.records, 'record')}"
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in self.kinds.most_common())
        to_do = ", ".join(f"{self.remedies[word]:,} {words}" for word, words in _TO_DO.items() if self.remedies[word])
        hint = "; --hold hands the fixes to review" if self.remedies["fix"] and run is None else ""
        console.print()
        for line in _wrapped(f"{told}: {kinds}", console.width):
            console.print(line, style="bold", soft_wrap=True)
        for line in _wrapped(f"{to_do}{hint}", console.width):
            console.print(line, soft_wrap=True)
        if run:
            console.print(f"{count(self.held, 'change')} held: metafresh review {run}", soft_wrap=True)
        if self.due:
            console.print(f"{count(self.due, 'article')} due again: metafresh crawl", soft_wrap=True)


def _put_rows(rows: "Iterable[Row]") -> None:
    put("".join(f"{json.dumps(row)}\n" for row in rows))


def _row(finding: "Finding") -> "Row":
    fix = finding.fix
    return {
        "type": "finding",
        "v": 1,
        "record": finding.record,
        "line": finding.line,
        "pointer": finding.pointer,
        "kind": finding.kind,
        "reason": finding.why,
        "value": finding.value,
        "remedy": str(finding.remedy),
        "fix": {"before": fix.before, "after": fix.after, "reason": fix.reason} if fix else None,
    }


def _print(findings: "Iterable[Finding]", console: "Console", *, first: bool) -> None:
    if not first:
        console.print()
    for index, finding in enumerate(findings):
        if index == 0:
            console.print(visible(finding.record), style="bold", soft_wrap=True, markup=False)
        for line in entry(finding, console.width):
            console.print(line, soft_wrap=True)


def entry(finding: "Finding", width: int) -> "Iterator[Text]":
    """One finding in lines of at most `width`, but for a URL or another word that is longer."""
    from rich.text import Text  # noqa: PLC0415

    yield Text.assemble(f"  line {finding.line}  ", (visible(finding.pointer), "cyan"), "  ", (finding.kind, "yellow"))
    fix = finding.fix
    sides = (("- ", "red", fix.before), ("+ ", "green", fix.after)) if fix else (("", "", finding.value),)
    shown = _around(*(_plain(value) for _, _, value in sides))
    for (sign, tone, _), words in zip(sides, shown, strict=True):
        for index, line in enumerate(_wrapped(words, width - 4 - len(sign))):
            yield Text(f"    {' ' * len(sign) if index else sign}{line}", tone)
    for line in _wrapped(f"{finding.why}{_REMEDIES[finding.remedy]}", width - 4):
        yield Text(f"    {line}", "dim")


def _around(*texts: str) -> tuple[str, ...]:
    """The texts from a little before where they part, as much of them as one wants to read."""
    same = len(_common_start(*texts)) if len(texts) > 1 else 0
    start = same - 30 if same > _MOST_SHOWN // 2 else 0
    return tuple(("…" if start else "") + cut(text[start:], _MOST_SHOWN) for text in texts)


def _common_start(one: str, other: str) -> str:
    length = next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[:length]


def _plain(value: "Json") -> str:
    if value is None:
        return "(not there)"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _wrapped(words: str, width: int) -> list[str]:
    return textwrap.wrap(words, max(width, 20), break_long_words=False, break_on_hyphens=False)
