"""What is remembered, for commands that only read: a folder that is not there is said, never made."""

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import ConfigError
from crawler.place import Place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractContextManager

    from crawler.state.store import Store


def state_place(state: Place | None, config_file: Path | None) -> Place:
    """Where the flags, else the settings, say that what is remembered lies.

    Raises:
        ConfigError: the settings cannot be used.
    """
    from crawler.config import load  # noqa: PLC0415

    return state or load(config_file, {}).state


def is_remembered(place: Place) -> bool:
    """Whether a run may have been remembered in a place: of a folder that is seen at once."""
    return not isinstance(place, Path) or (place / "metafresh.sqlite3").is_file()


def check(place: Place) -> None:
    """Raise ConfigError if no run was ever remembered in a folder."""
    if not is_remembered(place):
        raise ConfigError(f"{place}: no run is remembered there yet; metafresh crawl makes one, or name it by --state")


@asynccontextmanager
async def opened(place: Place) -> "AsyncIterator[Store]":
    """The store in a place.

    Raises:
        ConfigError: no run was ever remembered there.
        StateError: it cannot be read.
    """
    from crawler.state.store import open_store  # noqa: PLC0415

    check(place)
    async with open_store(place) as store:
        yield store


def patience() -> "AbstractContextManager[object]":
    """What a person at a terminal sees meanwhile: of a million records it takes minutes to see what is due."""
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True).status("looking at the records ...")
