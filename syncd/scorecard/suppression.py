"""What of a plan's readings may be published, so that no small group's can be seen or worked out. Pure.

The rule, for each KPI, and in it for each day and window:

1. A reading about fewer people than the minimum, or about a part of the district whose size is not known, is hidden.
2. A percentage near 0 or 100 is coded: published as a bound that depends on the group's size (`coding`). Where a target
   lies beyond that bound, nobody could be told whether it is met: then the reading is hidden instead.
3. The schools are taken for parts of the whole, with what is left of it as one part more; so are groups whose names
   share what stands before a colon ("Gender: girls"). Whoever knows all sizes and all published figures must find
   every count possible for a small part, from none to all, and for a coded one every count within its bound. As long
   as that is not so, the smallest part that is still shown is hidden as well.
4. Of groups without a colon nobody knows which make up a whole: if one is hidden or coded, all of them are hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Goal, Kpi, Outcome, Plan, Reading, Scope
from syncd.progress.attainment import is_small
from syncd.scorecard.coding import AtLeast, AtMost, coded, counts


class Hidden(Reading):
    """A reading that is there and must not be told: nothing of what was measured is left in it."""


def disclosed(plan: Plan) -> Plan:
    """The plan with its readings as they may be published: coded where need be, and `Hidden` in place of the others."""
    return plan.model_copy(update={"goals": tuple(_goal(goal, plan.minimum_group) for goal in plan.goals)})


def published(kpi: Kpi, minimum_group: int) -> tuple[Reading, ...]:
    """The KPI's readings as they may be published, in their order."""
    cells = [_cell(kpi, reading, minimum_group) for reading in kpi.readings]
    for family in _families(kpi, cells, minimum_group):
        family.protect()
    return tuple(cell.published() for cell in cells)


@dataclass(slots=True, eq=False)
class _Cell:
    """A reading on its way to being published, about so many `people`. A `small` one is hidden whatever else is shown.

    `told` is its value as it may be published, None where there is none.
    """

    reading: Reading
    people: int | None
    told: Decimal | None
    small: bool
    hidden: bool

    def published(self) -> Reading:
        """The reading as it may be published."""
        if not self.hidden:
            return (
                self.reading
                if self.told is self.reading.value
                else self.reading.model_copy(update={"value": self.told})
            )
        given = self.reading.model_dump(include={"on", "window", "scope", "where"})
        return Hidden(**given, value=Decimal(0), n=0)

    def is_coded(self) -> bool:
        """Whether its percentage comes too close to all or none to be told, if it is told at all."""
        return isinstance(self.told, AtLeast | AtMost | Over | Under)

    def range(self) -> tuple[int, int]:
        """The fewest and the most people that its percentage may stand for, as far as this cell itself tells."""
        if self.hidden or self.told is None:
            return 0, self.people or 0
        return counts(self.told, self.people or 0)


@dataclass(slots=True)
class _Family:
    """The parts of one day, window and kind, and the whole that they belong to.

    `apart` says that nobody knows which of them make up the whole.
    """

    cells: list[_Cell]
    whole: _Cell | None
    minimum: int
    is_share: bool
    apart: bool

    def protect(self) -> None:
        """Hide more, the smallest first, until nothing that is hidden or coded can be worked out."""
        shown = [cell for cell in self.cells if not cell.hidden]
        shown.sort(key=lambda cell: (cell.people or 0, cell.reading.where))
        for cell in shown:
            if not self._is_open():
                return
            cell.hidden = True

    def _is_open(self) -> bool:
        """Whether something that must not be known might be worked out from what is published."""
        rest = self._rest()
        touched = [cell for cell in self.cells if cell.hidden or cell.is_coded()]
        if self.apart:
            return bool(touched) or any(0 < left < self.minimum for left in map(self._beside, self.cells))
        if not touched and not 0 < rest < self.minimum:
            return False
        if any(cell.people is None for cell in self.cells):
            return True
        if not self.is_share:
            return sum(cell.hidden for cell in self.cells) + (rest > 0) == 1
        return not all(self._is_free(cell, rest) for cell in (*touched, None))

    def _beside(self, cell: _Cell) -> int:
        """How many people of the whole are not in this part, as far as that is known."""
        if self.whole is None or self.whole.people is None or cell.people is None:
            return 0
        return self.whole.people - cell.people

    def _rest(self) -> int:
        """How many people of the whole are in none of the parts, as far as that is known."""
        if self.whole is None or self.whole.people is None:
            return 0
        return max(0, self.whole.people - sum(cell.people or 0 for cell in self.cells))

    def _is_free(self, cell: _Cell | None, rest: int) -> bool:
        """Whether every count that a part (None: the rest) may have is still possible beside all that is published."""
        if not (cell.small or cell.is_coded() if cell else 0 < rest < self.minimum):
            return True  # what is hidden for the others' sake must only not be known exactly, and is not while they are
        low, high = cell.range() if cell else (0, rest)
        others = [each.range() for each in self.cells if each is not cell] + ([(0, rest)] if cell else [])
        least, most = self._total(rest)
        return least - sum(up for _, up in others) <= low and most - sum(down for down, _ in others) >= high

    def _total(self, rest: int) -> tuple[int, int]:
        """The fewest and the most that the whole stands for; where no figure of it is known here, it is elsewhere."""
        if self.whole is not None and self.whole.told is not None and self.whole.people is not None:
            return counts(self.whole.told, self.whole.people)
        known = [counts(cell.reading.value or Decimal(0), cell.people or 0) for cell in self.cells]
        return sum(least for least, _ in known), sum(most for _, most in known) + rest


def _goal(goal: Goal, minimum: int) -> Goal:
    found = {
        "kpis": _kpis(goal.kpis, minimum),
        "guardrails": _kpis(goal.guardrails, minimum),
        "outcomes": tuple(_outcome(outcome, minimum) for outcome in goal.outcomes),
    }
    return goal.model_copy(update=found)


def _outcome(outcome: Outcome, minimum: int) -> Outcome:
    return outcome.model_copy(update={"kpis": _kpis(outcome.kpis, minimum)})


def _kpis(kpis: Iterable[Kpi], minimum: int) -> tuple[Kpi, ...]:
    return tuple(kpi.model_copy(update={"readings": published(kpi, minimum)}) if kpi.readings else kpi for kpi in kpis)


def _is_share(kpi: Kpi) -> bool:
    return kpi.unit.strip() in ("%", "percent")


def _cell(kpi: Kpi, reading: Reading, minimum: int) -> _Cell:
    value, people = reading.value, reading.n
    if people is None and reading.scope is Scope.DISTRICT:
        people = _listed(kpi, reading)
    small = value is not None and is_small(reading, minimum, strict=True)
    told = value
    if value is not None and people and _is_share(kpi) and not small:
        told = coded(value, people)
    return _Cell(reading, people, told, small, small or (told is not None and _asks_beyond(kpi, told)))


def _listed(kpi: Kpi, whole: Reading) -> int | None:
    """How many people the whole is about at least, by its schools, where it does not say so itself."""
    schools = [one for one in kpi.readings if one.scope is Scope.SCHOOL]
    return sum(one.n or 0 for one in schools if (one.on, one.window) == (whole.on, whole.window)) or None


def _asks_beyond(kpi: Kpi, told: Decimal) -> bool:
    """Whether the KPI asks for more than a bound tells."""
    aims = [mark.value for mark in kpi.interim]
    if kpi.target is not None:
        aims += [kpi.target.value, kpi.target.low, kpi.target.high]
    known = [aim for aim in aims if aim is not None]
    if isinstance(told, AtLeast):
        return any(aim > told for aim in known)
    return isinstance(told, AtMost) and any(aim < told for aim in known)


def _families(kpi: Kpi, cells: Sequence[_Cell], minimum: int) -> Iterator[_Family]:
    """The parts that are taken together."""
    found: dict[tuple[object, ...], list[_Cell]] = defaultdict(list)
    wholes: dict[tuple[object, ...], _Cell] = {}
    for cell in cells:
        reading = cell.reading
        when = (reading.on, reading.window)
        if reading.value is not None and reading.scope is Scope.DISTRICT:
            wholes.setdefault(when, cell)
        elif reading.value is not None:
            kind, colon, _ = reading.where.partition(":")
            of = kind.strip().casefold() if colon and reading.scope is Scope.GROUP else ""
            found[(*when, reading.scope, of)].append(cell)
    for key, family in found.items():
        apart = key[2] is Scope.GROUP and not key[3]
        yield _Family(family, wholes.get(key[:2]), minimum, _is_share(kpi), apart)
