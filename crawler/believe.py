"""Which claims of a page to believe: by trust, by agreement, by what is plainly not it. Pure.

The rules
- A claim starts with the trust of its source (`_TRUST`); each other source that says the same adds to it.
- A name of the site at either end of a title is no part of it. Known names only (og:site_name, JSON-LD publisher, the
  host), or what another source shows to be an affix by saying the same without it: "DNA in Patients With Non-" stays.
- An excerpt that is cut short loses to a longer one with the same start.
- A logo, a placeholder or a pixel is no article's image.

Rejected: a fixed order of sources alone. The social title is the headline plus the site on one page in five, and the
JSON-LD headline is now and then a tagline; only what the others say tells which.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import prod
from urllib.parse import urlsplit

from crawler import urls
from crawler.model import Candidate, Image, Metadata

# From 0 to 1, what a source is worth when no other is heard. A source that is not listed is worth _UNLISTED.
_TRUST = {
    "title": {
        "og:title": 0.80, "ld+json headline": 0.74, "headline": 0.70, "twitter:title": 0.68, "h1": 0.42,
        "ld+json name": 0.40, "ld+json WebPage headline": 0.45, "ld+json WebPage name": 0.30, "title": 0.50,
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
        "ld+json uploadDate": 0.60, "ld+json dateCreated": 0.60, "datecreated": 0.55,
    },
    "author": {
        "ld+json author": 0.90, "ld+json author (organization)": 0.70, "ld+json creator": 0.68, "author": 0.80,
        "parsely-author": 0.82, "sailthru.author": 0.80, "article:author": 0.78, "byl": 0.82, "citation_author": 0.85,
        "[rel=author]": 0.72, "[class*=byline]": 0.60, "creator": 0.60, "twitter:creator": 0.30,
    },
    "site_name": {
        "og:site_name": 0.90, "ld+json publisher": 0.75, "application-name": 0.60, "apple-mobile-web-app-title": 0.50,
        "al:ios:app_name": 0.40, "al:android:app_name": 0.40, "publisher": 0.55, "cre": 0.60,
    },
    "lang": {"html[lang]": 0.90, "ld+json inLanguage": 0.70, "content-language": 0.66, "og:locale": 0.60, "language": 0.60},
    "canonical": {
        "canonical": 0.95, "og:url": 0.80, "ld+json url": 0.40, "ld+json mainEntityOfPage": 0.42,
        "parsely-link": 0.40, "twitter:url": 0.35,
    },
    "amphtml": {"amphtml": 0.95},
    "modified": {"article:modified_time": 0.88, "ld+json dateModified": 0.90, "og:updated_time": 0.70},
}  # fmt: skip
_UNLISTED = 0.5
# How much of another source's trust is added when it says the same.
_AGREED = 0.8
# What is believed only where nothing else is said.
_LEAST = 0.3

_WORD = re.compile(r"\w+")
_SOURCE = re.compile(r'\[(?:\w|-)+="?([^"\]]+)"?\]$')
_SEPARATOR = re.compile(
    r"\s+(?:[-–—―‒|·•»«›‹:/~*<>¦│ㅣ・∣⎪]+|::|--)\s+|\s*(?:[|│ㅣ»«¦｜∣⎪]|::|：|--|—|—| [-–] ?|[-–] )\s*|\s+@\s+|:\s+|,\s+|[-–*|]"
)
# Those that part a headline from a name, and hardly ever stand within either; "_" is China's.
_STRONG = re.compile(r"\s+(?:[-–—―|·•»«/¦│ㅣ｜]|::|--|@)\s+|\s*(?:[|│ㅣ»¦｜]|::)\s*|(?<=[\u3000-\uffef])[_-](?=[\u3000-\uffef])")
_AFFIX = re.compile(rf"(?:{_STRONG.pattern}|：|\s*--\s*|\s[-–]|[-–]\s|_)")
_AFFIX_END = re.compile(rf"(?:{_STRONG.pattern}|：|:\s|\s*--\s*|\s[-–]|[-–]\s|_)\Z")
_EDGES = " \t-–—―‒|·•»«›‹:：/~*<>¦│ㅣ・｜∣⎪,@"
_CUT = re.compile(r"\s*(?:\.{2,}|…|\[(?:\.{3}|…)\])\s*$")


def believe(candidates: Iterable[Candidate], url: str) -> Metadata:
    """What the page at `url` says of its article; each claim comes back with its trust and why it won or lost.

    The claims of a field are sorted, the believed one first.
    """
    heard: dict[str, list[Candidate]] = defaultdict(list)
    for claim in candidates:
        heard[claim.field].append(replace(claim, trust=_trust(claim)))
    sites = _sites(heard["site_name"])
    claimed = [claim.value for claim in sites if claim.trust]
    site = _site(claimed, url)
    title, titles = _title(heard["title"], site)
    excerpt, excerpts = _excerpt(heard["excerpt"], title, site)
    image, pictures = _image(heard["image"], site)
    authors, bylines = _authors(heard["author"], claimed)
    langs = _languages(heard["lang"], f"{title or ''} {excerpt or ''}")
    ranked = {name: _by_rank(heard[name]) for name in ("published", "modified", "canonical", "amphtml")}
    judged = {"title": titles, "excerpt": excerpts, "image": pictures, "author": bylines, "site_name": sites, "lang": langs}
    return Metadata(
        url=url,
        title=title,
        excerpt=excerpt,
        image=image,
        images=_images(pictures) if image else (),
        authors=authors,
        site_name=_first(sites),
        lang=_first(langs),
        candidates={name: tuple(found) for name, found in (judged | ranked).items() if found},
        **{name: _first(found) for name, found in ranked.items()},
    )


def _trust(claim: Candidate) -> float:
    return _TRUST.get(claim.field, {}).get(_source(claim.tag), _UNLISTED)


def _source(tag: str) -> str:
    found = _SOURCE.search(tag) if tag.startswith(("meta", "link", "[itemprop")) else None
    return found[1].lower() if found else tag.replace('"', "")


def _first(ranked: Sequence[Candidate]) -> str | None:
    return ranked[0].value if ranked else None


def _by_rank(claims: Sequence[Candidate]) -> list[Candidate]:
    """The claims with their agreement counted, the best first; of equals the one that the page names first."""
    return _sorted(_agreed(claims, [_folded(claim.value) for claim in claims]))


def _sorted(claims: Iterable[Candidate]) -> list[Candidate]:
    ranked = sorted(claims, key=lambda claim: -claim.trust)
    return [_told(claim, won=index == 0) for index, claim in enumerate(ranked)]


def _agreed(claims: Sequence[Candidate], meant: Sequence[str]) -> list[Candidate]:
    """The claims, each with its trust raised by the other kinds of source that mean the same.

    Independent witnesses are as wrong as the product of their errors. Those of one kind are not independent: a Twitter
    card is filled from the OpenGraph tags as a rule.
    """
    best: dict[str, dict[str, float]] = defaultdict(dict)
    for claim, text in zip(claims, meant, strict=True):
        kinds = best[text]
        kinds[_kind(claim.tag)] = max(claim.trust, kinds.get(_kind(claim.tag), 0.0))
    raised = []
    for claim, text in zip(claims, meant, strict=True):
        others = [trust for kind, trust in best[text].items() if kind != _kind(claim.tag)]
        doubt = prod(1 - _AGREED * trust for trust in others) * (1 - claim.trust)
        because = f"{len(others)} other source{'s' if len(others) > 1 else ''} agree" if others else ""
        raised.append(replace(claim, trust=round(1 - doubt, 3), because=because) if others else claim)
    return raised


def _kind(tag: str) -> str:
    """What a source is copied with."""
    if tag.startswith("ld+json"):
        return "ld+json"
    return "social" if "og:" in tag or "twitter:" in tag else _source(tag)


def _told(claim: Candidate, *, won: bool) -> Candidate:
    reason = "most trusted" if won else "less trusted"
    return replace(claim, because=f"{reason}; {claim.because}" if claim.because else reason)


def _refused(claim: Candidate, why: str) -> Candidate:
    return replace(claim, trust=0.0, because=why)


def _folded(value: str) -> str:
    """The letters and digits of a text: what is left when two are equal but for case, blanks and punctuation."""
    return "".join(filter(str.isalnum, value.casefold()))


# Names of the site


def _sites(claims: Sequence[Candidate]) -> list[Candidate]:
    addresses = [claim for claim in claims if "://" in claim.value or claim.value.startswith("@")]
    refused = [_refused(claim, "it is an address") for claim in addresses]
    return [*_by_rank([claim for claim in claims if claim not in addresses]), *refused]


@dataclass(frozen=True, slots=True)
class _Site:
    """What a site may sign its titles with: folded `names`, or any of the `words` of its host."""

    names: frozenset[str]
    words: frozenset[str]

    def signs(self, text: str) -> bool:
        folded = _folded(text)
        return folded in self.names or (bool(folded) and {*_WORD.findall(text.casefold())} <= self.words)


def _site(claimed: Sequence[str], url: str) -> _Site:
    host = urls.host(url).removeprefix("www.")
    domain = urls.registrable_host(url)
    names = {_folded(name) for name in (*claimed, host, domain, domain.partition(".")[0])}
    names |= {_folded(part) for name in claimed for part in _SEPARATOR.split(name) if len(part) > 3}
    names |= {name.removesuffix(ending) for name in tuple(names) for ending in ("com", "org", "net") if len(name) > 6}
    names |= {f"the{name}" for name in names} | {name.removeprefix("the") for name in names}
    words = {word for word in _WORD.findall(host.rpartition(".")[0]) if len(word) > 2}
    return _Site(frozenset(name for name in names if len(name) > 1), frozenset(words))


def _without_names(title: str, site: _Site) -> str:
    """The title without names of the site at its ends; the title itself where nothing else would be left."""
    for _ in range(2):
        cuts = list(_SEPARATOR.finditer(title))
        cut = _last_cut(title, cuts, site)
        if cut:
            title = title[: cut.start()].rstrip(_EDGES)
        elif cut := _first_cut(title, cuts, site):
            title = title[cut.end() :].lstrip(_EDGES)
        else:
            break
    return title


def _last_cut(title: str, cuts: Sequence[re.Match[str]], site: _Site) -> re.Match[str] | None:
    """The separator from which on only the site speaks: its name, and what follows it (its portal, its section)."""
    ends = [*(cut.start() for cut in cuts[1:]), len(title)]
    for cut, end in zip(cuts, ends, strict=False):
        if (site.signs(title[cut.end() :]) or site.signs(title[cut.end() : end])) and _folded(title[: cut.start()]):
            return cut
    return None


def _first_cut(title: str, cuts: Sequence[re.Match[str]], site: _Site) -> re.Match[str] | None:
    """The last separator before which only the site speaks."""
    for cut in reversed(cuts):
        if site.signs(title[: cut.start()]) and _folded(title[cut.end() :]):
            return cut
    return None


# The title


def _title(claims: Sequence[Candidate], site: _Site) -> tuple[str | None, list[Candidate]]:
    cores = {claim.value: _without_names(claim.value, site) for claim in claims}
    kept = [claim for claim in claims if not site.signs(cores[claim.value])]
    refused = [_refused(claim, "it is the site's name") for claim in claims if claim not in kept]
    if not kept:
        kept, refused = list(claims), []
    shorter = _affixed({cores[claim.value] for claim in kept})
    final = {value: shorter.get(core, core) for value, core in cores.items()}
    ranked = _sorted(_agreed(kept, [_folded(final[claim.value]) for claim in kept]))
    if ranked and _source(ranked[0].tag) == "title" and final[ranked[0].value] == ranked[0].value:
        final[ranked[0].value] = _without_tail(ranked[0].value)
    told = [_cut_told(claim, final[claim.value]) for claim in ranked]
    return (final[told[0].value] if told else None), [*told, *refused]


def _cut_told(claim: Candidate, final: str) -> Candidate:
    if final == claim.value:
        return claim
    return replace(claim, because=f"{claim.because}; without {claim.value.replace(final, '', 1).strip()!r}")


def _without_tail(title: str) -> str:
    """A title that no other source confirms, without what its last strong separators part off, if that is the lesser part.

    Only for `<title>`, which is the bare headline on one page in four.
    """
    for _ in range(2):
        cut = None
        for cut in _STRONG.finditer(title):
            pass
        if cut is None or not _substantial(title[: cut.start()]) or len(title) - cut.end() > cut.start():
            break
        title = title[: cut.start()].rstrip(_EDGES)
    return title


def _affixed(titles: set[str]) -> dict[str, str]:
    """Which titles are another one plus something behind or before a separator: {longer: shorter}.

    Where both ends of a title are titles of their own, the front is the headline.
    """
    found: dict[str, tuple[bool, int, str]] = {}
    for longer in titles:
        for shorter in titles:
            if len(shorter) >= len(longer) or not _substantial(shorter):
                continue
            front = longer.casefold().startswith(shorter.casefold())
            if front:
                parted = _AFFIX.match(longer, len(shorter))
            elif longer.casefold().endswith(shorter.casefold()):
                parted = _AFFIX_END.search(longer, 0, len(longer) - len(shorter))
            else:
                continue
            if parted:
                found[longer] = max(found.get(longer, (False, 0, "")), (front, len(shorter), shorter))
    return {longer: shorter for longer, (_, _, shorter) in found.items()}


def _substantial(title: str) -> bool:
    """Whether a title can stand alone: a lone word before a colon is a section or a series, not the headline."""
    return len(title.split()) > 2 or (not title.isascii() and len(title) > 7)


# The excerpt


def _excerpt(
    claims: Sequence[Candidate], title: str | None, site: _Site
) -> tuple[str | None, list[Candidate]]:
    kept, refused = [], []
    for claim in claims:
        why = _no_excerpt(claim.value, title, site)
        (refused if why else kept).append(_refused(claim, why) if why else claim)
    ranked = _by_rank(kept)
    if not ranked:
        return None, refused
    longest = _longest(ranked)
    if longest is not ranked[0]:
        ranked[0] = replace(ranked[0], because="cut shorter than another with the same start")
        winner = replace(longest, because="longer than the most trusted one, which it begins with")
        ranked = [winner, *(claim for claim in ranked if claim is not longest)]
    return ranked[0].value, [*ranked, *refused]


def _longest(ranked: Sequence[Candidate]) -> Candidate:
    """The claim that goes on where the first one was cut; the first where it ends as a sentence does."""
    first = ranked[0].value
    whole = _CUT.sub("", first)
    if whole == first and first.endswith(_SENTENCE_ENDS):
        return ranked[0]
    # A cut may go through the last word, and an entity at the cut may be broken.
    start = _folded(whole)
    going_on = [claim for claim in ranked if start and _folded(claim.value).startswith(start)]
    longest = max(going_on, key=lambda claim: len(_folded(claim.value)), default=ranked[0])
    return longest if len(_folded(longest.value)) > len(start) else ranked[0]


_SENTENCE_ENDS = tuple(".!?。！？…»”\"')")
_BOILERPLATE = re.compile(
    r"(?:disclaimer|accessibility statement|privacy policy|terms of (?:use|service)|cookie policy|all rights reserved"
    r"|commerce policy|sign up for our newsletter|enable javascript|your browser)",
    re.IGNORECASE,
)


def _no_excerpt(value: str, title: str | None, site: _Site) -> str | None:
    """Why a text is no description of an article; None if it may be."""
    if title and _folded(value) == _folded(title):
        return "it is the title"
    if site.signs(value) or not _folded(value):
        return "it is the site's name"
    if len(_BOILERPLATE.findall(value)) > 1:
        return "it is boilerplate"
    return None


# Images

_NO_PICTURE = re.compile(
    r"(?:^|[-_.])(?:blank|spacer|pixel|1x1|placeholder|favicon|transparent|apple-touch-icon|no-?image|default)(?:[-_.]|$)"
    r"|^(?:logo|site-?logo|og-?logo|logo-?og|icon)\b",
    re.IGNORECASE,
)
_LEAST_PIXELS = 32


def _image(claims: Sequence[Candidate], site: _Site) -> tuple[str | None, list[Candidate]]:
    kept, refused = [], []
    for claim in claims:
        why = _no_picture(claim, site)
        (refused if why else kept).append(_refused(claim, why) if why else claim)
    ranked = _by_rank(kept)
    return _first(ranked), [*ranked, *refused]


def _no_picture(claim: Candidate, site: _Site) -> str | None:
    """Why an image is not of the article; None if it may be."""
    if any(side is not None and side < _LEAST_PIXELS for side in (claim.width, claim.height)):
        return "it is a pixel or an icon"
    name = urlsplit(claim.value).path.rpartition("/")[2]
    if _NO_PICTURE.search(name):
        return "its name is a logo's or a placeholder's"
    if "logo" in name.lower() and any(len(sign) > 3 and sign in _folded(name) for sign in site.names):
        return "it is the site's logo"
    return None


def _images(ranked: Sequence[Candidate]) -> tuple[Image, ...]:
    """The believed image, then the others that the same source names."""
    chosen = {
        claim.value: Image(claim.value, claim.width, claim.height)
        for claim in reversed(ranked)
        if claim.trust and claim.tag == ranked[0].tag
    }
    return tuple(reversed(chosen.values()))


# Authors

_BY = re.compile(
    r"^(?:(?:written |posted |published |words |story |text )?by|von|par|por|di|door|af|av|autor(?:in)?|author|автор)\b[:\s]+",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*[;|•·/]\s*|\s+(?:and|und|et|y|och|og|&)\s+", re.IGNORECASE)
# What by-lines say behind the name: an address or affiliation in brackets, a date, who else had a hand in it.
_ASIDE = re.compile(
    r"\s*[(<\[][^()]*(?:https?:|www\.|@)[^()]*[)>\]]|\s*[,|·•-]?\s*\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d.*"
    r"|\d{1,2}[.:/ ].*|(?:updated|published|posted|edited|illustrated|photographs?|photos?)\b[ :].*)",
    re.IGNORECASE | re.DOTALL,
)
_NO_NAME = re.compile(
    r"https?:|www\.|@|^(?:by|follow|follow author|author|authors|admin|administrator|editor|staff|guest|unknown|view all|"
    r"share|reply|contact|about|more|comments?|home|home page|posted|author:)$|\.(?:com|org|net)\b|facebook|\d{4}",
    re.IGNORECASE,
)


def _authors(claims: Sequence[Candidate], sites: Sequence[str]) -> tuple[tuple[str, ...], list[Candidate]]:
    """The people whom the most trusted source names; the claims of that source first."""
    names = frozenset(map(_folded, sites))
    kept, refused = [], []
    for claim in claims:
        people = _people(claim.value, names)
        (kept if people else refused).append(claim if people else _refused(claim, "it is no person's name"))
    ranked = _by_rank(kept)
    if not ranked:
        return (), refused
    source = ranked[0].tag
    # Metas and JSON-LD name all their authors under one tag; the body's by-lines also stand under other articles.
    spoken = [c for c in kept if c.tag == source] if source.startswith(("meta", "ld+json")) else ranked[:1]
    named: dict[str, str] = {}
    for claim in spoken:
        for person in _people(claim.value, names):
            named.setdefault(person.casefold(), person)
    return tuple(named.values()), [*ranked, *refused]


def _people(value: str, names: frozenset[str]) -> list[str]:
    value = _ASIDE.sub("", _BY.sub("", value)).strip(" ,:-–—|·•")
    parts = [part for part in _AND.split(value) if part]
    if "," in value and all(len(part.split()) > 1 for whole in parts for part in whole.split(",")):
        parts = [part.strip() for whole in parts for part in whole.split(",")]
    found = [_BY.sub("", part).strip(" ,:-–—") for part in parts]
    return [
        name
        for name in found
        if name and not _NO_NAME.search(name) and len(name) <= 80 and len(name.split()) <= 8 and _folded(name) not in names
    ]


# Languages

# Scripts that one language alone uses, and those that share theirs; the first is the answer when a page names none.
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


def _languages(claims: Sequence[Candidate], text: str) -> list[Candidate]:
    """The claims without those that the script of the text refutes: Greek under `lang="en"`."""
    ranked = _by_rank(claims)
    possible = _by_script(text)
    if not possible:
        return ranked
    fitting = [claim for claim in ranked if re.split("[-_]", claim.value.lower())[0] in possible]
    refused = [_refused(claim, "the text is in another script") for claim in ranked if claim not in fitting]
    if fitting or len(possible) > 1 or not claims:
        return [*fitting, *refused]
    told = Candidate("lang", possible[0], "the text's script", claims[0].url, trust=_LEAST, because="only its script tells")
    return [told, *refused]


def _by_script(text: str) -> tuple[str, ...]:
    """The languages that a text in another script than Latin can be in; none for Latin and for too little text."""
    letters = sum(1 for character in text if character.isalpha())
    for script, languages in _SCRIPTS:
        count = len(script.findall(text))
        if count * 2 > letters and (count >= _LETTERS or languages[0] in ("ja", "zh", "ko")):
            return languages
    return ()
