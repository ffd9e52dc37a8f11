"""What can go wrong, by who acts on it.

MetafreshError
├── ConfigError      the run stops: a person mends flags or settings (exit 2)
├── StateError       the run stops: what is remembered cannot be opened or written (exit 1)
│   ├── Busy         another run holds the lock (exit 75)
│   └── Damaged      the database is damaged; a crawl moves it aside and begins afresh
├── WorkerLost       the run stops: a process of its own ended (exit 1)
├── RecordError      that record is skipped, the run goes on
│   ├── EditRefused  that edit cannot be made safely; the record stays as it was
│   ├── Edited       the file on disk is not the one that was read
│   └── Unsure       the disk failed: the file may be the old or the new one
└── FetchError       becomes a `Failure`, the run goes on
    ├── Unreachable  name, connection, TLS or time-out; often worth another try
    ├── TooLarge     a bound of ours was passed
    └── Forbidden    robots.txt or the address guard says no
        └── UnsafeURL    not an address that a crawler may dial
"""

from functools import partial


class MetafreshError(Exception):
    """Base of all that metafresh raises for bad input; `str()` is one plain line."""


class ConfigError(MetafreshError):
    """A flag, a setting or a path that a person must mend before anything runs.

    Attributes:
        others: what else is wrong, a line each, where more than one thing was found at a time.
    """

    def __init__(self, why: str, *others: str) -> None:
        self.others = others
        super().__init__(why)


class StateError(MetafreshError):
    """What is remembered between runs cannot be opened, read or written."""


class NotReady(StateError):
    """The database has not got the tables of this version yet."""


class Busy(StateError):
    """Another run holds the lock."""


class Damaged(StateError):
    """What is remembered between runs is lost."""


class WorkerLost(MetafreshError):
    """A worker process ended before the run did."""


class RecordError(MetafreshError):
    """A record that cannot be read or written.

    Attributes:
        why: what is wrong, and what to do about it.
        line: 1-based line in the file, None where no line is to blame.
        path: the file as the user named it; None until the disk's side adds it.
    """

    def __init__(self, why: str, *, line: int | None = None, path: str | None = None) -> None:
        self.why, self.line, self.path = why, line, path
        super().__init__(why, line, path)

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        if self.path is None and self.line is not None:
            where = f"line {self.line}"
        return f"{where}: {self.why}" if where else self.why


class EditRefused(RecordError):
    """An edit that could not be proved to change only what was asked for."""


class Edited(RecordError):
    """The file changed on disk since it was read; nothing was written."""


class Unsure(RecordError):
    """The disk failed while the file was replaced; it is the old one or the new one."""


class FetchError(MetafreshError):
    """A GET that gave no usable answer.

    Attributes:
        url: what was asked for, without userinfo.
        why: one plain line.
        kind: a stable word for logs and counts: dns, connect, tls, reset, timeout, too-large, redirects, robots,
            address, url, protocol, resting.
        retryable: whether the same GET may succeed soon.
    """

    def __init__(self, url: str, why: str, *, kind: str, retryable: bool = False) -> None:
        self.url, self.why, self.kind, self.retryable = url, why, kind, retryable
        super().__init__(url, why, kind)

    def __reduce__(self) -> tuple[object, ...]:
        # An exception is made again from its positional arguments alone when it comes from another process.
        return partial(type(self), kind=self.kind, retryable=self.retryable), (self.url, self.why)

    def __str__(self) -> str:
        return f"{self.url}: {self.why}"


class Unreachable(FetchError):
    """Nobody answered, or not in time, or not in HTTP."""


class TooLarge(FetchError):
    """The answer passes a bound on size, redirects or inflation."""


class Forbidden(FetchError):
    """We must not ask: robots.txt or the address guard."""


class UnsafeURL(Forbidden):
    """A URL or address that a crawler must never dial."""


def bug(error: BaseException) -> str:
    """What to say of an error that nobody foresaw, with the innermost line of code that it came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
    return f"this is a bug, please report it: {type(error).__name__}: {error}{place}"
