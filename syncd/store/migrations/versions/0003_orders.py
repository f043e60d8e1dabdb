"""Commands ask things of the daemon, and troubles are known across restarts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.store import types

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "orders",
        sa.Column("id", types.Whole, sa.Identity(), nullable=False),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("taken_at", types.Instant),
        sa.Column("ended_at", types.Instant),
        sa.Column("result", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sqlite_strict=True,
    )
    op.create_table(
        "troubles",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("since", types.Instant, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("told", types.Flag, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_troubles"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("troubles")
    op.drop_table("orders")
