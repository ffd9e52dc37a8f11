"""The names of a site, and titles without them.

Only names known to be the site's are cut off: what it calls itself, and its host. "DNA in Patients With Non-" ends
like a title with a site behind it, and does not.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from crawler import urls
from crawler.believe.ranking import folded, ranked, refused, trust
from crawler.model import Candidate

_WORD = re.compile(r"\w+")
# Claims are clean: what parts their words is one blank, never a run of them that a pattern would try again and again.
_SEPARATOR = re.compile(
    r" (?:[-–—―‒|·•»«›‹:/~*<>¦│ㅣ・∣⎪@]+) | ?(?:[|│ㅣ»«¦｜∣⎪_]|::|：|--|[—–]|- ) ?|[:,] | [-–\[(]|[-*:]"
)
_MARK = re.compile("[-–—―‒|·•»«›‹:/~*<>¦│ㅣ・｜∣⎪@_：,([]")
EDGES = " \t-–—―‒|·•»«›‹:：/~*<>¦│ㅣ・｜∣⎪,@_"
_DOMAINS = ("com", "org", "net")
_MAX_HOSTS = 4096


class Site(NamedTuple):
    """What a site may sign its titles with: folded `names`, or any of the `words` of its host."""

    names: frozenset[str]
    words: tuple[str, ...]

    def signs(self, text: str) -> bool:
        """Whether a text is nothing but the site's name."""
        name = folded(text)
        return name in self.names or (
            name.startswith(self.words) and set(self.words).issuperset(_WORD.findall(text.casefold()))
        )

    def is_named_in(self, text: str) -> bool:
        """Whether a text holds any of the names or words at all: the quick question before the exact one."""
        name = folded(text)
        for known in (self.names, self.words):
            for each in known:
                if each in name:
                    return True
        return False


def names(claims: Sequence[Candidate], titles: Sequence[Candidate]) -> list[Candidate]:
    """The claims of a site's name, the best first; an address is none, nor is the headline of the page."""
    kept, strange = [], []
    for claim in claims:
        if "://" in claim.value or claim.value.startswith("@"):
            strange.append(refused(claim, "it is an address"))
        elif len(claim.value.split()) > 3 and _is_headline(folded(claim.value), titles):
            strange.append(refused(claim, "it is the page's title"))
        else:
            kept.append(claim)
    return [*ranked(kept), *strange]


def _is_headline(name: str, titles: Sequence[Candidate]) -> bool:
    return any(trust(claim) > 0.7 and folded(claim.value) == name for claim in titles)


def site(claimed: Sequence[str], url: str) -> Site:
    """The site at `url`, which calls itself by the claimed names."""
    return _called(tuple(claimed), urls.host(url))


@lru_cache(maxsize=_MAX_HOSTS)
def _called(claimed: tuple[str, ...], host: str) -> Site:
    of_host = _of_host(host)
    known = {folded(name) for name in claimed}
    known |= {folded(part) for name in claimed for part in _SEPARATOR.split(name) if len(part) > 3}
    return Site(of_host.names | _forms(known), of_host.words)


@lru_cache(maxsize=_MAX_HOSTS)
def _of_host(host: str) -> Site:
    """What a host tells of its site's names."""
    host = host.removeprefix("www.")
    domain = urls.registrable_host(f"https://{host}/").removeprefix("www.")
    known = {folded(host), folded(domain), folded(domain.partition(".")[0])}
    words = {word for word in _WORD.findall(host.rpartition(".")[0]) if len(word) > 2}
    return Site(_forms(known), tuple(words))


def _forms(known: set[str]) -> frozenset[str]:
    """Folded names with and without their domain's ending and their article."""
    known |= {name.removesuffix(ending) for name in known if len(name) > 6 for ending in _DOMAINS}
    known |= {f"the{name}" for name in known} | {name.removeprefix("the") for name in known}
    return frozenset(name for name in known if len(name) > 1)


def without_names(title: str, of: Site) -> str:
    """The title without names of the site at its ends; the title itself where nothing else would be left."""
    for _ in range(2):
        cuts = _separators(title)
        if cut := _last_cut(title, cuts, of):
            title = title[: cut.start()].rstrip(EDGES)
        elif cut := _first_cut(title, cuts, of):
            title = title[cut.end() :].lstrip(EDGES)
        else:
            break
    return title


def _separators(title: str) -> list[re.Match[str]]:
    """What may part a title from a name, in order; found by its marks, because to try each blank takes far longer."""
    cuts: list[re.Match[str]] = []
    end = 0
    for mark in _MARK.finditer(title):
        at = mark.start()
        if at >= end:
            before = max(end, len(title[:at].rstrip()))
            cut = _SEPARATOR.match(title, before) or (at > before and _SEPARATOR.match(title, at - 1))
            if cut := cut or _SEPARATOR.match(title, at):
                cuts.append(cut)
                end = cut.end()
    return cuts


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
