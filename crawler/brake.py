"""The brake: a run that would change too much in one way is stopped before it writes.

In one way is: the same field of a host's articles; or, of articles wherever they are, a field to the same new value, as
when every page is a captive portal's. What is held does no harm, and where nothing was, nothing is lost.
"""

from collections.abc import Sequence
from hashlib import blake2b

from crawler import urls
from crawler.due import Due
from crawler.findings import Finding
from crawler.holding import Past
from crawler.model import Change
from crawler.run import Run, doubted

# Fewer changes than this are never a catastrophe.
_FLOOR = 20
_ALL = ""


def count(run: Run, due: Due, finding: Finding, changes: Sequence[Change]) -> None:
    """Take an article into account, and what would change in it."""
    if run.config.brake is None or not finding.heard:
        return
    host = urls.registrable_host(due.targets[0].url)
    run.visited.update((host, _ALL))
    if changes and finding.article:
        held = doubted(run, finding, finding.article, changes, Past())
        harmful = [change for change in changes if change.pointer not in held and change.before]
        run.changing.update({(host, change.field, "") for change in harmful})
        run.changing.update(
            {(_ALL, change.field, _print(change)) for change in harmful if isinstance(change.after, str)}
        )


def _print(change: Change) -> str:
    return blake2b(repr(change.after).encode(errors="surrogatepass"), digest_size=8).hexdigest()


def reason(run: Run) -> str | None:
    """Why the run must not write any more, in one line; None where it may."""
    most = run.config.brake
    if most is None or run.braked:
        return None
    for (host, field, same), changing in run.changing.items():
        visited = run.visited[host]
        if changing >= _FLOOR and changing * 100 > most * visited:
            whose, how = (f" of {host}" if host else ""), (" to the same value" if same else "")
            share = f"{changing} of {visited} articles{whose} would change in {field}{how}, more than {most:g} %"
            return f"the brake stopped the run: {share}; what it would have written is kept as a plan"
    return None
