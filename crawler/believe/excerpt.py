"""The excerpt: the longest of what says the same, and no boilerplate."""

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.believe.ranking import folded, ranked, refused
from crawler.believe.site import Site
from crawler.model import Candidate

_CUT = re.compile(r"\s*(?:\.{2,}|…|\[(?:\.{3}|…)\])\s*$")
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "»", "”", '"')
_BOILERPLATE = re.compile(
    r"disclaimer|accessibility statement|privacy policy|terms of (?:use|service)|cookie policy|all rights reserved"
    r"|commerce policy|sign up for our newsletter|enable javascript|your browser",
    re.IGNORECASE,
)


def description(claims: Sequence[Candidate], title: str | None, site: Site) -> tuple[str | None, list[Candidate]]:
    """The excerpt to believe, and the claims, the best first."""
    kept: list[Candidate] = []
    strange: list[Candidate] = []
    for claim in claims:
        why = _strange(claim.value, title, site)
        (strange if why else kept).append(refused(claim, why) if why else claim)
    best = ranked(kept)
    if not best:
        return None, strange
    longest = _longest(best)
    if longest is not best[0]:
        best[0] = replace(best[0], because="cut shorter than another with the same start")
        winner = replace(longest, because="goes on where the most trusted one was cut")
        best = [winner, *(claim for claim in best if claim is not longest)]
    return best[0].value, [*best, *strange]


def _longest(best: Sequence[Candidate]) -> Candidate:
    """The claim that goes on where the first one was cut; a cut one goes on from no whole sentence."""
    first = best[0].value
    whole = _CUT.sub("", first)
    ended = whole == first and first.endswith(_SENTENCE_ENDS)
    start = folded(whole)
    if not start:
        return best[0]
    longest, length = best[0], len(start)
    for claim in best[1:]:
        text = folded(claim.value)
        if len(text) > length and text.startswith(start) and not (ended and _CUT.search(claim.value)):
            longest, length = claim, len(text)
    return longest


def _strange(value: str, title: str | None, site: Site) -> str | None:
    """Why a text describes no article; None if it may."""
    if title and folded(value) == folded(title):
        return "it is the title"
    if site.signs(value) or not folded(value):
        return "it is the site's name"
    if len(_BOILERPLATE.findall(value)) > 1:
        return "it is boilerplate"
    return None
