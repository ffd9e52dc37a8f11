"""What goes wrong with a server is said in one line, which names it without the password."""

import sys
from datetime import timedelta

import pytest

from crawler.errors import StateError
from crawler.place import Server, parse_server
from crawler.state.store import open_alone, open_store
from tests.database import STRICT

PASSWORD = "hidden"


async def complaint(server: Server) -> str:
    with pytest.raises(StateError) as raised:
        async with open_store(server):
            pass
    said = str(raised.value)
    assert PASSWORD not in said + repr(server)
    assert "\n" not in said
    return said


async def test_a_server_that_does_not_answer_is_named(tmp_path):
    said = await complaint(Server(f"postgresql://me:{PASSWORD}@127.0.0.1:9/site", tmp_path))

    assert said.startswith("postgresql://me@127.0.0.1:9/site: ")
    assert "Connection refused" in said


async def test_a_password_that_is_not_taken_is_said(postgres, tmp_path):
    postgres.do(f"DROP ROLE IF EXISTS {STRICT}")
    postgres.do(f"CREATE ROLE {STRICT} LOGIN PASSWORD 'another'")
    said = await complaint(Server(postgres.url("postgres", STRICT, PASSWORD), tmp_path))

    assert 'password authentication failed for user "strict"' in said


async def test_a_database_that_is_not_there_is_said(postgres, tmp_path):
    said = await complaint(Server(postgres.url("nowhere"), tmp_path))

    assert 'database "nowhere" does not exist' in said


async def test_an_option_that_the_driver_does_not_know_is_said(postgres, tmp_path):
    said = await complaint(Server(postgres.url("postgres") + "?colour=red", tmp_path))

    assert "colour" in said


async def test_a_port_that_is_none_is_said(tmp_path):
    said = await complaint(Server(f"postgresql://me:{PASSWORD}@127.0.0.1:99999999/site", tmp_path))

    assert said.startswith("postgresql://me@127.0.0.1:99999999/site: ")


async def test_without_the_driver_it_is_said_what_to_install(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = await complaint(Server(f"postgresql://me:{PASSWORD}@127.0.0.1/site", tmp_path))

    assert "postgresql://me@127.0.0.1/site: PostgreSQL needs a driver: pip install 'metafresh[postgres]'" == said


def cut_off(postgres, server):
    name = server.url.rpartition("/")[2]
    postgres.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


async def test_a_run_whose_connection_is_lost_ends_for_it_has_lost_its_lock_too(postgres, server):
    async with open_alone(server, timedelta(0)) as store:
        cut_off(postgres, server)
        with pytest.raises(StateError) as first:
            await store.runs()
        with pytest.raises(StateError) as second:
            await store.runs()

    assert str(first.value).startswith(f"{server}: the connection was lost: ")
    assert f"{server}: the connection was lost, and with it the lock" == str(second.value)


async def test_a_reader_whose_connection_was_lost_asks_again(postgres, server):
    async with open_store(server) as store:
        cut_off(postgres, server)
        with pytest.raises(StateError, match="the connection was lost"):
            await store.runs()

        assert [] == await store.runs()


# ---- how a server is named


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:hidden@db.example:5433/site", "postgresql://me@db.example:5433/site"),
        ("postgres://me:hid%2Fden@db.example/site", "postgresql://me@db.example/site"),
        ("postgresql://me@[::1]/site?password=hidden", "postgresql://me@[::1]/site"),
        ("postgresql:///site?host=/run/postgresql", "postgresql:///site"),
    ],
)
def test_a_server_is_shown_without_its_password(url, shown):
    assert shown == str(parse_server(url))


@pytest.mark.parametrize("path", ["state", "/var/lib/records", "C:/state", "postgresql"])
def test_a_path_is_no_server(path):
    assert parse_server(path) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://me:hid/den@db.example/site", "not a URL; in a user name or password write"),
        ("postgresql://me:hid@den@db.example/site", "not a URL; in a user name or password write"),
        ("postgresql://me:hid?den@db.example/site", "not a URL; in a user name or password write"),
        ("postgresql://me:hid[den@db.example/site", "not a URL; in a user name or password write"),
        ("postgresql://me:hidden@db.example", "no database is named; write"),
        ("mysql://me:hidden@db.example/site", "no database of this kind can be used; write"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_being_repeated(url, why):
    with pytest.raises(ValueError, match=rf"^{why}") as raised:
        parse_server(url)

    assert "den" not in str(raised.value)
