"""What every test has: a web of its own, no home, and no way out of this machine."""

import asyncio
import ipaddress
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aioresponses import aioresponses
from hypothesis import settings

from crawler.place import Place, Server
from crawler.state.store import open_store
from tests.chromium import browser, opened  # noqa: F401 (fixtures)
from tests.database import Postgres, running
from tests.faults import build
from tests.loopback import Web

# How long a test may take is not what it tests.
settings.register_profile("metafresh", deadline=None)
settings.load_profile("metafresh")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def _web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    serving = Web(tmp_path_factory.mktemp("web"))
    yield serving
    serving.close()


@pytest.fixture
def web(_web: Web) -> Web:
    """A real web on loopback that answers nothing yet."""
    _web.forget()
    return _web


@pytest.fixture(autouse=True)
def _no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever dials another address than loopback, or asks for the address of a name, fails by name."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def only_loopback(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not ipaddress.ip_address(address[0]).is_loopback:
            pytest.fail(f"a test tried to connect to {address}")
        connect(self, address)  # type: ignore[arg-type]

    def no_names(host: str | None, *args: object, **kwargs: object) -> object:
        try:
            ipaddress.ip_address(host or "127.0.0.1")
        except ValueError:
            if host != "localhost":
                pytest.fail(f"a test tried to look up {host!r}")
        return lookup(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", only_loopback)
    monkeypatch.setattr(socket, "getaddrinfo", no_names)


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A home of the test's own: what is left there is left nowhere."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")


class _Response(aiohttp.ClientResponse):
    """aioresponses 0.7.9 does not hand over the `stream_writer` that aiohttp 3.14 asks for; to go when it does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"stream_writer": None} | kwargs))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[aioresponses]:
    """Answers without a socket, for what the client decides by itself."""
    monkeypatch.setattr("aioresponses.core.ClientResponse", _Response)
    with aioresponses() as mocked:
        yield mocked


@pytest.fixture
def shared() -> Path:
    """Real records and pages that live beside the project; without them the test is skipped."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip("the shared corpus is not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; without one the test is skipped."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def _with_tables(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database that has its tables, to be copied."""

    async def make(place: Server) -> None:
        async with open_store(place):
            pass

    name = postgres.fresh()
    asyncio.run(make(Server(postgres.url(name), tmp_path_factory.mktemp("template"))))
    return name


@pytest.fixture
def server(postgres: Postgres, _with_tables: str, tmp_path: Path) -> Iterator[Server]:
    """A database on a PostgreSQL server that remembers nothing yet."""
    name = postgres.fresh(_with_tables)
    yield Server(postgres.url(name), tmp_path / "state")
    postgres.do(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where something may be remembered, on either database."""
    found: Place = tmp_path / "state" if request.param == "sqlite" else request.getfixturevalue("server")
    return found


@pytest.fixture
def plain_users(tmp_path: Path) -> Iterator[Path]:
    """A folder in which we are a user like others: what the file system forbids is forbidden."""
    if os.geteuid() != 0:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory() as name:
        os.chown(name, 65534, 65534)
        os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of `faults.c`; where it cannot be made the test is skipped."""
    made = build(tmp_path_factory.mktemp("faults"))
    if made is None:
        pytest.skip("no C compiler for Linux here: faults cannot be made")
    return made
