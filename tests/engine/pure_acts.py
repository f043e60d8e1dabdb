"""People at work on a plan, in the tool and on the store, at random: the worlds that the planner is tried with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from connectors.vocabulary import Fate, FieldValue, Task
from mappings.rules import Conflict, GroupBy, Owner
from mappings.shape import marker
from syncd.records import Seen
from tests.engine.pure import KEEPS, KEYS, NOW, Node, World, rules_of

VALUES: Final[Mapping[str, tuple[FieldValue, ...]]] = {
    "title": ("Tutoring hubs", "Readers", "A team's own title"),
    "notes": ("Goal: all read", "Goal: all read\nMoves: scores", None, "x"),
    "start": (date(2026, 1, 5), None, date(2026, 2, 1)),
    "due": (date(2026, 6, 1), date(2026, 6, 30), None, date(2027, 6, 1)),
    "assignee": ("ann@example.org", None, "bob@example.org"),
    "cost": (Decimal(5), Decimal("7.25"), None, Decimal(0)),
}

Act = tuple[str, int, int]
"""One thing that people do, and two numbers that choose what it is done to and how."""


def at_work(world: World, acts: Sequence[Act]) -> None:
    """Let people change plan, tool and store, one act after the other; what does not apply is passed over."""
    for name, one, other in acts:
        ACTS[name](world, one, other)


def _pick(world: World, one: int, tiers: str) -> Node | None:
    there = [node for node in world.nodes.values() if node.tier in tiers.split()]
    return there[one % len(there)] if there else None


def _add(world: World, one: int, other: int) -> None:
    tier, above = (("project", _pick(world, one, "action")), ("action", _pick(world, one, "goal outcome")))[other % 2]
    name = f"{tier[0].upper()}{len(world.nodes)}"
    if above and name not in world.nodes:
        values = {key: VALUES[key][(one + other) % len(VALUES[key])] for key in KEYS}
        world.nodes[name] = Node(name, tier, above.id, {**values, "title": f"Title of {name}"})


def _revalue(world: World, one: int, other: int) -> None:
    key = KEYS[other % len(KEYS)]
    if node := _pick(world, one, "action project"):
        world.change(node.id, **{key: VALUES[key][other // len(KEYS) % len(VALUES[key])]})


def _revise(world: World, one: int, other: int) -> None:
    """A new edition of the plan: every item has other values."""
    for node in list(world.nodes.values()):
        if node.tier in ("action", "project"):
            values = {key: VALUES[key][(one + other + len(node.id)) % len(VALUES[key])] for key in KEYS}
            world.change(node.id, **values)


def _storm(world: World, one: int, other: int) -> None:
    """A busy week: every task is changed by its team, each in a field of its own."""
    for number, key in enumerate(list(world.tasks)):
        _team_edit(world, world.task(key), one + number + other * len(KEYS))


def _replace_node(**changes: bool) -> Callable[[World, int, int], None]:
    def act(world: World, one: int, _other: int) -> None:
        if node := _pick(world, one, "action project"):
            world.change(node.id, **changes)

    return act


def _relocate(world: World, one: int, other: int) -> None:
    node = _pick(world, one, "action project")
    above = node and _pick(world, other, "goal outcome" if node.tier == "action" else "action")
    if node and above:
        world.change(node.id, above=above.id)


def _drop(world: World, one: int, _other: int) -> None:
    if node := _pick(world, one, "action project"):
        world.drop(node.id)


def _select(world: World, one: int, other: int) -> None:
    chosen = list(world.nodes)[one % (len(world.nodes) + 1) :][: other % 3]
    world.rules = replace(world.rules, select=tuple(chosen))


def _reshape(world: World, one: int, other: int) -> None:
    shape = {"action_is_task": bool(one % 3), "project_is_subtask": bool(one % 2)}
    world.rules = replace(world.rules, group_by=list(GroupBy)[other % len(GroupBy)], **shape)  # type: ignore[arg-type]


def _on_task(act: Callable[[World, Task, int], None]) -> Callable[[World, int, int], None]:
    def on(world: World, one: int, other: int) -> None:
        if world.tasks:
            act(world, world.task(list(world.tasks)[one % len(world.tasks)]), other)

    return on


def _team_edit(world: World, task: Task, other: int) -> None:
    key = KEYS[other % len(KEYS)]
    value = VALUES[key][other // len(KEYS) % len(VALUES[key])]
    if key == "cost":
        world.edit(task.id, fields={**task.fields, "F": value})
    elif key == "notes":
        world.edit(task.id, notes=f"{value or 'ours'}\n\n{task.notes}\nbelow" if other % 2 else "all new")
    else:
        world.edit(task.id, **{key: value or "" if key == "title" else value})


def _fate(fate: Fate) -> Callable[[World, Task, int], None]:
    def act(world: World, task: Task, _other: int) -> None:
        world.tasks[task.id] = replace(world.tasks[task.id], fate=fate)

    return act


def _copy(world: World, task: Task, other: int) -> None:
    copied = replace(task, id=f"copy{len(world.tasks)}", created_at=NOW + timedelta(seconds=other % 3 - 1))
    world.tasks[copied.id] = Seen(copied, NOW)


def _foreign(world: World, one: int, other: int) -> None:
    """A task of the team's own; now and then it carries an item's marker, as after a lost store."""
    node = _pick(world, one, "action project")
    carried = marker("d", node.id) if node and other % 3 == 0 else (None, "syncd:other/A1")[other % 2]
    name = f"own{len(world.tasks)}"
    world.tasks[name] = Seen(Task(name, "B", f"Own {one}", "", marker=carried, notes="ours", created_at=NOW), NOW)


def _forget_link(world: World, one: int, _other: int) -> None:
    if world.links:
        del world.links[list(world.links)[one % len(world.links)]]


def _forget_base(world: World, one: int, other: int) -> None:
    if world.links:
        link = world.links[list(world.links)[one % len(world.links)]]
        keys = sorted(link.agreed)
        lost = keys[other % len(keys)] if keys else ""
        world.links[link.item] = replace(link, agreed={k: v for k, v in link.agreed.items() if k != lost})


def _block(world: World, one: int, _other: int) -> None:
    if node := _pick(world, one, "action project"):
        world.blocked.add(node.id)


IN_PLAN: Final[Mapping[str, Callable[[World, int, int], None]]] = {
    "add": _add, "revalue": _revalue, "revise": _revise, "relocate": _relocate, "drop": _drop,
    "select": _select, "reshape": _reshape,
    "cancel": _replace_node(active=False), "draft": _replace_node(adopted=False),
}  # fmt: skip
IN_TOOL: Final[Mapping[str, Callable[[World, int, int], None]]] = {
    "team edit": _on_task(_team_edit), "delete": _on_task(_fate(Fate.DELETED)), "hide": _on_task(_fate(Fate.NO_ACCESS)),
    "move out": _on_task(lambda world, task, _: world.edit(task.id, container="", parent=None)),
    "copy": _on_task(_copy), "foreign": _foreign, "storm": _storm,
    "unmark": _on_task(lambda world, task, _: world.edit(task.id, marker=None)),
    "sort": _on_task(lambda world, task, other: world.edit(task.id, group=f"own{other % 2}")),
    "lift": _on_task(lambda world, task, other: world.edit(task.id, parent=None, container=("", "B")[other % 2])),
}  # fmt: skip
IN_STORE: Final[Mapping[str, Callable[[World, int, int], None]]] = {
    "forget link": _forget_link, "forget base": _forget_base, "block": _block,
}  # fmt: skip
ACTS: Final = {**IN_PLAN, **IN_TOOL, **IN_STORE}


def acts(*where: Mapping[str, object], at_most: int = 12) -> st.SearchStrategy[list[Act]]:
    """Some acts of people, at random."""
    names = sorted(name for one in where for name in one)
    return st.lists(
        st.tuples(st.sampled_from(names), st.integers(0, 50), st.integers(0, 50)),
        min_size=at_most // 3,
        max_size=at_most,
    )


@st.composite
def agreed_worlds(draw: st.DrawFn) -> World:
    """A plan of any form whose tasks were made, and then nothing happened: all three trees are alike."""
    owners = draw(st.lists(st.tuples(st.sampled_from(Owner), st.sampled_from(Conflict)), min_size=6, max_size=6))
    shape = {
        "group_by": draw(st.sampled_from(GroupBy)),
        "action_is_task": draw(st.booleans()),
        "project_is_subtask": draw(st.booleans()),
    }
    world = World(rules_of(owners, **shape), keeps=draw(st.sampled_from(KEEPS)))
    for goal in ("G1", "G2"):
        world.nodes[goal] = Node(goal, "goal", None, {"title": f"Goal {goal}"})
    world.nodes["O1"] = Node("O1", "outcome", "G1", {"title": "Outcome"})
    numbers = st.tuples(st.integers(0, 9), st.integers(0, 9))
    at_work(world, [("add", *two) for two in draw(st.lists(numbers, min_size=3, max_size=12))])
    world.run()
    world.made.clear()
    return world


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Three correlated trees: they were alike, then plan, team and store each went their own way."""
    world = draw(agreed_worlds())
    at_work(world, draw(acts(IN_PLAN, IN_TOOL, IN_STORE)))
    return world
