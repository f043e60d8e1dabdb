"""The log says who did it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the person to the log; of the lines that stand, nobody knows."""
    op.add_column("log", sa.Column("who", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_log_who_id", "log", ["who", "id"])


def downgrade() -> None:
    """Take it out again."""
    op.drop_index("ix_log_who_id", "log")
    op.drop_column("log", "who")
