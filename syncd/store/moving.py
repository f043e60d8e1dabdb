"""Takes all that one store holds into another, empty one, and compares the two row for row before any of it counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, ColumnElement, Connection, Row, Table, Text, func, insert, inspect, select

from syncd.store import schema
from syncd.store.errors import StoreError
from syncd.store.opening import Address, migrating_engine, understand, writing_engine
from syncd.store.store import Store
from syncd.store.tables import metadata
from syncd.store.trouble import Place, in_words
from syncd.store.turns import Lead, turn

_BATCH: Final = 500
"""So many rows are held at a time, however many there are."""
_AT_ONCE: Final = 0.1
"""Seconds to wait for who works on a store: who does will not be done soon."""


class Unfit(StoreError):
    """A store cannot be moved there: that place is in use, or is the one where it stands."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved and then found the same: how many rows, by table; and where it stands now, without a password."""

    to: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """All rows together."""
        return sum(self.rows.values())


def move(
    source: str,
    target: str,
    connections: Collection[str],
    *,
    patience: float = 15.0,
    expect: Callable[[str, int], None] = lambda _what, _rows: None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Moved:
    """Take the store at one address to another; `connections` are those whose passes must not run meanwhile.

    All of it is one transaction of the target: it holds everything, compared, or what it held before, however this
    ends. The source is only read. `expect` hears what begins with how many rows, `progress` how many more are done.
    Raises Unfit if the target will not do, StoreError for everything else.
    """
    origin, goal = understand(source), understand(target)
    if _where(origin) == _where(goal):
        raise Unfit(f"the store is at {goal.place.name} already", "Name another place.")
    with closing(Store(source, patience=patience)) as store:
        store.check()
    with (
        _alone(origin, connections),
        _alone(goal, ()),
        _transaction(origin, patience, writing_engine) as old,
        _transaction(goal, patience, migrating_engine) as new,
    ):
        _require_empty(new, goal.place)
        rows = {table.name: _count(old, table, origin.place) for table in metadata.sorted_tables}
        expect("copying", sum(rows.values()))
        for table in metadata.sorted_tables:
            with closing(_rows(old, table, origin.place)) as theirs:
                _copy(table, theirs, new, progress)
        expect("comparing", sum(rows.values()))
        for table in metadata.sorted_tables:
            with closing(_rows(old, table, origin.place)) as theirs, closing(_rows(new, table, goal.place)) as ours:
                _compare(table, theirs, ours, progress)
        _number_on(new)
    return Moved(goal.place.name, rows)


def _where(address: Address) -> Path | URL:
    """What two spellings of one address have in common."""
    return address.path.resolve() if address.path else address.url


@contextmanager
def _alone(address: Address, connections: Collection[str]) -> Iterator[None]:
    """Nobody else works on a store until the block ends: no daemon, and no pass of these connections."""
    with ExitStack() as held:
        lead = Lead(address)
        held.callback(lead.release)
        with in_words(address.place):
            if not lead.take():
                raise StoreError(
                    f"a daemon, or another `syncd db move`, works on the store {address.place.name}",
                    "Stop the daemon, or wait until the other move is done; then try again.",
                )
            for name in sorted(connections):
                held.enter_context(turn(address, name, _AT_ONCE))
        yield


@contextmanager
def _transaction(address: Address, patience: float, kind: Callable[[Address, float], Any]) -> Iterator[Connection]:
    """One in which nobody else writes there."""
    engine = kind(address, patience)
    try:
        with in_words(address.place), engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _require_empty(new: Connection, place: Place) -> None:
    """Make the tables, or bring those that hold nothing up to date. Raises Unfit if anything is there."""
    if schema.current(new, place) is None:
        _require_no_others(new, place, ours=())
    schema.upgrade(new, place)
    _require_no_others(new, place, ours=metadata.tables)  # only now: an earlier schema has tables that ours has not
    if any(new.execute(select(table).limit(1)).first() for table in metadata.sorted_tables):
        words = f"{place.name} is not empty: it holds a store already"
        raise Unfit(words, "Name an empty database; nothing was changed in this one.")


def _require_no_others(new: Connection, place: Place, ours: Collection[str]) -> None:
    """Raises Unfit if there are tables that are not ours."""
    if others := set(inspect(new).get_table_names()) - {schema.VERSION, *ours}:
        words = f"{place.name} holds tables of another program ({', '.join(sorted(others))})"
        raise Unfit(words, "Make a database for syncd alone, and name that.")


def _count(connection: Connection, table: Table, place: Place) -> int:
    with in_words(place):
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _rows(connection: Connection, table: Table, place: Place) -> Generator[Sequence[Row[Any]]]:
    """All rows of a table in the order of their keys, some at a time."""
    query = select(table).order_by(*(_in_order(column, connection) for column in table.primary_key.columns))
    with in_words(place), connection.execute(query, execution_options={"yield_per": _BATCH}) as found:
        yield from found.partitions()


def _in_order(column: ColumnElement[Any], connection: Connection) -> ColumnElement[Any]:
    """The column, sorted alike by both kinds of database: text by its characters, and by the rules of no language."""
    exact = isinstance(column.type, Text) and connection.dialect.name == "postgresql"
    return column.collate("C") if exact else column


def _copy(table: Table, rows: Iterator[Sequence[Row[Any]]], new: Connection, progress: Callable[[int], None]) -> None:
    for some in rows:
        new.execute(insert(table), [dict(row._mapping) for row in some])  # noqa: SLF001  so SQLAlchemy names it for all
        progress(len(some))


def _compare(
    table: Table,
    theirs: Iterator[Sequence[Row[Any]]],
    ours: Iterator[Sequence[Row[Any]]],
    progress: Callable[[int], None],
) -> None:
    """StoreError unless both hold the same rows, value by value."""
    none: Sequence[Row[Any]] = ()
    for some, others in zip_longest(theirs, ours, fillvalue=none):
        for row, other in zip_longest(some, others):
            if row != other:
                raise StoreError(
                    f"the copy is not the same: {_difference(table, row, other)}",
                    "Nothing was kept of it, and the store is as it was. Please report this.",
                )
        progress(len(some))


def _difference(table: Table, row: Row[Any] | None, other: Row[Any] | None) -> str:
    """Where the first row that differs does, without its values: they may be people's."""
    held = row if row is not None else other
    keys = ", ".join(str(getattr(held, column.name)) for column in table.primary_key.columns)
    if row is None or other is None:
        return f"the row {keys} of {table.name} is {'in the copy only' if row is None else 'missing'}"
    differ = [column.name for column, old, new in zip(table.columns, row, other, strict=True) if old != new]
    return f"{', '.join(differ)} of the row {keys} of {table.name}"


def _number_on(new: Connection) -> None:
    """Have PostgreSQL give the numbers after the last one; SQLite does so by itself."""
    if new.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.identity is not None:
                following = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), following, False)))
