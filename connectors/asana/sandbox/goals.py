"""Goals and their metrics over HTTP (Asana API reference: "Goals"); only workspaces that pay have them."""

from __future__ import annotations

from typing import Any

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import missing, not_in_this_plan, wrong
from connectors.asana.sandbox.records import Goal, Metric
from connectors.asana.sandbox.routes import router
from connectors.sandbox.exchange import Reply

_UNITS = ("none", "currency", "percentage")
_SOURCES = (
    *("manual", "external", "subgoal_progress", "project_task_completion"),
    *("project_milestone_completion", "task_completion"),
)
_MOST_DIGITS = 6


@router.on("GET", "/goals/{goal}")
def read(call: Call) -> Reply:
    """One goal in full."""
    return call.one("goal", _goal(call))


@router.on("POST", "/goals/{goal}/setMetric")
def set_metric(call: Call) -> Reply:
    """Another metric in place of the one there was."""
    goal = _goal(call)
    unit, source = call.data.get("unit", "none"), call.data.get("progress_source", "manual")
    precision = call.data.get("precision", 0)
    if unit not in _UNITS or source not in _SOURCES:
        raise wrong("unit" if unit not in _UNITS else "progress_source", "Not a recognized value")
    if not isinstance(precision, int) or not 0 <= precision <= _MOST_DIGITS:
        raise wrong("precision", "Must be an integer between 0 and 6")
    initial, target, current = (_number(call, f"{which}_number_value") for which in ("initial", "target", "current"))
    if initial == target:
        raise wrong("target_number_value", "Must not equal initial_number_value")
    currency = call.data.get("currency_code") if unit == "currency" else None
    goal.metric = Metric(call.world.new_id(), unit, precision, initial, target, current, source, currency)
    return call.one("goal", goal)


@router.on("POST", "/goals/{goal}/setMetricCurrentValue")
def set_value(call: Call) -> Reply:
    """Another current value of the metric there is."""
    goal, value = _goal(call), _number(call, "current_number_value")
    if goal.metric is None:
        raise wrong("goal", "This goal does not have a metric")
    if goal.metric.source not in ("manual", "external"):
        raise wrong("current_number_value", "The progress of this goal is calculated automatically")
    goal.metric.current = value
    return call.one("goal", goal)


def _goal(call: Call) -> Goal:
    if not call.world.premium:
        raise not_in_this_plan("Goals are only available to premium workspaces.")
    found: Goal = call.in_path("goal")
    return found


def _number(call: Call, name: str) -> float:
    value: Any = call.data.get(name)
    if value is None:
        raise missing(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(name, "Not a number")
    return float(value)
