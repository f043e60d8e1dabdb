"""Readings taken from fields of tasks: every figure that stood there is kept, and joins the plan by its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.plan.model import Kpi, Plan, Reading, Scope
from syncd.plan.taken import Taken, news, with_taken
from tests.progress.plans import kpi, plan

FIRST, SECOND = date(2026, 3, 2), date(2026, 4, 1)
ONE = Taken("K1", "kpis", "Current value", "asana", "120", FIRST, Decimal(61))


def readings(held: Plan) -> list[tuple[date, Decimal | None]]:
    """The KPI's readings, with their days."""
    return [(one.on, one.value) for one in _kpi(held).readings]


def _kpi(held: Plan) -> Kpi:
    return held.goals[0].outcomes[0].kpis[0]


def joined(*taken: Taken, own: tuple[Reading, ...] = (), **more: Any) -> list[tuple[date, Decimal | None]]:
    """The readings of a plan with these."""
    return readings(with_taken(plan(kpis=(kpi(readings=own, **more),)), taken))


def test_only_what_is_new_is_taken() -> None:
    """A figure that still stands there is none; another one is, and so is an emptied field that held one."""
    other, empty = replace(ONE, value=Decimal(62)), replace(ONE, value=None)
    assert news([], [ONE]) == [ONE]
    assert news([], [empty]) == []
    assert news([ONE], [replace(ONE, on=SECOND)]) == []
    assert news([ONE], [other]) == [other]
    assert news([ONE, other], [ONE]) == [ONE]
    assert news([ONE], [empty]) == [empty]
    assert news([ONE], [replace(ONE, task="121"), replace(ONE, field="Now"), replace(ONE, mapping="x")]) != []


def test_an_item_that_is_called_otherwise_is_not_measured_anew() -> None:
    """Its task is the same, and so are its readings."""
    assert news([ONE], [replace(ONE, item="K9", on=SECOND)]) == []
    assert joined(ONE, id="K9", was=("K1",)) == [(FIRST, Decimal(61))]
    assert joined(ONE, id="K9") == []


@pytest.mark.parametrize("value", ["1E+60", "1E-30", "9" * 41, "1E+999999"])
def test_a_number_that_no_reading_may_be_spoils_nothing(value: str) -> None:
    """Somebody leant on a key: the plan is there all the same, with all other readings."""
    assert joined(replace(ONE, value=Decimal(value)), replace(ONE, on=SECOND)) == [(SECOND, Decimal(61))]


def test_another_day_is_another_reading_and_the_same_day_a_correction() -> None:
    """The last figure of a day counts."""
    later = replace(ONE, on=SECOND, value=Decimal(64))
    assert joined(ONE, later) == [(FIRST, Decimal(61)), (SECOND, Decimal(64))]
    assert joined(ONE, replace(ONE, value=Decimal(16)), later) == [(FIRST, Decimal(16)), (SECOND, Decimal(64))]


def test_an_emptied_field_takes_back_its_day_alone() -> None:
    """What was read before was measured all the same."""
    assert joined(ONE, replace(ONE, value=None)) == []
    assert joined(ONE, replace(ONE, value=None, on=SECOND)) == [(FIRST, Decimal(61))]


def test_what_the_plan_itself_says_of_a_day_counts() -> None:
    """A figure of a school on that day is another thing."""
    own = Reading(value=Decimal(60), on=FIRST)
    school = Reading(value=Decimal(60), on=FIRST, scope=Scope.SCHOOL, where="Elm", n=40)
    assert joined(ONE, own=(own,)) == [(FIRST, Decimal(60))]
    assert joined(ONE, own=(school,)) == [(FIRST, Decimal(60)), (FIRST, Decimal(61))]


def test_a_reading_says_where_it_was_taken() -> None:
    """Field, tool and task."""
    [reading] = _kpi(with_taken(plan(kpis=(kpi(),)), [ONE])).readings
    assert reading.source == "“Current value” of its task in asana (120)"


@given(st.lists(st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(0, 3))), max_size=12))
def test_what_is_taken_day_by_day_is_what_stood_there(seen: list[tuple[int, int | None]]) -> None:
    """Whatever is written when: the readings are the last change of each day, and a second look takes nothing."""
    taken: list[Taken] = []
    expected: dict[date, Decimal | None] = {}
    last: Decimal | None = None
    for number, value in sorted(seen, key=lambda each: each[0]):
        now = replace(ONE, on=date(2026, 3, number), value=None if value is None else Decimal(value))
        if now.value != last:
            expected[now.on], last = now.value, now.value
        taken += news(taken, [now])
        assert news(taken, [now]) == []
    assert joined(*taken) == [(day, value) for day, value in expected.items() if value is not None]
