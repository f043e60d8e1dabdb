"""A story as data: what happened, one act after the other, each with all that it takes to happen again."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from inspect import signature
from typing import Any, Final

Deed = Callable[..., None]
"""What is done in a district: `deed(district, **given)`. Its docstring tells it, with what was given in braces."""


class NothingToDo(Exception):
    """There is nothing that the act could be done to."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens, and what it happens to."""

    name: str
    given: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = {name: _shown(value) for name, value in self.given.items()}
        told, *_ = (DEEDS[self.name].deed.__doc__ or "").split("\n")
        return told.format(**shown)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of act: what it does, how often it happens, and who does it (plan, team, tool or machine)."""

    deed: Deed
    weight: int
    who: str


DEEDS: Final[dict[str, Kind]] = {}
DRAWN: Final[dict[str, Callable[[Any, random.Random], Any]]] = {}
"""How a thing of each name is drawn for a district."""


def act(who: str, weight: int) -> Callable[[Deed], Deed]:
    """Make a function an act."""

    def known(deed: Deed) -> Deed:
        DEEDS[deed.__name__] = Kind(deed, weight, who)
        return deed

    return known


def drawn(draw: Callable[[Any, random.Random], Any]) -> Callable[[Any, random.Random], Any]:
    """Make a function the way to draw what acts take under its name."""
    DRAWN[draw.__name__] = draw
    return draw


def draw_act(district: Any, chance: random.Random, who: Sequence[str]) -> Act:
    """One more act, with everything that it needs, by those who may act."""
    kinds = {name: kind for name, kind in sorted(DEEDS.items()) if kind.who in who}
    weights = [kind.weight * district.mood.get(name, 1) for name, kind in kinds.items()]
    while True:
        [name] = chance.choices(list(kinds), weights if any(weights) and chance.random() < 0.9 else None)
        try:
            needed = list(signature(kinds[name].deed).parameters)[1:]
            return Act(name, {what: DRAWN[what](district, chance) for what in needed})
        except NothingToDo:
            continue


def draw_mood(chance: random.Random, often: Collection[str] = ()) -> dict[str, int]:
    """How often things happen in one history: some never, others all the time, so that they meet each other."""
    return {name: 30 if name in often else chance.choice([0, 0, 1, 6]) for name in sorted(DEEDS)}


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return " of ".join(reversed(value))
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(value).rstrip(".") if isinstance(value, Act) else str(value)
