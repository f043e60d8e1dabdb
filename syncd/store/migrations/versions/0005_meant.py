"""What was meant by a create without an outcome, and by what is set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the columns; of what stands there already nobody knows it."""
    op.add_column("intents", sa.Column("sent", sa.Text, nullable=False, server_default="{}"))
    op.add_column("set_aside", sa.Column("wanted", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Take them out again."""
    op.drop_column("intents", "sent")
    op.drop_column("set_aside", "wanted")
