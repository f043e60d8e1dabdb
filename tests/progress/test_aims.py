"""What KPIs aim at: changes become figures when the baseline lands, and guardrails are limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from syncd.plan.model import Direction, Goal, Interim, Kpi, Outcome, Plan, Target
from syncd.progress.aims import aimed, resolved
from syncd.progress.attainment import limits, measure, target_of
from syncd.progress.expected import expected
from syncd.progress.pace import Frame, Pace, pace
from tests.progress.plans import END, START, TODAY, kpi, plan

FRAME = Frame(start=START, end=END)
TEN = Target(change="+10 points", on=END)


def test_a_change_is_pending_until_the_baseline_lands() -> None:
    """The worked case: unknown/+10 points, then 56.5 arrives: the target is 66.5, and all follows from it."""
    readings = {date(2026, 2, 1): "61.5"}
    pending = aimed(kpi(None, None, readings, aim=TEN))
    assert (target_of(pending), limits(pending)) == (None, None)
    assert pace(pending, TODAY, FRAME).pace is Pace.BASELINE_PENDING
    landed = aimed(kpi("56.5", None, readings, aim=TEN))
    assert target_of(landed) == Decimal("66.5")
    assert measure(landed, TODAY, minimum_group=10).raw == Fraction(1, 2)
    assert pace(landed, TODAY, FRAME).pace is Pace.ON_TRACK


def test_interim_targets_may_be_changes_too() -> None:
    """Each from the baseline, beside others that are values."""
    ways = (Interim(change="+4", on=date(2026, 6, 30)), Interim(value=Decimal(60), on=date(2027, 6, 30)))
    found = expected(aimed(kpi("54", None, aim=TEN, interim=ways, step=True)), date(2026, 7, 1))
    assert found is not None
    assert (found.value, found.share) == (Fraction(58), Fraction(4, 10))


def test_what_needs_no_figure_stays_as_it_is() -> None:
    """A plan without changes is the same one, and not merely an equal one."""
    found = plan(kpis=(kpi(), kpi(None, id="K2"), Kpi(id="K3", title="Bare")))
    assert resolved(found) is found
    assert aimed(found.goals[0].outcomes[0].kpis[0]) is found.goals[0].outcomes[0].kpis[0]


@pytest.mark.parametrize("where", ["kpis", "outcomes", "guardrails"])
def test_a_plan_is_resolved_wherever_a_kpi_stands(where: str) -> None:
    """Under a goal, an outcome, or as a guardrail; the plan that was given stays as people wrote it."""
    held = kpi("54", None, aim=TEN)
    below = (Outcome(id="O1", title="Outcome", kpis=(held,)),) if where == "outcomes" else (held,)
    before = Plan(id="p", title="Plan", goals=(Goal.model_validate({"id": "G1", "title": "Goal", where: below}),))
    item = resolved(before).items["K1"].item
    assert isinstance(item, Kpi)
    assert target_of(item) == 64
    assert target_of(held) is None


@pytest.mark.parametrize(
    ("written", "value", "wanted"),
    [
        (Direction.INCREASE, "53", Pace.OFF_TRACK),
        (Direction.INCREASE, "54", Pace.ON_TRACK),
        (Direction.DECREASE, "54.1", Pace.OFF_TRACK),
        (Direction.AT_MOST, "54", Pace.ON_TRACK),
    ],
)
def test_a_guardrail_is_a_limit(written: Direction, value: str, wanted: Pace) -> None:
    """It has no way to go and so no percentage, also where its direction says that it should rise or fall."""
    rail = kpi("54", "54", {date(2026, 2, 1): value}, direction=written)
    found = Plan(id="p", title="Plan", goals=(Goal(id="G1", title="Goal", guardrails=(rail,)),))
    item = resolved(found).items["K1"].item
    assert isinstance(item, Kpi)
    verdict = pace(item, TODAY, FRAME)
    assert (verdict.pace, verdict.measured.raw) == (wanted, None)
