"""Promise 2: field by field, plan and tool hold what the rules say of what people said last."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.fields import back, get, same
from mappings.notes import whole
from mappings.rules import Conflict, FieldRule, Owner
from mappings.shape import Wanted
from syncd.records import Link
from tests.engine.world import PEOPLE
from tests.soak.district import District
from tests.soak.lost import must


def fields(d: District, wanted: Wanted, link: Link) -> None:
    """Promise 2: field by field, plan and tool hold what the rules say of what people said last."""
    container = d.container
    task = d.boards.rows[link.task].task
    for rule in d.rules.fields:
        if rule.key not in wanted.values:
            continue
        held, planned = get(rule, task, container), wanted.values[rule.key]
        human = d.memory.plan.get((wanted.item, rule.key), planned)
        if rule.key == "assignee" and (human or PEOPLE[0]) not in PEOPLE:
            continue  # nobody can be given what is an unknown person's
        _one(d, Stand(rule, wanted.item, task.id, held, planned, human))


@dataclass(frozen=True)
class Stand:
    """One field of one item: what its task holds, what the plan holds, and what people wrote into the plan last."""

    rule: FieldRule
    item: str
    task: str
    held: object
    planned: object
    human: object


def _one(d: District, at: Stand) -> None:
    rule, item, held, planned, human = at.rule, at.item, at.held, at.planned, at.human
    said, where = d.memory.teams.get((at.task, rule.key)), f"{item} ({at.task}): {rule.key}"
    if (item, rule.key) in d.memory.back:
        _undone(d, at, where)
        return
    torn = (item, rule.key) in d.memory.torn
    shared = rule.owner is Owner.SHARED
    _decided(d, at, where)
    if rule.owner is Owner.PLAN:
        words = f"{where} is {held!r}, and the plan, which owns it, says {human!r}"
        must(alike(held, human) or _left_open(d, at), words)
    if rule.owner is Owner.TOOL and said is not None:
        must(alike(held, said.value), f"{where} is {held!r}, and the team, which owns it, said {said.value!r}")
    if not (shared and d.setting.writable) or torn:
        must(alike(planned, human), f"{where} is {planned!r} in the plan, where people wrote {human!r}")
    if not shared:
        return
    heard = alike(planned, human) or d.memory.heard(item, rule.key, planned)
    must(heard, f"{where} is {planned!r} in the plan, where people wrote {human!r}")
    if said is not None and said.firm:
        must(alike(held, said.value), f"{where} is {held!r}, and the team said {said.value!r}")
    elif said is not None:
        allowed = (said.value, human, *d.memory.held.get((item, rule.key), ()))
        must(any(alike(held, one) for one in allowed), f"{where} is {held!r}, which nobody said")
    elif item not in d.memory.fog:
        must(alike(held, human), f"{where} is {held!r}, and the plan's people said {human!r}")
    else:
        must(_had(d, at), f"{where} is {held!r}, which nobody said")
    if d.setting.writable and rule.conflict is not Conflict.HOLD and item not in d.memory.fog:
        agreed = alike(held, planned) or not _possible(d, at) or _unclear(d, at)
        must(agreed, f"{where} is {held!r} in the tool and {planned!r} in the plan")


def _unclear(d: District, at: Stand) -> bool:
    """Whether both values stay though one side is to win: nothing is agreed on, and the task's is what the team said.

    The side that is to lose spoke after a pass that died unheard, and nobody knows over which value.
    """
    said = d.memory.teams.get((at.task, at.rule.key))
    if said is None or not alike(at.held, said.value) or at.rule.key in d.world.links()[at.item].agreed:
        return False
    return not said.firm if at.rule.conflict is Conflict.PLAN else alike(at.planned, at.human)


def _had(d: District, at: Stand) -> bool:
    """Whether what a task holds is what somebody once had there, though nobody knows what both last agreed on."""
    where = (at.item, at.rule.key)
    ever = (at.human, at.planned, *d.memory.held.get(where, ()), *d.memory.voiced.get(where, ()))
    return any(alike(at.held, one) for one in ever)


def _decided(d: District, at: Stand, where: str) -> None:
    """What somebody decided to be right stands on both sides, unless by now the plan cannot hold the tool's value."""
    if (at.item, at.rule.key) in d.memory.ruled:
        right = d.memory.ruled[at.item, at.rule.key]
        both = alike(at.held, right) and (alike(at.planned, right) or not _possible(d, at))
        must(both, f"{where} is {at.held!r} in the tool and {at.planned!r} in the plan; it was decided to be {right!r}")


def _undone(d: District, at: Stand, where: str) -> None:
    """What somebody undid stands as it was put back."""
    both = d.memory.back[at.item, at.rule.key]
    stands = alike(at.held, both[0]) and alike(at.planned, both[1])
    must(stands, f"{where} is {at.held!r} in the tool and {at.planned!r} in the plan, and was undone to be {both}")


def _left_open(d: District, at: Stand) -> bool:
    """Whether nobody knows what came of an undo, and what the task holds is what it once had."""
    where = (at.item, at.rule.key)
    return where in d.memory.either and any(alike(at.held, one) for one in d.memory.held.get(where, ()))


def _possible(d: District, at: Stand) -> bool:
    """Whether the plan could take over what the task holds."""
    if at.rule.key == "notes" and not whole(d.boards.rows[at.task].task.notes):
        return False
    try:
        value = back(at.rule, at.held, d.plan[at.item].around)  # type: ignore[arg-type]
    except ValueError:
        return False
    return d.can_hold(at.item, at.rule.source, value)


def alike(one: object, other: object) -> bool:
    """Whether two values mean the same to a person."""
    return same(one, other)  # type: ignore[arg-type]
