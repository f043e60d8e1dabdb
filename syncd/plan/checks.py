"""What a plan must fulfil beyond its form: references that lead somewhere, targets and dates that make sense. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.checking import near
from syncd.plan.model import Action, Direction, Kpi, Plan, Project, Reading, Work

Fault = tuple[str, str, str]
"""An item's id, the key in it, and what is wrong."""


def check_plan(plan: Plan) -> Iterator[Fault]:
    """Everything that keeps the plan from being used, item by item."""
    if plan.start and plan.end and plan.end < plan.start:
        yield "", "end", f"the plan ends on {plan.end}, before it starts on {plan.start}"
    for placed in plan.walk():
        item = placed.item
        if isinstance(item, Kpi):
            yield from _kpi(plan, item)
        elif isinstance(item, Work) and item.start and item.due and item.due < item.start:
            yield item.id, "due", f"it is due on {item.due}, before it starts on {item.start}"


def _kpi(plan: Plan, kpi: Kpi) -> Iterator[Fault]:
    for driver in kpi.driven_by:
        placed = plan.items.get(driver.id)
        if placed is None:
            works = [name for name, each in plan.items.items() if isinstance(each.item, Action | Project)]
            yield kpi.id, "driven_by", f"there is no action or project “{driver.id}”{near(driver.id, works)}"
        elif not isinstance(placed.item, Action | Project):
            yield kpi.id, "driven_by", f"“{driver.id}” is a {placed.tier.value}; only actions and projects drive a KPI"
    if kpi.target is not None:
        yield from _target(kpi)
    yield from _readings(kpi.id, kpi.readings)


def _target(kpi: Kpi) -> Iterator[Fault]:
    target = kpi.target
    if target is None:
        return
    band = kpi.direction is Direction.BETWEEN
    if band and (target.low is None or target.high is None):
        yield kpi.id, "target", "direction “between” needs both low and high"
    elif band and target.low is not None and target.high is not None and target.high < target.low:
        yield kpi.id, "target", f"low ({target.low}) is above high ({target.high})"
    elif not band and (target.low is not None or target.high is not None):
        yield kpi.id, "target", "low and high belong to direction “between”; write value"
    if kpi.baseline is None or kpi.baseline.value is None or target.value is None:
        return
    start, aim = kpi.baseline.value, target.value
    if kpi.direction in (Direction.INCREASE, Direction.DECREASE) and start == aim:
        words = f"the target equals the baseline ({aim}); a KPI that is to stay has direction at_least or at_most"
        yield kpi.id, "target", words
    elif (kpi.direction is Direction.INCREASE and aim < start) or (kpi.direction is Direction.DECREASE and aim > start):
        where = "below" if aim < start else "above"
        words = f"it is to {kpi.direction.value}, but the target ({aim}) is {where} the baseline ({start})"
        yield kpi.id, "direction", words


def _readings(kpi: str, readings: tuple[Reading, ...]) -> Iterator[Fault]:
    known: dict[tuple[object, ...], Reading] = {}
    for reading in readings:
        key = (reading.on, reading.window, reading.scope, reading.where)
        before = known.setdefault(key, reading)
        if before.value != reading.value:
            words = f"two readings of {reading.on} differ: {before.value} and {reading.value}"
            yield kpi, "readings", words
