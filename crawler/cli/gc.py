"""`metafresh gc`: forget what nothing wants any more."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.cli import flags
from crawler.cli.remembered import check
from crawler.cli.stdout import put
from crawler.report.phrases import count, volume

if TYPE_CHECKING:
    from crawler.state.gc import Forgotten


def gc(
    state: flags.State = None,
    config_file: flags.ConfigFile = None,
    as_json: flags.AsJson = False,
    quiet: flags.Quiet = False,
    lock_wait: flags.LockWait = None,
) -> None:
    """Forget records that are gone, and history past its time.

    Example: metafresh gc --config site/metafresh.yaml
    """
    from crawler.config import load  # noqa: PLC0415
    from crawler.forget import forget  # noqa: PLC0415

    config = load(config_file, flags.given(state=state))
    check(config.state)
    forgotten = asyncio.run(forget(config, datetime.now(UTC), lock_wait=lock_wait or timedelta(0)))
    if as_json:
        put(json.dumps({"type": "gc", "v": 1, **forgotten._asdict()}) + "\n")
    elif not quiet:
        put(f"{told(forgotten)}\n")


def told(forgotten: "Forgotten") -> str:
    """What was forgotten, in a line."""
    numbers = ((forgotten.records, "record"), (forgotten.visits, "visit"), (forgotten.images, "image"))
    some = [count(number, noun) for number, noun in (*numbers, (forgotten.runs, "run")) if number]
    return f"forgot {', '.join(some) or 'nothing'}; {volume(forgotten.bytes)}, was {volume(forgotten.bytes_before)}"
