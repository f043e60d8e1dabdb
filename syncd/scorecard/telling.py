"""Events of a plan in sentences, such as “3 projects were added to “Adopt the curriculum””. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Final

from syncd.plan.model import Tier
from syncd.scorecard.events import Event, Kind, Value
from syncd.scorecard.words import count, day, figure

_TIERS: Final[Mapping[Tier | None, tuple[str, str]]] = {
    Tier.GOAL: ("goal", "goals"),
    Tier.OUTCOME: ("outcome", "outcomes"),
    Tier.KPI: ("KPI", "KPIs"),
    Tier.GUARDRAIL: ("guardrail", "guardrails"),
    Tier.ACTION: ("action", "actions"),
    Tier.PROJECT: ("project", "projects"),
    None: ("plan", "plans"),
}
_DONE: Final = {
    Kind.ADOPTED: "adopted: it counts from now on",
    Kind.WITHDRAWN: "no longer adopted: it does not count any more",
    Kind.PUBLISHED: "published from now on",
    Kind.HIDDEN: "no longer published",
    Kind.HELD: "on hold",
    Kind.DEFERRED: "put off to a later year",
    Kind.CANCELLED: "cancelled",
    Kind.PAUSED: "not followed for the time being",
    Kind.RETIRED: "no longer followed",
    Kind.RESUMED: "taken up again",
}
"""What follows on “is”."""
_FIELDS: Final = {
    "baseline.value": "baseline",
    "baseline.on": "day of the baseline",
    "target.value": "target",
    "target.low": "lower end of the target",
    "target.high": "upper end of the target",
    "target.on": "day of the target",
    "driven_by": "work that drives it",
    "direction": "direction",
    "start": "start",
    "due": "due date",
    "owner": "responsible",
    "notes": "description",
    "why": "reason why it matters",
}
_SHOWN: Final = 3
"""How many titles a sentence about several items names."""


def tell(events: Iterable[Event]) -> list[tuple[str, list[Event]]]:
    """One sentence for each edit, with the events that it tells of; what was done alike to several items, together.

    What came or went along with the item above it is counted with that one.
    """
    found = list(events)
    above = {(event.kind, event.item): event.parent for event in found if _bodily(event)}
    along: dict[tuple[Kind, str], list[Event]] = defaultdict(list)
    rest = []
    for event in found:
        if _bodily(event) and (event.kind, event.parent) in above:
            along[event.kind, _root(event, above)].append(event)
        else:
            rest.append(event)
    told = []
    for _, alike in groupby(rest, key=_likeness):
        group = list(alike)
        below = [each for event in group for each in along.get((event.kind, event.item), ()) if _bodily(event)]
        told.append((_together(group, below), [*group, *below]))
    return told


def _bodily(event: Event) -> bool:
    """Whether the item itself came into the plan or left it."""
    return event.kind in (Kind.ADDED, Kind.RETIRED) and not event.field


def _root(event: Event, above: Mapping[tuple[Kind, str], str]) -> str:
    """The id of the topmost item that came or went with this one."""
    name = event.parent
    while (event.kind, above[event.kind, name]) in above:
        name = above[event.kind, name]
    return name


def _likeness(event: Event) -> object:
    """Equal for events that one sentence tells of."""
    if event.kind in _DONE or _bodily(event):
        return (event.kind, event.tier, event.parent, event.field)
    return id(event)


def _together(group: Sequence[Event], below: Sequence[Event]) -> str:
    """A sentence about one item, or about several to which the same happened."""
    first = group[0]
    if len(group) == 1:
        return f"{sentence(first)}{_with(below)}"
    many = count(len(group), *_TIERS[first.tier])
    titles = "; ".join(event.title for event in group[:_SHOWN])
    names = f"{titles} and {len(group) - _SHOWN} more" if len(group) > _SHOWN else titles
    return f"{many} {_deed(first, 'were', 'are')}{_with(below)}: {names}"


def _with(below: Sequence[Event]) -> str:
    """What came or went along."""
    tiers = [tier for tier in Tier if any(event.tier is tier for event in below)]
    counts = [count(sum(event.tier is tier for event in below), *_TIERS[tier]) for tier in tiers]
    return f", with {' and '.join([', '.join(counts[:-1]), counts[-1]][not counts[1:] :])}" if counts else ""


def _deed(event: Event, came: str, stands: str) -> str:
    """What happened to an item bodily, or how it stands now."""
    if not _bodily(event):
        return f"{stands} {_DONE[event.kind]}"
    place = f"“{event.place}”" if event.place else "the plan"
    return f"{came} {'added to' if event.kind is Kind.ADDED else 'taken out of'} {place}"


def sentence(event: Event) -> str:
    """What happened to one item, without a full stop."""
    done = _bodily(event) or event.kind in _DONE
    rest = f" {_deed(event, 'was', 'is')}" if done else _rest(event)
    return f"{_capital(_TIERS[event.tier][0])} “{event.title}”{rest}"


def deed(event: Event) -> str:
    """What happened, where it goes without saying to which item: "baseline 54 % → 56 %", "put on hold"."""
    return _DONE[event.kind] if event.kind in _DONE else _rest(event).lstrip(": ")


def _rest(event: Event) -> str:
    """What follows on the title of an item whose values changed."""
    match event.kind:
        case Kind.RENAMED:
            return f" is now called “{event.after}”"
        case Kind.RENUMBERED:
            return f" has the id {event.after} now; it was {event.before}"
        case Kind.MOVED:
            return f" moved from “{event.before}” to “{event.after}”"
        case Kind.INVERTED:
            return f" is turned round: {_shift(event)}"
        case Kind.READING_ADDED | Kind.READING_CORRECTED | Kind.READING_REMOVED:
            return f": {_reading(event)}"
    return f": {_field(event)} {'worded anew' if event.kind is Kind.REWORDED else _shift(event)}"


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _reading(event: Event) -> str:
    """What became of a reading; a value that may not be shown is left out."""
    which = f"reading of {day(event.day) if event.day else '–'}{f' ({event.about})' if event.about else ''}"
    match event.kind:
        case Kind.READING_ADDED:
            return f"{which}: {written(event, event.after)}"
        case Kind.READING_CORRECTED:
            return f"{which} corrected, {_shift(event)}"
    return f"{which} taken back ({written(event, event.before)})"


def _field(event: Event) -> str:
    if event.field == "interim":
        return f"target for {day(event.day)}" if event.day else "interim target"
    return _FIELDS.get(event.field, event.field.replace("_", " ").replace(".", " "))


def _shift(event: Event) -> str:
    return f"{written(event, event.before)} → {written(event, event.after)}"


def written(event: Event, value: Value) -> str:
    """A value of an event as people write it: figures in the KPI's unit, days in words, "–" for unknown."""
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        if event.kind is Kind.REWEIGHTED:
            return format(value.normalize(), "f")
        return figure(value, event.unit, event.decimals)
    return "–" if value is None else _words(value)


def _words(value: Value) -> str:
    return str(value).replace("_", " ")
