"""The plan's versions, its events, and what was known of the work are kept, beside the points of the figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.store import types

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_KEYS = {
    "plan_versions": ("id",),
    "plan_pieces": ("plan", "piece", "version"),
    "plan_events": ("id",),
    "evidence": ("id",),
}
"""The tables that are only added to, with the columns that tell their rows apart."""


def upgrade() -> None:
    """Make the tables, and close all but the looks against change."""
    _versions()
    _known()
    if op.get_bind().dialect.name == "postgresql":
        _close_in_postgres()
    else:
        _close_in_sqlite()


def downgrade() -> None:
    """Drop them; their indexes and triggers go with them."""
    for table in ("looks", *reversed(_KEYS)):
        op.drop_table(table)


def _versions() -> None:
    """The plan as it came into force, piece by piece, and the edits that led there."""
    op.create_table(
        "plan_versions",
        sa.Column("id", types.Whole, sa.Identity(), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_versions"),
        sqlite_strict=True,
    )
    op.create_index("ix_plan_versions_plan_id", "plan_versions", ["plan", "id"])
    op.create_table(
        "plan_pieces",
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("piece", sa.Text, nullable=False),
        sa.Column("version", types.Whole, nullable=False),
        sa.Column("held", sa.Text),
        sa.PrimaryKeyConstraint("plan", "piece", "version", name="pk_plan_pieces"),
        sa.ForeignKeyConstraint(["version"], ["plan_versions.id"], name="fk_plan_pieces_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "plan_events",
        sa.Column("id", types.Whole, sa.Identity(), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("version", types.Whole, nullable=False),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_events"),
        sa.ForeignKeyConstraint(["version"], ["plan_versions.id"], name="fk_plan_events_version"),
        sqlite_strict=True,
    )
    op.create_index("ix_plan_events_plan_id", "plan_events", ["plan", "id"])


def _known() -> None:
    """What was known of the work, and when the tools were read."""
    op.create_table(
        "evidence",
        sa.Column("id", types.Whole, sa.Identity(), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("held", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sqlite_strict=True,
    )
    op.create_index("ix_evidence_plan_item_id", "evidence", ["plan", "item", "id"])
    op.create_table(
        "looks",
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("on", types.Day, nullable=False),
        sa.Column("read_at", types.Instant, nullable=False),
        sa.PrimaryKeyConstraint("plan", "on", name="pk_looks"),
        sqlite_strict=True,
    )


def _close_in_sqlite() -> None:
    for table, key in _KEYS.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        # INSERT OR REPLACE deletes without asking the trigger above.
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own names
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}")


def _close_in_postgres() -> None:
    for table in _KEYS:
        op.execute(
            f"CREATE TRIGGER {table}_only_append BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION only_append()"
        )
