"""Where a redirect led: to a door, home, a list, another article, another host."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote

from crawler import urls
from crawler.judge.phrases import words
from crawler.judge.sign import Sign

# A door's path or host, by what stands behind it. A whole part of the path each time: /login-and-logout is an article.
_DOORS = (
    (
        "challenge",
        re.compile(
            r"/(?:sorry|captcha|challenge|challenges|sgcaptcha|blocked|block|robot-?check|validatecaptcha|cdn-cgi|_incapsula_resource"
            r"|bot-?check|distil_\w+|tosv\d|ddos-guard|human-?verification|are-you-(?:human|a-robot)|cookieabsent|access-?denied)(?:[/.]|$)"
        ),
        re.compile(r"^(?:captcha|validate|challenge|geo\.captcha-delivery|challenges)\."),
    ),
    (
        "login",
        re.compile(
            r"/(?:(?:wp-)?log-?in|sign-?in|sign-?up|log-?on|auth|oauth2?|saml2?|sso|authwall|checkpoint|account/login|accounts?/log-?in"
            r"|register|registration|cas|anmelden|connexion|iniciar-sesion|inloggen|logga-in|acceder|entrar|accedi|session/new"
            r"|users/sign_in|identity)(?:[/.]|$)"
        ),
        re.compile(r"^(?:login|log-in|signin|sso|auth|accounts?|myaccounts?|idp?|identity|passport|secure-?login)\."),
    ),
    (
        "paywall",
        re.compile(
            r"/(?:subscribe|subscriptions?|subscriber-only|paywall|plans|premium|membership|offers?|abo|abonnement|abonnieren"
            r"|suscripcion(?:es)?|abbonamenti|checkout)(?:[/.]|$)"
        ),
        re.compile(r"^(?:subscribe|subscriptions?|abo|abonnement|abos|checkout)\."),
    ),
    (
        "consent",
        re.compile(
            r"/(?:\w*consent|privacy-?gate|privacy-?wall|cookie-?wall|cookie-?consent|gdpr-?consent|cookies?-settings|cmp"
            r"|gdpr|zustimmung|einwilligung)(?:[/.]|$)"
        ),
        re.compile(r"^(?:consent|guce|myprivacy|cmp|privacy|privacy-?gate|cookies?|zustimmung)\."),
    ),
    (
        "geo",
        re.compile(
            r"/(?:geo-?(?:block\w*|restrict\w*|gate)|451|(?:not-?available|unavailable)(?:-(?:in|for|to|outside)-[\w-]+)?"
            r"|eu-?(?:visitors?|block\w*)|(?:region|country|territory)-?(?:block\w*|restrict\w*|unavailable))(?:[/.]|$)"
        ),
        None,
    ),
    (
        "not-found",
        re.compile(
            r"/(?:(?:40[34]|410|50[0-4])(?:-?(?:error|page|not-?found))?|page-?40[34]|(?:page|file|content)?[_-]?not[_-]?found|oops"
            r"|(?:http-?)?errors?-?(?:pages?|\d{3})?|page-?missing|gone|expired|removed|deleted|no-?results?|nicht-gefunden|introuvable"
            r"|no-encontrad[ao])(?:[/.]|$)"
        ),
        None,
    ),
    (
        "maintenance",
        re.compile(
            r"/(?:(?:under-?|site-?)?maintenance|wartung|mantenimiento|be-?right-?back|coming-?soon|offline)(?:[/.]|$)"
        ),
        re.compile(r"^(?:maintenance|wartung|offline)\."),
    ),
    (
        "parked",
        re.compile(
            r"/(?:lander|buy-domain|forsale|domain_profile|domain-?for-?sale|parking(?:-page)?|suspendedpage)(?:[/.]|$)"
        ),
        re.compile(
            r"^(?:ww\d{1,2}|parking|parked)\.|(?:^|\.)(?:hugedomains|dan|sedo|afternic|domainmarket|undeveloped|atom)\.com$"
        ),
    ),
)
_LISTS = frozenset(
    words("""
    tag tags category categories cat topic topics section sections search suche buscar busca recherche archive archives
    news blog blogs articles stories latest author authors contributor rubrik kategorie kategorien thema themen
    schlagwort tema temas categoria catégorie categorie rubrique etiqueta label labels newsletter newsletters sitemap
    all
    """)
)
# Of these, the ones whose own parts are lists, too; an article may lie in all others.
_SHELVES = _LISTS - frozenset({"news", "blog", "blogs", "articles", "stories", "latest", "archive", "archives", "all"})
_SEARCHES = frozenset({"s", "q", "query", "search", "suche", "keyword", "keywords", "searchterm"})
_NAMED_BY_QUERY = frozenset(
    {"p", "id", "page_id", "post", "a", "article", "articleid", "story", "storyid", "nid", "aid", "v", "itemid"}
)
_INDEX = re.compile(
    r"[a-z]{2}(?:[-_][a-z]{2})?|(?:index|home|default|start|main)\.\w{3,5}|home|homepage|start", re.IGNORECASE
)
# What a page's other forms add to its path.
_FORMS = re.compile(r"(?:[/.]|(?<=\w)-)(?:amp|print|mobile|feed)?(?:\.html?)?$", re.IGNORECASE)
_MOBILE = re.compile(r"^(?:www|m|mobile|amp|touch|edition)\.")
_ID = re.compile(r"(?<![a-z0-9_])(?=[a-z_]*+\d)[a-z0-9_]{7,}+|(?<!\d)\d{5,}+", re.IGNORECASE)
_YEAR_DATE = re.compile(r"(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])")
_REFERRER = re.compile(r"ref|utm_|source|src|from|via|origin", re.IGNORECASE)
_LONGEST_LIST = 2
# What is longer tells no more.
_LONGEST_URL = 4000


def by_place(url: str, final_url: str, title: str | None) -> Iterator[Sign]:
    """One sign for a redirect that leads away, another where its path tells what is there."""
    if url == final_url:
        return
    asked, given = urls.split(url[:_LONGEST_URL]), urls.split(final_url[:_LONGEST_URL])
    if asked is None or given is None or urls.same_page(url, final_url):
        return
    shown = urls.redacted(final_url)
    kept = _keeps_slug(asked, given)
    if kind := _door(asked, given, kept=kept):
        yield Sign("place", kind, f"redirected to a page of another purpose ({kind}), {shown}")
        yield Sign("path", kind, f"its address is that of a {kind} page")
    elif not kept and _carries(asked, given):
        yield Sign("place", "aside", f"redirected to a page in between, {shown}")
        yield Sign("path", "aside", "its address carries the article's, to go on to")
    elif _is_home(given) and not _is_home(asked) and not (_is_short(asked) and title is None):
        yield Sign("place", "home", f"redirected to a home page, {shown}")
        yield Sign("path", "home", "the article's own path is gone")
    elif not kept and _is_list(asked, given):
        yield Sign("place", "section", f"redirected to a list of articles, {shown}")
        yield Sign("path", "section", "the article's own path is gone")
    else:
        yield from _moved(asked, given, title, kept=kept)


def _moved(asked: SplitResult, given: SplitResult, title: str | None, *, kept: bool) -> Iterator[Sign]:
    shown = urls.redacted(given.geturl())
    elsewhere = not _same_house(asked, given)
    if elsewhere:
        yield Sign("place", "other-host", f"redirected to another host, {shown}")
    elif not kept:
        yield Sign("place", "moved", f"redirected to {shown}")
    if not kept and is_unlike(asked.geturl(), f"{given.path} {title or ''}"):
        yield Sign("path", "other-page", "neither its address nor its title has a word of the address asked for")


def _door(asked: SplitResult, given: SplitResult, *, kept: bool) -> str | None:
    for kind, path, host in _DOORS:
        if not kept and path.search(given.path.lower()) and not path.search(asked.path.lower()):
            return kind
        if host and host.search(given.hostname or "") and not host.search(asked.hostname or ""):
            return kind
    return None


def _carries(asked: SplitResult, given: SplitResult) -> bool:
    """Whether a query names where to go on to: that is what doors are told."""
    wanted, host = asked.path.rstrip("/"), (asked.hostname or "").removeprefix("www.")
    elsewhere = not _same_house(asked, given)
    for pair in given.query.split("&")[:100]:
        name, _, value = pair.partition("=")
        told = unquote(unquote(value))
        if (len(wanted) > 3 and wanted in told) or (elsewhere and host in told and not _REFERRER.match(name)):
            return True
    return False


def is_home(url: str) -> bool:
    """Whether an address is a home page's."""
    parts = urls.split(url)
    return parts is not None and _is_home(parts)


def _is_home(parts: SplitResult) -> bool:
    """Whether an address is a home page's; a lone index page or language counts as none."""
    path = [part for part in parts.path.split("/") if part]
    if len(path) > 1 and not all(_INDEX.fullmatch(part) for part in path):
        return False
    if len(path) == 1 and not _INDEX.fullmatch(path[0]):
        return False
    return not any(name.lower() in _NAMED_BY_QUERY | _SEARCHES for name in _queried(parts))


def _queried(parts: SplitResult) -> list[str]:
    return [pair.partition("=")[0] for pair in parts.query.split("&")[:100] if pair]


def _is_short(parts: SplitResult) -> bool:
    return len(parts.path) <= 1


def _is_list(asked: SplitResult, given: SplitResult) -> bool:
    path = [part.lower() for part in given.path.split("/") if part]
    if any(name.lower() in _SEARCHES for name in _queried(given)) and not any(
        name.lower() in _SEARCHES for name in _queried(asked)
    ):
        return True
    if not path:
        return False
    above = [part.lower() for part in asked.path.split("/") if part]
    if (
        len(path) < len(above)
        and above[: len(path)] == path
        and len(words(path[-1].replace("_", "-"))) <= _LONGEST_LIST
    ):
        return True
    listed = path[-1] in _LISTS or (
        len(path) >= 2 and not _SHELVES.isdisjoint(path[-3:-1]) and len(words(path[-1])) <= 3
    )
    return listed and not (len(above) >= 2 and not _SHELVES.isdisjoint(above[-3:-1]) and path[-1] not in _LISTS)


def _keeps_slug(asked: SplitResult, given: SplitResult) -> bool:
    """Whether the article's own part of its address is still there."""
    old, new = _FORMS.sub("", asked.path.rstrip("/")), _FORMS.sub("", given.path.rstrip("/"))
    if old == new:
        return _named(asked) <= _named(given)
    last, other = old.rpartition("/")[2], new.rpartition("/")[2]
    if len(last) >= 8 and last.lower() == other.lower():
        return True
    if _marks(asked) & _marks(given):
        return True
    ours, theirs = _words(old), _words(new)
    common = ours & theirs
    return len(common) >= 2 and len(common) * 2 >= min(len(ours), len(theirs))


def _marks(parts: SplitResult) -> set[str]:
    """Numbers and codes by which an article is filed; dates are none, nor is where to go on to."""
    filed = " ".join(value for _, value in _named(parts))
    return {mark for mark in _ID.findall(f"{parts.path} {filed}") if not _YEAR_DATE.fullmatch(mark)}


def _named(parts: SplitResult) -> set[tuple[str, str]]:
    """What of a query says which page is meant."""
    pairs = (pair.partition("=")[::2] for pair in parts.query.split("&")[:100])
    return {(name.lower(), value) for name, value in pairs if name.lower() in _NAMED_BY_QUERY}


def _words(path: str) -> set[str]:
    """The words of the last part of a path that has some."""
    for part in reversed(unquote(path).split("/")):
        found = {word for word in words(part.replace("_", "-")) if len(word) > 2 and not word.isdecimal()}
        if len(found) >= 2:
            return found - {"html", "htm", "php", "aspx", "the", "and", "for", "with"}
    return set()


def is_unlike(url: str, told: str) -> bool:
    """Whether an address of words has none of them in common with a text."""
    ours = _words(_path(url))
    theirs = words(unquote(told).replace("_", "-"))
    shared = {word for word in ours if any(word[:5] == other[:5] for other in theirs)}
    return len(ours) >= 3 and len(shared) * 4 < len(ours)


def echoes(url: str, title: str) -> bool:
    """Whether an address has the words of a title: /film/404-not-found-review is about what it is called."""
    theirs = set(words(unquote(_path(url)).replace("_", "-")))
    ours = [word for word in words(title) if len(word) > 2]
    return bool(ours) and sum(word in theirs for word in ours) * 5 >= len(ours) * 3


def _path(url: str) -> str:
    parts = urls.split(url[:_LONGEST_URL])
    return parts.path if parts else ""


def _same_house(asked: SplitResult, given: SplitResult) -> bool:
    one, other = (_MOBILE.sub("", parts.hostname or "") for parts in (asked, given))
    if one == other:
        return True
    first, second = urls.registrable(one), urls.registrable(other)
    return first == second or first.partition(".")[0] == second.partition(".")[0]
