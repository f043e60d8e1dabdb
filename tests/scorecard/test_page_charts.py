"""Charts: every coordinate inside the box and finite, ticks round and even, texts for those who do not see them."""

from __future__ import annotations

import math
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.model import Direction, Window
from syncd.progress.pace import Pace
from syncd.scorecard.charts import describe, kpi_chart
from syncd.scorecard.marks import bar, mark, strip
from syncd.scorecard.scales import HEIGHT, WIDTH, day_ticks, tick_label, value_ticks
from syncd.scorecard.view import Point, Spread
from tests.scorecard.page_sample import TODAY, kpi, point

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
FIGURES = st.decimals(min_value=-(10**12), max_value=10**12, places=3) | st.decimals(0, 100, places=1)
POINTS = st.builds(Point, value=FIGURES, on=st.none() | DAYS, window=st.none() | st.sampled_from(Window))
KPIS = st.builds(
    kpi,
    st.just("K"),
    st.text(max_size=20).filter(lambda text: text.isprintable()),
    st.sampled_from(Pace),
    direction=st.sampled_from(Direction),
    baseline=st.none() | POINTS,
    target=st.none() | POINTS,
    low=st.none() | FIGURES,
    high=st.none() | FIGURES,
    interim=st.lists(POINTS, max_size=4).map(tuple),
    readings=st.lists(POINTS, max_size=6).map(tuple),
    unit=st.sampled_from(["%", "students", ""]),
)


def label(value: Decimal) -> str:
    """A value as text."""
    return f"{value} units"


def parsed(svg: str) -> ET.Element:
    """A drawing as a tree; fails if it is not well formed."""
    return ET.fromstring(svg)  # noqa: S314 our own drawing


def coordinates(svg: str) -> list[tuple[float, float]]:
    """Every corner, end, centre and text place of a drawing."""
    found = []
    for one in parsed(svg).iter():
        get = one.attrib.get
        if "points" in one.attrib:
            found += [(float(x), float(y)) for x, y in (pair.split(",") for pair in one.attrib["points"].split())]
        for x, y in (("x", "y"), ("cx", "cy"), ("x1", "y1"), ("x2", "y2")):
            if x in one.attrib:
                found.append((float(one.attrib[x]), float(one.attrib[y])))
        if one.tag.endswith("rect"):
            found.append(
                (float(get("x", "")) + float(get("width", "")), float(get("y", "")) + float(get("height", "")))
            )
            assert float(get("width", "")) >= 0
            assert float(get("height", "")) >= 0
    return found


@settings(deadline=None, max_examples=150)
@given(KPIS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_everything_is_drawn_inside_the_box(one: object, start: date | None, end: date | None, today: date) -> None:
    """Whatever the figures and days are, a chart stays inside its box and holds only finite numbers."""
    svg = kpi_chart(one, start=start, end=end, today=today, label=label)  # type: ignore[arg-type]
    if svg:
        for x, y in coordinates(svg):
            assert math.isfinite(x)
            assert math.isfinite(y)
            assert -0.05 <= x <= WIDTH + 0.05
            assert -0.05 <= y <= HEIGHT + 0.05


@settings(deadline=None)
@given(FIGURES, FIGURES)
def test_value_ticks_are_round_even_and_enclose(one: Decimal, other: Decimal) -> None:
    """Ticks rise in one even step that is 1, 2, 2.5 or 5 times a power of ten, and enclose the values."""
    low, high = sorted((one, other))
    ticks = value_ticks(low, high)
    steps = {later - earlier for earlier, later in pairwise(ticks)}
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert len(steps) == 1
    step = steps.pop()
    assert step.scaleb(-step.adjusted()).normalize() in {Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5)}


@settings(deadline=None)
@given(DAYS, DAYS)
def test_day_ticks_lie_between_the_days_and_are_few(one: date, other: date) -> None:
    """Ticks stand on first days of months, inside the span, in order, at most six."""
    first, last = sorted((one, other))
    days = [day for day, _ in day_ticks(first, last)]
    assert days == sorted(set(days))
    assert len(days) <= 6
    assert all(first <= day <= last and day.day == 1 for day in days)


def test_days_far_apart_cost_no_more_than_near_ones() -> None:
    """A year that was mistyped in each of a thousand KPIs would else hold up the page for a minute."""
    before = time.perf_counter()
    for _ in range(100):
        assert len(day_ticks(date.min, date.max)) == 6
    assert time.perf_counter() - before < 2


def test_a_higher_value_stands_higher_and_a_later_day_further_right() -> None:
    """The readings of a rising KPI rise to the right."""
    svg = kpi_chart(kpi("K", "Rising", Pace.ON_TRACK), start=None, end=None, today=TODAY, label=label)
    dots = [one.attrib for one in parsed(svg).iter() if one.attrib.get("class") == "reading"]
    (first, second) = dots
    assert float(first["cx"]) < float(second["cx"])
    assert float(first["cy"]) > float(second["cy"])


@settings(deadline=None, max_examples=60)
@given(KPIS)
def test_the_lines_of_the_grid_are_evenly_spaced(one: object) -> None:
    """Equal steps of value are equal steps on paper."""
    svg = kpi_chart(one, start=None, end=None, today=TODAY, label=label)  # type: ignore[arg-type]
    if svg:
        heights = [float(each.attrib["y1"]) for each in parsed(svg).iter() if each.attrib.get("class") == "grid"]
        gaps = [earlier - later for earlier, later in pairwise(heights)]
        assert max(gaps) - min(gaps) <= 0.25


def test_readings_of_different_windows_are_not_joined() -> None:
    """A mid-year and an end-of-year reading make no line; two of one window do."""
    mixed = kpi("K", "Mixed", Pace.ON_TRACK)
    assert 'class="line"' not in kpi_chart(mixed, start=None, end=None, today=TODAY, label=label)
    alike = kpi("K", "Alike", Pace.ON_TRACK, readings=tuple(point("5", date(year, 1, 1)) for year in (2025, 2026)))
    assert 'class="line"' in kpi_chart(alike, start=None, end=None, today=TODAY, label=label)


def test_a_band_is_drawn_as_an_area_with_its_edges() -> None:
    """A KPI that should stay between two values shows the stretch between them."""
    banded = kpi(
        "K", "Banded", Pace.ON_TRACK, low=Decimal(50), high=Decimal(60), direction=Direction.BETWEEN, target=None
    )
    svg = kpi_chart(banded, start=None, end=None, today=TODAY, label=label)
    assert 'class="band"' in svg
    assert svg.count('class="edge"') == 2


def test_without_a_figure_there_is_no_chart() -> None:
    """Nothing known gives nothing drawn, not an empty frame."""
    bare = kpi("K", "Bare", Pace.NO_TARGET, baseline=None, target=None, interim=(), readings=())
    assert kpi_chart(bare, start=TODAY, end=TODAY, today=TODAY, label=label) == ""


def test_figures_that_are_no_numbers_are_left_out() -> None:
    """An infinite or undefined reading neither breaks the chart nor bends its scale."""
    odd = kpi("K", "Odd", Pace.ON_TRACK, readings=(Point(Decimal("NaN"), TODAY), Point(Decimal("Infinity"), TODAY)))
    svg = kpi_chart(odd, start=None, end=None, today=TODAY, label=label)
    assert 'class="reading"' not in svg
    assert "NaN" not in svg.split("</desc>")[1]


def test_the_drawing_says_in_words_what_it_shows() -> None:
    """Title and description are in the drawing and named by it."""
    one = kpi("K", "Rising", Pace.ON_TRACK)
    root = parsed(kpi_chart(one, start=None, end=None, today=TODAY, label=label))
    assert root.attrib["aria-labelledby"] == "chart-K-t chart-K-d"
    assert describe(one, label) == (
        "Began at 54 units on 30 June 2025; 2 readings, the newest 57.4 units on 12 June 2026; "
        "target 70 units on 30 June 2029."
    )


def test_a_hostile_title_stays_text() -> None:
    """A title cannot close the drawing's title and begin an element."""
    svg = kpi_chart(
        kpi('"K><', "</title><script>x</script>", Pace.ON_TRACK), start=None, end=None, today=TODAY, label=label
    )
    assert "<script" not in svg
    parsed(svg)


def test_tick_labels_are_short() -> None:
    """Only a percent sign is repeated; zeros after the point are dropped, those before it are kept."""
    assert [tick_label(Decimal(value), "%") for value in ("50", "2.50", "0")] == ["50 %", "2.5 %", "0 %"]
    assert tick_label(Decimal("1E+3"), "students") == "1,000"


@settings(deadline=None)
@given(st.none() | st.fractions(-3, 3), st.none() | st.fractions(-3, 3))
def test_bars_stay_between_nothing_and_full(share: Fraction | None, expected: Fraction | None) -> None:
    """A bar is clamped to its track, shows a trace of started work, and says nothing of unknown work."""
    rects = list(parsed(bar(share, expected, "effort")).iter("rect"))
    widths = [float(one.attrib["width"].removesuffix("%")) for one in rects if one.attrib["class"] == "effort"]
    places = [float(one.attrib["x"].removesuffix("%")) for one in rects if one.attrib["class"] == "due"]
    assert len(widths) == (share is not None and share > 0)
    assert all(2 <= width <= 100 for width in widths)
    assert all(0 <= place <= 99 for place in places)


def test_every_pace_has_a_shape_of_its_own() -> None:
    """No two paces look the same without colour."""
    assert len({str(mark(pace)) for pace in Pace}) == len(Pace)


def test_a_strip_is_as_long_as_its_parts() -> None:
    """The parts of a spread fill the strip once, in their order."""
    spread = Spread(((Pace.ON_TRACK, 2), (Pace.OFF_TRACK, 1), (Pace.STALE, 1)), "")
    rects = list(parsed(strip(spread)).iter("rect"))
    assert [one.attrib["width"] for one in rects] == ["50.0%", "25.0%", "25.0%"]
    assert [one.attrib["x"] for one in rects] == ["0.0%", "50.0%", "75.0%"]
