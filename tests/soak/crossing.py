"""What rarely meets by chance: plan and teams at one date, just where syncd is about to look, to write or to die."""

from __future__ import annotations

from datetime import date

from connectors.vocabulary import FieldValue, Write
from syncd.records import Outcome
from tests.engine.world import PEOPLE, Killed, Moments
from tests.soak.district import District
from tests.soak.planning import redate
from tests.soak.story import Act, act
from tests.soak.trouble import full, lose_store, meanwhile

BOB = PEOPLE[1]


@act("machine", 2)
def cross(d: District, task: str, field: str, day: date | None, other_day: date | None) -> None:
    """The plan moves the {field} date of {task} to {day}; as a pass is about to write that, a team says {other_day}."""
    if (found := d.task(task)) is not None:
        redate(d, d.item(found), field, day)
        meanwhile(d, 1, Act("move_date", {"task": task, "field": field, "day": other_day}))
        d.run(approve="")
        d.calm()


@act("machine", 2)
def read_on(d: District, after: int, task: str) -> None:
    """A new process reads everything in a pass; after {after} requests, a team ticks {task} off."""
    meanwhile(d, after, Act("tick", {"task": task}))
    full(d)


@act("machine", 2)
def overnight(d: District, task: str, field: str, day: date | None) -> None:
    """Bob moves the {field} date of {task} to {day}; nobody looks for 25 hours; then comes a quiet pass."""
    found, others = d.task(task), d.boards.by
    if found is None or getattr(found, field) == day:
        return
    fed = _fed(d)
    d.boards.by = BOB
    d.edit_task(task, field, day)
    d.boards.by = others
    d.run(seconds=25 * 3600)
    lines = [line for line in d.world.log("team") if (line.task, line.field, line.after) == (found.id, field, day)]
    if fed and lines and BOB not in lines[-1].who:
        d.surprise = f"the log has it of {lines[-1].who!r} that the {field} of {task} is {day}, and it was Bob"


def _fed(d: District) -> bool:
    """Whether the tool's feed will tell all that happens from now on, by a cursor that syncd has."""
    board = d.boards.boards.get(d.board)
    with d.world.store() as store, store.reading() as reader:
        shelf = reader.shelf(d.world.connection, d.board)
    told = shelf.cursor if shelf and not shelf.trouble else None
    return board is not None and told is not None and int(told) >= board.forgotten and not d.world.tool.faults


@act("machine", 1)
def redate_and_lose(d: District, item: str, field: str, day: date | None) -> None:
    """In the plan, the {field} date of {item} becomes {day}; before any pass hears of that, the store is lost."""
    redate(d, item, field, day)
    lose_store(d)


class _Written(Moments):
    """The process dies once it has put the plan in its place, before the store knows of that."""

    def __call__(self, name: str) -> None:
        self.dead = self.dead or name == "plan written"
        if self.dead:
            raise Killed


@act("machine", 2)
def cut_off(d: District, task: str, field: str, day: date | None, other_day: date | None) -> None:
    """A team moves the {field} date of {task} to {day}; the pass dies with that in the plan; now it is {other_day}."""
    if (found := d.task(task)) is None:
        return
    item = d.item(found)
    before = _planned(d, item, field)
    d.edit_task(task, field, day)
    d.die(_Written(), 300)
    arrived = item in d.plan and before != _planned(d, item, field) == day
    d.edit_task(task, field, other_day)
    report = d.run(approve="")
    if arrived and report.outcome in (Outcome.DONE, Outcome.FINDINGS) and not report.message:
        _told(d, item, field, day)


@act("machine", 2)
def send_off(d: District, task: str, field: str, day: date | None, other_day: date | None, *, minutes: int) -> None:
    """The plan has {day} as {field} date of {task}; the pass dies with that sent; {minutes} minutes on: {other_day}."""
    if (found := d.task(task)) is None or getattr(found, field) == day:
        return
    item = d.item(found)
    redate(d, item, field, day)
    before = _by_teams(d, item, field, day)
    d.world.tool.afterwards = _dead
    d.die(Moments(), 300)
    d.world.tool.afterwards = lambda _write: None
    redate(d, item, field, other_day)
    d.world.clock.pass_by(minutes=minutes)
    d.run(approve="")
    if _by_teams(d, item, field, day) > before:
        d.surprise = f"the log takes the {field} of {item} for a team's edit, which a pass sent"


def _dead(_write: Write) -> None:
    raise Killed


def _by_teams(d: District, item: str, field: str, day: date | None) -> int:
    """How often the log tells that a team set this date."""
    lines = [line for line in d.world.log("team") if (line.item, line.field, line.after) == (item, field, day)]
    return len(lines)


def _planned(d: District, item: str, field: str) -> FieldValue:
    return d.plan[item].values.get(field) if item in d.plan else None


def _told(d: District, item: str, field: str, day: date | None) -> None:
    """What a pass that was cut off had put into the plan is in the log all the same."""
    lines = [line for line in d.world.log() if (line.item, line.field, line.kind) == (item, field, "write_back")]
    if not any(line.after == day for line in lines):
        d.surprise = f"the log does not know that the {field} of {item} went into the plan as {day}"
