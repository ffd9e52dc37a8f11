"""The people who wrote it: names out of by-lines."""

import re
from collections.abc import Mapping, Sequence

from crawler.believe.ranking import folded, ranked, refused
from crawler.model import Candidate

_BY = re.compile(
    r"^(?:(?:(?:written |posted |published |words |story |text )?by|(?:geschrieben )?von|(?:écrit |publié )?par"
    r"|(?:escrito |publicado )?por|(?:a cura )?di|scritto da|door|af|av|autor(?:in|e)?|author|автор|текст|γράφει"
    r"(?: [οη])?|מאת|بقلم)\b[:\s]+|(?:文|撰文|作者|著者|筆者|記者|记者)(?:\s*[:：/／|｜・]\s*|\s+))",
    re.IGNORECASE,
)
# What a reporter is called behind the name, in Korean, Japanese and Chinese.
_TITLE = re.compile(r"(?<=\w)\s*(?:기자|記者|记者)$")
# What a person is beside being the author.
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|columnist|journalist)s?\b"
    r"|\b(?:staff|senior|chief|freelance|contributing|guest|managing|deputy|news|features)"
    r" (?:writer|editor|producer)s?\b",
    re.IGNORECASE,
)
# For whom, or where, a name of two words at least did it; the same behind a comma, where a by-line begins with "By":
# "MA", "Jr." and "PhD" belong to the name.
_FOR = re.compile(r"(?<=\w\w) (?:for|in) \w.*", re.IGNORECASE | re.DOTALL)
_FROM = re.compile(r", ?[^\W\d_]{4,}$")
_DASH = re.compile(r" [-–—] ")
# What by-lines say behind the name: an address or affiliation in brackets, a date, who else had a hand in it.
_ASIDE = re.compile(
    r" ?[(<\[][^()<>\[\]]*(?:https?:|www\.|@)[^()<>\[\]]*[)>\]]"
    r"| ?[,|·•-]? ?\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d.*|\d{1,2}[.:/ ].*"
    r"|(?:updated|published|posted|edited|illustrated|photographs?|photos?)\b[ :].*)",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(r" ?[;|•·/、，] ?| (?:and|und|et|y|och|og|&) ", re.IGNORECASE)
# The count of comments, glued to the name by a page without blanks; a lone word with a number is a nickname.
_COUNT = re.compile(r"(?<=[^\W\d_]{3})\d{1,4}$")
_NO_NAME = re.compile(
    r"https?:|www\.|@|^(?:by|follow|follow author|author|authors|admin|administrator|editor|staff|guest|unknown"
    r"|super user|webmaster|view all|share|reply|contact|about|more|comments?|home|home page|posted|author:)$"
    r"|\.(?:com|org|net)\b|facebook|\d{4}",
    re.IGNORECASE,
)
# Most by-lines are nothing but a name, in two to four words: no need to look for what else may stand there.
_PLAIN = re.compile(r"[^\W\d_]++(?: [^\W\d_]++){1,3}")
_AROUND_NAMES = (
    "by von par por di door af av autor autorin author автор and und et y och og written posted published "
    "words story text updated edited illustrated photo photos photograph photographs follow view facebook "
    "page for in geschrieben écrit publié escrito publicado scritto cura autore user текст γράφει מאת بقلم 文 "
    "撰文 作者 著者 筆者 記者 记者 기자"
)
_NOT_PLAIN = frozenset(_AROUND_NAMES.split())
# A given name and a surname, neither of which a publisher would bear.
_PERSON = re.compile(
    r"(?!The\b)(?!.*\b(?:News|Blog|Media|Times|Post|Magazine|Journal|Daily|Press|Review|Team|Staff|Desk|Group|Online|Today"
    r"|Network|Institute|University|Foundation|Weekly|Report|Herald|Tribune|Insider|World|Web|Tech|Labs?|Studio|Project"
    r"|Society|Association|Union|Inc|Ltd|Company|Editors?|Editorial|Radio|Guide|Gazette|Observer|Chronicle)\b)"
    r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'’]+(?: [A-Z]\.)?(?: [A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'’-]+){1,2}"
)
_EDGES = " ,:：-–—|·•[]［］【】"


def people(claims: Sequence[Candidate], sites: Sequence[str]) -> tuple[tuple[str, ...], list[Candidate]]:
    """Whom the most trusted source names, and the claims, the best first."""
    names = frozenset(map(folded, sites))
    named = {claim.value: _people(claim.value, names) for claim in claims}
    if not any(named.values()):
        # A site that is called as a person is, and names no other author, is that person's own.
        named |= {
            claim.value: [claim.value]
            for claim in claims
            if folded(claim.value) in names and _PERSON.fullmatch(claim.value)
        }
    kept = [claim for claim in claims if named[claim.value]]
    strange = [refused(claim, "it is no person's name") for claim in claims if not named[claim.value]]
    if len(kept) > 1:
        kept.sort(key=lambda claim: _is_agency(named, claim))
    best = ranked(kept, meant=[folded("".join(named[claim.value])) for claim in kept])
    if not best:
        return (), strange
    source = best[0].tag
    # Metas and JSON-LD name all their authors under one tag; the body's by-lines also stand under other articles.
    spoken = [c for c in kept if c.tag == source] if source.startswith(("meta", "ld+json")) else best[:1]
    people: dict[str, str] = {}
    for claim in spoken:
        for name in named[claim.value]:
            people.setdefault(name.casefold(), name)
    return tuple(people.values()), best + strange


def _people(value: str, sites: frozenset[str]) -> list[str]:
    if _PLAIN.fullmatch(value) and _NOT_PLAIN.isdisjoint(value.casefold().split()):
        return [] if folded(value) in sites else [value]
    if folded(value) in sites:
        return []
    whole = value.strip(_EDGES)
    told = _BY.sub("", whole)
    value = _ASIDE.sub("", told).strip(_EDGES)
    if "://" in value:
        return []
    value = next((part for part in _DASH.split(value) if folded(part) not in sites), value)
    for behind in (_FOR, _FROM) if told != whole else (_FOR,):
        if " " in (name := behind.sub("", value)):
            value = name
    parts = [part for part in _AND.split(value) if part]
    by_comma = [part for whole in parts for part in whole.split(",") if part.strip()]
    # "Brenda Goodman, MA" is one; of several each has a first and a last name.
    if all(len(part.split()) > 1 for part in by_comma):
        parts = by_comma
    found = [name for part in parts if _is_name(name := _name(part)) and folded(name) not in sites]
    return [name for name in found if not _ROLE.search(name)] or found


def _name(part: str) -> str:
    """A part of a by-line without what stands around the name."""
    name = _TITLE.sub("", _BY.sub("", part.strip(_EDGES)))
    return _COUNT.sub("", name) if " " in name else name


def _is_agency(named: Mapping[str, Sequence[str]], claim: Candidate) -> bool:
    """Whether a by-line of the body may be an agency's or a desk's, of one word: a person's beside it goes before."""
    return claim.tag.startswith("[") and not any(" " in name for name in named[claim.value])


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 80 and len(text.split()) <= 8 and not _NO_NAME.search(text)
