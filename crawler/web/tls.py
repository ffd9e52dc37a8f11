"""Whose certificates are trusted."""

import ssl
from pathlib import Path

from crawler.errors import ConfigError


def trusting(ca_file: Path | None) -> ssl.SSLContext | bool:
    """What aiohttp makes of the system's certificates by itself, which takes 30 ms, unless there are more.

    Raises:
        ConfigError: no certificates can be read from the file.
    """
    if ca_file is None:
        return True
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"{ca_file}: no certificates in PEM form can be read from it") from error
    return context
