"""People at work on a plan, in the tool and on the store: what they do, drawn at random, done, and told in words."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from connectors.vocabulary import Fate, FieldValue, Task
from mappings.notes import embed, extract
from mappings.rules import GroupBy
from mappings.shape import marker
from syncd.engine.deciding import Side, standing
from syncd.engine.planner import Change, Why, plan_changes
from syncd.records import GroupLink, Link, Seen
from tests.planner_runs.ledger import Base, Ledger
from tests.planner_runs.world import KEYS, NOW, Node, World

VALUES: Final[Mapping[str, tuple[FieldValue, ...]]] = {
    "title": ("Tutoring hubs", "Readers", "A team's own title"),
    "notes": ("All read", "All read\n\nScores rise", None, "x"),
    "start": (date(2026, 1, 5), None, date(2026, 2, 1)),
    "due": (date(2026, 6, 1), date(2026, 6, 30), None, date(2027, 6, 1)),
    "owner": ("ann@example.org", None, "Bob@example.org", "Office of Academics"),
    "cost": (Decimal(5), Decimal("7.25"), None, Decimal(0), "a lot"),
    "weight": (Decimal(1), Decimal("2.50"), None, Decimal(0)),
    "state": ("active", "active", "on_hold", "deferred", "cancelled"),
}
_IDS: Final = {"cost": "F", "weight": "W", "state": "S"}
_GROUPS: Final = ("own0", "own1", None)


Backup = tuple[dict[str, Link], dict[str, GroupLink], dict[tuple[str, str], Base]]


@dataclass
class Life:
    """What acts are done to: the world, the ledger that remembers who changed what, and what was there before.

    `gone` holds what left the plan and may be put back, `backup` the store as it was.
    """

    world: World
    ledger: Ledger
    gone: dict[str, Node]
    backup: tuple[dict[str, Link], dict[str, GroupLink], dict[tuple[str, str], Base]] = field(
        default_factory=lambda: ({}, {}, {})
    )

    def back_up(self) -> None:
        """Keep a backup of the store, and of what the ledger knew then."""
        self.backup = (dict(self.world.links), dict(self.world.groups), dict(self.ledger.bases))


@dataclass(frozen=True)
class Act:
    """One thing that people do, and the words for what it is done to and how."""

    name: str
    on: str = ""
    how: tuple[Any, ...] = ()

    def __str__(self) -> str:
        """The act in a sentence."""
        return ACTS[self.name].words.format(self.on, *self.how)


@dataclass(frozen=True)
class Kind:
    """A kind of act: where what it is done to stands ("nodes", "tasks", "links" or ""), how often it comes up, ..."""

    words: str
    at: str
    often: int
    do: Callable[..., None]
    draw: Callable[[Life, str, random.Random], tuple[Any, ...] | None] = lambda _life, _on, _chance: ()


def perform(life: Life, act: Act) -> None:
    """Do it; an act whose object is not there any more is passed over."""
    kind = ACTS[act.name]
    if not kind.at or act.on in getattr(life.world, kind.at):
        kind.do(life, act.on, *act.how)


def draw(life: Life, chance: random.Random, names: list[str]) -> Act | None:
    """One act at random among those of these names; None where there is nothing to do it to."""
    name = chance.choice(names)
    kind = ACTS[name]
    there = list(getattr(life.world, kind.at)) if kind.at else [""]
    if kind.at == "nodes":
        there = [one for one in there if life.world.nodes[one].tier in ("action", "project")]
    if not there:
        return None
    on = chance.choice(there)
    how = kind.draw(life, on, chance)
    return None if how is None else Act(name, on, how)


# In the plan


def _draw_new(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...] | None:
    nodes = life.world.nodes
    tier = chance.choice(("action", "project", "project"))
    above = _draw_above(life, tier, chance)
    if above is None:
        return None
    taken = {*nodes, *life.gone, *life.ledger.called}
    name = next(name for number in range(1, 99) if (name := f"{tier[0].upper()}{number}") not in taken)
    return name, above, {key: chance.choice(VALUES[key]) for key in _mapped(life.world)}


def _draw_above(life: Life, tier: str, chance: random.Random) -> str | None:
    tiers = ("goal", "outcome") if tier == "action" else ("action", "action", "goal")
    wanted = chance.choice(tiers)
    there = [node.id for node in life.world.nodes.values() if node.tier == wanted]
    return chance.choice(there) if there else None


def _mapped(world: World) -> list[str]:
    return [rule.source for rule in world.rules.fields]


def _add(life: Life, _on: str, name: str, above: str, values: Mapping[str, FieldValue]) -> None:
    if above in life.world.nodes and name not in {*life.world.nodes, *life.ledger.called}:
        tier = "action" if name.startswith("A") else "project"
        life.world.nodes[name] = Node(name, tier, above, {"title": f"Title of {name}", **values})


def _draw_value(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    key = chance.choice(_mapped(life.world))
    return key, chance.choice(VALUES[key])


def _revalue(life: Life, on: str, key: str, value: FieldValue) -> None:
    life.world.change(on, **{key: value})


def _draw_place(life: Life, on: str, chance: random.Random) -> tuple[Any, ...] | None:
    above = _draw_above(life, life.world.nodes[on].tier, chance)
    return None if above is None else (above,)


def _relocate(life: Life, on: str, above: str) -> None:
    if above in life.world.nodes:
        life.world.change(on, above=above)


def _drop(life: Life, on: str) -> None:
    life.gone.update({node.id: node for node in life.world.drop(on)})


def _draw_return(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...] | None:
    return (chance.choice(list(life.gone)),) if life.gone else None


def _put_back(life: Life, _on: str, name: str) -> None:
    node = life.gone.get(name)
    if node and name not in life.world.nodes and node.above in life.world.nodes:
        life.world.nodes[name] = life.gone.pop(name)


def _draw_id(life: Life, on: str, _chance: random.Random) -> tuple[Any, ...]:
    return (f"{on}x",)


def _call(life: Life, on: str, new: str) -> None:
    if new not in life.world.nodes:
        life.world.call(on, new)
        life.ledger.rename(on, new)


def _draw_selection(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    nodes = list(life.world.nodes)
    return (tuple(chance.sample(nodes, chance.choice((0, 0, 1, 2)))),)


def _select(life: Life, _on: str, chosen: tuple[str, ...]) -> None:
    life.world.rules = replace(life.world.rules, select=chosen)


def draw_shape(chance: random.Random) -> tuple[Any, ...]:
    """A shape at random: by which tier it is grouped, whether actions are tasks, and projects subtasks."""
    return chance.choice(list(GroupBy)), chance.random() < 0.75, chance.random() < 0.75


def _reshape(life: Life, _on: str, group_by: GroupBy, actions: bool, subtasks: bool) -> None:
    shape = {"group_by": group_by, "action_is_task": actions, "project_is_subtask": subtasks}
    life.world.rules = replace(life.world.rules, **shape)  # type: ignore[arg-type]


def _flag(**values: bool) -> Callable[[Life, str], None]:
    return lambda life, on: life.world.change(on, **values)


# In the tool


def _draw_edit(life: Life, on: str, chance: random.Random) -> tuple[Any, ...]:
    key, value = _draw_value(life, on, chance)
    return _by_team(key, value, chance)


def _by_team(key: str, value: FieldValue, chance: random.Random) -> tuple[str, FieldValue]:
    """A field, and what a team may set there."""
    if key == "notes":
        return key, chance.choice(("above", "below", "all new", ""))
    return key, None if value == "a lot" else str(value).lower() if key == "owner" and value else value


def _draw_clash(life: Life, on: str, chance: random.Random) -> tuple[Any, ...]:
    key, planned = _draw_value(life, on, chance)
    return key, planned, _by_team(key, chance.choice(VALUES[key]), chance)[1]


def _clash(life: Life, on: str, key: str, planned: FieldValue, there: FieldValue) -> None:
    task = life.world.links[on].task
    if on in life.world.nodes and task in life.world.tasks:
        _revalue(life, on, key, planned)
        _edit(life, task, key, there)


def _edit(life: Life, on: str, key: str, value: FieldValue) -> None:
    task = life.world.task(on)
    if key in _IDS:
        life.world.edit(on, fields={**task.fields, _IDS[key]: value})
    elif key == "notes":
        words = {"above": f"ours\n\n{task.notes}", "below": f"{task.notes}\n\nours"}
        life.world.edit(on, notes=words.get(str(value), str(value)))
    elif key == "owner":
        life.world.edit(on, assignee=value)
    else:
        life.world.edit(on, **{key: value or "" if key == "title" else value})


def _draw_words(_life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    return (chance.choice(("Call Ann", "All read", "")),)


def _reword(life: Life, on: str, words: str) -> None:
    """Somebody writes inside our block, above its last paragraph."""
    block = extract(life.world.task(on).notes)
    if block is not None:
        below = block.rpartition("\n\n")[2] if life.world.framed else ""
        life.world.edit(on, notes=embed(life.world.task(on).notes, "\n\n".join(filter(None, (words, below)))))


def _fate(fate: Fate | None) -> Callable[[Life, str], None]:
    def act(life: Life, on: str) -> None:
        life.world.tasks[on] = replace(life.world.tasks[on], fate=fate)

    return act


def _set(**values: object) -> Callable[[Life, str], None]:
    return lambda life, on: life.world.edit(on, **values)


def _draw_copy(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    return f"copy{len(life.world.tasks)}", chance.choice((-1, 0, 1))


def _copy(life: Life, on: str, name: str, later: int) -> None:
    if name not in life.world.tasks:
        copied = replace(life.world.task(on), id=name, created_at=NOW + timedelta(seconds=later))
        life.world.tasks[name] = Seen(copied, NOW)


def _draw_group(_life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    return (chance.choice(_GROUPS),)


def _draw_home(_life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    return (chance.choice(("", "B")),)


def _draw_below(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    return (chance.choice(list(life.world.tasks)),)


def _below(life: Life, on: str, parent: str) -> None:
    if parent in life.world.tasks:
        life.world.edit(on, parent=parent, container="")


def _draw_foreign(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...]:
    """A task of the team's own; now and then it carries an item's marker, as after a lost store."""
    carried = (*(marker("d", name) for name in life.world.nodes), None, "syncd:other/A1")
    return f"own{len(life.world.tasks)}", chance.choice(carried)


def _foreign(life: Life, _on: str, name: str, carried: str | None) -> None:
    task = Task(name, "B", "Own", "", marker=carried, notes="ours", created_at=NOW)
    life.world.tasks.setdefault(name, Seen(task, NOW))


# In the store


def _forget(life: Life, on: str) -> None:
    life.ledger.forget(life.world.links.pop(on).task)


def _draw_base(life: Life, on: str, chance: random.Random) -> tuple[Any, ...] | None:
    keys = [rule.key for rule in life.world.rules.fields if rule.key in life.world.links[on].agreed]
    return (chance.choice(keys),) if keys else None


def _forget_base(life: Life, on: str, key: str) -> None:
    link = life.world.links[on]
    life.world.links[on] = replace(link, agreed={name: held for name, held in link.agreed.items() if name != key})
    life.ledger.forget(link.task, key)


def _lose_all(life: Life, _on: str) -> None:
    life.world.links.clear()
    life.world.groups.clear()
    life.ledger.restore({})


def _restore(life: Life, _on: str) -> None:
    links, groups, bases = life.backup
    life.world.links, life.world.groups = dict(links), dict(groups)
    life.ledger.restore(bases)


def _open(life: Life) -> list[Change]:
    """Where plan and task hold two values, and a person may say which stands."""
    world = life.world
    changes = plan_changes(world.desired(), world.observed(), world.agreed())
    return [change for change in changes if change.why is Why.CONFLICT]


def _draw_choice(life: Life, _on: str, chance: random.Random) -> tuple[Any, ...] | None:
    choices = _open(life)
    if not choices:
        return None
    change = chance.choice(choices)
    return change.item, change.edits[0].field, chance.choice(list(Side))


def _decide(life: Life, _on: str, item: str, key: str, side: Side) -> None:
    for change in _open(life):
        edit = change.edits[0]
        if (change.item, edit.field) == (item, key):
            life.world.links[item] = standing(life.world.links[item], change, side)
            common = edit.after if side is Side.PLAN else edit.before
            life.ledger.bases[change.task, key] = (common, common)


def _block(life: Life, on: str) -> None:
    life.world.blocked.add(on)


def _unblock(life: Life, _on: str) -> None:
    life.world.blocked.clear()


ACTS: Final[Mapping[str, Kind]] = {
    "add": Kind("the plan gets {1} below {2}, with {3}", "", 3, _add, _draw_new),
    "revalue": Kind("the plan changes {1} of {0} to {2!r}", "nodes", 5, _revalue, _draw_value),
    "relocate": Kind("the plan moves {0} below {1}", "nodes", 2, _relocate, _draw_place),
    "drop": Kind("{0} leaves the plan, with all below it", "nodes", 2, _drop),
    "put back": Kind("{1} is put back into the plan", "", 6, _put_back, _draw_return),
    "call": Kind("the plan calls {0} {1} from now on", "nodes", 2, _call, _draw_id),
    "cancel": Kind("the plan cancels {0}", "nodes", 1, _flag(active=False)),
    "take up": Kind("the plan takes {0} up again", "nodes", 1, _flag(active=True)),
    "draft": Kind("{0} becomes a draft", "nodes", 1, _flag(adopted=False)),
    "adopt": Kind("the district adopts {0}", "nodes", 1, _flag(adopted=True)),
    "select": Kind("the mapping selects {1}", "", 1, _select, _draw_selection),
    "reshape": Kind("the mapping groups by {1}, actions are tasks: {2}, projects are subtasks: {3}", "", 1,
                    _reshape, lambda _life, _on, chance: draw_shape(chance)),
    "edit": Kind("a team changes {1} of {0} to {2!r}", "tasks", 8, _edit, _draw_edit),
    "clash": Kind("of {0}, the plan changes {1} to {2!r} and a team to {3!r}", "links", 12, _clash, _draw_clash),
    "reword": Kind("a team writes {1!r} into our block in {0}", "tasks", 2, _reword, _draw_words),
    "complete": Kind("a team completes {0}", "tasks", 1, _set(completed=True)),
    "delete": Kind("a team deletes {0}", "tasks", 2, _fate(Fate.DELETED)),
    "hide": Kind("{0} may be seen no longer", "tasks", 1, _fate(Fate.NO_ACCESS)),
    "return": Kind("{0} is there again", "tasks", 1, _fate(None)),
    "move out": Kind("a team moves {0} out of the container", "tasks", 1, _set(container="", parent=None)),
    "lift": Kind("a team makes {0} stand alone, in container {1!r}", "tasks", 1,
                 lambda life, on, home: life.world.edit(on, parent=None, container=home), _draw_home),
    "put below": Kind("a team puts {0} below {1}", "tasks", 4, _below, _draw_below),
    "sort": Kind("a team sorts {0} into the group {1}", "tasks", 2,
                 lambda life, on, group: life.world.edit(on, group=group), _draw_group),
    "copy": Kind("a team copies {0} as {1}, {2} s later than ours", "tasks", 2, _copy, _draw_copy),
    "unmark": Kind("a team takes the marker off {0}", "tasks", 1, _set(marker=None)),
    "foreign": Kind("a team makes a task of its own, {1}, with the marker {2}", "", 1, _foreign, _draw_foreign),
    "forget link": Kind("the link of {0} is lost", "links", 1, _forget),
    "forget base": Kind("it is lost what both agreed on for {1} of {0}", "links", 1, _forget_base, _draw_base),
    "lose all": Kind("the store is lost", "", 1, _lose_all),
    "restore": Kind("the store is restored from the last backup", "", 1, _restore),
    "decide": Kind("a person decides that the {3}'s {2} of {1} stands", "", 9, _decide, _draw_choice),
    "block": Kind("{0} is set aside", "nodes", 1, _block),
    "unblock": Kind("nothing is set aside any more", "", 1, _unblock),
}  # fmt: skip
BUILDING: Final = ["add"]
LIVING: Final = [name for name, kind in ACTS.items() for _ in range(kind.often)]
IN_TOOL: Final = [name for name in LIVING if ACTS[name].at == "tasks"]
"""What befalls while the plan stays as it is: then only what has changed is planned for."""
assert set(VALUES) == set(KEYS)
