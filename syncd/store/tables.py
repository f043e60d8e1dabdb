"""The tables, the same in SQLite and PostgreSQL. The migrations make them; a test holds the two together."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Identity, Index, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.sql.schema import SchemaItem

from syncd.store.types import Day, Flag, Instant, Whole

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *items: SchemaItem) -> Table:
    return Table(name, metadata, *items, sqlite_strict=True)


def _gathered(name: str) -> Table:
    """What is gathered about a plan's items as time goes on, and only added to."""
    return _table(
        name,
        Column("id", Whole, Identity(), primary_key=True),
        Column("plan", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("held", Text, nullable=False),
        Index(None, "plan", "id"),
    )


shelves = _table(
    "shelves",
    Column("connection", Text, primary_key=True),
    Column("container", Text, primary_key=True),
    Column("held", Text, nullable=False),
    Column("cursor", Text),
    Column("depth", Text, nullable=False),
    Column("read_at", Instant),
    Column("looked_at", Instant),
    Column("swept_at", Instant),
    Column("trouble", Text, nullable=False),
)
"""The containers as last observed."""

seen = _table(
    "seen",
    Column("connection", Text, primary_key=True),
    Column("container", Text, primary_key=True),
    Column("task", Text, primary_key=True),
    Column("held", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("fate", Text),
)
"""The tasks as last observed."""

links = _table(
    "links",
    Column("mapping", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("task", Text, nullable=False),
    Column("agreed", Text, nullable=False),
    Column("linked_at", Instant, nullable=False),
    UniqueConstraint("mapping", "task"),
)
"""The pairs (plan item, task): one task an item and one item a task, in each mapping."""

group_links = _table(
    "group_links",
    Column("mapping", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("group_id", Text, nullable=False),
    Column("title", Text, nullable=False),
)
"""The pairs (plan item, group). Several items may share a group."""

intents = _table(
    "intents",
    Column("mapping", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("item", Text, nullable=False),
    Column("container", Text, nullable=False),
    Column("parent", Text),
    Column("sent_at", Instant, nullable=False),
    Column("looked", Integer, nullable=False),
    Column("sent", Text, nullable=False, server_default="{}"),
    UniqueConstraint("mapping", "item"),
)
"""The creates under way: one an item, so that no second one can be begun while the first is in doubt."""

set_aside = _table(
    "set_aside",
    Column("mapping", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("retry_at", Instant, nullable=False),
    Column("wanted", Text, nullable=False, server_default=""),
)
"""The items whose change failed."""

mapping_states = _table(
    "mapping_states",
    Column("mapping", Text, primary_key=True),
    Column("connection", Text, nullable=False),
    Column("container", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("paused", Flag, nullable=False),
    Column("stop", Text, nullable=False),
)
"""What is kept of a mapping between passes."""

passes = _table(
    "passes",
    Column("id", Whole, Identity(), primary_key=True),
    Column("mapping", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", Text, nullable=False),
    Column("full", Flag, nullable=False),
    Column("counts", Text, nullable=False),
    Column("message", Text, nullable=False),
    Index(None, "mapping", "id"),
)
"""The passes, each begun once and ended once."""

log = _table(
    "log",
    Column("id", Whole, Identity(), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("pass_id", Whole, ForeignKey("passes.id"), index=True),
    Column("mapping", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("who", Text, nullable=False, server_default=""),
    Index(None, "item", "id"),
    Index(None, "mapping", "id"),
    Index(None, "who", "id"),
)
"""The audit log; triggers refuse every change to a line that stands."""

points = _table(
    "points",
    Column("id", Whole, Identity(), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("on", Day, nullable=False),
    Column("at", Instant, nullable=False),
    Column("attainment", Text),
    Column("implementation", Text),
    Column("measured", Text),
    Column("expected", Text),
    Column("pace", Text, nullable=False),
    Column("done", Whole, nullable=False),
    Column("total", Whole, nullable=False),
    Index(None, "plan", "id"),
)
"""The history of the figures; triggers refuse every change to a point that stands."""

plan_versions = _table(
    "plan_versions",
    Column("id", Whole, Identity(), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("digest", Text, nullable=False),
    Index(None, "plan", "id"),
)
"""When a plan came into force that differs from the one before; only added to, like the three below."""

plan_pieces = _table(
    "plan_pieces",
    Column("plan", Text, primary_key=True),
    Column("piece", Text, primary_key=True),
    Column("version", Whole, ForeignKey("plan_versions.id"), primary_key=True),
    Column("held", Text),
)
"""What each version of a plan holds otherwise than the one before; without `held`, a piece is not there any more."""

plan_events = _table(
    "plan_events",
    Column("id", Whole, Identity(), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("version", Whole, ForeignKey("plan_versions.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("held", Text, nullable=False),
    Index(None, "plan", "id"),
)
"""The edits of the plans, told when they came into force."""

evidence = _table(
    "evidence",
    Column("id", Whole, Identity(), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("held", Text),
    Index(None, "plan", "item", "id"),
)
"""What was known of the work on a plan's items, each time that it was something else; without `held`, nothing more."""

looks = _table(
    "looks",
    Column("plan", Text, primary_key=True),
    Column("on", Day, primary_key=True),
    Column("read_at", Instant, nullable=False),
)
"""When the tools of a plan had last been read at the end of each day."""

told = _gathered("told")
"""What was published of a plan's schools and groups; only added to."""

taken = _gathered("taken")
"""What was read of KPIs from fields of their tasks, each time that it was something else; only added to."""

requests = _table(
    "requests",
    Column("connection", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("made", Whole, nullable=False),
)
"""How many requests each connection made on each day."""

facts = _table(
    "facts",
    Column("connection", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What a connection learnt and need not ask again."""

orders = _table(
    "orders",
    Column("id", Whole, Identity(), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("taken_at", Instant),
    Column("ended_at", Instant),
    Column("result", Text, nullable=False),
)
"""What commands ask of the daemon that works on the store."""

troubles = _table(
    "troubles",
    Column("key", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("message", Text, nullable=False),
    Column("told", Flag, nullable=False),
)
"""What stands in the way at present, by what it is about."""
