"""What teams do on their board."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from mappings.notes import FOOT
from tests.soak.district import ELSEWHERE, District
from tests.soak.setting import DONE
from tests.soak.story import act


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
        d.memory.by_word.discard(found.id)


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
    """A team writes "Team's block {number}." in place of the plan's own words in the notes of {task}."""
    found = d.task(task)
    if found is not None:
        above, below = d.plan[item].around if (item := d.item(found)) in d.plan else ("", "")
        words = "\n\n".join(filter(None, (f"Team's block {number}.", below)))
        d.edit_task(task, "notes", "\n".join(filter(None, (above, words))))


@act("team", 1)
def overwrite(d: District, task: str, number: int) -> None:
    """A team writes "Team's block {number}." in place of all that syncd wrote into the notes of {task}."""
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
    if found := linked(d, known):
        d.boards.delete(found)


@act("team", 2)
def restore(d: District) -> None:
    """A team takes out of the bin what it deleted last."""
    here = (key for key, row in d.boards.rows.items() if row.deleted and d.boards.home(key) not in d.boards.bin)
    gone = [key for key in here if key not in d.memory.copies]
    if gone:
        d.boards.restore(gone[-1])
        for one in (one for one in d.own.values() if one.task.id == gone[-1]):
            one.task = d.boards.rows[gone[-1]].task


@act("team", 2)
def hide(d: District, known: str) -> None:
    """A team makes {known} private."""
    if found := linked(d, known):
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
    if found := linked(d, known):
        _put(d, found, ELSEWHERE)


@act("team", 2)
def move_back(d: District) -> None:
    """A team moves everything back from the other container."""
    for key, row in d.boards.rows.items():
        if row.board == ELSEWHERE and d.board in d.boards.boards:
            _put(d, key, d.board)


def linked(d: District, name: str) -> str | None:
    """The task of that name, if an item is linked to it."""
    d.memory.lines.clear()
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
def sort(d: District, task: str) -> None:
    """A team moves {task} to the last group."""
    found, groups = d.task(task), d.container.groups
    if found is not None and found.parent is None and groups:
        d.boards.edit(found.id, group=groups[-1].id)
        d.memory.place(d.item(found), found.id, "group", groups[-1].id)


@act("team", 1)
def take_out(d: District, task: str) -> None:
    """A team makes the subtask {task} a task of its own."""
    found = d.task(task)
    if found is not None and found.parent is not None:
        _put(d, found.id, d.board)


def _put(d: District, task: str, board: str) -> None:
    d.boards.move_out(task, board)
    for key in ("parent", "group"):
        d.memory.place(d.item(d.boards.rows[task].task), task, key, None)
