"""Somebody undoes a pass: only what it did comes back, and nothing that anybody touched since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.vocabulary import Task
from mappings.fields import get
from syncd.engine.restoring import Undoing, Undone
from syncd.engine.undo import Undo
from tests.engine.world import Killed, Moments
from tests.soak.district import District
from tests.soak.document import Table, find, table_of
from tests.soak.lost import must
from tests.soak.memory import PLACE
from tests.soak.passing import Lived
from tests.soak.story import act
from tests.soak.values import alike


@act("machine", 20)  # not the plan's: it waits for its turn, so nobody undoes anything in the middle of a pass
def undo(d: District, done: int) -> None:
    """Somebody undoes pass {done}."""
    for lived in (one for one in d.lived if one.number == done):
        _undo(d, lived)


@act("machine", 5)
def undo_and_die(d: District, done: int, moment: int) -> None:
    """Somebody undoes pass {done}, and that dies when control leaves the engine for the {moment}th time."""
    for lived in (one for one in d.lived if one.number == done):
        _in_doubt(d, _foreseen(d, lived))
        d.world.moments = Moments(kill_at=moment)
        try:
            _undo(d, lived)
        except Killed:
            pass
        finally:
            d.world.revive()


def _undo(d: District, lived: Lived) -> None:
    held, text = {key: row.task for key, row in d.boards.rows.items()}, d.text
    result = _asked(d, lived)
    _in_tool(d, lived, held, result)
    _in_plan(d, lived, text, result)
    _remember(d, result)


def _asked(d: District, lived: Lived, *, dry_run: bool = False) -> Undoing:
    world = d.world
    d.calm()
    d.memory.lines.clear()
    world.clock.pass_by(minutes=5)
    with world.store() as store, store.reading() as reader:
        record = reader.pass_record(lived.number)
    assert record is not None
    world.tool.moment = world.clock.moment = world._store.moments = world.moments
    asked = Undo(d.route(), world._store, world.tool, world.clock, world._new_key, keep=d.keep, who="ann")
    return asked.run(record, dry_run=dry_run)


def _foreseen(d: District, lived: Lived) -> Undoing:
    """All that an undo would put back if nothing went wrong; what is to go wrong waits for it."""
    faults, d.world.tool.faults = d.world.tool.faults, []
    try:
        return _asked(d, lived, dry_run=True)
    finally:
        d.world.tool.faults = faults


def _in_doubt(d: District, foreseen: Undoing) -> None:
    """Either may stand of what was to be undone."""
    d.cloud({each.item for each in foreseen.undone} & d.plan.keys())
    for each in foreseen.undone:
        d.memory.half_undone(each.item, each.field, (each.before, each.after))


def _in_tool(d: District, lived: Lived, held: dict[str, Task], result: Undoing) -> None:
    """Whatever changed on the board was as the pass had left it, and is told to have changed."""
    told = {(each.item, each.field): each.after for each in result.undone if not each.in_plan}
    for key, before in held.items():
        now = dict(_values(d, d.boards.rows[key].task))
        for field, then in _values(d, before):
            if alike(now[field], then):
                continue
            left = dict(_values(d, lived.after[key])) if key in lived.after else {}
            words = f"undoing pass {lived.number} set the {field} of {key} from {then!r} to {now[field]!r}"
            must(field in left and alike(left[field], then), f"{words}, and the pass had left {left.get(field)!r}")
            item = d.item(before)
            must((item, field) in told, f"{words}, and does not tell of it")
            must(field in PLACE or alike(told[item, field], now[field]), f"{words}, and tells of {told[item, field]!r}")


def _values(d: District, task: Task) -> Iterator[tuple[str, Any]]:
    """All that syncd may ever have set."""
    container = d.container
    yield from ((rule.key, get(rule, task, container)) for rule in d.rules.fields)
    yield from (("group", task.group), ("parent", task.parent), ("completed", task.completed))


def _in_plan(d: District, lived: Lived, text: str, result: Undoing) -> None:
    """Whatever changed in the plan was as the pass had left it, and is told to have changed."""
    told = {(each.item, each.field) for each in result.undone if each.in_plan}
    keys = {rule.source: rule.key for rule in d.rules.fields}
    before, now, left = table_of(text), table_of(d.text), table_of(lived.text)
    for item in d.plan:
        for source, key in keys.items():
            then, value = _of(before, item, source), _of(now, item, source)
            if then == value:
                continue
            words = f"undoing pass {lived.number} set the {source} of {item} from {then!r} to {value!r}"
            must((item, key) in told, f"{words} in the plan, and does not tell of it")
            names = (item, *d.plan[item].was)
            known = any(_of(left, name, source) == then for name in names)
            must(known, f"{words} in the plan, and the pass had left something else")


def _of(table: Table, item: str, source: str) -> Any:
    found = find(table, item)
    return found[0].get(source) if found else None


def _remember(d: District, result: Undoing) -> None:
    """What is undone stands until people change it; where nobody knows what came of it, either may stand."""
    desired, links, container = d.desired(), d.world.links(), d.container
    unclear = [left for left in result.left if result.trouble or "not known" in left.reason]
    d.cloud({left.item for left in unclear} & d.plan.keys())
    for left in unclear:
        d.memory.half_undone(left.item, left.field, ())
    for each in result.undone:
        if each.item in links and each.item in desired.tasks:
            _stands(d, each, links[each.item].task, desired.tasks[each.item].values, container)
        elif each.item not in desired.tasks:
            d.memory.stood(each.item, each.field, each.after)  # should the item come back, its task holds that
        elif each.in_plan and each.field in desired.tasks[each.item].values:
            d.memory.plan[each.item, each.field] = desired.tasks[each.item].values[each.field]


def _stands(d: District, each: Undone, task: str, planned: Any, container: Any) -> None:
    if each.field in PLACE:
        for key in PLACE:
            d.memory.place(each.item, task, key, None)
    elif (rule := d.rules.rule(each.field)) and each.field in planned:
        held = get(rule, d.boards.rows[task].task, container)
        if each.in_plan and not alike(held, each.before):
            d.memory.plan[each.item, each.field] = planned[each.field]  # the team has set another value since
            return
        if not (each.in_plan or alike(each.after, planned[each.field])):
            # the plan had moved on already: what was undone stands again if it comes back to where it was
            d.memory.half_undone(each.item, each.field, (held, planned[each.field], each.after))
            return
        d.memory.undone(each.item, task, each.field, (held, planned[each.field]))
