"""What people do: they edit the plan, and teams work on their tasks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mappings.notes import FOOT
from syncd.engine.deciding import Side
from tests.engine.world import BOARD, PEOPLE
from tests.engine.world import item as new_item
from tests.soak.district import DONE, ELSEWHERE, District
from tests.soak.story import NothingToDo, act, drawn

DAY = date(2026, 5, 1)
GOALS = ("G1", "G2", "G3")

# How things are drawn


def _one(chance: random.Random, of: list[Any]) -> Any:
    if not of:
        raise NothingToDo
    return chance.choice(of)


@drawn
def item(d: District, chance: random.Random) -> str:
    """An item that has a task, or could have one; one of them is in everybody's mind."""
    if d.hot in d.plan and chance.random() < 0.5:
        return d.hot
    return str(_one(chance, d.world.work()))


@drawn
def action(d: District, chance: random.Random) -> str:
    """An action."""
    return str(_one(chance, [one.id for one in d.plan.values() if one.tier == "action"]))


@drawn
def project(d: District, chance: random.Random) -> str:
    """A project."""
    return str(_one(chance, [one.id for one in d.plan.values() if one.tier == "project"]))


@drawn
def goal(_d: District, chance: random.Random) -> str:
    """A goal."""
    return chance.choice(GOALS)


@drawn
def gone_item(d: District, chance: random.Random) -> str:
    """An item that left the plan."""
    return str(_one(chance, list(d.left)))


@drawn
def day(_d: District, chance: random.Random) -> date | None:
    """A day, or none."""
    return chance.choice([DAY + timedelta(days=chance.randrange(60)), DAY + timedelta(days=chance.randrange(60)), None])


@drawn
def field(_d: District, chance: random.Random) -> str:
    """The name of a date."""
    return chance.choice(["due", "due", "start"])


@drawn
def side(_d: District, chance: random.Random) -> str:
    """Plan or tool."""
    return str(chance.choice(list(Side)))


@drawn
def number(d: District, _chance: random.Random) -> int:
    """A number that was never used before."""
    d.number += 1
    return d.number


@drawn
def effort(_d: District, chance: random.Random) -> Decimal:
    """A weight."""
    return Decimal(chance.randrange(1, 40))


@drawn
def person(_d: District, chance: random.Random) -> str | None:
    """Somebody, or nobody."""
    return chance.choice([*PEOPLE, None])


@drawn
def task(d: District, chance: random.Random) -> str:
    """A task on the board that carries a marker."""
    there = [one for one in d.boards.live() if one.marker and d.boards.home(one.id) == BOARD]
    hot = [one for one in there if d.item(one) == d.hot]
    return d.named(_one(chance, hot if hot and chance.random() < 0.5 else there))


@drawn
def known(d: District, chance: random.Random) -> str:
    """A task that syncd knows: one in doubt that people take away could not be found by anybody."""
    linked = {link.task for link in d.world.links().values()}
    there = [one for one in d.boards.live() if one.id in linked and one.marker and d.boards.home(one.id) == BOARD]
    return d.named(_one(chance, there))


@drawn
def status(_d: District, chance: random.Random) -> str | None:
    """A label of the status field."""
    return chance.choice(["Working on it", "Stuck", "Something else", None])


# The plan


@act("plan", 6)
def rename(d: District, item: str, number: int) -> None:
    """In the plan, {item} is now called "Planned title {number}"."""
    d.edit_plan(item, "title", f"Planned title {number}")


@act("plan", 1)
def rename_all(d: District, number: int) -> None:
    """In the plan, everything is called anew, each with "of year {number}" at its end."""
    for one in d.world.work():
        d.edit_plan(one, "title", f"{d.plan[one].values['title']} of year {number}")


@act("plan", 2)
def give_id(d: District, item: str, number: int) -> None:
    """In the plan, {item} gets the id N{number}; its earlier id is noted there."""
    if item in d.plan:
        d.give_id(item, f"N{number}")


@act("plan", 2)
def decide(d: District, item: str, field: str, side: str) -> None:
    """Somebody decides: the {field} date of {item} is as the {side} has it."""
    d.decide(item, field, Side(side))


@act("plan", 6)
def redate(d: District, item: str, field: str, day: date | None) -> None:
    """In the plan, the {field} date of {item} becomes {day}."""
    d.edit_plan(item, field, day)


@act("plan", 3)
def explain(d: District, item: str, number: int) -> None:
    """In the plan, the notes of {item} become "Planned words {number}."."""
    d.edit_plan(item, "notes", f"Planned words {number}.")


@act("plan", 2)
def entrust(d: District, item: str, person: str | None) -> None:
    """In the plan, {item} is given to {person}."""
    d.edit_plan(item, "owner", person)


@act("plan", 2)
def weigh(d: District, item: str, effort: Decimal) -> None:
    """In the plan, {item} gets the weight {effort}."""
    d.edit_plan(item, "weight", effort)


@act("plan", 2)
def add_action(d: District, goal: str, number: int, day: date | None) -> None:
    """In the plan, there is a new action {goal}.A{number}, due {day}."""
    made = new_item(f"{goal}.A{number}", "action", notes="A reason.", due=day)
    d.plan[made.id] = made


@act("plan", 2)
def add_project(d: District, action: str, number: int, day: date | None) -> None:
    """In the plan, there is a new project P{number} under {action}, due {day}."""
    if action in d.plan:
        made = new_item(f"P{number}", "project", due=day)
        d.plan[made.id] = replace(made, path=(*d.plan[action].path, action))


@act("plan", 1)
def drop(d: District, item: str) -> None:
    """{item} is taken out of the plan, with what stands below it."""
    if item in d.plan and len(d.world.work()) > 5:
        before = dict(d.plan)
        d.world.drop(item)
        d.left.update((key, one) for key, one in before.items() if key not in d.plan)


@act("plan", 1)
def give_back(d: District, gone_item: str) -> None:
    """{gone_item} is put back into the plan as it was."""
    back = d.left.pop(gone_item, None)
    if back and all(above in d.plan for above in back.path) and back.id not in d.plan:
        for key, row in d.boards.rows.items():
            if d.item(row.task) == back.id and not d.boards.alive(key):
                d.memory.copies.add(key)
        d.plan[back.id] = back
        for rule in d.rules.fields:
            d.memory.plan.pop((back.id, rule.key), None)
        d.cloud([back.id])


@act("plan", 2)
def move_action(d: District, action: str, goal: str) -> None:
    """In the plan, {action} moves to {goal}."""
    if action in d.plan and d.plan[action].path[-1] != goal:
        d.plan[action] = replace(d.plan[action], path=(goal,))
        for key, one in list(d.plan.items()):
            if action in one.path:
                d.plan[key] = replace(one, path=(goal, action))
        _placed(d, [key for key, one in d.plan.items() if action in (key, *one.path)])


@act("plan", 2)
def move_project(d: District, project: str, action: str) -> None:
    """In the plan, {project} moves under {action}."""
    if project in d.plan and action in d.plan and d.plan[project].path[-1] != action:
        d.plan[project] = replace(d.plan[project], path=(*d.plan[action].path, action))
        _placed(d, [project])


def _placed(d: District, items: list[str]) -> None:
    for one in items:
        for key in ("group", "parent"):
            d.memory.moved(one, [found.id for found in d.tasks(one)], key)


@act("plan", 1)
def cancel(d: District, item: str) -> None:
    """In the plan, {item} is cancelled."""
    if item in d.plan:
        d.plan[item] = replace(d.plan[item], active=False)


@act("plan", 1)
def take_up(d: District, item: str) -> None:
    """In the plan, {item} is taken up again."""
    if item in d.plan:
        d.plan[item] = replace(d.plan[item], active=True)


# The teams


@act("team", 4)
def tick(d: District, task: str) -> None:
    """A team ticks {task} off."""
    _tick(d, task, done=True)


@act("team", 2)
def reopen(d: District, task: str) -> None:
    """A team opens {task} again."""
    _tick(d, task, done=False)


def _tick(d: District, name: str, *, done: bool) -> None:
    found = d.task(name)
    if found is not None and found.completed is not done:
        d.boards.complete(found.id, done=done)
        d.memory.team(d.item(found), found.id, "completed", (not done, done), None)
        d.memory.learned.discard(found.id)


@act("team", 3)
def retitle(d: District, task: str, number: int) -> None:
    """A team calls {task} "Team's title {number}"."""
    d.edit_task(task, "title", f"Team's title {number}")


@act("team", 6)
def move_date(d: District, task: str, field: str, day: date | None) -> None:
    """A team moves the {field} date of {task} to {day}."""
    d.edit_task(task, field, day)


@act("team", 3)
def assign(d: District, task: str, person: str | None) -> None:
    """A team gives {task} to {person}."""
    d.edit_task(task, "assignee", person)


@act("team", 2)
def measure(d: District, task: str, effort: Decimal) -> None:
    """A team sets the effort of {task} to {effort}."""
    d.edit_task(task, "field:effort", effort)


@act("team", 2)
def rewrite(d: District, task: str, number: int) -> None:
    """A team writes "Team's block {number}." into syncd's block in the notes of {task}."""
    d.edit_task(task, "notes", f"Team's block {number}.")


@act("team", 3)
def write_words(d: District, task: str, number: int) -> None:
    """A team writes "Team's words {number}." above the notes of {task}."""
    found = d.task(task)
    if found is not None:
        words = f"Team's words {number}."
        d.boards.edit(found.id, notes=f"{words}\n\n{found.notes}")
        d.memory.team(d.item(found), found.id, f"words {number}", (None, words), None)


@act("team", 1)
def damage(d: District, task: str) -> None:
    """A team deletes the last line of syncd's block in the notes of {task}."""
    found = d.task(task)
    rule = d.rules.rule("notes")
    if found is not None and FOOT in found.notes:
        d.boards.edit(found.id, notes=found.notes.replace(FOOT, ""))
        d.memory.team(d.item(found), found.id, "notes", ("?", None), rule)
        d.memory.told.pop((found.id, "notes"), None)


@act("team", 2)
def label(d: District, task: str, status: str | None) -> None:
    """A team sets the status of {task} to {status}."""
    found = d.task(task)
    if found is not None:
        d.boards.edit(found.id, status=status)


@act("team", 2)
def gauge(d: District, task: str, effort: Decimal) -> None:
    """A team says that {task} is {effort} per cent done."""
    found = d.task(task)
    if found is not None:
        d.boards.edit(found.id, fields={**found.fields, DONE.id: effort})


@act("team", 2)
def delete(d: District, known: str) -> None:
    """A team deletes {known}."""
    if found := _linked(d, known):
        d.boards.delete(found)


@act("team", 2)
def restore(d: District) -> None:
    """A team takes out of the bin what it deleted last."""
    gone = [key for key, row in d.boards.rows.items() if row.deleted and key not in d.memory.copies]
    if gone:
        d.boards.restore(gone[-1])


@act("team", 2)
def hide(d: District, known: str) -> None:
    """A team makes {known} private."""
    if found := _linked(d, known):
        d.boards.hide(found)


@act("team", 2)
def show(d: District) -> None:
    """A team shows again what it made private."""
    for key, row in d.boards.rows.items():
        if row.hidden:
            d.boards.hide(key, hidden=False)


@act("team", 2)
def move_away(d: District, known: str) -> None:
    """A team moves {known} to another container."""
    if found := _linked(d, known):
        _put(d, found, ELSEWHERE)


@act("team", 2)
def move_back(d: District) -> None:
    """A team moves everything back from the other container."""
    for key, row in d.boards.rows.items():
        if row.board == ELSEWHERE:
            _put(d, key, BOARD)


def _linked(d: District, name: str) -> str | None:
    found, linked = d.task(name), {link.task for link in d.world.links().values()}
    return found.id if found is not None and found.id in linked else None


@act("team", 2)
def copy(d: District, task: str) -> None:
    """A team duplicates {task}, marker and all."""
    found = d.task(task)
    if found is not None and found.parent is None:
        d.memory.copies.add(d.boards.duplicate(found.id).id)


@act("team", 2)
def merge(d: District, task: str) -> None:
    """A team closes {task} as a duplicate of something else."""
    found = d.task(task)
    if found is not None and not found.completed:
        d.boards.merge(found.id)
        d.memory.team(d.item(found), found.id, "completed", (False, True), None)


@act("team", 2)
def add_step(d: District, task: str) -> None:
    """A team adds a step of its own below {task}."""
    if found := d.task(task):
        d.boards.add_step(found.id, "a step of ours")


@act("team", 1)
def add_task(d: District) -> None:
    """A team adds a task of its own."""
    d.boards.add_task(BOARD, "a task of ours")


@act("team", 2)
def sort(d: District, task: str) -> None:
    """A team moves {task} to the last group."""
    found, groups = d.task(task), d.boards.boards[BOARD].container.groups
    if found is not None and found.parent is None and groups:
        d.boards.edit(found.id, group=groups[-1].id)
        d.memory.place(d.item(found), found.id, "group", groups[-1].id)


@act("team", 1)
def take_out(d: District, task: str) -> None:
    """A team makes the subtask {task} a task of its own."""
    found = d.task(task)
    if found is not None and found.parent is not None:
        _put(d, found.id, BOARD)


def _put(d: District, task: str, board: str) -> None:
    d.boards.move_out(task, board)
    for key in ("parent", "group"):
        d.memory.place(d.item(d.boards.rows[task].task), task, key, None)
