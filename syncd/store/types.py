"""Column types that mean the same in SQLite's STRICT tables and in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC: `timestamptz` in PostgreSQL, text of fixed width (so it sorts) in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column in this database."""
        kind: TypeEngine[Any] = DateTime(timezone=True) if _postgres(dialect) else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """The instant as the database takes it; TypeError for one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("the store keeps instants with a time zone, and no others")
        in_utc = value.astimezone(UTC)
        return in_utc if _postgres(dialect) else in_utc.isoformat(timespec="microseconds")

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as it is called
        """The instant in UTC; ValueError if the text is none."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        if instant.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar day: `date` in PostgreSQL, ISO text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column in this database."""
        kind: TypeEngine[Any] = Date() if _postgres(dialect) else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        """The day as the database takes it."""
        return value if value is None or _postgres(dialect) else value.isoformat()

    def process_result_value(self, value: date | str | None, dialect: Dialect) -> date | None:  # noqa: ARG002 - as it is called
        """The day; ValueError if the text is none."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """Yes or no: `boolean` in PostgreSQL, 0 or 1 in SQLite."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column in this database."""
        kind: TypeEngine[Any] = Boolean() if _postgres(dialect) else Integer()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | int | None:
        """The flag as the database takes it."""
        return value if value is None or _postgres(dialect) else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:  # noqa: ARG002 - as it is called
        """The flag."""
        return None if value is None else bool(value)


def _postgres(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"
