"""An event loop whose time is what is slept in it: on a busy machine, too, an hour is an hour, and over at once."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

# What a look at what is ready takes: who waits awake for the last moment sees time pass.
_TICK = 1e-5


class Clockwork(asyncio.SelectorEventLoop):
    """For code that neither asks anything outside nor another clock."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        look = self._selector.select

        def select(timeout: float | None = None) -> list[Any]:
            self._now += max(timeout or 0.0, _TICK)
            return look(None if timeout is None else 0)

        self._selector.select = select

    def time(self) -> float:
        return self._now


def by_clockwork(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that runs in such a loop."""

    @wraps(test)
    def run(*fixtures: Any, **named: Any) -> None:
        with asyncio.Runner(loop_factory=Clockwork) as runner:
            runner.run(test(*fixtures, **named))

    return run
