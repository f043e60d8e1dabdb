"""The planner at 100,000 items: nothing to do, and one change; time and memory of one core."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from connectors.vocabulary import Container, Fate, Field, FieldType, Task
from mappings.notes import embed
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from mappings.shape import PlanItem, Wanted, desire
from syncd.engine.affected import Trees
from syncd.engine.planner import Agreed, Observed
from syncd.engine.planning import Planning
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
    trees = _agreed(items)
    building = _seconds(lambda: _agreed(items))
    whole = _seconds(lambda: not Planning().due(trees).changes)
    known = Planning()
    known.due(trees)
    one = max(_seconds(partial(_comes_of, known, after)) for after in _changed(trees))
    memory = _peak(lambda: _pass_by_pass(trees, items))
    process = int(subprocess.run([sys.executable, "-m", __name__], check=True, capture_output=True, text=True).stdout)
    what = f"planner, {len(trees.desired.tasks):,} items"
    return [
        Row(f"{what}: building the trees", f"{building:.2f} s", "-", holds=True),
        Row(f"{what}: nothing to do", _beside(whole, building), "2 s", whole <= 2),
        Row(f"{what}: one change among them", _beside(one, building), "0.05 s", one <= 0.05),
        Row(f"{what}: memory that planning takes", f"{memory} MB", "400 MB", memory <= 400),
        Row(f"{what}: the whole process with plan, tasks and links", f"{process} MB", "-", holds=True),
    ]


def _pass_by_pass(trees: Trees, items: Sequence[PlanItem]) -> None:
    """Everything that planning keeps from one pass to the next: what the plan wants, and what is due."""
    planning = Planning()
    trees = replace(trees, desired=planning.desired(RULES, items, CONTAINER))
    for after in (trees, *_changed(trees)):
        planning.due(after)


def _beside(seconds: float, building: float) -> str:
    return f"{seconds:.3f} s, {seconds / building:.3f} of building the trees"


def _agreed(items: Sequence[PlanItem]) -> Trees:
    """Everything is as the plan wants it."""
    desired = desire(RULES, items, CONTAINER)
    observed, links = _made(desired.tasks)
    return Trees(desired, observed, Agreed(links))


def _made(tasks: Mapping[str, Wanted]) -> tuple[Observed, dict[str, Link]]:
    seen: dict[str, Seen] = {}
    links: dict[str, Link] = {}
    for item, wanted in tasks.items():
        values: Any = wanted.values
        task = Task(
            f"T{item}", "B", values["title"], "", marker=wanted.marker, notes=embed("Ours", values["notes"]),
            start=values["start"], due=values["due"], fields={"F": values["field:cost"]},
            parent=f"T{wanted.parent}" if wanted.parent else None,
        )  # fmt: skip
        seen[task.id] = Seen(task, NOW)
        links[item] = Link(item, task.id, {**values, "group": wanted.group, "parent": wanted.parent}, NOW)
    return Observed(CONTAINER, seen), links


def _changed(trees: Trees) -> Iterator[Trees]:
    """The trees after one change each: a task called otherwise, copied, or deleted, and a value no longer agreed on."""
    item, link = next(iter(trees.agreed.links.items()))
    task = trees.observed.tasks[link.task].task
    for seen in (
        Seen(replace(task, title="Theirs"), NOW),
        Seen(replace(task, id="copy"), NOW),
        Seen(task, NOW, Fate.DELETED),
    ):
        yield replace(trees, observed=Observed(CONTAINER, {**trees.observed.tasks, seen.task.id: seen}))
    unsure = replace(link, agreed={key: value for key, value in link.agreed.items() if key != "due"})
    yield replace(trees, agreed=Agreed({**trees.agreed.links, item: unsure}))


def _comes_of(planning: Planning, after: Trees) -> bool:
    """Whether something comes of a change."""
    due = planning.due(after)
    return bool(due.changes or due.settlement.renewed)


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
    """The most memory that this process takes, in MB, for plan, tasks and links, and to plan from pass to pass."""
    items = plan()
    _pass_by_pass(_agreed(items), items)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.stdout.write(str(_whole()))
