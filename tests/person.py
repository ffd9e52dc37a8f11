"""A person at their editor, in a process of their own: saves a file again and again, in one way or another.

    python -m tests.person < orders

An order is a line of JSON: the file, the way, how long to wait first in seconds, and a mark that is to be in the file.
Each is answered by a line when it is done.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path


def renames_over(path: Path, mark: bytes) -> None:
    """As most editors save: another file, renamed over the old one."""
    draft = path.with_name("draft")
    draft.write_bytes(path.read_bytes() + mark)
    draft.rename(path)


def writes_in_place(path: Path, mark: bytes) -> None:
    """As a shell's redirection does: emptied, then written."""
    document = path.read_bytes() + mark
    path.write_bytes(document)


def opens_first(path: Path, mark: bytes) -> None:
    """As some editors save: opened, read, written, cut."""
    with path.open("r+b") as file:
        document = file.read() + mark
        time.sleep(0.0005)
        file.seek(0)
        file.write(document)
        file.truncate()


def appends(path: Path, mark: bytes) -> None:
    with path.open("ab") as file:
        file.write(mark)


def moves_away(path: Path, mark: bytes) -> None:
    """As vi saves where it keeps a copy: the old file gets another name, a new one its name."""
    document = path.read_bytes() + mark
    path.rename(path.with_name("a.md~"))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), "wb") as file:
        file.write(document)


WAYS: dict[str, Callable[[Path, bytes], None]] = {
    each.__name__: each for each in (renames_over, writes_in_place, opens_first, appends, moves_away)
}


def main() -> None:
    for line in sys.stdin:
        path, way, wait, mark = json.loads(line)
        until = time.perf_counter() + wait
        while time.perf_counter() < until:
            pass
        WAYS[way](Path(path), mark.encode())
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
