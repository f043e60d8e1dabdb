"""Attainment: the worked set of the domain, like with like, small groups."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.model import Direction, Kpi, Reading, Scope, Target, Window
from syncd.progress.attainment import Band, attainment, clamped, measure
from tests.progress.plans import TODAY, kpi

READ = date(2026, 2, 1)
FIGURES = st.decimals(min_value=-1000, max_value=1000, places=3)


def raw(found: Kpi) -> Fraction | None:
    """The attainment of a KPI today."""
    return measure(found, TODAY, minimum_group=10).raw


@pytest.mark.parametrize(
    ("baseline", "target", "value", "percent"),
    [
        ("60", "80", "65", 25),
        ("60", "80", "58", -10),
        ("60", "80", "86", 130),
        ("18", "12", "15", 50),
        ("18", "12", "19.5", -25),
        ("18", "12", "9", 150),
        ("3.4", "3.4", "3.5", None),
        (None, "80", "82", None),
        ("60", None, "66", None),
        ("56.5", "66.5", "66.5", 100),
    ],
)
def test_worked_set(baseline: str | None, target: str | None, value: str, percent: int | None) -> None:
    """The worked set comes out exactly, raw below 0 and above 1 kept; unknown figures give no percent."""
    assert raw(kpi(baseline, target, {READ: value})) == (None if percent is None else Fraction(percent, 100))


def test_met_without_a_baseline() -> None:
    """An unknown baseline leaves no percent, but whether the target is met is known."""
    assert measure(kpi(None, "80", {READ: "82"}), TODAY, minimum_group=10).met is True
    assert measure(kpi(None, "80", {READ: "79"}), TODAY, minimum_group=10).met is False


def test_target_equal_to_the_baseline_is_kept_not_reached() -> None:
    """A target equal to the baseline is a level to keep: in its band or not, on the side of the direction."""
    assert measure(kpi("3.4", "3.4", {READ: "3.5"}), TODAY, minimum_group=10).band is Band.INSIDE
    falling = kpi("3.4", "3.4", {READ: "3.5"}, direction=Direction.DECREASE)
    assert measure(falling, TODAY, minimum_group=10).band is Band.OUTSIDE


@pytest.mark.parametrize(
    ("direction", "value", "band"),
    [
        ("at_least", "90", Band.INSIDE),
        ("at_least", "89", Band.NEAR),
        ("at_least", "87.9", Band.OUTSIDE),
        ("at_most", "90", Band.INSIDE),
        ("at_most", "92", Band.NEAR),
        ("at_most", "92.1", Band.OUTSIDE),
    ],
)
def test_bands_have_no_percentage(direction: str, value: str, band: Band) -> None:
    """At least and at most have no share of the way: both limits included, within tolerance is near."""
    found = measure(kpi("50", "90", {READ: value}, direction=direction, tolerance="2"), TODAY, minimum_group=10)
    assert (found.raw, found.band) == (None, band)


@pytest.mark.parametrize(("value", "band"), [("20", Band.INSIDE), ("24", Band.INSIDE), ("24.1", Band.OUTSIDE)])
def test_between_includes_both_ends(value: str, band: Band) -> None:
    """A KPI that should stay between two values is inside on each of them, and outside without a tolerance."""
    found = kpi(None, None, {READ: value}, direction="between", aim=Target(low=Decimal(20), high=Decimal(24)))
    assert measure(found, TODAY, minimum_group=10).band is band


def test_later_readings_are_not_known_yet() -> None:
    """A reading after the day is ignored, and the newest before it holds."""
    found = measure(kpi(values={READ: "58", date(2026, 3, 2): "70"}), TODAY, minimum_group=10)
    assert found.raw == Fraction(1, 4)


def test_readings_up_to_the_baseline_are_history() -> None:
    """A reading of the baseline's day or before says nothing about the way since."""
    assert measure(kpi(values={date(2025, 6, 30): "60"}), TODAY, minimum_group=10).reading is None


def test_a_mid_year_reading_never_meets_an_end_of_year_target() -> None:
    """A mid-year reading stands aside, however new; the older end-of-year reading is compared."""
    middle = Reading(value=Decimal(66), on=READ, window=Window.MIDDLE)
    aside = measure(kpi(readings=(middle,)), TODAY, minimum_group=10)
    assert (aside.reading, aside.aside, aside.raw) == (None, middle, None)
    both = measure(kpi(values={date(2025, 9, 1): "58"}, readings=(middle,)), TODAY, minimum_group=10)
    assert both.raw == Fraction(1, 4)


def test_a_mid_year_kpi_reads_mid_year() -> None:
    """A KPI of the middle window is compared with mid-year readings alone."""
    middle = Reading(value=Decimal(58), on=READ, window=Window.MIDDLE)
    end = Reading(value=Decimal(70), on=TODAY, window=Window.END)
    found = measure(kpi(readings=(middle, end), window="middle"), TODAY, minimum_group=10)
    assert found.reading == middle


def test_a_part_never_stands_for_the_whole() -> None:
    """A school's newer reading does not replace the district's."""
    school = Reading(value=Decimal(70), on=TODAY, scope=Scope.SCHOOL, where="North", n=200)
    found = measure(kpi(values={READ: "58"}, readings=(school,)), TODAY, minimum_group=10)
    assert found.raw == Fraction(1, 4)


def test_parts_are_not_averaged_without_the_whole() -> None:
    """Readings of two schools alone give no figure; those of one group alone are what the KPI is about."""
    north = Reading(value=Decimal(70), on=READ, scope=Scope.SCHOOL, where="North", n=200)
    south = north.model_copy(update={"where": "South"})
    assert measure(kpi(readings=(north, south)), TODAY, minimum_group=10).reading is None
    assert measure(kpi(readings=(north,)), TODAY, minimum_group=10).raw == 1


@pytest.mark.parametrize(("size", "hidden"), [(9, True), (10, False), (0, True)])
def test_small_groups_are_suppressed(size: int, hidden: bool) -> None:
    """A group under the minimum gives no figure at all; the minimum itself is shown."""
    small = Reading(value=Decimal(58), on=READ, scope=Scope.GROUP, where="English learners", n=size)
    found = measure(kpi(readings=(small,)), TODAY, minimum_group=10)
    assert (found.suppressed, found.raw is None, found.reading is None) == (hidden, hidden, hidden)


def test_a_part_of_unknown_size_is_hidden_from_the_public() -> None:
    """Without its size a group's reading is shown inside, and suppressed where it would be published."""
    group = Reading(value=Decimal(58), on=READ, scope=Scope.GROUP, where="English learners")
    assert not measure(kpi(readings=(group,)), TODAY, minimum_group=10).suppressed
    assert measure(kpi(readings=(group,)), TODAY, minimum_group=10, strict=True).suppressed


def test_an_unknown_value_never_becomes_zero() -> None:
    """A reading of TBD is no reading: the last known one stands."""
    unknown = Reading.model_validate({"value": "TBD", "on": TODAY})
    assert measure(kpi(values={READ: "58"}, readings=(unknown,)), TODAY, minimum_group=10).raw == Fraction(1, 4)


@settings(deadline=None, max_examples=100)
@given(FIGURES, FIGURES, FIGURES)
def test_attainment_mirrors(baseline: Decimal, target: Decimal, value: Decimal) -> None:
    """Turning a measure upside down (higher is better to lower is better) leaves its attainment, exactly."""
    assert attainment(baseline, target, value) == attainment(-baseline, -target, -value)


@settings(deadline=None, max_examples=100)
@given(FIGURES, FIGURES, st.integers(1, 1000))
def test_attainment_is_exact(baseline: Decimal, target: Decimal, scale: int) -> None:
    """Target and baseline stand at exactly 1 and 0; a change of unit changes nothing."""
    if baseline == target:
        assert attainment(baseline, target, baseline) is None
        return
    assert attainment(baseline, target, target) == 1
    assert attainment(baseline, target, baseline) == 0
    middle = (baseline + target) / 2
    assert attainment(baseline * scale, target * scale, middle * scale) == Fraction(1, 2)


@given(st.fractions())
def test_clamped_stays_within_bounds(share: Fraction) -> None:
    """A bar is never shorter than nothing nor longer than all, and true in between."""
    assert clamped(share) == (share if 0 <= share <= 1 else (0 if share < 0 else 1))


def test_a_reading_that_meets_no_target_is_shown_beside_its_like_of_the_year_before() -> None:
    """Of the same window, and about a year older: not of the same winter, and not of a group that is too small."""

    def winter(year: int, month: int = 1, n: int | None = None) -> Reading:
        return Reading(value=Decimal(50), on=date(year, month, 31), window=Window.MIDDLE, n=n)

    spring = Reading(value=Decimal(54), on=date(2025, 6, 1), window=Window.END)
    found = measure(kpi(readings=(winter(2025), spring, winter(2026))), date(2026, 3, 1), minimum_group=10)
    assert (found.aside, found.before, found.reading) == (winter(2026), winter(2025), None)
    alone = measure(
        kpi(readings=(winter(2025, n=3), winter(2025, 12), winter(2026))), date(2026, 3, 1), minimum_group=10
    )
    assert (alone.aside, alone.before) == (winter(2026), None)
