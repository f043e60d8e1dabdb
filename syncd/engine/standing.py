"""What an undo left standing: a task holds something else than the plan, until one of them is changed anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.vocabulary import FieldValue, Task
from mappings.fields import differing, same
from mappings.rules import Owner
from mappings.shape import Wanted
from syncd.engine.affected import Trees
from syncd.engine.agreement import ANSWER
from syncd.records import Link
from syncd.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Standing:
    """A field of an item in which plan and task differ though nothing is due; a place is named by its title."""

    item: str
    title: str
    key: str
    plan: FieldValue
    tool: FieldValue

    @property
    def field(self) -> str:
        """The field as people call it."""
        return self.key.removeprefix("field:")


def standing(reader: Reader, mapping: str, trees: Trees) -> tuple[Standing, ...]:
    """What differs because it was undone, and was touched by nobody since; in the plan's order."""
    return tuple(each for each in _quiet(trees) if _undone(reader, mapping, each))


def _undone(reader: Reader, mapping: str, each: Standing) -> bool:
    newest = reader.log(mapping=mapping, item=each.item, field=each.field, limit=1)
    return any(line.kind == "undo" for line in newest)


def _quiet(trees: Trees) -> Iterator[Standing]:
    """What differs, though both sides are as they last agreed."""
    for item, wanted in trees.desired.tasks.items():
        link = trees.agreed.links.get(item)
        if link is None or trees.observed.loss(link.task):
            continue
        task = trees.observed.tasks[link.task].task
        yield from _values(trees, wanted, link, task)
        yield from _places(trees, wanted, link, task)


def _values(trees: Trees, wanted: Wanted, link: Link, task: Task) -> Iterator[Standing]:
    agreed = link.agreed
    for rule, have in differing(trees.desired.rules, task, trees.observed.container, wanted.values):
        key, want, answer = rule.key, wanted.values[rule.key], ANSWER + rule.key
        answered = key in agreed and answer in agreed and same(agreed[key], want) and same(agreed[answer], have)
        if rule.owner is not Owner.TOOL and answered:
            yield Standing(wanted.item, wanted.title, key, want, have)


def _places(trees: Trees, wanted: Wanted, link: Link, task: Task) -> Iterator[Standing]:
    """Where a task stands elsewhere than the plan says; below a parent, the group says nothing."""
    if wanted.parent:
        parent = trees.agreed.links.get(wanted.parent)
        if parent and link.agreed.get("parent") == wanted.parent and task.parent not in (None, parent.task):
            now = trees.observed.tasks.get(task.parent or "")
            there = now.task.title if now else task.parent
            yield Standing(wanted.item, wanted.title, "parent", trees.desired.tasks[wanted.parent].title, there)
        return
    group = trees.agreed.groups.get(wanted.group or "")
    if group and link.agreed.get("group") == wanted.group and task.group != group.group:
        titles = {each.id: each.title for each in trees.observed.container.groups}
        yield Standing(wanted.item, wanted.title, "group", titles.get(group.group), titles.get(task.group or ""))
