"""Leases of hosts in a real database: one machine at a time, and none sooner than the delay."""

import asyncio

import pytest

from crawler.cluster import gate
from crawler.cluster.gate import Leases
from crawler.state.store import open_store

HOST = "news.example"


@pytest.fixture
async def two(server):
    """Two machines' leases, over connections of their own."""
    async with open_store(server) as one, open_store(server) as other:
        yield Leases(one.database, "one"), Leases(other.database, "other")


async def entered(leases, delay=0.0):
    return await asyncio.wait_for(leases.enter(HOST, delay), 5)


async def is_kept_out(leases):
    try:
        await asyncio.wait_for(leases.enter(HOST, 0.0), 0.4)
    except TimeoutError:
        return True
    return False


async def test_a_host_that_one_asks_is_closed_to_others_until_it_is_left(two):
    one, other = two
    await entered(one)

    assert await is_kept_out(other)
    await one.leave(HOST, 0.0)
    assert 0.0 == await entered(other)


async def test_other_hosts_are_open(two):
    one, other = two
    await entered(one)

    assert 0.0 == await asyncio.wait_for(other.enter("other.example", 0.0), 5)


async def test_who_comes_next_is_told_how_long_the_host_is_to_be_left_alone(two):
    one, other = two
    await entered(one)
    await one.leave(HOST, 30.0)

    assert 29.0 < await entered(other) <= 30.0


async def test_who_comes_after_one_that_died_waits_for_its_lease_and_its_delay(two, monkeypatch):
    monkeypatch.setattr(gate, "_LEASE", 0.2)
    one, other = two
    await entered(one, delay=30.0)

    assert 28.0 < await entered(other) <= 30.0


async def test_a_lease_that_is_renewed_does_not_run_out(two, monkeypatch):
    monkeypatch.setattr(gate, "_LEASE", 0.3)
    monkeypatch.setattr(gate, "_RENEWED_EVERY", 0.05)
    one, other = two
    await entered(one)
    renewing = asyncio.create_task(one.renew())

    assert await is_kept_out(other)
    renewing.cancel()
    assert 0.0 == await entered(other)


async def test_who_keeps_a_host_leaves_it_between_requests_to_nobody(two):
    one, other = two
    async with one.keeping(HOST):
        await entered(one)
        await one.leave(HOST, 0.0)

        assert await is_kept_out(other)
    assert 0.0 == await entered(other)


async def test_what_was_kept_is_left_with_the_pause_after_the_last_request(two):
    one, other = two
    async with one.keeping(HOST):
        await entered(one)
        await one.leave(HOST, 30.0)

    assert 28.0 < await entered(other) <= 30.0


async def test_who_keeps_a_host_asks_the_database_no_more_while_its_lease_is_fresh(two, server, postgres):
    one, _ = two
    async with one.keeping(HOST):
        await entered(one)
        database = server.url.rpartition("/")[2]
        postgres.do("UPDATE leases SET until = now() - interval '1 hour', holder = 'other'", database)

        assert 0.0 == await entered(one, delay=1.0)
        postgres.do("DELETE FROM leases", database)


async def test_where_the_delay_is_long_it_asks_each_time(two, server, postgres):
    one, other = two
    async with one.keeping(HOST):
        await entered(one, delay=60.0)
        postgres.do("DELETE FROM leases", server.url.rpartition("/")[2])
        await entered(other)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one.enter(HOST, 60.0), 0.4)
