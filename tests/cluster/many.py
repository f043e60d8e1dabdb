"""An agency of many districts on one database, each with a plan, an account and a container of its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from connectors.asana.sandbox import Limits, Sandbox

WIDE: Final = Limits(per_minute=None)
"""The minute's requests are another matter; what one account may do at once holds."""
ADMIN: Final = "for-the-agency-1234"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the districts; in its Asana it has a token of its own, and a container that is there."""

    name: str
    box: Sandbox
    token: str
    container: str
    items: int
    rate: int = 60_000
    """Requests a minute that it is allowed."""

    @property
    def wanted(self) -> Counter[str]:
        """The title of each task that its plan asks for, once."""
        return Counter(f"{self.name} project {number}" for number in range(self.items))

    def plan(self) -> str:
        """Its plan: projects below actions of nine, which have no tasks themselves."""
        lines = [f'[plan]\nid = "{self.name}"\ntitle = "Plan {self.name}"\n[[goals]]\nid = "G"\ntitle = "All read"\n']
        for number in range(self.items):
            if number % 9 == 0:
                action = f"A{number // 9}"
                lines.append(f'[[goals.actions]]\nid = "{action}"\ntitle = "Action {action}"\n')
            project = f'id = "{action}.P{number}"\ntitle = "{self.name} project {number}"\n'
            lines.append(f"[[goals.actions.projects]]\n{project}")
        return "".join(lines)

    def file(self, every: str) -> str:
        """What stands in its file."""
        return f"""\
[plans.{self.name}]
source = "plans/{self.name}.toml"
[connections.{self.name}]
kind = "asana"
token = "{self.token}"
base_url = "{self.box.base_url}"
requests_per_minute = {self.rate}
[mappings.{self.name}]
plan = "{self.name}"
connection = "{self.name}"
container = "{self.container}"
group_by = "goal"
action = "none"
project = "task"
every = "{every}"
"""


@dataclass(frozen=True, slots=True)
class Many:
    """The folder with a file for each of them."""

    folder: Path
    url: str
    members: Sequence[Member]

    @property
    def config(self) -> Path:
        """The configuration: the folder."""
        return self.folder / "config"

    @property
    def database(self) -> str:
        """The name of the database."""
        return self.url.partition("@/")[2].partition("?")[0]

    def write(self, every: str = "1h") -> None:
        """Write everything; each mapping is looked at so often."""
        (self.config / "plans").mkdir(parents=True)
        shared = f'[store]\nurl = "{self.url}"\n[server]\nlisten = "127.0.0.1:0"\nadmin_token = "{ADMIN}"\n'
        (self.config / "config.toml").write_text(shared, encoding="utf-8")
        for member in self.members:
            (self.config / "plans" / f"{member.name}.toml").write_text(member.plan(), encoding="utf-8")
            (self.config / f"{member.name}.toml").write_text(member.file(every), encoding="utf-8")

    def made(self) -> int:
        """How many tasks there are."""
        return sum(len(box.world.tasks) for box in {id(each.box): each.box for each in self.members}.values())

    def boards(self) -> dict[str, Counter[str]]:
        """How many live tasks there are of each title, by district."""
        found: dict[str, Counter[str]] = {member.name: Counter() for member in self.members}
        for box in {id(each.box): each.box for each in self.members}.values():
            with box.world.lock:
                names = [task.name for task in box.world.tasks.values() if not task.deleted]
            for name in names:
                found[name.partition(" ")[0]][name] += 1
        return found

    def unfinished(self) -> list[str]:
        """The districts whose board is not what their plan asks for, each task once."""
        boards = self.boards()
        return [member.name for member in self.members if boards[member.name] != member.wanted]

    def logged(self) -> dict[str, int]:
        """How many creates stand in the log of each mapping. Raises AssertionError where an item was logged twice."""
        query = "SELECT mapping, item, count(*) FROM log WHERE kind IN ('create', 'adopt') GROUP BY 1, 2"
        found: Counter[str] = Counter()
        with psycopg.connect(self.url) as connection:
            for mapping, item, lines in connection.execute(query).fetchall():
                assert lines == 1, f"{mapping}, {item}: {lines} lines"
                found[mapping] += 1
        return dict(found)


def member(name: str, box: Sandbox, items: int, **more: Any) -> Member:
    """A district that begins: its container is empty."""
    token = f"2/1200/nobody-may-see-that-of-{name}"
    box.world.add_token(token)
    return Member(name, box, token, box.world.add_project(f"Container {name}").gid, items, **more)


def errors(log: Path) -> list[str]:
    """What a process said that it should not have had to: lines of errors, and what is no line of a log."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "Traceback" in line or _level(line) in ("error", "critical")]


def _level(line: str) -> str:
    try:
        return str(json.loads(line).get("level"))
    except ValueError:
        return ""
