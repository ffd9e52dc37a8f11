"""The language: what the page declares, unless the script of its text refutes that."""

import re
from collections.abc import Sequence, Set

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
_LETTERS = 12
_WORD = re.compile(r"[^\W\d_]+")


# Words that every text of a language is full of, and few of another's.
_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in is for that with on are this by from as it was has have be at an not you we how",
        "de": "der die das und ist nicht mit für den ein eine von zu auf im sich dem des wie wird auch bei aus sind",
        "fr": "le la les des et est une dans pour que qui sur pas du au avec par ce sont ont plus aux cette l d",
        "es": "el la los las de que y en un una por con para es del se al como más su lo este esta no",
        "it": "il la di che e un una per con del della sono non nel alla gli le dei si da come più anche lo",
        "pt": "o a os as de que e um uma para com não do da em no na por mais dos das se ao como foi",
        "nl": "de het een van en in is dat op voor met niet zijn te aan door ook naar bij maar wordt om",
        "sv": "och att det som är en på för med av den till inte ett om har från de så var kan",
        "da": "og det er en på til af at for med den som ikke har et fra de var kan om også",
        "no": "og det er en på til av at for med den som ikke har et fra de var kan om også",
        "pl": "i w na z do nie się to że jest o jak po dla od za przez który co oraz są",
        "tr": "ve bir bu için ile da de olarak daha çok olan gibi ne kadar sonra en o",
        "fi": "ja on ei se että oli mutta joka myös kun ovat hän sekä tai",
    }.items()
}
_ENOUGH_WORDS = 3


def languages(claims: Sequence[Candidate], text: str) -> list[Candidate]:
    """The claims, the best first; last those that the text refutes, such as Greek under `lang="en"`."""
    best = ranked(claims, meant=[_primary(claim.value) for claim in claims])
    possible = _by_script(text) if best else ()
    if not possible:
        spoken = _by_words(text, {_primary(claim.value) for claim in best})
        return [*(c for c in best if _primary(c.value) == spoken), *_refuted(best, spoken)] if spoken else best
    fitting = [claim for claim in best if _primary(claim.value) in possible]
    strange = [refused(claim, "the text is in another script") for claim in best if claim not in fitting]
    if not fitting and len(possible) == 1:
        fitting = [Candidate("lang", possible[0], "text", best[0].url, trust=0.3, because="its script tells")]
    return [*fitting, *strange]


def _by_words(text: str, claimed: Set[str]) -> str | None:
    """Which of several claimed languages a text in Latin script is in, where its words leave no doubt."""
    if len(claimed) < 2 or not claimed <= _FUNCTION_WORDS.keys():
        return None
    words = _WORD.findall(text.lower())
    count = sorted((sum(map(_FUNCTION_WORDS[language].__contains__, words)), language) for language in claimed)
    (second, _), (first, language) = count[-2:]
    return language if first >= _ENOUGH_WORDS and first > 2 * second else None


def _refuted(claims: Sequence[Candidate], spoken: str) -> list[Candidate]:
    return [refused(c, "the text's words are of another language") for c in claims if _primary(c.value) != spoken]


def _primary(value: str) -> str:
    return value.lower().partition("-")[0]


def _by_script(text: str) -> tuple[str, ...]:
    """The languages that a text in another script than Latin can be in; none for Latin, and for too little text."""
    # Quotes and dashes make a text more than ASCII; few are letters of another script.
    if len(text) - len(text.encode("latin-1", "ignore")) < _LETTERS:
        return ()
    letters = sum(map(str.isalpha, text))
    for script, written in _SCRIPTS:
        count = len(script.findall(text))
        if count * 2 > letters and count >= _LETTERS:
            return written
    return ()
