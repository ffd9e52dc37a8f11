"""What a page's title and text say it is: a wall's name, its host's name, a wall's words."""

import re
from collections.abc import Iterator

from crawler import urls
from crawler.judge.phrases import is_glued, plain, words
from crawler.judge.place import is_home
from crawler.judge.sign import Sign
from crawler.judge.wall_names import ALL_WORDS, FILLERS, KINDS, LIST_WORDS, LISTING, NAME_TABLE, VOCABULARY
from crawler.judge.wall_words import SAYING_TABLE, SPAM_TABLE

# Between a title and the name of its site.
_BETWEEN = re.compile(r"\s*+(?:[|·•–—»›«‹]|(?<=\s)[-/~]\s|^-\s|::|:\s)\s*+")
# How many words of a title's other part may be a site's name.
_SITE_WORDS = 4
# A wall's name is short.
_LONGEST_NAME = 160
_PROTECTED = ("protected:", "private:", "geschützt:", "protégé :", "protegido:", "protetto:")
# Titles of templates that were filled with nothing.
_EMPTY_NAMES = frozenset(
    words("undefined null untitled none nan loading redirecting redirect home homepage startseite accueil inicio")
)
# Kinds whose names, if they are sentences, are nobody's headlines: "The page you requested could not be found".
_SPOKEN = frozenset({"not-found", "geo", "parked", "login", "paywall", "maintenance", "consent"})
_SENTENCE = 4
# Nor are names that speak to the reader, or say sorry.
_ADDRESSED = re.compile(
    r"\b(?:(?:your|this|the) (?:request|access|browser|connection|ip|session|device)|sorry"
    r"|désolée?|lo sentimos|leider)\b"
    r"|\b(?:w?h?oops|uh-?oh)\W{1,5}\w",
    re.IGNORECASE,
)
# "Tunnel not found": what was sought is named.
_SOUGHT = re.compile(
    r"\w+ (?:not found|does not exist|doesnt exist|not available|unavailable"
    r"|nicht gefunden|introuvable|no encontrad[oa]|não encontrad[oa]"
    r"|non trovat[oa]|niet gevonden|не найден[ао]?)"
)
_OFFER = re.compile(
    r"\b(?:for sale|buy now|domain|zu verkaufen|à vendre|en venta|in vendita|te koop"
    r"|resources and information|продается)\b"
)
# How much of a text is searched for a wall's words.
_TEXT = 4000
_LEGAL = frozenset(
    {
        "disclaimer",
        "accessibility",
        "policy",
        "terms",
        "privacy",
        "cookies",
        "copyright",
        "impressum",
        "datenschutz",
        "legal",
    }
)


_STOPS = re.compile(r"[.!?。！？\n]+")
_SENTENCES = 3
_ADDRESS = re.compile(r"(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}", re.IGNORECASE)
_DEFINING = ("is", "are", "was", "were", "means", "refers", "ist", "est", "es", "è")


def by_name(title: str | None, url: str, final_url: str) -> Iterator[Sign]:
    """A sign where a title is nothing but a wall's name, or its host's."""
    if not title or len(title) > _LONGEST_NAME:
        return
    parts = [part for part in _BETWEEN.split(title.strip()) if part]
    told = [words(part) for part in parts]
    hosts = _host_names(url, final_url)
    known = [_is_all_known(part, hosts) for part in told]
    if any(hosts) and _is_for_sale(title, hosts):
        yield Sign("name", "parked", f"it is called {title!r}")
        yield Sign("voice", "parked", "no headline offers its own host")
    elif any(known) and all(ours or len(part) <= _SITE_WORDS for part, ours in zip(told, known, strict=True)):
        yield from _by_known(title, parts, told, hosts, has_path=not is_home(url))
    every = [word for part in told for word in part]
    if not LIST_WORDS.isdisjoint(every) and any(
        LISTING.fullmatch(name) for name in (title.strip().casefold(), *parts[:1])
    ):
        yield Sign("name", "section", f"it is called {title!r}")
    elif title[:12].casefold().startswith(_PROTECTED):
        yield Sign("name", "login", f"it is called {title!r}")
    elif any(True for _ in SPAM_TABLE.find(" ".join(every))):
        yield Sign("spam", "hijacked", f"it is called {title!r}, as pages are that move into abandoned domains")


def _by_known(
    title: str, parts: list[str], told: list[list[str]], hosts: list[str], *, has_path: bool
) -> Iterator[Sign]:
    kinds = [_kind(part, hosts) for part in told]
    kind = next((kind for kind in kinds if kind), None)
    strangers = [part for part, its in zip(told, kinds, strict=True) if not its and not _fills(part, hosts)]
    if kind and all(len(part) <= _SITE_WORDS for part in strangers) and not _explains(title, parts, kinds):
        yield Sign("name", kind, f"it is called {title!r}")
        if _ADDRESSED.search(title) or (
            kind in _SPOKEN and any(its and len(part) >= _SENTENCE for part, its in zip(told, kinds, strict=True))
        ):
            yield Sign("voice", kind, "that is a whole sentence of a page about itself")
    elif not kind and not strangers and has_path and any(_names_site(part, hosts) for part in told):
        is_address = title.strip().casefold().removeprefix("www.") in hosts
        yield Sign("name" if is_address else "brand", "nameless", f"it is called {title!r}, as its site is")


def _is_for_sale(title: str, hosts: list[str]) -> bool:
    folded = title.casefold()
    told = {word.strip(".,:;!?|()\"'-–").removeprefix("www.") for word in folded.split()}
    return not told.isdisjoint(hosts) and bool(_OFFER.search(folded))


def _host_names(*addresses: str) -> list[str]:
    return [urls.host(address).removeprefix("www.") for address in dict.fromkeys(addresses)]


def _is_all_known(part: list[str], hosts: list[str]) -> bool:
    """Whether a part has no word that neither walls nor the host have in their names."""
    strange = [word for word in part if not (word in ALL_WORDS or word in _EMPTY_NAMES or word.isdecimal())]
    if len(strange) == 1 and _SOUGHT.fullmatch(plain(" ".join(part))):
        return True
    return not strange or is_glued(strange[0]) or _names_host(strange, hosts)


def _explains(title: str, parts: list[str], kinds: list[str | None]) -> bool:
    """Whether a wall's name stands before a colon, and what comes after is no wall's: "404: a history"."""
    return any(
        first and not second and f"{part}:" in title
        for part, first, second in zip(parts, kinds, [*kinds[1:], "end"], strict=True)
    )


def _kind(part: list[str], hosts: list[str]) -> str | None:
    """What kind of wall is called so."""
    name = plain(" ".join(part))
    found = ["not-found"] if _SOUGHT.fullmatch(name) else []
    for kind, phrase in NAME_TABLE.find(name):
        strange = [word for word in part if word not in VOCABULARY[kind] and not word.isdecimal()]
        if not strange or _names_host(strange, hosts) or (is_glued(phrase) and len(phrase) * 5 >= len(name) * 2):
            found.append(kind)
    return min(found, key=KINDS.index, default=None)


def _fills(part: list[str], hosts: list[str]) -> bool:
    return all(word in FILLERS or word in _EMPTY_NAMES or word.isdecimal() for word in part) or _names_host(part, hosts)


def _names_site(part: list[str], hosts: list[str]) -> bool:
    """Whether these words are a label of the host, "The Harbour Post" of harbour-post.example, or a template's."""
    labels = {label for host in hosts for label in [host.replace("-", ""), *host.replace("-", "").split(".")]}
    named = {"".join(part), "".join(word for word in part if word not in FILLERS)}
    return not named.isdisjoint(labels - {""}) or not _EMPTY_NAMES.isdisjoint(part) or ".".join(part) in hosts


def _names_host(part: list[str], hosts: list[str]) -> bool:
    """Whether these words are the host's name, or a part of it: "harbour post" of www.harbourpost.example."""
    joined = "".join(word for word in part if word != "www")
    if len(joined) <= 2:
        return any(joined in host.split(".") for host in hosts)
    return any(joined in host.replace("-", "").replace(".", "") for host in hosts)


def is_wall_name(title: str) -> str | None:
    """The kind of wall or error page that bears such a title, wherever it is; None where it may be an article's."""
    return is_walls_name(title, "", "")


def is_walls_name(heading: str, url: str, final_url: str) -> str | None:
    """The kind of wall that a heading names."""
    return next((sign.kind for sign in by_name(heading, url, final_url) if sign.nature == "name"), None)


def is_spam(text: str) -> bool:
    """Whether a text sells what moves into abandoned domains."""
    return any(True for _ in SPAM_TABLE.find(plain(text[:_TEXT])))


def defines(text: str, title: str) -> bool:
    """Whether a text says what its title is, as encyclopedias do: "A parked domain is a registered domain that ..."."""
    called = plain(title)
    return (
        bool(called)
        and not _ADDRESS.fullmatch(title.strip())
        and plain(text[:_TEXT]).startswith(tuple(f"{called} {verb} " for verb in _DEFINING))
    )


def said(text: str, but: frozenset[str] = frozenset()) -> tuple[str, str] | None:
    """The kind of wall whose words a text has, and the words; `but` for these kinds."""
    found = [row for row in SAYING_TABLE.find(plain(text[:_TEXT])) if row[0] not in but]
    return min(found, key=lambda row: KINDS.index(row[0]), default=None)


def first_words(text: str, url: str, final_url: str) -> tuple[str, str] | None:
    """The kind of wall that one of the first sentences of a text names, and the sentence."""
    for sentence in _STOPS.split(text[:_TEXT])[:_SENTENCES]:
        if " " in sentence.strip() and (kind := is_walls_name(sentence, url, final_url)):
            return kind, sentence.strip()
    return None


def is_footer(excerpt: str) -> bool:
    """Whether an excerpt is a row of links: "Disclaimer | Accessibility Statement | Commerce Policy"."""
    parts = [part.split() for part in re.split(r"[|•·]", excerpt[:_TEXT]) if part.strip()]
    told = {word.casefold() for part in parts for word in part}
    return len(parts) >= 3 and all(len(part) <= 5 for part in parts) and not told.isdisjoint(_LEGAL)
