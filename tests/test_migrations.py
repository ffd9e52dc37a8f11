"""The tables are made and brought up to date by migrations, and those say what `crawler.state.tables` says."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from crawler.errors import StateError
from crawler.place import Server
from crawler.state import migrate, tables
from crawler.state.store import open_store
from tests.places import spelt

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(migrate.__file__).parent / "migrations"
URL = "https://example.com/a"
# The tables of version 3, from before there were migrations; version 4 had two more, habits and curves.
VERSION_3 = """
CREATE TABLE schema_version (number INTEGER NOT NULL, PRIMARY KEY (number));
CREATE TABLE runs (id TEXT NOT NULL, started DATETIME NOT NULL, finished DATETIME, dry_run BOOLEAN NOT NULL,
    outcome TEXT, counts JSON NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;
CREATE TABLE visits (url TEXT NOT NULL, host TEXT NOT NULL, at DATETIME NOT NULL, status INTEGER, kind TEXT NOT NULL,
    why TEXT, final_url TEXT, etag TEXT, last_modified TEXT, failures INTEGER NOT NULL, failing_since DATETIME,
    last_success DATETIME, PRIMARY KEY (url)) WITHOUT ROWID;
CREATE TABLE records (path TEXT NOT NULL, signature TEXT NOT NULL, articles TEXT NOT NULL, PRIMARY KEY (path))
    WITHOUT ROWID;
CREATE TABLE settled (path TEXT NOT NULL, pointer TEXT NOT NULL, digest TEXT NOT NULL, at DATETIME NOT NULL,
    PRIMARY KEY (path, pointer)) WITHOUT ROWID;
CREATE TABLE images (url TEXT NOT NULL, at DATETIME NOT NULL, etag TEXT, last_modified TEXT, width INTEGER,
    height INTEGER, format TEXT, digest TEXT, PRIMARY KEY (url)) WITHOUT ROWID;
CREATE TABLE hosts (host TEXT NOT NULL, next_allowed DATETIME NOT NULL, PRIMARY KEY (host)) WITHOUT ROWID;
CREATE INDEX hosts_next_allowed ON hosts (next_allowed);
CREATE TABLE troubles (host TEXT NOT NULL, failures INTEGER NOT NULL, until DATETIME NOT NULL, PRIMARY KEY (host))
    WITHOUT ROWID;
CREATE TABLE robots (origin TEXT NOT NULL, fetched_at DATETIME NOT NULL, status INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (origin)) WITHOUT ROWID;
CREATE TABLE intents (id INTEGER NOT NULL, run TEXT NOT NULL, path TEXT NOT NULL, shown TEXT NOT NULL,
    old_digest TEXT NOT NULL, new_digest TEXT NOT NULL, rows JSON NOT NULL, at DATETIME NOT NULL, state TEXT NOT NULL,
    why TEXT, PRIMARY KEY (id), FOREIGN KEY(run) REFERENCES runs (id));
CREATE INDEX ix_intents_run ON intents (run);
CREATE INDEX ix_intents_state ON intents (state);
CREATE INDEX ix_intents_path ON intents (path);
CREATE TABLE held (id INTEGER NOT NULL, run TEXT NOT NULL, path TEXT NOT NULL, shown TEXT NOT NULL,
    "row" JSON NOT NULL, decision TEXT, PRIMARY KEY (id), FOREIGN KEY(run) REFERENCES runs (id));
CREATE INDEX ix_held_run ON held (run);
CREATE INDEX ix_held_path ON held (path);
CREATE TABLE failures (id INTEGER NOT NULL, run TEXT NOT NULL, "row" JSON NOT NULL, PRIMARY KEY (id),
    FOREIGN KEY(run) REFERENCES runs (id));
CREATE INDEX ix_failures_run ON failures (run);
INSERT INTO runs VALUES ('20261123-120000-000000', '2026-11-23 12:00:00.000000', NULL, 0, NULL, '{"changes": 3}');
INSERT INTO held VALUES (7, '20261123-120000-000000', '/a.md', 'a.md', '{"pointer": "/title"}', NULL);
INSERT INTO failures VALUES (1, '20261123-120000-000000', '{"url": "https://example.com/a"}');
"""
RUN = "20261123-120000-000000"


def made_before(folder: Path, version: int) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / "metafresh.sqlite3") as database:
        database.executescript(VERSION_3)
        if version > 3:
            database.execute("CREATE TABLE habits (url TEXT NOT NULL, state JSON NOT NULL, PRIMARY KEY (url))")
            database.execute("CREATE TABLE curves (name TEXT NOT NULL, curve JSON NOT NULL, PRIMARY KEY (name))")
        database.execute("INSERT INTO schema_version VALUES (?)", (version,))
    database.close()


def differences(connection) -> list:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata)


def as_made(connection) -> object:
    """What a database tells of its tables: how SQLite was told to make them, or PostgreSQL's columns and indexes."""
    if connection.dialect.name == "sqlite":
        told = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        return {name: sorted(re.findall(r"\w+", sql)) for name, sql in told}
    columns = "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes"
    return [
        set(connection.exec_driver_sql(f"{columns} WHERE table_schema = 'public'")),
        set(connection.exec_driver_sql(f"{indexes} WHERE schemaname = 'public'")),
    ]


async def test_the_migrations_make_what_the_tables_say(place):
    def made_by_migrations(connection):
        tables.metadata.drop_all(connection)
        tables.versions.drop(connection)
        migrate.migrate(connection, "here")
        return as_made(connection)

    async with open_store(place) as store:
        made_at_once = await store.database.read(as_made)
        assert made_at_once == await store.database.write(made_by_migrations)
        assert [] == await store.database.read(differences)


def test_the_newest_migration_is_the_one_that_a_start_looks_for():
    scripts = ScriptDirectory.from_config(Config(attributes={}, config_args={"script_location": str(FOLDER)}))

    assert [tables.REVISION] == scripts.get_heads()


@pytest.mark.parametrize("version", [3, 4])
async def test_what_was_remembered_before_there_were_migrations_is_taken_over(tmp_path, version):
    made_before(tmp_path / "state", version)

    async with open_store(tmp_path / "state") as store:
        assert [] == await store.database.read(differences)
        assert {"changes": 3} == (await store.run(RUN)).counts
        assert [7] == [held.id for held in await store.held(RUN)]
        assert [{"url": URL}] == await store.failures(RUN)


async def test_tables_that_are_too_old_are_left_as_they_are(tmp_path):
    made_before(tmp_path / "state", 2)

    with pytest.raises(StateError, match=r"sqlite3 is of version 2, which another metafresh made: use that one, or"):
        async with open_store(tmp_path / "state"):
            pass
    with sqlite3.connect(tmp_path / "state" / "metafresh.sqlite3") as database:
        assert [(2,)] == database.execute("SELECT number FROM schema_version").fetchall()
    database.close()


async def test_tables_of_a_newer_metafresh_are_left_as_they_are(place):
    async with open_store(place) as store:
        await store.database.write(lambda connection: connection.exec_driver_sql("DROP TABLE robots"))
        newer = "UPDATE alembic_version SET version_num = '9876'"
        await store.database.write(lambda connection: connection.exec_driver_sql(newer))

        with pytest.raises(StateError, match=r"is of version 9876, which a newer metafresh made: use that one, or"):
            async with open_store(place):
                pass
        assert [("add_table", "robots")] == [
            (what, table.name) for what, table in await store.database.read(differences)
        ]


STARTS = """
import asyncio, sys
from crawler.state.store import open_store
from tests.places import place_of

async def main():
    async with open_store(place_of(sys.argv[1])) as store:
        await store.runs()

asyncio.run(main())
print("alembic" in sys.modules)
"""


def started(place) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", STARTS, spelt(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def test_a_start_needs_alembic_for_older_tables_only(tmp_path):
    made_before(tmp_path / "old", 4)

    assert ["True\n", "False\n"] == [started(tmp_path / "old").communicate()[0] for _ in range(2)]
    assert "False\n" == started(tmp_path / "new").communicate()[0]


def in_a_file(request):
    return request.getfixturevalue("tmp_path") / "state"


def on_a_server(request):
    postgres = request.getfixturevalue("postgres")
    return Server(postgres.url(postgres.fresh()), request.getfixturevalue("tmp_path") / "state")


@pytest.mark.parametrize("nothing", [in_a_file, on_a_server])
def test_processes_that_make_the_tables_at_once_all_succeed(nothing, request):
    place = nothing(request)
    processes = [started(place) for _ in range(3)]
    for process in processes:
        process.communicate()

    assert [0, 0, 0] == [process.returncode for process in processes]
