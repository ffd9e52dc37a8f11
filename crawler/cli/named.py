"""Which records a command is to look at."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.errors import ConfigError


def named(paths: Sequence[Path], listed: Path | None, records: Sequence[Path]) -> tuple[Path, ...]:
    """The files and folders to look at.

    Args:
        paths: those named on the command line.
        listed: a file that lists more of them, or - for standard input.
        records: where records are by the settings; they count where neither of the others was given.

    Raises:
        ConfigError: the list cannot be read, or there are no records where the settings say.
    """
    if paths or listed:
        return (*paths, *(_listed(listed) if listed else ()))
    for path in records:
        if not path.exists():
            raise ConfigError(
                f"{path}: there are no records here; name files or folders, as in metafresh crawl PATH,"
                " or set records: in metafresh.yaml"
            )
    return tuple(records)


def _listed(file: Path) -> list[Path]:
    """The paths in a file, or on standard input for "-": one a line, or ended by NUL as from `git diff -z`."""
    try:
        text = os.fsdecode(sys.stdin.buffer.read() if file == Path("-") else file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    # Not splitlines: a name may hold U+2028 and its like.
    names = text.split("\0") if "\0" in text else [line.removesuffix("\r") for line in text.split("\n")]
    return [Path(name) for name in names if name.strip()]
