"""Planning again and again: what is planned anew and what was known make up the whole, whatever befalls a world."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from mappings.rules import Conflict, GroupBy, Owner
from mappings.shape import PlanItem, marker
from syncd.engine.affected import Affected, Trees
from syncd.engine.planner import WHOLE, Agreed, Observed, Scope, plan_changes
from syncd.engine.planning import Planning
from syncd.engine.settling import settle, settled
from tests.planner_runs.acts import ACTS, BUILDING, LIVING, Life, draw, perform
from tests.planner_runs.ledger import Ledger
from tests.planner_runs.runs import tell
from tests.planner_runs.world import CONTAINER, Node, Watch, World, rules_of

ACCIDENTS = [name for name in LIVING if ACTS[name].at in ("tasks", "links") or name in ("foreign", "restore", "block")]
"""What befalls tool and store while the plan stays as it is."""


def trees(world: World) -> Trees:
    """The three trees as they are now."""
    return Trees(world.desired(), world.observed(), world.agreed())


def told(found: Iterable[object]) -> list[str]:
    """Changes or links, to be compared without regard to their order."""
    return sorted(map(repr, found))


@dataclass
class Comparing(Watch):
    """Plans in every round by what it knows from the rounds before, and as if it knew nothing."""

    planning: Planning = field(default_factory=Planning)
    rounds: int = 0

    def round(self, world: World) -> None:
        """Both must come to the same."""
        now = trees(world)
        settlement = settle(now.desired, now.observed, now.agreed)
        agreed = replace(now.agreed, links=settled(now.agreed.links, settlement))
        due = self.planning.due(now)
        assert told(due.settlement.renewed) == told(settlement.renewed)
        assert told(due.settlement.released) == told(settlement.released)
        assert due.trees.agreed == agreed
        assert told(due.changes) == told(plan_changes(now.desired, now.observed, agreed))
        self.rounds += 1


@given(seed=st.integers(min_value=0, max_value=2**32), few=st.sampled_from((0.0, 1.0)))
def test_a_part_and_what_was_known_make_up_the_whole(seed: int, few: float) -> None:
    """People at work on plan, tool and store, and accidents: in each round the same is due, and settled, either way.

    However long ago that is from which on the changes are told.
    """
    chance = random.Random(seed)
    life = Life(tell(chance.randrange(1_000)).setup.world(), Ledger(), {})
    life.world.watch = watch = Comparing(Planning(few=few))
    for names in (BUILDING, LIVING, ACCIDENTS, ACCIDENTS, LIVING):
        life.back_up()
        for _ in range(chance.randint(1, 5)):
            if act := draw(life, chance, names):
                perform(life, act)
        life.world.run(chance, [chance.random()])
    assert watch.rounds >= 5


def big(actions: int = 40) -> World:
    """A plan of so many actions with two projects each, carried out."""
    world = World(rules_of([(Owner.PLAN, Conflict.TOOL)], ["title"]))
    world.nodes["G1"] = Node("G1", "goal", None, {"title": "Goal"})
    for number in range(actions):
        name = f"A{number}"
        world.nodes[name] = Node(name, "action", "G1", {"title": name})
        for one in ("x", "y"):
            world.nodes[name + one] = Node(name + one, "project", name, {"title": name + one})
    world.run()
    return world


def after(world: World, **task: object) -> Trees:
    """The trees once somebody changed the task of A7."""
    changed = world.copy()
    changed.edit("TA7.0", **task)
    return Trees(world.desired(), changed.observed(), changed.agreed())


def test_where_nothing_changed_nothing_is_planned_for() -> None:
    """Also where the trees were read again: that they hold the same counts, not that they are the same."""
    world = big()
    again = Trees(
        world.desired(),
        Observed(world.observed().container, {key: replace(seen) for key, seen in world.tasks.items()}),
        Agreed({key: replace(link) for key, link in world.links.items()}),
    )
    assert Affected(trees(world)).scope(again) == Scope((), ())


def test_a_change_bears_on_few() -> None:
    """A task's edit bears on its item and what is below it, and on nothing else of the plan."""
    world = big()
    scope = Affected(trees(world)).scope(after(world, title="Theirs"))
    assert scope == Scope({"A7", "A7x", "A7y"}, {"TA7.0", "TA7x.0", "TA7y.0"})


def test_a_marker_bears_on_its_item() -> None:
    """A task that takes another item's marker on bears on that one, and on what is below it, too."""
    world = big()
    scope = Affected(trees(world)).scope(after(world, marker=marker("d", "A9")))
    assert set(scope.items or ()) == {one + end for one in ("A7", "A9") for end in ("", "x", "y")}


def comes_to_the_same(before: Trees, now: Trees) -> bool:
    """Whether planning for the change alone finds what planning for everything does."""
    planning = Planning()
    planning.due(before)
    return told(planning.due(now).changes) == told(plan_changes(now.desired, now.observed, now.agreed))


def test_whose_a_task_is_bears_on_the_item_whose_marker_it_carries() -> None:
    """A task with another item's marker is a second task of that one as soon as it is nobody's, and no longer."""
    world = big()
    world.edit("TA7.0", marker=marker("d", "A9"))
    linked = trees(world)
    lost = replace(linked, agreed=Agreed({item: link for item, link in world.links.items() if item != "A7"}))
    moved = replace(linked, agreed=Agreed({**world.links, "A7": replace(world.links["A7"], task="TA9x.0")}))
    for before, now in ((linked, lost), (lost, linked), (linked, moved), (moved, linked)):
        assert comes_to_the_same(before, now)


def test_a_task_of_another_item_is_no_second_one() -> None:
    """Whoever carries an item's marker is looked up together with whose task that is."""
    world = big()
    world.edit("TA7.0", marker=marker("d", "A9"))
    before = trees(world)
    world.tasks = dict(world.tasks)
    world.edit("TA9.0", title="Theirs")
    assert comes_to_the_same(before, trees(world))


def test_another_plan_or_container_bears_on_everything() -> None:
    """What the plan wants is compared as a whole, and so is what the tool's fields are."""
    world = big(1)
    before = trees(world)
    other = replace(before.observed, container=replace(CONTAINER, fields=()))
    world.change("A0", title="Another")
    for now in (replace(before, observed=other), replace(before, desired=world.desired())):
        assert Affected(before).scope(now) is WHOLE


def test_the_plan_keeps_its_order() -> None:
    """What is due comes in the plan's order, whether it was known before or not; what left the plan comes last."""
    world, planning = big(), Planning()
    for task in ("TA9.0", "TA30.0"):
        world.edit(task, title="Theirs")
    planning.due(trees(world))
    world.edit("TA10.0", title="Theirs")
    world.links["B"] = replace(world.links["A0"], item="B", task="gone")
    assert [change.item for change in planning.due(trees(world)).changes] == ["A9", "A10", "A30", "B"]


def test_a_base_is_not_changed_from_outside() -> None:
    """Books are kept in place while a pass runs; what was known stays what it was."""
    world = big()
    known = Affected(trees(world))
    world.edit("TA7.0", title="Theirs")
    del world.links["A8"]
    world.blocked.add("A9")
    assert {"A7", "A8", "A9"} <= set(known.scope(trees(world)).items or ())


def test_what_the_plan_wants_is_reckoned_once() -> None:
    """The very same tree, as long as plan, mapping and container say the same; another one as soon as they do not."""
    planning, items = Planning(), [PlanItem("A1", "action", (), {"title": "One"})]
    rules = rules_of([(Owner.PLAN, Conflict.TOOL)], ["title"], group_by=GroupBy.NONE)
    first = planning.desired(rules, items, CONTAINER)
    assert planning.desired(rules, [replace(items[0])], replace(CONTAINER)) is first
    items = [replace(items[0], values={"title": "Two"})]
    assert planning.desired(rules, items, CONTAINER).tasks["A1"].title == "Two"
