"""Pings to a health check: where they go, what they bring, and what becomes of those that are not heard."""

import socket
from uuid import UUID

import pytest

from crawler.errors import Unreachable
from crawler.web.ping import Event, ping
from tests.listener import Heard, listening

RID = UUID("12345678-1234-5678-1234-567812345678")


@pytest.fixture
def service():
    with listening() as listener:
        yield listener


async def tell(address, event=Event.SUCCESS, body=""):
    await ping(address, event, RID, body, user_agent="test", ca_file=None)


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (Event.START, "/ping/u/start"),
        (Event.SUCCESS, "/ping/u"),
        (Event.FAIL, "/ping/u/fail"),
        (Event.LOG, "/ping/u/log"),
    ],
)
async def test_an_event_is_the_end_of_the_path_and_the_run_a_parameter(service, event, path):
    await tell(f"http://127.0.0.1:{service.port}/ping/u", event, "3 records changed")

    assert [Heard(path, f"rid={RID}", "3 records changed")] == service.heard


async def test_what_the_address_asks_for_besides_stays(service):
    await tell(f"http://127.0.0.1:{service.port}/ping/u?create=1", Event.FAIL)

    assert [Heard("/ping/u/fail", f"create=1&rid={RID}", "")] == service.heard


async def test_a_trouble_that_may_pass_is_tried_again(service):
    service.statuses += [503, 500]

    await tell(f"http://127.0.0.1:{service.port}/u")

    assert ["/u", "/u", "/u"] == service.paths


async def test_a_refusal_is_not_tried_again(service):
    service.statuses += [404]

    with pytest.raises(Unreachable, match="status 404"):
        await tell(f"http://127.0.0.1:{service.port}/u")

    assert ["/u"] == service.paths


async def test_nobody_there_is_said_in_plain_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/u"

        with pytest.raises(Unreachable) as caught:
            await tell(address)

    assert "no connection: connection refused" == caught.value.why
