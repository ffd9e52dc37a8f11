"""The first tables.

Those that a metafresh without migrations made are taken over: runs, decisions and the journal stay. What can be learnt
again is learnt again, for it is stored in less room now: the next run visits everything once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there."""
    for table in ("visits", "records", "settled", "habits", "images", "schema_version"):
        op.execute(f"DROP TABLE IF EXISTS {table}")
    instant = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
    moment, keyed = sa.DateTime(timezone=True), {"sqlite_with_rowid": False, "if_not_exists": True}
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("started", moment, nullable=False),
        sa.Column("finished", moment),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("counts", sa.JSON(), nullable=False),
        **keyed,
    )
    op.create_table(
        "visits",
        sa.Column("url", sa.Text(), primary_key=True),
        sa.Column("at", instant, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("final_url", sa.Text()),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", instant),
        sa.Column("last_success", instant),
        sa.Column("habit", sa.LargeBinary()),
        **keyed,
    )
    op.create_table(
        "records",
        sa.Column("path", sa.Text(), primary_key=True),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("articles", sa.LargeBinary(), nullable=False),
        **keyed,
    )
    op.create_table(
        "settled",
        sa.Column("record", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("pointer", sa.Text(), primary_key=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", instant, nullable=False),
        **keyed,
    )
    op.create_table(
        "curves",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("curve", sa.JSON(), nullable=False),
        **keyed,
    )
    op.create_table(
        "images",
        sa.Column("url", sa.Text(), primary_key=True),
        sa.Column("at", instant, nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("format", sa.Text()),
        sa.Column("digest", sa.Text()),
        **keyed,
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), primary_key=True),
        sa.Column("next_allowed", moment, nullable=False),
        **keyed,
    )
    op.create_table(
        "troubles",
        sa.Column("host", sa.Text(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", moment, nullable=False),
        **keyed,
    )
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), primary_key=True),
        sa.Column("fetched_at", moment, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        **keyed,
    )
    op.create_table(
        "intents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("old_digest", sa.Text(), nullable=False),
        sa.Column("new_digest", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text()),
        if_not_exists=True,
    )
    op.create_table(
        "held",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("decision", sa.Text()),
        if_not_exists=True,
    )
    op.create_table(
        "failures",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        if_not_exists=True,
    )
    op.create_index("hosts_next_allowed", "hosts", ["next_allowed"], if_not_exists=True)
    indexed = (("intents", "run"), ("intents", "path"), ("intents", "state"), ("held", "run"), ("held", "path"))
    for table, column in (*indexed, ("failures", "run")):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)
