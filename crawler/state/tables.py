"""The tables of what is remembered, the same on SQLite and PostgreSQL.

URLs are in `urls.canonical` form, hosts registrable but for those in trouble, paths absolute, times aware and in UTC.
JSON stays text (`JSON`, not PostgreSQL's `JSONB`), which keeps the order of keys: the change log is made from it, line
by line.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

# The newest of crawler/state/migrations.
REVISION = "0003"

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_UNSTORABLE = re.compile("[\0\ud800-\udfff\ufdd0]")
_ESCAPED = re.compile("\ufdd0([0-9a-f]{4})")


class Words(TypeDecorator[str]):
    """Any Python string, given back exactly.

    Neither database stores a lone surrogate (a header's or a file name's stray byte), PostgreSQL no NUL: those are
    written as U+FDD0, a code point that Unicode keeps from ever being a character, and four hex digits.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's call)
        return None if value is None else _UNSTORABLE.sub(lambda found: f"\ufdd0{ord(found[0]):04x}", value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


class Moment(TypeDecorator[datetime]):
    """A time-zone-aware datetime, given back in UTC to the microsecond; a naive one is refused with ValueError.

    SQLite knows no zones: there it is UTC without saying so.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Instant(Moment):
    """The same where there is one for each target: on SQLite microseconds since 1970, in a third of the room."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 (what is stored)
        moment = super().process_bind_param(value, dialect)
        return (moment - _EPOCH) // _MICROSECOND if moment and dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        moment = _EPOCH + value * _MICROSECOND if isinstance(value, int) else value
        return super().process_result_value(moment, dialect)


metadata = MetaData()

# Alembic's own, as it makes it.
versions = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def _keyed(name: str, *columns: Column[Any]) -> Table:
    # A text key would be stored twice in SQLite, once in the table and once in its index: with a million URLs 100 MB.
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _run() -> Column[str]:
    return Column("run", Words, ForeignKey("runs.id"), nullable=False, index=True)


runs = _keyed(
    "runs",
    Column("id", Words, primary_key=True),
    Column("started", Moment, nullable=False),
    Column("finished", Moment),
    Column("dry_run", Boolean, nullable=False),
    Column("outcome", Words),
    Column("counts", JSON, nullable=False),
)

visits = _keyed(
    "visits",
    Column("url", Words, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("status", Integer),
    Column("kind", Words, nullable=False),
    Column("why", Words),
    Column("final_url", Words),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("last_success", Instant),
    Column("habit", LargeBinary),
)

records = _keyed(
    "records",
    Column("path", Words, primary_key=True),
    Column("signature", Words, nullable=False),
    Column("articles", LargeBinary, nullable=False),
)

settled = _keyed(
    "settled",
    Column("record", BigInteger, primary_key=True, autoincrement=False),  # `packed.numbered` of its path
    Column("pointer", Words, primary_key=True),
    Column("digest", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

curves = _keyed("curves", Column("name", Words, primary_key=True), Column("curve", JSON, nullable=False))

images = _keyed(
    "images",
    Column("url", Words, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("width", Integer),
    Column("height", Integer),
    Column("format", Words),
    Column("digest", Words),
    Column("thumbnail", LargeBinary),
)

hosts = _keyed("hosts", Column("host", Words, primary_key=True), Column("next_allowed", Moment, nullable=False))

troubles = _keyed(
    "troubles",
    Column("host", Words, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

robots = _keyed(
    "robots",
    Column("origin", Words, primary_key=True),
    Column("fetched_at", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    Column("text", Words, nullable=False),
)

intents = Table(
    "intents",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("path", Words, nullable=False, index=True),
    Column("shown", Words, nullable=False),
    Column("old_digest", Words, nullable=False),
    Column("new_digest", Words, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", Words, nullable=False, index=True),
    Column("why", Words),
)

held = Table(
    "held",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("path", Words, nullable=False, index=True),
    Column("shown", Words, nullable=False),
    Column("row", JSON, nullable=False),
    Column("decision", Words),
)

failures = Table(
    "failures",
    metadata,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("row", JSON, nullable=False),
)

Index("hosts_next_allowed", hosts.c.next_allowed)

# ---- of a crawl on several machines

errands = Table(
    "errands",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("host", Words, nullable=False, index=True),
    Column("errand", Words, nullable=False),
    Column("posted_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("report", Words),
)

leases = _keyed(
    "leases",
    Column("host", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("until", Moment, nullable=False),
)
