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
5. What was published before is out. Where all of that, beside what is to be published now, would still give something
   away whatever parts are hidden (`earlier`), nothing at all is published of that day and window.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from types import MappingProxyType
from typing import Final

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Goal, Kpi, Outcome, Plan, Reading, Scope
from syncd.progress.attainment import is_small
from syncd.scorecard.coding import AtLeast, AtMost, coded, counts
from syncd.scorecard.earlier import NOTHING, About, Part, Told, View, gives_away

_PERCENT: Final = ("%", "percent", "per cent", "percentage", "pct", "pct.")


class Hidden(Reading):
    """A reading that is there and must not be told: nothing of what was measured is left in it."""


def disclosed(plan: Plan, told: Told = MappingProxyType({})) -> Plan:
    """The plan with its readings as they may be published: coded where need be, and `Hidden` in place of the others.

    `told` is what was published before.
    """
    work = _Work(plan.minimum_group, told)
    return plan.model_copy(update={"goals": tuple(work.goal(goal) for goal in plan.goals)})


def published(kpi: Kpi, minimum_group: int, earlier: Mapping[About, Sequence[View]] = NOTHING) -> tuple[Reading, ...]:
    """The KPI's readings as they may be published beside what was `earlier`, in their order."""
    cells, _ = _protected(kpi, minimum_group, earlier)
    return tuple(cell.published() for cell in cells)


def tellings(plan: Plan, told: Told, until: date) -> dict[str, dict[About, View]]:
    """What publishing the plan tells of days up to this one that was not told before, by public KPI."""
    found: dict[str, dict[About, View]] = {}
    for name, placed in plan.items.items():
        kpi = placed.item
        if not (placed.public and isinstance(kpi, Kpi)):
            continue
        earlier = earlier_of(kpi, told)
        if earlier or any(one.scope is not Scope.DISTRICT for one in kpi.readings):
            _, families = _protected(kpi, plan.minimum_group, earlier)
            views = {each.about: each.view() for each in families if each.about.on <= until and not each.closed}
            news = {
                about: view
                for about, view in views.items()
                if not any(view.tells_no_more(one) for one in earlier.get(about, ()))
            }
            if news:
                found[name] = news
    return found


def earlier_of(kpi: Kpi, told: Told) -> Mapping[About, Sequence[View]]:
    """What was told of a KPI before, also under the ids that it had."""
    found: dict[About, list[View]] = defaultdict(list)
    for name in (*kpi.was, kpi.id):
        for about, views in told.get(name, NOTHING).items():
            found[about] += views
    return found


@dataclass(slots=True, eq=False)
class _Cell:
    """A reading on its way to being published, about so many `people`. A `small` one is hidden whatever else is shown.

    `told` is its value as it may be published, None where there is none. It is `out` where it was published before.
    """

    reading: Reading
    people: int | None
    told: Decimal | None
    small: bool
    hidden: bool
    out: bool = False

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
        if (self.hidden and not self.out) or self.told is None:
            return 0, self.people or 0
        return counts(self.told, self.people or 0)

    def is_hidden(self) -> bool:
        """Whether nobody can have read it, now or before."""
        return self.hidden and not self.out

    def part(self) -> Part:
        """What is told of it."""
        told = None if self.hidden or self.told is None else _range(self.told, self.people or 0)
        return Part(self.name(), self.people, _figure(self.reading), told, self.is_coded())

    def name(self) -> str:
        """What tells it from the others of its day."""
        return self.reading.where.strip().casefold()


@dataclass(slots=True)
class _Family:
    """The parts of one day, window and kind, and the whole that they belong to.

    `apart` says that nobody knows which of them make up the whole; `earlier` is what was published of them before.
    Of a `closed` day nothing is told, not even the whole.
    """

    about: About
    cells: list[_Cell]
    whole: _Cell | None
    minimum: int
    is_share: bool
    apart: bool
    earlier: Sequence[View]
    closed: bool = False

    def protect(self) -> None:
        """Hide more, the smallest first, until nothing that is hidden or coded can be worked out."""
        out = {(part.name, part.people, part.figure) for view in self.earlier for part in view.parts if part.told}
        for cell in self.cells:
            cell.out = (cell.name(), cell.people, _figure(cell.reading)) in out
        self._repeat()
        shown = [cell for cell in self.cells if not (cell.hidden or cell.out)]
        shown.sort(key=lambda cell: (cell.people or 0, cell.reading.where))
        for cell in shown:
            if not (self._is_open() or self.gives_away()):
                return
            cell.hidden = True

    def _repeat(self) -> None:
        """Hide what was hidden when just this was published last: then nothing needs to be worked out anew."""
        if not self.earlier:
            return
        now = self.view()
        before = next((found for each in reversed(self.earlier) if (found := each.hidden(now))), frozenset[Part]())
        hidden = {(part.name, part.people, part.figure) for part in before}
        for cell in self.cells:
            cell.hidden |= (cell.name(), cell.people, _figure(cell.reading)) in hidden

    def gives_away(self) -> bool:
        """Whether it would give something away beside what was published before."""
        return bool(self.earlier) and gives_away(self.earlier, self.view(), self.minimum)

    def view(self) -> View:
        """What is told of a day that is not closed."""
        figure = "" if self.whole is None else f"{_figure(self.whole.reading)} of {self.whole.people}"
        parts = tuple(cell.part() for cell in self.cells)
        return View(parts, self._told(), figure, self._rest(), self.is_share, self.apart, self.minimum)

    def _told(self) -> tuple[int, int]:
        """The range of what is told of the whole, or of what is known of it elsewhere."""
        if self.whole is not None and self.whole.told is not None and self.whole.people is not None:
            return _range(self.whole.told, self.whole.people)
        known = [_range(cell.reading.value or Decimal(0), cell.people or 0) for cell in self.cells]
        return sum(least for least, _ in known), sum(most for _, most in known) + self._rest()

    def _is_open(self) -> bool:
        """Whether something that must not be known might be worked out from what is published."""
        rest = self._rest()
        touched = [cell for cell in self.cells if cell.is_hidden() or cell.is_coded()]
        if self.apart:
            return bool(touched) or any(0 < left < self.minimum for left in map(self._beside, self.cells))
        if not touched and not 0 < rest < self.minimum:
            return False
        if any(cell.people is None for cell in self.cells):
            return True
        if not self.is_share:
            return sum(cell.is_hidden() for cell in self.cells) + (rest > 0) == 1
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


class _Work:
    """Goes through a plan."""

    def __init__(self, minimum: int, told: Told) -> None:
        self._minimum, self._told = minimum, told

    def goal(self, goal: Goal) -> Goal:
        """The goal with its readings as they may be published."""
        found = {
            "kpis": self._kpis(goal.kpis),
            "guardrails": self._kpis(goal.guardrails),
            "outcomes": tuple(self._outcome(outcome) for outcome in goal.outcomes),
        }
        return goal.model_copy(update=found)

    def _outcome(self, outcome: Outcome) -> Outcome:
        return outcome.model_copy(update={"kpis": self._kpis(outcome.kpis)})

    def _kpis(self, kpis: Iterable[Kpi]) -> tuple[Kpi, ...]:
        return tuple(self._kpi(kpi) if kpi.readings else kpi for kpi in kpis)

    def _kpi(self, kpi: Kpi) -> Kpi:
        readings = published(kpi, self._minimum, earlier_of(kpi, self._told))
        return kpi.model_copy(update={"readings": readings})


def _protected(kpi: Kpi, minimum: int, earlier: Mapping[About, Sequence[View]]) -> tuple[list[_Cell], list[_Family]]:
    """The cells of a KPI's readings with as much hidden as must be, and what was taken together."""
    cells = [_cell(kpi, reading, minimum) for reading in kpi.readings]
    families = list(_families(kpi, cells, minimum, earlier))
    _keep_moved(families, earlier)
    for family in families:
        family.protect()
    closed = {each.about[:2] for each in families if each.gives_away()}
    for family in families:
        family.closed = family.about[:2] in closed
    for cell in cells:
        cell.hidden |= _when(cell.reading) in closed
    return cells, families


def _is_share(kpi: Kpi) -> bool:
    unit = kpi.unit.strip().casefold()
    return unit in _PERCENT or unit.startswith("% ")


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


def _families(
    kpi: Kpi, cells: Sequence[_Cell], minimum: int, earlier: Mapping[About, Sequence[View]]
) -> Iterator[_Family]:
    """The parts that are taken together."""
    found: dict[About, list[_Cell]] = defaultdict(list)
    wholes: dict[tuple[date, str], _Cell] = {}
    for cell in cells:
        reading = cell.reading
        when = _when(reading)
        if reading.value is not None and reading.scope is Scope.DISTRICT:
            wholes.setdefault(when, cell)
        elif reading.value is not None:
            kind, colon, _ = reading.where.partition(":")
            of = f":{kind.strip().casefold()}" if colon and reading.scope is Scope.GROUP else ""
            found[About(*when, f"{reading.scope.value}{of}")].append(cell)
    # Of a reading that has another day now, or another kind, nobody has forgotten what was told under the old one.
    lost = [view for about, views in earlier.items() if about not in found for view in views]
    for about, family in found.items():
        apart = about.kind == Scope.GROUP.value
        before = earlier.get(about) or lost
        yield _Family(about, family, wholes.get(about[:2]), minimum, _is_share(kpi), apart, before)
    # Parts that were taken out of the plan are in the whole all the same.
    for about in earlier.keys() - found.keys():
        if whole := wholes.get(about[:2]):
            apart = about.kind == Scope.GROUP.value
            yield _Family(about, [], whole, minimum, _is_share(kpi), apart, earlier[about])


def _keep_moved(families: Iterable[_Family], earlier: Mapping[About, Sequence[View]]) -> None:
    """Hide what was hidden on another day, in another window or as of another kind, and is not there any more."""
    now = {each.about: {_moving(cell.part()) for cell in each.cells} for each in families}
    moved: set[tuple[str, int | None, str]] = set()
    for about, views in earlier.items():
        parts = [part for view in views for part in view.parts]
        hidden = {_moving(part) for part in parts if part.told is None}
        moved |= hidden - {_moving(part) for part in parts if part.told is not None} - now.get(about, set())
    for family in families:
        for cell in family.cells:
            cell.hidden |= _moving(cell.part()) in moved


def _moving(part: Part) -> tuple[str, int | None, str]:
    """What a part keeps that stands on another day or in another kind."""
    return part.name.rpartition(":")[2].strip(), part.people, part.figure


def _when(reading: Reading) -> tuple[date, str]:
    return reading.on, reading.window.value if reading.window else ""


def _figure(reading: Reading) -> str:
    """What tells a figure from any other."""
    value = reading.value
    return value.written if isinstance(value, Over | Under) else f"{(value or Decimal(0)).normalize():f}"


def _range(percentage: Decimal, people: int) -> tuple[int, int]:
    """The fewest and the most of so many people that a figure may stand for, given to how many digits it is told."""
    if isinstance(percentage, AtLeast | AtMost | Over | Under):
        return counts(percentage, people)
    exponent = percentage.as_tuple().exponent
    half = Decimal(5).scaleb(min(exponent, 0) - 1) if isinstance(exponent, int) else Decimal(0)
    low, high = ceil((percentage - half) * people / 100), ceil((percentage + half) * people / 100) - 1
    return (max(low, 0), min(high, people)) if low <= high else counts(percentage, people)
