"""Rules that lead connections elsewhere, as curl's `--connect-to`: HOST:PORT:ADDRESS:PORT."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address

from crawler.errors import ConfigError

_NAME = r"(\[[^\[\]]*\]|[^:\[\]]*)"
_RULE = re.compile(rf"{_NAME}:([^:]*):{_NAME}:([^:]*)")
_HOST = re.compile(r"[a-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """Connections to `host`:`port` go to `address`:`to_port` in their place.

    Attributes:
        host: lower case, without brackets; "" is any.
        port: None is any.
        address: name or IP address, without brackets; "" leaves it the URL's own host.
        to_port: None leaves it the URL's own port.
    """

    host: str
    port: int | None
    address: str
    to_port: int | None


def parse_connect_to(text: str) -> ConnectTo:
    """The rule that a flag's value spells: HOST and its PORT may be `*` or empty, ADDRESS and its PORT empty.

    Raises:
        ConfigError: it is not of that form.
    """
    parts = _RULE.fullmatch(text)
    if parts is None:
        raise ConfigError(f"{text!r} is no rule; write it as HOST:PORT:ADDRESS:PORT, IPv6 addresses in brackets")
    host, port, address, to_port = parts.groups()
    return ConnectTo(
        host="" if host == "*" else _name(host, text),
        port=None if port == "*" else _port(port, text),
        address=_name(address, text),
        to_port=_port(to_port, text),
    )


def redirected(rules: Sequence[ConnectTo], host: str, port: int) -> tuple[str, int] | None:
    """Where a connection goes by the first rule that fits; None where none does."""
    wanted = _bare(host)
    for rule in rules:
        if rule.host in {"", wanted} and rule.port in {None, port}:
            return rule.address or host, rule.to_port or port
    return None


def _name(text: str, rule: str) -> str:
    name = _bare(text)
    if text.startswith("["):
        try:
            return str(IPv6Address(name))
        except ValueError as error:
            raise ConfigError(f"{text!r} in {rule!r} is no IPv6 address") from error
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError as error:
            raise ConfigError(f"{text!r} in {rule!r} is no host name") from error
    if text and not _HOST.fullmatch(name):
        raise ConfigError(f"{text!r} in {rule!r} is no host name")
    return name


def _port(text: str, rule: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 2**16):
        raise ConfigError(f"{text!r} in {rule!r} is no port; ports go from 1 to 65535")
    return int(text)


def _bare(host: str) -> str:
    """A host as rules compare it: lower case, without brackets and the root's dot."""
    name = host.lower().removeprefix("[").removesuffix("]").removesuffix(".")
    try:
        return str(IPv6Address(name))
    except ValueError:
        return name
