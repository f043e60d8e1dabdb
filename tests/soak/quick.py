"""The real store, quicker: every statement is compiled once by SQLAlchemy, and run by SQLite's own driver.

Schema, transactions, rows and codec are the store's own; only the way from a statement to the driver is shorter.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Executable, Table, bindparam, delete, insert, select
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.selectable import Select

from syncd.records import PassRecord
from syncd.store import rows, tables
from syncd.store.errors import StoreError
from syncd.store.reader import Reader
from syncd.store.store import forget_the_moment
from syncd.store.trouble import in_words
from syncd.store.writer import Writer, _upsert
from tests.engine.world import Killed, MortalStore, made

_SQLITE = dialect()
Bind = Callable[[Any], Any]
_PREPARED: dict[Any, Prepared] = {}


class Prepared:
    """A compiled statement: its text, how each value goes in, and what comes out."""

    def __init__(self, statement: Any, columns: Sequence[str] | None = None, key: Any = None) -> None:
        self._compiled = compiled = (
            statement._compiler(_SQLITE, column_keys=columns, cache_key=key)
            if key is not None or columns is not None
            else statement.compile(dialect=_SQLITE, compile_kwargs={"render_postcompile": True})
        )
        self.sql = str(compiled)
        given, binds = compiled.params, compiled._bind_processors
        self.inputs: list[tuple[str, Any, Bind | None]] = [
            (name, given.get(name), binds.get(name)) for name in compiled.positiontup or ()
        ]
        found = statement.selected_columns if isinstance(statement, Select) else getattr(statement, "_returning", ())
        self.outputs = [column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in found]
        names = [column.name or "it" for column in found]
        self.row: Any = namedtuple("Row", names, rename=True) if names else None  # noqa: PYI024

    def told(self, key: Any) -> Mapping[str, Any]:
        """The values that stand in a statement like the one that was compiled."""
        values: Mapping[str, Any] = self._compiled.construct_params(extracted_parameters=key.bindparams, _check=False)
        return values

    def values(self, held: Mapping[str, Any]) -> list[Any]:
        """What is sent to the driver."""
        return [
            bind(held.get(name, default)) if bind else held.get(name, default) for name, default, bind in self.inputs
        ]

    def run(self, connection: sqlite3.Connection, held: Sequence[Mapping[str, Any]]) -> Answer:
        """Run it, once or for each of several."""
        try:
            if len(held) > 1:
                return Answer(connection.executemany(self.sql, [self.values(each) for each in held]), self)
            return Answer(connection.execute(self.sql, self.values(held[0] if held else {})), self)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(self.sql, None, error) from error


class Answer:
    """What a statement found, as far as the store asks for it."""

    def __init__(self, cursor: sqlite3.Cursor, prepared: Prepared) -> None:
        self.rowcount = cursor.rowcount
        found = cursor.fetchall() if prepared.row else ()
        self._rows = [
            prepared.row(*(out(value) if out else value for out, value in zip(prepared.outputs, each, strict=True)))
            for each in found
        ]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def scalar_one(self) -> Any:
        """The one value."""
        [[value]] = self._rows
        return value


class Quick:
    """What `Reader` and `Writer` take for a connection."""

    dialect = _SQLITE

    def __init__(self, driver: sqlite3.Connection) -> None:
        self.driver = driver

    def execute(self, statement: Executable, held: list[rows.Held] | None = None) -> Answer:
        """Any statement; one like it is compiled only once."""
        key: Any = statement._generate_cache_key()  # type: ignore[attr-defined]
        columns = tuple(held[0]) if held else None
        known = (key.key, columns)
        if known not in _PREPARED:
            _PREPARED[known] = Prepared(statement, columns, key)
        if "POSTCOMPILE" in _PREPARED[known].sql:  # a list of values: as many places as there are values this time
            return Prepared(statement).run(self.driver, ())
        return _PREPARED[known].run(self.driver, held or [_PREPARED[known].told(key)])


@cache
def _select(table: Table, names: tuple[str, ...]) -> Prepared:
    where = (table.c[name] == bindparam(name) for name in names)
    return Prepared(select(table).where(*where).order_by(*table.primary_key))


@cache
def _last(table: Table) -> Prepared:
    return Prepared(select(table).where(table.c.mapping == bindparam("mapping")).order_by(table.c.id.desc()).limit(1))


@cache
def _delete(table: Table, names: tuple[str, ...]) -> Prepared:
    return Prepared(delete(table).where(*(table.c[name] == bindparam(name) for name in names)))


@cache
def _write(table: Table, names: tuple[str, ...], replacing: bool) -> Prepared:
    return Prepared(_upsert(table, "sqlite") if replacing else insert(table), names)


class QuickReader(Reader):
    """A reader whose most frequent questions are prepared."""

    _connection: Any

    def _all(self, table: Table, make: Callable[[Any], Any], **where: object) -> list[Any]:
        return [make(row) for row in _select(table, tuple(where)).run(self._connection.driver, [where])]

    def _first(self, table: Table, make: Callable[[Any], Any], **where: object) -> Any:
        return next(iter(self._all(table, make, **where)), None)

    def last_pass(self, mapping: str, *, ended: bool = False) -> PassRecord | None:
        """As the store's own."""
        if ended:
            return super().last_pass(mapping, ended=True)
        found = _last(tables.passes).run(self._connection.driver, [{"mapping": mapping}])
        return next((rows.to_pass(row) for row in found), None)


class QuickWriter(QuickReader, Writer):
    """A writer whose most frequent statements are prepared."""

    def _add(self, table: Table, held: list[rows.Held]) -> None:
        with in_words(self._place):
            if held:
                _write(table, tuple(held[0]), False).run(self._connection.driver, held)

    def _put(self, table: Table, held: list[rows.Held]) -> None:
        with in_words(self._place):
            if held:
                _write(table, tuple(held[0]), True).run(self._connection.driver, held)

    def _drop(self, table: Table, **where: object) -> None:
        _delete(table, tuple(where)).run(self._connection.driver, [where])


class OneByOne(MortalStore):
    """A store whose turns need no second process."""

    def __init__(self, url: str, *, patience: float = 2) -> None:
        super().__init__(url, patience=patience)
        self.taken = False
        """Whether somebody has the turn."""
        self.waits: Callable[[], None] = lambda: None
        """What others do before whoever asks for the turn has it."""

    @contextmanager
    def turn(self, connection: str) -> Iterator[None]:
        """One after the other. Nobody waits here: while something is under way, it raises StoreError."""
        self.waits()
        if self.taken:
            raise StoreError("another pass is under way", "Try again later.")
        self.taken = True
        try:
            yield
        finally:
            self.taken = False


class QuickStore(OneByOne):
    """A store in memory. What was not committed when its process died is lost, as on disk."""

    def __init__(self, url: str, *, patience: float = 2) -> None:
        super().__init__(url, patience=patience)
        self._driver = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.forget()

    def forget(self) -> None:
        """An empty store in place of whatever there was."""
        self.restore(_empty())

    def image(self, *, copied: bool) -> bytes:
        """All that it holds; `copied` as syncd copies it, else as a program does that knows nothing of it."""
        image = self._driver.serialize()
        if not copied:
            return image
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(image)
            forget_the_moment(copy)
            return copy.serialize()

    def restore(self, image: bytes) -> None:
        """Hold what an image holds, and nothing else."""
        self._driver.deserialize(image)
        self._driver.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Any]:
        self._driver.execute(begin)
        try:
            yield Quick(self._driver)
        except BaseException:
            self._driver.execute("ROLLBACK")
            raise
        self._driver.execute("COMMIT")

    @contextmanager
    def writing(self, *, plan: str = "", whole: bool = False) -> Iterator[Writer]:
        """As the store's own; the process may die before and after the commit."""
        if self.moments.dead:
            raise Killed
        with in_words(self._place), self._transaction("BEGIN IMMEDIATE") as connection:
            yield QuickWriter(connection, self._place)
            self.moments("before commit")
        self.moments("after commit")

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """As the store's own."""
        with in_words(self._place), self._transaction("BEGIN") as connection:
            yield QuickReader(connection, self._place)


@cache
def _empty() -> bytes:
    image = bytearray(made().read_bytes())
    image[18:20] = b"\x01\x01"  # memory keeps no write-ahead log, and the file's header asks for one
    return bytes(image)
