"""How people's acts are drawn: which item, which task, which day."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from syncd.engine.deciding import TASK, Side, choices
from syncd.plan.model import State, Status
from tests.engine.world import PEOPLE
from tests.soak.district import District
from tests.soak.story import DRAWN, NothingToDo, drawn

DAY: Final = date(2026, 5, 1)
_NUMBER: Final = re.compile(r"[0-9]+$")
GOALS: Final = ("G1", "G2", "G3")


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
    return _some_day(chance)


@drawn
def other_day(_d: District, chance: random.Random) -> date | None:
    """Another day, or none."""
    return _some_day(chance)


def _some_day(chance: random.Random) -> date | None:
    return chance.choice([DAY + timedelta(days=chance.randrange(60)), DAY + timedelta(days=chance.randrange(60)), None])


@drawn
def field(_d: District, chance: random.Random) -> str:
    """The name of a date."""
    return chance.choice(["due", "due", "start"])


@drawn
def state(_d: District, chance: random.Random) -> str:
    """Whether work goes on; mostly it does."""
    return str(chance.choice([*State, State.ACTIVE]))


@drawn
def adopted(_d: District, chance: random.Random) -> str:
    """How far something is agreed."""
    return str(chance.choice([*Status, Status.ADOPTED]))


@drawn
def matter(d: District, chance: random.Random) -> tuple[str, str]:
    """What can be decided, mostly something that waits for it: an item, and a field or the task itself."""
    with d.world.store() as store, store.reading() as reader:
        waiting = [(one.item, one.field) for one in choices(d.route(), reader)]
    if waiting and chance.random() < 0.8:
        return chance.choice(waiting)
    if chance.random() < 0.8:
        raise NothingToDo
    return str(DRAWN["item"](d, chance)), chance.choice([*(rule.name for rule in d.rules.fields), TASK])


@drawn
def done(d: District, chance: random.Random) -> int:
    """A pass that did something to what was there before it."""
    return int(_one(chance, [one.number for one in d.lived if one.busy][-4:]))


@drawn
def side(_d: District, chance: random.Random) -> str:
    """Plan or tool."""
    return str(chance.choice(list(Side)))


@drawn
def number(d: District, _chance: random.Random) -> int:
    """A number that was never used before, by people or in an id that syncd gave."""
    names = [*d.plan, *d.left, *(row.task.marker or "" for row in d.boards.rows.values())]
    given = (int(found[0]) for name in names if (found := _NUMBER.search(name)))
    d.number = max(d.number, *given) + 1
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
    there = [one for one in d.boards.live() if one.marker and d.boards.home(one.id) == d.board]
    hot = [one for one in there if d.item(one) == d.hot]
    return d.named(_one(chance, hot if hot and chance.random() < 0.5 else there))


@drawn
def known(d: District, chance: random.Random) -> str:
    """A task that syncd knows: one in doubt that people take away could not be found by anybody."""
    linked = {link.task for link in d.world.links().values()}
    there = [one for one in d.boards.live() if one.id in linked and one.marker and d.boards.home(one.id) == d.board]
    return d.named(_one(chance, there))


@drawn
def status(_d: District, chance: random.Random) -> str | None:
    """A label of the status field."""
    return chance.choice(["Working on it", "Stuck", "Something else", None])
