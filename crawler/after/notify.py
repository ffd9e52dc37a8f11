"""A digest sent through apprise, which knows a hundred services; loaded only when there is something to send.

Its addresses hold passwords: they are called by their place in the settings, and its own log is not heard.
"""

import logging
from collections.abc import Sequence
from importlib.util import find_spec

from crawler.after.digest import Digest
from crawler.errors import ConfigError


def check() -> None:
    """Raise ConfigError if apprise is not there."""
    if find_spec("apprise") is None:
        raise ConfigError('notify: apprise is not installed: pip install "metafresh[notify]"')


def send(digest: Digest, addresses: Sequence[str]) -> dict[int, str]:
    """Send a digest to each address, one after the other; this blocks for some seconds where one does not answer.

    Returns:
        What went wrong, by the place of the address in the settings.
    """
    from apprise import Apprise, NotifyFormat, OverflowMode  # noqa: PLC0415

    logger = logging.getLogger("apprise")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    wrong = {}
    for place, address in enumerate(addresses):
        service = Apprise.instantiate(address)
        if service is None:
            wrong[place] = "apprise knows no such service, or something is missing in its URL"
            continue
        if "overflow=" not in address:
            # One message, cut where the service takes no longer one, rather than none or several.
            service.overflow_mode = OverflowMode.TRUNCATE
        sender = Apprise(service)
        if not sender.notify(digest.text, title=digest.subject, body_format=NotifyFormat.TEXT):
            wrong[place] = "the digest could not be sent"
    return wrong
