"""A plan in pieces: put together again it is the same, and versions differ in few pieces."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from syncd.plan.model import Kpi, Plan
from syncd.plan.pieces import HEAD, NoPlan, assemble, digest, pieces
from tests.scorecard.plans_of_years import edited, plans, source


def by_day(plan: Plan) -> Plan:
    """The plan with its readings in the order of their days."""
    held = plan.model_dump()

    def ordered(part: Any) -> Any:
        if isinstance(part, dict):
            found = {key: ordered(value) for key, value in part.items()}
            if "readings" in found:
                found["readings"] = sorted(found["readings"], key=lambda each: each["on"])
            return found
        return [ordered(each) for each in part] if isinstance(part, list | tuple) else part

    return Plan.model_validate(ordered(held))


@given(plans())
def test_put_together_again_it_is_the_same(plan: Plan) -> None:
    """Every value comes back exactly, and so does the place of every item."""
    again = assemble(pieces(plan))
    assert again == by_day(plan)
    assert list(again.items) == list(plan.items)
    assert pieces(again) == pieces(plan)
    digits = [
        [
            str(reading.value)
            for placed in each.walk()
            if isinstance(placed.item, Kpi)
            for reading in placed.item.readings
        ]
        for each in (again, by_day(plan))
    ]
    assert digits[0] == digits[1]


@given(plans(), plans())
def test_equal_plans_have_equal_digests(one: Plan, other: Plan) -> None:
    """The digest tells two plans apart exactly where they differ."""
    assert (digest(pieces(one)) == digest(pieces(other))) == (by_day(one) == by_day(other))


def test_an_edit_touches_few_pieces() -> None:
    """A corrected reading is one piece, a project more is two: itself, and the action that names it."""
    before = pieces(Plan.model_validate(source()))

    def changed(*changes: tuple[str, object]) -> set[str]:
        after = pieces(Plan.model_validate(edited(source(), *changes)))
        return {name for name in {*before, *after} if before.get(name) != after.get(name)}

    assert changed(("goals.0.outcomes.0.kpis.0.readings.0.value", 57)) == {"G1.O1.K1/2026-01-31/0"}
    assert changed(("goals.0.outcomes.0.kpis.0.readings.1", {"value": 57, "on": "2026-05-31"})) == {
        "G1.O1.K1/2026-05-31/0"
    }
    assert changed(("goals.0.actions.0.projects.3", {"id": "P9", "title": "More"})) == {"P9", "G1.A1"}
    assert changed(("title", "Another title")) == {HEAD}
    assert changed() == set()


def test_blanks_of_an_older_version_are_unknown() -> None:
    """Plans could once hold a blank owner; what was kept of them can still be recalled."""
    made = assemble(
        {HEAD: '{"id":"p","title":"t","below":{"goals":["G1"]}}', "G1": '{"id":"G1","title":"g","owner":""}'}
    )
    assert made.goals[0].owner is None


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {HEAD: "{"},
        {HEAD: '{"id":"p","title":"t","below":{"goals":["G1"]}}'},
        {HEAD: '{"id":"p","title":"t"}', "K1/2026-01-01/0": "{}"},
        {HEAD: '{"id":"p"}'},
        {HEAD: "[]"},
        {HEAD: '{"id":"p","title":"t"}', "K1/2026-01-01/x": "{}"},
    ],
)
def test_pieces_that_make_no_plan(broken: dict[str, str]) -> None:
    """What does not fit together is said, and never taken for a smaller plan."""
    with pytest.raises(NoPlan, match="do not fit together"):
        assemble(broken)
