"""What people do to the plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from syncd.engine.retrying import retry
from tests.soak.district import District
from tests.soak.document import Table, find, walk
from tests.soak.story import act


@act("plan", 6)
def rename(d: District, item: str, number: int) -> None:
    """In the plan, {item} is now called "Planned title {number}"."""
    d.edit_plan(item, "title", f"Planned title {number}")


@act("plan", 3)
def rename_all(d: District, number: int) -> None:
    """In the plan, everything is called anew, each with "of year {number}" at its end."""

    def change(table: Table) -> None:
        for one, _, above in walk(table):
            one["title"] += f" of year {number}" if above else ""

    d.save(change)


@act("plan", 2)
def give_id(d: District, item: str, number: int) -> None:
    """In the plan, {item} gets the id N{number}; its earlier id is noted there."""
    if item in d.plan:
        d.give_id(item, f"N{number}")


@act("plan", 1)
def try_again(d: District) -> None:
    """Somebody asks for everything that is set aside to be tried again."""
    with d.world.store() as store:
        retry(store, [d.rules.mapping], (), d.world.clock.now())


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
    _add(d, goal, "actions", {"id": f"{goal}.A{number}", "notes": "A reason.", **_due(day)})


@act("plan", 2)
def add_project(d: District, action: str, number: int, day: date | None) -> None:
    """In the plan, there is a new project P{number} under {action}, due {day}."""
    _add(d, action, "projects", {"id": f"P{number}", **_due(day)})


@act("plan", 2)
def split(d: District, project: str, number: int) -> None:
    """In the plan, {project} is split: what is left of it goes on as P{number}, right behind it."""

    def change(table: Table) -> None:
        if found := find(table, project):
            one, siblings, _ = found
            other = {key: value for key, value in one.items() if key != "was"}
            siblings.insert(siblings.index(one) + 1, other | {"id": f"P{number}", "title": "The other half"})
            one["title"] = "The first half"

    d.save(change)


def _due(day: date | None) -> Table:
    return {} if day is None else {"due": day}


def _add(d: District, above: str, name: str, made: Table) -> None:
    def change(table: Table) -> None:
        if found := find(table, above):
            found[0].setdefault(name, []).append({"title": f"Title of {made['id']}", **made})

    d.save(change)


@act("plan", 1)
def drop(d: District, item: str) -> None:
    """{item} is taken out of the plan, with what stands below it."""

    def change(table: Table) -> None:
        if found := find(table, item):
            one, siblings, above = found
            siblings.remove(one)
            d.left[item] = (above, one)

    if item in d.plan and len(d.world.work()) > 5:
        d.save(change)


@act("plan", 1)
def give_back(d: District, gone_item: str) -> None:
    """{gone_item} is put back into the plan as it was."""
    above, back = d.left.pop(gone_item, ("", {}))

    def change(table: Table) -> None:
        if found := find(table, above):
            name = "actions" if found[2] == "" else "projects"
            found[0].setdefault(name, []).append(back)

    known = set(d.plan)
    if above not in known or not d.save(change):
        return
    fresh = d.plan.keys() - known
    out_of_sight = d.unseen() - {link.task for link in d.world.links().values()}  # nobody follows these any more
    for key, row in d.boards.rows.items():
        if d.item(row.task) in fresh and (key in out_of_sight or not d.boards.alive(key)):
            d.memory.copies.add(key)
    for item in fresh:
        for rule in d.rules.fields:
            d.memory.plan.pop((item, rule.key), None)
    d.cloud(sorted(fresh))
    for item in fresh:
        d.memory.said_farewell(task.id for task in d.tasks(item))


@act("plan", 2)
def move_action(d: District, action: str, goal: str) -> None:
    """In the plan, {action} moves to {goal}."""
    _move(d, action, goal, "actions")


@act("plan", 2)
def move_project(d: District, project: str, action: str) -> None:
    """In the plan, {project} moves under {action}."""
    _move(d, project, action, "projects")


def _move(d: District, item: str, above: str, name: str) -> None:
    def change(table: Table) -> None:
        found, home = find(table, item), find(table, above)
        if found and home and found[2] != above:
            found[1].remove(found[0])
            home[0].setdefault(name, []).append(found[0])

    d.save(change)


@act("plan", 2)
def put_first(d: District, item: str) -> None:
    """In the plan, {item} now stands before all others of its list."""

    def change(table: Table) -> None:
        if found := find(table, item):
            one, siblings, _ = found
            siblings.remove(one)
            siblings.insert(0, one)

    d.save(change)


@act("plan", 1)
def turn_round(d: District) -> None:
    """In the plan, every list now stands in the opposite order."""

    def change(table: Table) -> None:
        for siblings in {id(siblings): siblings for _, siblings, _ in walk(table)}.values():
            siblings.reverse()

    d.save(change)


@act("plan", 3)
def put_state(d: District, item: str, state: str) -> None:
    """In the plan, {item} is {state} from now on."""
    d.edit_plan(item, "state", state)


@act("plan", 1)
def put_status(d: District, item: str, adopted: str) -> None:
    """In the plan, {item} is {adopted} from now on."""
    d.memory.lines.clear()
    d.edit_plan(item, "status", adopted)
