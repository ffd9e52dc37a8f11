"""Standard output, whose reader may go at any time, as `head` does."""

import io
import os
import sys
from collections.abc import Callable

from rich.console import Console

from crawler.errors import MetafreshError


def put(text: str) -> None:
    """Write text at once; when nobody reads any more, this and all that follows goes nowhere, in silence.

    The command still runs to its end: records want to be written whether somebody watches or not.

    Raises:
        MetafreshError: it cannot be written for another reason, such as a full disk.
    """
    _put(lambda: sys.stdout.write(text))


def put_bytes(data: bytes) -> None:
    """Write bytes at once, as `put` does text."""
    _put(lambda: sys.stdout.buffer.write(data))


def _put(write: Callable[[], object]) -> None:
    try:
        write()
        sys.stdout.flush()
    except OSError as error:
        # Python flushes standard output once more when it exits, and would complain then.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if not isinstance(error, BrokenPipeError):
            why = (error.strerror or str(error)).lower()
            raise MetafreshError(f"standard output cannot be written: {why}") from error


def put_printed(printed: Callable[[Console], object]) -> None:
    """Put what is printed to a console that is as wide and as colourful as standard output."""
    outside = Console()
    page = io.StringIO()
    printed(Console(file=page, force_terminal=outside.is_terminal, width=outside.width, highlight=False))
    put(page.getvalue())
