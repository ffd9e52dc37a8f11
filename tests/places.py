"""Places as words of a command line, for processes of a test's own."""

import json
from pathlib import Path

from crawler.place import Place, Server


def spelt(place: Place) -> str:
    """A place as one word."""
    return json.dumps([place.url, str(place.folder)] if isinstance(place, Server) else [str(place)])


def place_of(word: str) -> Place:
    """The place that is spelt so."""
    first, *folder = json.loads(word)
    return Server(first, Path(folder[0])) if folder else Path(first)
