"""The language: what the page declares, unless the script of its text refutes that."""

import re
from collections.abc import Sequence

from crawler.believe.ranking import ranked, refused
from crawler.model import Candidate

# Scripts with the languages written in them; where it is one alone, the script tells it.
_SCRIPTS = (
    (re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), ("el",)),
    (re.compile("[\uac00-\ud7af]"), ("ko",)),
    (re.compile("[\u3040-\u30ff]"), ("ja",)),
    (re.compile("[\u4e00-\u9fff]"), ("zh", "ja", "yue", "cmn")),
    (re.compile("[\u0e00-\u0e7f]"), ("th",)),
    (re.compile("[\u0590-\u05ff]"), ("he", "iw", "yi")),
    (re.compile("[\u0400-\u04ff]"), ("ru", "uk", "bg", "sr", "be", "mk", "kk", "mn", "ky", "tg", "tt", "sh", "bs")),
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa", "ur", "ps", "ckb", "sd", "ug", "ku")),
)
_OF_OTHER_SCRIPTS = re.compile("|".join(script.pattern for script, _ in _SCRIPTS).replace("]|[", ""))
_LETTERS = 12


def languages(claims: Sequence[Candidate], text: str) -> list[Candidate]:
    """The claims, the best first; last those that the text's script refutes, such as Greek under `lang="en"`."""
    best = ranked(claims, meant=[_primary(claim.value) for claim in claims])
    possible = _by_script(text)
    if not possible or not best:
        return best
    fitting = [claim for claim in best if _primary(claim.value) in possible]
    strange = [refused(claim, "the text is in another script") for claim in best if claim not in fitting]
    if not fitting and len(possible) == 1:
        fitting = [Candidate("lang", possible[0], "text", best[0].url, trust=0.3, because="its script tells")]
    return [*fitting, *strange]


def _primary(value: str) -> str:
    return value.lower().partition("-")[0]


def _by_script(text: str) -> tuple[str, ...]:
    """The languages that a text in another script than Latin can be in; none for Latin, and for too little text."""
    if text.isascii() or len(foreign := _OF_OTHER_SCRIPTS.findall(text)) < _LETTERS:
        return ()
    letters = sum(map(str.isalpha, text))
    text = "".join(foreign)
    for script, written in _SCRIPTS:
        count = len(script.findall(text))
        if count * 2 > letters and count >= _LETTERS:
            return written
    return ()
