"""What a site signs its titles with, learned from its pages: an ending that several of them share."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler import urls
from crawler.believe.ranking import folded
from crawler.model import Candidate

# How many different headlines must bear an ending; two may be a series.
_PAGES = 3
_MAX_ENDINGS = 64
_ENDING = re.compile(r"\s(?:[-–—|│·•»«:/]|::|--)\s+([^-–—|│·•»«:]{2,60})\Z")


@dataclass(frozen=True, slots=True)
class Signatures:
    """The endings heard so far: {host: {ending: the headlines before it, folded}}."""

    heard: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))

    def learn(self, claims: Iterable[Candidate], url: str) -> tuple[str, ...]:
        """Hear the title of the page at `url`; what is known by now to be its site's signature."""
        endings = self.heard[urls.host(url)]
        for claim in claims:
            ending = _ENDING.search(claim.value) if claim.tag == "title" else None
            if ending and (ending[1] in endings or len(endings) < _MAX_ENDINGS):
                headlines = endings.setdefault(ending[1], set())
                if len(headlines) < _PAGES:
                    headlines.add(folded(claim.value[: ending.start()]))
        return tuple(ending for ending, headlines in endings.items() if len(headlines) == _PAGES)
