"""URLs: absolute form, identity, registrable host, AMP-cache address, what may be shown. Pure.

Identity rules (`canonical`) follow RFC 3986 §6.2.2-3: they never change which resource is meant. Dropping `utm_*` and
the like is not among them: a record's URL is asked for as it stands.
"""

import re
import unicodedata
from base64 import b32encode
from functools import lru_cache
from hashlib import sha256
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from publicsuffixlist import PublicSuffixList

from crawler.errors import UnsafeURL

# Its rules as people write them: to encode them all takes longer than all the names that will ever be looked up.
_suffixes = PublicSuffixList(only_icann=True, accept_encoded_idn=False)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_LABEL = 63  # RFC 1035 §2.3.4
_AMP_CACHE = "cdn.ampproject.org"
_HOSTS_REMEMBERED = 4096
# An absolute URL that neither resolving nor `canonical` would change; most of the web's are, and either costs ten times
# the look.
_PLAIN = re.compile(
    r"https?://[a-z0-9-]++(?:\.[a-z0-9-]++)++(?:/(?!\.)[\w!$&'()*+,=:@%~.-]*+)++(?:\?[\w!$&'()*+,=:@%~./?-]++)?",
    re.ASCII,
)
_PICTURE = re.compile(r"\.(?:avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp)\Z", re.IGNORECASE)
_FONT = re.compile(r"\.(?:eot|otf|ttf|woff2?)\Z", re.IGNORECASE)
_PLAIN_HOST = re.compile(r"https?://([a-z0-9-]++(?:\.[a-z0-9-]++)*+)/", re.ASCII)
# What the URL of the page itself would be made of.
_NOWHERE = frozenset({"http:", "https:", "http:/", "https:/", "http://", "https://", "//"})
_BLANKS = " \t\r\n\f\v\0"


def split(url: str) -> SplitResult | None:
    """The parts of an absolute http(s) URL with a host and a port in range, else None."""
    try:
        parts = urlsplit(url.strip(_BLANKS))
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def is_web(url: str) -> bool:
    """Whether this is an absolute http(s) URL with a host."""
    return bool(_PLAIN.fullmatch(url)) or split(url) is not None


def plain_host(url: str) -> str | None:
    """The host of a URL that is spelt in the one way that leaves no doubt: a lower-case name, no port, no user name."""
    return _PLAIN_HOST.match(url)[1] if _PLAIN.fullmatch(url) else None  # type: ignore[index]


def absolute(url: str, base: str) -> str | None:
    """`url` resolved against `base`, without its fragment; None unless that gives an http(s) URL (RFC 3986 §5)."""
    if _PLAIN.fullmatch(url):
        return url
    if url.strip(_BLANKS).lower() in _NOWHERE:
        return None
    try:
        parts = split(urljoin(base, url.strip(_BLANKS)))
    except ValueError:
        return None
    return urlunsplit(parts._replace(fragment="")) if parts else None


def canonical(url: str) -> str:
    """The form under which two spellings of one address are equal; what is no http(s) URL comes back as it was."""
    if _PLAIN.fullmatch(url):
        return url
    parts = split(url)
    if parts is None:
        return url
    host = _ascii_host(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    if parts.port and parts.port != _DEFAULT_PORTS[parts.scheme]:
        host += f":{parts.port}"
    path = quote(parts.path, safe="/:@!$&'()*+,;=~%") or "/"
    query = quote(parts.query, safe="/:@!$&'()*+,;=~?%[]")
    return urlunsplit((parts.scheme, host, path, query, ""))


def same_page(one: str, other: str) -> bool:
    """Whether two URLs differ at most in scheme, a leading `www.`, a trailing slash, a fragment."""
    return _page_key(one) == _page_key(other)


def host(url: str) -> str:
    """The host of a URL in lower-case ASCII, without port; "" if there is none."""
    if plain := _PLAIN_HOST.match(url):
        return plain[1]
    parts = split(url)
    return _ascii_host(parts.hostname or "") if parts else ""


def registrable_host(url: str) -> str:
    """What one owner registered (`bbc.co.uk` of `www.bbc.co.uk`); the host itself for IP addresses and single labels.

    Source: the public suffix list, private section left out: two blogs on one platform share its servers.
    """
    return registrable(host(url))


@lru_cache(maxsize=_HOSTS_REMEMBERED)
def registrable(name: str) -> str:
    """The same of a host's name or address."""
    # The list takes any name for one; a last label of digits is an IPv4 address's, a colon an IPv6 address's.
    if ":" in name or name[-1:].isdecimal():
        return name
    labels = name.split(".")
    written = ".".join(map(_unicode_label, labels)) if "xn--" in name else name
    found = _suffixes.privatesuffix(written)
    return ".".join(labels[-1 - found.count(".") :]) if found else name


def amp_cache_url(url: str) -> str:
    """Where Google's AMP cache keeps an AMP page: `https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a`.

    The page's own address follows as it was given, its host in lower case; a picture's stands under /i/, a font's
    under /r/. What is in the cache already stays there.

    Raises:
        UnsafeURL: what is given is no absolute http(s) URL with a host.

    Source: https://amp.dev/documentation/guides-and-tutorials/learn/amp-caches-and-cors/amp-cache-urls
    """
    parts = split(url)
    if parts is None:
        raise UnsafeURL(
            redacted(url)[:200], "not an absolute http or https URL, so it has no AMP cache address", kind="url"
        )
    name = (parts.hostname or "").rstrip(".")
    where = f"[{name}]" if ":" in name else name
    if parts.port and parts.port != _DEFAULT_PORTS[parts.scheme]:
        where += f":{parts.port}"
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    if f".{name}".endswith(f".{_AMP_CACHE}"):
        return f"https://{where}{path}"
    secure = "s/" if parts.scheme == "https" else ""
    kind = "i" if _PICTURE.search(parts.path) else "r" if _FONT.search(parts.path) else "c"
    return f"https://{_amp_label(_ascii_host(name))}.{_AMP_CACHE}/{kind}/{secure}{where}{path}"


def _amp_label(name: str) -> str:
    """One DNS label that stands for a whole host; the host's hash where no readable one can."""
    if "." in name and len(name) <= _MAX_LABEL:
        readable = ".".join(map(_unicode_label, name.split("."))).replace("-", "--").replace(".", "-")
        if readable[2:4] == "--":  # would pass for an encoded label
            readable = f"0-{readable}-0"
        label = readable if readable.isascii() else "xn--" + readable.encode("punycode").decode()
        if len(label) <= _MAX_LABEL and not _runs_both_ways(readable):
            return label
    return b32encode(sha256(name.encode()).digest()).decode().rstrip("=").lower()


def _runs_both_ways(text: str) -> bool:
    """Whether letters of both directions, or digits of both, occur: no browser displays such a label (RFC 5893 §2)."""
    directions = {unicodedata.bidirectional(letter) for letter in text}
    return ("L" in directions and bool(directions & {"R", "AL"})) or {"EN", "AN"} <= directions


def redacted(url: str) -> str:
    """The URL without user name and password, fit for a log."""
    if "@" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _page_key(url: str) -> tuple[str, str, str]:
    parts = urlsplit(canonical(url))
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query


def _ascii_host(name: str) -> str:
    name = name.rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def _unicode_label(label: str) -> str:
    """A label as people read it (RFC 3492). Python's idna codec knows only the older of two standards: no `straße`."""
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label
