"""What trips over ten containers of one Asana account cost: requests of each kind, counted by the one that answers."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from connectors.asana.sandbox import Limits, Sandbox
from syncd.app import App
from syncd.config import load_config
from syncd.engine.tally import PassReport
from tests.bench.rows import Row

CONTAINERS, ACTIONS, PROJECTS = 10, 3, 9
TASKS: Final = CONTAINERS * ACTIONS * (1 + PROJECTS)
PARENTS: Final = CONTAINERS * ACTIONS
NEAR: Final = 1.2
"""How near the floor a full read keeps: containers of a few tasks take a page each, and the floor counts full pages."""
SHARED: Final = 10
"""What a first look or push may ask once for all containers: who and where we are, names, teams, the field for ids."""
EACH: Final = 8
"""What the first push may send once for each container: made, its field put on, its sections read, one made, its feed
asked twice, listed; and one to spare."""
_HEAD: Final = """\
[store]
url = "sqlite:///{store}.db"
[connections.asana]
kind = "asana"
token = "{token}"
base_url = "{url}"
requests_per_minute = 60000
[plans.district]
source = "plan.toml"
"""
_MAPPING: Final = """\
[mappings.m{number}]
plan = "district"
connection = "asana"
select = ["G{number}"]
container = {{ name = "Goal {number}" }}
"""


def measure() -> list[Row]:
    """The rows; each trip is followed by what it consists of."""
    with tempfile.TemporaryDirectory() as name, Sandbox(limits=Limits(per_minute=None), token="bench-token") as box:
        folder, pages = Path(name), -(-TASKS // 100)
        (folder / "plan.toml").write_text(_plan(), encoding="utf-8")
        with _app(folder, box, "first") as app:
            rows = [
                *_trip(box, f"first push of {TASKS} tasks", app.sync, TASKS + SHARED + EACH * CONTAINERS),
                *_trip(box, "quiet pass", app.sync, CONTAINERS),
                *_trip(box, "full read", lambda: app.sync(full=True), int(NEAR * (pages + CONTAINERS + PARENTS))),
            ]
        with _app(folder, box, "lost") as app:
            return [
                *rows,
                *_trip(box, "all read by an empty store", app.sync, pages + SHARED + 2 * CONTAINERS + PARENTS),
            ]


@contextmanager
def _app(folder: Path, box: Sandbox, store: str) -> Iterator[App]:
    """The application with a mapping for each container, and a store of its own."""
    mappings = "".join(_MAPPING.format(number=number) for number in range(1, CONTAINERS + 1))
    file = folder / f"{store}.toml"
    file.write_text(_HEAD.format(store=store, token=box.token, url=box.base_url) + mappings, encoding="utf-8")
    with App(load_config(file)) as app:
        yield app


def _trip(box: Sandbox, what: str, go: Callable[[], Iterable[PassReport]], allowed: int) -> list[Row]:
    before = len(box.requests)
    reports = list(go())
    assert {report.outcome.value for report in reports} == {"done"}, [report.message for report in reports]
    kinds = Counter(f"{seen.method} {re.sub(r'[0-9]+', '…', seen.path)}" for seen in box.requests[before:])
    sent = sum(kinds.values())
    whole = Row(f"{CONTAINERS} containers: {what}", f"{sent} requests", f"{allowed}", sent <= allowed)
    return [whole, *(Row(f"  {kind}", f"{number}", "-", holds=True) for kind, number in kinds.most_common())]


def _plan() -> str:
    lines = ['[plan]\nid = "district"\ntitle = "Plan"\nstart = 2025-07-01\nend = 2029-06-30']
    for goal in range(1, CONTAINERS + 1):
        lines.append(f'[[goals]]\nid = "G{goal}"\ntitle = "Goal {goal}"')
        for action in range(1, ACTIONS + 1):
            above = f"G{goal}.A{action}"
            lines.append(f'[[goals.actions]]\nid = "{above}"\ntitle = "Action {above}"')
            lines += [
                f'[[goals.actions.projects]]\nid = "{above}.P{number}"\ntitle = "Project {above}.{number}"'
                for number in range(1, PROJECTS + 1)
            ]
    return "\n".join(lines) + "\n"
