"""Drawings that are read at a glance: a bar from baseline to target, a line of readings, a plan's time, work. Pure.

Like the charts they are plain SVG whose look comes from the style sheet; what they show stands in words beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from syncd.plan.model import Direction, Window
from syncd.progress.attainment import clamped
from syncd.scorecard.drawing import joined, put
from syncd.scorecard.scales import BOTTOM, HEIGHT, LETTER, RIGHT, TOP, WIDTH, Frame, day_ticks, tick_label, value_ticks
from syncd.scorecard.view import KpiView, Point, WorkPoint

_SPARK: Final = (84, 22)
_DOT: Final = 3
_BAR: Final = '<svg class="bar bullet" width="100%" height="20" aria-hidden="true" focusable="false">{}</svg>'


def bullet(kpi: KpiView) -> Markup:
    """A KPI's result on one bar: the way from baseline to target, or the band it should keep to.

    The bar ends where the value stands; the upright mark is where it should stand today. Empty where nothing is known.
    """
    if kpi.direction in (Direction.INCREASE, Direction.DECREASE):
        return _way(kpi.attainment, kpi.expected)
    return _band(kpi)


def _way(attainment: Fraction | None, expected: Fraction | None) -> Markup:
    if attainment is None and expected is None:
        return Markup("")
    parts = [Markup('<rect class="track" x="0" y="5" width="100%" height="10"/>')]
    if attainment is not None and attainment > 0:
        length = max(Fraction(1, 100), clamped(attainment))
        parts.append(put('<rect class="result" x="0" y="5" width="{}%" height="10"/>', _percent(length)))
    parts.append(Markup('<rect class="end" x="0" y="2" width="2" height="16"/>'))
    parts.append(Markup('<rect class="end" x="100%" y="2" width="2" height="16" transform="translate(-2)"/>'))
    if expected is not None:
        parts.append(
            put(
                '<rect class="due" x="{}%" y="0" width="3" height="20" rx="1" transform="translate(-1)"/>',
                _percent(clamped(expected) * Fraction(99, 100)),
            )
        )
    return put(_BAR, joined(parts))


def _band(kpi: KpiView) -> Markup:
    target = kpi.target.value if kpi.target else None
    low = target if kpi.direction is Direction.AT_LEAST else kpi.low
    high = target if kpi.direction is Direction.AT_MOST else kpi.high
    given = [value for value in (low, high, kpi.measured) if value is not None]
    if (low is None and high is None) or not all(value.is_finite() for value in given):
        return Markup("")
    room = (max(given) - min(given)) / 4 or abs(given[0]) / 10 or Decimal(1)
    first, last = min(given) - room, max(given) + room

    def place(value: Decimal) -> Fraction:
        return Fraction(value - first) / Fraction(last - first)

    start, end = place(low) if low is not None else Fraction(0), place(high) if high is not None else Fraction(1)
    parts = [
        Markup('<rect class="track" x="0" y="5" width="100%" height="10"/>'),
        put(
            '<rect class="keep" x="{}%" y="5" width="{}%" height="10"/>',
            _percent(min(start, end)),
            _percent(abs(end - start)),
        ),
    ]
    for edge, where in ((low, start), (high, end)):
        if edge is not None:
            parts.append(put('<rect class="end" x="{}%" y="2" width="2" height="16"/>', _percent(where)))
    if kpi.measured is not None:
        parts.append(put('<circle class="reading" cx="{}%" cy="10" r="6"/>', _percent(place(kpi.measured))))
    return put(_BAR, joined(parts))


def spark(kpi: KpiView) -> Markup:
    """The readings that count today as one small line; decorative, since the figures stand beside it or on the card."""
    points = like(kpi)
    if not points:
        return Markup("")
    width, height = _SPARK
    days = [point.on.toordinal() for point in points if point.on]
    values = [float(point.value) for point in points]
    across, up = max(days) - min(days) or 1, max(values) - min(values)
    places = [
        (
            _DOT + (day - min(days)) / across * (width - 2 * _DOT) if len(days) > 1 else width / 2,
            _DOT + ((max(values) - value) / up if up else 0.5) * (height - 2 * _DOT),
        )
        for day, value in zip(days, values, strict=True)
    ]
    return put(
        '<svg class="spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true" focusable="false">'
        '{line}<circle class="reading" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/></svg>',
        w=width,
        h=height,
        line=_polyline("line", places),
        x=places[-1][0],
        y=places[-1][1],
        r=_DOT,
    )


def like(kpi: KpiView) -> tuple[Point, ...]:
    """The readings of the same window as the one that counts today, oldest first."""
    windows: set[Window | None] = {point.window for point in kpi.readings if point.on == kpi.measured_on}
    fit = [point for point in kpi.readings if point.on and point.value.is_finite() and point.window in windows]
    return tuple(sorted(fit, key=lambda point: point.on or date.min))


def plan_line(start: date, end: date, today: date, label: str) -> Markup:
    """A plan's time from its first day to its last with the school years on it, and how far it has come."""
    if end <= start:
        return Markup("")

    def place(day: date) -> Fraction:
        return clamped(Fraction((day - start).days, (end - start).days))

    begins = [date(year, 7, 1) for year in range(start.year - 1, end.year + 1) if start <= date(year, 7, 1) < end]
    every = -(-len(begins) // 6) or 1
    parts = [
        Markup('<rect class="all" x="0" y="9" width="100%" height="4" rx="2"/>'),
        put('<rect class="past" x="0" y="9" width="{}%" height="4" rx="2"/>', _percent(place(today))),
    ]
    for number, day in enumerate(begins):
        x = _percent(place(day))
        parts.append(put('<rect class="year" x="{}%" y="5" width="2" height="12"/>', x))
        if number % every == 0 and place(day) < Fraction(9, 10):
            name = f"{day.year}–{(day.year + 1) % 100:02}"
            parts.append(put('<text x="{}%" y="34">{}</text>', x, name))
    parts.append(put('<circle class="today" cx="{}%" cy="11" r="7"/>', _percent(place(today))))
    return put(
        '<svg class="planline" width="100%" height="40" role="img" aria-label="{}">{}</svg>', label, joined(parts)
    )


def burn_up(trend: Sequence[WorkPoint], start: date | None, end: date | None, today: date, title: str) -> Markup:
    """How the work of a goal went on: projects done, below all there were; empty without two days that differ."""
    points = [point for point in trend if point.total]
    if len({point.on for point in points}) < 2:
        return Markup("")
    first, last = min(start or points[0].on, points[0].on), max(end or today, today)
    ticks = value_ticks(Decimal(0), Decimal(max(point.total for point in points)), 4)
    whole = tuple(tick for tick in ticks if tick == tick.to_integral_value())
    frame = Frame(first, last, whole, 12 + max(len(tick_label(tick, "")) for tick in whole) * LETTER)
    done = _steps(frame, [(point.on, point.done) for point in points], today)
    every = _steps(frame, [(point.on, point.total) for point in points], today)
    floor = [(done[-1][0], frame.y(Decimal(0))), (done[0][0], frame.y(Decimal(0)))]
    newest, x = points[-1], frame.x(today)
    anchor = "end" if x > WIDTH * 0.7 else "start"
    beside = x - 8 if anchor == "end" else x + 8
    parts = [
        *_grid(frame),
        put('<polygon class="area" points="{}"/>', _places([*done, *floor])),
        _polyline("scope", every),
        _polyline("line", done),
        put('<line class="today" x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}"/>', x, TOP - 10, HEIGHT - BOTTOM),
        _text("axis", x, TOP - 14, "today", "middle"),
        _text("goal", beside, _clear_of_today(every[-1][1]), f"{newest.total} in all", anchor),
        _text("latest", beside, min(done[-1][1] - 8, HEIGHT - BOTTOM - 6), f"{newest.done} done", anchor),
    ]
    return put(
        '<svg class="chart burnup" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        joined(parts),
    )


def _clear_of_today(y: float) -> float:
    """Where the words stand that belong to a line: above it, or below where the word "today" stands above."""
    return y - 8 if y > TOP + 20 else y + 18


def monthly(trend: Sequence[WorkPoint]) -> tuple[WorkPoint, ...]:
    """The last point of each month, for the table beside the drawing."""
    return tuple({(point.on.year, point.on.month): point for point in trend}.values())


def _steps(frame: Frame, values: Sequence[tuple[date, int]], today: date) -> list[tuple[float, float]]:
    """A line that keeps each value until the day of the next one, and the last until today."""
    places: list[tuple[float, float]] = []
    for day, value in values:
        x, y = frame.x(day), frame.y(Decimal(value))
        if places:
            places.append((x, places[-1][1]))
        places.append((x, y))
    return [*places, (frame.x(max(today, values[-1][0])), places[-1][1])]


def _grid(frame: Frame) -> list[Markup]:
    parts = []
    for tick in frame.ticks:
        y = frame.y(tick)
        parts.append(
            put('<line class="grid" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>', frame.left, y, WIDTH - RIGHT, y)
        )
        parts.append(_text("axis", frame.left - 7, y + 4.5, tick_label(tick, ""), "end"))
    free = frame.left - 4
    for day, text in day_ticks(frame.first, frame.last):
        x, half = frame.x(day), len(text) * LETTER / 2
        if free <= x - half and x + half <= WIDTH:
            parts.append(_text("axis", x, HEIGHT - 9, text, "middle"))
            free = x + half + LETTER
    return parts


def _text(name: str, x: float, y: float, text: str, anchor: str) -> Markup:
    return put('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>', name, x, y, anchor, text)


def _polyline(name: str, places: Sequence[tuple[float, float]]) -> Markup:
    return put('<polyline class="{}" points="{}"/>', name, _places(places))


def _places(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.1f}".removesuffix(".0")
