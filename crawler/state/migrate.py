"""Bringing the tables of an older metafresh up to date: the one module that knows alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from crawler.errors import StateError

# Versions of tables from before there were migrations that the first one takes over.
_TAKEN_OVER = (3, 4)


def migrate(connection: Connection, name: str) -> None:
    """Bring the tables of a database to the newest revision, in the transaction of the connection.

    Args:
        name: how the database is told of.

    Raises:
        StateError: they are of a metafresh that is newer, or too old.
    """
    settings = Config(attributes={"connection": connection})
    # The value is a format to alembic.
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    found = set(MigrationContext.configure(connection).get_current_heads())
    if newer := found - known:
        raise StateError(_refusal(name, ", ".join(sorted(newer)), "a newer"))
    if inspect(connection).has_table("schema_version"):
        version = connection.scalar(text("SELECT number FROM schema_version"))
        if version not in _TAKEN_OVER:
            raise StateError(_refusal(name, str(version), "another"))
    command.upgrade(settings, "head")


def _refusal(name: str, version: str, which: str) -> str:
    return (
        f"{name} is of version {version}, which {which} metafresh made: use that one, "
        "or name another place by --state to start afresh"
    )
