"""What must hold once things are quiet again: nothing doubled, nothing lost, plan and tool at one, figures right."""

from __future__ import annotations

from mappings.notes import extract
from syncd.progress.evidence import Standing
from syncd.records import Outcome
from tests.engine.world import BOARD, Moments, World, quiet
from tests.soak.mischief import Mischief


class Lost(AssertionError):
    """Something was lost or doubled, or does not settle."""


def settle(mischief: Mischief) -> None:
    """Let everything work again, approve of what the guard asks about, and run until nothing is left to do."""
    world = mischief.world
    world.tool.faults.clear()
    world.tool.busy = lambda _kind, _what: None
    world.moments = Moments()
    world.clock.pass_by(minutes=5)
    mischief.agree()
    for _ in range(4):
        report = world.run(full=True, approve="", retry_all=True)
        if report.outcome in (Outcome.DONE, Outcome.FINDINGS) and quiet(report):
            return
    raise Lost(f"it does not settle: {report.outcome} {report.message} {report.findings}")


def check(mischief: Mischief) -> None:
    """Raise Lost unless everything holds."""
    world = mischief.world
    settle(mischief)
    world.tool.writes.clear()
    sent = world.tool.requests()
    report = world.run()
    _must(quiet(report) and not world.tool.writes, f"a quiet pass wrote: {world.tool.writes}")
    _must(world.tool.requests() - sent == 1, f"a quiet pass asked {world.tool.asked[sent:]}")
    _doubled(mischief)
    for item, link in world.links().items():
        _one(mischief, item, link.task)
    _left_out(world)
    _teams(mischief)


def _must(holds: bool, words: str) -> None:
    if not holds:
        raise Lost(words)


def _doubled(mischief: Mischief) -> None:
    for item in mischief.world.work():
        tasks = [task.id for task in mischief.world.boards.marked(item)]
        made = [task for task in tasks if task not in mischief.copies]
        _must(len(made) <= 1, f"{item} has the tasks {made}")


def _standing(world: World, task: str) -> Standing:
    """What a person who sees everything would say of a task."""
    row = world.boards.rows[task]
    if not world.boards.alive(task):
        return Standing.GONE
    if row.hidden:
        return Standing.NOT_VISIBLE
    if row.task.parent is not None:
        return _standing(world, row.task.parent)
    return Standing.LIVE if row.board == BOARD else Standing.GONE


def _one(mischief: Mischief, item: str, task_id: str) -> None:
    """One linked item: its evidence is right, and a living task holds what the plan wants."""
    world = mischief.world
    evidence, standing = world.evidence()[item], _standing(world, task_id)
    _must(evidence.standing is standing, f"{item}: {evidence.standing} in the figures, in truth {standing}")
    if standing is not Standing.LIVE:
        return
    task, planned = world.boards.rows[task_id].task, world.plan[item]
    _must(evidence.done == task.completed, f"{item}: done is {evidence.done} in the figures, in truth {task.completed}")
    _must(task.title == planned.values["title"], f"{item} is called {task.title!r}, not {planned.values['title']!r}")
    _must(extract(task.notes) == planned.values.get("notes"), f"{item}: its block holds {extract(task.notes)!r}")
    for name in ("due", "start"):
        known = (task_id, name) not in mischief.teams and item not in mischief.fog
        held, wanted = getattr(task, name), planned.values.get(name)
        _must(not known or held == wanted, f"{item}: {name} is {held}, the plan says {wanted}")


def _left_out(world: World) -> None:
    """Every active item has a task, unless what it belongs under has none or lost it."""
    links = world.links()
    for item in world.work():
        planned = world.plan[item]
        above = planned.path[-1] if planned.tier == "project" else None
        free = above is None or (above in links and _standing(world, links[above].task) is Standing.LIVE)
        _must(item in links or not planned.active or not free, f"{item} has no task")


def _teams(mischief: Mischief) -> None:
    """What teams set stands, on every task that syncd ever touched."""
    boards = mischief.world.boards
    for (task_id, name), value in mischief.teams.items():
        task = boards.rows[task_id].task
        held = (str(value) in task.notes) if name == "words" else getattr(task, name) == value
        _must(bool(held), f"{task_id} ({task.title}): the team's {name} {value!r} is lost")
