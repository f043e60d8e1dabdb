"""Charts as plain SVG text: where a KPI began, where it should be, what was measured. Pure, without script or style.

The look comes from the page's style sheet through class names. Every chart has a title and a description, and the page
puts a table with the same figures behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from markupsafe import Markup

from syncd.plan.model import Direction, Window
from syncd.scorecard.drawing import joined, put
from syncd.scorecard.scales import (
    BOTTOM,
    HEIGHT,
    LETTER,
    RIGHT,
    TOP,
    WIDTH,
    Frame,
    day_ticks,
    tick_label,
    value_ticks,
)
from syncd.scorecard.view import KpiView, Point
from syncd.scorecard.words import count
from syncd.scorecard.words import day as in_words

_MANY = 12
"""More readings than this are drawn as small dots."""
_LONG = 12
"""Letters of a unit that has room in a drawing."""
_AFTER = 4
"""How far to the right of its mark the label of a line's end begins."""


def kpi_chart(
    kpi: KpiView, *, start: date | None, end: date | None, today: date, label: Callable[[Decimal], str]
) -> Markup:
    """The chart of one KPI over the plan's time; empty where there is nothing to draw.

    `label` writes a value with its unit, as the rest of the page does.
    """
    series = _Series.of(kpi)
    if not series.values:
        return Markup("")
    frame = _frame(series, start, end, today)
    parts = [
        _band(frame, kpi),
        _grid(frame, kpi.unit),
        _days(frame),
        _today(frame, today),
        _path(frame, series.path, "path"),
        *([_path(frame, series.forecast, "forecast")] if series.forecast else []),
        *(_line(frame, points) for points in series.lines),
        *(_diamond(frame, point, "interim") for point in series.interim),
        _baseline(frame, series.baseline),
        _target(frame, series.target),
        *(_dot(frame, point, small=len(series.readings) > _MANY) for point in series.readings),
        _latest(frame, series, label if len(kpi.unit) <= _LONG else lambda value: label(value).removesuffix(kpi.unit)),
    ]
    title, text = f"{kpi.title}: chart", describe(kpi, label)
    name = f"chart-{kpi.id}"
    return put(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{n}-t {n}-d">'
        '<title id="{n}-t">{title}</title><desc id="{n}-d">{text}</desc>{body}</svg>',
        w=WIDTH,
        h=HEIGHT,
        n=name,
        title=title,
        text=text,
        body=joined(parts),
    )


def describe(kpi: KpiView, label: Callable[[Decimal], str]) -> str:
    """The chart in one or two sentences: beginning, newest reading, target."""
    said = []
    if kpi.baseline:
        said.append(f"Began at {label(kpi.baseline.value)}{_on(kpi.baseline.on)}")
    if kpi.readings:
        newest = max(kpi.readings, key=lambda point: point.on or date.min)
        said.append(f"{count(len(kpi.readings), 'reading')}, the newest {label(newest.value)}{_on(newest.on)}")
    if kpi.target:
        said.append(f"target {label(kpi.target.value)}{_on(kpi.target.on)}")
    if kpi.low is not None and kpi.high is not None:
        said.append(f"should stay between {label(kpi.low)} and {label(kpi.high)}")
    if kpi.forecast:
        last = kpi.forecast[-1]
        said.append(f"if it goes on as it did, {label(last.value)}{_on(last.on)}")
    return "; ".join(said) + "." if said else ""


@dataclass(frozen=True, slots=True)
class _Series:
    """What of a KPI can be drawn: only finite values."""

    baseline: Point | None
    target: Point | None
    interim: tuple[Point, ...]
    readings: tuple[Point, ...]
    forecast: tuple[Point, ...]
    values: tuple[Decimal, ...]

    @classmethod
    def of(cls, kpi: KpiView) -> _Series:
        readings = sorted(
            (point for point in _drawable(kpi.readings) if point.on), key=lambda point: point.on or date.min
        )
        interim = tuple(point for point in _drawable(kpi.interim) if point.on)
        baseline, target = (
            next(iter(_drawable([point])), None) if point else None for point in (kpi.baseline, kpi.target)
        )
        forecast = tuple(point for point in _drawable(kpi.forecast) if point.on)
        marks = [point for point in (baseline, target, *interim, *readings, *forecast) if point]
        band = [value for value in (kpi.low, kpi.high) if value is not None and value.is_finite()]
        return cls(baseline, target, interim, tuple(readings), forecast, (*(point.value for point in marks), *band))

    @property
    def path(self) -> tuple[Point, ...]:
        """The way from the baseline over the interim targets to the target, in order of days."""
        ways = [point for point in (self.baseline, *self.interim, self.target) if point]
        return tuple(ways) if len(ways) > 1 and self.target else ()

    @property
    def lines(self) -> tuple[tuple[Point, ...], ...]:
        """Readings that may be joined: those of one window of the school year."""
        windows: dict[Window | None, list[Point]] = {}
        for point in self.readings:
            windows.setdefault(point.window, []).append(point)
        return tuple(tuple(points) for points in windows.values() if len(points) > 1)

    def days(self) -> Iterable[date]:
        """Every day that must lie inside the frame."""
        points = (self.baseline, self.target, *self.interim, *self.readings, *self.forecast)
        return [point.on for point in points if point and point.on]


def _drawable(points: Iterable[Point]) -> list[Point]:
    return [point for point in points if point.value.is_finite()]


def _frame(series: _Series, start: date | None, end: date | None, today: date) -> Frame:
    days = [*series.days(), *(day for day in (start, end) if day), today]
    low, high = min(series.values), max(series.values)
    room = (high - low) * Decimal("0.06")
    floor = low - room if low < 0 or low - room > 0 else Decimal(0)
    ticks = value_ticks(floor, high + room if high != 100 else high)
    longest = max(len(tick_label(tick, "%")) for tick in ticks)
    left = min(WIDTH / 3, 10 + longest * LETTER)
    last = max(days)
    return Frame(min(days), last if last > min(days) else last + timedelta(days=1), ticks, left)


def _band(frame: Frame, kpi: KpiView) -> Markup:
    """The stretch of values where a band KPI should stay."""
    low, high = kpi.low, kpi.high
    if kpi.target and kpi.direction is Direction.AT_LEAST:
        low, high = kpi.target.value, frame.high
    elif kpi.target and kpi.direction is Direction.AT_MOST:
        low, high = frame.low, kpi.target.value
    if low is None or high is None or not (low.is_finite() and high.is_finite()):
        return Markup("")
    top, bottom = frame.y(max(low, high)), frame.y(min(low, high))
    area = put(
        '<rect class="band" x="{}" y="{}" width="{}" height="{}"/>',
        *map(_number, (frame.left, top, WIDTH - RIGHT - frame.left, bottom - top)),
    )
    edges = [frame.y(edge) for edge in (low, high) if frame.low < edge < frame.high]
    return area + joined(_segment("edge", frame.left, y, WIDTH - RIGHT, y) for y in edges)


def _grid(frame: Frame, unit: str) -> Markup:
    parts = []
    for tick in frame.ticks:
        y = frame.y(tick)
        parts.append(_segment("grid", frame.left, y, WIDTH - RIGHT, y))
        parts.append(_text("axis", frame.left - 7, y + 4.5, tick_label(tick, unit), "end"))
    return joined(parts)


def _days(frame: Frame) -> Markup:
    parts, free = [], frame.left - 4
    for day, text in day_ticks(frame.first, frame.last):
        x, half = frame.x(day), len(text) * LETTER / 2
        parts.append(_segment("tick", x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5))
        if free <= x - half and x + half <= WIDTH:
            parts.append(_text("axis", x, HEIGHT - 9, text, "middle"))
            free = x + half + LETTER
    return joined(parts)


def _today(frame: Frame, today: date) -> Markup:
    x = frame.x(today)
    return _segment("today", x, TOP - 10, x, HEIGHT - BOTTOM) + _text("axis", x, TOP - 14, "today", _anchor(frame, x))


def _path(frame: Frame, points: Sequence[Point], name: str) -> Markup:
    """The expected way, or the foreseen one, dashed; a mark without a day stands on the frame's edge."""
    if not points:
        return Markup("")
    ways = [
        (frame.x(point.on or (frame.first if number == 0 else frame.last)), frame.y(point.value))
        for number, point in enumerate(points)
    ]
    return _polyline(name, sorted(ways))


def _line(frame: Frame, points: Sequence[Point]) -> Markup:
    return _polyline("line", [(frame.x(point.on or frame.first), frame.y(point.value)) for point in points])


def _dot(frame: Frame, point: Point, *, small: bool) -> Markup:
    x, y = frame.x(point.on or frame.first), frame.y(point.value)
    size = "3" if small else "4.5"
    return put('<circle class="reading" cx="{}" cy="{}" r="{}"/>', _number(x), _number(y), size)


def _baseline(frame: Frame, point: Point | None) -> Markup:
    if not point:
        return Markup("")
    x, y = frame.x(point.on or frame.first), frame.y(point.value)
    return put('<rect class="baseline" x="{}" y="{}" width="10" height="10"/>', _number(x - 5), _number(y - 5))


def _target(frame: Frame, point: Point | None) -> Markup:
    return _diamond(frame, point, "target") if point else Markup("")


def _diamond(frame: Frame, point: Point, name: str) -> Markup:
    x, y = frame.x(point.on or frame.last), frame.y(point.value)
    size = 6.5 if name == "target" else 5.0
    corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
    return put('<polygon class="{}" points="{}"/>', name, _points(corners))


def _latest(frame: Frame, series: _Series, label: Callable[[Decimal], str]) -> Markup:
    """The newest reading and the target, written beside their marks and away from each other.

    The line ends at the newest reading, so that to its right there is room; the way to a target that lies lower comes
    from above, so that its label stands below where the reading does not.
    """
    newest = series.readings[-1] if series.readings else None
    above = not (newest and series.target) or newest.value >= series.target.value
    parts = []
    if newest:
        parts.append(_beside(frame, newest, label, "latest", above=above, after=len(series.readings) > 1))
    if series.target:
        falls = series.baseline is not None and series.target.value < series.baseline.value
        parts.append(
            _beside(frame, series.target, label, "goal", above=not above if newest else not falls, after=False)
        )
    return joined(parts)


def _beside(
    frame: Frame, point: Point, label: Callable[[Decimal], str], name: str, *, above: bool, after: bool
) -> Markup:
    x, y, text = frame.x(point.on or frame.last), frame.y(point.value), label(point.value)
    place = y - 11 if (above and y > TOP + 16) or y > HEIGHT - BOTTOM - 20 else y + 22
    if after and x + _AFTER + len(text) * LETTER < WIDTH:
        return _text(name, x + _AFTER, place, text, "start")
    return _text(name, x, place, text, _anchor(frame, x))


def _anchor(frame: Frame, x: float) -> str:
    if x > WIDTH - RIGHT - 40:
        return "end"
    return "start" if x < frame.left + 30 else "middle"


def _segment(name: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return put('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', name, *map(_number, (x1, y1, x2, y2)))


def _polyline(name: str, points: Iterable[tuple[float, float]]) -> Markup:
    return put('<polyline class="{}" points="{}"/>', name, _points(points))


def _text(name: str, x: float, y: float, text: str, anchor: str) -> Markup:
    return put('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', name, _number(x), _number(y), anchor, text)


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _on(day: date | None) -> str:
    return f" on {in_words(day)}" if day else ""
