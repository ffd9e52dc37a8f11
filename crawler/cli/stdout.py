"""Standard output, whose reader may go at any time, as `head` does."""

import os
import sys


def put(text: str) -> None:
    """Write text at once; when nobody reads any more, this and all that follows goes nowhere, in silence.

    The command still runs to its end: records want to be written whether somebody watches or not.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output once more when it exits, and would complain then.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
