"""aiohttp's many exceptions as our few, each with a stable kind and one plain line."""

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from crawler import urls
from crawler.errors import Unreachable
from crawler.web.wire import Garbled


@contextmanager
def translated(url: str, *, silence: str) -> Iterator[None]:
    """Raise what aiohttp raises within the block as Unreachable.

    Args:
        silence: what it means here that the server sends nothing for too long.
    """
    try:
        yield
    except aiohttp.ClientConnectorDNSError as error:
        raise _unreachable(
            url, f"its name {urls.host(url)} cannot be resolved", "dns", retryable=_passes(error)
        ) from error
    except (aiohttp.ClientSSLError, ssl.SSLError) as error:
        raise _unreachable(url, f"no TLS connection: {_tls_reason(error)}", "tls") from error
    except aiohttp.ConnectionTimeoutError as error:
        raise _unreachable(url, "no connection in time", "timeout", retryable=True) from error
    except aiohttp.SocketTimeoutError as error:
        raise _unreachable(url, silence, "timeout", retryable=True) from error
    except TimeoutError as error:
        # Whoever dribbles for so long would do so again, and cost as much.
        raise _unreachable(url, "it takes too long to answer in full", "timeout") from error
    except aiohttp.ClientConnectorError as error:
        raise _unreachable(
            url, f"no connection: {_system_reason(error.os_error)}", "connect", retryable=True
        ) from error
    except Garbled as error:
        raise _unreachable(url, "what it says is not HTTP that we understand", "protocol") from error
    except (
        aiohttp.ServerDisconnectedError,
        aiohttp.ClientPayloadError,
        aiohttp.ClientOSError,
        ConnectionError,
    ) as error:
        raise _unreachable(url, "the connection broke off", "reset", retryable=True) from error
    except OSError as error:
        raise _unreachable(url, f"no connection: {_system_reason(error)}", "connect", retryable=True) from error
    except (aiohttp.ClientError, ValueError) as error:
        # UnicodeError, which IDNA raises, is a ValueError.
        raise _unreachable(url, "what it says is not HTTP that we understand", "protocol") from error


def _unreachable(url: str, why: str, kind: str, *, retryable: bool = False) -> Unreachable:
    return Unreachable(urls.redacted(url), why, kind=kind, retryable=retryable)


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
