"""Shares near all or none are published as bounds: where all of a group passed, each result would be known. Pure.

How far a bound lies from the end depends on the group's size: of fewer people, less may be told.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor
from typing import Final

from syncd.plan.bounds import Over, Under

_MARGINS: Final = ((300, 1), (100, 2), (40, 5), (10, 10), (5, 20), (4, 25), (0, 50))
"""From how many people on how many percent next to 0 and 100 are not told apart: of two people at least, two counts."""


class AtLeast(Decimal):
    """A percentage of which no more is told than that it is no lower; reckoned with, it is the bound."""


class AtMost(Decimal):
    """A percentage of which no more is told than that it is no higher; reckoned with, it is the bound."""


def margin(people: int) -> int:
    """How many percent next to 0 and 100 are not told apart in a group of so many people."""
    return next(percent for least, percent in _MARGINS if people >= least)


def coded(percentage: Decimal, people: int) -> Decimal:
    """The percentage as it may be published: itself, or an AtLeast or AtMost where it comes close to all or none."""
    low = Decimal(margin(people))
    if isinstance(percentage, Over):
        return Over(min(percentage, 100 - low))
    if isinstance(percentage, Under):
        return Under(max(percentage, low))
    if percentage >= 100 - low:
        return AtLeast(100 - low)
    return AtMost(low) if percentage <= low else percentage


def counts(percentage: Decimal, people: int) -> tuple[int, int]:
    """The fewest and the most of so many people that a published percentage may stand for."""
    whole = percentage * people / 100
    if isinstance(percentage, AtLeast):
        return ceil(whole), people
    if isinstance(percentage, AtMost):
        return 0, floor(whole)
    if isinstance(percentage, Over):
        return min(floor(whole) + 1, people), people
    if isinstance(percentage, Under):
        return 0, max(ceil(whole) - 1, 0)
    nearest = floor(whole + Decimal("0.5"))
    return nearest, nearest


def ranged(percentage: Decimal, people: int) -> tuple[int, int]:
    """The fewest and the most of so many people that a figure may stand for, given to how many digits it is told."""
    if isinstance(percentage, AtLeast | AtMost | Over | Under):
        return counts(percentage, people)
    exponent = percentage.as_tuple().exponent
    half = Decimal(5).scaleb(min(exponent, 0) - 1) if isinstance(exponent, int) else Decimal(0)
    low, high = ceil((percentage - half) * people / 100), ceil((percentage + half) * people / 100) - 1
    return (max(low, 0), min(high, people)) if low <= high else counts(percentage, people)
