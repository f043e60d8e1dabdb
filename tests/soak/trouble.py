"""What goes wrong: with the tool, with its answers and its news, and with the machine that syncd runs on."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from connectors.errors import Invalid, NoAccess, NotFound, Quota, Refused, ToolError, Transient, UnknownOutcome
from syncd.store.errors import StoreError
from tests.engine.tool import LOST
from tests.engine.world import Moments
from tests.soak import own
from tests.soak.district import ELSEWHERE, District
from tests.soak.passing import kept, left_standing
from tests.soak.story import DEEDS, DRAWN, Act, act, draw_act, drawn

READS: Final = ("changes", "sweep", "open", "read", "look", "find", "ensure_groups")
ERRORS: Final[dict[str, ToolError]] = {
    "a failure of its own": Transient("bad gateway"),
    "a refusal of the value": Invalid("no"),
    "no access": NoAccess("not yours"),
    "nothing found": NotFound("no such object"),
    "too many requests": Quota("too many", wait=60),
    "a bad token": Refused("who are you?"),
}
OUTCOMES: Final[dict[str, dict[str, Any]]] = {
    "never arrives": {},
    "arrives, but its answer is lost": {"took_effect": True},
    "arrives late": {"late": 12.0},
    "arrives at the last moment": {"late": 29.0},
}
SYNCD: Final = "syncd itself"

# How things are drawn


@drawn
def times(_d: District, chance: random.Random) -> int:
    """How often."""
    return chance.choice([1, 1, 2, 6])


@drawn
def spared(_d: District, chance: random.Random) -> int:
    """How many requests go well before."""
    return chance.choice([0, 0, 1, 2, 4])


@drawn
def error(_d: District, chance: random.Random) -> str:
    """What the tool answers."""
    return chance.choice(list(ERRORS))


@drawn
def outcome(_d: District, chance: random.Random) -> str:
    """What becomes of a request without an answer."""
    return chance.choice(list(OUTCOMES))


@drawn
def request(_d: District, chance: random.Random) -> str:
    """A kind of request that reads."""
    return chance.choice([*READS, "read", "read", "look"])


@drawn
def events(_d: District, chance: random.Random) -> int:
    """How many events."""
    return chance.randrange(1, 4)


@drawn
def copier(_d: District, chance: random.Random) -> str:
    """Who copies the store."""
    return chance.choice([SYNCD, "another program"])


@drawn
def moment(_d: District, chance: random.Random) -> int:
    """How many times control leaves the engine before it happens."""
    return chance.choice([chance.randrange(1, 15), chance.randrange(1, 60)])


@drawn
def after(_d: District, chance: random.Random) -> int:
    """How many requests a pass has sent before it happens."""
    return chance.randrange(8)


@drawn
def seconds(_d: District, chance: random.Random) -> int:
    """How long it takes until the next pass begins."""
    return chance.choice([0, 1, 10, 25, 300])


@drawn
def minutes(_d: District, chance: random.Random) -> int:
    """A length of time."""
    return chance.choice([1, 10, 70, 1500])


@drawn
def hours(_d: District, chance: random.Random) -> int:
    """How far a clock is wrong."""
    return chance.choice([-30, -3, -1, 1, 3, 30])


@drawn
def approve(_d: District, chance: random.Random) -> str | None:
    """Whether a person approves of what the guard stopped at last."""
    return chance.choice([None, None, ""])


@drawn
def inner(d: District, chance: random.Random) -> Act:
    """Something that people do; often a team's answer to what was just planned."""
    planned = [one for one in d.story if one.name == "redate" and one.given["item"] in d.plan]
    if planned and chance.random() < 0.5 and (tasks := d.tasks(planned[-1].given["item"])):
        given = {"task": d.named(tasks[0]), "field": planned[-1].given["field"], "day": DRAWN["day"](d, chance)}
        return Act("move_date", given)
    return draw_act(d, chance, ("team", "team", "plan"))


@drawn
def plan_act(d: District, chance: random.Random) -> Act:
    """Something that people do to the plan; often with what a team just did."""
    moved = [one for one in d.story if one.name == "move_date" and d.task(one.given["task"])]
    if moved and chance.random() < 0.5 and (task := d.task(moved[-1].given["task"])):
        given = {"item": d.item(task), "field": moved[-1].given["field"], "day": DRAWN["day"](d, chance)}
        return Act("redate", given)
    return draw_act(d, chance, ("plan",))


# Passes


@act("machine", 12)
def sync(d: District, seconds: int, approve: str | None) -> None:
    """After {seconds} seconds: a pass (approved: {approve!r})."""
    d.run(seconds=seconds, approve=approve)
    d.calm()


@act("machine", 3)
def full(d: District) -> None:
    """A new process reads everything in a pass."""
    d.world.tool.merged.clear()
    d.run(full=True, approve="")
    d.calm()


@act("machine", 8)
def die(d: District, moment: int, seconds: int) -> None:
    """After {seconds} seconds: a pass that dies when control leaves the engine for the {moment}th time."""
    d.die(Moments(kill_at=moment), seconds)


@act("machine", 5)
def meanwhile(d: District, after: int, inner: Act) -> None:
    """In the next pass, after {after} requests, this happens: {inner}."""
    left, before = after, ""

    def busy(kind: str, _what: str) -> None:
        nonlocal left, before
        left -= 1
        looked_at = kind == "batch" or kind == before == "look"  # some are: what changes now, nobody could see
        before = kind
        if left < 0 and (not looked_at or inner.name in ("tick", "decide")):
            d.world.tool.busy = lambda _kind, _what: None
            DEEDS[inner.name].deed(d, **inner.given)

    d.world.tool.busy = busy


@act("machine", 4)
def between(d: District, plan_act: Act) -> None:
    """When syncd is about to write into the plan next, this happens first: {plan_act}."""
    d.between.append(plan_act)


@act("machine", 3)
def contend(d: District, task: str, field: str, day: date | None, other_day: date | None) -> None:
    """A team moves the {field} date of {task} to {day}; as syncd is about to write that, the plan says {other_day}."""
    if (found := d.task(task)) is not None:
        d.edit_task(task, field, day)
        d.between.append(Act("redate", {"item": d.item(found), "field": field, "day": other_day}))


_CALM: Final = ("changes asked", "open asked", "read asked", "find asked", "ensure_groups asked", "sleep")
"""Where a pass may hang although another one may then begin: not between putting an intent on disk and sending it."""


@act("machine", 2)
def overtake(d: District, moment: int) -> None:
    """A pass hangs when control leaves the engine for the {moment}th time; another runs meanwhile, then it goes on."""
    passed, first = 0, Moments()

    def hanging(name: str) -> None:
        nonlocal passed
        passed += 1
        if passed >= moment and name in _CALM and d.world.moments is first_moments:
            d.world.moments = first
            d.turns.taken = False  # it took so long that its lock was given to another process
            d.run(approve="", seconds=1)

    first_moments: Any = hanging
    hanging.dead = False  # type: ignore[attr-defined]
    d.cloud(d.reached())
    d.overtaken = True
    d.memory.lines.clear()
    d.world.moments = first_moments
    try:
        d.run(approve="")
    except StoreError:
        pass
    finally:
        d.world.revive()
        d.calm()
        d.lived.clear()


@act("machine", 3)
def wait(d: District, minutes: int) -> None:
    """{minutes} minutes pass."""
    d.world.clock.pass_by(minutes=minutes)


@act("machine", 1)
def jump(d: District, hours: int) -> None:
    """The machine's clock is put {hours} hours ahead."""
    d.world.clock.jump(hours=hours)
    d.boards.skew -= timedelta(hours=hours)


@act("machine", 1)
def back_up(d: District, copier: str) -> None:
    """The store is backed up by {copier}."""
    with d.world.store() as store:
        d.backup = store.image(copied=copier == SYNCD), copier  # type: ignore[attr-defined]
    if not d.blind:
        d.memory.untold.clear()


@act("machine", 2)
def put_back(d: District) -> None:
    """The store is put back from its backup."""
    if d.backup is not None:
        image, copier = d.backup
        with d.world.store() as store:
            store.restore(image)  # type: ignore[attr-defined]
        untold = d.memory.untold if copier != SYNCD else set()
        d.board = kept(d).container or d.board
        linked = {link.task for link in d.world.links().values()}
        d.memory.copies |= (d.unseen() | untold) - linked
        d.blind = d.blind or bool(untold)
        own.forget(d)
        d.forget()
        d.lived.clear()
        d.cloud(d.reached(), turned_back=True)


@act("machine", 2)
def lose_store(d: District) -> None:
    """The store is lost; what is under way arrives, and what nobody could find again comes back."""
    for key, row in d.boards.rows.items():
        if not d.boards.alive(key):
            d.memory.copies.add(key)
        if row.hidden:
            d.boards.hide(key, hidden=False)
        if row.board == ELSEWHERE and d.board in d.boards.boards:
            DEEDS["move_back"].deed(d)
    d.world.clock.pass_by(minutes=1)
    d.world.tool._arrive()
    d.memory.copies |= d.unseen()
    d.world.lose_store()
    own.forget(d)
    d.forget()
    d.lived.clear()
    left_standing(d)
    d.cloud(d.reached())
    d.calm()


# The tool


@act("tool", 4)
def fail_write(d: District, error: str, spared: int, times: int) -> None:
    """After {spared} more writes, the tool answers the next {times} with {error}."""
    _fault(d, "write", ERRORS[error], spared=spared, times=times)


@act("tool", 8)
def lose_answer(d: District, outcome: str, spared: int, times: int) -> None:
    """After {spared} more writes, the next {times} are not answered: each {outcome}."""
    _fault(d, "write", UnknownOutcome(LOST), spared=spared, times=times, **OUTCOMES[outcome])


@act("tool", 6)
def fail_read(d: District, request: str, error: str, spared: int, times: int) -> None:
    """After {spared} more, the tool answers the next {times} requests of the kind "{request}" with {error}."""
    _fault(d, request, ERRORS[error], spared=spared, times=times)


def _fault(d: District, kind: str, error: ToolError, **how: Any) -> None:
    d.memory.lines.clear()
    d.cloud(set(d.reached()) - set(d.world.links()))
    d.world.tool.fail(kind, error, **how)


@act("tool", 1)
def close_door(d: District, error: str) -> None:
    """From now on the tool answers everything with {error}."""
    d.world.tool.closed = ERRORS[error]


@act("tool", 1)
def open_door(d: District) -> None:
    """The tool lets syncd in again."""
    d.world.tool.closed = None


@act("tool", 1)
def archive(d: District) -> None:
    """The container is archived, or taken out of the archive."""
    if (board := d.boards.boards.get(d.board)) is not None:
        board.container = replace(board.container, archived=not board.container.archived)


@act("tool", 2)
def lose_news(d: District, events: int) -> None:
    """The tool forgets to tell of the last {events} things that happened."""
    if d.board in d.boards.boards:
        d.memory.untold |= d.boards.lose_events(d.board, events)
        d.blind = True


@act("tool", 2)
def forget_news(d: District) -> None:
    """The tool's cursor is too old."""
    if d.board in d.boards.boards:
        d.boards.forget_events(d.board)


@act("tool", 1)
def repeat_news(d: District, events: int) -> None:
    """The tool tells once more of the last {events} things that happened."""
    if d.board in d.boards.boards:
        d.boards.repeat_events(d.board, events)


@act("tool", 1)
def mix_news(d: District, events: int) -> None:
    """The tool tells of the last {events} things that happened in another order."""
    if d.board in d.boards.boards:
        d.boards.mix_events(d.board, events)
