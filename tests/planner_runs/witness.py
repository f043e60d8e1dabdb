"""The witness: looks on while a world runs, and says which promise is broken, at which step or in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from connectors.vocabulary import Credit, FieldValue, Task
from mappings.fields import get, same
from mappings.notes import split
from mappings.rules import FieldRule, Removed
from mappings.shape import Wanted
from syncd.engine.affected import Trees
from syncd.engine.agreement import GONE
from syncd.engine.planner import FAREWELL, REMOVED, Change, Kind
from syncd.engine.planning import Due, Planning
from syncd.engine.settling import Settlement
from syncd.engine.steps import PLACE, WRITING, Step
from syncd.records import Link, Seen
from tests.planner_runs.ledger import Ledger, Verdict, lost
from tests.planner_runs.world import CONTAINER, Done, Watch, World

ROUNDS = 8
"""As many as a pass takes at most."""


class Broken(AssertionError):
    """A promise was broken: which, and where it was seen."""

    def __init__(self, promise: str, where: str) -> None:
        super().__init__(f"{promise} ({where})")
        self.promise = promise
        self.where = where


def broken(promise: str, *where: object) -> NoReturn:
    """Say that a promise was broken."""
    raise Broken(promise, " ".join(str(one) for one in where))


@dataclass
class Witness(Watch):
    """Judges each step by the ledger, and keeps the ledger."""

    ledger: Ledger
    planning: Planning
    _due: Due | None = None

    def round(self, world: World) -> None:
        """Note where both sides are at one, and plan for what has changed since the last round."""
        self.ledger.compare(world)
        self._due = self.planning.due(Trees(world.desired(), world.observed(), world.agreed()))

    def planned(self, settlement: Settlement, changes: tuple[Change, ...]) -> None:
        """See that planning for what has changed comes to the same as planning for all."""
        assert self._due is not None
        part = self._due.settlement
        for one, another in ((settlement.renewed, part.renewed), (settlement.released, part.released)):
            if sorted(one, key=_item) != sorted(another, key=_item):
                broken("what is settled for a part is settled for all", one, "but", another)
        if changes != self._due.changes and sorted(changes, key=str) != sorted(self._due.changes, key=str):
            broken("planning for a part is planning for all", changes, "but", self._due.changes)

    def before(self, world: World, step: Step) -> None:
        """Judge what is about to be done."""
        for change in step.changes:
            if change.item in world.blocked:
                broken("what is set aside waits", change.kind, change.item)
            if change.kind is Kind.ARCHIVE:
                self._leaves(world, change)
                continue
            wanted = world.desired().tasks.get(change.item)
            if wanted is None or not wanted.touch:
                broken("what is not adopted, or not mapped, is left alone", change.kind, change.item)
            elif change.kind in (Kind.CREATE, Kind.ADOPT):
                _new(world, wanted, change)
            else:
                self._known(world, wanted, change)

    def _leaves(self, world: World, change: Change) -> None:
        if change.item in world.nodes or any(change.item in node.was for node in world.nodes.values()):
            broken("only what left the plan is archived", change.item)
        removed = world.rules.removed
        allowed = {"notes": FAREWELL, "completed": True, "group": REMOVED, "parent": None}
        for edit in change.edits:
            rule = {"completed": Removed.COMPLETE, "group": Removed.ARCHIVE, "parent": Removed.ARCHIVE}
            if allowed.get(edit.field, "") != edit.after or rule.get(edit.field, removed) is not removed:
                broken("a task is let go by the mapping's rule", change.item, edit)
        above = world.task(change.task).parent if change.edits else None
        stays = {link.task for item, link in world.links.items() if item in world.nodes}
        if above is not None and above not in stays and any(edit.field in PLACE for edit in change.edits):
            broken("what stands below a task that is let go goes along", change.item)

    def _known(self, world: World, wanted: Wanted, change: Change) -> None:
        """A step on a task that is linked."""
        if change.task != world.links[change.item].task or lost(world, change.task):
            broken("only a linked task that is there is written to", change.item, change.task)
        for edit in change.edits:
            if edit.field in PLACE:
                self._moves(world, wanted, change, edit.field)
            elif edit.field == "completed":
                if edit.after or not wanted.create or world.task(change.task).credit is not Credit.CALLED_OFF:
                    broken("only what we closed ourselves is opened again", change.item, edit)
            else:
                due = Verdict.TAKE if change.kind is Kind.WRITE_BACK else Verdict.WRITE
                verdict = self._verdict(world, wanted, change.task, edit.field)
                if verdict is not due:
                    broken("no edit is lost, by the rule for its field", f"it was to {verdict}:", change.kind, edit)

    def _moves(self, world: World, wanted: Wanted, change: Change, key: str) -> None:
        place = wanted.group if key == "group" else wanted.parent
        if self.ledger.bases.get((change.task, key), (None,))[0] == place:
            broken("a team sorts its board as it likes", change.item, key)
        _home(world, wanted)

    def _verdict(self, world: World, wanted: Wanted, task: str, key: str) -> Verdict:
        rule = world.rules.rule(key)
        if rule is not None:
            return self.ledger.verdict(rule, task, wanted.values[key], get(rule, world.task(task), CONTAINER))
        have = world.task(task).marker
        settled = have == wanted.marker or self.ledger.bases.get((task, key)) == (wanted.marker, have)
        return Verdict.STAY if settled else Verdict.WRITE

    def after(self, world: World, step: Step, before: Task | None) -> None:
        """Keep the ledger, and see that a team's words around our block are still there."""
        if step.kind is Kind.ARCHIVE:
            if before and step.edits:
                _words(world, before)
            if before and not lost(world, step.task):
                _let_go(world, world.task(step.task))
            return
        wanted, link = world.desired().tasks[step.item], world.links[step.item]
        if step.kind is Kind.ADOPT:
            self.ledger.forget(link.task)
            away = REMOVED in world.groups and world.task(link.task).group == world.groups[REMOVED].group
            self.ledger.put_away(link.task) if away else self.ledger.place(link.task, wanted)
        elif step.kind is Kind.WRITE_BACK:
            self._taken(world, wanted, link, step.changes[0].edits[0].field)
        else:
            if step.kind is Kind.CREATE:
                self.ledger.place(link.task, wanted)
            arrived = (
                wanted.values if step.kind is Kind.CREATE else step.edits if step.item not in world.blocked else ()
            )
            for key in arrived:
                self._sent(world, wanted, link, key)
            if before:
                _words(world, before)

    def _taken(self, world: World, wanted: Wanted, link: Link, key: str) -> None:
        rule = world.rules.rule(key)
        assert rule is not None
        have = get(rule, world.task(link.task), CONTAINER)
        if not same(wanted.values[key], have):
            broken("what the plan takes over is what it then wants", link.item, key, wanted.values[key], have)
        self.ledger.bases[link.task, key] = (have, have)

    def _sent(self, world: World, wanted: Wanted, link: Link, key: str) -> None:
        task, rule = world.task(link.task), world.rules.rule(key)
        if key in PLACE:
            place = wanted.group if key == "group" else wanted.parent
            self.ledger.bases[link.task, key] = (place, place)
        elif key == "completed":
            if task.completed:
                broken("what is in the plan again is open again", link.item)
        elif rule is None:
            self.ledger.bases[link.task, key] = (wanted.marker, task.marker)
        else:
            self.ledger.bases[link.task, key] = (wanted.values[key], get(rule, task, CONTAINER))

    # In the end

    def end(self, world: World, done: Done) -> None:
        """Judge a world that has settled, after the run `done`."""
        links = dict(world.links)
        changes = world.plan()
        if links != world.links:
            broken("what was settled is settled", links, world.links)
        _quiet(world, done, changes)
        due = {(change.item, change.edits[0].field, change.kind) for change in changes if change.edits}
        for item, wanted in world.desired().tasks.items():
            if wanted.touch and item not in world.blocked:
                self._wanted(world, wanted, due)
        for item, link in world.links.items():
            if item in world.desired().outside or (item not in world.nodes and item not in world.blocked):
                broken("what the plan or the mapping no longer holds is followed no longer", item)
            if item in world.desired().tasks and Counter(one.task for one in world.links.values())[link.task] > 1:
                broken("a task belongs to one item", item, link.task)

    def _wanted(self, world: World, wanted: Wanted, due: set[tuple[str, str, Kind]]) -> None:
        link = world.links.get(wanted.item)
        if link is None:
            if (wanted.create and not _waits(world, wanted)) or _carriers(world, wanted):
                broken("what the plan wants is there", wanted.item)
            return
        if lost(world, link.task):
            if wanted.create and not link.agreed.get(GONE):
                broken("what is gone is known as gone", wanted.item)
            return
        if self._verdict(world, wanted, link.task, "marker") is not Verdict.STAY:
            broken("a task carries its marker", wanted.item)
        place = {"group": wanted.group, "parent": wanted.parent}
        if not _waits(world, wanted) and any(self.ledger.bases[link.task, key][0] != place[key] for key in PLACE):
            broken("a task stands where the plan moved it", wanted.item)
        for rule in world.rules.fields:
            if rule.key in wanted.values:
                self._field(world, wanted, link, rule, due)

    def _field(
        self, world: World, wanted: Wanted, link: Link, rule: FieldRule, due: set[tuple[str, str, Kind]]
    ) -> None:
        verdict = self._verdict(world, wanted, link.task, rule.key)
        waits = {Verdict.TAKE: Kind.WRITE_BACK, Verdict.HOLD: Kind.HOLD}.get(verdict)
        if verdict is Verdict.WRITE or (waits and (wanted.item, rule.key, waits) not in due):
            have: FieldValue = get(rule, world.task(link.task), CONTAINER)
            broken("in the end each field is as its rule says", wanted.item, rule.key, verdict, have)


def _item(link: Link) -> str:
    return link.item


def _new(world: World, wanted: Wanted, change: Change) -> None:
    """An item gets its task."""
    node = world.nodes[wanted.item]
    if any(item in world.links for item in (wanted.item, *node.was)):
        broken("never two tasks for an item, and what was deleted is not made again", wanted.item)
    carriers = _carriers(world, wanted)
    if change.kind is Kind.ADOPT:
        if change.task not in {task.id for task in carriers}:
            broken("only a free task with the item's marker is adopted", wanted.item, change.task)
    elif carriers:
        broken("never two tasks for an item: one carries its marker", wanted.item, carriers[0].id)
    elif not wanted.create:
        broken("cancelled work is not made", wanted.item)
    else:
        _home(world, wanted)


def _home(world: World, wanted: Wanted) -> None:
    if _waits(world, wanted):
        broken("a parent comes first", wanted.item, wanted.parent)


def _waits(world: World, wanted: Wanted) -> bool:
    """True if the task of the item above is not there."""
    above = world.links.get(wanted.parent) if wanted.parent else None
    return bool(wanted.parent) and (above is None or lost(world, above.task))


def _carriers(world: World, wanted: Wanted) -> list[Task]:
    linked = {link.task for link in world.links.values()}
    marks = {wanted.marker, *wanted.was}
    return [
        seen.task
        for key, seen in world.tasks.items()
        if seen.task.marker in marks and key not in linked and not lost(world, key)
    ]


def _let_go(world: World, task: Task) -> None:
    removed = world.rules.removed
    if removed is Removed.COMPLETE and not task.completed:
        broken("what left the plan is completed by rule", task.id)
    if removed is Removed.ARCHIVE and task.parent is None and task.group != world.groups[REMOVED].group:
        broken("what left the plan is put away by rule", task.id)


def _words(world: World, before: Task) -> None:
    above, _, below = split(before.notes)
    after = split(world.task(before.id).notes)
    theirs = (above, below) if after[1] is not None else ("\n\n".join(filter(None, (above, below))), "")
    if [words.replace("\r", "") for words in theirs] != [words.replace("\r", "") for words in (after[0], after[2])]:
        broken("a team's words around our block stay", before.id, repr(before.notes), repr(world.task(before.id).notes))


def _quiet(world: World, done: Done, changes: tuple[Change, ...]) -> None:
    if done.rounds > ROUNDS:
        broken("it settles in a few rounds", done.rounds)
    if due := world.due(changes):
        broken("it settles", *due)
    if any(change.fresh for change in changes):
        broken("what is gone is new only once", [change.item for change in changes if change.fresh])
    before, after = ([(one.kind, one.item, one.task, one.reason) for one in some] for some in (done.waiting, changes))
    if before != after:
        broken("with nothing changed the plan is the same", before, after)
    asked = Counter(
        (change.kind, change.item, edit.field, edit.after) for change in done.changes for edit in change.edits
    )
    if twice := [what for what, times in asked.items() if times > 1]:
        broken("nothing is asked for twice", twice)


def untouched(tasks: Mapping[str, Seen], links: Mapping[str, Link], world: World) -> None:
    """See that of the tasks there were only those that were linked, or are by now, have changed."""
    ours = {link.task for link in (*links.values(), *world.links.values())}
    for key, seen in tasks.items():
        if key not in ours and world.tasks[key] is not seen:
            broken("foreign tasks are not touched", key)


def foreseen(done: Done, foreseen: tuple[Change, ...]) -> None:
    """See that no task was written to that the guard did not know of, but for what follows from a plan's taking over.

    Nor is it foreseen that a tool does not keep the marker of a new task, which is then sent once more.
    """
    known = {(change.kind, change.item) for change in foreseen}
    if not any(change.kind is Kind.WRITE_BACK for change in done.changes):
        for change in done.changes:
            repeated = {edit.field for edit in change.edits} == {"marker"}
            if change.kind in WRITING and (change.kind, change.item) not in known and not repeated:
                broken("the guard foresees what is written", change.kind, change.item)
