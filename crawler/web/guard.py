"""What a crawler may dial: public web addresses, however they are spelt.

A URL is judged as a browser reads it (WHATWG URL Standard, "host parsing"): a host that ends in a number is an IPv4
address in any of its spellings, full-width digits and dots are digits and dots. A spelling that readers disagree about
is refused rather than mended. User names and passwords are passed over, for none is ever sent. A name is judged again
by the addresses that it resolves to, each time that it is dialled: names change their addresses, and the connector asks
`Guard.check_address` about every one.

`ipaddress.is_global` is not used: it passes multicast, 192.0.0.0/24, 6to4, NAT64 of inner addresses and more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from crawler import urls
from crawler.errors import UnsafeURL

WEB_PORTS = frozenset({80, 443, 8080, 8443})

# The IANA IPv4 Special-Purpose Address Registry, where "Globally Reachable" is not True.
_INNER_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared address space; holds a cloud's metadata service, 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services, in spite of its public look; in no registry
        "169.254.0.0/16",  # link-local; holds most clouds' metadata service, 169.254.169.254
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments; holds a cloud's metadata service, 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.168.0.0/16",  # private use
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# What IANA has given out of IPv6 so far; what is private, link-local or multicast lies outside.
_GLOBAL_V6 = IPv6Network("2000::/3")
# The IANA IPv6 Special-Purpose Address Registry, as far as it lies within.
_INNER_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: leads to the IPv4 address within
        "3fff::/20",  # documentation
    )
)
# Both stand for the IPv4 address in their last 32 bits (RFC 4291 §2.5.5.2, RFC 6052 §2.1).
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
# So does an address whose interface is named like this, to the routers of its site (RFC 5214 §6.1).
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})

# Domains of one's own machine or network (RFC 6761, 6762, 8375; ICANN's .internal, and .home and .corp, which it will
# give to nobody; Kubernetes' .svc), and names of metadata services.
_INNER_NAMES = frozenset(
    {"localhost", "localdomain", "local", "internal", "intranet", "lan", "home.arpa", "home", "corp", "private", "svc"}
)
_METADATA_NAMES = frozenset({"metadata.goog"})

_NAMES_REMEMBERED = 4096

_BLANKS = " \t\r\n\f\v\0"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BRACKETED = re.compile(r"\[[^\[\]]*\](:[0-9]*)?")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be dialled: public addresses, `allow`ed networks besides, by http(s) on `ports`."""

    allow: tuple[IPv4Network | IPv6Network, ...] = ()
    ports: frozenset[int] = WEB_PORTS

    def check_url(self, url: str) -> None:
        """Raise UnsafeURL unless a URL is http(s) to a name or a permitted address, on a permitted port.

        An address in an allowed network may be asked on any port. Where networks are allowed, names of one's own
        network are judged by what they resolve to alone.
        """
        # Most of the web's URLs have one reading, and most of their hosts were judged before.
        if (plain := urls.plain_host(url)) and _is_outer_name(plain) and self.ports >= WEB_PORTS:
            return
        parts = _parts(url)
        port = _port(url, parts)
        name, address = _host(url, parts)
        if address is not None:
            self.check_address(url, str(address))
            if self._allows(address):
                return
        elif not self.allow and _is_inner_name(name):
            raise UnsafeURL(_shown(url), f"{name} names a machine of one's own network", kind="address")
        if port not in self.ports:
            raise UnsafeURL(_shown(url), f"port {port} is not a web port", kind="url")

    def check_address(self, url: str, address: str) -> None:
        """Raise UnsafeURL unless an address that a URL leads to is public or allowed."""
        if is_public(address):
            return
        read = _address(address)
        if read is None or not self._allows(read):
            raise UnsafeURL(_shown(url), f"{_printable(address)} is not a public address", kind="address")

    def _allows(self, address: IPv4Address | IPv6Address) -> bool:
        meant = _embedded(address) or address
        return any(each in network for network in self.allow for each in (address, meant))


_DEFAULT = Guard()


def check_url(url: str, addresses: Sequence[str] = ()) -> None:
    """Raise UnsafeURL unless a URL may be dialled.

    Args:
        addresses: what its name resolves to; each of them must be public.
    """
    _DEFAULT.check_url(url)
    for address in addresses:
        _DEFAULT.check_address(url, address)


def is_public(address: str) -> bool:
    """Whether an IP address, in its usual spelling, is one that anybody in the world may ask.

    Addresses that stand for an IPv4 address are judged by it; those with a zone are not public.

    Source: the IANA special-purpose address registries (RFC 6890).
    """
    read = _address(address)
    if read is None:
        return False
    meant = _embedded(read) or read
    if isinstance(meant, IPv4Address):
        return not any(meant in network for network in _INNER_V4)
    if int(meant) >> 32 & 0xFFFF_FFFF in _ISATAP and not is_public(str(IPv4Address(int(meant) & 0xFFFF_FFFF))):
        return False
    return meant in _GLOBAL_V6 and not any(meant in network for network in _INNER_V6)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _NAT64):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


def _parts(url: str) -> SplitResult:
    """The parts of an http(s) URL whose authority has only one reading."""
    text = url.strip(_BLANKS)
    if _UNPRINTABLE.search(text):
        raise _malformed(url, "it has control characters in it")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _malformed(url, "it is no URL") from error
    if parts.scheme not in {"http", "https"}:
        raise _malformed(url, "only http and https are followed")
    if "\\" in parts.netloc or any(letter.isspace() for letter in parts.netloc):
        raise _malformed(url, "it has a blank or a backslash in its host")
    user, _, authority = parts.netloc.rpartition("@")
    if "@" in user:
        raise _malformed(url, "it has more than one user name in it")
    return parts._replace(netloc=authority)


def _port(url: str, parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError as error:
        raise _malformed(url, "its port is no port") from error
    if port == 0:
        raise _malformed(url, "its port is no port")
    return port or (443 if parts.scheme == "https" else 80)


def _host(url: str, parts: SplitResult) -> tuple[str, IPv4Address | IPv6Address | None]:
    """The host in lower-case ASCII without the root's dot, and the address that it spells, if it does."""
    host = parts.hostname or ""
    if "[" in parts.netloc:
        if "%" in host or not _BRACKETED.fullmatch(parts.netloc):
            raise _malformed(url, "its host is no IPv6 address")
        try:
            return host, IPv6Address(host)
        except ValueError as error:
            raise _malformed(url, "its host is no IPv6 address") from error
    try:
        name = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise _malformed(url, "its host is no host name") from error
    labels = name.removesuffix(".").split(".")
    if len(name) > 254 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _malformed(url, "its host is no host name" if name else "it has no host")
    if not _NUMBER.fullmatch(labels[-1]):
        return ".".join(labels), None
    address = _ipv4(labels)
    if address is None:
        raise _malformed(url, "its host is no IPv4 address")
    return ".".join(labels), address


def _ipv4(labels: Sequence[str]) -> IPv4Address | None:
    """The address that one to four numbers spell: decimal, octal (0…) or hexadecimal (0x…); the last fills the rest.

    Source: WHATWG URL Standard, "IPv4 parser"; the same as inet_aton.
    """
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        return None
    try:
        *first, last = (_number(label) for label in labels)
    except ValueError:
        return None
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return None
    return IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last)


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


@lru_cache(maxsize=_NAMES_REMEMBERED)
def _is_outer_name(name: str) -> bool:
    labels = name.split(".")
    well_formed = len(name) <= 254 and all(_LABEL.fullmatch(label) for label in labels)
    return well_formed and not _NUMBER.fullmatch(labels[-1]) and not _is_inner_name(name)


def _is_inner_name(name: str) -> bool:
    labels = name.split(".")
    # A name without a dot is looked up in one's own domain first.
    return (
        len(labels) == 1
        or name in _METADATA_NAMES
        or any(".".join(labels[-count:]) in _INNER_NAMES for count in (1, 2))
    )


def _malformed(url: str, why: str) -> UnsafeURL:
    # Where the authority cannot be told, whatever stands before an @ may be a password.
    return UnsafeURL(_shown(url).rpartition("@")[2], why, kind="url")


def _shown(url: str) -> str:
    return _printable(urls.redacted(url))


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
