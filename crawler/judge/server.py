"""What a server says of its answer: its status, headers and cookies."""

import re
from collections.abc import Mapping

from crawler.model import Assessment

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

# Headers that are sent with a challenge or a block, and never with the page itself; None: whatever they say.
_CHALLENGE_HEADERS: tuple[tuple[str, frozenset[str] | None, str], ...] = (
    ("cf-mitigated", None, "Cloudflare"),
    ("x-amzn-waf-action", None, "AWS WAF"),
    ("x-vercel-mitigated", None, "Vercel"),
    ("sg-captcha", None, "SiteGround"),
    ("x-sucuri-block", None, "Sucuri"),
    ("x-dd-b", None, "DataDome"),
    ("x-datadome", frozenset({"blocked", "block", "challenge", "captcha"}), "DataDome"),
    ("x-px", frozenset({"block", "blocked", "captcha", "challenge"}), "HUMAN"),
    ("x-px-blocked", None, "HUMAN"),
)
# What a wall leaves on the pages that it lets through, too: no more than a hint.
_GUARD_HEADERS = ("x-datadome", "x-px", "x-iinfo", "x-kpsdk-ct", "x-sucuri-id", "x-reblaze-protection")
_GUARD_SERVERS = re.compile(r"akamaighost|ddos-guard|imunify360|sucuri/cloudproxy|datadome|qrator|stackpath", re.ASCII)
_GUARD_COOKIES = re.compile(
    r"(?:^|[\s,;])(?:datadome|_abck|ak_bmsc|bm_sz|incap_ses_\w+|visid_incap_\w+|nlbi_\w+|reese84|kp_uidz?|aws-waf-token|_px\w{0,4}|__ddg\w{1,3}"
    r"|cf_chl_\w+|sucuri_cloudproxy\w*)=",
    re.ASCII,
)

# What no server says of a page, be it ever so wrong; text/plain and the like are a page's often enough.
_FILE_TYPE = re.compile(
    r"(?:image|audio|video|font|multipart)/[\w.+-]{1,60}|application/(?:pdf|zip|gzip|x-tar|json|ld\+json|javascript)\b"
    r"|application/(?:rss|atom|rdf)\+xml|text/(?:css|csv|calendar|javascript)\b",
    re.ASCII,
)
# The first element of a feed or a drawing, after declarations and comments.
_FEED_MARK = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:<[?!][^<>]*+>\s*+){0,8}+<(rss|feed|rdf:RDF|svg|urlset)\b")


def by_status(status: int) -> Assessment | None:
    if status in (200, 203, 206):
        return None
    kind, words = _STATUS.get(status, ("server-error", "server error") if status >= 500 else ("status", "no page"))
    return Assessment(keep=False, kind=kind, reason=f"status {status}: {words}")


def by_header(headers: Mapping[str, str]) -> Assessment | None:
    """A refusal by a header, names and values in small letters."""
    for name, values, product in _CHALLENGE_HEADERS:
        value = headers.get(name)
        if value and (values is None or value in values):
            return Assessment(keep=False, kind="challenge", reason=f"{product} challenges us ({name}: {value[:80]})")
    return None


def by_type(content_type: str, html: bytes) -> Assessment | None:
    """Pictures, feeds and files have titles, too, and theirs are no article's."""
    declared, begins = _FILE_TYPE.match(content_type.strip()), _FEED_MARK.match(html)
    what = declared[0] if declared else f"<{begins[1].decode()}>" if begins else None
    return Assessment(keep=False, kind="not-a-page", reason=f"it is no page, but {what}") if what else None


def guards(headers: Mapping[str, str]) -> str | None:
    """What the headers and cookies of a guarded or resting server hint at."""
    if "retry-after" in headers:
        return "its server asks to come again later"
    if found := _GUARD_SERVERS.search(headers.get("server", "")) or _GUARD_COOKIES.search(
        headers.get("set-cookie", "")
    ):
        return f"its server is guarded ({found[0].strip(' ,;=')})"
    return next((f"its server is guarded ({name})" for name in _GUARD_HEADERS if name in headers), None)
