"""The plan as it grows out of the lines of a sheet: things with their places, and what was made of each line. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from syncd.errors import Problem
from syncd.importing.grid import Sheet
from syncd.plan.model import State, Tier, Window

_SIGNS: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "..."})
_SPACES: Final = re.compile(r"\s+")
ABOVE: Final = {
    Tier.GOAL: (),
    Tier.OUTCOME: (Tier.GOAL,),
    Tier.KPI: (Tier.OUTCOME, Tier.GOAL),
    Tier.GUARDRAIL: (Tier.GOAL,),
    Tier.ACTION: (Tier.OUTCOME, Tier.GOAL),
    Tier.PROJECT: (Tier.ACTION,),
}
"""Below what each tier may stand, the nearest first."""


@dataclass(slots=True)
class Figure:
    """A figure of a KPI: a value or a change (neither: not known), and its day."""

    value: Decimal | None = None
    change: str = ""
    on: date | None = None
    unit: str = ""
    bound: str = ""
    window: Window | None = None
    n: int | None = None
    line: int = 0
    column: int | None = None
    heading: str = ""
    text: str = ""


@dataclass(slots=True)
class Thing:
    """An item of the plan that is to be, and where in the sheet it stands first."""

    tier: Tier
    title: str
    sheet: Sheet
    line: int
    number: str = ""
    above: Thing | None = None
    below: list[Thing] = field(default_factory=list)
    owner: str = ""
    start: date | None = None
    due: date | None = None
    state: State | None = None
    weight: Decimal | None = None
    unit: str = ""
    direction: str = ""
    source: str = ""
    baseline: Figure | None = None
    target: Figure | None = None
    interim: list[Figure] = field(default_factory=list)
    readings: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    id: str = ""

    @property
    def measured(self) -> bool:
        """Whether it is a KPI or a guardrail."""
        return self.tier in (Tier.KPI, Tier.GUARDRAIL)

    @property
    def works(self) -> bool:
        """Whether it is an action or a project."""
        return self.tier in (Tier.ACTION, Tier.PROJECT)

    def remark(self, words: str) -> None:
        """Keep words that no key of a plan holds; each once."""
        if words and words not in self.remarks:
            self.remarks.append(words)

    def walk(self) -> Iterator[Thing]:
        """It and all below it, from the top down."""
        yield self
        for each in self.below:
            yield from each.walk()


class Fate(StrEnum):
    """What became of a line."""

    USED = "used"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one line of a sheet, and why where it became no item."""

    place: str
    line: int
    fate: Fate
    why: str = ""


@dataclass
class Gathered:
    """All that came out of the sheets. `remarks` say how something was read that could have been meant otherwise."""

    title: str = ""
    goals: list[Thing] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def things(self) -> Iterator[Thing]:
        """All items, from the top down."""
        for goal in self.goals:
            yield from goal.walk()


def likeness(title: str) -> str:
    """What titles have in common that people take for the same."""
    plain = unicodedata.normalize("NFKC", title).translate(_SIGNS).casefold()
    return _SPACES.sub(" ", plain).strip(" .;:")


class Growing:
    """The tree while it grows: which items stand above the next line."""

    def __init__(self) -> None:
        self.goals: list[Thing] = []
        self.current: dict[Tier, Thing] = {}
        self._known: dict[tuple[Tier, str, int], list[Thing]] = {}

    def find(self, tier: Tier, title: str, number: str, above: Thing | None) -> Thing | None:
        """The item with that title below another, if there is one; with other numbers before it, it is another one."""
        alike = self._known.get((tier, likeness(title), id(above)), ())
        return next((each for each in alike if not number or not each.number or number == each.number), None)

    def above(self, tier: Tier) -> Thing | None:
        """What a new item of a tier would stand below."""
        return next((self.current[each] for each in ABOVE[tier] if each in self.current), None)

    def add(self, thing: Thing) -> None:
        """Put a new item into the tree."""
        (thing.above.below if thing.above else self.goals).append(thing)
        self._known.setdefault((thing.tier, likeness(thing.title), id(thing.above)), []).append(thing)

    def stand(self, thing: Thing) -> None:
        """Have what follows stand below this item."""
        order = (Tier.GOAL, Tier.OUTCOME, Tier.ACTION)
        if thing.measured or thing.tier is Tier.PROJECT:
            self.current[thing.tier] = thing
            return
        for tier in (*order[order.index(thing.tier) :], Tier.KPI, Tier.GUARDRAIL, Tier.PROJECT):
            if not (tier in (Tier.KPI, Tier.GUARDRAIL) and thing.tier is Tier.ACTION):
                self.current.pop(tier, None)
        self.current[thing.tier] = thing
