"""Whether a page may speak for an article: the signs against it, what vouches for it, and the verdict.

The rules
- The server's own word decides alone: an error status, a header with which it says that it is challenging us.
- All else is a *sign*, and one sign is never enough: an article may be about Cloudflare or be called "404 Day". Two
  signs of different nature (its name, its words, its markup, where a redirect led, what it lacks) refuse it; so does
  a name that is a whole sentence of a page about itself, where nothing speaks for the page.
- A page that still bears the title the record knows is the article, unless that is the name of a wall.
- What an article alone has speaks for a page: a title that its address spells out takes the name's sign away, JSON-LD
  or a date one sign more; with an address of its own that is the one asked for, it is the article.

Rejected: refusing by words in the title alone. On real pages that keeps 46 of 67 genuine ones and lets 86 of 130 bad
ones pass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from crawler.judge.markup import Look, look
from crawler.judge.names import by_name, defines, first_words, is_footer, is_spam, is_walls_name, said
from crawler.judge.place import by_place, echoes, is_home, is_unlike
from crawler.judge.server import by_header, by_status, by_type, guards
from crawler.judge.sign import Sign
from crawler.model import Assessment

# Above: the same headline, perhaps reworded. Below: another one altogether.
_ALIKE, _STRANGE, _STRANGE_AWAY = 85.0, 45.0, 55.0
# How far into a page the marks of a wall are looked for: they are small pages, and articles are not.
_MARKUP_BYTES = 64 * 1024
# A page of fewer bytes is looked at more closely, as walls are small.
_SMALL_BYTES = 20_000
# A text of fewer characters is read in whole for a wall's words.
_SHORT_TEXT = 1500
_LABEL_WORDS = 4
# Whose words stand beside articles, too: in banners, in what is for browsers without scripts.
_BESIDE_ARTICLES = frozenset({"challenge", "login", "paywall", "consent"})
# The most telling first: the first names the kind of page.
_TELLING = (
    *("name", "voice", "place", "path", "spam", "company", "words", "markup", "server", "claim", "silence"),
    *("content", "lack", "brand"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page gives away whoever asks.

    Attributes:
        refusal: by the server's own word.
        signs: of doubt, but for those of the markup and the words, which are looked for only where there are others.
        guards: what the server's headers and cookies say of the walls that it has.
        markup: the beginning of the page; None if it is not at hand.
        small: whether that is all of it.
    """

    url: str
    final_url: str
    title: str | None
    excerpt: str | None
    refusal: Assessment | None
    signs: tuple[Sign, ...]
    guards: str | None
    markup: bytes | None = field(repr=False)
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
    signs = [*by_name(title, url, final_url), *by_place(url, final_url, title)]
    if not title and not excerpt:
        signs.append(Sign("silence", "empty", "it names no title and no excerpt"))
    if seen_elsewhere >= 2:
        signs.append(Sign("company", "boilerplate", f"{seen_elsewhere} other pages of the host say the same"))
    whole = html is not None and not cut
    if html is None or (whole and len(html) < _SMALL_BYTES):
        signs += _by_words(excerpt, title, url, final_url)
    start = html[:_MARKUP_BYTES] if html is not None else None
    refusal = by_header(lowered) or by_status(status) or by_type(lowered.get("content-type", ""), start or b"")
    return Evidence(
        url=url,
        final_url=final_url,
        title=title,
        excerpt=excerpt,
        refusal=refusal,
        signs=tuple(signs),
        guards=guards(lowered),
        markup=start,
        small=whole and len(html or b"") < _MARKUP_BYTES,
    )


def weigh(evidence: Evidence, known_title: str | None) -> Assessment:
    """The verdict on a page for an article of that title; one page may be wanted by several."""
    if evidence.refusal:
        return evidence.refusal
    alike = _likeness(evidence.title, known_title)
    # A record that already bears a wall's name must not open the door to that wall.
    if alike >= _ALIKE and not any(sign.nature == "name" for sign in evidence.signs):
        return Assessment(keep=True, kind="article", reason="bears the title that the record knows")
    signs = list(evidence.signs)
    # Who was led there, or shares the title with others, needs more than a word in common.
    strange = _STRANGE_AWAY if any(sign.nature in {"place", "company"} for sign in signs) else _STRANGE
    if known_title and evidence.title and alike < strange:
        signs.append(Sign("content", "other-page", f"its title is unlike the known one ({alike:.0f} % alike)"))
    if (evidence.markup is not None and evidence.small and not evidence.excerpt) or signs:
        page = look(evidence.markup) if evidence.markup else None
        signs += _closer(evidence, signs, page, is_known=bool(known_title))
        return _verdict(_without_vouched(evidence, signs, page))
    return _verdict(signs)


def _closer(evidence: Evidence, doubts: list[Sign], page: Look | None, *, is_known: bool) -> Iterator[Sign]:
    """The signs that are looked for where there is a doubt."""
    natures = {sign.nature for sign in doubts}
    if "words" not in natures:
        heard = [*_by_words(evidence.excerpt, evidence.title, evidence.url, evidence.final_url)]
        heard = (heard or [*(_by_text(evidence, natures, page) if page else ())])[:1]
        natures |= {sign.nature for sign in heard}
        yield from heard
    is_label = len((evidence.title or "").split()) <= _LABEL_WORDS
    # Headlines are sentences; what is none may be its site's name.
    is_strange = "spam" in natures or ("words" in natures and is_label)
    if is_strange and not is_known and is_unlike(evidence.url, evidence.title or ""):
        yield Sign("content", "other-page", "its title has no word of its address")
    is_silent = not evidence.excerpt or evidence.excerpt == evidence.title
    is_bare = evidence.small and (is_silent or "words" in natures) and not (page and not page.is_empty)
    if is_bare or (is_silent and _says_little(page) and "name" in natures):
        yield Sign("content", "thin", "it is small and describes nothing")
    if is_silent and evidence.markup is None and any(sign.kind == "other-page" for sign in doubts):
        yield Sign("lack", "thin", "it describes nothing")
    if page:
        is_doubtful = not natures.isdisjoint({"words", "name", "brand"}) or (evidence.small and page.is_empty)
        yield from _by_markup(page, evidence, is_doubtful=is_doubtful)
    if evidence.guards and (is_bare or not natures.isdisjoint({"name", "brand"})) and not (page and page.is_full):
        yield Sign("server", "challenge", evidence.guards)


def _says_little(page: Look | None) -> bool:
    return page is None or not (page.is_full or page.is_described)


def _by_words(excerpt: str | None, title: str | None, url: str, final_url: str) -> Iterator[Sign]:
    if not excerpt or defines(excerpt, title or ""):
        return
    if found := said(excerpt) or first_words(excerpt, url, final_url):
        kind, phrase = found
        yield Sign("words", kind, f"its excerpt says {phrase!r}")
    elif is_spam(excerpt):
        yield Sign("words", "hijacked", "its excerpt sells what spam sells")
    elif is_footer(excerpt):
        yield Sign("words", "boilerplate", "its excerpt is a row of links")


def _by_text(evidence: Evidence, natures: set[str], page: Look) -> Iterator[Sign]:
    if page.is_article:
        return
    # The title's own words say no more when they stand in the heading.
    heading = is_walls_name(page.heading, evidence.url, evidence.final_url) if "name" not in natures else None
    if heading:
        yield Sign("words", heading, f"its heading is {page.heading!r}")
        return
    but = frozenset() if page.is_empty or "brand" in natures else _BESIDE_ARTICLES
    if len(page.text) < _SHORT_TEXT and page.prose < _SHORT_TEXT // 2 and (found := said(page.text, but)):
        yield Sign("words", found[0], f"it says {found[1]!r}")


def _by_markup(page: Look, evidence: Evidence, *, is_doubtful: bool) -> Iterator[Sign]:
    if page.is_own_error_page:
        yield Sign("markup", "not-found", "its markup says that it is an error page")
    elif not is_doubtful or page.is_full:
        pass
    elif page.is_parking():
        yield Sign("markup", "parked", "it carries a parking service's page")
    elif wall := page.wall():
        yield Sign("markup", "challenge", f"it carries {wall}")
    elif page.has_consent_layer():
        yield Sign("markup", "consent", "it is little more than a question for consent")
    elif evidence.small and page.asks_password():
        yield Sign("markup", "login", "it is little more than a password field")
    if any(is_home(claim) for claim in page.canonical[:1]) and not is_home(evidence.url):
        yield Sign("claim", "home", "it says that it is the home page")


def _without_vouched(evidence: Evidence, signs: list[Sign], page: Look | None) -> list[Sign]:
    """The signs that are left when the page's own evidence has been heard."""
    natures = {sign.nature for sign in signs}
    if "place" not in natures and evidence.title and echoes(evidence.url, evidence.title):
        signs = [s for s in signs if s.nature not in {"name", "voice", "spam"} and s.kind != "other-page"]
    if page is None or not page.is_article or not natures.isdisjoint({"spam", "silence"}):
        return signs
    is_led = "place" in natures
    # A home page's JSON-LD names the articles that it lists.
    if page.claims_to_be(evidence.url, in_data=not is_led):
        return signs[:1]
    if is_led:
        return signs
    # It says that it is an article, and nobody led us away: it takes one sign more.
    weakest = max((sign.nature for sign in signs), key=_TELLING.index, default="")
    return [sign for sign in signs if sign.nature != weakest]


def _verdict(signs: list[Sign]) -> Assessment:
    signs = sorted(signs, key=lambda sign: _TELLING.index(sign.nature))
    natures = {sign.nature for sign in signs}
    doubts = "; ".join(sign.reason for sign in signs)
    if len(natures) < 2 and "silence" not in natures:
        reason = f"little speaks against it: {doubts}" if doubts else "nothing speaks against it"
        return Assessment(keep=True, kind="article", reason=reason)
    return Assessment(keep=False, kind=signs[0].kind, reason=doubts)


def _likeness(title: str | None, known: str | None) -> float:
    if not title or not known:
        return 0.0
    one, other = title.casefold(), known.casefold()
    # token_set: a site name added or dropped does not matter; but one word in common is no likeness.
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other) if min(len(one), len(other)) >= 15 else 0.0)
