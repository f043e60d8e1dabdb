"""A district to play in: plan, teams, tool and machine by random rules, and a memory of all that was said."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from connectors.vocabulary import Field, FieldType, FieldValue, Task
from mappings.fields import get
from mappings.notes import embed
from mappings.rules import Conflict, Counted, FieldRule, GroupBy, Owner, Removed, Rules
from mappings.shape import Desired, PlanItem, desire
from syncd.engine.books import Route
from syncd.engine.deciding import NoChoice, Side, Verdict, decide
from syncd.engine.guard import Limits
from syncd.engine.tally import PassReport
from syncd.plan.edits import Kept, PlanEdit, Unwritten
from syncd.records import Outcome
from tests.engine.board import Boards
from tests.engine.world import BOARD, MAPPING, Killed, Moments, MortalStore, World
from tests.soak.memory import Memory
from tests.soak.quick import QuickStore
from tests.soak.story import DEEDS, Act

ELSEWHERE: Final = "E"
EFFORT: Final = Field("F1", "Effort", FieldType.NUMBER)
DONE: Final = Field("F2", "Done", FieldType.NUMBER)
_IDLE: Final[Callable[[str, str], None]] = lambda _kind, _what: None  # noqa: E731
_OUTSIDE: Final = "the plan is somebody else's"


@dataclass(frozen=True)
class Setting:
    """What stays the same through a history."""

    rules: Rules
    limits: Limits = field(default_factory=Limits)
    batch: int = 1
    writable: bool = True

    def __str__(self) -> str:
        fields = ", ".join(
            f"{rule.name}={rule.owner}" + (f"/{rule.conflict}" if rule.owner is Owner.SHARED else "")
            for rule in self.rules.fields
        )
        shape = f"groups by {self.rules.group_by}, actions {'are' if self.rules.action_is_task else 'are no'} tasks"
        below = "subtasks" if self.rules.project_is_subtask else "tasks"
        return (
            f"{fields}; {shape}, projects are {below}; progress by {self.rules.progress}; "
            f"removed: {self.rules.removed}; "
            f"at most {self.limits.max_changes} changes or {self.limits.max_share:.0%}; {self.batch} writes a request; "
            f"the plan can {'be written' if self.writable else 'not be written'}"
        )


def setting(chance: random.Random) -> Setting:
    """Rules at random; half of the histories have the usual ones in most things."""
    usual = chance.random() < 0.5

    def some(common: Any, *others: Any) -> Any:
        return common if usual or chance.random() < 0.4 else chance.choice(others)

    def owned(name: str, owner: Owner, source: str, target: str = "") -> FieldRule:
        owner = some(owner, *Owner)
        conflict = chance.choice(list(Conflict)) if not usual else Conflict.TOOL
        return FieldRule(name, owner, source, target, conflict)

    fields = [
        owned("title", Owner.PLAN, "title"),
        owned("notes", Owner.PLAN, "notes"),
        owned("start", Owner.SHARED, "start"),
        owned("due", Owner.SHARED, "due"),
        owned("assignee", Owner.TOOL, "owner"),
    ]
    if some(False, True, True):
        fields.append(owned("effort", Owner.SHARED, "weight", "Effort"))
    rules = Rules(
        MAPPING,
        "district",
        group_by=some(GroupBy.GOAL, GroupBy.ACTION, GroupBy.NONE),
        action_is_task=some(True, True, False),
        project_is_subtask=some(True, False),
        fields=tuple(fields),
        progress=some("completed", "subtasks", "status", "field:Done"),
        status={"Working on it": Decimal("0.5"), "Stuck": Counted.DEFERRED},
        removed=some(Removed.LEAVE, *Removed),
    )
    limits = Limits(chance.choice([10, 2]), Decimal("0.2"))
    return Setting(rules, limits, some(1, 4), chance.random() < 0.8)


@cache
def _store(_url: str) -> MortalStore:
    return QuickStore("sqlite:///in-memory.db")


class District:
    """A world in which acts are played, one at a time."""

    def __init__(self, folder: Path, given: Setting, opened: Callable[[str], MortalStore] = _store) -> None:
        self.setting = given
        self.memory = Memory()
        self.world = World(folder, rules=given.rules, limits=given.limits, batch=given.batch, opened=opened)
        self.boards.add_board("Elsewhere", id_=ELSEWHERE)
        board = self.boards.boards[BOARD]
        board.container = replace(board.container, fields=(EFFORT, DONE))
        self.world.plan["G3"] = PlanItem("G3", "goal", (), {"title": "Health"})
        self.story: list[Act] = []
        self.number = 100
        self.hot = ""
        """The item that is in everybody's mind: where all meet, most goes wrong."""
        self.mood: dict[str, int] = {}
        self.left: dict[str, PlanItem] = {}
        """Items that left the plan."""
        self.backup: bytes | None = None
        self.blind = False
        """Whether only a full read can find out what happened."""
        self.overtaken = False
        """Whether two passes ran at once: then the log may tell of a link twice."""
        self.surprise = ""
        """What a pass did that it should not have done."""
        self.between: list[Act] = []
        """What people do to the plan between a pass's reading it and writing it."""

    def play(self, act: Act) -> None:
        """Let something happen."""
        self.story.append(act)
        DEEDS[act.name].deed(self, **act.given)

    def close(self) -> None:
        """Give back what it holds."""
        self.world.close()

    # The plan

    @property
    def plan(self) -> dict[str, PlanItem]:
        """The plan's items."""
        return self.world.plan

    @property
    def rules(self) -> Rules:
        """The mapping."""
        return self.setting.rules

    def desired(self) -> Desired:
        """What the plan wants in the container."""
        return desire(self.rules, self.plan.values(), self.boards.boards[BOARD].container)

    def reached(self) -> list[str]:
        """The items that have tasks."""
        return list(self.desired().tasks)

    def edit_plan(self, item: str, source: str, value: FieldValue) -> None:
        """A person edits the plan."""
        if item not in self.plan:
            return
        old = self.plan[item].values.get(source)
        for rule in self.rules.fields:
            if rule.source == source:
                self.memory.edit(item, [task.id for task in self.tasks(item)], rule, old, value)
        self.world.change(item, **{source: value})

    def give_id(self, item: str, new: str) -> None:
        """A person gives an item another id, and notes what it was before."""
        plan: dict[str, PlanItem] = {}
        for key, one in self.plan.items():
            path = tuple(new if above == item else above for above in one.path)
            was = (*one.was, item) if key == item else one.was
            plan[new if key == item else key] = replace(one, id=new if key == item else key, path=path, was=was)
        self.world.plan = plan
        self.hot = new if self.hot == item else self.hot
        self.memory.rename(item, new)

    def decide(self, item: str, field_: str, side: Side) -> None:
        """A person says which of two values stands."""
        route = self.route()
        with self.world.store() as store:
            try:
                choice = decide(route, store, self.world.clock, Verdict(item, field_, side, "ann"))
            except NoChoice:
                return
        for task in self.tasks(item):
            self.memory.decided(item, task.id, field_, choice.tool if side is Side.TOOL else None)

    def route(self) -> Route:
        """The mapping as it would run now."""
        return replace(self.world.route, unwritable="" if self.setting.writable else _OUTSIDE)

    def keep(self, _route: Route, edits: Sequence[PlanEdit]) -> Kept:
        """Put edits into the plan, as far as it still holds what they were decided on."""
        while self.between:
            act = self.between.pop(0)
            DEEDS[act.name].deed(self, **act.given)
        self.world.moments("plan read")
        done: list[PlanEdit] = []
        left: list[Unwritten] = []
        for edit in edits:
            item = self.plan.get(edit.item)
            if item is not None and item.values.get(edit.key) in (edit.before, edit.after):
                self.world.change(edit.item, **{edit.key: edit.after})
                done.append(edit)
            else:
                left.append(Unwritten(edit, "it was edited meanwhile"))
        self.world.moments("plan written")
        return Kept(tuple(done), tuple(left))

    # The teams

    @property
    def boards(self) -> Boards:
        """The tool's memory."""
        return self.world.boards

    def named(self, task: Task) -> str:
        """What stories call a task: the item that its marker names, and which of several it is."""
        item = (task.marker or "").rpartition("/")[2]
        return f"{item}#{[one.id for one in self.boards.marked(item)].index(task.id) + 1}"

    def task(self, name: str) -> Task | None:
        """The task of that name, if it is on the board."""
        item, _, number = name.partition("#")
        found = self.boards.marked(item)[int(number) - 1 : int(number)]
        return found[0] if found and self.boards.home(found[0].id) == BOARD else None

    def item(self, task: Task) -> str:
        """The item that a task belongs to, whatever its marker calls it."""
        named = (task.marker or "").rpartition("/")[2]
        return next((one.id for one in self.plan.values() if named in one.was), named)

    def tasks(self, item: str) -> list[Task]:
        """The live tasks of an item."""
        names = (item, *(self.plan[item].was if item in self.plan else ()))
        return [task for name in names for task in self.boards.marked(name)]

    def edit_task(self, name: str, key: str, value: Any) -> None:
        """A team sets a field of a task."""
        task = self.task(name)
        if task is None:
            return
        rule = self.rules.rule(key)
        container = self.boards.boards[BOARD].container
        old = get(rule, task, container) if rule else getattr(task, key, None)
        self.memory.team(self.item(task), task.id, key, (old, value), rule)
        if key.startswith("field:"):
            self.boards.edit(task.id, fields={**task.fields, EFFORT.id: value})
        elif key == "notes":
            self.boards.edit(task.id, notes=embed(task.notes, str(value or "")))
        else:
            self.boards.edit(task.id, **{key: value})

    # The machine

    def run(self, *, seconds: float = 300, **options: Any) -> PassReport:
        """A pass, some time after whatever was before."""
        self.world.clock.pass_by(seconds=seconds)
        since = self.memory.now
        before, sent = len(self.world.links()), len(self.world.tool.writes)
        stopped = self._stopped()
        [report] = self.world.passes([self.route()], keep=self.keep, **options)
        if options.get("approve") is None or not stopped:
            self._guarded(before, sent)
        if report.outcome in (Outcome.DONE, Outcome.FINDINGS) and not report.message:
            self._agree(since, {finding.item for finding in report.findings})
        return report

    def _stopped(self) -> str:
        """What the guard stopped at last, and a person may approve of."""
        with self.world.store() as store, store.reading() as reader:
            state = reader.mapping_state(self.rules.mapping)
        return state.stop if state else ""

    def _guarded(self, links: int, sent: int) -> None:
        """Promise 4: a pass that nobody approved of changes only so many tasks."""
        links = max(links, len(self.world.links()))
        changed = {write.task for write in self.world.tool.writes[sent:] if hasattr(write, "task")}
        limits = self.setting.limits
        if len(changed) > limits.max_changes and len(changed) > limits.max_share * links:
            self.surprise = f"a pass that nobody approved of changed {len(changed)} of {links} tasks"

    def _agree(self, since: int, troubled: set[str]) -> None:
        if any(row.merged for row in self.boards.rows.values()):
            told = self.world.evidence().values()
            self.memory.learned |= {one.task for one in told if self.boards.rows[one.task].merged and not one.done}
        desired, container = self.desired(), self.boards.boards[BOARD].container
        for item, link in self.world.links().items():
            wanted, row = desired.tasks.get(item), self.boards.rows.get(link.task)
            if wanted and wanted.touch and item not in troubled and row and self.boards.alive(link.task):
                held = {
                    rule.key: (wanted.values[rule.key], get(rule, row.task, container))
                    for rule in self.rules.fields
                    if rule.key in wanted.values
                }
                self.memory.agreed(item, link.task, held, since)

    def die(self, moment: int, seconds: float) -> None:
        """A pass that ends in the middle."""
        self.cloud(set(self.reached()) - set(self.world.links()))
        self.world.moments = Moments(kill_at=moment)
        try:
            self.run(seconds=seconds, approve="")
        except Killed:
            pass
        finally:
            self.world.revive()
            self.calm()

    def calm(self) -> None:
        """Nobody does anything at the same time any more."""
        self.world.tool.busy = _IDLE
        self.between.clear()

    def cloud(self, items: Iterable[str], *, turned_back: bool = False) -> None:
        """Nobody may know any more what both sides last agreed on about these items."""
        items = list(items)
        rules = {rule.key: rule for rule in self.rules.fields}
        tasks = {item: [task.id for task in self.tasks(item)] for item in items}
        self.memory.cloud(items, rules, tasks, turned_back=turned_back)


@contextmanager
def district(folder: Path, given: Setting, **how: Any) -> Iterator[District]:
    """A district, for as long as it is needed."""
    made = District(folder, given, **how)
    try:
        yield made
    finally:
        made.close()
