"""What only PostgreSQL knows.

A run holds an advisory lock (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), so that two
machines never run at once over one database. It belongs to the connection that everything is asked through: the server
gives it back when that is gone, and whoever makes another gets the lock first, or has lost it to another run.
"""

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from crawler.errors import StateError
from crawler.place import Server
from crawler.state.tables import metadata

__all__ = ["engine", "insert", "is_damaged", "is_lost", "lock", "shrink", "size", "why"]

_USUAL = {"connect_timeout": "10", "application_name": "metafresh", "client_encoding": "utf8"}
# A machine that vanished keeps the lock for a minute, not for the two hours that are usual. Nothing waits for ever for
# a table that somebody else locked. What is committed is on disk, whatever the server's default.
_SETTINGS = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "lock_timeout": "30s",
    "synchronous_commit": "on",
}
_TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtext('metafresh run'), hashtext(current_schema()))")


def engine(server: Server) -> Engine:
    """An engine on a server's database, which is not asked yet.

    Raises:
        StateError: the driver is not installed, or the URL cannot be used.
    """
    try:
        url = make_url(server.url).set(drivername="postgresql+psycopg")
        usual = {name: value for name, value in _USUAL.items() if name not in url.query}
        made = create_engine(url.update_query_dict(usual), poolclass=StaticPool)
    except ImportError as error:
        raise StateError(f"{server}: PostgreSQL needs a driver: pip install 'metafresh[postgres]'") from error
    except (ArgumentError, ValueError) as error:
        raise StateError(f"{server}: not the URL of a database") from error
    event.listen(made, "connect", _prepare)
    return made


def lock(connection: Connection, name: str) -> bool:
    """Whether the lock on the database is ours now; a connection that is made anew gets it again, or is none."""
    if not connection.scalar(_TRY_LOCK):
        return False

    def again(made: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = made.cursor()
        cursor.execute(str(_TRY_LOCK))
        (ours,) = cursor.fetchone() or (False,)
        made.commit()
        if not ours:
            raise StateError(f"{name}: the connection was lost, and another run has the lock since")

    event.listen(connection.engine, "connect", again)
    return True


def size(connection: Connection) -> int:
    """How many bytes the database takes."""
    return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def shrink(engine: Engine) -> None:
    """Give the room of what was deleted to what comes next; the server keeps it, unless it lies at a table's end."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table.name}")


def is_lost(error: DBAPIError) -> bool:
    """Whether the server is gone, or cannot be reached, and may be back soon."""
    return error.connection_invalidated or (isinstance(error, OperationalError) and error.statement is None)


def why(error: Exception) -> str:
    """What went wrong, in a line."""
    if not isinstance(error, DBAPIError):
        return f"what is remembered makes no sense: {error}"
    said = " ".join(str(error.orig).split())
    return f"the connection was lost: {said}" if error.connection_invalidated else said


def is_damaged(_error: Exception) -> bool:
    """Whether what is remembered is lost: a server's data are its owner's to mend."""
    return False


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for name, value in _SETTINGS.items():
        cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
    cursor.close()
    connection.commit()
