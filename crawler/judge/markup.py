"""What a page's markup says: the marks of walls, and that it is an article. Looked at only where there is a doubt.

One walk over the tags, linear whatever they hold: an HTML parser takes quadratic time on deep trees, and what is looked
for has no depth.
"""

import html
import re
from dataclasses import dataclass

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
_TELLING_OTHERS = frozenset({"og:title", "twitter:title", "og:image", "og:video"})
_LONGEST_ATTRIBUTES, _MOST_LINKS = 4000, 50
# Fewer characters than this are no article of their own accord.
_FEW, _FEW_IN_SENTENCES, _PROSE, _SENTENCE = 250, 150, 800, 60


@dataclass(frozen=True, slots=True)
class Look:
    """What a page's markup says.

    Attributes:
        text: what it shows, in order; heading: its first `h1`.
        prose: how many characters stand in paragraphs that are sentences.
        canonical: the addresses that its links and Open Graph give as its own.
        linked: the addresses in its JSON-LD, of itself and of others.
        is_article: whether it says so, with a date or in JSON-LD.
        is_described: whether it tells other sites of itself.
    """

    markup: bytes
    text: str
    heading: str
    prose: int
    canonical: tuple[str, ...]
    linked: tuple[str, ...]
    is_article: bool
    is_described: bool

    @property
    def is_empty(self) -> bool:
        """Whether it neither shows what an article does, nor tells other sites of itself."""
        return len(plain(self.text)) < _FEW and self.prose < _FEW_IN_SENTENCES and not self.is_described

    @property
    def is_full(self) -> bool:
        """Whether it has what an article has and a wall has not."""
        return self.is_article or self.prose >= _PROSE

    def claims_to_be(self, url: str, *, in_data: bool) -> bool:
        """Whether it gives this address as its own; `in_data`: in JSON-LD, too, where no link or Open Graph says."""
        told = self.canonical or (self.linked if in_data else ())
        return any(urls.same_page(claim, url) for claim in told)

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
    source, folded = (version.decode("utf-8", "replace") for version in (markup, markup.lower()))
    shown: list[str] = []
    metas: dict[str, str] = {}
    canonical: list[str] = []
    data: list[str] = []
    headings: list[str] = []
    prose, at = 0, 0
    # Where in `shown` the last heading and the last paragraph began.
    began: dict[str, int] = {}
    while found := _TAG.search(folded, at):
        if text := source[at : found.start()].strip():
            shown.append(text)
        name, attributes, at = found[1] or "!--", source[slice(*found.span(2))][:_LONGEST_ATTRIBUTES], found.end()
        if name in _HIDDEN or name == "!--":
            start, at = at, _past(folded, name, at)
            if "ld+json" in attributes:
                data.append(source[start:at])
        elif name in {"meta", "link"}:
            _note(attributes, metas, canonical)
        elif name in {"h1", "p"}:
            began[name] = len(shown)
        elif name in {"/h1", "/p"} and (start := began.pop(name[1:], -1)) >= 0:
            told = " ".join(shown[start:])
            if name == "/h1":
                headings.append(told)
            elif len(told) >= _SENTENCE:
                prose += len(told)
    shown.append(source[at:].partition("<")[0])
    is_article = "article:published_time" in metas or any(_ARTICLE_TYPE.search(told) for told in data)
    return Look(
        markup=markup,
        text=html.unescape(" ".join(shown)),
        heading=html.unescape(headings[0]) if headings else "",
        prose=prose,
        canonical=tuple(canonical),
        linked=tuple(link.replace("\\/", "/") for told in data for link in _LINK.findall(told)[:_MOST_LINKS]),
        is_article=is_article,
        is_described=is_article or not _TELLING_OTHERS.isdisjoint(metas),
    )


def _past(folded: str, name: str, at: int) -> int:
    """Where an element that shows nothing ends."""
    end = folded.find("-->" if name == "!--" else f"</{name}", at)
    return len(folded) if end < 0 else end + 3 if name == "!--" else end


def _note(attributes: str, metas: dict[str, str], canonical: list[str]) -> None:
    told = {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(attributes)}
    if name := (told.get("property") or told.get("name") or told.get("itemprop") or "").lower():
        metas.setdefault(name, told.get("content", ""))
    if name == "og:url" or "canonical" in told.get("rel", "").lower():
        canonical.append(told.get("content") or told.get("href") or "")
