"""What was published of schools and groups is kept, so that what is published next gives none of it away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.store import types

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table, and close it against change."""
    op.create_table(
        "told",
        sa.Column("id", types.Whole, sa.Identity(), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_told"),
        sqlite_strict=True,
    )
    op.create_index("ix_told_plan_id", "told", ["plan", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER told_only_append BEFORE UPDATE OR DELETE OR TRUNCATE ON told"
            " FOR EACH STATEMENT EXECUTE FUNCTION only_append()"
        )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'told is append-only'); END"
    op.execute(f"CREATE TRIGGER told_no_update BEFORE UPDATE ON told {refuse}")
    op.execute(f"CREATE TRIGGER told_no_delete BEFORE DELETE ON told {refuse}")
    # INSERT OR REPLACE deletes without asking the trigger above.
    taken = "EXISTS (SELECT 1 FROM told WHERE id = NEW.id)"
    op.execute(f"CREATE TRIGGER told_no_replace BEFORE INSERT ON told WHEN {taken} {refuse}")


def downgrade() -> None:
    """Drop it; its index and triggers go with it."""
    op.drop_table("told")
