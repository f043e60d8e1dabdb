"""Puts the figures of a line onto its KPI, and settles at the end what they count and where they should go. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from syncd.importing.columns import Use
from syncd.importing.days import Calendar
from syncd.importing.figures import Measure, NoFigure, measure, way, way_of
from syncd.importing.grid import Cell
from syncd.importing.headings import Role
from syncd.importing.tree import Figure, Thing
from syncd.plan.change import parse_change

_AS_DAY: Final = re.compile(r"\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)
_PERCENT: Final = re.compile(r"%|\bper ?cent(?:age)?\b|\brate\b", re.IGNORECASE)


class Doubt(ValueError):
    """A figure that could not be taken; the words say why, to people."""


def figures(cell: Cell, calendar: Calendar) -> tuple[Measure, Measure | None]:
    """The figure of a cell; or where it starts and what it should reach. Raises Doubt."""
    if cell.day is not None or _AS_DAY.fullmatch(cell.text):
        raise Doubt(f"Excel made a day of it ({cell.text}): what was typed may have been something like 2-3")
    both = way(cell.text, calendar)
    if both is not None:
        return both
    try:
        return measure(cell.text, calendar), None
    except NoFigure as error:
        raise Doubt(str(error)) from None


def put(kpi: Thing, use: Use, found: Figure) -> None:
    """Put a figure where its column says. Raises Doubt where something else stands there already."""
    if use.role is Role.READING:
        _read(kpi, found)
    elif use.role is Role.INTERIM:
        _on_the_way(kpi, found)
    else:
        name = "baseline" if use.role is Role.BASELINE else "target"
        if name == "baseline" and (found.change or found.bound):
            raise Doubt("where it started must be one exact figure")
        held: Figure | None = getattr(kpi, name)
        if held is not None and not _same(held, found):
            raise Doubt(f"line {held.line} already says {held.text or 'otherwise'}")
        if held is None or (held.on is None and found.on):
            setattr(kpi, name, found)


def _read(kpi: Thing, found: Figure) -> None:
    if found.value is None and not found.change:
        return
    if found.change or found.bound:
        raise Doubt("what was measured must be one exact figure")
    if found.on is None:
        raise Doubt("nothing says on which day it was measured")
    for held in kpi.readings:
        if (held.on, held.window) == (found.on, found.window):
            if held.value != found.value:
                raise Doubt(f"line {held.line} already says {held.text} for that day")
            return
    kpi.readings.append(found)


def _on_the_way(kpi: Thing, found: Figure) -> None:
    if found.on is None and found.value is not None:
        raise Doubt("nothing says for which day this target is")
    if found.on is None or (found.value is None and not found.change):
        return
    for held in kpi.interim:
        if held.on == found.on:
            if not _same(held, found):
                raise Doubt(f"line {held.line} already says {held.text} for that day")
            return
    kpi.interim.append(found)


def _same(one: Figure, other: Figure) -> bool:
    on_one_day = one.on == other.on or one.on is None or other.on is None
    return (one.value, one.change) == (other.value, other.change) and on_one_day


def settle(kpi: Thing) -> Iterator[tuple[Figure, str]]:
    """Decide unit and direction, and take away what cannot be meant so: each such figure, with the reason."""
    yield from _settle_unit(kpi)
    yield from _settle_way(kpi)


def _all(kpi: Thing) -> list[Figure]:
    return [each for each in (kpi.baseline, kpi.target, *kpi.interim, *kpi.readings) if each is not None]


def _settle_unit(kpi: Thing) -> Iterator[tuple[Figure, str]]:
    units = [each.unit for each in _all(kpi) if each.unit]
    kpi.unit = kpi.unit or (units[0] if units else "")
    if kpi.unit.casefold() in ("percent", "percentage", "pct", "% of students"):
        kpi.unit = "%"
    in_percent = kpi.unit == "%" or (not kpi.unit and bool(_PERCENT.search(kpi.title)))
    for each in _all(kpi):
        if each.unit and kpi.unit and each.unit.casefold() != kpi.unit.casefold():
            if each.unit == "%" or kpi.unit == "%":
                _forget(kpi, each)
                yield each, f"it counts {each.unit}, while other figures of it count {kpi.unit}"
        elif in_percent and not each.unit and each.value is not None and 0 < abs(each.value) < 1:
            _forget(kpi, each)
            yield (
                each,
                f"it may be {(each.value * 100).normalize():f} %: Excel holds percents so; write it as people read it",
            )


def _settle_way(kpi: Thing) -> Iterator[tuple[Figure, str]]:
    base, aim = kpi.baseline, kpi.target
    if base and aim and base.on and aim.on and aim.on <= base.on:
        aim.on = None
        yield aim, f"its day is not after the baseline's ({base.on}), and was left out"
    said = kpi.direction or way_of(kpi.title)
    start, goal = base.value if base else None, _aim(kpi)
    if start is not None and goal is not None:
        kpi.direction = "increase" if goal > start else "decrease" if goal < start else "at_least"
        if goal == start:
            kpi.direction = "at_most" if said == "decrease" or (aim and aim.bound == "at_most") else "at_least"
        elif aim and said in ("increase", "decrease") and said != kpi.direction:
            yield aim, f"the words say {said}, the figures {kpi.direction}; the figures were taken"
    elif aim and aim.bound:
        kpi.direction = aim.bound
    elif aim and aim.change:
        kpi.direction = "decrease" if aim.change.startswith("-") else "increase"
    else:
        kpi.direction = said


def _aim(kpi: Thing) -> Decimal | None:
    """What a KPI should reach, as far as it is a figure by now."""
    base, aim = kpi.baseline, kpi.target
    if aim is None or not aim.change:
        return aim.value if aim else None
    return parse_change(aim.change).of(base.value) if base and base.value is not None else None


def _forget(kpi: Thing, figure: Figure) -> None:
    """Take a figure away; that there should be one stays."""
    for name in ("baseline", "target"):
        if getattr(kpi, name) is figure:
            setattr(kpi, name, replace(figure, value=None, change="", unit="", bound=""))
    kpi.interim = [each for each in kpi.interim if each is not figure]
    kpi.readings = [each for each in kpi.readings if each is not figure]
