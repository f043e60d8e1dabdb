"""Two plans with 250 projects each over twenty boards of one account, and what their trips cost in requests."""

from __future__ import annotations

import tempfile
from math import ceil
from pathlib import Path

from connectors.monday.sandbox import Limits
from syncd.engine.tally import PassReport
from tests.bench.rows import Row
from tests.monday_loop.place import Place, place

GOALS, ACTIONS, PROJECTS = 10, 5, 5
BOARDS = 2 * GOALS
WORK = BOARDS * ACTIONS * (1 + PROJECTS)
"""All tasks: 500 projects and the actions above them."""
PAGE = 500
AT_ONCE = 100
"""How many boards one request asks for at most."""
EACH = 9
"""What the first push may send once for each board: made, furnished in three, grouped, and looked at after writing."""


def plan(name: str, goals: int = GOALS) -> str:
    """A plan of so many goals."""
    head = f'[plan]\nid = "{name}"\ntitle = "Plan {name}"\nstart = 2025-07-01\nend = 2029-06-30\n'
    return head + "".join(_goal(f"G{goal}") for goal in range(1, goals + 1))


def _goal(goal: str) -> str:
    text = f'[[goals]]\nid = "{goal}"\ntitle = "Goal {goal}"\n'
    for action in range(1, ACTIONS + 1):
        text += f'[[goals.actions]]\nid = "{goal}.A{action}"\ntitle = "Action {goal}.A{action}"\n'
        for project in range(1, PROJECTS + 1):
            id_ = f"{goal}.A{action}.P{project}"
            text += f'[[goals.actions.projects]]\nid = "{id_}"\ntitle = "Project {id_}"\ndue = 2027-06-15\n'
    return text


def furnish(there: Place, every: str = "5m", goals: int = GOALS) -> None:
    """Give a place both plans, and a mapping with a board of its own for each goal."""
    config = there.head().partition("[plans.")[0]
    for name in ("north", "south"):
        (there.folder / f"{name}.toml").write_text(plan(name, goals), encoding="utf-8")
        config += f'[plans.{name}]\nsource = "{name}.toml"\n'
        for goal in range(1, goals + 1):
            config += (
                f'[mappings.{name}{goal}]\nplan = "{name}"\nconnection = "monday"\nevery = "{every}"\n'
                f'select = ["G{goal}"]\ncontainer = {{ name = "{name.title()} {goal}" }}\n'
            )
    there.config.write_text(config, encoding="utf-8")


def measure() -> list[Row]:
    """The rows of the benchmark."""
    with tempfile.TemporaryDirectory() as folder, place(Path(folder), Limits(daily=None)) as there:
        furnish(there)
        return _trips(there)


def _trips(there: Place) -> list[Row]:
    with there.app() as app:
        first = _sent(list(app.sync()))
        assert there.once_each(WORK)
        there.clock.pass_(minutes=5)
        quiet = _sent(list(app.sync()))
        there.clock.pass_(minutes=5)
        full = _sent(list(app.sync(full=True)))
        there.clock.pass_(minutes=5)
        item = next(one for one in there.box.world.items.values() if one.name == "Project G7.A2.P3")
        there.box.world.complete(item.id)
        edit = _sent(list(app.sync()))
    pushed, whole = WORK // 10 + BOARDS * EACH, ceil(WORK / PAGE) + ceil(BOARDS / AT_ONCE) + 1
    name = f"{BOARDS} boards, {WORK} tasks"
    return [
        Row(f"monday: first push, {name}", f"{first} requests", f"{pushed}: N/10 + {EACH} a board", first <= pushed),
        Row(f"monday: quiet pass, {name}", f"{quiet} request", "1", quiet == 1),
        Row(f"monday: full read, {name}", f"{full} requests", f"{whole}", full <= whole),
        Row(f"monday: one team edit, {name}", f"{edit} requests", "2", edit <= 2),
    ]


def _sent(reports: list[PassReport]) -> int:
    assert {report.outcome.value for report in reports} == {"done"}, [report.message for report in reports]
    return sum(report.requests for report in reports)
