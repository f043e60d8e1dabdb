"""Everything that can be asked of the store, within one consistent snapshot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from hashlib import blake2b
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Select, Table, bindparam, func, select

from syncd.records import (
    Entry,
    GroupLink,
    Intent,
    KpiPoint,
    Link,
    MappingState,
    Order,
    PassRecord,
    PlanEvent,
    PlanVersion,
    Seen,
    SetAside,
    Shelf,
    Trouble,
)
from syncd.store import rows, tables
from syncd.store.codec import decode, decode_values
from syncd.store.errors import StoreError
from syncd.store.trouble import RESTORE, Place, in_words

Record = TypeVar("Record")
HistoryEnd = tuple[int, int, int]
"""What a plan's history ends with: its newest version, evidence and point."""


class Reader:
    """One snapshot of the store, good until its `with` block ends. Every method raises StoreError if it cannot answer.

    What comes back by id or item is in the order of these; lists say their order.
    """

    def __init__(self, connection: Connection, place: Place) -> None:
        self._connection = connection
        self._place = place

    def shelf(self, connection: str, container: str) -> Shelf | None:
        """The container as last observed, None if it never was."""
        return self._first(tables.shelves, rows.to_shelf, connection=connection, container=container)

    def shelves(self, connection: str) -> dict[str, Shelf]:
        """All observed containers of a connection, by their id."""
        found = self._all(tables.shelves, rows.to_shelf, connection=connection)
        return {shelf.container.id: shelf for shelf in found}

    def seen(self, connection: str, container: str) -> dict[str, Seen]:
        """The tasks observed through a container, by their id."""
        found = self._all(tables.seen, rows.to_seen, connection=connection, container=container)
        return {seen.task.id: seen for seen in found}

    def links(self, mapping: str) -> dict[str, Link]:
        """The links of a mapping, by plan item."""
        return {link.item: link for link in self._all(tables.links, rows.to_link, mapping=mapping)}

    def links_made(self, mapping: str) -> int:
        """How many links a mapping has."""
        held = tables.links.c
        query = select(func.count()).select_from(tables.links).where(held.mapping == mapping)
        [made] = self._records(query, lambda row: int(row[0]))
        return made

    def group_links(self, mapping: str) -> dict[str, GroupLink]:
        """The group links of a mapping, by plan item."""
        return {link.item: link for link in self._all(tables.group_links, rows.to_group_link, mapping=mapping)}

    def intents(self, mapping: str) -> list[Intent]:
        """The creates of a mapping that have no recorded outcome, the oldest first."""
        intents = tables.intents
        query = _where(intents, mapping=mapping).order_by(intents.c.sent_at, intents.c.key)
        return self._records(query, rows.to_intent)

    def set_aside(self, mapping: str) -> dict[str, SetAside]:
        """What is set aside in a mapping, by plan item."""
        return {aside.item: aside for aside in self._all(tables.set_aside, rows.to_set_aside, mapping=mapping)}

    def mapping_state(self, mapping: str) -> MappingState | None:
        """What is kept of a mapping between passes, None before its first pass."""
        return self._first(tables.mapping_states, rows.to_state, mapping=mapping)

    def mapping_states(self, container: str | None = None) -> dict[str, MappingState]:
        """What is kept of every mapping that ever had a pass, or of those on a container, by the mapping's name."""
        where = {} if container is None else {"container": container}
        return {state.mapping: state for state in self._all(tables.mapping_states, rows.to_state, **where)}

    def paused(self) -> set[str]:
        """The mappings that are paused."""
        state = tables.mapping_states.c
        return set(self._records(select(state.mapping).where(state.paused), lambda row: str(row.mapping)))

    def last_pass(self, mapping: str, *, ended: bool = False) -> PassRecord | None:
        """The mapping's newest pass, running or not; with `ended`, the newest that is over."""
        query = _newest_first(tables.passes, mapping=mapping).limit(1)
        if ended:
            query = query.where(tables.passes.c.ended_at.is_not(None))
        return next(iter(self._records(query, rows.to_pass)), None)

    def passes(self, mapping: str, limit: int = 50) -> list[PassRecord]:
        """The mapping's passes, the newest first."""
        return self._records(_newest_first(tables.passes, mapping=mapping).limit(limit), rows.to_pass)

    def passes_until(self, mapping: str, until: datetime, *, full: bool = False, limit: int = 50) -> list[PassRecord]:
        """The mapping's passes that were over before that instant, the newest first; `full`: of those that read all."""
        held = tables.passes.c
        query = _newest_first(tables.passes, mapping=mapping).where(held.ended_at < until).limit(limit)
        return self._records(query.where(held.full.is_(True)) if full else query, rows.to_pass)

    def pass_record(self, number: int) -> PassRecord | None:
        """The pass of that number, None if there never was one."""
        return self._first(tables.passes, rows.to_pass, id=number)

    def log(
        self,
        *,
        item: str | Collection[str] | None = None,
        mapping: str | None = None,
        pass_id: int | None = None,
        field: str | Collection[str] | None = None,
        who: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 200,
    ) -> list[Entry]:
        """The lines of the log that fit everything given, the newest first.

        `item` is an item's id, or several that it has or had, `field` a field's name with or without "field:", or
        several, `who` a part of a person's name or address in whatever case; `since` includes its own instant, `until`
        does not.
        """
        log = tables.log.c
        given = {"mapping": mapping, "pass_id": pass_id}
        query = _newest_first(tables.log, **{name: value for name, value in given.items() if value is not None})
        if item is not None:
            query = query.where(log.item.in_((item,) if isinstance(item, str) else item))
        if field is not None:
            names = (field,) if isinstance(field, str) else field
            query = query.where(log.field.in_([*names, *(f"field:{name}" for name in names)]))
        if who is not None:
            query = query.where(log.who.in_(self._people(who)))
        if since is not None:
            query = query.where(log.at >= since)
        if until is not None:
            query = query.where(log.at < until)
        return self._records(query.limit(limit), rows.to_entry)

    def newest(self, mapping: str, items: Collection[str]) -> dict[str, Entry]:
        """The newest line of the log about each of these items of a mapping, by item."""
        log = tables.log.c
        ids = select(func.max(log.id)).where(log.mapping == mapping, log.item.in_(items)).group_by(log.item)
        found = self._records(select(tables.log).where(log.id.in_(ids)).order_by(log.id), rows.to_entry)
        return {line.item: line for line in found}

    def was_undone(self, mapping: str) -> bool:
        """Whether the log tells of anything that was undone in a mapping."""
        log = tables.log.c
        query = select(log.id).where(log.mapping == mapping, log.kind == "undo").limit(1)
        return bool(self._records(query, tuple))

    def items_told(self, mapping: str, kind: str | None = None) -> set[str]:
        """The items of a mapping that the log tells of (of that kind), by the ids that they had then."""
        log = tables.log.c
        told = select(log.item).where(log.mapping == mapping, *([log.kind == kind] if kind else [])).distinct()
        return set(self._records(told, lambda row: str(row.item)))

    def log_from(self, pass_id: int) -> list[Entry]:
        """The lines of a pass's mapping from the first one of that pass on, the oldest first."""
        log, passes = tables.log.c, tables.passes.c
        mapping = select(passes.mapping).where(passes.id == pass_id).scalar_subquery()
        first = select(func.min(log.id)).where(log.pass_id == pass_id, log.mapping == mapping).scalar_subquery()
        query = select(tables.log).where(log.mapping == mapping, log.id >= first).order_by(log.id)
        return self._records(query, rows.to_entry)

    def fields_told(self) -> set[str]:
        """The fields of which the log tells, as it calls them."""
        return set(self._records(select(tables.log.c.field).distinct(), lambda row: str(row.field))) - {""}

    def _people(self, part: str) -> list[str]:
        """Everyone in the log whose name has that part; databases know capitals of the English alphabet only."""
        known = self._records(select(tables.log.c.who).distinct(), lambda row: str(row.who))
        return [name for name in known if part.casefold() in name.casefold()]

    def points(self, plan: str, items: Collection[str] | None = None) -> list[KpiPoint]:
        """The history of a plan's figures (or of those items alone), in the order they were added."""
        query = _where(tables.points, plan=plan)
        if items is not None:
            query = query.where(tables.points.c.item.in_(items))
        return self._records(query.order_by(tables.points.c.id), rows.to_point)

    def newest_points(self, plan: str, until: date) -> dict[str, KpiPoint]:
        """What was last known of each of a plan's items up to the end of that day, by item."""
        held = tables.points.c
        newest = select(func.max(held.id)).where(held.plan == plan, held.on <= until).group_by(held.item)
        query = select(tables.points).where(held.id.in_(newest)).order_by(held.id)
        return {point.item: point for point in self._records(query, rows.to_point)}

    def plan_version(self, plan: str, until: datetime | None = None) -> PlanVersion | None:
        """The plan's newest version, or the newest before that instant; None if there was none."""
        query = _newest_first(tables.plan_versions, plan=plan).limit(1)
        if until is not None:
            query = query.where(tables.plan_versions.c.at < until)
        return next(iter(self._records(query, rows.to_version)), None)

    def first_version(self, plan: str) -> PlanVersion | None:
        """The plan's oldest version, with which its history begins."""
        query = _where(tables.plan_versions, plan=plan).order_by(tables.plan_versions.c.id).limit(1)
        return next(iter(self._records(query, rows.to_version)), None)

    def plan_pieces(self, version: PlanVersion) -> dict[str, str]:
        """The pieces that make up that version of a plan, by name."""
        held = tables.plan_pieces.c
        mine = select(held.piece, func.max(held.version).label("version")).where(
            held.plan == version.plan, held.version <= version.id
        )
        newest = mine.group_by(held.piece).subquery()
        query = select(tables.plan_pieces).where(
            held.plan == version.plan,
            held.piece == newest.c.piece,
            held.version == newest.c.version,
            held.held.is_not(None),
        )
        return dict(self._records(query, lambda row: (str(row.piece), str(row.held))))

    def plan_events(
        self, plan: str, *, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
    ) -> list[PlanEvent]:
        """The plan's edits, the newest first; those of one version in its own order. `since` is in it, `until` not."""
        held = tables.plan_events.c
        query = _where(tables.plan_events, plan=plan).order_by(held.version.desc(), held.id).limit(limit)
        if since is not None:
            query = query.where(held.at >= since)
        if until is not None:
            query = query.where(held.at < until)
        return self._records(query, rows.to_event)

    def evidence(self, plan: str, until: datetime | None = None) -> dict[str, dict[str, Any]]:
        """What is known of the work on a plan's items, or was known before that instant, by item."""
        held = tables.evidence.c
        newest = select(func.max(held.id)).where(held.plan == plan)
        if until is not None:
            newest = newest.where(held.at < until)
        query = select(tables.evidence).where(held.id.in_(newest.group_by(held.item)), held.held.is_not(None))
        return dict(self._records(query.order_by(held.item), lambda row: (str(row.item), decode_values(row.held))))

    def evidence_end(self, plan: str) -> int:
        """What the plan's evidence ends with: another number as soon as any was added, 0 while there is none."""
        return self._end(tables.evidence, plan)

    def history_end(self, plan: str) -> HistoryEnd:
        """What the plan's versions, evidence and points end with: others as soon as any was added."""
        return self._end(tables.plan_versions, plan), self.evidence_end(plan), self._end(tables.points, plan)

    def ground(self, mapping: str, connection: str) -> str:
        """Stands for all that the figures of a mapping's work rest on: another text as soon as any of that changes.

        When it was looked at is no part of it. Nothing of it is understood or held, so that it costs little.
        """
        found = blake2b(digest_size=20)
        for query in _ground(mapping, connection):
            with in_words(self._place):
                for row in self._connection.execute(query):
                    found.update(repr(tuple(row)).encode())
            found.update(b";")
        return found.hexdigest()

    def told(self, plan: str) -> list[tuple[str, dict[str, Any]]]:
        """What was published of the plan's schools and groups, by KPI, the oldest first."""
        query = _where(tables.told, plan=plan).order_by(tables.told.c.id)
        return self._records(query, lambda row: (str(row.item), decode_values(row.held)))

    def told_end(self, plan: str) -> int:
        """What that ends with: another number as soon as any was added, 0 while there is none."""
        return self._end(tables.told, plan)

    def taken(self, plan: str) -> list[dict[str, Any]]:
        """What was read for the plan's KPIs from fields of their tasks, in that order."""
        query = _where(tables.taken, plan=plan).order_by(tables.taken.c.id)
        return self._records(query, lambda row: decode_values(row.held))

    def taken_end(self, plan: str) -> int:
        """What that ends with: another number as soon as any was added, 0 while there is none."""
        return self._end(tables.taken, plan)

    def look(self, plan: str, until: date) -> datetime | None:
        """When the plan's tools had last been read at the end of that day, None if they never had."""
        held = tables.looks.c
        query = _where(tables.looks, plan=plan).where(held.on <= until).order_by(held.on.desc()).limit(1)
        found: list[datetime] = self._records(query, lambda row: row.read_at)
        return next(iter(found), None)

    def requests_on(self, connection: str, day: date) -> int:
        """How many requests the connection made on that day."""
        return self._first(tables.requests, lambda row: int(row.made), connection=connection, day=day) or 0

    def facts(self, connection: str, key: str) -> Any | None:
        """What was kept under `key` for the connection, None if nothing was."""
        return self._first(tables.facts, lambda row: decode(row.value), connection=connection, key=key)

    def orders(self) -> list[Order]:
        """What is asked of the daemon and has not ended, the oldest first."""
        orders = tables.orders
        return self._records(select(orders).where(orders.c.ended_at.is_(None)).order_by(orders.c.id), rows.to_order)

    def order(self, number: int) -> Order | None:
        """The order of that number, None if it was withdrawn."""
        return self._first(tables.orders, rows.to_order, id=number)

    def troubles(self) -> dict[str, Trouble]:
        """What stands in the way at present, by what it is about."""
        return {trouble.key: trouble for trouble in self._all(tables.troubles, rows.to_trouble)}

    def _end(self, table: Table, plan: str) -> int:
        newest = select(func.max(table.c.id)).where(table.c.plan == plan)
        [end] = self._records(newest, lambda row: int(row[0] or 0))
        return end

    def _all(self, table: Table, make: Callable[[rows.AnyRow], Record], **where: object) -> list[Record]:
        """The records of a table that fit, in the order of their ids."""
        return self._records(_fitting(table, *where), make, where)

    def _first(self, table: Table, make: Callable[[rows.AnyRow], Record], **where: object) -> Record | None:
        return next(iter(self._records(_fitting(table, *where), make, where)), None)

    def _records(
        self, query: Select[Any], make: Callable[[rows.AnyRow], Record], given: Mapping[str, object] | None = None
    ) -> list[Record]:
        """What the query finds, each row made a record; StoreError if one cannot be understood, never fewer rows."""
        try:
            with understood(self._place), in_words(self._place):
                return [make(row) for row in self._connection.execute(query, given)]
        except UnicodeEncodeError:
            return []  # asked for with broken characters, of which no record can have any

    def _run(self, statement: Executable, held: list[rows.Held] | None = None) -> Any:
        with in_words(self._place):
            return self._connection.execute(statement, held)


@contextmanager
def understood(place: Place) -> Iterator[None]:
    """Within it, what cannot be understood of the store is a StoreError."""
    try:
        yield
    except UnicodeEncodeError:
        raise
    except (ValueError, TypeError, ArithmeticError) as error:
        raise StoreError(
            f"the store {place.name} holds something that cannot be understood ({error})", RESTORE
        ) from error


@cache
def _fitting(table: Table, *names: str) -> Select[Any]:
    """Asks for the records that fit values of these names, in the order of their ids; it is made once."""
    return select(table).where(*(table.c[name] == bindparam(name) for name in names)).order_by(*table.primary_key)


def _ground(mapping: str, connection: str) -> Iterator[Select[Any]]:
    """What asks for a mapping's container, its tasks and whatever is linked to them, and how far its log has come."""
    states, shelf, seen, links = tables.mapping_states.c, tables.shelves.c, tables.seen.c, tables.links.c
    container = select(states.container).where(states.mapping == mapping).scalar_subquery()
    beside = select(states.mapping).where(states.container == container)
    yield select(shelf.held).where(shelf.connection == connection, shelf.container == container)
    tasks = select(seen.task, seen.held, seen.fate)
    yield tasks.where(seen.connection == connection, seen.container == container).order_by(seen.task)
    linked = select(links.mapping, links.item, links.task)
    yield linked.where(links.mapping.in_(beside)).order_by(links.mapping, links.item)
    yield _fitting(tables.group_links, "mapping").params(mapping=mapping)
    yield _fitting(tables.intents, "mapping").params(mapping=mapping)
    yield select(func.max(tables.log.c.id)).where(tables.log.c.mapping == mapping)


def _where(table: Table, **where: object) -> Select[Any]:
    return select(table).where(*(table.c[name] == value for name, value in where.items()))


def _newest_first(table: Table, **where: object) -> Select[Any]:
    return _where(table, **where).order_by(table.c.id.desc())
