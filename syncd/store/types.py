"""Column types that mean the same in SQLite's STRICT tables and in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC: `timestamptz` in PostgreSQL, text of fixed width (so it sorts) in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """The type of the column in this database."""
        kind: TypeEngine[datetime] | TypeEngine[str] = DateTime(timezone=True) if _postgres(dialect) else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:  # type: ignore[override]
        """The instant as the database takes it; TypeError for one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("the store keeps instants with a time zone, and no others")
        in_utc = value.astimezone(UTC)
        return in_utc if _postgres(dialect) else in_utc.isoformat(timespec="microseconds")

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:  # type: ignore[override]
        """The instant in UTC; ValueError if the text is none."""
        if value is None:
            return None
        instant = datetime.fromisoformat(value) if isinstance(value, str) else value
        if instant.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return instant.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar day: `date` in PostgreSQL, ISO text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date] | TypeEngine[str]:
        """The type of the column in this database."""
        kind: TypeEngine[date] | TypeEngine[str] = Date() if _postgres(dialect) else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:  # type: ignore[override]
        """The day as the database takes it."""
        return value if value is None or _postgres(dialect) else value.isoformat()

    def process_result_value(self, value: date | str | None, dialect: Dialect) -> date | None:  # type: ignore[override]
        """The day; ValueError if the text is none."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """Yes or no: `boolean` in PostgreSQL, 0 or 1 in SQLite."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[bool] | TypeEngine[int]:
        """The type of the column in this database."""
        kind: TypeEngine[bool] | TypeEngine[int] = Boolean() if _postgres(dialect) else Integer()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | int | None:
        """The flag as the database takes it."""
        return value if value is None or _postgres(dialect) else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """The flag."""
        return None if value is None else bool(value)


class Share(TypeDecorator[Fraction]):
    """An exact fraction as text, "11/102"."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        """The fraction in its lowest terms."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        """The fraction; ValueError if the text is none."""
        return None if value is None else Fraction(value)


class Exactly(TypeDecorator[Decimal]):
    """A decimal as text, digit by digit as it was given."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """The digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """The decimal; ArithmeticError if the text is none."""
        return None if value is None else Decimal(value)


class Words(TypeDecorator[str]):
    """Text for people, whatever it holds: what no database can keep (NUL, half a surrogate pair) becomes "�"."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text, storable."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        storable = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return storable.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _postgres(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"
