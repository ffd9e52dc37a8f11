"""Temporary files beside records: their names, and what killed runs left of them.

A name tells all that is needed to know, later, what the file was: the beginnings of the digests of the old document, of
the new one, and of the record's name. It ends in `part` while the new document is not whole yet, then in `tmp`; after a
swap a `tmp` holds the old document, or what somebody saved in that very moment.
"""

import fcntl
import hashlib
import os
import re
import secrets
import unicodedata
from contextlib import suppress
from pathlib import Path

from crawler.errors import RecordError
from crawler.records import folder, swap

_ALL = ".metafresh-*"
_NAME = re.compile(r"\.metafresh-(?P<old>\w{16})-(?P<new>\w{16})-(?P<record>\w{16})-\w{8}\.(?P<kind>tmp|part)")
_DIGITS = 16


def name(record: str, old: str, new: str) -> str:
    """A name for the temporary file of a record, but for its ending.

    Args:
        record: the name of its file.
        old, new: SHA-256 of the two documents, in hex.
    """
    return f".metafresh-{old[:_DIGITS]}-{new[:_DIGITS]}-{_mark(record)}-{secrets.token_hex(4)}"


def sweep(place: Path) -> None:
    """Remove the temporary files that killed runs left in a folder; call it before the first `save.replace` of a run.

    What somebody saved in the very moment of the kill lies in one of them, and is given back.
    """
    with suppress(OSError):
        for stray in sorted(place.glob(_ALL)):
            if named := _NAME.fullmatch(stray.name):
                with suppress(OSError, RecordError):
                    _swept(stray, named)


def _swept(stray: Path, named: re.Match[str]) -> None:
    with open(stray, "rb", buffering=0, opener=folder.open_without_waiting) as file:
        # A living run holds it.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        is_ours = swap.digest_of_open(file).startswith((named["old"], named["new"]))
        if named["kind"] == "tmp" and not is_ours:
            _give_back(stray, named["record"], named["new"])
        stray.unlink(missing_ok=True)


def _give_back(stray: Path, record: str, new: str) -> None:
    """Put back what somebody saved in the moment of a kill, which came out when ours was swapped in."""
    theirs = [each for each in stray.parent.iterdir() if _mark(each.name) == record and each.is_file()]
    target = next((each for each in theirs if swap.digest(each).startswith(new)), None)
    if target:
        swap.undo(stray, target, new)
    else:
        # They saved it once more since, or moved it.
        swap.kept_beside(stray, theirs[0].name if theirs else "record")


def _mark(record: str) -> str:
    # Where a folder does not tell upper case from lower, the user's spelling may not be the folder's.
    folded = unicodedata.normalize("NFC", record).casefold()
    return hashlib.sha256(os.fsencode(folded)).hexdigest()[:_DIGITS]
