"""Short values made shorter, and numbers for long texts: a million targets are to fit in 500 MB. Pure.

JSON is deflated without headers, set against words that both sides know (RFC 1951; RFC 1950 §2.2 on dictionaries): of
what is remembered of an article four tenths are left, and as much of how a page is used to change.
"""

import json
import zlib
from hashlib import blake2b
from typing import Any

from crawler.errors import Damaged

_WINDOW, _MEMORY = -12, 5  # 4 KB, raw: a larger one would take longer to make ready than to use


def pack(value: object, words: str) -> bytes:
    """A JSON value, to be read with the same words."""
    deflating = zlib.compressobj(6, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=_bytes(words)[-4000:])
    return deflating.compress(json.dumps(value, separators=(",", ":")).encode()) + deflating.flush()


def unpack(packed: bytes, words: str) -> Any:  # noqa: ANN401 (as of json.loads)
    """The value that was packed with these words.

    Raises:
        Damaged: it is not what was packed.
    """
    try:
        return json.loads(zlib.decompressobj(_WINDOW, zdict=_bytes(words)[-4000:]).decompress(packed))
    except (zlib.error, ValueError) as error:
        raise Damaged(f"what is remembered is damaged: {error}") from error


def numbered(text: str) -> int:
    """A number that stands for a text, of 63 bits: among a million texts two share one with a chance of 1 : 10^7."""
    return int.from_bytes(blake2b(_bytes(text), digest_size=8).digest()) >> 1


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
