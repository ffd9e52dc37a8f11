"""What a connection takes from a server besides answers, and what it makes of an end."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from crawler.errors import Unreachable
from crawler.web.client import Client

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
POISON = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"


class Talking:
    """A server that gives the answers it is told to, and remembers how often it was connected to."""

    def __init__(self, *answers, afterwards=b""):
        self.answers, self.afterwards, self.connections = list(answers), afterwards, 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self._client = Client(
            user_agent="metafresh/1",
            delay=timedelta(0),
            retries=0,
            connect_to=[f"*:*:127.0.0.1:{port}"],
            ignore_robots=True,
        )
        return self, await self._client.__aenter__()

    async def __aexit__(self, *problem):
        await self._client.__aexit__(*problem)
        self._server.close()
        await asyncio.sleep(0.05)  # until the server has seen us go

    async def _talk(self, reader, writer):
        self.connections += 1
        with suppress(OSError, EOFError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.answers.pop(0) if self.answers else PAGE)
                await writer.drain()
                if self.afterwards:
                    await asyncio.sleep(0.02)
                    writer.write(self.afterwards)
                    await writer.drain()
        writer.close()


async def test_a_connection_serves_one_request_after_another():
    async with Talking() as (server, asking):
        await asking.get("http://a.example/")
        await asking.get("http://a.example/")

    assert 1 == server.connections


async def test_an_answer_that_comes_while_nobody_asks_ends_the_connection():
    async with Talking(afterwards=POISON) as (server, asking):
        await asking.get("http://a.example/")
        await asyncio.sleep(0.1)
        page = await asking.get("http://a.example/")

    assert (b"hi", 2) == (page.body, server.connections)


async def test_an_answer_that_comes_with_another_is_not_kept():
    async with Talking(PAGE + POISON) as (server, asking):
        await asking.get("http://a.example/")
        page = await asking.get("http://a.example/")

    assert (b"hi", 2) == (page.body, server.connections)


async def test_a_few_interim_answers_are_heard_out():
    async with Talking(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 5 + PAGE) as (_, asking):
        assert b"hi" == (await asking.get("http://a.example/")).body


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000 + PAGE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"a=b;" * 2_000_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 8_000_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz\r\n",
    ],
    ids=["interim answers", "a chunk extension", "a chunk size", "no chunk size"],
)
async def test_what_never_comes_to_the_point_is_no_http(answer):
    async with Talking(answer) as (_, asking):
        with pytest.raises(Unreachable) as refusal:
            await asking.get("http://a.example/")

    assert ("protocol", False) == (refusal.value.kind, refusal.value.retryable)


async def test_a_body_in_tiny_chunks_is_read():
    chunks = b"1\r\na\r\n" * 100_000

    async with Talking(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n") as (_, asking):
        assert b"a" * 100_000 == (await asking.get("http://a.example/")).body
