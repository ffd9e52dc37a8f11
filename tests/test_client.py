"""One GET over a real loopback web with TLS: what is asked, what comes back, what is refused."""

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver
from yarl import URL

from crawler.errors import ConfigError, Forbidden, TooLarge, Unreachable, UnsafeURL
from crawler.model import Hop
from crawler.web.client import Client, Validators
from crawler.web.exchange import Limits
from crawler.web.robots import RobotsText
from tests.loopback import Answer, etag
from tests.proxy import proxying

PAGE = "https://news.example/a"


def client(web, **settings):
    usual = {
        "user_agent": "metafresh/1 (+https://owner.example)",
        "delay": timedelta(0),
        "first_pause": timedelta(milliseconds=5),
        "connect_to": web.connect_to,
        "ca_file": web.ca_file,
    }
    return Client(**(usual | settings))


async def get(web, url=PAGE, settings=None, **how):
    async with client(web, **(settings or {})) as asking:
        return await asking.get(url, **how)


async def test_a_page_comes_over_tls_under_the_names_of_its_url(web):
    web[PAGE] = "<title>A</title>"

    page = await get(web)

    assert (PAGE, PAGE, 200, b"<title>A</title>") == (page.url, page.final_url, page.status, page.body)
    assert "news.example" == web.asked(PAGE)[0].headers["Host"]


async def test_we_say_who_we_are(web):
    web[PAGE] = "x"

    await get(web)

    assert "metafresh/1 (+https://owner.example)" == web.asked(PAGE)[0].headers["User-Agent"]


async def test_a_certificate_that_nobody_trusts_is_a_tls_failure(web):
    web[PAGE] = "x"

    with pytest.raises(Unreachable) as refusal:
        await get(web, settings={"ca_file": None, "ignore_robots": True})

    assert ("tls", False) == (refusal.value.kind, refusal.value.retryable)


async def test_plain_http_works_too(web):
    web["http://old.example/a"] = "x"

    assert b"x" == (await get(web, "http://old.example/a")).body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed_and_kept(web, status):
    web[PAGE] = Answer(status=status, headers={"Location": "/b#part"})
    web["https://news.example/b"] = "moved"

    page = await get(web)

    assert ("https://news.example/b", b"moved") == (page.final_url, page.body)
    assert (Hop(PAGE, status),) == page.hops


async def test_a_redirect_without_a_location_is_the_page_itself(web):
    web[PAGE] = Answer("stay", status=302)

    page = await get(web)

    assert (302, ()) == (page.status, page.hops)


async def test_a_loop_of_redirects_ends(web):
    web[PAGE] = Answer(status=302, headers={"Location": PAGE})

    with pytest.raises(TooLarge) as refusal:
        await get(web)

    assert "redirects" == refusal.value.kind


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("http://127.0.0.1/admin", "address"),
        ("http://169.254.169.254/latest", "address"),
        ("http://[::1]/", "address"),
        ("http://user:secret@127.0.0.1/", "address"),
        ("http://other.example:22/", "url"),
        ("file:///", "url"),
        ("javascript:alert(1)", "url"),
    ],
)
async def test_no_redirect_leads_to_an_inner_address_or_to_another_scheme(web, target, kind):
    web[PAGE] = Answer(status=302, headers={"Location": target})

    with pytest.raises(UnsafeURL) as refusal:
        await get(web)

    assert kind == refusal.value.kind


async def test_not_modified_is_an_answer_without_a_body(web):
    web[PAGE] = Answer("x", headers=etag("x"))

    page = await get(web, validators=Validators(PAGE, etag("x")["ETag"], None))

    assert (304, b"") == (page.status, page.body)


async def test_validators_are_not_sent_to_another_url(web):
    web[PAGE] = Answer(status=302, headers={"Location": "/b"})
    web["https://news.example/b"] = Answer("x", headers=etag("x"))

    page = await get(web, validators=Validators(PAGE, etag("x")["ETag"], None))

    assert 200 == page.status


async def test_an_image_is_asked_for_by_range(web):
    web[PAGE] = Answer(bytes(10_000), content_type="image/png")

    page = await get(web, first_bytes=100)

    assert (206, 100, False) == (page.status, len(page.body), page.complete)


async def test_a_server_that_ignores_ranges_is_not_read_to_the_end(web):
    web[PAGE] = Answer(bytes(3_000_000), ranges=False)

    page = await get(web, first_bytes=100)

    assert (200, 100, False) == (page.status, len(page.body), page.complete)


async def test_a_range_that_covers_everything_is_complete(web):
    web[PAGE] = Answer(bytes(60))

    assert (await get(web, first_bytes=100)).complete


async def test_a_page_beyond_the_bound_is_refused(web):
    web[PAGE] = Answer(bytes(2_000_000))

    with pytest.raises(TooLarge) as refusal:
        await get(web, settings={"limits": Limits(max_raw_bytes=1_000_000)})

    assert "too-large" == refusal.value.kind


async def test_a_page_that_inflates_beyond_the_bound_is_refused(web):
    import gzip  # noqa: PLC0415

    web[PAGE] = Answer(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})

    with pytest.raises(TooLarge):
        await get(web, settings={"limits": Limits(max_body_bytes=1_000_000)})


async def test_a_server_that_stumbles_is_asked_again(web):
    answers = iter([Answer(status=503), Answer(status=502), Answer("well again")])
    web[PAGE] = lambda _: next(answers)

    assert b"well again" == (await get(web)).body


async def test_a_server_that_stays_down_gives_its_last_answer(web):
    web[PAGE] = Answer(status=503)

    assert 503 == (await get(web, settings={"retries": 2})).status
    assert 3 == len(web.asked(PAGE))


async def test_a_server_that_asks_for_patience_is_left_alone(web):
    web[PAGE] = Answer(status=429, headers={"Retry-After": "600"})

    async with client(web) as asking:
        page = await asking.get(PAGE)
        rest = asking.turns()["news.example"] - datetime.now(UTC)

    assert (429, 1) == (page.status, len(web.asked(PAGE)))
    assert timedelta(seconds=590) < rest <= timedelta(seconds=600)


async def test_while_a_host_is_left_alone_its_other_pages_fail_without_a_wait(web):
    web[PAGE] = Answer(status=429, headers={"Retry-After": "600"})

    async with client(web) as asking:
        await asking.get(PAGE)
        with pytest.raises(Unreachable) as refusal:
            await asking.get("https://news.example/b")

    assert "resting" == refusal.value.kind


@pytest.mark.parametrize(
    ("failure", "tries"),
    [
        (aiohttp.ServerDisconnectedError(), 3),
        (aiohttp.ClientPayloadError(), 3),
        (ConnectionResetError(), 3),
        (aiohttp.ConnectionTimeoutError(), 2),
        (aiohttp.SocketTimeoutError(), 2),
        (TimeoutError(), 1),
        (ssl.SSLError(), 1),
        (aiohttp.InvalidURL("https://news.example/a"), 1),
        (aiohttp.ClientResponseError(None, ()), 1),
    ],
)
async def test_what_may_pass_is_tried_again_and_what_will_not_is_not(web, answers, failure, tries):
    answers.get(PAGE, exception=failure, repeat=True)

    with pytest.raises(Unreachable):
        await get(web, settings={"ignore_robots": True, "retries": 2})

    assert tries == len(answers.requests["GET", URL(PAGE)])


async def test_a_dead_page_is_not_asked_for_again(web):
    await get(web)

    assert 1 == len(web.asked(PAGE))


PATIENT = Limits(connect=9, between_bytes=9, total=9)


async def nothing(reader, writer):
    await reader.read()
    writer.close()


async def half_an_answer(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<title>")
    await nothing(reader, writer)


async def a_byte_at_a_time(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    with suppress(ConnectionError):
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.01)
    writer.close()


@pytest.mark.parametrize(
    ("url", "server", "limits", "why", "retryable"),
    [
        ("https://odd.example/", nothing, replace(PATIENT, connect=0.2), "no connection in time", True),
        ("http://odd.example/", nothing, replace(PATIENT, between_bytes=0.2), "connected, but no answer", True),
        ("http://odd.example/", half_an_answer, replace(PATIENT, between_bytes=0.2), "stopped halfway", True),
        ("http://odd.example/", a_byte_at_a_time, replace(PATIENT, total=0.3), "too long to answer in full", False),
    ],
)
async def test_each_stage_that_takes_too_long_says_so(url, server, limits, why, retryable):
    serving = await asyncio.start_server(server, "127.0.0.1", 0)
    rules = [f"*:*:127.0.0.1:{serving.sockets[0].getsockname()[1]}"]
    settings = {"connect_to": rules, "ignore_robots": True, "retries": 0, "limits": limits}

    async with Client(user_agent="metafresh/1", delay=timedelta(0), **settings) as asking:
        with pytest.raises(Unreachable) as refusal:
            await asking.get(url)
    serving.close()
    await asyncio.sleep(0.05)  # until the server has seen us go

    assert ("timeout", retryable) == (refusal.value.kind, refusal.value.retryable)
    assert why in refusal.value.why


async def test_a_closed_port_is_a_failed_connection(web):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = {"connect_to": [f"*:443:127.0.0.1:{port}"], "retries": 0, "ignore_robots": True}

    with pytest.raises(Unreachable) as refusal:
        await get(web, settings=settings)

    assert "connect" == refusal.value.kind


class Addresses(AbstractResolver):
    """A resolver that gives every name the same addresses."""

    def __init__(self, *addresses):
        self.addresses = addresses

    async def resolve(self, host, port=0, family=socket.AF_INET):
        if not self.addresses:
            raise OSError(None, "no such name")
        return [
            {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}
            for address in self.addresses
        ]

    async def close(self):
        pass


async def test_a_name_that_resolves_to_an_inner_address_is_never_dialled(web):
    settings = {"connect_to": [], "resolver": Addresses("10.0.0.7"), "ignore_robots": True}

    with pytest.raises(UnsafeURL) as refusal:
        await get(web, settings=settings)

    assert "address" == refusal.value.kind


async def test_a_name_of_which_one_address_is_an_inner_one_is_never_dialled(web):
    settings = {"connect_to": [], "resolver": Addresses("8.8.8.8", "127.0.0.1"), "ignore_robots": True}

    with pytest.raises(UnsafeURL):
        await get(web, settings=settings)


async def test_a_name_is_judged_anew_each_time_that_it_is_dialled(web):
    moving = Addresses("127.0.0.1")
    settings = {
        "connect_to": [],
        "resolver": moving,
        "allow_addresses": ["127.0.0.1/32"],
        "ignore_robots": True,
        "retries": 0,
    }

    async with client(web, **settings) as asking:
        with pytest.raises(Unreachable) as first:
            await asking.get("https://news.example:8443/a")
        moving.addresses = ("127.0.0.2",)
        asking._session.connector.clear_dns_cache()
        with pytest.raises(UnsafeURL):
            await asking.get("https://news.example:8443/a")

    assert "connect" == first.value.kind


async def test_a_rule_that_changes_the_port_alone_lets_no_inner_address_pass(web):
    settings = {"connect_to": ["*:443::8443"], "resolver": Addresses("10.0.0.7"), "ignore_robots": True}

    with pytest.raises(UnsafeURL):
        await get(web, settings=settings)


async def test_an_allowed_network_may_be_dialled(web):
    settings = {
        "connect_to": [],
        "resolver": Addresses("127.0.0.1"),
        "allow_addresses": ["127.0.0.0/8"],
        "ignore_robots": True,
        "retries": 0,
    }

    with pytest.raises(Unreachable) as refusal:
        await get(web, "https://news.example:8443/a", settings=settings)

    assert "connect" == refusal.value.kind


async def test_a_name_without_address_is_a_dns_failure(web):
    settings = {"connect_to": [], "resolver": Addresses(), "ignore_robots": True, "retries": 0}

    with pytest.raises(Unreachable) as refusal:
        await get(web, settings=settings)

    assert "dns" == refusal.value.kind


async def test_a_literal_address_follows_the_users_own_rule(web):
    web["http://203.0.114.9/a"] = "x"

    assert b"x" == (await get(web, "http://203.0.114.9/a")).body


async def test_user_name_and_password_are_neither_sent_nor_kept(web):
    web[PAGE] = Answer(status=302, headers={"Location": "https://other:secret@news.example/b"})
    web["https://news.example/b"] = "x"

    page = await get(web, "https://user:secret@news.example/a")

    assert 200 == page.status
    assert all("Authorization" not in request.headers for request in web.log)
    assert "secret" not in repr(page)


async def test_what_robots_txt_disallows_is_not_asked_for(web):
    web["https://news.example/robots.txt"] = Answer("User-agent: metafresh\nDisallow: /a", content_type="text/plain")
    web[PAGE] = "x"

    with pytest.raises(Forbidden) as refusal:
        await get(web)

    assert "robots" == refusal.value.kind
    assert [] == web.asked(PAGE)


async def test_robots_txt_is_asked_for_once_a_host(web):
    web[PAGE] = web["https://news.example/b"] = "x"

    async with client(web) as asking:
        await asyncio.gather(asking.get(PAGE), asking.get("https://news.example/b"))

    assert 1 == len(web.asked("https://news.example/robots.txt"))


async def test_a_host_whose_robots_txt_fails_is_left_alone(web):
    web["https://news.example/robots.txt"] = Answer(status=500)
    web[PAGE] = "x"

    with pytest.raises(Forbidden):
        await get(web)


async def test_whoever_cannot_be_asked_for_robots_txt_fails_for_the_reason_itself(web):
    with pytest.raises(Unreachable) as refusal:
        await get(web, settings={"ca_file": None})

    assert "tls" == refusal.value.kind
    assert "robots.txt" in refusal.value.why


async def test_robots_txt_may_be_ignored_when_the_user_says_so(web):
    web["https://news.example/robots.txt"] = Answer("User-agent: *\nDisallow: /", content_type="text/plain")
    web[PAGE] = "x"

    assert 200 == (await get(web, settings={"ignore_robots": True})).status


async def test_a_remembered_robots_txt_is_not_fetched_again(web):
    async def recall(origin):
        return RobotsText(origin, datetime.now(UTC), 200, "User-agent: *\nDisallow: /")

    with pytest.raises(Forbidden):
        await get(web, settings={"recall": recall})

    assert [] == web.log


@pytest.mark.parametrize(("scheme", "kept"), [("https", 2), ("http", 3)])
async def test_only_so_many_connections_wait_for_their_next_request(web, monkeypatch, scheme, kept):
    monkeypatch.setattr("crawler.web.dialling._MOST_IDLE", {True: 2, False: 3})
    async with client(web, ignore_robots=True) as asking:
        for number in range(5):
            await asking.get(f"{scheme}://{number}.example/a")
        await asyncio.sleep(0.1)
        waiting = [wire for wires in asking._session.connector._conns.values() for wire, _ in wires]

        assert kept == sum(wire.is_connected() for wire in waiting)
        assert 404 == (await asking.get(f"{scheme}://0.example/a")).status


async def test_a_robots_txt_is_told_once_to_whoever_remembers_it(web):
    async with client(web) as asking:
        await asking.get(PAGE)

        assert [("https://news.example", 404)] == [(text.origin, text.status) for text in asking.robots()]
        assert [] == asking.robots()


async def test_the_rules_of_the_last_origins_only_are_kept(web, monkeypatch):
    monkeypatch.setattr("crawler.web.permission._MOST_ORIGINS", 3)
    async with client(web) as asking:
        for number in range(9):
            await asking.get(f"https://{number}.example/a")

        assert 3 == len(asking._permission._rules)


async def test_a_host_is_asked_one_request_at_a_time_with_the_delay_between(web):
    pages = [f"https://news.example/{number}" for number in range(4)]
    for page in pages:
        web[page] = Answer("x", seconds=0.02)

    async with client(web, delay=timedelta(seconds=0.1), ignore_robots=True) as asking:
        await asyncio.gather(*(asking.get(page) for page in pages))

    requests = sorted(web.log, key=lambda request: request.start)
    assert all(later.start - earlier.start > 0.05 for earlier, later in pairwise(requests))
    assert all(later.start > earlier.end for earlier, later in pairwise(requests))


async def test_a_server_that_took_long_to_answer_is_left_alone_for_as_long(web):
    web[PAGE], web["https://news.example/b"] = Answer("x", seconds=1.1), "x"

    async with client(web, delay=timedelta(seconds=0.01), ignore_robots=True) as asking:
        await asking.get(PAGE)
        await asking.get("https://news.example/b")

    assert web.asked("https://news.example/b")[0].start - web.asked(PAGE)[0].end > 1


async def test_two_hosts_do_not_wait_for_each_other(web):
    pages = [f"https://{name}.example/" for name in ("one", "two", "three")]
    for page in pages:
        web[page] = Answer("x", seconds=0.2)

    async with client(web, delay=timedelta(seconds=5), ignore_robots=True) as asking:
        await asyncio.gather(*(asking.get(page) for page in pages))

    assert max(request.start for request in web.log) < min(request.end for request in web.log)


async def test_a_crawl_delay_is_kept(web):
    web["https://news.example/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.3", content_type="text/plain")
    web[PAGE] = web["https://news.example/b"] = "x"

    async with client(web) as asking:
        await asking.get(PAGE)
        await asking.get("https://news.example/b")

    assert web.asked("https://news.example/b")[0].start - web.asked(PAGE)[0].start > 0.15


async def test_a_turn_from_an_earlier_run_is_waited_for(web):
    web[PAGE] = "x"
    due = datetime.now(UTC) + timedelta(seconds=0.3)

    page = await get(web, settings={"turns": {"news.example": due}, "ignore_robots": True})

    assert page.fetched_at >= due


async def test_a_file_without_certificates_is_a_mistake_in_the_settings(web, tmp_path):
    (tmp_path / "empty.pem").write_text("")

    with pytest.raises(ConfigError):
        client(web, ca_file=tmp_path / "empty.pem")


async def test_what_is_not_http_is_a_protocol_failure(web):
    async def babble(reader, writer):
        await reader.readline()
        writer.write(b"220 mail ready\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    rules = [f"*:80:127.0.0.1:{server.sockets[0].getsockname()[1]}"]
    async with server:
        with pytest.raises(Unreachable) as refusal:
            await get(web, "http://mail.example/", settings={"connect_to": rules, "ignore_robots": True})

    assert "protocol" == refusal.value.kind


async def test_a_connection_that_breaks_off_is_a_reset(web):
    async def hang_up(reader, writer):
        await reader.readline()
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    rules = [f"*:80:127.0.0.1:{server.sockets[0].getsockname()[1]}"]
    async with server:
        with pytest.raises(Unreachable) as refusal:
            await get(web, "http://mail.example/", settings={"connect_to": rules, "ignore_robots": True, "retries": 0})

    assert "reset" == refusal.value.kind


async def get_from(answer, url="http://odd.example/a"):
    """What the client makes of an answer that no well-behaved server gives."""

    async def say(reader, writer):
        asked = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer if b" /a " in asked else b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    rules = [f"*:80:127.0.0.1:{server.sockets[0].getsockname()[1]}"]
    async with server, Client(user_agent="metafresh/1", delay=timedelta(0), retries=0, connect_to=rules) as asking:
        return await asking.get(url)


async def test_a_long_header_is_no_failure():
    policy = b"Content-Security-Policy: " + b"a" * 20_000

    page = await get_from(b"HTTP/1.1 200 OK\r\n" + policy + b"\r\nContent-Length: 2\r\n\r\nhi")

    assert b"hi" == page.body


async def test_an_endless_header_is_a_protocol_failure():
    with pytest.raises(Unreachable) as refusal:
        await get_from(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000)

    assert "protocol" == refusal.value.kind


@pytest.mark.parametrize(("raw", "path"), [(b"/caf\xc3\xa9", "/café"), (b"/caf\xe9", "/caf%E9")])
async def test_a_location_in_raw_bytes_leads_where_a_browser_would_go(raw, path):
    page = await get_from(b"HTTP/1.1 301 Moved\r\nLocation: " + raw + b"\r\nContent-Length: 0\r\n\r\n")

    assert f"http://odd.example{path}" == page.final_url


async def test_headers_hold_only_what_can_be_stored():
    page = await get_from(b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 0\r\n\r\n')

    assert '"%E9"' == page.etag


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 99999 Nope\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 5_000 + b"\r\n",
        b"<html>",
        bytes(range(256)) * 10,
    ],
)
async def test_a_broken_answer_is_a_failure_and_nothing_else(answer):
    with pytest.raises(Unreachable) as refusal:
        await get_from(answer)

    assert refusal.value.kind in {"protocol", "reset"}


# ---- proxies


@pytest.mark.parametrize("page", [PAGE, PAGE.replace("https", "http")])
async def test_all_is_asked_for_through_the_users_proxy(web, page):
    web[page] = web[page.replace("/a", "/b")] = "x"
    async with (
        proxying(web) as proxy,
        client(web, connect_to=[], proxy=f"http://127.0.0.1:{proxy.port}") as asking,
    ):
        pages = [await asking.get(page), await asking.get(page.replace("/a", "/b"))]

    assert [200, 200] == [each.status for each in pages]
    assert 3 == len(web.log)  # with robots.txt
    tunnelled, whole = ["CONNECT news.example:443 HTTP/1.1"], [f"GET {each.url} HTTP/1.1" for each in web.log]
    assert (tunnelled if page == PAGE else whole) == proxy.asked


async def test_the_proxy_gets_its_password_and_the_page_does_not(web):
    web[PAGE] = "x"
    async with proxying(web) as proxy:
        await get(web, settings={"connect_to": [], "proxy": f"http://ada:hidden@127.0.0.1:{proxy.port}"})

    assert "Proxy-Authorization: Basic YWRhOmhpZGRlbg==" in proxy.heads[0]
    assert not any("authorization" in name.lower() for request in web.log for name in request.headers)


async def test_a_proxy_of_the_environment_is_left_alone(web, monkeypatch):
    web[PAGE] = "x"
    async with proxying(web) as proxy:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        page = await get(web)

    assert (200, []) == (page.status, proxy.asked)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/a", "https://0x7f.1/a", "https://[::ffff:10.0.0.1]/", "https://10.1/"]
)
async def test_no_proxy_is_asked_for_a_private_address(web, url):
    async with proxying(web) as proxy:
        with pytest.raises(UnsafeURL):
            await get(web, url, {"connect_to": [], "proxy": f"http://127.0.0.1:{proxy.port}"})

    assert [] == proxy.asked


@pytest.mark.parametrize(("status", "again"), [(407, False), (403, False), (502, True)])
async def test_a_proxy_that_refuses_is_told_apart_from_the_host(web, status, again):
    async with proxying(web, refuses=status) as proxy:
        settings = {"connect_to": [], "proxy": f"http://127.0.0.1:{proxy.port}", "ignore_robots": True, "retries": 1}
        with pytest.raises(Unreachable, match=f"the proxy answers with status {status}") as refusal:
            await get(web, settings=settings)

    assert ("proxy", 1 + again) == (refusal.value.kind, len(proxy.asked))


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://nowhere.invalid:3128"])
async def test_a_proxy_that_is_not_there_is_no_trouble_of_the_host(web, proxy):
    settings = {"connect_to": [], "ignore_robots": True, "retries": 0, "resolver": Addresses()}
    async with client(web, proxy=proxy, **settings) as asking:
        for _ in range(9):
            with pytest.raises(Unreachable, match="the proxy cannot be reached") as refusal:
                await asking.get(PAGE)

        assert "proxy" == refusal.value.kind
        assert {} == asking.troubles()
