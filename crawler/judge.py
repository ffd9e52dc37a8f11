"""Is this page the article at all? Walls, soft 404s, pages that a redirect put in its place. Pure.

The rules
- The server's own word decides alone: an error status, a header with which it says that it is challenging us.
- All else is a *sign*, and one sign is never enough: an article may be about Cloudflare or be called "404 Day". Two
  signs of different nature (its name, its markup, where a redirect led, its content) refuse it.
- A page that still bears the title the record knows is the article, unless that is the name of a wall.

Rejected: refusing by words in the title alone. On real pages that keeps 46 of 67 genuine ones and lets 86 of 130 bad
ones pass.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from crawler import urls
from crawler.model import Article, Assessment, Failure, Metadata, Role, Target

# Above: the same headline, perhaps reworded. Below: another one altogether.
_ALIKE, _STRANGE = 85.0, 45.0
# How far into a page the marks of a wall are looked for: they are small pages, and articles are not.
_MARKUP_BYTES = 64 * 1024

_STATUS = {
    401: ("login", "asks for a login"),
    402: ("paywall", "asks for payment"),
    403: ("forbidden", "refuses us"),
    404: ("not-found", "page not found"),
    407: ("login", "asks for a proxy login"),
    410: ("gone", "gone for good"),
    429: ("too-many", "too many requests"),
    451: ("legal", "withheld for legal reasons"),
}

_CHALLENGE_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
)

# A whole title, its site name cut off, that walls and error pages bear.
_WALL_TITLES = {
    "challenge": (
        r"just a moment|attention required!?|one moment,? please|please wait|ddos-guard|validate user|client challenge",
        r"checking (?:if the site|your browser).*|are you (?:a robot|human|not a robot)\??",
        r"robot check|captcha|human check",
        r"(?:please )?verify (?:that )?you are (?:a )?human|human verification|bot (?:check|verification)",
        r"security (?:check|challenge|verification)|pardon our interruption|request (?:rejected|blocked)",
        r"access (?:to this page has been )?denied|you have been blocked",
        r"enable javascript(?: and cookies)?(?: to continue)?",
    ),
    "not-found": (
        r"(?:error )?404(?: error)?(?:[ :,-]*(?:page |file )?not found)?|not found|no title found",
        r"(?:page|file|article|content) (?:was )?not found|page (?:missing|unavailable|no longer (?:exists|available))",
        r"(?:sorry,? )?(?:this|the|that) page (?:isn.t|is not|is no longer|can.?t be found|could not be found).*",
        r"(?:sorry,? )?(?:this|the|that) page doesn.t exist.*|oops!?.{0,20}|whoops!?",
        r"seite nicht gefunden|page introuvable|página no encontrada|pagina non trovata",
    ),
    "login": (
        r"(?:log|sign) ?in(?: to continue| required)?|login|anmelden",
        r"members only|create (?:an )?account|subscribe to read",
    ),
    "consent": (
        r"before you continue(?: to .*)?|(?:cookie|privacy) (?:consent|settings|choices)",
        r"your privacy(?: choices)?|gdpr consent",
    ),
    "error": (
        r"(?:error )?(?:50[0-4]|403|410|429)(?: error)?(?:[ :,-]*[a-z ]{3,30})?|gateway time-?out|bad gateway",
        r"(?:internal )?server error|service unavailable|unavailable|forbidden|error|an error occurred",
        r"something went wrong|(?:site |down for )?(?:under )?maintenance.{0,20}|be right back|too many requests",
    ),
    "parked": (
        r".*\bdomain (?:is |may be |name )?(?:for sale|parked|expired).*|.*\bis for sale\b.*",
        r"buy this domain|account suspended",
    ),
}
_WALL_NAMES = {kind: re.compile("|".join(patterns)) for kind, patterns in _WALL_TITLES.items()}

# Marks in the markup of walls, each with the product that writes it.
_WALL_MARKS = (
    (b"/cdn-cgi/challenge-platform/h/", "Cloudflare's challenge"),
    (b"_cf_chl_opt", "Cloudflare's challenge"),
    (b"cf-error-details", "a Cloudflare error page"),
    (b"captcha-delivery.com", "DataDome's captcha"),
    (b"px-captcha", "HUMAN's captcha"),
    (b"_pxAppId", "HUMAN's wall"),
    (b"_Incapsula_Resource", "Imperva's wall"),
    (b"/_sec/cp_challenge", "Akamai's challenge"),
    (b"sec-if-cpt-container", "Akamai's challenge"),
    (b"KPSDK", "Kasada's wall"),
    (b"awsWafCookieDomainList", "AWS WAF's challenge"),
    (b"gokuProps", "AWS WAF's challenge"),
    (b"distil_r_captcha", "Imperva's captcha"),
    (b"sgcaptcha", "SiteGround's captcha"),
    (b"ddos-guard", "DDoS-Guard's wall"),
)
_PARKING_MARKS = (b"sedoparking.com", b"parkingcrew.net", b"bodis.com", b'/lander"', b"dan.com/buy-domain")

# What no server says of a page, be it ever so wrong; text/plain and the like are a page's often enough.
_FILE_TYPE = re.compile(
    r"(?:image|audio|video|font|multipart)/[\w.+-]{1,60}|application/(?:pdf|zip|gzip|x-tar|json|ld\+json|javascript)\b"
    r"|application/(?:rss|atom|rdf)\+xml|text/(?:css|csv|calendar|javascript)\b",
    re.ASCII,
)
# The first element of a feed or a drawing, after declarations and comments.
_FEED_MARK = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:<[?!][^<>]*+>\s*+){0,8}+<(rss|feed|rdf:RDF|svg|urlset)\b")

_OWN_PAGES = frozenset({Role.ORIGINAL, Role.WEB})

# The kind of an AMP address that is dead, and of what it answered with.
ROT = "amp-rot"
_ROTTEN = frozenset({"not-found", "gone", "home", "moved", "parked"})

_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|auth|sso|account/login|subscribe|register|accounts/login)(?:[/.?]|$)", re.IGNORECASE
)
_ERROR_PATH = re.compile(r"/(?:404|not-?found|error|page-not-found|errors?/\d{3})(?:[/.]|$)", re.IGNORECASE)
_CONSENT_HOST = re.compile(r"^(?:consent|guce|myprivacy|cmp|privacy)\.", re.IGNORECASE)
_AFFIX = re.compile(r"\s*(?:[|·•–—»:]|\s-\s|::).*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One reason for doubt; `nature` tells which signs are independent of each other."""

    nature: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page gives away whoever asks.

    Attributes:
        refusal: by the server's own word.
        signs: of doubt, but for those of the markup, which are looked for only where there are others.
        markup: the beginning of the page.
        small: whether that is all of it.
    """

    title: str | None
    refusal: Assessment | None
    signs: tuple[_Sign, ...]
    markup: bytes = field(repr=False)
    small: bool


def assess(
    *,
    status: int,
    url: str,
    final_url: str,
    title: str | None,
    excerpt: str | None,
    html: bytes | None = None,
    known_title: str | None = None,
    headers: Mapping[str, str] | None = None,
    seen_elsewhere: int = 0,
) -> Assessment:
    """Whether a page may speak for the article at `url`.

    Args:
        status: of the last answer.
        url: what was asked for; `final_url` is where its redirects ended.
        title, excerpt: what the page says of itself; None if it says nothing.
        html: the body, or its beginning; None if it is not at hand.
        known_title: the title that the record has; None or "" if it has none.
        headers: of the last answer, names in any case.
        seen_elsewhere: other URLs of the host that ended at this final URL or under this title in the same run.
    """
    evidence = examine(
        status=status,
        url=url,
        final_url=final_url,
        title=title,
        excerpt=excerpt,
        html=html,
        headers=headers,
        seen_elsewhere=seen_elsewhere,
    )
    return weigh(evidence, known_title)


def examine(
    *,
    status: int,
    url: str,
    final_url: str,
    title: str | None,
    excerpt: str | None,
    html: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seen_elsewhere: int = 0,
    cut: bool = False,
) -> Evidence:
    """What a page gives away by itself; arguments as those of `assess`.

    Args:
        cut: whether `html` is only the beginning of the page.
    """
    lowered = {name.lower(): value.lower() for name, value in (headers or {}).items()}
    signs = [*_by_name(title), *_by_place(url, final_url), *_by_lack(title, excerpt, html)]
    if seen_elsewhere >= 2:
        signs.append(_Sign("company", "boilerplate", f"{seen_elsewhere} other pages of the host say the same"))
    start = (html or b"")[:_MARKUP_BYTES]
    refusal = _by_header(lowered) or _by_status(status) or _by_type(lowered.get("content-type", ""), start)
    return Evidence(title, refusal, tuple(signs), start, small=not cut and len(start) < _MARKUP_BYTES)


def weigh(evidence: Evidence, known_title: str | None) -> Assessment:
    """The verdict on a page for an article of that title; one page may be wanted by several."""
    if evidence.refusal:
        return evidence.refusal
    alike = _likeness(evidence.title, known_title)
    # A record that already bears a wall's name must not open the door to that wall.
    if alike >= _ALIKE and not any(sign.nature == "name" for sign in evidence.signs):
        return Assessment(keep=True, kind="article", reason="bears the title that the record knows")
    signs = list(evidence.signs)
    if known_title and evidence.title and alike < _STRANGE:
        signs.append(_Sign("content", "other-page", f"its title is unlike the known one ({alike:.0f} % alike)"))
    if signs:
        # From the most telling to the least.
        first = sum(sign.nature == "name" for sign in signs)
        signs[first:first] = _by_markup(evidence.markup, small=evidence.small)
    return _verdict(signs)


def _verdict(signs: list[_Sign]) -> Assessment:
    natures = {sign.nature for sign in signs}
    doubts = "; ".join(sign.reason for sign in signs)
    if len(natures) < 2 and "silence" not in natures:
        reason = f"little speaks against it: {doubts}" if doubts else "nothing speaks against it"
        return Assessment(keep=True, kind="article", reason=reason)
    # The first sign names the kind: signs are listed from the most telling to the least.
    return Assessment(keep=False, kind=signs[0].kind, reason=doubts)


def _by_status(status: int) -> Assessment | None:
    if status in (200, 203, 206):
        return None
    kind, words = _STATUS.get(status, ("server-error", "server error") if status >= 500 else ("status", "no page"))
    return Assessment(keep=False, kind=kind, reason=f"status {status}: {words}")


def _by_header(headers: Mapping[str, str]) -> Assessment | None:
    for name, value, product in _CHALLENGE_HEADERS:
        if headers.get(name) == value:
            return Assessment(keep=False, kind="challenge", reason=f"{product} challenges us ({name}: {value})")
    return None


def _by_type(content_type: str, html: bytes) -> Assessment | None:
    """Pictures, feeds and files have titles, too, and theirs are no article's."""
    declared, begins = _FILE_TYPE.match(content_type.strip()), _FEED_MARK.match(html[:_MARKUP_BYTES])
    what = declared[0] if declared else f"<{begins[1].decode()}>" if begins else None
    return Assessment(keep=False, kind="not-a-page", reason=f"it is no page, but {what}") if what else None


def _by_name(title: str | None) -> Iterator[_Sign]:
    if not title:
        return
    whole = title.strip(" .…!").casefold()
    for name in dict.fromkeys((whole, _AFFIX.sub("", whole).strip(" .…!"))):
        for kind, pattern in _WALL_NAMES.items():
            if pattern.fullmatch(name):
                yield _Sign("name", kind, f"it is called {title!r}")
                return


def is_wall_name(title: str) -> str | None:
    """The kind of wall or error page that bears such a title; None where it may be an article's."""
    return next((sign.kind for sign in _by_name(title)), None)


def _by_markup(start: bytes, *, small: bool) -> Iterator[_Sign]:
    for mark, product in _WALL_MARKS:
        if mark in start:
            yield _Sign("markup", "challenge", f"it carries {product}")
            return
    if any(mark in start for mark in _PARKING_MARKS):
        yield _Sign("markup", "parked", "it carries a parking service's page")
    elif small and b'type="password"' in start:
        yield _Sign("markup", "login", "it is little more than a password field")


def _by_place(url: str, final_url: str) -> Iterator[_Sign]:
    if urls.same_page(url, final_url):
        return
    asked, given = urlsplit(url), urlsplit(final_url)
    if _LOGIN_PATH.search(given.path) and not _LOGIN_PATH.search(asked.path):
        yield _Sign("place", "login", f"redirected to a login page, {urls.redacted(final_url)}")
        yield _Sign("path", "login", "its path is a login's")
    elif _ERROR_PATH.search(given.path) and not _ERROR_PATH.search(asked.path):
        yield _Sign("place", "not-found", f"redirected to an error page, {urls.redacted(final_url)}")
        yield _Sign("path", "not-found", "its path is an error page's")
    elif _CONSENT_HOST.match(given.hostname or "") and not _CONSENT_HOST.match(asked.hostname or ""):
        yield _Sign("place", "consent", f"redirected to a consent page, {urls.redacted(final_url)}")
        yield _Sign("path", "consent", "its host is a consent service")
    elif _depth(given.path) == 0 and not given.query and _depth(asked.path) > 0:
        yield _Sign("place", "home", f"redirected to a home page, {urls.redacted(final_url)}")
        yield _Sign("path", "home", "the article's own path is gone")
    elif urls.registrable_host(url) != urls.registrable_host(final_url):
        yield _Sign("place", "other-host", f"redirected to another host, {urls.redacted(final_url)}")
    elif asked.path.rstrip("/") != given.path.rstrip("/"):
        yield _Sign("place", "moved", f"redirected to {urls.redacted(final_url)}")


def _by_lack(title: str | None, excerpt: str | None, html: bytes | None) -> Iterator[_Sign]:
    if not title and not excerpt:
        yield _Sign("silence", "empty", "it names no title and no excerpt")
    elif not excerpt and html is not None and len(html) < 20_000 and b"og:" not in html and b"ld+json" not in html:
        yield _Sign("content", "thin", "it is small and describes nothing")


def _same_owner(one: str, other: str) -> bool:
    return urls.registrable_host(one) == urls.registrable_host(other)


def _depth(path: str) -> int:
    """How many parts a path has; a lone index page or language counts as none."""
    parts = [part for part in path.split("/") if part]
    if len(parts) == 1 and re.fullmatch(
        r"[a-z]{2}(?:[-_][a-z]{2})?|(?:index|home|default)\.\w{3,5}|home", parts[0], re.IGNORECASE
    ):
        return 0
    return len(parts)


def _likeness(title: str | None, known: str | None) -> float:
    if not title or not known:
        return 0.0
    one, other = title.casefold(), known.casefold()
    # token_set: a site name added or dropped does not matter; but one word in common is no likeness.
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other) if min(len(one), len(other)) >= 15 else 0.0)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who may speak for an article, in the order of trust, and whose word was not taken."""

    witnesses: tuple[Metadata, ...]
    refused: tuple[Failure, ...]


def hear(article: Article, pages: Sequence[tuple[Target, Metadata]]) -> Hearing:
    """Sort an article's pages into witnesses and strangers.

    Its original and web pages speak for themselves. An AMP page, cached or not, speaks when its canonical link points
    to one of its own pages (AMP HTML specification, "Discovery"), or when the article names no other page. What answers
    for it with the article's own page, or with a page that claims to be the article, is no AMP page any more.

    Args:
        pages: each target with what its page says, of those that `assess` kept; `Metadata.url` is its final URL.
    """
    own = [page for target, page in pages if target.role in _OWN_PAGES]
    addresses = [target.url for target in article.targets if target.role in _OWN_PAGES]
    addresses += [page.url for page in own]
    # A canonical link to somebody else's host would let a stranger's page speak.
    addresses += [page.canonical for page in own if page.canonical and _same_owner(page.canonical, page.url)]
    witnesses, refused = list(own), []
    for target, page in pages:
        if target.role in _OWN_PAGES:
            continue
        doubt = _doubt(target, page, addresses) if addresses else None
        if doubt is None:
            witnesses.append(page)
        else:
            refused.append(Failure(urls.redacted(target.url), *doubt))
    return Hearing(tuple(witnesses), tuple(refused))


def _doubt(target: Target, page: Metadata, addresses: Sequence[str]) -> tuple[str, str] | None:
    """Why what answers for an AMP page may not speak for the article at those addresses: a kind, and one plain line."""
    if _is_one_of(page.url, addresses) and not _is_one_of(target.url, addresses):
        return ROT, "there is no AMP page any more: it leads to the article itself"
    if page.canonical and _is_one_of(page.canonical, addresses):
        return None
    if page.canonical and urls.same_page(page.canonical, page.url):
        return ROT, "there is no AMP page any more: what answers says that it is no other page's AMP page"
    canonical = urls.redacted(page.canonical) if page.canonical else "nothing"
    return "not-canonical", f"its canonical link points to {canonical}, not to this article"


def _is_one_of(url: str, addresses: Sequence[str]) -> bool:
    return any(urls.same_page(url, address) for address in addresses)


def as_rot(target: Target, failure: Failure) -> Failure:
    """The failure of a visit; told as rot where it is an AMP page that is there no more."""
    if target.role in _OWN_PAGES or failure.kind not in _ROTTEN:
        return failure
    return Failure(failure.url, ROT, f"there is no AMP page any more: {failure.why}", failure.status)
