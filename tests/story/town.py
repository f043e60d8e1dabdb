"""The town: the office with its plan, the teams with their boards, syncd between them, and what can go wrong."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from connectors.asana.sandbox import Fault, Limits, Sandbox
from connectors.asana.sandbox.records import Task
from connectors.contract import Settings
from connectors.sandbox.exchange import Recorded
from mappings.notes import split
from syncd.app import App
from tests.cli.district import TOKEN, Said, run
from tests.story.calendar import Calendar
from tests.story.ledger import Ledger
from tests.story.setting import CONFIG, PLAN

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["asana", "connectors.asana", "syncd.app", "syncd.cli.sync", "tests.story.town"])
BOARDS = {"G1": "Reading", "G2": "Attendance"}
"""Which board each goal has."""


class Wire(list[Recorded]):
    """The requests that reach Asana; something happens just before the one that is waited for takes effect."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: list[tuple[str, Callable[[], Any]]] = []

    def before(self, request: str, nth: int, deed: Callable[[], Any]) -> None:
        """Do something when the nth such request comes in: "POST /tasks"."""
        self._awaited += [(request, lambda: None)] * (nth - 1) + [(request, deed)]

    @property
    def is_over(self) -> bool:
        """Whether everything that was waited for came."""
        return not self._awaited

    def append(self, seen: Recorded) -> None:
        """Note a request."""
        super().append(seen)
        if self._awaited and re.match(self._awaited[0][0], f"{seen.method} {seen.path}"):
            _, deed = self._awaited.pop(0)
            deed()


@dataclass
class Town:
    """Everything that the story plays with. `shadow` is the plan as the office alone would have it."""

    folder: Path
    box: Sandbox
    calendar: Calendar
    ledger: Ledger = field(default_factory=Ledger)
    wire: Wire = field(default_factory=Wire)
    shadow: str = PLAN
    _tasks: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Move in."""
        self.box._api.requests = self.wire
        self.plan.write_text(PLAN, encoding="utf-8")
        self.config.write_text(CONFIG.format(token=TOKEN, base_url=self.box.base_url), encoding="utf-8")
        for board in BOARDS.values():
            project = self.box.world.add_project(board, ["Untitled section"])
            if board == "Reading":
                self.box.world.add_field("Weight", "number", project=project.gid, precision=1)
        self.ledger.plan_grows(PLAN)

    # Places

    @property
    def plan(self) -> Path:
        """The plan's file."""
        return self.folder / "plan.toml"

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "config.toml"

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "syncd.db"

    # syncd

    def syncd(self, *arguments: str, who: str = "syncd", timeout: float = 30.0) -> Said:
        """A command, as somebody on the server types it; `timeout` is how long it waits for Asana, in real seconds."""
        with _desk(self.calendar, who, timeout):
            said = run("--config", str(self.config), *arguments)
        assert TOKEN not in said.out + said.err
        assert "Traceback" not in said.out + said.err, said
        return said

    def sync(self, *arguments: str, code: int = 0, unheard: bool = False, **how: Any) -> Said:
        """A pass of every mapping that ends with that exit code, and after which the ledger's words have met."""
        said = self.syncd("sync", *arguments, **how)
        assert said.code == code, said
        assert not self.box.faults, "a fault never struck"
        assert self.wire.is_over, "something never happened"
        self.ledger.meet(unheard=unheard)
        self.calendar.sleep(60)
        return said

    def quiet(self, hour: str, *arguments: str, code: int = 0) -> None:
        """It is that hour, nobody did anything since the last pass, and a pass finds nothing to do."""
        self.calendar.turn_to(hour)
        before, writes = self.plan.read_bytes(), self.writes()
        said = self.sync(*arguments, code=code)
        assert (self.writes(), self.plan.read_bytes()) == (writes, before), said

    def killed(self, *arguments: str, before: str, nth: int) -> None:
        """A pass in a process of its own, which is killed when the nth such request is under way."""
        process = _PROCESSES.Process(target=_command, args=(self.calendar, str(self.config), *arguments))
        process.start()
        self.wire.before(before, nth, process.kill)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert self.wire.is_over
        process.close()

    def writes(self) -> int:
        """How many requests that write were sent so far."""
        return sum(seen.writing for seen in self.wire)

    def goes_wrong(self, kind: Any, match: str, **how: Any) -> None:
        """The next such request goes wrong."""
        self.box.faults.append(Fault(match, kind, **how))

    def backs_up(self, file: str) -> None:
        """The night's copy of the store."""
        assert self.syncd("db", "backup", str(self.folder / file)).code == 0
        self.ledger.store_is_copied()

    def restores(self, file: str) -> None:
        """The disk broke, and the store is an older copy from now on."""
        for path in self.folder.glob("syncd.db*"):
            path.unlink()
        shutil.copyfile(self.folder / file, self.store)
        self.ledger.store_is_lost()

    # Asana

    def task(self, item: str) -> Task:
        """The item's task: the first one that ever carried its marker."""
        if item not in self._tasks:
            [found] = self.carriers(item)
            self._tasks[item] = found.gid
        return self.box.world.tasks[self._tasks[item]]

    def renames(self, old: str, new: str) -> None:
        """The task of an item goes by another id."""
        self._tasks[new] = self._tasks.pop(old)

    def carriers(self, item: str) -> list[Task]:
        """All live tasks that carry an item's marker."""
        marker = f"syncd:district/{item}"
        return [
            task
            for task in self.box.world.tasks.values()
            if not task.deleted and (marker in task.values.values() or marker in task.notes.splitlines())
        ]

    def board(self, item: str) -> str:
        """The project on whose board an item's task stands."""
        return next(p.gid for p in self.box.world.projects.values() if p.name == BOARDS[item.partition(".")[0]])

    def section(self, item: str) -> str | None:
        """The section in which an item's task stands, None if it is not on its board."""
        home = self.task(item).homes.get(self.board(item))
        return home and self.box.world.sections[home].name

    def maps(self, item: str, key: str) -> bool:
        """Whether the item's board shows that key of the plan: weights stand on one of them only."""
        return key != "weight" or self.task(item).homes.keys() == {self.board("G1.A1.P1")}

    def on_board(self, item: str, key: str) -> Any:
        """What an item's task holds, in the plan's words."""
        task, world = self.task(item), self.box.world
        if key == "weight":
            [field] = [one.gid for one in world.fields.values() if one.name == "Weight"]
            value = task.values.get(field)
            return None if value is None else Decimal(str(value))
        if key == "notes":
            return split(task.notes)[1] or ""
        if key == "owner":
            return task.assignee and world.users[task.assignee].email
        if key in ("start", "due"):
            day = task.start_on if key == "start" else task.due_on
            return day and date.fromisoformat(day)
        return task.name


@contextmanager
def _desk(calendar: Calendar, who: str, timeout: float) -> Iterator[None]:
    """Where commands are typed: on the story's clock, one request after the other, by somebody."""
    with (
        patch("syncd.cli.opening.App", partial(App, clock=calendar, threads=False)),
        patch("syncd.connections.Settings", partial(Settings, timeout=timeout)),
        patch.dict(os.environ, LOGNAME=who),
    ):
        yield


def _command(calendar: Calendar, config: str, *arguments: str) -> None:
    with _desk(calendar, "syncd", 30.0):
        run("--config", config, *arguments)


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """The town on Monday at six in the morning, before syncd was ever run."""
    calendar = Calendar()
    with Sandbox(clock=calendar, token=TOKEN, limits=Limits(per_minute=None)) as box:
        yield Town(folder, box, calendar)
