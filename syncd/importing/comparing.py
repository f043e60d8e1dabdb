"""Compares a new version of a sheet with the plan and with what was imported last: what is to change, and what is not.

What the sheet changed since goes into the plan, unless somebody changed that in the plan as well: then theirs stands,
and it is told. Nothing is taken out of the plan. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from syncd.documents.path import Path
from syncd.importing.matching import Known, Renamed
from syncd.importing.memory import Recalled
from syncd.importing.tree import Thing
from syncd.importing.values import LISTS, plain, values
from syncd.plan.model import Tier

_TIERS: Final = {name: tier for tier, name in LISTS.items()}
_APART: Final = frozenset({"id", "readings"})


@dataclass(frozen=True, slots=True)
class Placed:
    """An item as the plan's file holds it: its path in the data, its tier, what it stands under, its own values."""

    path: Path
    tier: Tier
    under: str | None
    held: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """A value of an item that is to be another."""

    id: str
    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that stays as the plan has it, though the sheet says otherwise."""

    id: str
    key: str
    plan: Any
    sheet: Any


@dataclass
class Update:
    """What a new version of a sheet does to a plan.

    `added` are all new items, those below other new ones too. `gone` are items that the sheet had and has no more: they
    stay in the plan. `left_out` are items that somebody took out of the plan: they are not put back.
    """

    added: list[Thing] = field(default_factory=list)
    moved: list[tuple[Thing, str | None]] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    readings: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    left_out: list[Thing] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether anything of the plan's file is to change."""
        return bool(self.added or self.moved or self.edits or self.readings)


def placed(data: Mapping[str, Any]) -> dict[str, Placed]:
    """By id, all items of a plan's file."""
    return {str(each.held["id"]): each for each in _below(data, (), None) if "id" in each.held}


def _below(held: Mapping[str, Any], path: Path, under: str | None) -> Iterator[Placed]:
    for name, tier in _TIERS.items():
        for number, each in enumerate(held.get(name, ())):
            here = (*path, name, number)
            yield Placed(here, tier, under, each)
            yield from _below(each, here, str(each.get("id", "")))


def known(plan: Mapping[str, Placed], recalled: Mapping[str, Recalled]) -> list[Known]:
    """All items that a sheet's may be: those of the plan, and those that were imported and are no longer in it."""
    found = []
    for id_, each in plan.items():
        before = recalled.get(id_)
        titles = [str(each.held.get("title", "")), *([before.values["title"]] if before else [])]
        under = [each.under, *([before.under] if before else [])]
        found.append(Known(id_, each.tier, tuple(dict.fromkeys(titles)), tuple(dict.fromkeys(under))))
    for id_, before in recalled.items():
        if id_ not in plan:
            found.append(Known(id_, Tier(before.tier), (before.values["title"],), (before.under,)))
    return found


def compare(
    goals: Sequence[Thing], plan: Mapping[str, Placed], recalled: Mapping[str, Recalled], renamed: Iterable[Renamed]
) -> Update:
    """What the items of a sheet, which have their ids, do to a plan."""
    update = Update(renamed=[each for each in renamed if each.id in plan])
    seen: set[str] = set()
    for goal in goals:
        _compare(goal, plan, recalled, update, seen)
    update.gone = [id_ for id_ in recalled if id_ not in seen and id_ in plan]
    return update


def _compare(
    thing: Thing, plan: Mapping[str, Placed], recalled: Mapping[str, Recalled], update: Update, seen: set[str]
) -> None:
    seen.add(thing.id)
    there, before = plan.get(thing.id), recalled.get(thing.id)
    if there is None and before is not None:
        update.left_out.append(thing)
        seen.update(each.id for each in thing.walk())
        return
    if there is None:
        update.added.append(thing)
    else:
        under = thing.above.id if thing.above else None
        if there.under != under and (before is None or before.under != under) and under != thing.id:
            if before is None or before.under == there.under:
                update.moved.append((thing, there.under))
            else:
                update.kept.append(Kept(thing.id, "place", there.under, under))
        _values(thing, there, before, update)
    for each in thing.below:
        _compare(each, plan, recalled, update, seen)


def _values(thing: Thing, there: Placed, before: Recalled | None, update: Update) -> None:
    for key, value in values(thing).items():
        if key in _APART:
            continue
        now, sheet = plain(there.held.get(key)), plain(value)
        last = before.values.get(key) if before else None
        if sheet in (now, last):
            continue
        if now is None or (before is not None and now == last):
            update.edits.append(Edit(thing.id, key, there.held.get(key), value))
        else:
            update.kept.append(Kept(thing.id, key, there.held.get(key), value))
    last_readings = before.values.get("readings", []) if before else []
    held = {_of(plain(each)): plain(each).get("value") for each in there.held.get("readings", ())}
    for reading in values(thing).get("readings", ()):
        new = plain(reading)
        if _of(new) not in held:
            if new not in last_readings:
                update.readings.append((thing.id, reading))
        elif held[_of(new)] != new["value"] and new not in last_readings:
            update.kept.append(Kept(thing.id, f"reading of {new['on']}", held[_of(new)], new["value"]))


def _of(reading: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells readings apart: those of the whole district, by day and part of the year."""
    return reading.get("on"), reading.get("window"), reading.get("scope", "district"), reading.get("where", "")
