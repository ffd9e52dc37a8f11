"""The names of a site, and titles without them.

Only names known to be the site's are cut off: what it calls itself, and its host. "DNA in Patients With Non-" ends
like a title with a site behind it, and does not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler import urls
from crawler.believe.ranking import folded, ranked, refused, trust
from crawler.model import Candidate

_WORD = re.compile(r"\w+")
_SEPARATOR = re.compile(
    r"\s+(?:[-–—―‒|·•»«›‹:/~*<>¦│ㅣ・∣⎪@]+)\s+|\s*(?:[|│ㅣ»«¦｜∣⎪_]|::|：|--|[—–]|- )\s*|[:,]\s+|\s[-–\[(]|[-*]"
)
EDGES = " \t-–—―‒|·•»«›‹:：/~*<>¦│ㅣ・｜∣⎪,@_"


@dataclass(frozen=True, slots=True)
class Site:
    """What a site may sign its titles with: folded `names`, or any of the `words` of its host."""

    names: frozenset[str]
    words: frozenset[str]

    def signs(self, text: str) -> bool:
        """Whether a text is nothing but the site's name."""
        name = folded(text)
        return name in self.names or (bool(name) and self.words.issuperset(_WORD.findall(text.casefold())))


def names(claims: Sequence[Candidate], titles: Sequence[Candidate]) -> list[Candidate]:
    """The claims of a site's name, the best first; an address is none, nor is the headline of the page."""
    headlines = {folded(claim.value) for claim in titles if trust(claim) > 0.7}
    kept, strange = [], []
    for claim in claims:
        if "://" in claim.value or claim.value.startswith("@"):
            strange.append(refused(claim, "it is an address"))
        elif len(claim.value.split()) > 3 and folded(claim.value) in headlines:
            strange.append(refused(claim, "it is the page's title"))
        else:
            kept.append(claim)
    return [*ranked(kept), *strange]


def site(claimed: Sequence[str], url: str) -> Site:
    """The site at `url`, which calls itself by the claimed names."""
    host = urls.host(url).removeprefix("www.")
    domain = urls.registrable_host(url).removeprefix("www.")
    known = {folded(name) for name in (*claimed, host, domain, domain.partition(".")[0])}
    known |= {folded(part) for name in claimed for part in _SEPARATOR.split(name) if len(part) > 3}
    known |= {name.removesuffix(ending) for name in tuple(known) for ending in ("com", "org", "net") if len(name) > 6}
    known |= {f"the{name}" for name in known} | {name.removeprefix("the") for name in known}
    words = {word for word in _WORD.findall(host.rpartition(".")[0]) if len(word) > 2}
    return Site(frozenset(name for name in known if len(name) > 1), frozenset(words))


def without_names(title: str, of: Site) -> str:
    """The title without names of the site at its ends; the title itself where nothing else would be left."""
    for _ in range(2):
        cuts = list(_SEPARATOR.finditer(title))
        if cut := _last_cut(title, cuts, of):
            title = title[: cut.start()].rstrip(EDGES)
        elif cut := _first_cut(title, cuts, of):
            title = title[cut.end() :].lstrip(EDGES)
        else:
            break
    return title


def _last_cut(title: str, cuts: Sequence[re.Match[str]], of: Site) -> re.Match[str] | None:
    """The separator from which on only the site speaks: its name, and what follows it (its portal, its section)."""
    ends = [*(cut.start() for cut in cuts[1:]), len(title)]
    for cut, end in zip(cuts, ends, strict=False):
        if (of.signs(title[cut.end() :]) or of.signs(title[cut.end() : end])) and folded(title[: cut.start()]):
            return cut
    return None


def _first_cut(title: str, cuts: Sequence[re.Match[str]], of: Site) -> re.Match[str] | None:
    """The last separator before which only the site speaks."""
    for cut in reversed(cuts):
        if of.signs(title[: cut.start()]) and folded(title[cut.end() :]):
            return cut
    return None
