"""What only SQLite knows.

In WAL mode: readers do not wait for the writer. `synchronous=FULL`, because a row of the journal that a power cut
undoes is worse than none. Transactions that write begin IMMEDIATE: one that begins by reading and writes later fails at
once when another wrote in between, however long it would be willing to wait (https://sqlite.org/isolation.html).
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from crawler.errors import StateError

__all__ = ["engine", "insert", "is_damaged", "is_lost", "lock", "shrink", "size", "why"]

_BUSY_SECONDS = 30  # how long to wait while another process writes
_DAMAGED = {11, 26}  # SQLITE_CORRUPT, SQLITE_NOTADB (https://sqlite.org/rescode.html)
# Tables are brought up to date before anything is asked: what is not there now was overwritten.
_TOLD_OF = ("no such table", "no such column", "Could not decode to UTF-8", "unsupported file format")


def engine(file: Path) -> Engine:
    """An engine on a file, which is made if it is not there.

    Raises:
        StateError: it cannot be.
    """
    _make(file)
    # It moves between no threads but the one that works and the one that closes it.
    arguments = {"timeout": _BUSY_SECONDS, "check_same_thread": False}
    made = create_engine(URL.create("sqlite", database=str(file)), connect_args=arguments, poolclass=StaticPool)
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def lock(_connection: Connection, _name: str) -> bool:
    """Whether nobody else has the lock: the one on the folder is enough."""
    return True


def size(connection: Connection) -> int:
    """How many bytes the database takes, once it is all in its file."""
    pages, of_bytes = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
    )
    return int(pages * of_bytes)


def shrink(engine: Engine) -> None:
    """Give back the room of what was deleted; it takes as much room again meanwhile."""
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def is_lost(_error: DBAPIError) -> bool:
    """Whether it may be back soon: no file is."""
    return False


def why(error: Exception) -> str:
    """What went wrong, in a line."""
    said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
    if is_damaged(error):
        return f"it is damaged ({said}); a crawl moves it aside and begins afresh: memory is lost, no record is"
    return said


def is_damaged(error: Exception) -> bool:
    """Whether it went wrong because the file is no database any more, or not ours: what is in it makes no sense."""
    if not isinstance(error, DBAPIError):
        return True
    is_no_database = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _DAMAGED
    return is_no_database or str(error.orig).startswith(_TOLD_OF)


def _make(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("ab").close()  # the disk's own words, where SQLite says "unable to open database file"
    except OSError as error:
        raise StateError(f"{error.filename}: cannot keep state there: {error.strerror}") from error


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    driver: Any = connection
    driver.isolation_level = None  # the driver would begin transactions by itself; `_begin` does
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "journal_mode=WAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
