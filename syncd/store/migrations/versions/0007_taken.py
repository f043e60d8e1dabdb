"""Readings that were taken from fields of tasks are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.store import types

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table, and close it against change."""
    op.create_table(
        "taken",
        sa.Column("id", types.Whole, sa.Identity(), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_taken"),
        sqlite_strict=True,
    )
    op.create_index("ix_taken_plan_id", "taken", ["plan", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER taken_only_append BEFORE UPDATE OR DELETE OR TRUNCATE ON taken"
            " FOR EACH STATEMENT EXECUTE FUNCTION only_append()"
        )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'taken is append-only'); END"
    op.execute(f"CREATE TRIGGER taken_no_update BEFORE UPDATE ON taken {refuse}")
    op.execute(f"CREATE TRIGGER taken_no_delete BEFORE DELETE ON taken {refuse}")
    # INSERT OR REPLACE deletes without asking the trigger above.
    there = "EXISTS (SELECT 1 FROM taken WHERE id = NEW.id)"
    op.execute(f"CREATE TRIGGER taken_no_replace BEFORE INSERT ON taken WHEN {there} {refuse}")


def downgrade() -> None:
    """Drop it; its index and triggers go with it."""
    op.drop_table("taken")
