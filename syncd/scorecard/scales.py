"""Where things stand in a chart: round ticks, days from left to right, values from the bottom up. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from syncd.scorecard.words import month

WIDTH, HEIGHT = 400, 216
"""The drawing's own units; a phone shows it at about four fifths of this, so the 13-unit text stays readable."""
TOP, RIGHT, BOTTOM = 28, 22, 30
INDENT = 8
"""Room between the axis and the first day, so that the baseline's mark stays clear of the labels."""
LETTER = 7.4
"""Width of one letter of a 13-unit label, on the safe side."""
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Frame:
    """Turns days and values into places inside the drawing."""

    first: date
    last: date
    ticks: tuple[Decimal, ...]
    left: float

    @property
    def low(self) -> Decimal:
        """The lowest value it holds."""
        return self.ticks[0]

    @property
    def high(self) -> Decimal:
        """The highest value it holds."""
        return self.ticks[-1]

    def x(self, day: date) -> float:
        """The place of a day from left to right; days outside the frame stand on its edge."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return self.left + INDENT + min(1.0, max(0.0, share)) * (WIDTH - RIGHT - self.left - INDENT)

    def y(self, value: Decimal) -> float:
        """The place of a value from the top down; values outside the frame stand on its edge."""
        share = float((value - self.low) / (self.high - self.low))
        return TOP + (1.0 - min(1.0, max(0.0, share))) * (HEIGHT - TOP - BOTTOM)


def value_ticks(low: Decimal, high: Decimal, most: int = 5) -> tuple[Decimal, ...]:
    """Round values in even steps (1, 2, 2.5 or 5 times a power of ten) that enclose both ends; at least two."""
    if low == high:
        room = abs(low) / 10 or Decimal(1)
        low, high = low - room, high + room
    rough = (high - low) / most
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * part for part in STEPS if power * part >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return tuple((first + number) * step for number in range(int(last - first) + 1))


def day_ticks(first: date, last: date, most: int = 6) -> tuple[tuple[date, str], ...]:
    """The first days of years between two days (of months, in less than two years) with their labels."""
    span = range(first.year, last.year + 1)
    days = _within(first, last, [date(year, 1, 1) for year in span])
    if by_month := len(days) < 2:
        days = _within(first, last, [date(year, number, 1) for year in span for number in range(1, 13)])
    every = max(1, -(-len(days) // most))
    return tuple((day, f"{month(day)[:3]} {day:%y}" if by_month else str(day.year)) for day in days[::every])


def _within(first: date, last: date, days: Sequence[date]) -> Sequence[date]:
    return [day for day in days if first <= day <= last]


def tick_label(tick: Decimal, unit: str) -> str:
    """A round value as short as it can be written; only "%" is repeated at every line of the grid."""
    text = f"{tick:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} %" if unit == "%" else text
