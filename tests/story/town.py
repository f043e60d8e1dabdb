"""The town: the office with its plan, the teams with their boards, syncd between them, and what can go wrong."""

from __future__ import annotations

import json
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
from connectors.asana.sandbox.app import Recorded
from connectors.asana.sandbox.records import Task
from connectors.contract import Settings
from mappings.notes import split
from syncd.app import App
from tests.cli.district import TOKEN, Said, run
from tests.story.calendar import Calendar
from tests.story.ledger import RULES, Ledger
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


@dataclass(frozen=True)
class Person:
    """Somebody who works on the boards and has never heard of syncd."""

    town: Town
    name: str
    gid: str
    address: str

    @classmethod
    def of(cls, town: Town, name: str) -> Person:
        """Somebody with an account in Asana."""
        user = town.box.world.add_user(name, f"{name.lower().replace(' ', '.')}@riverbend.example")
        return cls(town, name, user.gid, user.email)

    def _does(self, item: str, what: str, word: Any, **values: Any) -> None:
        self._takes_a_minute()
        task = self.town.task(item)
        self.town.ledger.team_says(item, what, word, self.address, was=task.completed)
        self.town.box.world.set(task.gid, by=self.gid, **values)

    def _takes_a_minute(self) -> None:
        self.town.calendar.sleep(60)

    def ticks(self, item: str, *, done: bool = True) -> None:
        """Mark a task as done, or open it again."""
        self._does(item, "completed", done, completed=done)

    def retitles(self, item: str, title: str) -> None:
        """Call a task something else."""
        self._does(item, "title", title, name=title)

    def moves_due(self, item: str, day: str) -> None:
        """Set another day by which it is to be done."""
        self._does(item, "due", date.fromisoformat(day), due_on=day)

    def moves_start(self, item: str, day: str) -> None:
        """Set another day on which it begins."""
        self._does(item, "start", date.fromisoformat(day), start_on=day)

    def hands_to(self, item: str, other: Person) -> None:
        """Let somebody else do it."""
        self._does(item, "owner", other.address, assignee=other.gid)

    def weighs(self, item: str, weight: int) -> None:
        """Set the custom field “Weight”."""
        [field] = [one.gid for one in self.town.box.world.fields.values() if one.name == "Weight"]
        self._does(item, "weight", weight, custom_fields={field: weight})

    def writes(self, item: str, *, above: str = "", below: str = "", inside: tuple[str, str] | None = None) -> None:
        """Write into a task's description: above or below what is there, or put other words in place of some."""
        self._takes_a_minute()
        task = self.town.task(item)
        notes = "\n".join(filter(None, (above, task.notes, below)))
        if inside:
            assert inside[0] in notes
            notes = notes.replace(*inside)
            self.town.ledger.team_says(item, "notes", inside[1], self.address)
        self.town.box.world.write_notes(task.gid, notes, by=self.gid)

    def adds_step(self, item: str, name: str) -> str:
        """Add a subtask of one's own."""
        self._takes_a_minute()
        return self.town.box.world.add_task(name, parent=self.town.task(item).gid, by=self.gid).gid

    def deletes(self, item: str) -> None:
        """Put a task into the bin."""
        self._takes_a_minute()
        self.town.box.world.delete(self.town.task(item).gid, by=self.gid)
        self.town.ledger.team_says(item, "gone", "deleted", self.address)

    def brings_back(self, item: str) -> None:
        """Take a task out of the bin again."""
        self._takes_a_minute()
        self.town.box.world.undelete(self.town.task(item).gid, by=self.gid)
        self.town.ledger.team_says(item, "gone", None, self.address)

    def puts_into(self, item: str, section: str) -> None:
        """Move a task to another section of its board, which is made if there is none of that name."""
        self._takes_a_minute()
        world, board = self.town.box.world, self.town.board(item)
        there = [gid for gid in world.projects[board].sections if world.sections[gid].name == section]
        gid = there[0] if there else world.add_section(board, section, by=self.gid).gid
        self.town.ledger.team_says(item, "group", section, self.address, was=self.town.section(item))
        world.move(self.town.task(item).gid, gid, by=self.gid)

    def drags_out(self, item: str) -> None:
        """Take a task off the board; it lives on elsewhere."""
        self._takes_a_minute()
        self.town.ledger.team_says(item, "group", None, self.address, was=self.town.section(item))
        self.town.box.world.remove_from_project(self.town.task(item).gid, self.town.board(item), by=self.gid)

    def duplicates(self, item: str) -> str:
        """Copy a task with everything in it."""
        self._takes_a_minute()
        return self.town.box.world.duplicate(self.town.task(item).gid, by=self.gid).gid

    def throws_away(self, gid: str) -> None:
        """Delete a task that is nobody's plan."""
        self._takes_a_minute()
        self.town.box.world.delete(gid, by=self.gid)


@dataclass(frozen=True)
class Office:
    """The strategy office: Sofia, who edits the plan's file by hand."""

    town: Town
    account: str = "sofia.reyes"

    def _types(self, change: Callable[[str], str]) -> None:
        """Open the file as it is now, change something, save it."""
        self.town.calendar.sleep(60)
        text = self.town.plan.read_text(encoding="utf-8")
        assert change(text) != text
        self.town.plan.write_text(change(text), encoding="utf-8")
        self.town.shadow = change(self.town.shadow)

    def sets(self, item: str, key: str, value: Any) -> None:
        """Write a value over the old one, or below the others where there was none; what stands behind it stays."""
        self._types(partial(with_value, item=item, key=key, value=value))
        if key in RULES:
            self.town.ledger.plan_says(item, key, value)

    def adds(self, text: str, *, below: str) -> None:
        """Write new items below a line that is there."""
        self._types(lambda plan: plan.replace(below, f"{below}{text}", 1))
        self.town.ledger.plan_grows(text)

    def decides(self, item: str, key: str, side: str) -> None:
        """Say whose word stands, on the server."""
        said = self.town.syncd("decide", item, key, side, who=self.account)
        assert said.code == 0, said
        self.town.ledger.decides(item, key, side, self.account)

    def renames(self, old: str, new: str) -> None:
        """Give an item another id, and say which one it had."""
        self._types(
            lambda plan: re.sub(
                rf'^(\s*)id(\s*)= "{re.escape(old)}"\n',
                rf'\1id\2= "{new}"\n\1was\2= "{old}"\n',
                plan,
                flags=re.MULTILINE,
            )
        )
        self.town.ledger.renames(old, new)
        self.town.renames(old, new)

    def retypes(self, old: str, new: str) -> None:
        """Put some words in place of others."""
        self._types(lambda plan: plan.replace(old, new, 1))

    def strikes_out(self, text: str) -> None:
        """Take these lines out of the plan."""
        self._types(lambda plan: plan.replace(text, "", 1))

    def undoes(self, mapping: str) -> Said:
        """Have the last pass of a mapping undone."""
        entries = json.loads(self.town.syncd("log", "--mapping", mapping, "--json").out)["entries"]
        return self.town.syncd("undo", str(entries[-1]["pass"]), who=self.account)


def with_value(text: str, item: str, key: str, value: Any) -> str:
    """A plan in which the item's value is another one; nothing else changes."""
    literal = f'"{value}"' if isinstance(value, str) else str(value)
    lines = text.splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if re.match(rf'\s*id\s*=\s*"{re.escape(item)}"', line))
    last = next((n for n in range(first, len(lines)) if n > first and lines[n].lstrip().startswith("[")), len(lines))
    for number in range(first, last):
        found = re.match(rf'(\s*{key}\s*=\s*)("[^"]*"|[^\s#]+)(.*\n)', lines[number])
        if found:
            lines[number] = found[1] + literal + found[3]
            return "".join(lines)
    end = max(number for number in range(first, last) if "=" in lines[number])
    indent = lines[first].partition("id")[0]
    lines.insert(end + 1, f"{indent}{key} = {literal}\n")
    return "".join(lines)


@contextmanager
def _desk(calendar: Calendar, who: str, timeout: float) -> Iterator[None]:
    """Where commands are typed: on the story's clock, one request after the other, by somebody."""
    with (
        patch("syncd.cli.opening.App", partial(App, clock=calendar, threads=False)),
        patch("syncd.app.Settings", partial(Settings, timeout=timeout)),
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
