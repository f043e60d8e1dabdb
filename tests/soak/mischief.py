"""Everything that may happen to a district at random: its plan, its teams, its tool and its machine."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from connectors.errors import Invalid, NoAccess, NotFound, Quota, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Task
from tests.engine.tool import LOST
from tests.engine.world import BOARD, PEOPLE, World, item

ELSEWHERE = "E"
GOALS = ("G1", "G2", "G3")
READS = ("changes", "sweep", "open", "read", "look", "find", "ensure_groups")
DAY = date(2026, 5, 1)


class Mischief:
    """Does one thing at a time, as `chance` has it, and remembers what must not get lost.

    `teams` holds what teams set in fields that are theirs or shared, until the plan holds the same; `fog` the items of
    which nobody can know any more what both sides last agreed on; `copies` the tasks that people duplicated, or had
    deleted before the store was lost.
    """

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.teams: dict[tuple[str, str], object] = {}
        self.fog: set[str] = set()
        self.copies: set[str] = set()
        self.dropped: list[str] = []
        self.story: list[str] = []
        self._kept = dict(world.plan)
        self._number = 0
        world.boards.add_board("Elsewhere", id_=ELSEWHERE)
        world.plan.setdefault("G3", item("G3", "goal", "Health"))

    def act(self) -> None:
        """One more thing happens."""
        self._do((*self._edits(), *self._events()))

    def edit(self) -> None:
        """Somebody edits the plan or a task."""
        self._do(self._edits())

    def _do(self, acts: Sequence[tuple[Callable[[], None], int]]) -> None:
        act = self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
        self.story.append(act.__name__.strip("_"))
        act()

    def _edits(self) -> Sequence[tuple[Callable[[], None], int]]:
        plan = {self._rename: 6, self._redate: 6, self._add: 4, self._regroup: 2}
        rare = {self._drop: 1, self._return: 1, self._cancel: 1}
        return [*plan.items(), *rare.items(), *((act, 4) for act in self._team())]

    def _events(self) -> Sequence[tuple[Callable[[], None], int]]:
        machine = {self._pass: 8, self._die: 4, self._wait: 3, self._lose_store: 1}
        tool = {self._bad_write: 6, self._bad_read: 3, self._lose_news: 2, self._at_the_same_time: 4}
        return [*machine.items(), *tool.items()]

    def _team(self) -> tuple[Callable[[], None], ...]:
        return (
            self._tick, self._retitle, self._move_date, self._assign, self._write_words, self._delete, self._restore,
            self._hide, self._move_away, self._copy, self._add_own, self._sort,
        )  # fmt: skip

    # The plan

    def _item(self) -> str:
        return self.chance.choice(self.world.work())

    def _day(self) -> date:
        return DAY + timedelta(days=self.chance.randrange(60))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _rename(self) -> None:
        self.world.change(self._item(), title=f"Planned title {self._next()}")

    def _redate(self) -> None:
        self.world.change(self._item(), due=self.chance.choice([self._day(), None]))

    def _add(self) -> None:
        actions = [one.id for one in self.world.plan.values() if one.tier == "action"]
        if self.chance.random() < 0.5 and actions:
            new = item(f"{self.chance.choice(actions)}.P{100 + self._next()}", "project", due=self._day())
        else:
            new = item(f"{self.chance.choice(GOALS)}.A{100 + self._next()}", "action", notes="A reason.")
        self.world.plan[new.id] = new

    def _drop(self) -> None:
        chosen = self._item()
        if len(self.world.work()) > 5:
            self._kept.update(self.world.plan)
            self.dropped.append(chosen)
            self.world.drop(chosen)

    def _return(self) -> None:
        if self.dropped:
            back = self._kept[self.dropped.pop()]
            if all(above in self.world.plan for above in back.path):
                self.world.plan[back.id] = back
                self.fog.add(back.id)

    def _regroup(self) -> None:
        chosen = self.world.plan[self._item()]
        if chosen.tier == "action":
            self.world.plan[chosen.id] = replace(chosen, path=(self.chance.choice(GOALS),))

    def _cancel(self) -> None:
        chosen = self._item()
        self.world.plan[chosen] = replace(self.world.plan[chosen], active=self.chance.random() < 0.5)

    # The teams

    def _task(self) -> Task | None:
        boards = self.world.boards
        there = [task for task in boards.live() if task.marker and boards.home(task.id) == BOARD]
        return self.chance.choice(there) if there else None

    def _known(self) -> Task | None:
        """A task that syncd knows: one in doubt that people take away could not be found by anybody."""
        task, linked = self._task(), {link.task for link in self.world.links().values()}
        return task if task and task.id in linked else None

    def _set(self, name: str, value: object) -> None:
        if task := self._task():
            self.world.boards.edit(task.id, **{name: value})
            self.teams[task.id, name] = value

    def _tick(self) -> None:
        if task := self._task():
            self.world.boards.complete(task.id, done=not task.completed)
            self.teams[task.id, "completed"] = not task.completed

    def _retitle(self) -> None:
        if task := self._task():
            self.world.boards.edit(task.id, title=f"Team's title {self._next()}")

    def _move_date(self) -> None:
        self._set(self.chance.choice(["due", "start"]), self.chance.choice([self._day(), None]))

    def _assign(self) -> None:
        self._set("assignee", self.chance.choice([*PEOPLE, None]))

    def _write_words(self) -> None:
        if task := self._task():
            words = f"Team's words {self._next()}."
            self.world.boards.edit(task.id, notes=f"{words}\n\n{task.notes}")
            self.teams[task.id, "words"] = words

    def _delete(self) -> None:
        if task := self._known():
            self.world.boards.delete(task.id)

    def _restore(self) -> None:
        rows = self.world.boards.rows
        gone = [key for key, row in rows.items() if row.deleted and key not in self.copies]
        if gone:
            self.world.boards.restore(self.chance.choice(gone))

    def _hide(self) -> None:
        if task := self._known():
            self.world.boards.hide(task.id, hidden=not self.world.boards.rows[task.id].hidden)

    def _move_away(self) -> None:
        rows = self.world.boards.rows
        away = [key for key, row in rows.items() if row.board == ELSEWHERE]
        if away and self.chance.random() < 0.5:
            self.world.boards.move_out(self.chance.choice(away), BOARD)
        elif task := self._known():
            self.world.boards.move_out(task.id, ELSEWHERE)

    def _copy(self) -> None:
        task = self._task()
        if task and task.parent is None:
            self.copies.add(self.world.boards.duplicate(task.id).id)

    def _add_own(self) -> None:
        task = self._task()
        if task and self.chance.random() < 0.5:
            self.world.boards.add_step(task.id, "a step of ours")
        else:
            self.world.boards.add_task(BOARD, "a task of ours")

    def _sort(self) -> None:
        groups = self.world.boards.boards[BOARD].container.groups
        task = self._task()
        if task and task.parent is None and groups:
            self.world.boards.edit(task.id, group=self.chance.choice(groups).id)

    def _at_the_same_time(self) -> None:
        """A team does something in the middle of the next pass, at any request but the write itself."""
        left, act = self.chance.randrange(12), self.chance.choice(self._team())

        def busy(kind: str, _what: str) -> None:
            nonlocal left
            left -= 1
            if left < 0 and kind != "batch":
                self.world.tool.busy = lambda _kind, _what: None
                act()

        self.world.tool.busy = busy

    # The tool

    def _bad_write(self) -> None:
        late = self.chance.uniform(1, 29)
        choices: list[tuple[ToolError, dict[str, Any]]] = [
            (Transient("bad gateway"), {}),
            (Invalid("no"), {}),
            (NoAccess("not yours"), {}),
            (NotFound("no such object"), {}),
            (Quota("too many", wait=60), {}),
            (UnknownOutcome(LOST), {}),
            (UnknownOutcome(LOST), {"took_effect": True}),
            (UnknownOutcome(LOST), {"late": late}),
        ]
        error, how = self.chance.choice(choices)
        self._fault("write", error, **how)

    def _bad_read(self) -> None:
        error = self.chance.choice([Transient("bad gateway"), NoAccess("not yours"), NotFound("no such object")])
        self._fault(self.chance.choice(READS), error)

    def _fault(self, kind: str, error: ToolError, **how: Any) -> None:
        self.cloud()
        self.world.tool.fail(kind, error, times=self.chance.choice([1, 1, 2, 6]), **how)

    def _lose_news(self) -> None:
        if self.chance.random() < 0.5:
            self.world.boards.lose_events(BOARD, self.chance.randrange(1, 4))
        else:
            self.world.boards.forget_events(BOARD)

    # The machine

    def cloud(self) -> None:
        """Work without a link may be made now without anybody knowing what it was made with."""
        self.fog |= set(self.world.work()) - set(self.world.links())

    def _pass(self) -> None:
        self.agree()
        self.world.run(full=self.chance.random() < 0.2, approve=self.chance.choice([None, ""]))

    def _die(self) -> None:
        self.agree()
        self.cloud()
        self.world.die_at(self.chance.randrange(1, 60), approve="")
        self.world.tool.busy = lambda _kind, _what: None

    def _wait(self) -> None:
        self.world.clock.pass_by(minutes=self.chance.choice([1, 10, 70, 1500]))

    def _lose_store(self) -> None:
        """The database is gone, and a pass finds everything again.

        What nobody could find again is put back first, and what is under way arrives.
        """
        for key, row in self.world.boards.rows.items():
            if not self.world.boards.alive(key):
                self.copies.add(key)
            if row.hidden:
                self.world.boards.hide(key, hidden=False)
            if row.board == ELSEWHERE:
                self.world.boards.move_out(key, BOARD)
        self.world.tool.faults.clear()
        self.world.clock.pass_by(minutes=1)
        self.world.tool.open(BOARD)
        self.world.lose_store()
        self.fog |= set(self.world.work())
        self.world.tool.busy = lambda _kind, _what: None
        self.world.run(approve="")

    def agree(self) -> None:
        """Where the plan holds what the team set, both agree, and the plan may change it from then on."""
        for (task, name), value in list(self.teams.items()):
            marker = self.world.boards.rows[task].task.marker or ""
            planned = self.world.plan.get(marker.rpartition("/")[2])
            if name in ("due", "start") and planned and planned.values.get(name) == value:
                del self.teams[task, name]
