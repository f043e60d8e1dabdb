"""Edits of a plan as events: what one version holds that the one before did not. Pure.

An event is public only if what it tells of is, in both versions; who owns something, and what people wrote for
themselves, never is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel

from syncd.plan.model import AnyItem, Audience, Direction, Kpi, Mark, Placed, Plan, Status, Tier
from syncd.scorecard.measurings import Measuring, measurings
from syncd.scorecard.sentences import decimals_of

Value = str | Decimal | date | None
"""What a field held, as far as words can tell it; None is unknown, or nothing."""


class Kind(StrEnum):
    """What happened to an item of the plan."""

    ADDED = "added"
    RETIRED = "retired"
    """It left the plan, or is no longer followed; what was known of it stays."""
    ADOPTED = "adopted"
    """It was a draft, or in review, and counts from now on."""
    WITHDRAWN = "withdrawn"
    """It was adopted, and is not any more."""
    PUBLISHED = "published"
    HIDDEN = "hidden"
    RENAMED = "renamed"
    RENUMBERED = "renumbered"
    MOVED = "moved"
    REBASED = "rebased"
    RETARGETED = "retargeted"
    REDATED = "redated"
    INVERTED = "inverted"
    JUDGED = "judged"
    """Another rule says how it stands: direction, cadence, window, tolerance, pace."""
    MEASURED = "measured"
    """It is measured otherwise: unit, method, source."""
    REWEIGHTED = "reweighted"
    DRIVEN = "driven"
    """Other work drives it."""
    OWNER = "owner"
    REWORDED = "reworded"
    HELD = "held"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    RESUMED = "resumed"
    READING_ADDED = "reading_added"
    READING_CORRECTED = "reading_corrected"
    READING_REMOVED = "reading_removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Event:
    """One edit, of an item or (without a tier) of the plan itself.

    `parent` and `place` are the id and the title of what it stands under ("" where not to be told). `day` and `about`
    say which reading or interim target it is; `unit` and `decimals` how to write its figures.
    """

    kind: Kind
    tier: Tier | None
    item: str
    title: str
    audience: Audience
    field: str = ""
    before: Value = None
    after: Value = None
    parent: str = ""
    place: str = ""
    day: date | None = None
    about: str = ""
    unit: str = ""
    decimals: int = 0


_OPPOSITE: Final = {
    frozenset({Direction.INCREASE, Direction.DECREASE}),
    frozenset({Direction.AT_LEAST, Direction.AT_MOST}),
}
_KINDS: Final = {
    "title": Kind.RENAMED,
    "owner": Kind.OWNER,
    "notes": Kind.REWORDED,
    "why": Kind.REWORDED,
    "start": Kind.REDATED,
    "due": Kind.REDATED,
    "weight": Kind.REWEIGHTED,
    "driven_by": Kind.DRIVEN,
    "baseline": Kind.REBASED,
    "target": Kind.RETARGETED,
    "target.on": Kind.REDATED,
    "interim": Kind.RETARGETED,
    **dict.fromkeys(("direction", "cadence", "window", "step", "tolerance", "pace"), Kind.JUDGED),
    **dict.fromkeys(("unit", "method", "source"), Kind.MEASURED),
}
"""By field; others are CHANGED."""
_OF_PLAN: Final = {
    "title": (Kind.RENAMED, Audience.PUBLIC),
    "start": (Kind.REDATED, Audience.PUBLIC),
    "end": (Kind.REDATED, Audience.PUBLIC),
    "pace": (Kind.JUDGED, Audience.PUBLIC),
    "minimum_group": (Kind.CHANGED, Audience.INTERNAL),
}
"""What is told of the plan itself, and to whom: the public page names its title and dates, and the rule of pace."""
_STATES: Final = {
    "on_hold": Kind.HELD,
    "deferred": Kind.DEFERRED,
    "cancelled": Kind.CANCELLED,
    "paused": Kind.PAUSED,
    "retired": Kind.RETIRED,
    "active": Kind.RESUMED,
}
_ELSEWHERE: Final = frozenset(
    {"id", "was", "audience", "status", "readings", "readings_from"}
    | {"outcomes", "kpis", "guardrails", "actions", "projects"}
)
"""Fields that are told of in another way, or say nothing about the plan."""
_NEVER_PUBLIC: Final = frozenset({Kind.OWNER, Kind.REWORDED, Kind.CHANGED, Kind.DRIVEN, Kind.HIDDEN, Kind.WITHDRAWN})
_OPENING: Final = frozenset({Kind.ADOPTED, Kind.PUBLISHED})
"""With these an item comes into view: what it was before does not matter."""


def compare(before: Plan, after: Plan) -> list[Event]:
    """All edits that lead from one version of a plan to the next, in the order of the plan; what left it comes last."""
    comparison = _Comparison(before, after)
    return [*_of_plan(before, after), *comparison.of_items(), *comparison.of_lost()]


class _Comparison:
    """Two versions of a plan beside each other."""

    def __init__(self, before: Plan, after: Plan) -> None:
        self._before, self._after = before, after
        self._names = {name: _earlier(placed.item, before) for name, placed in after.items.items()}

    def of_items(self) -> Iterator[Event]:
        """What was added or changed."""
        for name, new in self._after.items.items():
            old = self._before.items.get(self._names[name] or "")
            if old is None:
                yield self._event(Kind.ADDED, None, new)
            else:
                yield from self._changes(old, new)
                if isinstance(old.item, Kpi) and isinstance(new.item, Kpi):
                    yield from self._readings(old, old.item, new, new.item)

    def of_lost(self) -> Iterator[Event]:
        """What left the plan."""
        kept = set(self._names.values())
        for name, old in self._before.items.items():
            if name not in kept:
                yield self._event(Kind.RETIRED, old, None)

    def _changes(self, old: Placed, new: Placed) -> Iterator[Event]:
        if old.item.id != new.item.id:
            yield self._event(Kind.RENUMBERED, old, new, "id", (old.item.id, new.item.id))
        if (old.parent or "") != (self._names.get(new.parent or "") or new.parent or ""):
            yield self._moved(old, new)
        yield from self._standing(old, new)
        for field, earlier, later in _fields(old.item, new.item):
            if field == "interim":
                yield from self._interim(old, new, earlier, later)
                continue
            kind = _kind(field, earlier, later)
            event = self._event(kind, old, new, field, (_value(earlier), _value(later)))
            yield replace(event, title=old.item.title) if kind is Kind.RENAMED else event

    def _moved(self, old: Placed, new: Placed) -> Event:
        places = [
            plan.items[each.parent] if each.parent else None for plan, each in ((self._before, old), (self._after, new))
        ]
        was, now = (above.item.title if above else None for above in places)
        event = self._event(Kind.MOVED, old, new, "parent", (was, now))
        told = all(above is None or above.public for above in places)
        return event if told else replace(event, audience=Audience.INTERNAL)

    def _standing(self, old: Placed, new: Placed) -> Iterator[Event]:
        """Whether it counts, and who may see it; told of once, for the topmost item that this holds for."""
        for field, kinds in (("status", (Kind.WITHDRAWN, Kind.ADOPTED)), ("audience", (Kind.HIDDEN, Kind.PUBLISHED))):
            earlier, later = (_fine(each, field) for each in (old, new))
            above = self._after.items[new.parent] if new.parent else None
            was = self._before.items.get(self._names[above.item.id] or "") if above else None
            inherited = above and was and (_fine(was, field), _fine(above, field)) == (earlier, later)
            if earlier != later and not inherited:
                values = (getattr(old, field).value, getattr(new, field).value)
                yield self._event(kinds[later], old, new, field, values)

    def _interim(self, old: Placed, new: Placed, earlier: Any, later: Any) -> Iterator[Event]:
        values = [{mark.on: mark.value for mark in marks if isinstance(mark, Mark)} for marks in (earlier, later)]
        for on in sorted({*values[0], *values[1]}, key=lambda each: each or date.min):
            was, now = (each.get(on) for each in values)
            if was != now:
                yield replace(self._event(Kind.RETARGETED, old, new, "interim", (was, now)), day=on)

    def _readings(self, old: Placed, was: Kpi, new: Placed, now: Kpi) -> Iterator[Event]:
        earlier = measurings(was, self._before.minimum_group)
        later = measurings(now, self._after.minimum_group)
        for key in sorted({*earlier, *later}):
            one, other = earlier.get(key), later.get(key)
            known = other or one
            if known is None or (one is not None and other is not None and one.same(other)):
                continue
            kind = Kind.READING_CORRECTED if one and other else Kind.READING_ADDED if other else Kind.READING_REMOVED
            event = self._event(kind, old, new, "readings", (_told(one), _told(other)))
            told = all(each is None or each.open for each in (one, other))
            event = event if told else replace(event, audience=Audience.INTERNAL)
            yield replace(event, day=known.on, about=known.about)

    def _event(
        self,
        kind: Kind,
        old: Placed | None,
        new: Placed | None,
        field: str = "",
        values: tuple[Value, Value] = (None, None),
    ) -> Event:
        placed = next(each for each in (new, old) if each)
        plan = self._after if new else self._before
        seen = (new,) if kind in _OPENING else (old, new)
        public = kind not in _NEVER_PUBLIC and all(each is None or each.public for each in seen)
        above = plan.items[placed.parent] if placed.parent else None
        named = above is not None and (above.public or not public)
        kpi = placed.item if isinstance(placed.item, Kpi) else None
        return Event(
            kind=kind,
            tier=placed.tier,
            item=placed.item.id,
            title=placed.item.title,
            audience=Audience.PUBLIC if public else Audience.INTERNAL,
            field=field,
            before=values[0],
            after=values[1],
            parent=above.item.id if above and named else "",
            place=above.item.title if above and named else "",
            unit=kpi.unit if kpi else "",
            decimals=decimals_of(kpi) if kpi else 0,
        )


def _of_plan(before: Plan, after: Plan) -> Iterator[Event]:
    """What changed of the plan itself; who may see it, and how far it is agreed, is told of its items."""
    for field, (kind, audience) in _OF_PLAN.items():
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield Event(kind, None, after.id, before.title, audience, field, _value(was), _value(now))


def _earlier(item: AnyItem, before: Plan) -> str | None:
    """The id that an item had before, None if there was no such item."""
    return next((name for name in (item.id, *item.was) if name in before.items), None)


def _fine(placed: Placed, field: str) -> bool:
    """Whether it is adopted, or public."""
    return placed.status is Status.ADOPTED if field == "status" else placed.audience is Audience.PUBLIC


def _fields(old: AnyItem, new: AnyItem) -> Iterator[tuple[str, Any, Any]]:
    """The fields of an item that differ; of a baseline or a target, the values in it."""
    for name in type(new).model_fields:
        if name in _ELSEWHERE:
            continue
        was, now = getattr(old, name, None), getattr(new, name)
        if was == now:
            continue
        if name in ("baseline", "target"):
            yield from _parts(name, was, now)
        else:
            yield name, was, now


def _parts(name: str, was: BaseModel | None, now: BaseModel | None) -> Iterator[tuple[str, Any, Any]]:
    """The values of a baseline or a target that differ. A new day of a baseline goes without saying beside a value."""
    earlier, later = (dict(each) if each else {} for each in (was, now))
    differing = [key for key in dict.fromkeys([*earlier, *later]) if earlier.get(key) != later.get(key)]
    if name == "baseline" and "value" in differing:
        differing = ["value"]
    for key in differing:
        yield f"{name}.{key}", earlier.get(key), later.get(key)


def _kind(field: str, was: Any, now: Any) -> Kind:
    if field == "state":
        return _STATES.get(str(now), Kind.CHANGED)
    if field == "direction" and frozenset({was, now}) in _OPPOSITE:
        return Kind.INVERTED
    return _KINDS.get(field) or _KINDS.get(field.partition(".")[0], Kind.CHANGED)


def _told(found: Measuring | None) -> Decimal | None:
    return found.value if found else None


def _value(held: Any) -> Value:
    """A value as an event holds it: exact where it is a figure or a day, else in words."""
    if held is None or isinstance(held, Decimal | date):
        return held
    if isinstance(held, BaseModel):
        given: dict[str, Any] = held.model_dump(mode="json", exclude_defaults=True)
        named = [str(given.pop("id"))] if "id" in given else []
        return ", ".join([*named, *(f"{name} {each}" for name, each in given.items())]) or None
    if isinstance(held, tuple):
        return "; ".join(str(_value(each)) for each in held) or None
    return str(held) or None
