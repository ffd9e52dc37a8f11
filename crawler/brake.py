"""What a run would change, seen as a whole.

- What two pages of a host would both say, unlike what their articles say by now, is the site's or a wall's: it is held.
- The brake: a run that would change too much in one way stops before it writes. In one way is: the same field of a
  host's articles; or, of articles wherever they are, a field to the same new value, as when every page is a captive
  portal's. What is held does no harm, and where nothing was, nothing is lost.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from rapidfuzz import fuzz

from crawler import urls
from crawler.due import Due
from crawler.findings import Finding
from crawler.holding import Doubt, Past
from crawler.model import Article, Change
from crawler.run import Run, doubted

# So many pages of a host that would say the same.
_BOILERPLATE = 2
# Per cent: below, two texts are about different things.
_STRANGE = 45
# Fewer changes than this are never a catastrophe.
_FLOOR = 20
_ALL = ""


def count(run: Run, due: Due, finding: Finding, changes: Sequence[Change]) -> None:
    """Take an article into account, and what would change in it."""
    if not finding.heard:
        return
    host, page = _host(due.targets[0].url), urls.canonical(due.targets[0].url)
    run.visited.update((host, _ALL))
    if not changes or not finding.article:
        return
    held = doubted(run, finding, finding.article, changes, Past())
    harmful = [change for change in changes if change.before and change.pointer not in held]
    run.changing.update({(host, change.field, "") for change in harmful})
    for change in harmful:
        if isinstance(change.after, str) and _is_news(run, page, change):
            run.changing[_ALL, change.field, _print(change.after)] += 1
            run.changing[host, change.field, _print(change.after)] += _is_strange(change)


def _is_news(run: Run, page: str, change: Change) -> bool:
    """Whether a page has not said so yet: what several articles want says it to all of them."""
    said = _print((page, change.field, change.after))
    is_news = said not in run.said
    run.said.add(said)
    return is_news


def boilerplate(run: Run, article: Article, change: Change) -> Doubt | None:
    """A doubt in what several pages of a host would say."""
    if not _is_strange(change):
        return None
    alike = run.changing[_host(article.targets[0].url), change.field, _print(change.after)]
    return Doubt("boilerplate", f"{alike} pages of the host would say the same") if alike >= _BOILERPLATE else None


def reason(run: Run) -> str | None:
    """Why the run must not write any more, in one line; None where it may."""
    most = run.config.brake
    if most is None or run.braked:
        return None
    held: Counter[tuple[str, str, str]] = Counter()
    for (host, field, same), changing in run.changing.items():
        if host and same and changing >= _BOILERPLATE:
            held.update({(host, field, ""): changing, (_ALL, field, same): changing})
    for (host, field, same), changing in run.changing.items():
        visited, harmful = run.visited[host], changing - held[host, field, same]
        if bool(host) != bool(same) and harmful >= _FLOOR and harmful * 100 > most * visited:
            whose, how = (f" of {host}" if host else ""), (" to the same value" if same else "")
            share = f"{harmful} of {visited} articles{whose} would change in {field}{how}, more than {most:g} %"
            return f"the brake stopped the run: {share}; what it would have written is kept as a plan"
    return None


def _is_strange(change: Change) -> bool:
    """Whether words are replaced by others that have little in common with them."""
    before, after = change.before, change.after
    return isinstance(before, str) and isinstance(after, str) and fuzz.ratio(before, after) < _STRANGE


def _host(url: str) -> str:
    return urls.registrable_host(url) or "-"


def _print(value: object) -> str:
    return blake2b(repr(value).encode(errors="surrogatepass"), digest_size=8).hexdigest()
