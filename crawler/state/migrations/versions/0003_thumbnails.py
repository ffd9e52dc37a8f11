"""Thumbnails of images, where they are asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make room for them."""
    op.add_column("images", sa.Column("thumbnail", sa.LargeBinary()))
