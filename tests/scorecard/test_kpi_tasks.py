"""What the tasks of KPIs show of a scorecard."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from syncd.plan.items import FIGURES
from syncd.plan.model import Audience, Plan
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.kpi_tasks import kpi_figures, measures
from syncd.scorecard.view import KpiView, Scorecard
from tests.scorecard.cards import DAY, READ_AT, SOURCE, card, kpi_view, sample, seen


def with_kpi(view: KpiView) -> Scorecard:
    """The sample with this in place of its second KPI."""
    sample = card()
    goal = sample.goals[0]
    outcome = replace(goal.outcomes[-1], kpis=(view,))
    return replace(sample, goals=(replace(goal, outcomes=(*goal.outcomes[:-1], outcome)), *sample.goals[1:]))


def test_every_kpi_and_guardrail_has_every_figure() -> None:
    """What is measured of a group that is too small is not told in the tool either."""
    found = kpi_figures(card(), sample())
    assert set(found) == {"G1.K1", "G1.O1.K1", "G1.R1", "G2.K1", "G2.O1.K1"}
    assert {frozenset(figures) for figures in found.values()} == {frozenset(FIGURES)}
    told = {key for key, value in found["G1.K1"].items() if value is not None}
    assert told == {"unit", "target", "implementation"}
    assert (found["G1.O1.K1"]["pace"], found["G1.R1"]["pace"]) == ("on track", "on track")


def test_figures_as_the_scorecard_shows_them() -> None:
    """Rounded once, shares in whole percent, a start never 0 and what is not finished never 100."""
    view = replace(kpi_view(card(), "G1.O1.K1"), decimals=1, measured=Decimal("60.45"), attainment=Fraction(1, 8))
    figures = kpi_figures(with_kpi(replace(view, implementation=Fraction(1, 1000))), sample())[view.id]
    assert (figures["measured"], figures["measured_on"]) == (Decimal("60.5"), view.measured_on)
    assert (figures["baseline"], figures["target"]) == (Decimal("54.0"), Decimal("70.0"))
    assert (figures["attainment"], figures["implementation"]) == (13, 1)


@pytest.mark.parametrize(("share", "shown"), [(Fraction(0), 0), (Fraction(-1, 1000), 0), (Fraction(999, 1000), 99)])
def test_shares_at_the_ends(share: Fraction, shown: int) -> None:
    """Nothing done is 0, and what is nearly there is not there."""
    view = replace(kpi_view(card(), "G1.O1.K1"), attainment=share)
    assert kpi_figures(with_kpi(view), sample())[view.id]["attainment"] == shown


def test_what_is_measured_of_a_group_alone_is_not_told_in_the_tool() -> None:
    """However large the group is: of such a KPI only its aim and its work are."""
    source = copy.deepcopy(SOURCE)
    source["goals"][0]["kpis"][0]["readings"][0]["n"] = 711
    plan = Plan.model_validate(source)
    found = build_scorecard(plan, seen(), audience=Audience.INTERNAL, as_of=DAY, tool_read_at=READ_AT)
    assert kpi_view(found, "G1.K1").measured == 44
    told = kpi_figures(found, plan)["G1.K1"]
    assert {key for key, value in told.items() if value is not None} == {"unit", "target", "implementation"}
    assert "G1.K1" not in measures(found, plan)
    assert measures(found, plan)["G1.O1.K1"][1].value == Decimal("60.4")


def test_a_target_told_as_a_change_gives_no_baseline_of_a_group_away_in_the_tool() -> None:
    """The baseline is not told there, so neither is what a change from it comes to."""
    source = copy.deepcopy(SOURCE)
    source["goals"][0]["kpis"][0]["readings"][0]["n"] = 711
    source["goals"][0]["kpis"][0]["target"] = {"change": "+5 points", "on": "2029-06-30"}
    plan = Plan.model_validate(source)
    found = build_scorecard(plan, seen(), audience=Audience.INTERNAL, as_of=DAY, tool_read_at=READ_AT)
    told = kpi_figures(found, plan)["G1.K1"]
    assert {key for key, value in told.items() if value is not None} == {"unit", "implementation"}
