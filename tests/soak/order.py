"""Tasks that followed the plan's order still do, unless something else came between."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.progress.evidence import Standing
from tests.soak.district import District
from tests.soak.lost import must, standing

Line = list[tuple[str, str]]
"""Items that stand together in the plan, each with its task, in the plan's order."""


def in_order(d: District) -> None:
    """What was in the plan's order at the last look is in its order of now, also what the plan moved since."""
    known = {each for line in d.memory.lines.values() for each in line}
    for home, line in _lines(d):
        kept = [task for item, task in line if (item, task) in known]
        order = [task for task in d.boards.rows if task in kept]
        must(order == kept, f"in {home}, the tasks stand as {order}, and the plan has them as {kept}")


def remember_order(d: District) -> None:
    """What follows the plan's order by now."""
    d.memory.lines = {home: line for home, line in _lines(d) if _follows(d, [task for _, task in line])}


def _follows(d: District, tasks: list[str]) -> bool:
    return [task for task in d.boards.rows if task in tasks] == tasks


def _lines(d: District) -> Iterator[tuple[tuple[str | None, str | None], Line]]:
    """What stands together, and where: tasks that a team put elsewhere are not among it."""
    links, found = d.world.links(), dict[tuple[str | None, str | None], Line]()
    with d.world.store() as store, store.reading() as reader:
        groups = {item: link.group for item, link in reader.group_links(d.rules.mapping).items()}
    for item, wanted in d.desired().tasks.items():
        link = links.get(item)
        if link is None or not wanted.touch or standing(d, link.task) is not Standing.LIVE:
            continue
        task = d.boards.rows[link.task].task
        above = links.get(wanted.parent or "")
        in_group = wanted.group is None or task.parent is not None or task.group == groups.get(wanted.group)
        if in_group and task.parent == (above and above.task):
            found.setdefault((wanted.group, wanted.parent), []).append((item, task.id))
    yield from found.items()
