"""Asana's goals: a goal's metric is set to a figure, and made where the goal has none (API reference, "Goals")."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from connectors.asana.addresses import goal_of
from connectors.asana.answers import Raw, understood
from connectors.asana.client import Client
from connectors.errors import Invalid
from connectors.goals import Measure

SETTABLE: Final = ("manual", "external")
"""What a metric's `progress_source` says where its figure is not reckoned by Asana from tasks or other goals."""
_MOST_DIGITS: Final = 6
_CURRENT: Final = "current_number_value"
_SOURCE: Final = "Asana reckons this goal's progress by itself"


class AsanaGoals:
    """The `Goals` of one Asana connection."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def show(self, goal: str, measure: Measure) -> str:
        """One request where the goal shows the figure already, two where it does not."""
        found = self._client.goal(goal_of(goal))
        due = _due(found, measure)
        if due is not None and set(due) == {_CURRENT}:
            self._client.set_metric_value(found["gid"], due)
        elif due is not None:
            self._client.set_metric(found["gid"], due)
        return str(found.get("name") or goal)


@understood("goal")
def _due(goal: Raw, measure: Measure) -> dict[str, Any] | None:
    """What of a goal's metric is to be set, None for nothing."""
    metric, what = goal.get("metric"), f"showing a figure on goal {goal['gid']}"
    return _made(measure, what) if metric is None else _changed(metric, measure, what)


def _made(measure: Measure, what: str) -> dict[str, Any]:
    """The metric of a goal that has none yet."""
    percent = measure.unit == "%"
    form = {"unit": "percentage" if percent else "none", "precision": min(measure.decimals, _MOST_DIGITS)}
    return {**form, **_figures(form, measure, what), "progress_source": "manual"}


def _changed(metric: Raw, measure: Measure, what: str) -> dict[str, Any] | None:
    """What of a metric is to be set: all of it where the KPI has another start or target by now, None for nothing."""
    if metric.get("progress_source", "manual") not in SETTABLE or metric.get("can_manage") is False:
        step = "In Asana, set the goal's progress to be updated by hand, or take the goal out of the mapping."
        raise Invalid(_SOURCE, what=what, next_step=step)
    wanted = _figures(metric, measure, what)
    other = {name for name, value in wanted.items() if not _same(metric.get(name), value)}
    if not other:
        return None
    if other == {"current_number_value"}:
        return {"current_number_value": wanted["current_number_value"]}
    kept = {
        name: metric[name] for name in ("unit", "precision", "currency_code", "progress_source") if metric.get(name)
    }
    return {"precision": 0, **kept, **wanted}


def _figures(form: Raw, measure: Measure, what: str) -> dict[str, float]:
    """The metric's figures in its own form: percentages are fractions, and each has as many digits as it shows."""
    start, target = measure.start, measure.target
    if start is None or target is None or start == target:
        step = "Give the KPI a baseline and a target that differ, or take the goal out of the mapping."
        raise Invalid("a goal's figure goes from a start to a target", what=what, next_step=step)
    share = form["unit"] == "percentage"
    digits = int(form.get("precision") or 0) + (2 if share else 0)

    def shown(value: Decimal) -> float:
        value = value / 100 if share else value
        return float(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))

    return {
        "initial_number_value": shown(start),
        "target_number_value": shown(target),
        _CURRENT: shown(measure.value),
    }


def _same(held: object, value: float) -> bool:
    return isinstance(held, int | float) and abs(held - value) < 10**-9
