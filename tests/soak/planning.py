"""What people do to the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from syncd.engine.deciding import Side
from tests.engine.world import item as new_item
from tests.soak.district import District
from tests.soak.story import act


@act("plan", 6)
def rename(d: District, item: str, number: int) -> None:
    """In the plan, {item} is now called "Planned title {number}"."""
    d.edit_plan(item, "title", f"Planned title {number}")


@act("plan", 3)
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
