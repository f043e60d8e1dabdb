"""Everything that can be changed in the store, within one transaction: all of it happens, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Table, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from syncd.records import (
    Entry,
    GroupLink,
    Intent,
    KpiPoint,
    Link,
    MappingState,
    Outcome,
    Seen,
    SetAside,
    Shelf,
    Trouble,
)
from syncd.store import rows, tables
from syncd.store.codec import encode
from syncd.store.errors import StoreError
from syncd.store.opening import advisory_key
from syncd.store.reader import Reader


class Writer(Reader):
    """One writing transaction; no other runs meanwhile in its part of the store, where what it reads stays true.

    `put_…` adds or replaces, `drop_…` is content if there is nothing to drop. StoreError for what would contradict
    what is held (a second link to one task, a second intent for one item), TypeError for what has no exact form (an
    instant without a time zone): then nothing of the transaction is kept.
    """

    def put_shelf(self, connection: str, shelf: Shelf) -> None:
        """Keep a container as it was last observed."""
        self._put(tables.shelves, [rows.shelf_row(connection, shelf)])

    def put_seen(self, connection: str, container: str, seen: Iterable[Seen]) -> None:
        """Keep these tasks as observed through the container; what else was observed stays."""
        self._put(tables.seen, [rows.seen_row(connection, container, each) for each in seen])

    def drop_seen(self, connection: str, container: str, tasks: Iterable[str]) -> None:
        """Forget these tasks, by their id, as observed through the container."""
        for task in tasks:
            self._drop(tables.seen, connection=connection, container=container, task=task)

    def replace_seen(self, connection: str, container: str, seen: Iterable[Seen]) -> None:
        """Keep these tasks as all that was observed through the container; forget the others."""
        self._drop(tables.seen, connection=connection, container=container)
        self._add(tables.seen, [rows.seen_row(connection, container, each) for each in seen])

    def put_link(self, mapping: str, link: Link) -> None:
        """Keep the link of an item; a task that is linked to another item is a StoreError."""
        self._put(tables.links, [rows.link_row(mapping, link)])

    def drop_link(self, mapping: str, item: str) -> None:
        """Forget the link of an item."""
        self._drop(tables.links, mapping=mapping, item=item)

    def put_group_link(self, mapping: str, link: GroupLink) -> None:
        """Keep which group stands for an item."""
        self._put(tables.group_links, [rows.group_link_row(mapping, link)])

    def drop_group_link(self, mapping: str, item: str) -> None:
        """Forget which group stands for an item."""
        self._drop(tables.group_links, mapping=mapping, item=item)

    def put_intent(self, mapping: str, intent: Intent) -> None:
        """Keep an intent under its key; one under another key for the same item is a StoreError."""
        self._put(tables.intents, [rows.intent_row(mapping, intent)])

    def drop_intent(self, mapping: str, key: str) -> None:
        """Forget an intent: its outcome is known."""
        self._drop(tables.intents, mapping=mapping, key=key)

    def put_set_aside(self, mapping: str, aside: SetAside) -> None:
        """Keep an item set aside."""
        self._put(tables.set_aside, [rows.set_aside_row(mapping, aside)])

    def drop_set_aside(self, mapping: str, item: str) -> None:
        """Take an item up again."""
        self._drop(tables.set_aside, mapping=mapping, item=item)

    def put_mapping_state(self, state: MappingState) -> None:
        """Keep what is known of a mapping between passes."""
        self._put(tables.mapping_states, [rows.state_row(state)])

    def begin_pass(self, mapping: str, at: datetime, full: bool) -> int:
        """Note that a pass began; its id, higher than that of every earlier pass."""
        self._wait_for_others(mapping)
        begun = {"mapping": mapping, "started_at": at, "outcome": Outcome.RUNNING.value, "full": full}
        statement = insert(tables.passes).values(**begun, counts=encode({}), message="")
        return int(self._run(statement.returning(tables.passes.c.id)).scalar_one())

    def end_pass(
        self, number: int, at: datetime, outcome: Outcome, counts: Mapping[str, int], message: str = ""
    ) -> None:
        """Note how a pass ended; StoreError unless it is running."""
        ending = {"ended_at": at, "outcome": outcome.value, "counts": encode(counts), "message": rows.told(message)}
        passes = tables.passes.c
        running = update(tables.passes).where(passes.id == number, passes.ended_at.is_(None))
        if self._run(running.values(**ending)).rowcount != 1:
            raise StoreError(
                f"pass {number} cannot be ended: it is not running",
                "See whether a second syncd runs on the same store; `syncd status` shows the last passes.",
            )

    def require_newest(self, mapping: str, number: int) -> None:
        """StoreError where another process has begun a pass since: it took this one for dead, and goes on.

        `number` is the newest pass that this process knows of, 0 for none.
        """
        self._wait_for_others(mapping)
        newest = self.last_pass(mapping)
        if (newest.id if newest else 0) != number:
            raise StoreError(
                f"another pass of the mapping {mapping} has begun meanwhile; this one stops",
                "Let only one syncd at a time work on a store: stop the daemon, or leave the passes to it.",
            )

    def _wait_for_others(self, mapping: str) -> None:
        """Be the only one who goes by what the mapping's newest pass is, until the transaction ends.

        While a mapping goes over to another connection, two passes of it may write into parts of their own.
        """
        if self._connection.dialect.name == "postgresql":
            key = advisory_key(f"syncd pass of {mapping}")
            self._connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key})")

    def add_entries(self, entries: Iterable[Entry]) -> None:
        """Add lines to the log, in this order; they stay for good."""
        self._add(tables.log, [rows.entry_row(entry) for entry in entries])

    def add_point(self, point: KpiPoint) -> None:
        """Add a point to the history; it stays for good."""
        self.add_points([point])

    def add_points(self, points: Iterable[KpiPoint]) -> None:
        """Add points to the history, in this order."""
        self._add(tables.points, [rows.point_row(point) for point in points])

    def add_version(self, plan: str, at: datetime, digest: str, pieces: Mapping[str, str | None]) -> int:
        """Add a version of a plan with the pieces that differ from the one before (None: not there any more); its id.

        It stays for good, and so does all that is added with the two methods below.
        """
        begun = insert(tables.plan_versions).values(plan=plan, at=at, digest=digest)
        version = int(self._run(begun.returning(tables.plan_versions.c.id)).scalar_one())
        held = [{"plan": plan, "piece": name, "version": version, "held": text} for name, text in pieces.items()]
        self._add(tables.plan_pieces, held)
        return version

    def add_events(self, plan: str, version: int, at: datetime, events: Iterable[Mapping[str, object]]) -> None:
        """Add the edits that led to a version of a plan, in this order."""
        held = [{"plan": plan, "version": version, "at": at, "held": encode(event)} for event in events]
        self._add(tables.plan_events, held)

    def add_evidence(self, plan: str, at: datetime, evidence: Mapping[str, Mapping[str, object] | None]) -> None:
        """Add what is known of the work on these items from now on; of None, nothing is known any more."""
        held = [
            {"plan": plan, "item": item, "at": at, "held": None if known is None else encode(known)}
            for item, known in evidence.items()
        ]
        self._add(tables.evidence, held)

    def add_told(self, plan: str, at: datetime, told: Iterable[tuple[str, Mapping[str, object]]]) -> None:
        """Add what is published of the plan's schools and groups, by KPI; it stays for good."""
        self._gather(tables.told, plan, at, told)

    def add_taken(self, plan: str, at: datetime, taken: Iterable[tuple[str, Mapping[str, object]]]) -> None:
        """Add what was read from fields of tasks, by KPI; it stays for good."""
        self._gather(tables.taken, plan, at, taken)

    def put_look(self, plan: str, on: date, read_at: datetime) -> None:
        """Keep when the plan's tools were last read, for that day."""
        self._put(tables.looks, [{"plan": plan, "on": on, "read_at": read_at}])

    def count_requests(self, connection: str, day: date, n: int) -> None:
        """Add `n` to the requests that the connection made on that day."""
        made = self.requests_on(connection, day) + n
        self._put(tables.requests, [{"connection": connection, "day": day, "made": made}])

    def put_facts(self, connection: str, key: str, value: object) -> None:
        """Keep a value (anything the codec knows) under `key` for the connection."""
        self._put(tables.facts, [{"connection": connection, "key": key, "value": encode(value)}])

    def place_order(self, at: datetime, who: str, kind: str, what: Mapping[str, object]) -> int:
        """Ask something of the daemon; the order's number. What ended a day ago and nobody fetched is forgotten."""
        orders = tables.orders
        self._run(delete(orders).where(orders.c.ended_at < at - timedelta(days=1)))
        placed = {"at": at, "who": rows.words(who), "kind": kind, "what": encode(what), "result": encode({})}
        return int(self._run(insert(orders).values(placed).returning(orders.c.id)).scalar_one())

    def take_order(self, number: int, at: datetime) -> bool:
        """Work on an order from that moment on, in the place of who did before; False if it has ended or is gone."""
        orders = tables.orders
        taken = update(orders).where(orders.c.id == number, orders.c.ended_at.is_(None)).values(taken_at=at)
        return bool(self._run(taken).rowcount)

    def note_order(
        self,
        number: int,
        result: Mapping[str, object],
        *,
        taken_at: datetime,
        ended_at: datetime | None = None,
    ) -> bool:
        """Keep how far an order is that was taken at that moment; False if it was withdrawn, or taken by another."""
        orders = tables.orders
        ours = update(orders).where(orders.c.id == number, orders.c.taken_at == taken_at)
        return bool(self._run(ours.values(result=encode(result), ended_at=ended_at)).rowcount)

    def drop_order(self, number: int) -> None:
        """Forget an order: it is withdrawn, or its result is known."""
        self._drop(tables.orders, id=number)

    def put_trouble(self, trouble: Trouble) -> None:
        """Keep what stands in the way of something."""
        self._put(tables.troubles, [rows.trouble_row(trouble)])

    def drop_trouble(self, key: str) -> None:
        """Forget what stood in the way: it is well again."""
        self._drop(tables.troubles, key=key)

    def _gather(self, table: Table, plan: str, at: datetime, held: Iterable[tuple[str, Mapping[str, object]]]) -> None:
        self._add(table, [{"plan": plan, "item": item, "at": at, "held": encode(each)} for item, each in held])

    def _add(self, table: Table, held: list[rows.Held]) -> None:
        # A list to execute is one prepared statement run many times; one statement of many rows is ten times slower.
        if held:
            self._run(insert(table), held)

    def _put(self, table: Table, held: list[rows.Held]) -> None:
        if held:
            self._run(_upsert(table, self._connection.dialect.name), held)

    def _drop(self, table: Table, **where: object) -> None:
        self._run(delete(table).where(*(table.c[name] == value for name, value in where.items())))


@cache
def _upsert(table: Table, dialect: str) -> Any:
    """The statement that adds a row, or replaces the one with the same primary key."""
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    rest = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)
