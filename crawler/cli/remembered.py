"""The state folder, for commands that only read: one that is not there is said, never made."""

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from crawler.state.store import Store


def state_folder(state: Path | None, config_file: Path | None) -> Path:
    """The folder of state that the flags, else the settings name.

    Raises:
        ConfigError: the settings cannot be used.
    """
    from crawler.config import load  # noqa: PLC0415

    return state or load(config_file, {}).state


def is_remembered(folder: Path) -> bool:
    """Whether a run was ever remembered in a folder."""
    return (folder / "metafresh.sqlite3").is_file()


def check(folder: Path) -> None:
    """Raise ConfigError if no run was ever remembered in a folder."""
    if not is_remembered(folder):
        raise ConfigError(f"{folder}: no run is remembered there yet; metafresh crawl makes one, or name it by --state")


@asynccontextmanager
async def opened(folder: Path) -> "AsyncIterator[Store]":
    """The store in a folder.

    Raises:
        ConfigError: no run was ever remembered there.
        StateError: it cannot be read.
    """
    from crawler.state.store import open_store  # noqa: PLC0415

    check(folder)
    async with open_store(folder) as store:
        yield store
