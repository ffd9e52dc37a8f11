"""What is due, and which files must be read to know it."""

import os
import time
from datetime import UTC, datetime

import pytest

from crawler.config import load
from crawler.due import Scope, looked, reopened
from crawler.model import Schema
from crawler.records import folder
from crawler.state.store import open_store
from crawler.when import policy
from tests.desk import PAGE, RECORD

SCHEMA = Schema()
OLD = 1_700_000_000


@pytest.fixture
async def store(tmp_path):
    async with open_store(tmp_path / "state") as opened:
        yield opened


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "records" / "a.md"
    path.parent.mkdir()
    path.write_text(RECORD)
    time.sleep(0.05)  # a file of this very moment may be written again without its time telling
    return path


async def look(store, record, schema=SCHEMA):
    """What one look at the record's folder finds."""
    files = folder.discover([record.parent])
    scope, now = Scope((record.parent,)), datetime.now(UTC)
    return [
        each
        async for each in looked(
            files, scope, load(None, {}), schema=schema, store=store, when=await policy(store, load(None, {}), now)
        )
    ]


async def was_read(store, record, schema=SCHEMA) -> bool:
    ((due,),) = [each.due for each in await look(store, record, schema)]
    return due.article is not None


async def test_a_file_is_read_once_as_long_as_nobody_writes_to_it(store, record):
    assert await was_read(store, record)
    assert not await was_read(store, record)


async def test_what_is_due_of_a_file_that_was_not_read_is_what_was_due_when_it_was(store, record):
    ((first,),) = [each.due for each in await look(store, record)]
    ((second,),) = [each.due for each in await look(store, record)]

    assert (first.wanted, first.targets, PAGE) == (second.wanted, second.targets, second.url)
    assert first.article == reopened(second, SCHEMA)


async def test_a_file_that_was_written_to_is_read_again(store, record):
    await look(store, record)
    record.write_text(RECORD.replace("Old title", "New title"))

    assert await was_read(store, record)


async def test_a_file_of_the_same_size_and_time_but_another_one_is_read_again(store, record):
    os.utime(record, (OLD, OLD))
    await look(store, record)
    other = record.with_suffix(".new")
    other.write_text(RECORD.replace("Old title", "New title"))
    other.replace(record)
    os.utime(record, (OLD, OLD))

    assert await was_read(store, record)


async def test_a_file_is_read_again_where_other_keys_mean_the_title(store, record):
    await look(store, record)

    assert await was_read(store, record, Schema(title="name"))


async def test_an_article_that_was_edited_since_is_not_what_was_due(store, record):
    ((due,),) = [each.due for each in await look(store, record)]
    record.write_text(RECORD.replace("Old title", "New title"))

    assert reopened(due, SCHEMA) is None
