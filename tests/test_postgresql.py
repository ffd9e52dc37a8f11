"""What goes wrong with a server is said in one line, which names it without the password."""

import sys
from datetime import timedelta

import pytest

from crawler.errors import Busy, StateError
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


async def test_a_run_whose_connection_is_lost_goes_on_with_its_lock(postgres, server):
    async with open_alone(server, timedelta(0)) as store:
        postgres.cut_off(server)

        assert [] == await store.runs()
        async with open_store(server) as other:
            with pytest.raises(Busy):
                await other.database.lock(timedelta(0))


async def test_a_run_whose_lock_went_to_another_while_its_connection_was_lost_ends(postgres, server):
    async with open_alone(server, timedelta(0)) as store:
        postgres.cut_off(server)
        async with open_store(server) as other:
            await other.database.lock(timedelta(0))
            with pytest.raises(StateError) as raised:
                await store.runs()

    assert f"{server}: the connection was lost, and another run has the lock since" == str(raised.value)


async def test_a_reader_whose_connection_was_lost_asks_again(postgres, server):
    async with open_store(server) as store:
        postgres.cut_off(server)

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
