"""The planner at 100,000 items: nothing to do, and one change; time and memory of one core."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from connectors.vocabulary import Container, Field, FieldType, Task
from mappings.notes import embed
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from mappings.shape import PlanItem, desire
from syncd.engine.planner import Agreed, Observed, plan_changes
from syncd.engine.settling import settle
from syncd.records import Link, Seen
from tests.bench.rows import Row

ITEMS: Final = 100_000
NOW: Final = datetime(2026, 9, 1, tzinfo=UTC)
CONTAINER: Final = Container("B", "Plan", "", fields=(Field("F", "Cost", FieldType.NUMBER),), marker_field="M")
RULES: Final = Rules("m", "d", fields=(*DEFAULT_FIELDS, FieldRule("cost", Owner.PLAN, "cost", "Cost")))


def plan() -> list[PlanItem]:
    """A hundred goals, each with a hundred actions, each of those with nine projects."""
    items: list[PlanItem] = []
    for goal in range(100):
        items.append(PlanItem(f"G{goal}", "goal", (), {"title": f"Goal {goal}"}))
        for action in range(100):
            path = (f"G{goal}", f"G{goal}.A{action}")
            items.append(PlanItem(path[1], "action", path[:1], _values(path[1])))
            items += [PlanItem(f"{path[1]}.P{n}", "project", path, _values(f"{path[1]}.P{n}")) for n in range(9)]
    return items


def _values(name: str) -> dict[str, Any]:
    notes = f"What {name} is for.\n\nGoal: Every pupil reads by the end of grade three"
    return {
        "title": f"Title of {name}",
        "notes": notes,
        "start": date(2026, 1, 5),
        "due": date(2026, 6, 1),
        "cost": Decimal(5),
    }


def measure() -> list[Row]:
    """Time and memory of the planner, with everything agreed and with one change."""
    items = plan()
    desired = desire(RULES, items, CONTAINER)
    observed, links = _made(desired.tasks)
    agreed = Agreed(links)

    def quiet() -> bool:
        return not settle(desired, observed, agreed).renewed and not plan_changes(desired, observed, agreed)

    calm = _seconds(quiet)
    from_plan = _seconds(lambda: desire(RULES, items, CONTAINER))
    (first, seen), *_ = observed.tasks.items()
    edited = {**observed.tasks, first: replace(seen, task=replace(seen.task, title="Theirs"))}
    one = _seconds(lambda: len(plan_changes(desired, Observed(CONTAINER, edited), agreed)) == 1)
    memory = _peak(lambda: plan_changes(desire(RULES, items, CONTAINER), observed, agreed))
    whole = int(subprocess.run([sys.executable, "-m", __name__], check=True, capture_output=True, text=True).stdout)
    what = f"planner, {len(desired.tasks):,} items"
    return [
        Row(f"{what}: nothing to do", f"{calm:.2f} s", "2 s", calm <= 2),
        Row(f"{what}: what the plan wants of them", f"{from_plan:.2f} s", "-", holds=True),
        Row(f"{what}: one change among them", f"{one:.2f} s", "0.05 s", one <= 0.05),
        Row(f"{what}: memory that planning takes", f"{memory} MB", "400 MB", memory <= 400),
        Row(f"{what}: the whole process with plan, tasks and links", f"{whole} MB", "-", holds=True),
    ]


def _made(tasks: Any) -> tuple[Observed, dict[str, Link]]:
    seen: dict[str, Seen] = {}
    links: dict[str, Link] = {}
    for item, wanted in tasks.items():
        values = wanted.values
        task = Task(
            f"T{item}", "B", values["title"], "", marker=wanted.marker, notes=embed("Ours", values["notes"]),
            start=values["start"], due=values["due"], fields={"F": values["field:cost"]},
            parent=f"T{wanted.parent}" if wanted.parent else None,
        )  # fmt: skip
        seen[task.id] = Seen(task, NOW)
        links[item] = Link(item, task.id, {**values, "group": wanted.group, "parent": wanted.parent}, NOW)
    return Observed(CONTAINER, seen), links


def _seconds(run: Callable[[], object]) -> float:
    """Processor time, the best of three. Raises ValueError where what was measured went wrong."""
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        right = run()
        times.append(time.process_time() - start)
        if not right:
            raise ValueError("what was measured did not do what it should")
    return min(times)


def _peak(run: Callable[[], object]) -> int:
    """The most memory that a run takes beyond what was there, in MB."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] // 2**20
    finally:
        tracemalloc.stop()


def _whole() -> int:
    """The most memory that this process takes, in MB, for plan, tasks, links and a round of the planner."""
    desired = desire(RULES, plan(), CONTAINER)
    observed, links = _made(desired.tasks)
    settle(desired, observed, Agreed(links))
    plan_changes(desired, observed, Agreed(links))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.stdout.write(str(_whole()))
