"""How much each claim is worth: the trust of its source, raised by what others say."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import prod

from crawler.model import Candidate

# Why a claim lost that says what the winner says.
AGREES = "says the same"

# From 0 to 1, what a source is worth when no other is heard. A source that is not listed is worth _UNLISTED.
_TRUST = {
    "title": {
        "og:title": 0.80, "ld+json headline": 0.74, "headline": 0.70, "[itemprop=headline]": 0.70,
        "twitter:title": 0.68, "title": 0.60, "h1": 0.55, "ld+json name": 0.40, "ld+json WebPage headline": 0.45,
        "ld+json WebPage name": 0.30,
        "parsely-title": 0.66, "sailthru.title": 0.66, "citation_title": 0.70, "twitter:text:title": 0.45, "hdl": 0.66,
    },
    "excerpt": {
        "og:description": 0.80, "description": 0.76, "twitter:description": 0.70, "ld+json description": 0.66,
        "sailthru.description": 0.64, "ld+json WebPage description": 0.45, "abstract": 0.40,
    },
    "image": {
        "og:image": 0.90, "og:image:url": 0.89, "og:image:secure_url": 0.88, "twitter:image": 0.80,
        "twitter:image:src": 0.79, "ld+json image": 0.78, "image_src": 0.70, "parsely-image-url": 0.68,
        "sailthru.image.full": 0.66, "ld+json thumbnailUrl": 0.50, "ld+json WebPage image": 0.50,
        "thumbnail": 0.45, "thumbnailurl": 0.45, "sailthru.image.thumb": 0.40, "image": 0.60,
    },
    "published": {
        "article:published_time": 0.88, "ld+json datePublished": 0.90, "datepublished": 0.80, "date": 0.55,
        "parsely-pub-date": 0.78, "sailthru.date": 0.70, "time[pubdate]": 0.62, "time[datetime]": 0.40,
        "[class*=date]": 0.30, "[itemprop=datepublished]": 0.75,
        "[itemprop=datecreated]": 0.50, "ld+json uploadDate": 0.60, "ld+json dateCreated": 0.60, "datecreated": 0.55,
    },
    "author": {
        "ld+json author": 0.90, "ld+json author (organization)": 0.55, "ld+json creator": 0.68, "author": 0.80,
        "parsely-author": 0.82, "sailthru.author": 0.80, "article:author": 0.78, "byl": 0.82, "citation_author": 0.85,
        "[itemprop=author]": 0.62, "[rel=author]": 0.62, "[class*=byline]": 0.62, "creator": 0.60,
        "twitter:data1": 0.70, "twitter:data2": 0.70, "twitter:creator": 0.30,
    },
    "site_name": {
        "og:site_name": 0.90, "ld+json publisher": 0.75, "application-name": 0.60, "apple-mobile-web-app-title": 0.50,
        "al:ios:app_name": 0.40, "al:android:app_name": 0.40, "publisher": 0.55, "cre": 0.60,
    },
    "lang": {
        "html[lang]": 0.90, "ld+json inLanguage": 0.70, "content-language": 0.66, "og:locale": 0.60, "language": 0.60,
    },
    "canonical": {
        "canonical": 0.95, "og:url": 0.80, "ld+json url": 0.40, "ld+json mainEntityOfPage": 0.42,
        "parsely-link": 0.40, "twitter:url": 0.35,
    },
    "amphtml": {"amphtml": 0.95},
    "modified": {"article:modified_time": 0.88, "ld+json dateModified": 0.90, "og:updated_time": 0.70},
}  # fmt: skip
_UNLISTED = 0.5

_SOURCE = re.compile(r'\[[\w-]+="([^"]+)"\]$')
_PUNCTUATION = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_LETTERS = re.compile(r"[^\W_]+")
_MAX_TAGS_KNOWN = 4096


def refused(claim: Candidate, why: str) -> Candidate:
    """The claim without trust."""
    return Candidate(*claim[:6], 0.0, why)


def believed(ranked: Sequence[Candidate]) -> str | None:
    """The value of the first claim, unless it was refused."""
    return ranked[0].value if ranked and ranked[0].trust else None


def ranked(
    claims: Sequence[Candidate], *, meant: Sequence[str] | None = None, witnesses: Sequence[Mapping[str, float]] = ()
) -> list[Candidate]:
    """The claims with their agreement counted, the best first; of equals the one that the page names first.

    Independent witnesses are as wrong as the product of their errors. Sources of one kind are not independent: a
    Twitter card is filled from the OpenGraph tags as a rule.

    Args:
        meant: what each claim stands for; its letters and digits where nothing is given.
        witnesses: for each claim what else speaks for it, and how much that is worth.
    """
    if len(claims) < 2:
        # Not Candidate(...): for every claim of every page that takes twice as long.
        return [tuple.__new__(Candidate, (*claim[:6], trust(claim), "most trusted")) for claim in claims]
    first: dict[str, int] = {}
    texts = meant or folds([claim.value for claim in claims])
    saying = tuple([first.setdefault(text, index) for index, text in enumerate(texts)])
    tags = tuple([claim.tag for claim in claims])
    weigh = _weighed if witnesses else _weighed_before
    order = weigh(claims[0].field, tags, saying, *witnesses)
    return [tuple.__new__(Candidate, (*claims[index][:6], worth, because)) for index, worth, because in order]


def _weighed(
    field: str, tags: Sequence[str], saying: Sequence[int], *witnesses: Mapping[str, float]
) -> tuple[tuple[int, float, str], ...]:
    """(index, worth, why) of claims by these tags, the best first; `saying` is the first claim that says the same."""
    sources = [_source(field, tag) for tag in tags]
    heard: dict[int, dict[str, float]] = {}
    for text, (worth, kind) in zip(saying, sources, strict=True):
        kinds = heard.setdefault(text, {})
        kinds[kind] = max(worth, kinds.get(kind, 0.0))
    judged = []
    for index, (text, (worth, kind)) in enumerate(zip(saying, sources, strict=True)):
        others = [other_worth for other, other_worth in heard[text].items() if other != kind]
        besides = witnesses[index] if witnesses else {}
        doubt = (1 - worth) * prod(1 - each for each in (*others, *besides.values()))
        # Those that say the same are equally sure: then the source that is trusted more stands for them.
        judged.append((round(doubt, 9), -worth, index, _agreement(len(others), besides)))
    judged.sort()
    (sure, source_worth, best, why), *lesser = judged
    told = [(best, round(1 - sure, 3), f"most trusted{why}")]
    for doubt, worth, index, why in lesser:
        rank = "as trusted, named later" if (doubt, worth) == (sure, source_worth) else "less trusted"
        agrees = saying[index] == saying[best]
        told.append((index, round(1 - doubt, 3), AGREES if agrees else rank + why))
    return tuple(told)


# Most pages of the world are filled by the same few tools: the same tags, agreeing in the same way.
_weighed_before = lru_cache(maxsize=4096)(_weighed)


def trust(claim: Candidate) -> float:
    """What the source of a claim is worth when no other is heard."""
    return _source(claim.field, claim.tag)[0]


@lru_cache(maxsize=_MAX_TAGS_KNOWN)
def source(tag: str) -> str:
    """The name of a source as the table has it: of a tag of the head only what it is called."""
    if tag.startswith("["):
        return tag.replace('"', "").replace("property=", "itemprop=").lower()
    found = _SOURCE.search(tag) if tag.startswith(("meta", "link")) else None
    return found[1] if found else tag


@lru_cache(maxsize=512)  # a page says the same in many places
def folded(value: str) -> str:
    """The letters and digits of a text: what is left when two are equal but for case, blanks and punctuation."""
    if value.isascii():
        return value.lower().encode().translate(None, _PUNCTUATION).decode()
    return "".join(_LETTERS.findall(value.casefold()))


def folds(values: Sequence[str]) -> list[str]:
    """Each value folded; what stands there twice is folded once."""
    known = {value: folded(value) for value in set(values)}
    return [known[value] for value in values]


@lru_cache(maxsize=_MAX_TAGS_KNOWN)
def _source(field: str, tag: str) -> tuple[float, str]:
    """What a source is worth, and its kind: what it is copied with, or stands within. Tags are few: our own words."""
    name = source(tag)
    worth = _TRUST.get(field, {}).get(name, _UNLISTED)
    if tag.startswith("["):
        return worth, "body"
    if tag.startswith("ld+json"):
        return worth, "ld+json"
    return worth, "social" if '"og:' in tag or '"twitter:' in tag else name


def _agreement(others: int, besides: Mapping[str, float]) -> str:
    if not others and not besides:
        return ""
    sources = [f"{others} other source{'s' if others > 1 else ''}"] if others else []
    verb = "agrees" if others + len(besides) == 1 else "agree"
    return f"; {' and '.join((*sources, *besides))} {verb}"
