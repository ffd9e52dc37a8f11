"""Our end of a connection: aiohttp's, with bounds on what a server may send besides answers.

aiohttp bounds header lines and leaves bodies to us. What it would take for as long as time lasts: interim answers
(100, 103) one after another; chunk sizes, chunk extensions and trailers without end; and whatever comes on a connection
that waits for its next request, be it a flood, or an answer that the next request would get for its own.
"""

import select
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader

_MAX_INTERIM = 20
# What carries a body may outweigh it by so much: servers that send a few bytes a chunk are honest.
# Headers count as framing: 128 lines of 32 KB are aiohttp's bound.
_MAX_FRAMING_BYTES = 5 * 1024 * 1024


class Garbled(aiohttp.ClientPayloadError):
    """A body that broke off because it is no HTTP."""


class Wire(ResponseHandler):
    """One connection; `idle` between the end of an answer and the next request."""

    idle = False
    # A server may speak before it is asked.
    _interim = _received = 0

    def is_spoken_to(self) -> bool:
        """Whether the server has said something that we have not read yet."""
        arrived = select.poll()
        if self.transport is not None:
            arrived.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(arrived.poll(0))

    def set_response_params(self, **settings: Any) -> None:  # noqa: ANN401
        """Expect an answer."""
        self._interim = self._received = 0
        super().set_response_params(**settings)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the server; on an idle connection, hang up."""
        if self.idle and data:  # aiohttp itself hands in nothing, to wake its parser
            if self.transport is not None:
                self.transport.abort()
            return
        super().data_received(data)
        self._received += len(data)
        body = self._payload.total_bytes if isinstance(self._payload, StreamReader) else 0
        if self._received > 2 * body + _MAX_FRAMING_BYTES and not self._upgraded:
            self._give_up("more framing than body")

    def feed_data(self, data: Any, size: int = 0) -> None:  # noqa: ANN401
        """Take an answer, interim or not, that aiohttp has read."""
        self._interim += data[0].code < 200
        if self._interim <= _MAX_INTERIM:
            super().feed_data(data, size)
        elif self._exception is None:
            self._give_up("interim answers without end")

    def set_exception(self, exc: BaseException, *cause: BaseException) -> None:
        """Fail the request; a body that is under way fails for the reason itself, not for its missing end."""
        if isinstance(exc, HttpProcessingError) and self._is_reading():
            body, self._payload = self._payload, None
            body.set_exception(Garbled(exc.message))  # type: ignore[union-attr]
        super().set_exception(exc, *cause)

    def connection_lost(self, exc: BaseException | None) -> None:
        """End with the connection; a body whose end is the connection's is not whole if that broke."""
        if exc is not None and self._is_reading():
            body, self._payload = self._payload, None
            body.set_exception(aiohttp.ClientPayloadError(str(exc)))  # type: ignore[union-attr]
        super().connection_lost(exc)

    def _is_reading(self) -> bool:
        return self._payload is not None and not self._payload.is_eof()

    def _give_up(self, why: str) -> None:
        self.set_exception(HttpProcessingError(message=why))
        if self.transport is not None:
            self.transport.abort()
