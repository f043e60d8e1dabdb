"""Many districts for measurements: their accounts, plans and mappings in a folder, and full containers in Asana."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from connectors.asana.sandbox import Limits, Sandbox
from connectors.asana.sandbox.records import Project

ADMIN: Final = "for-the-bench-1234"
ACTIONS: Final = 10
WIDE: Final = Limits(per_minute=None, reads=10_000, writes=10_000)
"""What the machine can do is measured, not what an account may."""


@dataclass(frozen=True, slots=True)
class Account:
    """One connection: its tool, its token, and where that answers."""

    kind: str
    token: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How districts are laid out: they share the accounts evenly, and have as many items each."""

    accounts: Sequence[Account]
    items: int
    store: str = "sqlite:///syncd.db"
    every: str = "60s"

    def write(self, folder: Path, containers: Sequence[str]) -> None:
        """A folder with a file for each district; `containers` are values of that key, one for each."""
        (folder / "plans").mkdir(parents=True, exist_ok=True)
        head = f'[store]\nurl = "{self.store}"\n[server]\nlisten = "127.0.0.1:0"\nadmin_token = "{ADMIN}"\n'
        head += '[schedule]\nbackup = "off"\n'
        accounts = [self._account(number, account) for number, account in enumerate(self.accounts)]
        (folder / "config.toml").write_text("".join([head, *accounts]), encoding="utf-8")
        for number, container in enumerate(containers):
            name = f"d{number}"
            (folder / "plans" / f"{name}.toml").write_text(plan(name, self.items), encoding="utf-8")
            (folder / f"{name}.toml").write_text(self._district(name, number, container), encoding="utf-8")

    def _account(self, number: int, account: Account) -> str:
        return f"""\
[connections.a{number}]
kind = "{account.kind}"
token = "{account.token}"
base_url = "{account.base_url}"
requests_per_minute = 1000000
share_left = 0
{"daily_calls = 1000000" if account.kind == "monday" else ""}
"""

    def _district(self, name: str, number: int, container: str) -> str:
        return f"""\
[plans.{name}]
source = "plans/{name}.toml"
[mappings.{name}]
plan = "{name}"
connection = "a{number % len(self.accounts)}"
every = "{self.every}"
container = {container}
group_by = "action"
action = "none"
project = "task"
"""


def accounts(box: Sandbox, number: int) -> list[Account]:
    """So many accounts in one Asana."""
    tokens = [f"2/1200/for-the-bench-{each}" for each in range(number)]
    for token in tokens:
        box.world.add_token(token)
    return [Account("asana", token, box.base_url) for token in tokens]


def plan(name: str, items: int) -> str:
    """A plan of so many projects, below ten actions of one goal."""
    lines = [f'[plan]\nid = "{name}"\ntitle = "Plan {name}"\n[[goals]]\nid = "G1"\ntitle = "Every child reads"\n']
    for action in range(ACTIONS):
        lines.append(f'[[goals.actions]]\nid = "G1.A{action}"\ntitle = "Action {action}"\n')
        lines += [
            f'[[goals.actions.projects]]\nid = "G1.A{action}.P{number}"\ntitle = "Project {action}.{number}"\n'
            for number in range(items // ACTIONS)
        ]
    return "".join(lines)


def filled(box: Sandbox, pushed: Project, districts: int) -> list[str]:
    """The containers of so many districts: the one that was pushed, and copies with the markers of their own plans."""
    gids = [pushed.gid, *(_copied(box, pushed, number) for number in range(1, districts))]
    return [f'"{gid}"' for gid in gids]


def _copied(box: Sandbox, pushed: Project, number: int) -> str:
    world = box.world
    sections = [world.sections[gid] for gid in pushed.sections]
    copy = world.add_project(f"Container {number}", [section.name for section in sections])
    for section, other in zip(sections, copy.sections, strict=True):
        for gid in section.tasks:
            task = world.tasks[gid]
            notes = task.notes.replace("syncd:d0/", f"syncd:d{number}/")
            world.add_task(task.name, section=other, notes=notes)
    return copy.gid
