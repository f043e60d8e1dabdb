"""Between the records and the rows they are kept in: one pair of functions for each kind."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from connectors.vocabulary import Depth, Fate
from syncd import logs
from syncd.records import (
    Entry,
    GroupLink,
    Intent,
    KpiPoint,
    Link,
    MappingState,
    Order,
    Outcome,
    PassRecord,
    PlanEvent,
    PlanVersion,
    Seen,
    SetAside,
    Shelf,
    Trouble,
)
from syncd.store.codec import (
    decode,
    decode_agreed,
    decode_container,
    decode_counts,
    decode_task,
    decode_values,
    encode,
    encode_container,
    encode_task,
)

AnyRow = Row[Any]
"""A row of the table in question, as `select(table)` gives it."""

Held = dict[str, Any]
"""Values by column name."""


def shelf_row(connection: str, shelf: Shelf) -> Held:
    """A shelf as it is kept."""
    return {
        "connection": connection,
        "container": shelf.container.id,
        "held": encode_container(shelf.container),
        "cursor": shelf.cursor,
        "depth": shelf.depth.value,
        "read_at": shelf.read_at,
        "looked_at": shelf.looked_at,
        "swept_at": shelf.swept_at,
        "trouble": told(shelf.trouble),
    }


def to_shelf(row: AnyRow) -> Shelf:
    """The shelf that a row keeps."""
    return Shelf(
        container=decode_container(row.held),
        cursor=row.cursor,
        depth=Depth(row.depth),
        read_at=row.read_at,
        looked_at=row.looked_at,
        swept_at=row.swept_at,
        trouble=row.trouble,
    )


def seen_row(connection: str, container: str, seen: Seen) -> Held:
    """An observed task as it is kept under the container it was read through."""
    return {
        "connection": connection,
        "container": container,
        "task": seen.task.id,
        "held": encode_task(seen.task),
        "at": seen.at,
        "fate": seen.fate and seen.fate.value,
    }


def to_seen(row: AnyRow) -> Seen:
    """The observed task that a row keeps."""
    return Seen(decode_task(row.held), row.at, None if row.fate is None else Fate(row.fate))


def link_row(mapping: str, link: Link) -> Held:
    """A link as it is kept."""
    return {
        "mapping": mapping,
        "item": link.item,
        "task": link.task,
        "agreed": encode(link.agreed),
        "linked_at": link.linked_at,
    }


def to_link(row: AnyRow) -> Link:
    """The link that a row keeps."""
    return Link(row.item, row.task, decode_agreed(row.agreed), row.linked_at)


def group_link_row(mapping: str, link: GroupLink) -> Held:
    """A group's link as it is kept."""
    return {"mapping": mapping, "item": link.item, "group_id": link.group, "title": encode(link.title)}


def to_group_link(row: AnyRow) -> GroupLink:
    """The group's link that a row keeps."""
    return GroupLink(row.item, row.group_id, decode(row.title))


def intent_row(mapping: str, intent: Intent) -> Held:
    """An intent as it is kept."""
    return {
        "mapping": mapping,
        "key": intent.key,
        "item": intent.item,
        "container": intent.container,
        "parent": intent.parent,
        "sent_at": intent.sent_at,
        "looked": 0,  # asked for by versions that may still run beside this one
        "sent": encode(dict(intent.sent)),
    }


def to_intent(row: AnyRow) -> Intent:
    """The intent that a row keeps."""
    return Intent(row.key, row.item, row.container, row.parent, row.sent_at, decode(row.sent))


def set_aside_row(mapping: str, aside: SetAside) -> Held:
    """An item set aside as it is kept."""
    return {
        "mapping": mapping,
        "item": aside.item,
        "kind": aside.kind,
        "message": told(aside.message),
        "next_step": told(aside.next_step),
        "tries": aside.tries,
        "retry_at": aside.retry_at,
        "wanted": aside.wanted,
    }


def to_set_aside(row: AnyRow) -> SetAside:
    """The item set aside that a row keeps."""
    return SetAside(row.item, row.kind, row.message, row.next_step, row.tries, row.retry_at, row.wanted)


def state_row(state: MappingState) -> Held:
    """A mapping's state as it is kept."""
    return {
        "mapping": state.mapping,
        "connection": state.connection,
        "container": state.container,
        "scope": state.scope,
        "paused": state.paused,
        "stop": state.stop,
    }


def to_state(row: AnyRow) -> MappingState:
    """The mapping's state that a row keeps."""
    return MappingState(row.mapping, row.connection, row.container, row.scope, row.paused, row.stop)


def to_pass(row: AnyRow) -> PassRecord:
    """The pass that a row keeps."""
    return PassRecord(
        id=row.id,
        mapping=row.mapping,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome),
        full=row.full,
        counts=decode_counts(row.counts),
        message=row.message,
    )


def entry_row(entry: Entry) -> Held:
    """A line of the log as it is kept."""
    return {
        "at": entry.at,
        "pass_id": entry.pass_id,
        "mapping": entry.mapping,
        "item": entry.item,
        "task": entry.task,
        "kind": entry.kind,
        "field": words(entry.field),
        "before": encode(entry.before),
        "after": encode(entry.after),
        "cause": told(entry.cause),
        "who": words(entry.who),
    }


def to_entry(row: AnyRow) -> Entry:
    """The line of the log that a row keeps."""
    return Entry(
        at=row.at,
        pass_id=row.pass_id,
        mapping=row.mapping,
        item=row.item,
        task=row.task,
        kind=row.kind,
        field=row.field,
        before=decode(row.before),
        after=decode(row.after),
        cause=row.cause,
        who=row.who,
    )


def point_row(point: KpiPoint) -> Held:
    """A point as it is kept."""
    return {
        "plan": point.plan,
        "item": point.item,
        "on": point.on,
        "at": point.at,
        "attainment": _text(point.attainment),
        "implementation": _text(point.implementation),
        "measured": _text(point.measured),
        "expected": _text(point.expected),
        "pace": point.pace,
        "done": point.done,
        "total": point.total,
    }


def to_point(row: AnyRow) -> KpiPoint:
    """The point that a row keeps."""
    return KpiPoint(
        plan=row.plan,
        item=row.item,
        on=row.on,
        at=row.at,
        attainment=_share(row.attainment),
        implementation=_share(row.implementation),
        measured=None if row.measured is None else Decimal(row.measured),
        expected=_share(row.expected),
        pace=row.pace,
        done=row.done,
        total=row.total,
    )


def to_version(row: AnyRow) -> PlanVersion:
    """The plan's version that a row keeps."""
    return PlanVersion(row.id, row.plan, row.at, row.digest)


def to_event(row: AnyRow) -> PlanEvent:
    """The plan's event that a row keeps."""
    return PlanEvent(row.at, decode_values(row.held))


def to_order(row: AnyRow) -> Order:
    """The order that a row keeps."""
    what, result = decode_values(row.what), decode_values(row.result)
    return Order(row.id, row.at, row.who, row.kind, what, row.taken_at, row.ended_at, result)


def trouble_row(trouble: Trouble) -> Held:
    """A trouble as it is kept."""
    return {"key": trouble.key, "since": trouble.since, "message": told(trouble.message), "told": trouble.told}


def to_trouble(row: AnyRow) -> Trouble:
    """The trouble that a row keeps."""
    return Trouble(row.key, row.since, row.message, row.told)


def words(text: str) -> str:
    """Text for people, storable: what no database can keep (NUL, half a surrogate pair) becomes "�"."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def told(text: str) -> str:
    """What a tool or we ourselves say, storable and without secrets: a tool may repeat a token in its words."""
    return words(logs.scrub(text))


def _text(number: Fraction | Decimal | None) -> str | None:
    return None if number is None else str(number)


def _share(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
