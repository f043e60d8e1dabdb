"""Expected: steps and straight lines, late readings, work by its dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.plan.model import Cadence, Interim, Kpi, Mark
from syncd.progress.calendar import fresh_until, later, next_due
from syncd.progress.expected import course, expected, expected_work
from tests.progress.plans import END, START, kpi

INTERIM = (Interim(value=Decimal(58), on=date(2026, 6, 30)), Interim(value=Decimal(62), on=date(2027, 6, 30)))


def share(found: Kpi, day: date) -> Fraction:
    """The share of the way expected on a day."""
    there = expected(found, day)
    assert there is not None
    return there.share


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        (date(2024, 1, 1), Fraction(0)),
        (date(2026, 6, 29), Fraction(0)),
        (date(2026, 6, 30), Fraction(1, 4)),
        (date(2027, 6, 29), Fraction(1, 4)),
        (date(2029, 6, 29), Fraction(1, 2)),
        (date(2029, 6, 30), Fraction(1)),
        (date(2031, 1, 1), Fraction(1)),
    ],
)
def test_steps_bind_from_their_own_day(day: date, wanted: Fraction) -> None:
    """A yearly KPI is held to an interim target from that target's day on, not before."""
    assert share(kpi(interim=INTERIM), day) == wanted


def test_straight_lines_between_interim_targets() -> None:
    """A monthly KPI should stand on the line between two interim targets, by days."""
    found = kpi(interim=INTERIM, cadence="monthly")
    assert share(found, date(2026, 6, 30)) == Fraction(1, 4)
    assert share(found, date(2025, 6, 30)) == 0
    assert share(found, date(2026, 7, 30)) == Fraction(1, 4) + Fraction(30, 365) / 4


def test_without_interim_targets_a_yearly_kpi_goes_in_equal_yearly_steps() -> None:
    """Our straight line is marked as ours, and asks for a quarter a year over four years."""
    found = expected(kpi(), date(2027, 7, 1))
    assert found is not None
    assert (found.share, found.ours) == (Fraction(1, 2), True)
    assert share(kpi(), date(2027, 6, 29)) == Fraction(1, 4)


def test_a_line_that_is_no_whole_number_of_years_goes_by_days() -> None:
    """Yearly points then stand where the straight line crosses the anniversaries of the target."""
    found = kpi(baseline=None).model_copy(update={"baseline": Mark(value=Decimal(54), on=date(2027, 12, 31))})
    assert share(found, date(2028, 6, 30)) == Fraction(182, 547)


def test_step_can_be_set_apart_from_the_cadence() -> None:
    """`step` in the plan wins over what the cadence asks for."""
    assert share(kpi(interim=INTERIM, step=False), date(2026, 7, 30)) > Fraction(1, 4)
    assert share(kpi(interim=INTERIM, cadence="monthly", step=True), date(2026, 7, 30)) == Fraction(1, 4)


@pytest.mark.parametrize(
    "found",
    [kpi(None, "70"), kpi("54", None), kpi("70", "70"), kpi(direction="at_least")],
)
def test_no_way_no_expectation(found: Kpi) -> None:
    """Without a baseline, a target or a way to go, nothing is expected."""
    assert expected(found, END) is None


def test_the_plan_lends_its_days() -> None:
    """A baseline or target without a day takes the plan's first or last; without both, nothing can be expected."""
    bare = kpi().model_copy(update={"baseline": Mark(value=Decimal(54))})
    assert expected(bare, END) is None
    assert course(bare, start=START, end=END) == course(kpi())
    assert course(bare, start=END, end=END) is None


def test_a_late_reading_is_waited_for_two_months() -> None:
    """In July the reading of last June is held against last June's target; from September on against this year's."""
    way = course(kpi(interim=INTERIM))
    assert way is not None
    assert way.due(date(2027, 7, 15), date(2026, 6, 15)).share == Fraction(1, 4)
    assert way.due(date(2027, 7, 15), date(2027, 6, 15)).share == Fraction(1, 2)
    assert way.due(date(2027, 8, 31), date(2026, 6, 15)).share == Fraction(1, 2)


@settings(deadline=None, max_examples=100)
@given(
    st.dates(date(2025, 1, 1), date(2030, 1, 1)),
    st.dates(date(2025, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["monthly", "yearly"]),
    st.booleans(),
)
def test_expected_never_falls(one: date, other: date, cadence: str, given_steps: bool) -> None:
    """What is expected later is never less, and stays between nothing and all of the way."""
    found = kpi(cadence=cadence, interim=INTERIM if given_steps else ())
    first, second = share(found, min(one, other)), share(found, max(one, other))
    assert 0 <= first <= second <= 1


@pytest.mark.parametrize(
    ("start", "due", "gradual", "wanted"),
    [
        (None, None, True, None),
        (None, date(2026, 2, 28), False, Fraction(1)),
        (None, date(2026, 3, 1), False, Fraction(0)),
        (date(2026, 2, 1), date(2026, 3, 29), False, Fraction(0)),
        (date(2026, 2, 1), date(2026, 3, 29), True, Fraction(1, 2)),
        (None, date(2026, 3, 29), True, Fraction(0)),
        (date(2026, 3, 2), date(2026, 3, 29), True, Fraction(0)),
    ],
)
def test_work_is_expected_by_its_dates(
    start: date | None, due: date | None, gradual: bool, wanted: Fraction | None
) -> None:
    """Work is expected the day after it is due; on the way only where its progress shows on the way."""
    assert expected_work(start, due, date(2026, 3, 1), gradual=gradual) == wanted


def test_months_and_freshness() -> None:
    """Months are counted to a month's last day; a yearly reading of June is fresh until the end of next August."""
    assert later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert later(date(2025, 1, 31), -2) == date(2024, 11, 30)
    assert fresh_until(date(2024, 6, 30), Cadence.YEARLY) == date(2025, 8, 30)
    assert fresh_until(date(2024, 6, 30), Cadence.WEEKLY) == date(2024, 7, 14)


def test_the_next_reading_is_due_one_period_later() -> None:
    """A week, a month, a quarter, a year: without the grace after which the last one counts as stale."""
    due = {cadence: next_due(date(2026, 1, 31), cadence) for cadence in Cadence}
    assert due == {
        Cadence.WEEKLY: date(2026, 2, 7),
        Cadence.MONTHLY: date(2026, 2, 28),
        Cadence.QUARTERLY: date(2026, 4, 30),
        Cadence.YEARLY: date(2027, 1, 31),
    }
