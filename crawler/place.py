"""Where what is remembered lies: in a folder, or in the database of a server and a folder beside it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_OURS = re.compile(r"postgres(?:ql)?://")


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL database; as text it is its URL without password and options.

    Attributes:
        url: with the password, if it was given there.
        folder: of this machine's lock, of change logs, and of what a long backlog takes.
    """

    url: str = field(repr=False)
    folder: Path = Path("state")

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        return f"postgresql://{user.partition(':')[0]}{at}{host}{parts.path}"


Place: TypeAlias = Path | Server


def folder_of(place: Place) -> Path:
    """Where the files of a place lie."""
    return place.folder if isinstance(place, Server) else place


def parse_server(text: str) -> Server | None:
    """The server that a URL such as `postgresql://user:password@host:5432/database` names; None where it is no URL.

    Raises:
        ValueError: the URL cannot be used; the message does not repeat it, for there may be a password in it.
    """
    if not _URL.match(text):
        return None
    if not _OURS.match(text):
        raise ValueError("no database of this kind can be used; write postgresql://user@host/database")
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = None
    # Else a password with a slash of its own would pass for a path, and be shown.
    if parts is None or text.count("@") > 1 or "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("not a URL; in a user name or password write @ : / ? # [ ] as %40 %3A %2F %3F %23 %5B %5D")
    if len(parts.path) < 2:
        raise ValueError("no database is named; write postgresql://user@host/database")
    return Server(text)
