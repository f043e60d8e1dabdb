"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from syncd.store import types

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_APPEND_ONLY = ("log", "points")
_TABLES = (
    *("shelves", "seen", "links", "group_links", "intents", "set_aside", "mapping_states"),
    *("points", "requests", "facts", "log", "passes"),
)


def upgrade() -> None:
    """Make every table, and close the log and the points against change."""
    _observed()
    _mappings()
    _passes()
    _history()
    if op.get_bind().dialect.name == "postgresql":
        _close_in_postgres()
    else:
        _close_in_sqlite()


def downgrade() -> None:
    """Drop every table; their indexes and triggers go with them."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION only_append()")


def _observed() -> None:
    """What was seen in the tools and learnt about them."""
    _table(
        "shelves",
        ("connection", "container"),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("container", sa.Text, nullable=False),
        sa.Column("held", sa.Text, nullable=False),
        sa.Column("cursor", sa.Text),
        sa.Column("depth", sa.Text, nullable=False),
        sa.Column("read_at", types.Instant),
        sa.Column("looked_at", types.Instant),
        sa.Column("swept_at", types.Instant),
        sa.Column("trouble", sa.Text, nullable=False),
    )
    _table(
        "seen",
        ("connection", "container", "task"),
        *_texts("connection", "container", "task", "held"),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("fate", sa.Text),
    )
    _table(
        "requests",
        ("connection", "day"),
        *_texts("connection"),
        sa.Column("day", types.Day, nullable=False),
        sa.Column("made", types.Whole, nullable=False),
    )
    _table("facts", ("connection", "key"), *_texts("connection", "key", "value"))


def _mappings() -> None:
    """What is kept of each mapping and its items."""
    _table(
        "links",
        ("mapping", "item"),
        *_texts("mapping", "item", "task", "agreed"),
        sa.Column("linked_at", types.Instant, nullable=False),
        sa.UniqueConstraint("mapping", "task", name="uq_links_mapping_task"),
    )
    _table("group_links", ("mapping", "item"), *_texts("mapping", "item", "group_id", "title"))
    _table(
        "intents",
        ("mapping", "key"),
        *_texts("mapping", "key", "item", "container"),
        sa.Column("parent", sa.Text),
        sa.Column("sent_at", types.Instant, nullable=False),
        sa.Column("looked", sa.Integer, nullable=False),
        sa.UniqueConstraint("mapping", "item", name="uq_intents_mapping_item"),
    )
    _table(
        "set_aside",
        ("mapping", "item"),
        *_texts("mapping", "item", "kind", "message", "next_step"),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("retry_at", types.Instant, nullable=False),
    )
    _table(
        "mapping_states",
        ("mapping",),
        *_texts("mapping", "connection", "container", "scope"),
        sa.Column("paused", types.Flag, nullable=False),
        *_texts("stop"),
    )


def _passes() -> None:
    """The passes and the log of what they did."""
    _table(
        "passes",
        ("id",),
        _number(),
        *_texts("mapping"),
        sa.Column("started_at", types.Instant, nullable=False),
        sa.Column("ended_at", types.Instant),
        *_texts("outcome"),
        sa.Column("full", types.Flag, nullable=False),
        *_texts("counts", "message"),
    )
    op.create_index("ix_passes_mapping_id", "passes", ["mapping", "id"])
    _table(
        "log",
        ("id",),
        _number(),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("pass_id", types.Whole),
        *_texts("mapping", "item", "task", "kind", "field", "before", "after", "cause"),
        sa.ForeignKeyConstraint(["pass_id"], ["passes.id"], name="fk_log_pass_id"),
    )
    op.create_index("ix_log_pass_id", "log", ["pass_id"])
    op.create_index("ix_log_item_id", "log", ["item", "id"])
    op.create_index("ix_log_mapping_id", "log", ["mapping", "id"])


def _history() -> None:
    """The points of every figure's history."""
    _table(
        "points",
        ("id",),
        _number(),
        *_texts("plan", "item"),
        sa.Column("on", types.Day, nullable=False),
        sa.Column("at", types.Instant, nullable=False),
        sa.Column("attainment", sa.Text),
        sa.Column("implementation", sa.Text),
        sa.Column("measured", sa.Text),
        sa.Column("expected", sa.Text),
        *_texts("pace"),
        sa.Column("done", types.Whole, nullable=False),
        sa.Column("total", types.Whole, nullable=False),
    )
    op.create_index("ix_points_plan_id", "points", ["plan", "id"])


def _close_in_sqlite() -> None:
    for table in _APPEND_ONLY:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        # INSERT OR REPLACE deletes without asking the trigger above.
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - our own names
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}")


def _close_in_postgres() -> None:
    op.execute(
        "CREATE FUNCTION only_append() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_append BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION only_append()"
        )


def _table(name: str, key: tuple[str, ...], *items: SchemaItem) -> None:
    op.create_table(name, *items, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"), sqlite_strict=True)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _number() -> sa.Column[int]:
    return sa.Column("id", types.Whole, sa.Identity(), nullable=False)
