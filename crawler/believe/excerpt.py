"""The excerpt: the longest of what says the same, and no boilerplate."""

import re
from collections.abc import Sequence, Set

from crawler.believe.ranking import folded, ranked, refused
from crawler.believe.site import Site
from crawler.model import Candidate

_CUT = re.compile(r" ?(?:\.{2,}|…|\[(?:\.{3}|…)\]) ?$")
_ELLIPSIS = 8
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "»", "”", '"')
# Phrases of footers and notices; a text with two of them is one.
_BOILERPLATE = (
    *("disclaimer", "accessibility statement", "privacy policy", "terms of use", "terms of service", "cookie policy"),
    *("all rights reserved", "commerce policy", "sign up for our newsletter", "enable javascript", "your browser"),
)
_LONGEST_NAME = 80


def description(
    claims: Sequence[Candidate], title: str | None, site: Site, shared: Set[str] = frozenset()
) -> tuple[str | None, list[Candidate]]:
    """The excerpt to believe, and the claims, the best first; `shared` are those of other articles too, folded."""
    values = {claim.value for claim in claims}
    strange = {value: why for value in values if (why := _strange(value, title, site, shared))}
    kept = [claim for claim in claims if claim.value not in strange] if strange else claims
    # Where all say the same there is nothing to fold.
    best = ranked(kept, meant=None if len(values) > 1 else [claim.value for claim in kept])
    rest = [refused(claim, strange[claim.value]) for claim in claims if claim.value in strange] if strange else []
    if not best:
        return None, rest
    longest = _longest(best)
    if longest is not best[0]:
        best[0] = best[0]._replace(because="cut shorter than another with the same start")
        winner = longest._replace(because="goes on where the most trusted one was cut")
        best = [winner, *(claim for claim in best if claim is not longest)]
    return best[0].value, best + rest


def _longest(best: Sequence[Candidate]) -> Candidate:
    """The claim that goes on where the first one was cut; a cut one goes on from no whole sentence."""
    first = best[0].value
    longer = [claim for claim in best if len(claim.value) > len(first) - _ELLIPSIS and claim.value != first]
    whole = _CUT.sub("", first) if longer else ""
    ended = whole == first and first.endswith(_SENTENCE_ENDS)
    start = folded(whole)
    longest, length = best[0], len(start)
    for claim in longer if start else ():
        text = folded(claim.value)
        if len(text) > length and text.startswith(start) and not (ended and _CUT.search(claim.value)):
            longest, length = claim, len(text)
    return longest


def _strange(value: str, title: str | None, site: Site, shared: Set[str]) -> str | None:
    """Why a text describes no article; None if it may."""
    if len(value) < _LONGEST_NAME + 2 * len(title or "") and folded(value) in {"", folded(title or "")}:
        return "it is the title" if folded(value) else "it says nothing"
    if len(value) < _LONGEST_NAME and site.signs(value):
        return "it is the site's name"
    if shared and folded(value) in shared:
        return "other articles of the site have it too"
    low = value.lower()
    if sum(map(low.__contains__, _BOILERPLATE)) > 1:
        return "it is boilerplate"
    return None
