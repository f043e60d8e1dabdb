"""What a plan must fulfil beyond its form: references that lead somewhere, targets and dates that make sense. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from syncd.checking import Hints
from syncd.plan.model import Action, Direction, Kpi, Mark, PaceRule, Plan, Project, Reading, Target, Work

Fault = tuple[str, str, str]
"""An item's id ("" for the plan itself), the key in it, and what is wrong."""


def check_plan(plan: Plan) -> Iterator[Fault]:
    """Everything that keeps the plan from being used, item by item."""
    if plan.start and plan.end and plan.end < plan.start:
        yield "", "end", f"the plan ends on {plan.end}, before it starts on {plan.start}"
    yield from _pace("", plan.pace)
    yield from _earlier(plan)
    works = Hints(name for name, each in plan.items.items() if isinstance(each.item, Action | Project))
    for placed in plan.walk():
        item = placed.item
        if isinstance(item, Kpi):
            yield from _kpi(plan, item, works)
        elif isinstance(item, Work) and item.start and item.due and item.due < item.start:
            yield item.id, "due", f"it is due on {item.due}, before it starts on {item.start}"


def _earlier(plan: Plan) -> Iterator[Fault]:
    """Earlier ids that still are, or that two items claim."""
    claimed: dict[str, str] = {}
    for placed in plan.walk():
        for old in placed.item.was:
            other = claimed.setdefault(old, placed.item.id)
            if old in plan.items:
                yield placed.item.id, "was", f"“{old}” still is in the plan; `was` names an id that the item had before"
            elif other != placed.item.id:
                yield placed.item.id, "was", f"“{other}” was “{old}” already; only one item can carry on with its task"


def contradicting(readings: Sequence[Reading]) -> Iterator[tuple[int, int]]:
    """The numbers of each reading that says something else than an earlier one of the same day, window and scope."""
    known: dict[tuple[object, ...], int] = {}
    for number, reading in enumerate(readings):
        if reading.value is not None:
            key = (reading.on, reading.window, reading.scope, reading.where)
            before = known.setdefault(key, number)
            if readings[before].value != reading.value:
                yield before, number


def differ(one: Reading, other: Reading) -> str:
    """That two readings contradict each other, in words."""
    about = ", ".join(str(part) for part in (one.window, one.where) if part)
    of = f"{one.on} ({about})" if about else f"{one.on}"
    return f"two readings of {of} differ: {one.value} and {other.value}"


def _kpi(plan: Plan, kpi: Kpi, works: Hints) -> Iterator[Fault]:
    yield from _drivers(plan, kpi, works)
    if kpi.pace is not None:
        yield from _pace(kpi.id, kpi.pace)
    if kpi.target is not None:
        yield from _form(kpi.id, kpi.direction, kpi.target)
        if kpi.baseline is not None:
            yield from _way(kpi.id, kpi.direction, kpi.baseline, kpi.target)
    for before, number in _unlike(kpi.interim):
        words = f"two interim targets for {kpi.interim[number].on} differ: {kpi.interim[before].value} and "
        yield kpi.id, "interim", f"{words}{kpi.interim[number].value}"
    for before, number in contradicting(kpi.readings):
        yield kpi.id, "readings", differ(kpi.readings[before], kpi.readings[number])


def _drivers(plan: Plan, kpi: Kpi, works: Hints) -> Iterator[Fault]:
    seen: set[str] = set()
    for driver in kpi.driven_by:
        placed = plan.items.get(driver.id)
        if driver.id in seen:
            yield kpi.id, "driven_by", f"“{driver.id}” stands in it twice; give it a weight instead"
        elif placed is None:
            yield kpi.id, "driven_by", f"there is no action or project “{driver.id}”{works.near(driver.id)}"
        elif not isinstance(placed.item, Action | Project):
            yield kpi.id, "driven_by", f"“{driver.id}” is a {placed.tier.value}; only actions and projects drive a KPI"
        seen.add(driver.id)


def _pace(item: str, pace: PaceRule) -> Iterator[Fault]:
    if pace.at_risk < pace.on_track:
        yield item, "pace", f"at_risk ({pace.at_risk}) must not be less than on_track ({pace.on_track})"


def _form(kpi: str, direction: Direction, target: Target) -> Iterator[Fault]:
    """A band has two ends, any other target one value; each may be unknown, but must be the right one."""
    band, given = direction is Direction.BETWEEN, target.model_fields_set
    if band and not {"low", "high"} <= given:
        yield kpi, "target", "direction “between” needs both low and high (TBD where one is not known)"
    elif band and target.low is not None and target.high is not None and target.high < target.low:
        yield kpi, "target", f"low ({target.low}) is above high ({target.high})"
    elif band and target.value is not None:
        yield kpi, "target", "direction “between” has no value, but low and high"
    if not band and given & {"low", "high"}:
        yield kpi, "target", f"low and high belong to direction “between”; for {direction.value}, write value"


def _way(kpi: str, direction: Direction, baseline: Mark, target: Target) -> Iterator[Fault]:
    """From where to where, and when."""
    if baseline.on and target.on and target.on <= baseline.on:
        yield kpi, "target", f"its day ({target.on}) is not after the baseline's ({baseline.on})"
    start, aim = baseline.value, target.value
    if start is None or aim is None or direction not in (Direction.INCREASE, Direction.DECREASE):
        return
    if start == aim:
        words = f"the target equals the baseline ({aim}); a KPI that is to stay has direction at_least or at_most"
        yield kpi, "target", words
    elif (aim < start) == (direction is Direction.INCREASE):
        where = "below" if aim < start else "above"
        words = f"it is to {direction.value}, but the target ({aim}) is {where} the baseline ({start})"
        yield kpi, "direction", words


def _unlike(marks: Iterable[Mark]) -> Iterator[tuple[int, int]]:
    """The numbers of each mark that has another value than an earlier one of the same day."""
    known: dict[object, tuple[int, Mark]] = {}
    for number, mark in enumerate(marks):
        if mark.on is not None and mark.value is not None:
            before, first = known.setdefault(mark.on, (number, mark))
            if first.value != mark.value:
                yield before, number
