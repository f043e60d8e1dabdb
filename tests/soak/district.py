"""A district to play in: plan, teams, tool and machine by random rules, and a memory of all that was said."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from connectors.errors import Invalid
from connectors.vocabulary import Container, FieldValue, Task
from mappings.fields import get
from mappings.notes import embed
from mappings.rules import Rules
from mappings.shape import Desired, PlanItem, desire
from syncd.engine.books import Route
from syncd.engine.tally import PassReport
from syncd.plan import keeping
from syncd.plan.edits import Kept, NewItem, PlanEdit
from tests.engine.board import Boards
from tests.engine.world import BOARD, Moments, MortalStore, World
from tests.soak import passing
from tests.soak.document import PLAN, Desk, Table, find, items_of, remarks, table_of, text_of
from tests.soak.memory import Memory
from tests.soak.quick import OneByOne, QuickStore
from tests.soak.setting import DONE, EFFORT, Setting
from tests.soak.story import DEEDS, Act

ELSEWHERE: Final = "E"
NO: Final = "this value is not allowed here"
"""What the tool says to an item that it refuses."""
_IDLE: Final[Callable[[str, str], None]] = lambda _kind, _what: None  # noqa: E731


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
        self.board = BOARD
        """The container in which the mapping's tasks stand."""
        self.furnish(BOARD)
        self.path = folder / "plan.toml"
        """Where the plan's text stands."""
        self._write(text_of(PLAN))
        self.story: list[Act] = []
        self.number = 100
        self.hot = ""
        """The item that is in everybody's mind: where all meet, most goes wrong."""
        self.mood: dict[str, int] = {}
        self.left: dict[str, tuple[str, Table]] = {}
        """Items that left the plan, each with the id of the item above it and with all that stood below."""
        self.backup: tuple[bytes, str] | None = None
        self.blind = False
        """Whether only a full read can find out what happened."""
        self.overtaken = False
        """Whether two passes ran at once: then the log may tell of a link twice."""
        self.surprise = ""
        """What a pass did that it should not have done."""
        self.lived: list[passing.Lived] = []
        """The passes that could be undone, the newest last."""
        self.before = passing.before_it(self)
        """How everything was before what is to be held against the pass under way."""
        self.spoilt: set[str] = set()
        """The items that the tool refuses."""
        self.mended = False
        """Whether somebody just asked for what was refused to be tried again."""
        self.world.tool.keeps = self._kept
        self.turns.taken, self.turns.waits = False, lambda: None
        self.own: dict[int, Own] = {}
        """The tasks that teams made of their own, by their numbers."""
        self.wanted: tuple[str, ...] = ()
        """The ids of the items that somebody is about to put into the plan for a team's own tasks."""
        self.late: list[Act] = []
        """What people do that has to wait until a pass is over."""
        self.running = 0
        """How many passes are under way."""
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
        return desire(self.rules, self.plan.values(), self.container)

    def reached(self) -> list[str]:
        """The items that have tasks."""
        return list(self.desired().tasks)

    @property
    def text(self) -> str:
        """The plan's text."""
        return self.path.read_text()

    def _write(self, text: str) -> None:
        """Put another text in the place of the plan's, as editors do: at once and whole."""
        fresh = self.path.with_name("plan.toml~")
        fresh.write_text(text)
        fresh.chmod(0o644 if self.setting.writable else 0o444)
        fresh.replace(self.path)
        self._open(text)

    def _open(self, text: str) -> None:
        self.world.plan = {one.id: one for one in items_of(text) or ()}
        self.memory.note_frames({one.id: one.around for one in self.plan.values()})

    def save(self, change: Callable[[Table], object], renamed: tuple[str, str] = ("", "")) -> bool:
        """A person changes the plan in an editor and saves it; False for what would be no plan any more.

        `renamed` is the id of an item before and after.
        """
        table = table_of(self.text)
        change(table)
        text = text_of(table)
        if items_of(text) is None:
            return False
        before = self.desired()
        self._write(text)
        if renamed[0]:
            self.memory.rename(*renamed)
        self._remember(before, renamed=renamed)
        return True

    def _remember(
        self, before: Desired, *, renamed: tuple[str, str] = ("", ""), taken: Collection[tuple[str, str]] = ()
    ) -> None:
        """Whatever the plan wants of a task by now and did not want before is what its people said.

        Not so what was `taken` over from a team; but the titles above a task stand in its notes.
        """
        new = {renamed[0]: renamed[1]}
        earlier = {new.get(item, item): wanted for item, wanted in before.tasks.items()}
        everything = [row.task for row in self.boards.rows.values() if row.task.marker]  # what is deleted may come back
        for item, now in self.desired().tasks.items():
            if (then := earlier.get(item)) is None:
                continue
            tasks = [task.id for task in everything if self.item(task) == item]
            for rule in self.rules.fields:
                told = (then.values.get(rule.key), now.values.get(rule.key))
                if (item, rule.source) not in taken:
                    self.memory.edit(item, tasks, rule, *told)
                elif rule.source == "notes" and any(above in self.plan[item].path for above, _ in taken):
                    self.memory.edit(item, tasks, rule, *told)
                    self.memory.soften(tasks, rule.key)
            place = [one and new.get(one, one) for one in (then.group, then.parent)]
            if place != [now.group, now.parent]:
                self.memory.moved(item, tasks)
        self.memory.planned(self.desired().tasks)

    def edit_plan(self, item: str, source: str, value: FieldValue) -> bool:
        """A person edits the plan; False where the item is not there, or the plan would be none any more."""
        return self.save(_setting(item, source, value)) if item in self.plan else False

    def can_hold(self, item: str, source: str, value: FieldValue) -> bool:
        """Whether the plan could hold a value."""
        table = table_of(self.text)
        _setting(item, source, value)(table)
        return items_of(text_of(table)) is not None

    def give_id(self, item: str, new: str) -> None:
        """A person gives an item another id, and notes what it was before."""

        def change(table: Table) -> None:
            if found := find(table, item):
                found[0].update(id=new, was=[*found[0].get("was", ()), item])

        if self.save(change, (item, new)):
            self.hot = new if self.hot == item else self.hot

    def route(self) -> Route:
        """The mapping as it would run now."""
        desk = self._desk()
        refused = partial(keeping.refusals, desk, ".toml")
        return replace(self.world.route, unwritable=desk.why_not(), refused=refused)

    def keep(self, _route: Route, edits: Sequence[PlanEdit]) -> Kept:
        """Put edits into the plan, as far as it still holds what they were decided on."""
        asked = [(edit.item, edit.key) for edit in edits]
        return keeping.keep(self._desk(asked), ".toml", edits)

    def take_in(self, values: Sequence[PlanEdit], works: Sequence[NewItem]) -> Kept:
        """Put into the plan what a person chose of what is proposed: that is said by the plan's people."""
        self.wanted = tuple(each.id for each in works)
        return keeping.keep(self._desk(), ".toml", values, works)

    def replace_plan(self, text: str, wanted: Sequence[str]) -> None:
        """A person puts another text in the place of the plan's, with items that were proposed."""
        before, self.wanted = self.desired(), tuple(wanted)
        self._write(text)
        self._remember(before)

    def _desk(self, asked: Collection[tuple[str, str]] = ()) -> Desk:
        return Desk(self.path, self._moment, self._busy, partial(self._saved, asked))

    def _moment(self, name: str) -> None:
        self.world.moments(name)

    def _busy(self) -> None:
        if self.between:
            act = self.between.pop(0)
            DEEDS[act.name].deed(self, **act.given)

    def _saved(self, asked: Collection[tuple[str, str]], before: str, now: str) -> None:
        """Syncd wrote into the plan what it was asked to."""
        if remarks(before) != remarks(now):
            self.surprise = "what people remarked in the plan is not there any more"
        wanted, known = self.desired(), set(self.plan)
        self._open(now)
        if fresh := self.plan.keys() - known - set(self.wanted):
            self.surprise = f"{sorted(fresh)} went into the plan, and nobody asked for that"
        self._remember(wanted, taken=asked)

    # The teams

    @property
    def container(self) -> Container:
        """The container in which the mapping's tasks stand, deleted or not."""
        return {**self.boards.bin, **self.boards.boards}[self.board].container

    def furnish(self, board: str) -> None:
        """Give a container the fields that a mapping may ask for."""
        held = self.boards.boards[board]
        held.container = replace(held.container, fields=(EFFORT, DONE))

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
        return found[0] if found and self.boards.home(found[0].id) == self.board else None

    def item(self, task: Task) -> str:
        """The item that a task belongs to, whatever its marker calls it."""
        named = (task.marker or "").rpartition("/")[2]
        return next((one.id for one in self.plan.values() if named in one.was), named)

    def tasks(self, item: str) -> list[Task]:
        """The live tasks of an item."""
        names = (item, *(self.plan[item].was if item in self.plan else ()))
        return [task for name in names for task in self.boards.marked(name)]

    def is_spoilt(self, item: str) -> bool:
        """Whether the tool refuses an item, by any of its names."""
        return not self.spoilt.isdisjoint((item, *(self.plan[item].was if item in self.plan else ())))

    def _kept(self, task: Task) -> Task:
        """What the tool makes of a task that it is sent. Raises Invalid for what it refuses."""
        if self.is_spoilt(self.item(task)):
            raise Invalid(NO)
        return task

    def edit_task(self, name: str, key: str, value: Any) -> None:
        """A team sets a field of a task."""
        task = self.task(name)
        if task is None:
            return
        rule = self.rules.rule(key)
        container = self.container
        old = get(rule, task, container) if rule else getattr(task, key, None)
        self.memory.team(self.item(task), task.id, key, (old, value), rule)
        if key.startswith("field:"):
            self.boards.edit(task.id, fields={**task.fields, EFFORT.id: value})
        elif key == "notes":
            self.boards.edit(task.id, notes=embed(task.notes, str(value or "")))
        else:
            self.boards.edit(task.id, **{key: value})

    # The machine

    @property
    def turns(self) -> OneByOne:
        """Who hands out the turns: the store."""
        return self.world._store  # type: ignore[return-value]

    def run(self, *, seconds: float = 300, **options: Any) -> PassReport:
        """A pass, some time after whatever was before."""
        return passing.run(self, seconds, options)

    def die(self, moments: Moments, seconds: float) -> None:
        """A pass that ends in the middle, when these moments have it so."""
        passing.die(self, moments, seconds)

    def play_late(self) -> None:
        """Let those who waited for their turn have it, once no pass is under way."""
        while self.late and not self.running:
            act = self.late.pop(0)
            DEEDS[act.name].deed(self, **act.given)

    def calm(self) -> None:
        """Nobody does anything at the same time any more."""
        self.world.tool.busy = _IDLE
        self.between.clear()

    def forget(self) -> None:
        """The store knows less than it did."""
        planned = [(item, *each) for item, one in self.desired().tasks.items() for each in one.values.items()]
        self.memory.forget(self.world.tool.merged, planned)

    def is_calm(self) -> bool:
        """Whether nothing is about to happen during the next pass but what that does."""
        return self.world.tool.busy is _IDLE and not self.between and not self.world.tool._late

    def unseen(self) -> set[str]:
        """The tasks of the container, and those moved away from it, that a look at it would not find."""
        here = (key for key, row in self.boards.rows.items() if row.task.marker)
        return {key for key in here if self.boards.home(key) in (self.board, ELSEWHERE) and not self._seen(key)}

    def _seen(self, key: str) -> bool:
        row = self.boards.rows[key]
        if not self.boards.alive(key) or row.hidden or row.board == ELSEWHERE:
            return False
        return row.task.parent is None or self._seen(row.task.parent)

    def cloud(self, items: Iterable[str], *, turned_back: bool = False) -> None:
        """Nobody may know any more what both sides last agreed on about these items."""
        items = list(items)
        rules = {rule.key: rule for rule in self.rules.fields}
        tasks = {item: [task.id for task in self.tasks(item)] for item in items}
        self.memory.cloud(items, rules, tasks, turned_back=turned_back)


@dataclass(slots=True)
class Own:
    """A task that a team made of its own, as the team left it."""

    task: Task
    item: str = ""
    """The item of the plan that it became, or was about to become when something went wrong."""
    became: bool = False
    unsure: bool = False
    """Whether the log still knows what it was about to become is not known."""


@contextmanager
def district(folder: Path, given: Setting, **how: Any) -> Iterator[District]:
    """A district, for as long as it is needed."""
    made = District(folder, given, **how)
    try:
        with patch.object(os, "fsync", lambda _file: made._moment("plan on its way to the disk")):
            yield made
    finally:
        made.close()


def _setting(item: str, source: str, value: FieldValue) -> Callable[[Table], None]:
    """What sets a value in the plan, or takes it out."""

    def change(table: Table) -> None:
        if found := find(table, item):
            found[0].pop(source, None)
            found[0].update({} if value is None else {source: value})

    return change
