"""What the pages of a host share: the ending that signs their titles, the tagline that they all give for an excerpt."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler import urls
from crawler.believe.ranking import folded
from crawler.model import Candidate

# Under how many different headlines something must stand; two may be a series.
_PAGES = 3
# What is shared is heard early; so a host takes no more memory, however many its pages.
_MAX_HEARD = 64
# Hosts that are remembered; the first is forgotten for the next.
_MAX_HOSTS = 2048
_ENDING = re.compile(r" (?:[-–—|│·•»«:/]|::|--) ([^-–—|│·•»«:]{2,60})\Z")


class Shared(NamedTuple):
    """What is known by now to be a host's and no article's: endings of titles, and excerpts, folded."""

    endings: tuple[str, ...] = ()
    excerpts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """What the pages of a run said so far: {host: {ending or excerpt: the headlines that it stood under, folded}}."""

    endings: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    excerpts: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))

    def learn(self, claims: Iterable[Candidate], url: str) -> Shared:
        """Hear the page at `url`, and tell what its host's pages share."""
        host = urls.host(url)
        if host not in self.endings and len(self.endings) >= _MAX_HOSTS:
            oldest = next(iter(self.endings))
            del self.endings[oldest], self.excerpts[oldest]
        endings, excerpts = self.endings[host], self.excerpts[host]
        titles = [claim.value for claim in claims if claim.tag == "title"]
        for title in titles:
            if ending := _ENDING.search(title):
                _hear(endings, ending[1], folded(title[: ending.start()]))
            for excerpt in {folded(claim.value) for claim in claims if claim.field == "excerpt"}:
                _hear(excerpts, excerpt, folded(title))
        return Shared(tuple(_known(endings)), frozenset(_known(excerpts)))


def _hear(heard: dict[str, set[str]], what: str, headline: str) -> None:
    if what in heard or len(heard) < _MAX_HEARD:
        headlines = heard.setdefault(what, set())
        if len(headlines) < _PAGES:
            headlines.add(headline)


def _known(heard: dict[str, set[str]]) -> Iterable[str]:
    return (what for what, headlines in heard.items() if len(headlines) == _PAGES)
