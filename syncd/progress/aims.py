"""What a plan's KPIs aim at, in figures: changes from a baseline that is known, and guardrails as limits. Pure.

All arithmetic starts from here. The plan itself keeps what people wrote: "+10 points" stays that when a baseline is
corrected, and leads to another figure.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from syncd.plan.change import parse_change
from syncd.plan.model import Direction, Goal, Interim, Kpi, Outcome, Plan, Target

_Aim = TypeVar("_Aim", Interim, Target)
_LIMITS = {Direction.INCREASE: Direction.AT_LEAST, Direction.DECREASE: Direction.AT_MOST}


def resolved(plan: Plan) -> Plan:
    """The plan with its KPIs `aimed`, and its guardrails as limits; the same where there is nothing to do."""
    goals = tuple(map(_goal, plan.goals))
    return plan.model_copy(update={"goals": goals}) if _differ(goals, plan.goals) else plan


def aimed(kpi: Kpi) -> Kpi:
    """The KPI with values for targets that are changes from a baseline, where that is known."""
    baseline = kpi.baseline.value if kpi.baseline is not None else None
    if baseline is None:
        return kpi
    target = kpi.target if kpi.target is None else _with_value(kpi.target, baseline)
    interim = tuple(_with_value(each, baseline) for each in kpi.interim)
    if target is kpi.target and not _differ(interim, kpi.interim):
        return kpi
    return kpi.model_copy(update={"target": target, "interim": interim})


def _with_value(aim: _Aim, baseline: Decimal) -> _Aim:
    if aim.change is None:
        return aim
    return aim.model_copy(update={"value": parse_change(aim.change).of(baseline)})


def _goal(goal: Goal) -> Goal:
    outcomes = tuple(map(_outcome, goal.outcomes))
    kpis, rails = tuple(map(aimed, goal.kpis)), tuple(map(_limit, goal.guardrails))
    if not any((_differ(outcomes, goal.outcomes), _differ(kpis, goal.kpis), _differ(rails, goal.guardrails))):
        return goal
    return goal.model_copy(update={"outcomes": outcomes, "kpis": kpis, "guardrails": rails})


def _outcome(outcome: Outcome) -> Outcome:
    kpis = tuple(map(aimed, outcome.kpis))
    return outcome.model_copy(update={"kpis": kpis}) if _differ(kpis, outcome.kpis) else outcome


def _limit(kpi: Kpi) -> Kpi:
    """A guardrail is to be kept, not to be reached: one that is to rise must not fall below its target."""
    kpi = aimed(kpi)
    direction = _LIMITS.get(kpi.direction)
    return kpi.model_copy(update={"direction": direction}) if direction else kpi


def _differ(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return any(one is not other for one, other in zip(some, others, strict=True))
