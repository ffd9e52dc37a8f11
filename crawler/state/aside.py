"""A damaged database is moved aside: it can be looked at, and the next run begins afresh. The change logs stay."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from crawler.errors import Damaged, StateError
from crawler.place import Place, Server
from crawler.state.lock import locked
from crawler.state.store import open_store

# The database, what is not in it yet, and what both are found by: apart they would be taken for another one's.
_FILE, _PARTS = "metafresh.sqlite3", ("", "-wal", "-shm")


def identity(place: Place) -> int | None:
    """What tells the database of a folder from the one that takes its place; None where there is none."""
    if isinstance(place, Server):
        return None
    try:
        return (place / _FILE).stat().st_ino
    except OSError:
        return None


async def set_aside(
    folder: Path, was: int | None, digest_of: Callable[[Path], str | None], now: datetime, *, wait: timedelta
) -> Path | None:
    """Move the damaged database of a folder aside.

    Args:
        was: its `identity` when it was opened.
        digest_of: as of `Journal.settle_open`: writes whose log was not complete yet are looked up in what can still be
            read.
        wait: how long to wait for another run to end.

    Returns:
        Where it is now; None where it is another one, because another run was quicker.

    Raises:
        Busy: another run still was after that.
        StateError: it cannot be moved.
    """
    file = folder / _FILE
    aside = folder / f"{file.name}.damaged-{now:%Y%m%d-%H%M%S}"
    async with locked(folder, wait):
        if was is None or identity(folder) != was:
            return None
        with suppress(Damaged):
            async with open_store(folder) as store:
                await store.journal.rescue_logs(digest_of)
        try:
            for part in _PARTS:
                with suppress(FileNotFoundError):
                    file.with_name(file.name + part).rename(aside.with_name(aside.name + part))
        except OSError as error:
            raise StateError(f"{file}: it is damaged, and cannot be moved aside: {error.strerror}") from error
    return aside
