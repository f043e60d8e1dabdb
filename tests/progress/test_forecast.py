"""The forecast: a robust line through like readings, no further than they carry it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from syncd.progress.forecast import FEWEST, NEWEST, Bounds, Measure, forecast

START = date(2026, 6, 30)
FAR = date(2040, 6, 30)
PERCENT = Bounds(Fraction(0), Fraction(100))


def measures(*values: int | str, every: int = 10) -> list[Measure]:
    """One value every ten days."""
    return [Measure(START + timedelta(days=every * number), Fraction(value)) for number, value in enumerate(values)]


def test_a_straight_way_goes_on() -> None:
    """Readings on a line are continued along it, as far as they reach back and no further."""
    assert forecast(measures(50, 52, 54), FAR) == (
        Measure(START + timedelta(days=20), Fraction(54)),
        Measure(START + timedelta(days=40), Fraction(58)),
    )


def test_it_ends_with_the_target() -> None:
    """The day of the target ends the line, if it comes first; a day that is past has no forecast."""
    ends = forecast(measures(50, 52, 54), START + timedelta(days=25))
    assert ends is not None
    assert ends[1] == Measure(START + timedelta(days=25), Fraction(55))
    assert forecast(measures(50, 52, 54), START + timedelta(days=20)) is None


def test_fewer_than_three_days_say_nothing() -> None:
    """Two readings, or three on two days, make no line."""
    two = measures(50, 52)
    assert forecast(two, FAR) is None
    assert forecast([*two, Measure(START, Fraction(51))], FAR) is None
    assert forecast([], FAR) is None


def test_one_odd_reading_does_not_bend_it() -> None:
    """Five readings on a line and one far off: the line stays what it was."""
    ends = forecast(measures(50, 51, 99, 53, 54, 55), FAR)
    assert ends == (
        Measure(START + timedelta(days=50), Fraction(55)),
        Measure(START + timedelta(days=100), Fraction(60)),
    )


def test_it_stops_where_no_value_can_be() -> None:
    """A percentage is never foreseen above 100 or below 0: the line stops on the last day within."""
    up = forecast(measures(70, 80, 93), FAR, PERCENT)
    down = forecast(measures(25, 15, 5), FAR, PERCENT)
    assert up is not None
    assert down is not None
    assert (up[1].on, down[1]) == (START + timedelta(days=26), Measure(START + timedelta(days=25), Fraction(0)))
    assert up[1].value <= 100
    assert forecast(measures(98, 99, 100), FAR, PERCENT) is None, "it stands at the bound already"
    assert forecast(measures(100, 120, 140), FAR, PERCENT) is None, "readings beyond the bounds are no percentage"
    assert forecast(measures(80, 90, 99, every=1), FAR, PERCENT) is None, "the bound is less than a day away"


def test_only_the_newest_count() -> None:
    """What was measured long ago does not weigh for ever."""
    old, new = measures(*([0] * 90)), measures(*range(NEWEST))
    moved = [Measure(each.on + timedelta(days=10_000), each.value) for each in new]
    assert forecast([*old, *moved], FAR) == forecast(moved, FAR)


readings = st.lists(
    st.builds(Measure, st.dates(date(2020, 1, 1), date(2028, 1, 1)), st.fractions(0, 100, max_denominator=100)),
    max_size=12,
)


@given(readings, st.fractions(-50, 50), st.fractions("1/10", 10))
def test_order_and_scale_do_not_matter(found: list[Measure], shift: Fraction, scale: Fraction) -> None:
    """In any order the line is the same; in another unit it is the same line in that unit."""
    ends = forecast(found, FAR)
    by_value = sorted(found, key=lambda each: (each.value, each.on))
    assert forecast(by_value, FAR) == ends
    other = forecast([Measure(each.on, each.value * scale + shift) for each in found], FAR)
    assert other == (ends and tuple(Measure(end.on, end.value * scale + shift) for end in ends))


@given(readings, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_it_keeps_to_its_bounds(found: list[Measure], until: date) -> None:
    """Neither end lies outside the bounds; it begins with the newest reading and ends by the day asked for."""
    ends = forecast(found, until, PERCENT)
    days = {each.on for each in found}
    if ends is None:
        return
    assert len(days) >= FEWEST
    assert ends[0].on == max(days) < ends[1].on <= until
    assert ends[1].on - max(days) <= max(days) - min(days)
    assert all(0 <= end.value <= 100 for end in ends)


@given(
    st.fractions(-5, 5), st.fractions(-100, 100), st.lists(st.integers(1, 400), min_size=3, max_size=20, unique=True)
)
def test_a_line_is_found_again(slope: Fraction, base: Fraction, days: list[int]) -> None:
    """Readings that lie on a line are continued along that very line."""
    found = [Measure(START + timedelta(days=each), base + slope * each) for each in days]
    ends = forecast(found, FAR)
    assert ends is not None
    assert all(end.value == base + slope * (end.on - START).days for end in ends)
