"""A small file, put in place of what was there at once: who reads it finds the old one or the new one."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def put(file: Path, text: str, *, mode: int) -> None:
    """Write a file by way of another beside it.

    Raises:
        OSError: it cannot be written; the old one stays, and nothing beside it.
    """
    # The ending keeps it from who looks for files of ours, such as node_exporter for *.prom.
    number, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as beside:
            beside.write(text)
            beside.flush()
            os.fchmod(number, mode)
            os.fsync(number)
        Path(name).replace(file)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
