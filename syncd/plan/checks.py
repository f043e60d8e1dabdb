"""What a plan must fulfil beyond its form: references that lead somewhere, targets and dates that make sense. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from syncd.checking import Hints
from syncd.plan.change import parse_change
from syncd.plan.model import (
    Action,
    Direction,
    Interim,
    Kpi,
    Mark,
    Override,
    PaceRule,
    Plan,
    Project,
    Reading,
    Target,
    Tier,
    Work,
)

Fault = tuple[str, str, str]
"""An item's id ("" for the plan itself), the key in it, and what is wrong."""

_BOTH: Final = "it has a value and a change; one says it all"


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
            yield from _kpi(plan, item, works, guardrail=placed.tier is Tier.GUARDRAIL)
        elif isinstance(item, Work) and item.start and item.due and item.due < item.start:
            yield item.id, "due", f"it is due on {item.due}, before it starts on {item.start}"
        if isinstance(item, Kpi | Work) and item.override is not None:
            yield from _override(item.id, item.override)


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


def _override(item: str, override: Override) -> Iterator[Fault]:
    if override.on is not None and override.until < override.on:
        yield item, "override", f"it ends on {override.until}, before it holds from {override.on}"


def _kpi(plan: Plan, kpi: Kpi, works: Hints, *, guardrail: bool) -> Iterator[Fault]:
    yield from _drivers(plan, kpi, works)
    if kpi.pace is not None:
        yield from _pace(kpi.id, kpi.pace)
    if kpi.target is not None:
        yield from _form(kpi.id, kpi.direction, kpi.target)
        yield from _way(kpi.id, kpi.direction, kpi.baseline or Mark(), kpi.target, guardrail=guardrail)
    for mark in kpi.interim:
        if mark.value is not None and mark.change is not None:
            yield kpi.id, "interim", _BOTH
    for before, number in _unlike(kpi.interim):
        words = f"two interim targets for {kpi.interim[number].on} differ: {_aim(kpi.interim[before])} and "
        yield kpi.id, "interim", f"{words}{_aim(kpi.interim[number])}"
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
    elif band and target.change is not None:
        yield kpi, "target", "direction “between” has no change, but low and high"
    if target.value is not None and target.change is not None:
        yield kpi, "target", _BOTH
    if not band and given & {"low", "high"}:
        yield kpi, "target", f"low and high belong to direction “between”; for {direction.value}, write value"


def _way(kpi: str, direction: Direction, baseline: Mark, target: Target, *, guardrail: bool) -> Iterator[Fault]:
    """From where to where, and when; a guardrail has no way to go."""
    if baseline.on and target.on and target.on <= baseline.on:
        yield kpi, "target", f"its day ({target.on}) is not after the baseline's ({baseline.on})"
    if guardrail or direction not in (Direction.INCREASE, Direction.DECREASE):
        return
    start, aim = baseline.value, target.value
    told: Decimal | str | None = aim
    if target.change is not None:
        change, told = parse_change(target.change), target.change
        start, aim = (Decimal(0), change.amount) if start is None else (start, change.of(start))
    if start is None or aim is None:
        return
    if start == aim:
        words = f"the target equals the baseline ({told}); a KPI that is to stay has direction at_least or at_most"
        yield kpi, "target", words
    elif (aim < start) == (direction is Direction.INCREASE):
        where = "below" if aim < start else "above"
        words = f"it is to {direction.value}, but the target ({told}) is {where} the baseline"
        yield kpi, "direction", words if baseline.value is None else f"{words} ({start})"


def _aim(mark: Interim) -> Decimal | str | None:
    return mark.change if mark.value is None else mark.value


def _unlike(marks: Iterable[Interim]) -> Iterator[tuple[int, int]]:
    """The numbers of each mark that has another value than an earlier one of the same day."""
    known: dict[object, tuple[int, Interim]] = {}
    for number, mark in enumerate(marks):
        if mark.on is not None and _aim(mark) is not None:
            before, first = known.setdefault(mark.on, (number, mark))
            if _aim(first) != _aim(mark):
                yield before, number
