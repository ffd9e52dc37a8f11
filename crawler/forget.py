"""What nothing wants any more is forgotten: state of records that no path of the settings holds, and old history."""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from crawler.config import Config, load_schema
from crawler.due import Scope, looked
from crawler.records import folder
from crawler.records.folder import Found
from crawler.state import gc
from crawler.state.gc import Forgotten
from crawler.state.store import open_alone
from crawler.when import policy

_RECORDS_AT_A_TIME = 1000
# Each page is visited, and its picture looked at, at least every two months; or more rarely where the settings say so.
_UNSEEN = timedelta(days=120)


async def forget(config: Config, now: datetime, *, lock_wait: timedelta = timedelta(0)) -> Forgotten:
    """Forget what nothing wants any more, and give the room back.

    Records are looked at first, so that what they want visited by now is known; none is written.

    Raises:
        ConfigError, RecordError: the schema, a path of records or a folder below one cannot be used: what lies there
            would pass for gone, so that nothing is forgotten.
        Busy: another run holds the state.
        StateError: the state cannot be used.
    """
    schema, files = load_schema(config), folder.discover(config.records)
    there: list[str] = []

    def noted() -> Iterator[Found]:
        for found in files:
            there.append(found.address)
            yield found

    async with open_alone(config.state, lock_wait) as store:
        await store.journal.settle_open(folder.digest)
        await gc.begin(store.database)
        when = await policy(store, config, now)
        backlog = looked(noted(), Scope(config.records), config, schema=schema, store=store, when=when)
        async with contextlib.aclosing(backlog):
            async for each in backlog:
                if each.error and _is_folder(each.found.path):
                    raise each.error
                if len(there) >= _RECORDS_AT_A_TIME:
                    some, there[:] = there[:], []
                    await gc.keep(store.database, some)
        await gc.keep(store.database, there)
        pictures = max(_UNSEEN, 2 * config.revisit.every)
        return await gc.forget(store.database, store.folder, now, history=config.keep, pictures=pictures)


def _is_folder(path: Path) -> bool:
    return path.suffix.lower() not in folder.SUFFIXES or os.path.isdir(path)  # noqa: PTH112 (it asks without raising)
