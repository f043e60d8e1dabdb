"""A small district on either tool, by a clock of its own, in which an account can be probed and passes be run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.asana.sandbox import Fault as AsanaFault
from connectors.asana.sandbox import Limits as AsanaLimits
from connectors.asana.sandbox import Sandbox as Asana
from connectors.monday.sandbox import Fault as MondayFault
from connectors.monday.sandbox import Limits as MondayLimits
from connectors.monday.sandbox import Sandbox as Monday
from syncd.app import App
from syncd.config import load_config
from syncd.engine.tally import PassReport
from syncd.probing import Asked, Probed
from tests.cli.district import NAME, PLAN, TASKS
from tests.connectors.clock import ToldClock

__all__ = ["TASKS", "Town", "on_asana", "on_monday"]


@dataclass
class Town:
    """A configuration with one mapping, and the tool it names. Every command is an App of its own, as a process is."""

    folder: Path
    kind: str
    box: Any
    clock: ToldClock

    def __post_init__(self) -> None:
        (self.folder / "plan.toml").write_text(PLAN.replace("due = 2027-01-15", "start = 2026-10-01\ndue = 2027-01-15"))
        (self.folder / "config.toml").write_text(
            f"""\
timezone = "America/New_York"
[store]
url = "sqlite:///syncd.db"
[connections.tool]
kind = "{self.kind}"
token = "{self.box.token}"
base_url = "{self.box.base_url}"
[plans.district]
source = "plan.toml"
[mappings.academics]
plan = "district"
connection = "tool"
container = {{ name = "{NAME}" }}
group_by = "goal"
""",
            encoding="utf-8",
        )

    @contextmanager
    def app(self) -> Iterator[App]:
        """A new process."""
        with App(load_config(self.folder / "config.toml", {}), self.clock, threads=False) as app:
            yield app

    def probe(self) -> Probed:
        """Probe the account."""
        with self.app() as app:
            return app.probe("tool", told=lambda _asked: None)

    def probed(self, stop_after: int) -> Probed:
        """Probe it, and ask it to stop after so many questions."""
        told: list[Asked] = []
        with self.app() as app:
            return app.probe("tool", stopping=lambda: len(told) >= stop_after, told=told.append)

    def sync(self, *, full: bool = False) -> PassReport:
        """One pass, ten minutes after whatever was before."""
        self.clock.pass_(minutes=10)
        with self.app() as app:
            [report] = app.sync(full=full)
        return report

    def kept(self, key: str) -> Any:
        """What the store keeps of the connection under this key."""
        with self.app() as app, app.known_store().reading() as reader:
            return reader.facts("tool", key)

    def done(self) -> set[str]:
        """The titles of the tasks that syncd last saw finished."""
        with self.app() as app, app.known_store().reading() as reader:
            shelves = reader.shelves("tool")
            seen = [each.task for shelf in shelves for each in reader.seen("tool", shelf).values()]
        return {task.title for task in seen if task and task.done}

    @property
    def monday(self) -> bool:
        """Which of the two it is."""
        return self.kind == "monday"

    def containers(self) -> list[str]:
        """The names of all projects or boards that are there."""
        world = self.box.world
        if self.monday:
            return [each.name for each in world.boards.values() if each.type == "board" and each.state == "active"]
        return [each.name for each in world.projects.values() if not each.deleted]

    def titles(self) -> list[str]:
        """The titles of all tasks that are there, in containers that are."""
        world = self.box.world
        if self.monday:
            return [each.name for each in world.items.values() if world.item(each.id)]
        return [task.name for task in world.tasks.values() if world.find("task", task.gid)]

    def id_of(self, title: str) -> str:
        """The id of the live task of that title."""
        world = self.box.world
        if self.monday:
            return str(next(each.id for each in world.items.values() if world.item(each.id) and each.name == title))
        tasks = world.tasks.values()
        return str(next(task.gid for task in tasks if world.find("task", task.gid) and task.name == title))

    def group_of(self, title: str) -> str:
        """The name of the section or group in which that task stands."""
        world, id_ = self.box.world, self.id_of(title)
        if self.monday:
            item = world.items[id_]
            return str(world.group_of(item.board, item.group).title)
        return str(world.sections[next(iter(world.tasks[id_].homes.values()))].name)

    def fault(self, match: str, **fault: Any) -> None:
        """Let the next request with this in it go wrong."""
        self.box.faults.append((MondayFault if self.monday else AsanaFault)(match, **fault))

    @property
    def creates(self) -> str:
        """What a request that makes a task matches."""
        return "create_item" if self.monday else "^POST /tasks"


@contextmanager
def on_asana(folder: Path) -> Iterator[Town]:
    """With a local Asana."""
    clock = ToldClock()
    with Asana("premium", clock, limits=AsanaLimits(per_minute=None)) as box:
        box.world.add_user("Ann", "ann@district.example")
        yield Town(folder, "asana", box, clock)


@contextmanager
def on_monday(folder: Path) -> Iterator[Town]:
    """With a local monday."""
    clock = ToldClock()
    limits = MondayLimits(per_minute=None, concurrency=None, complexity=1_000_000_000, daily=None)
    with Monday(clock, limits=limits) as box:
        box.world.add_user("Ann", "ann@district.example")
        yield Town(folder, "monday", box, clock)
