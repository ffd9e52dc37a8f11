"""What a page's markup says: the marks of walls, and that it is an article. Looked at only where there is a doubt.

One walk over the tags, linear whatever they hold: an HTML parser takes quadratic time on deep trees, and what is looked
for has no depth.
"""

import html
import re
from dataclasses import dataclass
from functools import cached_property

from crawler import urls
from crawler.judge.phrases import plain

# Marks of walls, each with the product that writes it. Many are in the pages that these products guard, too.
_WALLS = (
    (b"_cf_chl_opt", "Cloudflare's challenge"),
    (b"cf-error-details", "a Cloudflare error page"),
    (b"cf-browser-verification", "Cloudflare's challenge"),
    (b"captcha-delivery.com", "DataDome's captcha"),
    (b"px-captcha", "HUMAN's captcha"),
    (b"_pxAppId", "HUMAN's wall"),
    (b"_Incapsula_Resource", "Imperva's wall"),
    (b"distil_r_captcha", "Imperva's captcha"),
    (b"/_sec/cp_challenge", "Akamai's challenge"),
    (b"sec-if-cpt-container", "Akamai's challenge"),
    (b"sec-bc-", "Akamai's challenge"),
    (b"KPSDK", "Kasada's wall"),
    (b"awsWafCookieDomainList", "AWS WAF's challenge"),
    (b"gokuProps", "AWS WAF's challenge"),
    (b"AwsWafIntegration", "AWS WAF's challenge"),
    (b"sgcaptcha", "SiteGround's captcha"),
    (b"/.well-known/captcha", "SiteGround's captcha"),
    (b"ddos-guard", "DDoS-Guard's wall"),
    (b"sucuri_cloudproxy", "Sucuri's wall"),
    (b"/_vercel/challenge", "Vercel's challenge"),
    (b"perfdrive.com", "a bot manager's wall"),
    (b"validateCaptcha", "a captcha"),
    (b"g-recaptcha", "a captcha"),
    (b"h-captcha", "a captcha"),
    (b"challenges.cloudflare.com/turnstile", "a captcha"),
    (b'http-equiv="refresh"', "a jump to another page"),
)
_CONSENT = (
    b"onetrust-consent-sdk",
    b"sp_message_container",
    b"didomi-host",
    b"qc-cmp2",
    b"consent.google",
    b"fundingchoicesmessages",
)
_PARKING = (
    b"sedoparking.com", b"parkingcrew.net", b"bodis.com", b'"/lander"', b"dan.com/buy-domain", b"window.park=",
    b"parklogic.com",
    b"afternic.com", b"hugedomains.com", b"skenzo.com", b"above.com/marketplace", b"parking-lander", b"domainparking",
)  # fmt: skip
# With which sites say in their markup that a page is their error page.
_OWN_WORD = re.compile(
    rb"<(?:body|html|main|div|article|section)\b[^<>]{0,300}?\b(?:class|id)=[\"']?[^\"'<>]{0,300}?"
    rb"(?<![\w-])(?:error-?404|template-404|page-?404|404-page|not-?found-page|page-not-found|is-404|http-?404|error-template"
    rb"|error-page|errorpage|page-error|status-404)(?![\w-])"
    rb"|prerender-status-code[\"']\s{0,3}content=[\"'](?:404|410|5\d\d)"
    rb'|"page":"/(?:404|_error)"|"statusCode":(?:404|410|5\d\d)'
    rb'|"(?:pageType|page_type)":\s?"(?:404|error|not[ _-]?found)"',
    re.IGNORECASE,
)

_TAG = re.compile(r"<(?:!--|(/?[a-z][a-z0-9]*)([^<>]*+)>)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w:-])([a-z:_-]++)\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++)", re.IGNORECASE)
_HIDDEN = frozenset({"script", "style", "svg", "template", "title", "nav", "select"})
_ARTICLE_TYPE = re.compile(
    r'"@type"\s{0,9}:\s{0,9}(?:\[\s{0,9})?"(?:\w{0,30}Article|\w{0,12}Posting|VideoObject|Recipe|Report|Review|Podcast\w{0,10})"'
)
_LINK = re.compile(r'"(https?:\\?/\\?/[^"\s]{1,2000})"')
_LONGEST_ATTRIBUTES = 4000
# Fewer characters than this are no article of their own accord.
_FEW, _PROSE, _SENTENCE = 250, 800, 60


@dataclass(frozen=True)
class Look:
    """What a page's markup says.

    Attributes:
        text: what it shows, in order; heading: its first `h1`.
        prose: how many characters stand in paragraphs that are sentences.
        claims: the addresses that it gives as its own.
        is_article: whether it says so, with a date or in JSON-LD.
        is_described: whether it tells its title to other sites.
    """

    markup: bytes
    text: str
    heading: str
    prose: int
    claims: tuple[str, ...]
    is_article: bool
    is_described: bool

    @cached_property
    def is_short(self) -> bool:
        return len(plain(self.text)) < _FEW

    @property
    def is_full(self) -> bool:
        """Whether it has what an article has and a wall has not."""
        return self.is_article or self.prose >= _PROSE

    def claims_to_be(self, url: str) -> bool:
        return any(urls.same_page(claim, url) for claim in self.claims)

    @property
    def is_own_error_page(self) -> bool:
        return bool(_OWN_WORD.search(self.markup))

    def wall(self) -> str | None:
        return next((product for mark, product in _WALLS if mark in self.markup), None)

    def has_consent_layer(self) -> bool:
        return any(mark in self.markup for mark in _CONSENT)

    def is_parking(self) -> bool:
        return any(mark in self.markup for mark in _PARKING)

    def asks_password(self) -> bool:
        return b'type="password"' in self.markup or b"type='password'" in self.markup


def look(markup: bytes) -> Look:
    """What the beginning of a page says of itself."""
    source = markup.decode("utf-8", "replace")
    shown: list[str] = []
    metas: dict[str, str] = {}
    linked: list[str] = []
    heading, prose, kind, paragraph, at = None, 0, False, None, 0
    while found := _TAG.search(source, at):
        if text := source[at : found.start()].strip():
            shown.append(text)
        name, at = (found[1] or "!--").lower(), found.end()
        attributes = (found[2] or "")[:_LONGEST_ATTRIBUTES]
        if name in _HIDDEN or name == "!--":
            at, inside = _past(source, name, at)
            kind = kind or ("ld+json" in attributes and bool(_ARTICLE_TYPE.search(inside)))
            if "ld+json" in attributes:
                linked += [link.replace("\\/", "/") for link in _LINK.findall(inside)[:50]]
        elif name in {"meta", "link"}:
            _note(attributes, metas, linked)
        elif name == "h1" and heading is None:
            heading = len(shown)
        elif name == "/h1" and isinstance(heading, int) and "h1" not in metas:
            metas["h1"] = " ".join(shown[heading:])
        elif name == "p":
            paragraph = len(shown)
        elif name == "/p" and paragraph is not None:
            length = len(" ".join(shown[paragraph:]))
            prose, paragraph = prose + (length if length >= _SENTENCE else 0), None
    if "<" not in (rest := source[at:]):
        shown.append(rest)
    return Look(
        markup=markup,
        text=html.unescape(" ".join(shown)),
        heading=html.unescape(metas.get("h1", "")),
        prose=prose,
        claims=tuple(linked),
        is_article=kind or "article:published_time" in metas,
        is_described=any(name in metas for name in ("og:title", "twitter:title", "og:image", "og:video")) or kind,
    )


def _past(source: str, name: str, at: int) -> tuple[int, str]:
    """Where an element that shows nothing ends, and what is in it."""
    end = "-->" if name == "!--" else f"</{name}"
    found = source.find(end, at)
    found = len(source) if found < 0 else found
    return found + (3 if name == "!--" and found < len(source) else 0), source[at:found]


def _note(attributes: str, metas: dict[str, str], linked: list[str]) -> None:
    told = {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(attributes)}
    if name := (told.get("property") or told.get("name") or told.get("itemprop") or "").lower():
        metas.setdefault(name, told.get("content", ""))
    if name == "og:url" or "canonical" in told.get("rel", "").lower():
        linked.append(told.get("content") or told.get("href") or "")
