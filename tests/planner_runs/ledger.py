"""A memory of its own of what plan and team last had in common, and the rules for their fields, said anew from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.vocabulary import FieldValue
from mappings.fields import get, same
from mappings.rules import Conflict, FieldRule, Owner
from mappings.shape import Wanted
from syncd.engine.planner import FAREWELL, REMOVED
from syncd.records import Seen
from tests.planner_runs.world import CONTAINER, World

Base = tuple[FieldValue, FieldValue]
"""What the plan held and what the task held when they were last at one: two forms of the same value, it may be."""


class Verdict(StrEnum):
    """What is to become of a field."""

    STAY = "stay"
    WRITE = "write"
    TAKE = "take"
    HOLD = "hold"


def lost(world: World, task: str) -> bool:
    """True if a task is not there: it, or one above it, has a fate, or nothing above it is in the container."""
    line: list[str] = []
    while task in world.tasks and task not in line:
        line.append(task)
        task = world.tasks[task].task.parent or ""
    whole = bool(line) and task not in line
    return not whole or any(world.tasks[one].fate for one in line) or not world.tasks[line[-1]].task.container


@dataclass
class Ledger:
    """The bases by task and field; group and parent among them, by the plan's ids."""

    bases: dict[tuple[str, str], Base] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
    """What the plan called otherwise: the earlier id and the later. A plan gives no earlier id to another item."""
    _compared: dict[str, tuple[Wanted, Seen | None]] = field(default_factory=dict)

    def restore(self, bases: Mapping[tuple[str, str], Base]) -> None:
        """Know what was known earlier, and no more."""
        self.bases = dict(bases)
        self._compared.clear()
        for old, new in self.called.items():
            self._move(old, new)

    def forget(self, task: str, key: str = "") -> None:
        """What was agreed on is known no longer."""
        self._compared.pop(task, None)
        for one in [one for one in self.bases if one[0] == task and key in ("", one[1])]:
            del self.bases[one]

    def rename(self, old: str, new: str) -> None:
        """The plan calls an item differently: places are known by its new id, those of a backup as well."""
        self.called[old] = new
        self._move(old, new)

    def _move(self, old: str, new: str) -> None:
        for (task, key), (place, _) in list(self.bases.items()):
            if key in ("group", "parent") and place == old:
                self.bases[task, key] = (new, new)

    def place(self, task: str, wanted: Wanted) -> None:
        """The task stands where the plan wants it."""
        self.bases[task, "group"] = (wanted.group, wanted.group)
        self.bases[task, "parent"] = (wanted.parent, wanted.parent)

    def put_away(self, task: str) -> None:
        """The task stands where those of items that left the plan are put."""
        self.bases[task, "group"] = (REMOVED, REMOVED)
        self.bases[task, "parent"] = (None, None)

    def compare(self, world: World) -> None:
        """Note where plan and task hold the same by now."""
        desired = world.desired()
        for item, link in world.links.items():
            wanted, seen = desired.tasks.get(item), world.tasks.get(link.task)
            known = self._compared.get(link.task)
            if wanted is None or not wanted.touch or (known and known[0] is wanted and known[1] is seen):
                continue
            if lost(world, link.task):
                continue
            self._compared[link.task] = (wanted, seen)
            if wanted.group is None:
                self.bases[link.task, "group"] = (None, None)
            task = world.task(link.task)
            for rule in world.rules.fields:
                want, have = wanted.values.get(rule.key), get(rule, task, CONTAINER)
                if rule.key in wanted.values and same(want, have):
                    self.bases[link.task, rule.key] = (want, have)

    def verdict(self, rule: FieldRule, task: str, want: FieldValue, have: FieldValue) -> Verdict:
        """What is to become of a field: who owns it, and who changed it since both were at one."""
        base = self.bases.get((task, rule.key))
        by_plan = base is None or not same(want, base[0])
        by_team = base is None or not same(have, base[1])
        if rule.key == "notes" and have == FAREWELL != want:
            return Verdict.WRITE
        if same(want, have) or rule.owner is Owner.TOOL or not (by_plan or by_team):
            return Verdict.STAY
        if rule.owner is Owner.PLAN or not by_team:
            return Verdict.WRITE
        if base is None or (by_plan and rule.conflict is Conflict.HOLD):
            return Verdict.HOLD
        if by_plan and rule.conflict is Conflict.PLAN:
            return Verdict.WRITE
        return Verdict.TAKE
