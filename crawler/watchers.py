"""Who watches over crawls, as settings: commands and addresses. What cannot be used is not shown: it may be secret."""

import re
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer, PlainValidator, SecretStr, WithJsonSchema

from crawler import urls

_SERVICE = re.compile(r"[A-Za-z0-9]+://\S")
_NOT_IN_URLS = frozenset(" \t\r\n")


def parse_command(value: object) -> str | None:
    """A command for the shell, as written; None for none.

    Raises:
        ValueError: it is no text, or nothing.
    """
    if value is None or (isinstance(value, str) and value.strip() and "\0" not in value):
        return value
    raise ValueError("expected a command for the shell, such as git -C records commit --quiet --all -m Refresh")


def parse_health_url(value: object) -> str | None:
    """An address to ping, as written; None for none.

    Raises:
        ValueError: it is no http(s) URL; it is not repeated, because who knows it can ping it.
    """
    if value is None or (isinstance(value, str) and urls.split(value) and not set(value) & _NOT_IN_URLS):
        return value
    raise ValueError("expected an address such as https://hc-ping.com/your-uuid")


def parse_notify(value: object) -> tuple[SecretStr, ...]:
    """URLs of apprise, in a list.

    Raises:
        ValueError: they are not; they are not repeated, because they hold passwords.
    """
    listed = [value] if isinstance(value, str | SecretStr) else value
    if isinstance(listed, list | tuple):
        texts = [each.get_secret_value() if isinstance(each, SecretStr) else each for each in listed]
        if all(isinstance(text, str) and _SERVICE.match(text) for text in texts):
            return tuple(SecretStr(text) for text in texts)
    raise ValueError('expected a list of apprise\'s URLs such as ["mailto://user:password@example.com"]')


Command: TypeAlias = Annotated[
    str | None, PlainValidator(parse_command), WithJsonSchema({"type": ["string", "null"], "minLength": 1})
]
HealthUrl: TypeAlias = Annotated[
    str | None, PlainValidator(parse_health_url), WithJsonSchema({"type": ["string", "null"], "pattern": "^https?://"})
]
Services: TypeAlias = Annotated[
    tuple[SecretStr, ...],
    PlainValidator(parse_notify),
    PlainSerializer(lambda services: [str(each) for each in services], return_type=list[str], when_used="json"),
    WithJsonSchema({"type": "array", "items": {"type": "string", "pattern": _SERVICE.pattern}}),
]
