"""Planning for one mapping again and again: at first for all of it, then for what was changed since. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.vocabulary import Container
from mappings.rules import Rules
from mappings.shape import Desired, PlanItem, desire
from syncd.engine.affected import Affected, Trees
from syncd.engine.planner import WHOLE, Change, plan_changes
from syncd.engine.settling import Settlement, settle, settled


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at a moment: what is to be put right in the links, the trees after that, and the changes for them."""

    settlement: Settlement
    trees: Trees
    changes: tuple[Change, ...]


class Planning:
    """Says what is due for one mapping, the same as planning for all of it would, and quickly where little changed.

    Where no more than a `few` of the items (a share) are affected, what is known stays the ground to tell that from.
    """

    def __init__(self, few: float = 0.05) -> None:
        self._few = few
        self._known: tuple[Affected, tuple[Change, ...]] | None = None
        self._desired: tuple[tuple[Rules, Sequence[PlanItem], Container], Desired] | None = None

    def desired(self, rules: Rules, items: Sequence[PlanItem], container: Container) -> Desired:
        """What the plan wants; the very same tree as long as plan, mapping and container stay the same."""
        given = (rules, items, container)
        if self._desired is None or self._desired[0] != given:
            self._desired = (given, desire(*given))
        return self._desired[1]

    def due(self, trees: Trees) -> Due:
        """What is due."""
        base, before = self._known or (None, ())
        scope = base.scope(trees) if base else WHOLE
        settlement = settle(trees.desired, trees.observed, trees.agreed, scope)
        trees = replace(trees, agreed=replace(trees.agreed, links=settled(trees.agreed.links, settlement)))
        changes = plan_changes(trees.desired, trees.observed, trees.agreed, scope)
        if base and scope.items is not None:
            changes = (*(change for change in before if change.item not in scope.items), *changes)
            changes = tuple(sorted(changes, key=lambda change: base.rank(change.item))) if scope.items else changes
        if scope.items is None or len(scope.items) > self._few * len(trees.desired.tasks):
            self._known = (Affected(trees), changes)
        return Due(settlement, trees, changes)
