"""The planner at 100,000 items: nothing to do, and one change; time and memory of one core."""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from connectors.vocabulary import Container, Field, FieldType, Task
from mappings.notes import embed
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from mappings.shape import PlanItem, desire
from syncd.engine.planner import Agreed, Observed, plan_changes, settle
from syncd.engine.trees import Link, Seen
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

    def quiet() -> None:
        if settle(desired, observed, agreed).renewed or plan_changes(desired, observed, agreed):
            raise AssertionError("there is something to do")

    calm = _seconds(quiet)
    from_plan = _seconds(lambda: desire(RULES, items, CONTAINER))
    memory = _peak(lambda: (desire(RULES, items, CONTAINER), quiet()))
    what = f"planner, {len(desired.tasks):,} items, "
    return [
        Row(f"{what}nothing to do: settle and plan", f"{calm:.2f} s", "2 s", calm <= 2),
        Row(f"{what}from the plan's items on", f"{from_plan + calm:.2f} s", "-", holds=True),
        Row(f"{what}most memory it takes", f"{memory / 2**20:.0f} MB", "400 MB", memory <= 400 * 2**20),
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
    """The best of three: the machine may have other work."""
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def _peak(run: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    for row in measure():
        sys.stdout.write(f"{row}\n")
