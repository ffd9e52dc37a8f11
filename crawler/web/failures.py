"""aiohttp's many exceptions as our few, each with a stable kind and one plain line."""

import os
import socket
import ssl

import aiohttp

from crawler import urls
from crawler.errors import Unreachable
from crawler.web.dialling import NoProxy
from crawler.web.wire import Garbled

# What a request may end with besides an answer. UnicodeError, which IDNA raises, is a ValueError.
FAILURES = (aiohttp.ClientError, TimeoutError, OSError, ValueError)


def unreachable(error: Exception, url: str, *, silence: str) -> Unreachable:
    """What one of `FAILURES` means for who asked for a URL.

    Args:
        silence: what it means here that the server sends nothing for too long.
    """
    why, kind, retryable = _meaning(error, url, silence)
    return Unreachable(urls.redacted(url), why, kind=kind, retryable=retryable)


def _meaning(error: Exception, url: str, silence: str) -> tuple[str, str, bool]:
    """Why, of what kind, and whether the same request may succeed soon; what is derived from another comes first."""
    match error:
        case aiohttp.ClientProxyConnectionError() | NoProxy():
            meaning = "the proxy cannot be reached", "proxy", True
        case aiohttp.ClientHttpProxyError():
            meaning = f"the proxy answers with status {error.status}", "proxy", error.status >= 500
        case aiohttp.ClientConnectorDNSError():
            meaning = f"its name {urls.host(url)} cannot be resolved", "dns", _passes(error)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            meaning = f"no TLS connection: {_tls_reason(error)}", "tls", False
        case aiohttp.ConnectionTimeoutError():
            meaning = "no connection in time", "timeout", True
        case aiohttp.SocketTimeoutError():
            meaning = silence, "timeout", True
        case TimeoutError():
            # Whoever dribbles for so long would do so again, and cost as much.
            meaning = "it takes too long to answer in full", "timeout", False
        case aiohttp.ClientConnectorError():
            meaning = f"no connection: {_system_reason(error.os_error)}", "connect", True
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | ConnectionError():
            meaning = "the connection broke off", "reset", True
        case aiohttp.ClientPayloadError() if not isinstance(error, Garbled):
            meaning = "the connection broke off", "reset", True
        case OSError():
            meaning = f"no connection: {_system_reason(error)}", "connect", True
        case _:
            meaning = "what it says is not HTTP that we understand", "protocol", False
    return meaning


def _passes(error: aiohttp.ClientConnectorDNSError) -> bool:
    """Whether the name server failed, rather than said that there is no such name."""
    return error.os_error.errno == socket.EAI_AGAIN


def _system_reason(error: OSError) -> str:
    # What asyncio says in `strerror` names the address that was dialled, which means nothing to a reader.
    return os.strerror(error.errno).lower() if error.errno else type(error).__name__.lower()


def _tls_reason(error: Exception) -> str:
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    words = getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or type(cause).__name__
    return str(words).lower().replace("_", " ")
