"""Undo in random stories of plan edits, team edits and passes: it takes back what it says, and never a team's value."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mappings.fields import get
from mappings.rules import Conflict, FieldRule, Owner
from tests.engine.test_undo import sync, undo
from tests.engine.world import World

WORK = ("G1.A1", "G1.A1.P1", "G1.A2", "G2.A1")
DAY = date(2026, 6, 15)
Held = dict[tuple[str, str], Any]


@dataclass
class Story:
    """One district's story. `last` is who set each value that a task holds: a pass by its number, or "team"."""

    world: World
    chance: random.Random
    last: dict[tuple[str, str], int | str] = field(default_factory=dict)
    before: dict[int, Held] = field(default_factory=dict)

    def held(self) -> Held:
        """Every value of the items' tasks that a rule is about, and where they stand."""
        container = self.world.boards.boards["B"].container
        held: Held = {}
        for item in WORK:
            task = self.world.boards.of(item)
            held |= {(item, rule.key): get(rule, task, container) for rule in self.world.rules.fields}
            held |= {(item, "group"): task.group, (item, "parent"): task.parent}
        return held

    def passed(self) -> None:
        """A pass; what it changes is its doing."""
        before = self.held()
        number = sync(self.world)
        self.before[number] = before
        self.last |= {key: number for key, value in self.held().items() if before[key] != value}

    def plan_edit(self) -> None:
        """Somebody changes the plan."""
        item = self.chance.choice(WORK)
        what = self.chance.choice(("title", "due", "notes", "path"))
        if what == "path" and item == "G1.A2":
            self.world.plan[item] = replace(self.world.plan[item], path=(self.chance.choice(("G1", "G2")),))
        elif what == "due":
            self.world.change(item, due=DAY + timedelta(days=self.chance.randrange(5)))
        else:
            self.world.change(item, **{"title" if what == "path" else what: f"Plan {self.chance.randrange(5)}"})

    def team_edit(self) -> None:
        """Somebody changes a task."""
        item = self.chance.choice(WORK)
        what, value = self.chance.choice((("title", "Ours"), ("due", DAY + timedelta(days=self.chance.randrange(5)))))
        self.world.boards.edit(self.world.boards.of(item).id, **{what: value})
        self.last[item, what] = "team"

    def undone(self) -> None:
        """Some pass is undone: only what it did, to what was there before, and so it stays."""
        number = self.chance.choice(list(self.before))
        plan, before = dict(self.world.plan), self.held()
        undoing = undo(self.world, number)
        after = self.held()
        told = {(each.item, each.field): each for each in undoing.undone}
        for key in (key for key, value in after.items() if before[key] != value):
            assert self.last[key] == number, (key, self.last[key])
            assert after[key] == self.before[number][key], key
            assert not told[key].in_plan
        for key, each in told.items():
            if each.in_plan:
                assert self.world.plan[key[0]].values.get(key[1]) == each.after
            elif key[1] not in ("group", "parent"):
                assert after[key] == each.after
        assert {each.item for each in undoing.undone if each.in_plan} >= {
            item for item in plan if plan[item] != self.world.plan[item]
        }
        self.last |= {key: f"undo of {number}" for key, value in after.items() if before[key] != value}
        self.stays(told)

    def stays(self, told: dict[tuple[str, str], Any]) -> None:
        """The pass that follows leaves the undone values alone, unless a person has changed them since."""
        mine = {key: self.held()[key] for key in told if self.last.get(key) != "team" and not told[key].in_plan}
        pending = self.unpushed()
        self.passed()
        now = self.held()
        assert {key: now[key] for key in mine if key not in pending} == {
            key: value for key, value in mine.items() if key not in pending
        }

    def unpushed(self) -> set[tuple[str, str]]:
        """What the plan says by now and no pass has carried over yet."""
        links = self.world.links()
        return {
            (item, key)
            for item in WORK
            for key in ("title", "due", "notes", "group")
            if self.wants(item, key) != links[item].agreed.get(key)
        }

    def wants(self, item: str, key: str) -> Any:
        """What the plan says."""
        one = self.world.plan[item]
        return (None if one.tier == "project" else one.path[0]) if key == "group" else one.values.get(key)


def shared(rule: FieldRule, chance: random.Random) -> FieldRule:
    """The rule with an owner and a conflict rule by chance."""
    owner, conflict = chance.choice((Owner.PLAN, Owner.SHARED)), chance.choice((Conflict.TOOL, Conflict.PLAN))
    return replace(rule, owner=owner, conflict=conflict) if rule.name in ("title", "due") else rule


def tell(folder: Path, seed: int) -> None:
    """One story."""
    chance = random.Random(seed)
    with closing(World(folder)) as world:
        fields = tuple(shared(rule, chance) for rule in world.rules.fields)
        world.rules, world.limits = replace(world.rules, fields=fields), replace(world.limits, max_changes=99)
        sync(world)
        story = Story(world, chance)
        story.passed()
        often = (story.plan_edit, story.plan_edit, story.team_edit, story.passed, story.passed, story.undone)
        for _ in range(chance.randrange(4, 12)):
            chance.choice(often)()
        story.undone()


@pytest.mark.parametrize("seed", range(20))
def test_stories(folder: Path, seed: int) -> None:
    """Whatever was done before, and by whom."""
    tell(folder, seed)
