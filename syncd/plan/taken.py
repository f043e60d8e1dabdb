"""Readings that were taken from fields of tasks, beside those that the plan's files hold. Pure.

A field holds one figure at a time: what it held is the reading of the day on which that was first seen. What is taken
is only ever added to, so that every figure that stood in the field can be told again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from syncd.plan.model import Goal, Kpi, Outcome, Plan, Reading, Scope


@dataclass(frozen=True, slots=True)
class Taken:
    """What a field of a KPI's task was seen to hold from a day on; None: nothing any more.

    `tool` is the name of the connection, `task` the tool's own id.
    """

    item: str
    mapping: str
    field: str
    tool: str
    task: str
    on: date
    value: Decimal | None

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it was taken from, whatever its item is called."""
        return self.mapping, self.field, self.task


def news(before: Iterable[Taken], seen: Iterable[Taken]) -> list[Taken]:
    """What of what is seen now is something else than what was taken there last."""
    last = {each.place: each.value for each in before}
    return [each for each in seen if last.get(each.place) != each.value]


def with_taken(plan: Plan, taken: Sequence[Taken]) -> Plan:
    """The plan with these readings, in the order in which they were taken; its own of the same day stand alone.

    Of several of a day the last one counts. A field that was emptied takes back what was read on that very day, and
    nothing before.
    """
    by_kpi: dict[str, dict[date, Taken]] = {}
    for each in taken:
        by_kpi.setdefault(each.item, {})[each.on] = each

    def more(kpi: Kpi) -> tuple[Reading, ...]:
        own = {reading.on for reading in kpi.readings if reading.scope is Scope.DISTRICT}
        found = {day: each for name in (*kpi.was, kpi.id) for day, each in by_kpi.get(name, {}).items()}
        return tuple(one for day in sorted(found) if day not in own and (one := _reading(found[day])) is not None)

    return with_readings(plan, more)


def _reading(taken: Taken) -> Reading | None:
    """None where the field was empty, or held what no reading may be (fifty digits): it must not spoil the plan."""
    if taken.value is None:
        return None
    source = f"“{taken.field}” of its task in {taken.tool} ({taken.task})"
    try:
        return Reading(value=taken.value, on=taken.on, source=source)
    except ValidationError:
        return None


def with_readings(plan: Plan, more: Callable[[Kpi], tuple[Reading, ...]]) -> Plan:
    """The plan with more readings for its KPIs."""

    def kpis(held: tuple[Kpi, ...]) -> tuple[Kpi, ...]:
        return tuple(kpi.model_copy(update={"readings": kpi.readings + more(kpi)}) for kpi in held)

    def outcome(held: Outcome) -> Outcome:
        return held.model_copy(update={"kpis": kpis(held.kpis)})

    def goal(held: Goal) -> Goal:
        outcomes = tuple(map(outcome, held.outcomes))
        changed = {"kpis": kpis(held.kpis), "guardrails": kpis(held.guardrails), "outcomes": outcomes}
        return held.model_copy(update=changed)

    return plan.model_copy(update={"goals": tuple(map(goal, plan.goals))})
