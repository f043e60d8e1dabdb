"""Small plans and evidence for the tests of progress and scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from syncd.plan.model import Action, Goal, Kpi, Mark, Outcome, Plan, Project, Reading, Target
from syncd.progress.evidence import Evidence, Standing

TODAY = date(2026, 3, 1)
START, END = date(2025, 6, 30), date(2029, 6, 30)


def task(
    item: str,
    share: Fraction | int | None = 0,
    *,
    done: bool = False,
    standing: Standing = Standing.LIVE,
    steps: tuple[int, int] | None = None,
    **more: Any,
) -> Evidence:
    """What a task says about an item."""
    exact = None if share is None else Fraction(share)
    return Evidence(item, Fraction(1) if done else exact, done, standing, steps=steps, **more)


def tasks(*found: Evidence) -> dict[str, Evidence]:
    """Evidence by item."""
    return {each.item: each for each in found}


def project(number: int, **more: Any) -> Project:
    """The project P1, P2 and so on."""
    return Project(id=f"P{number}", title=f"Project {number}", **more)


def action(*projects: Project, **more: Any) -> Action:
    """The action A1 with those projects."""
    return Action(**({"id": "A1", "title": "Action 1"} | more), projects=projects)


def kpi(
    baseline: str | None = "54",
    target: str | None = "70",
    values: Mapping[date, str] | None = None,
    *,
    readings: tuple[Reading, ...] = (),
    aim: Target | None = None,
    **more: Any,
) -> Kpi:
    """The KPI K1, from June 2025 to June 2029, with values by day; `aim` where its target is more than a value."""
    given = {"id": "K1", "title": "Grade 3 reading", "unit": "%", "baseline": Mark(value=_figure(baseline), on=START)}
    measured = tuple(Reading(value=Decimal(value), on=day) for day, value in (values or {}).items())
    found = {"target": aim or Target(value=_figure(target), on=END), "readings": (*measured, *readings)}
    return Kpi.model_validate(given | found | more)


def plan(*, actions: tuple[Action, ...] = (), kpis: tuple[Kpi, ...] = (), **more: Any) -> Plan:
    """A plan of one goal G1 with one outcome O1 that holds the KPIs; the actions stand under the goal."""
    outcome = Outcome(id="O1", title="Reading rises", kpis=kpis)
    goal = Goal(id="G1", title="Every child reads", outcomes=(outcome,), actions=actions)
    given = {"id": "district", "title": "Every Student Ready", "start": date(2025, 7, 1), "end": END, "goals": (goal,)}
    return Plan.model_validate(given | more)


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
