"""The local Asana that all share: containers full of tasks of a plan, delay, faults, and what is to be seen on it."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from connectors.asana.sandbox import Limits, Sandbox

TOKEN: Final = "peers"  # noqa: S105  of a tool on this machine
ACTIONS: Final = 10
"""Actions below each goal; a goal is a container."""
_LOOK: Final = 0.002


def plan(containers: int, each: int) -> str:
    """A plan with a goal for each container, and so many tasks in it."""
    lines = ['[plan]\nid = "district"\ntitle = "Plan"\nstart = 2025-07-01\nend = 2029-06-30']
    for goal in range(1, containers + 1):
        lines.append(f'[[goals]]\nid = "G{goal}"\ntitle = "Goal {goal}"')
        for action in range(1, min(ACTIONS, each) + 1):
            lines.append(f'[[goals.actions]]\nid = "G{goal}.A{action}"\ntitle = "Action {goal}.{action}"')
            lines += [
                f'[[goals.actions.projects]]\nid = "G{goal}.A{action}.P{number}"\n'
                f'title = "Project {goal}.{action}.{number}"'
                for number in range(1, _share(each, action) + 1)
            ]
    return "\n".join(lines) + "\n"


def titles(containers: int, each: int) -> list[str]:
    """The titles of the plan's tasks, in its order."""
    return re.findall(r'^title = "(Project .*)"$', plan(containers, each), re.MULTILINE)


def _share(each: int, action: int) -> int:
    """How many of a container's tasks stand below its action of that number."""
    return each // ACTIONS + (action <= each % ACTIONS)


@dataclass(slots=True)
class Yard:
    """A running local Asana with the plan's containers, and the folder in which somebody works on it."""

    box: Sandbox
    folder: Path
    containers: int
    each: int
    rate: int | None = None
    projects: list[str] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    def environment(self) -> dict[str, str]:
        """What launchers want to know, with a fresh grant for those who sign in."""
        return {
            "PEERS_ROOT": self.box.root,
            "PEERS_TOKEN": TOKEN,
            "PEERS_REFRESH": self.box.signin.grant(),
            "PEERS_WORKSPACE": self.box.workspace,
            "PEERS_CONTAINERS": str(self.containers),
            "PEERS_RATE": str(self.rate or ""),
        }

    def write(self) -> None:
        """Put down what is to be carried out: the plan, and its tasks' titles."""
        (self.folder / "plan.toml").write_text(plan(self.containers, self.each), encoding="utf-8")
        (self.folder / "titles.json").write_text(json.dumps(titles(self.containers, self.each)), encoding="utf-8")

    def fill(self, notes: str, about: str) -> None:
        """Every container as a first push leaves it, all tasks with one person.

        `notes` are those that syncd writes on the first task, `about` is what it says of its field.
        """
        world = self.box.world
        marker = world.add_field("Plan ID", description=about).gid
        for goal, project in enumerate(self.projects, 1):
            world.attach_field(project, marker)
            section = world.add_section(project, f"Goal {goal}").gid
            for action in range(1, min(ACTIONS, self.each) + 1):
                text = notes.replace("Goal 1", f"Goal {goal}").replace("Action 1.1", f"Action {goal}.{action}")
                for number in range(1, _share(self.each, action) + 1):
                    value = {marker: f"syncd:district/G{goal}.A{action}.P{number}"}
                    name = f"Project {goal}.{action}.{number}"
                    world.add_task(
                        name, section=section, by=world.me, notes=text, custom_fields=value, assignee=world.me
                    )

    def tasks(self) -> list[tuple[str, str, bool]]:
        """Gid, title and done of what is on the boards, in order."""
        with self.box.world.lock:
            live = [task for task in self.box.world.tasks.values() if not task.deleted]
            return [(task.gid, task.name, task.completed) for task in live]

    def made(self) -> Counter[str]:
        """How many live tasks there are of each title."""
        return Counter(title for _, title, _ in self.tasks())

    def upon(self, match: str, number: int, deed: Callable[[], object]) -> threading.Thread:
        """Do something when the request of that number in which the pattern is found has come in and is not answered.

        The delay must be longer than a look around takes. The thread ends with the deed, or after the yard.
        """
        wanted, start = re.compile(match), len(self.box.requests)

        def watch() -> None:
            found, at = 0, start
            while not self.closed.wait(_LOOK):
                fresh = self.box.requests[at:]
                at += len(fresh)
                found += sum(1 for seen in fresh if wanted.search(f"{seen.method} {seen.path}"))
                if found >= number:
                    deed()
                    return

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        return thread


@contextmanager
def yard(containers: int, each: int, *, delay: float = 0.0, rate: int | None = None) -> Iterator[Yard]:
    """A fresh one with empty containers: `delay` seconds before each answer, `rate` requests a minute (None: any)."""
    with (
        TemporaryDirectory(prefix="peers-") as folder,
        Sandbox(limits=Limits(per_minute=rate), token=TOKEN, latency=delay) as box,
    ):
        place = Yard(box, Path(folder), containers, each, rate)
        place.projects = [
            box.world.add_project(f"Container {number}", by=box.world.me).gid for number in range(1, containers + 1)
        ]
        place.write()
        try:
            yield place
        finally:
            place.closed.set()
