"""Calls between two processes of one run, both ways over one stream.

A message is its length in four bytes, then a pickle: only our own processes have the other end, through a socket pair
that no name leads to.
"""

import asyncio
import pickle
import socket
import struct
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, Literal, NamedTuple, Self, TypeAlias

Serve: TypeAlias = Callable[..., Awaitable[object]]

_LENGTH = struct.Struct("!I")


class _Message(NamedTuple):
    """`number` is the caller's; `what` are the arguments of a call, or what came of it: given, or raised."""

    kind: Literal["call", "given", "raised", "cancel"]
    number: int
    name: str = ""
    what: Any = None


class Link:
    """One end; made by `over`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = count()
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._serving: dict[int, asyncio.Task[None]] = {}
        self.is_closed = False
        """Whether this end hung up."""

    @classmethod
    async def over(cls, end: socket.socket) -> Self:
        """The end that a socket is."""
        return cls(*await asyncio.open_connection(sock=end))

    async def call(self, name: str, *arguments: object, **named: object) -> Any:  # noqa: ANN401  (the caller knows)
        """What the other end's function gives, or raises. Who gives up waiting stops it there, too.

        Once the link is closed, whoever waits for it is cancelled.
        """
        number = next(self._numbers)
        outcome = self._calls[number] = asyncio.get_running_loop().create_future()
        if self.is_closed:
            outcome.cancel()
        self.put(_Message("call", number, name, (arguments, named)))
        try:
            return await outcome
        except asyncio.CancelledError:
            self.put(_Message("cancel", number))
            raise
        finally:
            del self._calls[number]

    async def serve(self, errors: type[Exception], **functions: Serve) -> None:
        """Let the other end call these functions; return when it is gone.

        Args:
            errors: what a function may raise for its caller; all else is a bug and raised here, in a group.
        """
        async with asyncio.TaskGroup() as tasks:
            while (message := await self.take()) is not None:
                kind, number, name, what = message
                if kind == "call":
                    self._serving[number] = tasks.create_task(self._answer(message, functions[name], errors))
                elif kind == "cancel":
                    if task := self._serving.pop(number, None):
                        task.cancel()
                elif (outcome := self._calls.get(number)) and not outcome.done():
                    (outcome.set_result if kind == "given" else outcome.set_exception)(what)
            for task in self._serving.values():
                task.cancel()

    async def _answer(self, call: _Message, function: Serve, errors: type[Exception]) -> None:
        arguments, named = call.what
        try:
            outcome = _Message("given", call.number, what=await function(*arguments, **named))
        except errors as error:
            outcome = _Message("raised", call.number, what=error)
        finally:
            self._serving.pop(call.number, None)
        self.put(outcome)

    def put(self, message: object) -> None:
        """Send something to be taken as it is."""
        # Where the other end died, the writer closes by itself; that this is no end of ours, `take` tells.
        if not self._writer.is_closing():
            pickled = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
            self._writer.write(_LENGTH.pack(len(pickled)) + pickled)

    async def take(self) -> Any:  # noqa: ANN401
        """What the other end put next; None once it is gone."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            return pickle.loads(await self._reader.readexactly(length))  # noqa: S301  (our own process wrote it)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def close(self) -> None:
        """Hang up: the other end stops serving."""
        self.is_closed = True
        self._writer.close()
        for outcome in self._calls.values():
            outcome.cancel()
