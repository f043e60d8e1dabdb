"""Bounds of measured values on the scorecard: in words, as data, in formulas, in public, in what changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Audience, Plan, Reading
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.coding import coded, counts
from syncd.scorecard.data import as_csv, as_json
from syncd.scorecard.events import Kind, compare
from syncd.scorecard.explain import explain
from syncd.scorecard.history import points
from syncd.scorecard.view import KpiView
from syncd.scorecard.words import figure_beside
from tests.progress.plans import kpi, plan

DAY = date(2028, 6, 12)


def with_reading(value: str, **more: Any) -> Plan:
    """A plan whose KPI has that reading."""
    reading = {"value": value, "on": DAY, **more.pop("reading", {})}
    return plan(kpis=(kpi(readings=(Reading.model_validate(reading),), **more),), audience="public")


def view(held: Plan, audience: Audience = Audience.INTERNAL) -> KpiView:
    """How it is shown."""
    card = build_scorecard(held, {}, audience=audience, as_of=DAY, tool_read_at=None)
    return card.goals[0].outcomes[0].kpis[0]


@pytest.mark.parametrize(
    ("value", "more", "said"),
    [
        (
            ">68",
            {},
            "Measured over 68 % on 12 June 2028; no more is known of it: on track.",
        ),
        (">60", {}, "no more is known of it, so that it cannot be held against the target (70 %)"),
        (
            "<60",
            {"direction": "at_least", "baseline": None},
            "Measured under 60 % on 12 June 2028; it should be at least 70 %: it is not, off track.",
        ),
        (
            ">60",
            {"direction": "at_least", "baseline": None},
            "so that it cannot be held against what it should be (at least 70 %",
        ),
        (">60", {"target": None}, "Measured over 60 % on 12 June 2028: there is no target"),
    ],
)
def test_in_words(value: str, more: dict[str, Any], said: str) -> None:
    """The bound itself, and only what follows from it."""
    assert said in view(with_reading(value, **more)).sentence


def test_beside_the_year_before_and_beside_its_target() -> None:
    """No difference is reckoned from a bound, and no further digits are given to it."""
    told = [{"value": ">60", "on": date(2028, 1, 31), "window": "middle"}]
    told += [{"value": "58", "on": date(2027, 1, 29), "window": "middle"}]
    held = plan(kpis=(kpi(readings=tuple(map(Reading.model_validate, told))),))
    assert "Over 60 % on 31 January 2028 is a mid-year reading (58 % on 29 January 2027)" in view(held).sentence
    assert figure_beside(Over(95), Decimal(95), "%") == "over 95 %"
    assert figure_beside(Under(5), Decimal(5), "%") == "under 5 %"


def test_as_data_and_explained() -> None:
    """The figure with the end that it is; no attainment, and why."""
    held = with_reading(">68")
    card = build_scorecard(held, {}, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    [found] = as_json(card)["goals"][0]["outcomes"][0]["kpis"]
    assert (found["measured"], found["measured_bound"], found["attainment"]) == (68, "over", None)
    assert ",under" in as_csv(
        build_scorecard(with_reading("<68"), {}, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    )
    explained = explain(held, {}, "K1", as_of=DAY)
    assert "of what was measured only a bound is known (>68)" in explained.formula
    at = datetime(2028, 6, 12, 12, tzinfo=UTC)
    assert type(next(points(card, at)).measured) is Decimal


def test_in_public() -> None:
    """A bound that says more than the size of the group allows is told as less; a small group's is hidden."""
    assert coded(Over(Decimal("99.5")), 300) == Over(99)
    assert coded(Over(95), 300) == Over(95)
    assert coded(Under(1), 50) == Under(5)
    assert counts(Over(95), 40) == (39, 40)
    assert counts(Over(100), 40) == (40, 40)
    assert counts(Under(5), 40) == (0, 1)
    assert counts(Under(0), 40) == (0, 0)
    shown = view(with_reading(">99.5", reading={"n": 40}), Audience.PUBLIC)
    assert (shown.measured, shown.attainment) == (Over(95), None)
    assert view(with_reading(">60", reading={"n": 4}), Audience.PUBLIC).measured is None


def test_a_bound_that_became_a_figure_is_a_correction() -> None:
    """Also where the figure is the bound's own."""
    [event] = compare(with_reading(">68"), with_reading("68"))
    assert (event.kind, event.before, event.after) == (Kind.READING_CORRECTED, Over(68), Decimal(68))
