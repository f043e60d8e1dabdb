"""Bounds of measured values, as states publish them: they prove what they prove, and are no percentage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from syncd.plan.bounds import Over, Under, bound_in
from syncd.plan.model import Kpi, PaceRule, Reading, Target
from syncd.plan.pieces import assemble, pieces
from syncd.progress.attainment import Band, Limits, measure
from syncd.progress.pace import Frame, Pace, Verdict, pace
from syncd.store.codec import decode, encode
from tests.progress.plans import END, START, kpi, plan

DAY, LAST = date(2028, 6, 12), date(2029, 6, 12)
FRAME = Frame(START, END)


def held(value: str, *, on: date = DAY, as_of: date | None = None, **more: Any) -> Verdict:
    """How a KPI stands whose newest reading is that, on the day of it."""
    reading = Reading.model_validate({"value": value, "on": on})
    return pace(kpi(readings=(reading,), **more), as_of or on, FRAME)


@pytest.mark.parametrize(
    ("written", "kind", "figure"),
    [
        (">95", Over, "95"),
        ("> 95 %", Over, "95"),
        ("over 1,200", Over, "1200"),
        ("more than 3.5", Over, "3.5"),
        ("<5", Under, "5"),
        ("less than 5%", Under, "5"),
        ("below −2", Under, "-2"),
    ],
)
def test_bounds_are_read_as_people_write_them(written: str, kind: type[Decimal], figure: str) -> None:
    """And kept: in a copy of the reading, in the history's pieces, in its events."""
    value = Reading.model_validate({"value": written, "on": DAY}).value
    assert isinstance(value, Over | Under)
    assert (type(value), Decimal(value)) == (kind, Decimal(figure))
    assert Reading(value=value, on=DAY).value == value
    assert value != Decimal(figure)
    assert hash(value) != hash(Decimal(figure))
    measured = kpi(readings=(Reading(value=value, on=DAY),))
    assert assemble(pieces(plan(kpis=(measured,)))).items["K1"].item == measured
    kept = decode(encode({"value": value}))["value"]
    assert (type(kept), kept) == (kind, value)


@pytest.mark.parametrize("written", [">", ">TBD", "<x", ">95 of 100"])
def test_a_bound_without_a_figure_is_refused(written: str) -> None:
    """It says nothing."""
    with pytest.raises(ValidationError):
        Reading.model_validate({"value": written, "on": DAY})
    assert bound_in("95") is None


@pytest.mark.parametrize(
    ("direction", "target", "value", "expected"),
    [
        ("increase", "70", ">70", Pace.ON_TRACK),
        ("increase", "70", ">66", Pace.ON_TRACK),
        ("increase", "70", ">60", Pace.NOT_MEASURED),
        ("increase", "70", "<58", Pace.OFF_TRACK),
        ("increase", "70", "<66", Pace.NOT_MEASURED),
        ("decrease", "30", "<31", Pace.ON_TRACK),
        ("decrease", "30", ">54", Pace.OFF_TRACK),
        ("decrease", "30", ">31", Pace.NOT_MEASURED),
    ],
)
def test_a_bound_counts_only_where_it_decides(direction: str, target: str, value: str, expected: Pace) -> None:
    """Half of the way from 54 is due by then; whatever the bound leaves open is not held against it."""
    found = held(value, direction=direction, target=target, interim=())
    assert (found.pace, found.measured.raw, found.gap) == (expected, None, None)


@pytest.mark.parametrize(
    ("aim", "value", "expected"),
    [
        ({"direction": "at_least", "value": "92"}, ">92", Band.INSIDE),
        ({"direction": "at_least", "value": "92"}, ">91", None),
        ({"direction": "at_least", "value": "92"}, "<92", None),
        ({"direction": "at_least", "value": "92"}, "<90", Band.OUTSIDE),
        ({"direction": "at_most", "value": "5"}, "<5", Band.INSIDE),
        ({"direction": "at_most", "value": "5"}, ">7", Band.OUTSIDE),
        ({"direction": "between", "low": "4", "high": "8"}, ">5", None),
        ({"direction": "between", "low": "4", "high": "8"}, ">11", Band.OUTSIDE),
        ({"direction": "between", "low": "4", "high": "8"}, "<1", Band.OUTSIDE),
    ],
)
def test_a_band_is_kept_or_left_only_for_certain(aim: dict[str, str], value: str, expected: Band | None) -> None:
    """With a tolerance of 2, outside by less than that is not known to be near, nor out."""
    direction, rest = aim.pop("direction"), aim
    found = held(value, direction=direction, aim=Target.model_validate({**rest, "on": END}), baseline=None, tolerance=2)
    assert found.measured.band is expected
    paces = {Band.INSIDE: Pace.ON_TRACK, Band.OUTSIDE: Pace.OFF_TRACK, None: Pace.NOT_MEASURED}
    assert found.pace is paces[expected]
    aim["direction"] = direction


def test_at_the_end_a_bound_that_decides_nothing_settles_nothing() -> None:
    """Neither achieved nor missed; one that decides does both."""
    late = date(2029, 8, 1)
    assert held(">60", on=LAST, as_of=late).pace is Pace.NOT_MEASURED
    assert held(">70", on=LAST, as_of=late).pace is Pace.ACHIEVED
    assert held("<69", on=LAST, as_of=late).pace is Pace.MISSED
    assert held(">60", baseline=None).pace is Pace.BASELINE_PENDING
    assert pace(kpi(readings=(Reading.model_validate({"value": ">60", "on": DAY}),)), DAY, Frame()).rule == PaceRule()


FIGURES = st.integers(0, 100).map(Decimal)


@given(FIGURES, FIGURES, FIGURES, st.sampled_from([Over, Under]), st.sampled_from(["increase", "decrease"]))
def test_what_is_decided_holds_for_every_value_that_may_stand_behind(
    start: Decimal, target: Decimal, end: Decimal, kind: type[Over | Under], direction: str
) -> None:
    """Whoever knew the value would say the same; and only what all of them would say is said."""
    if start == target or (target > start) != (direction == "increase"):
        return
    given: Kpi = kpi(str(start), str(target), direction=direction)

    def at(value: Decimal) -> Verdict:
        return pace(given.model_copy(update={"readings": (Reading(value=value, on=DAY),)}), DAY, FRAME)

    found = at(kind(end))
    behind = [end + (step if kind is Over else -step) for step in map(Decimal, ("0.0001", "1", "50", "200"))]
    said = {at(value).pace for value in behind}
    if found.pace is not Pace.NOT_MEASURED:
        assert said == {found.pace}
    met = measure(given.model_copy(update={"readings": (Reading(value=kind(end), on=DAY),)}), DAY, minimum_group=10).met
    if met is not None:
        assert {at(value).measured.met for value in behind} == {met}


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [
        (None, "5", Over(5), False),
        (None, "5", Over(4), None),
        ("5", None, Under(5), False),
        ("5", None, Under(6), None),
        (None, "5", Under(5), True),
        (None, "5", Under(6), None),
        ("5", "9", Under(9), None),
        (None, None, Over(5), None),
    ],
)
def test_limits_and_bounds(low: str | None, high: str | None, value: Decimal, expected: bool | None) -> None:
    """A bound may prove that a limit is kept, or that it is not, or neither."""
    ends = [None if each is None else Decimal(each) for each in (low, high)]
    assert Limits(*ends).met(value) is expected
    assert Fraction(value) == Fraction(Decimal(value))
