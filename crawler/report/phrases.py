"""The words that all renderings share. Pure."""

import shlex
from datetime import UTC, datetime

from crawler.merge import MOVED
from crawler.report.changes import Picture, PictureChange
from crawler.report.model import Report
from crawler.report.standing import SOON, Status
from crawler.report.times import span

_ENDINGS = {
    "done": None,
    "brake": "The brake stopped this run: too many records would have changed. Nothing was written.",
    "interrupted": "This run was interrupted; what it had done is kept.",
    None: "This run has not ended: it is still at work, or it died.",
}


def count(number: int, noun: str) -> str:
    """`1 page`, `1,200 pages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """`0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`; a whole number has no tenths."""
    if 0 < seconds < 10 and seconds % 1:
        return f"{seconds:.1f} s"
    whole = max(round(seconds), 0)
    minutes, rest = divmod(whole, 60)
    if whole < 60:
        return f"{whole} s"
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"


def volume(size: int) -> str:
    """Bytes as `812 bytes`, `14.2 kB`, `1.5 MB`, in powers of 1,000."""
    if size < 1000:
        return count(size, "byte")
    amount = float(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:,.1f} TB"


def moment(at: datetime) -> str:
    """`23 Nov 2026, 00:39 UTC`."""
    return f"{at.astimezone(UTC):%d %b %Y, %H:%M} UTC".lstrip("0")


def summary_line(report: Report) -> str:
    """`2 changed, 0 held, 3 failed, 9 unchanged`: articles, values, failures, articles."""
    return ", ".join(f"{number:,} {word}" for word, number in figures(report))


def figures(report: Report) -> tuple[tuple[str, int], ...]:
    """What the summary counts, each with its word; what was only planned "would change"."""
    headline = report.headline
    changed = "would change" if is_plan(report) else "changed"
    return (
        (changed, headline.changed),
        ("held", headline.held),
        ("failed", headline.failed),
        ("unchanged", headline.unchanged),
    )


def is_plan(report: Report) -> bool:
    """Whether the changes were not written: a dry run, or one that the brake stopped."""
    return report.dry_run or report.outcome == "brake"


def facts(report: Report) -> tuple[str, ...]:
    """When the run was, how long it took, what it read, and how long before it all went well."""
    headline = report.headline
    parts = [moment(report.started), duration(headline.seconds)]
    if headline.visited or not headline.values:
        unmodified = f" ({headline.not_modified} not modified)" if headline.not_modified else ""
        parts += [count(headline.visited, "page") + unmodified, volume(headline.bytes)]
    if headline.values:
        parts.append(f"{count(headline.values, 'value')} in {count(headline.records, 'record')}")
    if report.last_success:
        parts.append(f"{span(report.started - report.last_success)} after the last full success")
    elif report.standing:
        parts.append("no full success before it")
    return tuple(parts)


def forecast(standing: Status) -> str:
    """`31 now, 118 within an hour, 1,204 within a day`: articles by when they are due."""
    return ", ".join(f"{number:,} {word}" for word, _ in SOON if (number := standing.due[word])) or "nothing"


def part(standing: Status) -> str:
    """What a reader should know of what is due and dead, where not all was looked at."""
    return "" if standing.whole else "of the records that there was time to look at; metafresh status tells of all"


def next_steps(report: Report) -> tuple[tuple[str, str], ...]:
    """What a reader may want to do now: in words, and the command for it."""
    steps = []
    if is_plan(report) and report.records:
        steps.append(("Write it", f"metafresh apply {report.run}"))
    if report.held:
        steps.append(("Decide on what is held", "metafresh review"))
    if report.records or report.held or report.failures:
        steps.append(("Read it in a browser", f"metafresh report {report.run} --format html --open"))
    return tuple(steps)


def revert(report: Report, record: str) -> str | None:
    """The command that takes back what the run did to a record; None where it did nothing, or no shell can be told."""
    if is_plan(report) or not record.isprintable():
        return None
    return f"metafresh revert {report.run} {shlex.quote(f'./{record}' if record.startswith('-') else record)}"


def ending(report: Report) -> str | None:
    """How the run ended, where that needs saying."""
    if report.dry_run and report.outcome == "done":
        return "A dry run: nothing was written."
    return _ENDINGS.get(report.outcome, f"This run ended with: {report.outcome}.")


def size(picture: Picture | None) -> str:
    """`642 × 321`; what is known of it; `no picture`."""
    if picture is None:
        return "no picture"
    if picture.width is not None and picture.height is not None:
        return f"{picture.width} × {picture.height}"
    known = [
        f"{word} {side}" for word, side in (("width", picture.width), ("height", picture.height)) if side is not None
    ]
    return known[0] if known else "no size"


def sizes(change: PictureChange) -> str:
    """`642 × 321 → 800 × 400`; "same size" where none changed."""
    return f"{size(change.before)} → {size(change.after)}" if change.resized else "same size"


def kind_of(change: PictureChange) -> str:
    """What happened to a picture, in two or three words."""
    if change.before is None:
        return "first picture"
    if not change.spans:
        return "same picture, another size"
    return "same picture, new address" if any(MOVED in why.reason for why in change.whys) else "another picture"


def age(report: Report, since: datetime | None) -> str | None:
    """For how long something has failed, `5 days`; None where it does not, or began to in this very run."""
    if since is None or report.standing is None or since >= report.started:
        return None
    return span(report.standing.now - since)


def note(status: str) -> str | None:
    """What became of a change since, where it did not simply stay."""
    return {"rejected": "rejected", "reverted": "taken back"}.get(status)
