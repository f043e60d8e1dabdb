"""What stays the same through a history: the rules of the mapping, its limits, and whether the plan can be written."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from connectors.vocabulary import Field, FieldType
from mappings.rules import Conflict, Counted, FieldRule, GroupBy, Owner, Removed, Rules, Unplanned
from syncd.engine.guard import Limits
from tests.engine.world import MAPPING

EFFORT: Final = Field("F1", "Effort", FieldType.NUMBER)
DONE: Final = Field("F2", "Done", FieldType.NUMBER)
_USUAL: Final = (Conflict.TOOL, Conflict.TOOL, Conflict.HOLD)


@dataclass(frozen=True)
class Setting:
    """What stays the same through a history."""

    rules: Rules
    limits: Limits = field(default_factory=Limits)
    batch: int = 1
    writable: bool = True
    """Whether syncd may write into the plan's file."""

    def __str__(self) -> str:
        fields = ", ".join(
            f"{rule.name}={rule.owner}" + (f"/{rule.conflict}" if rule.owner is Owner.SHARED else "")
            for rule in self.rules.fields
        )
        shape = f"groups by {self.rules.group_by}, actions {'are' if self.rules.action_is_task else 'are no'} tasks"
        below = "subtasks" if self.rules.project_is_subtask else "tasks"
        return (
            f"{fields}; {shape}, projects are {below}; progress by {self.rules.progress}; "
            f"removed: {self.rules.removed}; teams' own: {self.rules.unplanned}; "
            f"at most {self.limits.max_changes} changes or {self.limits.max_share:.0%}; {self.batch} writes a request; "
            f"the plan can {'be written' if self.writable else 'not be written'}"
        )


def setting(chance: random.Random) -> Setting:
    """Rules at random; half of the histories have the usual ones in most things."""
    usual = chance.random() < 0.5

    def some(common: Any, *others: Any) -> Any:
        return common if usual or chance.random() < 0.4 else chance.choice(others)

    def owned(name: str, owner: Owner, source: str, target: str = "") -> FieldRule:
        owner = some(owner, *Owner, Owner.SHARED)
        conflict = chance.choice([*Conflict, Conflict.HOLD]) if not usual else chance.choice(_USUAL)
        return FieldRule(name, owner, source, target, conflict)

    fields = [
        owned("title", Owner.PLAN, "title"),
        owned("notes", Owner.PLAN, "notes"),
        owned("start", Owner.SHARED, "start"),
        owned("due", Owner.SHARED, "due"),
        owned("assignee", Owner.TOOL, "owner"),
    ]
    if some(False, True, True):
        fields.append(owned("effort", Owner.SHARED, "weight", "Effort"))
    rules = Rules(
        MAPPING,
        "district",
        group_by=some(GroupBy.GOAL, GroupBy.ACTION, GroupBy.NONE),
        action_is_task=some(True, True, False),
        project_is_subtask=some(True, False),
        fields=tuple(fields),
        progress=some("completed", "subtasks", "status", "field:Done"),
        status={"Working on it": Decimal("0.5"), "Stuck": Counted.DEFERRED},
        removed=some(Removed.LEAVE, *Removed),
        unplanned=chance.choice([*Unplanned, Unplanned.PROPOSE]),
    )
    limits = Limits(chance.choice([10, 2]), Decimal("0.2"))
    return Setting(rules, limits, some(1, 4), chance.random() < 0.8)
