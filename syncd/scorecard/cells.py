"""A reading on its way to being published: what of it may be told, by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Kpi, Reading, Scope
from syncd.plan.units import is_percentage
from syncd.progress.attainment import is_small
from syncd.scorecard.coding import AtLeast, AtMost, coded, counts, ranged
from syncd.scorecard.earlier import WHOLE, About, Part


class Hidden(Reading):
    """A reading that is there and must not be told: nothing of what was measured is left in it."""


class KeptBack(Hidden):
    """A reading of a large enough group that must not be told beside what was published before."""

    kept_back: ClassVar[bool] = True


@dataclass(slots=True, eq=False)
class Cell:
    """A reading on its way to being published, about so many `people`. A `small` one is hidden whatever else is shown.

    `told` is its value as it may be published, None where there is none. It is `out` where it was published before, and
    `closed` where that is why nothing of its day may be told any more.
    """

    reading: Reading
    people: int | None
    told: Decimal | None
    small: bool
    hidden: bool
    out: bool = False
    closed: bool = False

    @classmethod
    def of(cls, kpi: Kpi, reading: Reading, minimum: int) -> Cell:
        """A reading of a KPI, as far as it may be told by itself."""
        value, people = reading.value, reading.n
        if people is None and reading.scope is Scope.DISTRICT:
            people = _listed(kpi, reading)
        few = people is not None and people < minimum
        small = value is not None and (few or is_small(reading, minimum, strict=True))
        told = value
        if value is not None and people and is_percentage(kpi.unit) and not small:
            told = coded(value, people)
        return cls(reading, people, told, small, small or (told is not None and _asks_beyond(kpi, told)))

    def published(self) -> Reading:
        """The reading as it may be published."""
        if not self.hidden:
            return (
                self.reading
                if self.told is self.reading.value
                else self.reading.model_copy(update={"value": self.told})
            )
        given = self.reading.model_dump(include={"on", "window", "scope", "where"})
        kind = KeptBack if self.closed and not self.small else Hidden
        return kind(**given, value=Decimal(0), n=0)

    def is_coded(self) -> bool:
        """Whether its percentage comes too close to all or none to be told, if it is told at all."""
        return isinstance(self.told, AtLeast | AtMost | Over | Under)

    def range(self) -> tuple[int, int]:
        """The fewest and the most people that its percentage may stand for, as far as this cell itself tells."""
        if self.is_hidden() or self.told is None:
            return 0, self.people or 0
        return counts(self.told, self.people or 0)

    def is_hidden(self) -> bool:
        """Whether nobody can have read it, now or before."""
        return self.hidden and not self.out

    def about(self) -> About:
        """What it is taken together with: by day, window and kind."""
        reading = self.reading
        kind, colon, _ = reading.where.partition(":")
        of = f":{kind.strip().casefold()}" if colon and reading.scope is Scope.GROUP else ""
        kind = WHOLE if reading.scope is Scope.DISTRICT else f"{reading.scope.value}{of}"
        return About(*self.when(), kind)

    def when(self) -> tuple[date, str]:
        """Its day and window."""
        return self.reading.on, self.reading.window.value if self.reading.window else ""

    def part(self) -> Part:
        """What is told of it."""
        told = None if self.hidden or self.told is None else ranged(self.told, self.people or 0)
        return Part(self.name(), self.people, self.figure(), told, self.is_coded())

    def name(self) -> str:
        """What tells it from the others of its day."""
        return self.reading.where.strip().casefold()

    def figure(self) -> str:
        """What tells its figure from any other."""
        value = self.reading.value
        return value.written if isinstance(value, Over | Under) else f"{(value or Decimal(0)).normalize():f}"


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
