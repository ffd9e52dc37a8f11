"""What a hook reads: one JSON document of a run with all its rows, however many, on disk but for the first megabyte.

{"type": "run", "v": 1, "run", "outcome", "exit_code", "reason", "dry_run", "started", "finished", "counts",
 "changes": [ROW, ...], "held": [ROW, ...], "failures": [ROW, ...]}       ROW: as `metafresh crawl --json` tells it
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import BinaryIO, cast

from crawler.errors import StateError
from crawler.model import Json
from crawler.state.rows import Row

_LISTS = {"change": "changes", "held": "held", "failure": "failures"}
_IN_MEMORY = 1_000_000


class Rows:
    """The rows of a run that hooks are told of, kept as they come."""

    def __init__(self) -> None:
        self._lists = {kind: SpooledTemporaryFile(max_size=_IN_MEMORY) for kind in _LISTS}  # noqa: SIM115 (see close)
        self._lost: OSError | None = None

    def keep(self, row: Row) -> None:
        """Keep a row, if it is of a kind that hooks are told of."""
        kept = self._lists.get(str(row["type"]))
        if kept is None or self._lost:
            return
        try:
            kept.write((",\n" if kept.tell() else "\n").encode() + json.dumps(row).encode())
        except OSError as error:
            self._lost = error

    def close(self) -> None:
        """Give them up."""
        for kept in self._lists.values():
            kept.close()

    @contextmanager
    def document(self, head: Mapping[str, Json]) -> Iterator[BinaryIO]:
        """The document, in a file that has no name.

        Raises:
            StateError: there is no room for it, or was none for the rows.
        """
        try:
            file = self._written(head)
        except OSError as error:
            raise StateError(
                f"the changes cannot be kept for hooks: {(error.strerror or str(error)).lower()}"
            ) from error
        with file:
            yield file

    def _written(self, head: Mapping[str, Json]) -> BinaryIO:
        if self._lost:
            raise self._lost
        with ExitStack() as stack:
            file = stack.enter_context(TemporaryFile())
            file.write(json.dumps(head).removesuffix("}").encode())
            for kind, name in _LISTS.items():
                kept = self._lists[kind]
                kept.seek(0)
                file.write(f', "{name}": ['.encode())
                shutil.copyfileobj(kept, file)
                file.write(b"]")
            file.write(b"}\n")
            file.flush()
            stack.pop_all()
            return cast("BinaryIO", file)
