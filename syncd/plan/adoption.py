"""What of a plan is agreed: the adopted part of it, and the plan as it would be if all of it were adopted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from syncd.plan.model import Item, Plan, Status

_BELOW: Final = ("outcomes", "kpis", "guardrails", "actions", "projects")
_Any = TypeVar("_Any", bound=Item)


def pending(plan: Plan) -> dict[str, Status]:
    """What is not adopted, by id: a draft, or in review."""
    return {name: placed.status for name, placed in plan.items.items() if placed.status is not Status.ADOPTED}


def adopted_part(plan: Plan) -> Plan:
    """The plan without what is not adopted."""
    items = plan.items

    def kept(held: tuple[_Any, ...]) -> tuple[_Any, ...]:
        return tuple(each.model_copy(update=below(each)) for each in held if items[each.id].status is Status.ADOPTED)

    def below(item: Item) -> Mapping[str, object]:
        return {name: kept(getattr(item, name)) for name in _BELOW if getattr(item, name, ())}

    return plan.model_copy(update={"goals": kept(plan.goals)})


def as_if_adopted(plan: Plan) -> Plan:
    """The plan with all of it adopted."""

    def agreed(held: tuple[_Any, ...]) -> tuple[_Any, ...]:
        return tuple(each.model_copy(update={"status": None, **below(each)}) for each in held)

    def below(item: Item) -> Mapping[str, object]:
        return {name: agreed(getattr(item, name)) for name in _BELOW if getattr(item, name, ())}

    return plan.model_copy(update={"status": Status.ADOPTED, "goals": agreed(plan.goals)})
