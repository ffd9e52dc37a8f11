"""The headline: what the sources mean when the names around it are taken off."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from crawler.believe.ranking import believed, folded, folds, ranked, refused, source
from crawler.believe.site import EDGES, Site, without_names
from crawler.model import Candidate

# What parts a headline from a name, and hardly ever stands within either; "_" and "-" without blanks are Chinese.
_STRONG = r" (?:[-–—―|·•»«/¦│ㅣ｜@]|::|--) | ?(?:[|│ㅣ»¦｜]|::| _) ?|(?<=[\u3000-\uffef])[_-](?=[\u3000-\uffef])"
_TAIL = re.compile(_STRONG)
_BEHIND = re.compile(rf"{_STRONG}|：| ?-- ?| [-–]|[-–] |_")
_BEFORE = re.compile(rf"(?:{_STRONG}|：|: | ?-- ?| [-–]|[-–] |_)\Z")
# What the address and the words of the title can make of a doubt, together.
_MOST_SWAY = 0.5 * 0.5
_WORD = re.compile(r"\w{3,}")


def headline(claims: Sequence[Candidate], site: Site, url: str) -> tuple[str | None, list[Candidate]]:
    """The title to believe, and the claims, the best first."""
    cores = {claim.value: claim.value for claim in claims}
    nameless = set()
    for value in filter(site.is_named_in, list(cores)):
        cores[value] = core = without_names(value, site)
        if site.signs(core):
            nameless.add(value)
    kept, strange = claims, []
    if 0 < len(nameless) < len(cores):
        kept = [claim for claim in claims if claim.value not in nameless]
        strange = [refused(claim, "it is the site's name") for claim in claims if claim.value in nameless]
    shorter = _affixed({cores[claim.value] for claim in kept})
    final = {value: shorter.get(core, core) for value, core in cores.items()} if shorter else cores
    meant = folds([final[claim.value] for claim in kept])
    best = ranked(kept, meant=meant)
    if len(set(meant)) > 1 and _is_contested(best, dict(zip([claim.value for claim in kept], meant, strict=True))):
        best = ranked(kept, meant=meant, witnesses=_all_witnesses(kept, final, url))
    if best and source(best[0].tag) == "title" and final[best[0].value] == best[0].value:
        final[best[0].value] = _without_tail(best[0].value)
    told = [claim if claim.value == final[claim.value] else _with_cut(claim, final[claim.value]) for claim in best]
    return (final[told[0].value] if believed(told) else None), told + strange


def _is_contested(best: Sequence[Candidate], meant: Mapping[str, str]) -> bool:
    """Whether another title could win if all that is asked next spoke for it."""
    first = best[0] if best else None
    rival = next((claim for claim in best if first and meant[claim.value] != meant[first.value]), None)
    return bool(first and rival and 1 - first.trust > (1 - rival.trust) * _MOST_SWAY)


def _all_witnesses(claims: Sequence[Candidate], final: Mapping[str, str], url: str) -> list[dict[str, float]]:
    address = _words(unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2])
    named = next((_words(final[claim.value]) for claim in claims if claim.tag == "title"), frozenset())
    return [_witnesses(final[claim.value], claim, address, named) for claim in claims]


def _with_cut(claim: Candidate, core: str) -> Candidate:
    affix = claim.value.replace(core, "", 1).strip()
    return claim._replace(because=f"{claim.because}; without {affix!r}")


def _witnesses(text: str, claim: Candidate, address: frozenset[str], named: frozenset[str]) -> dict[str, float]:
    """What speaks for a title though it does not say quite the same.

    The address is often made of the headline. The first heading is the headline reworded for people where it shares
    words with `<title>`, else it may be anything.
    """
    words = _words(text)
    found = {}
    if len(address) > 2 and (shared := len(words & address) / len(address)) > 0.5:
        found["the address"] = 0.5 * shared
    if claim.tag == "h1" and len(words) > 2 and (shared := len(words & named) / len(words)) > 0.5:
        found["the words of the title"] = 0.5 * shared
    return found


def _words(text: str) -> frozenset[str]:
    plain = text.casefold().replace("_", " ")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return frozenset(_WORD.findall(plain))


def _without_tail(title: str) -> str:
    """A title that no other source confirms, without what its last strong separators part off, if that is less.

    Only for `<title>`, which is the bare headline on one page in four; a card that is filled from it may well mean it.
    """
    for _ in range(2):
        cut = None
        for cut in _TAIL.finditer(title):  # noqa: B007 (the last one is wanted)
            pass
        if cut is None or not _substantial(title[: cut.start()]) or len(title) - cut.end() > cut.start():
            break
        title = title[: cut.start()].rstrip(EDGES)
    return title


def _affixed(titles: set[str]) -> dict[str, str]:
    """Which titles are another one plus something behind or before a separator: {longer: shorter}.

    Where both ends of a title are titles of their own, the front is the headline.
    """
    found: dict[str, tuple[bool, int, str]] = {}
    if len(titles) < 2:
        return {}
    plain = {title: title.casefold() for title in titles}
    for shorter in filter(_substantial, titles):
        for longer in titles:
            if len(shorter) >= len(longer) or plain[shorter] not in plain[longer]:
                continue
            front = plain[longer].startswith(plain[shorter])
            if front:
                parted = _BEHIND.match(longer, len(shorter))
            elif plain[longer].endswith(plain[shorter]):
                parted = _BEFORE.search(longer, 0, len(longer) - len(shorter))
            else:
                continue
            if parted:
                found[longer] = max(found.get(longer, (False, 0, "")), (front, len(shorter), shorter))
    return {longer: shorter for longer, (_, _, shorter) in found.items()}


def _substantial(title: str) -> bool:
    """Whether a title can stand alone: a lone word before a dash is a section or a series, not the headline."""
    return len(title.split()) > 2 or (not title.isascii() and len(folded(title)) > 7)
