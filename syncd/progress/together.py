"""Together: how a goal or an outcome stands, by the KPIs below it. Pure.

Unlike things have no mean: KPIs are counted. One that is judged by a current reading is known; all others are unknown,
and unknowns never improve what is known: they only count towards the half without which nothing is said. A KPI whose
reading is overdue keeps what was bad about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from syncd.progress.pace import Pace

ENOUGH: Final = Fraction(1, 2)
"""The part of the KPIs that must have a current reading for anything to be said."""
MANY: Final = Fraction(1, 3)
"""The part of the known KPIs that are off track from which on all of them together are."""

_GOOD: Final = frozenset({Pace.ACHIEVED, Pace.ON_TRACK})
_BAD: Final = frozenset({Pace.OFF_TRACK, Pace.MISSED})
_ASIDE: Final = frozenset({Pace.NOT_STARTED, Pace.PAUSED, Pace.RETIRED})
"""These are not awaited: they stand outside the count."""
_WORST: Final = (Pace.MISSED, Pace.OFF_TRACK, Pace.AT_RISK, Pace.ON_TRACK, Pace.ACHIEVED)


class Overall(StrEnum):
    """How several KPIs stand together."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True, slots=True)
class Stand:
    """The pace of one KPI, and what it `was` where its reading is overdue."""

    pace: Pace
    was: Pace | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """Several KPIs counted: `every` that is awaited, those of them with a `current` reading, and the bad ones.

    `off` (the `missed` among them) and `at_risk` count also what was so when it was last known: so many of either are
    `off_overdue` and `at_risk_overdue`. `overall` is None where no KPI is awaited;
    `worst` is the worst pace of those that are known.
    """

    every: int = 0
    current: int = 0
    off: int = 0
    at_risk: int = 0
    overall: Overall | None = None
    worst: Pace | None = None
    missed: int = 0
    off_overdue: int = 0
    at_risk_overdue: int = 0


def together(stands: Iterable[Stand]) -> Together:
    """How several KPIs stand together.

    Off track if at least a third of those known are; else at risk if any is at risk or off track; else on track; and
    not enough data where fewer than half have a current reading.
    """
    awaited = [stand for stand in stands if stand.pace not in _ASIDE]
    current = [stand.pace for stand in awaited if stand.pace in _WORST]
    kept = [stand.was for stand in awaited if stand.was in _WORST and stand.was not in _GOOD]
    known = [*current, *kept]
    off, at_risk, missed = sum(pace in _BAD for pace in known), known.count(Pace.AT_RISK), known.count(Pace.MISSED)
    worst = min(known, key=_WORST.index, default=None)
    if not awaited:
        return Together()
    if len(current) < ENOUGH * len(awaited):
        overall = Overall.NOT_ENOUGH_DATA
    elif off and off >= MANY * len(known):
        overall = Overall.OFF_TRACK
    else:
        overall = Overall.AT_RISK if off or at_risk else Overall.ON_TRACK
    late = kept.count(Pace.AT_RISK)
    return Together(len(awaited), len(current), off, at_risk, overall, worst, missed, len(kept) - late, late)
