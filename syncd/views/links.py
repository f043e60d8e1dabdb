"""Links, suggestions and what came of them, as other programs read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.vocabulary import Task
from syncd.engine.adopting import Answer
from syncd.engine.relinking import Copies, Loss
from syncd.engine.suggesting import Suggestion
from syncd.linking import Linked, Repaired
from syncd.views.values import iso


def link(each: Linked) -> dict[str, Any]:
    """A link; `state` is "ok", "unmarked", or what its task has lost."""
    known = _task(each.task) if each.task else {"task": each.link.task, "task_title": None, "url": None}
    told = {"mapping": each.mapping, "item": each.item, "title": each.title, **known}
    return {**told, "linked_at": iso(each.link.linked_at), "state": each.state or "ok"}


def suggestion(mapping: str, each: Suggestion) -> dict[str, Any]:
    """A pair that may belong together; `others` and `rivals` fit about as well."""
    told = {"mapping": mapping, "item": each.item, "title": each.title, **_task(each.task), "score": each.score}
    told |= {"reasons": list(each.reasons), "sure": each.sure}
    return told | {"others": [_task(task) for task in each.others], "rivals": list(each.rivals)}


def answer(mapping: str, each: Answer) -> dict[str, Any]:
    """What came of a pair; `why` it was left, null where it was not."""
    told = {"mapping": mapping, "item": each.item, "title": each.title, "task": each.task or None}
    return {**told, "url": each.url or None, "task_title_before": each.renamed or None, "why": each.why or None}


def duplicates(mapping: str, each: Copies, tasks: Iterable[Task]) -> dict[str, Any]:
    """The tasks that carry one item's marker, or are its own."""
    told = {"mapping": mapping, "item": each.item, "title": each.title}
    return {**told, "tasks": [_task(task) | {"linked": task.id == each.linked} for task in tasks]}


def repaired(each: Repaired) -> dict[str, Any]:
    """What was mended in a mapping, and what only a person can mend."""
    return {
        "mapping": each.mapping,
        "marked": [answer(each.mapping, one) for one in each.marked],
        "lost": [_loss(one) for one in each.losses],
        "duplicates": [duplicates(each.mapping, one, tasks) for one, tasks in each.copies],
    }


def _loss(each: Loss) -> dict[str, Any]:
    told = {"item": each.item, "title": each.title, "task": each.task}
    return {**told, "url": each.url or None, "state": each.loss}


def _task(task: Task) -> dict[str, Any]:
    return {"task": task.id, "task_title": task.title, "url": task.url or None}
