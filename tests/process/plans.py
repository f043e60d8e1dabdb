"""Plans of any size, and what must be on the board once one was pushed."""

from __future__ import annotations

import re
from collections import Counter

from tests.cli.district import PLAN, District


def plan(*, actions: int, projects: int) -> str:
    """A plan with one KPI under one goal, and that many actions with that many projects each."""
    head = PLAN.partition("[[goals.actions]]")[0]
    return head + "".join(_action(f"G1.A{number}", projects) for number in range(1, actions + 1))


def _action(action: str, projects: int) -> str:
    below = "".join(
        f'[[goals.actions.projects]]\nid = "{action}.P{number}"\ntitle = "Project {action}.P{number}"\n'
        for number in range(1, projects + 1)
    )
    return f'[[goals.actions]]\nid = "{action}"\ntitle = "Action {action}"\n{below}'


def without_limits(district: District) -> None:
    """Let syncd ask as often as it likes: the local Asana of these tests sets no limit."""
    text = district.config.read_text(encoding="utf-8")
    district.config.write_text(text.replace("token =", "requests_per_minute = 60000\ntoken =", 1), encoding="utf-8")


def wanted(district: District) -> Counter[str]:
    """The title of each task that the plan asks for, once."""
    text = (district.folder / "plan.toml").read_text(encoding="utf-8")
    return Counter(re.findall(r'^title = "((?:Action|Project) .*)"$', text, re.MULTILINE))


def on_board(district: District) -> Counter[str]:
    """How many live tasks there are of each title."""
    with district.box.world.lock:
        return Counter(task.name for task in district.box.world.tasks.values() if not task.deleted)


def creates(district: District) -> int:
    """How many requests to make a task were sent so far."""
    ways = re.compile(r"/tasks(/\d+/subtasks)?")
    return sum(seen.method == "POST" and bool(ways.fullmatch(seen.path)) for seen in district.box.requests)
