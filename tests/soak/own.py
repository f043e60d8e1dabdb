"""What teams make of their own in the container, what that counts for, and what becomes of it in the plan."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from connectors.vocabulary import Task
from mappings.fields import get, tidy
from mappings.rules import GroupBy
from mappings.shape import marker
from syncd.engine.including import Includer, include
from syncd.engine.proposals import NewWork, Proposal, proposals
from syncd.engine.waiting import known_books, waiting
from syncd.plan.edits import NewItem, PlanEdit, Unwritten
from syncd.plan.rewriting import rewrite
from syncd.progress.evidence import Standing
from tests.engine.world import Killed, Moments
from tests.soak.district import District, Own
from tests.soak.lost import standing
from tests.soak.story import DEEDS, NothingToDo, act, drawn

PLAN = "district"


@drawn
def own(d: District, chance: random.Random) -> int:
    """A task that a team made of its own, and that is nothing else yet."""
    there = [number for number, one in d.own.items() if not one.item and d.boards.alive(one.task.id)]
    if not there:
        raise NothingToDo
    return chance.choice(there)


@drawn
def at_most(d: District, chance: random.Random) -> int:
    """How many proposals somebody chooses, where there are any."""
    if not proposed(d):
        raise NothingToDo
    return chance.choice([1, 99, 99])


@act("team", 6)
def add_beside(d: District, task: str, number: int, day: date | None) -> None:
    """A team makes a task {number} of its own beside {task}, due {day}."""
    if found := d.task(task):
        _add(d, number, day, parent=found.parent, group=found.group)


@act("machine", 10)
def grow(d: District, task: str, number: int, day: date | None) -> None:
    """A team makes a task {number} of its own beside {task}, due {day}; a pass; then somebody puts it into the plan."""
    add_beside(d, task, number, day)
    d.run(approve="")
    _take_up(d, proposed(d))
    d.calm()


@act("machine", 8)
def grow_and_die(d: District, task: str, number: int, moment: int) -> None:
    """The same with {number} beside {task}, and that dies when control leaves the engine for the {moment}th time."""
    add_beside(d, task, number, None)
    d.run(approve="")
    take_up_and_die(d, 99, 1 + moment % 12)


@act("machine", 5)
def outgrow(d: District, task: str, number: int, day: date | None) -> None:
    """The same with {number} beside {task}, but after the pass the team calls it anew and moves it to {day}."""
    add_beside(d, task, number, None)
    d.run(approve="")
    change_own(d, number, number, day, None)
    _take_up(d, proposed(d))


@act("machine", 4)
def succeed(d: District, project: str, number: int) -> None:
    """{project} leaves the plan; then a team makes a task {number} of its own in that place, and it goes in."""
    if not (tasks := d.tasks(project)):
        return
    DEEDS["drop"].deed(d, project)
    d.run(approve="")
    if d.board in d.boards.boards and (tasks[0].parent is None or d.boards.alive(tasks[0].parent)):
        _add(d, number, None, parent=tasks[0].parent, group=tasks[0].group)
    d.run(approve="")
    _take_up(d, proposed(d))


@act("team", 3)
def add_step(d: District, task: str, number: int, day: date | None) -> None:
    """A team adds a step {number} of its own below {task}, due {day}."""
    if found := d.task(task):
        _add(d, number, day, parent=found.id, group=None)


@act("team", 1)
def add_task(d: District, number: int) -> None:
    """A team adds a task {number} of its own, in no group."""
    if d.board in d.boards.boards:
        _add(d, number, None, parent=None, group=None)


def _add(d: District, number: int, day: date | None, *, parent: str | None, group: str | None) -> None:
    title, boards = f"Task {number} of ours", d.boards
    made = boards.add_step(parent, title) if parent else boards.add_task(d.board, title)
    d.own[number] = Own(boards.edit(made.id, due=day, group=group, notes=_words(number)))
    d.blind = d.blind or boards.home(made.id) != d.board  # if that comes back, of what is below it no feed tells


def _words(number: int) -> str:
    return f"Words of task {number}."


@act("team", 2)
def tick_own(d: District, own: int) -> None:
    """A team ticks its own task {own} off, or opens it again."""
    if one := _free(d, own):
        d.boards.complete(one.task.id, done=not one.task.completed)
        one.task = d.boards.rows[one.task.id].task


@act("team", 2)
def change_own(d: District, own: int, number: int, day: date | None, person: str | None) -> None:
    """A team calls its own task {own} "Our title {number}", due {day}, and gives it to {person}."""
    if one := _free(d, own):
        one.task = d.boards.edit(one.task.id, title=f"Our title {number}", due=day, assignee=person)


@act("team", 1)
def delete_own(d: District, own: int) -> None:
    """A team deletes its own task {own}."""
    if one := _free(d, own):
        d.boards.delete(one.task.id)


@act("team", 1)
def label_own(d: District, own: int, status: str | None) -> None:
    """A team sets the status of its own task {own} to {status}."""
    if one := _free(d, own):
        one.task = d.boards.edit(one.task.id, status=status)


def _free(d: District, number: int) -> Own | None:
    """A task that is a team's alone by now."""
    one = d.own.get(number)
    there = one is not None and not one.item and d.boards.alive(one.task.id)
    return one if there else None


# What it counts for


def expected(d: District) -> Iterator[tuple[Own, str, str]]:
    """The teams' own work as a person who sees everything would find it: what it would be, and below which item."""
    with d.world.store() as store, store.reading() as reader:
        groups = {link.group: item for item, link in reader.group_links(d.rules.mapping).items()}
    items = {link.task: item for item, link in d.world.links().items()}
    for one in d.own.values():
        task = d.boards.rows[one.task.id].task
        if one.became or d.boards.home(task.id) != d.board or standing(d, task.id) is not Standing.LIVE:
            continue
        above = items.get(task.parent, "") if task.parent else groups.get(task.group or "", "")
        tier = _tier(d, task, above)
        if tier and d.plan[above].adopted:
            yield one, tier, above


def _tier(d: District, task: Task, above: str) -> str:
    """What stands there of the plan: below the task of an action, in an action's group, in a goal's."""
    if above not in d.plan:
        return ""
    if d.plan[above].tier == "action":
        beside = d.rules.group_by is GroupBy.ACTION if task.parent is None else d.rules.project_is_subtask
        return "project" if beside else ""
    return "action" if d.plan[above].tier == "goal" and d.rules.action_is_task else ""


def proposed(d: District) -> list[Proposal]:
    """What is proposed to the plan."""
    ids = {PLAN: {name for item in d.plan.values() for name in (item.id, *item.was)}}
    with d.world.store() as store, store.reading() as reader:
        return proposals(reader, waiting(reader, [d.route()]), ids)


# What becomes of it


@act("machine", 8)  # not the plan's: whoever puts proposals into it waits for a turn
def take_up(d: District, at_most: int) -> None:
    """Somebody puts what is proposed into the plan, {at_most} at most."""
    _take_up(d, proposed(d)[:at_most])


@act("machine", 5)
def take_up_and_die(d: District, at_most: int, moment: int) -> None:
    """Somebody puts up to {at_most} proposals into the plan, and dies when control leaves for the {moment}th time."""
    d.world.moments = Moments(kill_at=moment)
    try:
        _take_up(d, proposed(d)[:at_most])
    except Killed:
        pass
    finally:
        d.world.revive()


def _take_up(d: District, found: list[Proposal]) -> None:
    d.calm()
    d.world.clock.pass_by(minutes=1)
    world, route = d.world, d.route()
    with world.store() as store, store.reading() as reader:
        books = known_books(reader, route)
    if books is None or not found:
        return
    world.tool.moment = world.clock.moment = world._store.moments = world.moments
    worker = Includer(books, world._store, world.tool, world.clock, world._new_key, "ann")
    copies: list[str] = []

    def into_copy(values: list[PlanEdit], works: list[NewItem]) -> tuple[Unwritten, ...]:
        done = rewrite(d.text, ".toml", values, works)
        copies.append(done.text)
        return done.unwritten

    def into_file(values: list[PlanEdit], works: list[NewItem]) -> tuple[Unwritten, ...]:
        return d.take_in(values, works).unwritten

    works = [each for each in found if isinstance(each, NewWork)]
    try:
        with world._store.turn(route.connection):
            put = into_file if d.setting.writable else into_copy
            include({route.mapping: worker}, found, put, copy=not d.setting.writable)  # type: ignore[arg-type]
        if copies:
            d.replace_plan(copies[-1], [each.item for each in works])
    finally:
        for each in works:
            _remember(d, each)


def _remember(d: District, work: NewWork) -> None:
    """What a team made is the plan's as well, or carries its mark already, or is as it was."""
    [(number, one)] = [(number, one) for number, one in d.own.items() if one.task.id == work.task.id]
    one.task = task = d.boards.rows[one.task.id].task
    if work.item in d.plan:
        one.item, one.became = work.item, True
        if tidy(task.title) != work.title:
            d.surprise = f"{work.item} went into the plan as {work.title!r}, and the team calls it {task.title!r}"
        _became(d, work.item, task, _words(number))
    elif task.marker is not None and task.marker != marker(PLAN, one.item):  # else one that died marked it unheard
        one.item = work.item
        if task.marker != marker(PLAN, work.item):
            d.surprise = f"{task.id} carries {task.marker}, and was to become {work.item}"


def _became(d: District, item: str, task: Task, words: str) -> None:
    """Whatever a team said of its own task holds of the item's task."""
    for rule in d.rules.fields:
        d.memory.plan.pop((item, rule.key), None)
    d.cloud([item])
    for rule in d.rules.fields:
        value = get(rule, task, d.container)
        if value is not None and rule.key != "notes":
            d.memory.team(item, task.id, rule.key, (None, value), rule)
        d.memory.stood(item, rule.key, value)
    if task.completed:
        d.memory.team(item, task.id, "completed", (False, True), None)
    d.memory.team(item, task.id, "words of its own", (None, words), None)


def forget(d: District) -> None:
    """Nobody knows any more what was about to go into the plan."""
    for one in d.own.values():
        one.unsure = bool(one.item)
