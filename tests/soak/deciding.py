"""What people decide: whose value stands, that a deleted task is made anew, that a pass may do what it stopped at."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from connectors.vocabulary import FieldValue
from mappings.fields import get
from mappings.rules import Conflict, FieldRule, Owner
from syncd.engine import deciding
from syncd.engine.deciding import TASK, Choice, NoChoice, Side, Verdict
from syncd.store.errors import StoreError
from tests.soak.district import District
from tests.soak.passing import before_it, kept, unasked
from tests.soak.story import DEEDS, Act, NothingToDo, act, drawn
from tests.soak.teams import linked
from tests.soak.values import alike


@drawn
def contended(d: District, chance: random.Random) -> str:
    """A field about which plan and teams may differ until somebody decides."""
    shared = [rule for rule in d.rules.fields if rule.owner is Owner.SHARED]
    held = [rule.name for rule in shared if rule.conflict is Conflict.HOLD or not d.setting.writable]
    if not held:
        raise NothingToDo
    return chance.choice(held)


@act("plan", 8)
def decide(d: District, matter: tuple[str, str], side: str) -> None:
    """Somebody decides, once no pass is under way: {matter} is as the {side} has it."""
    try:
        with d.world._store.turn(d.world.connection):
            _decide(d, matter, Side(side))
    except StoreError:
        d.late.append(Act("decide", {"matter": matter, "side": side}))


def _decide(d: District, matter: tuple[str, str], side: Side) -> None:
    item, named = matter
    with d.world.store() as store:
        try:
            choice = deciding.decide(d.route(), store, d.world.clock, Verdict(item, named, side, "ann"))
        except (NoChoice, StoreError):  # it has a new id, of which no pass has heard yet
            return
    if choice.field == TASK:
        d.cloud([item])
        return
    rule = next(rule for rule in d.rules.fields if named in (rule.name, rule.key))
    _stands(d, choice, rule, side)


def _stands(d: District, choice: Choice, rule: FieldRule, side: Side) -> None:
    """What was decided stands, if both sides still hold what was decided on."""
    item, key = choice.item, rule.key
    for task in d.tasks(item):
        d.memory.decided(item, task.id, key, choice.tool if side is Side.TOOL else None)
    link, wanted = d.world.links().get(item), d.desired().tasks.get(item)
    if link is None or wanted is None or not wanted.touch:
        return
    row = d.boards.rows[link.task]
    same = alike(get(rule, row.task, d.container), choice.tool) and alike(wanted.values.get(key), choice.plan)
    taken = side is Side.PLAN or not (choice.why or not d.setting.writable)
    if same and taken:
        d.memory.ruled[item, key] = choice.plan if side is Side.PLAN else choice.tool


@act("machine", 3)
def regret(d: District, known: str, number: int) -> None:
    """A team deletes {known}, and somebody has it made anew; first it comes out of the bin ({number}: odd, untold)."""
    task = linked(d, known)
    if task is None:
        return
    d.boards.delete(task)
    followed = {link.task for link in d.world.links().values()}
    d.memory.copies |= d.unseen() - followed  # made by a pass that died: nobody can know that it was ever there
    d.run(approve="")
    decide(d, (d.item(d.boards.rows[task].task), TASK), Side.PLAN.value)
    if task in d.memory.copies:
        return  # the pass made another in its place, as had been decided before
    d.boards.restore(task)
    if number % 2 and d.board in d.boards.boards:
        d.memory.untold |= d.boards.lose_events(d.board)
        d.blind = True


@act("machine", 8)
def fall_out(d: District, task: str, contended: str, number: int, side: str) -> None:
    """Plan and team change the {contended} of {task} at once ({number}); after a pass somebody says: the {side}."""
    if item := _fallen_out(d, task, contended, number):
        decide(d, (item, contended), side)
        d.run(approve="")
        d.calm()


@act("machine", 4)
def decide_meanwhile(d: District, task: str, contended: str, number: int, after: int) -> None:
    """The same with {contended} of {task} ({number}), and somebody decides as the next pass has sent {after} requests.

    The plan is right if the number is odd. The pass has something else to write to that task.
    """
    if item := _fallen_out(d, task, contended, number):
        d.edit_plan(item, "title", f"Planned title {number}")
        side = Side.PLAN if number % 2 else Side.TOOL
        DEEDS["meanwhile"].deed(d, after, Act("decide", {"matter": (item, contended), "side": side.value}))
        d.run(approve="")
        d.calm()


def _fallen_out(d: District, task: str, contended: str, number: int) -> str:
    """Have plan and team differ about a field, and a pass see that; the item's id, "" where nothing came of it."""
    found, rule = d.task(task), next(rule for rule in d.rules.fields if rule.name == contended)
    if found is None or (item := d.item(found)) not in d.plan:
        return ""
    planned, there = _apart(rule, number)
    d.edit_plan(item, rule.source, planned)
    if rule.key == "notes":
        DEEDS["rewrite"].deed(d, task, number)
    else:
        d.edit_task(task, rule.key, there)
    d.run(approve="")
    return item


def _apart(rule: FieldRule, number: int) -> tuple[FieldValue, FieldValue]:
    """Two values for a field, the plan's and a team's."""
    if rule.source in ("start", "due"):
        return date(2026, 5, 1 + number % 28), date(2026, 6, 1 + number % 28)
    if rule.source == "weight":
        return Decimal(number), Decimal(number + 1)
    if rule.source == "owner":
        return "ann@example.org", "bob@example.org"
    return f"Planned {number}", f"Team's {number}"


@act("machine", 4)
def approve_late(d: District, number: int) -> None:
    """The plan calls everything anew ({number}), a pass stops, somebody approves; before that has its turn, once more.

    The other process runs a pass then, which may stop as well: of that nobody has approved.
    """
    DEEDS["rename_all"].deed(d, number)
    d.run(approve=None)
    seen, now, before = kept(d).stop, "", before_it(d)

    def first() -> None:
        nonlocal now, before
        d.turns.waits = lambda: None
        DEEDS["rename_all"].deed(d, number + 1000)
        d.run(seconds=1)
        now, before = kept(d).stop, before_it(d)

    d.turns.waits = first
    d.run(approve="")
    if now != seen:
        unasked(d, before)
    d.calm()
