"""The brake: a run that would change too much of a host, or of all, in one way is stopped before it writes."""

from collections.abc import Sequence

from crawler import urls
from crawler.due import Due
from crawler.findings import Finding
from crawler.holding import Past, doubts
from crawler.model import Change
from crawler.run import Run

# Fewer changes than this are never a catastrophe.
_FLOOR = 20
_ALL = ""


def count(run: Run, due: Due, finding: Finding, changes: Sequence[Change]) -> None:
    """Take an article into account, and what would change in it; what will be held does no harm."""
    if run.config.brake is None or not finding.heard:
        return
    host = urls.registrable_host(due.targets[0].url)
    run.visited.update((host, _ALL))
    if changes and finding.article:
        after = run.config.judge.confirm_after
        held = doubts(changes, finding.article, finding.witnesses, Past(), now=run.started, confirm_after=after)
        fields = {change.field for change in changes if change.pointer not in held}
        run.changing.update((where, field) for where in (host, _ALL) for field in fields)


def reason(run: Run) -> str | None:
    """Why the run must not write any more, in one line; None where it may."""
    most = run.config.brake
    if most is None or run.braked:
        return None
    for (host, field), changing in run.changing.items():
        visited = run.visited[host]
        if changing >= _FLOOR and changing * 100 > most * visited:
            whose = f" of {host}" if host else ""
            share = f"{changing} of {visited} articles{whose} would change in {field}, more than {most:g} %"
            return f"the brake stopped the run: {share}; what it would have written is kept as a plan"
    return None
