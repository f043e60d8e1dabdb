"""Links, suggestions and what came of them, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from connectors.vocabulary import Task
from syncd.cli.options import command_line, copyable
from syncd.cli.values import said
from syncd.engine.adopting import Answer
from syncd.engine.relinking import Copies, Loss
from syncd.engine.suggesting import Suggestion
from syncd.linking import Linked, Repaired
from syncd.scorecard.words import count

_STATES: Final = {
    "unmarked": "its marker is missing",
    "deleted": "its task was deleted",
    "no_access": "syncd's account may not see its task any more",
    "archived": "its task was archived",
    "moved": "its task was moved out of the container",
    "unseen": "its task has not been read yet",
}


def link_line(each: Linked) -> str:
    """A link in one line: item, task, and what is wrong with it."""
    named = said(each.task.title) if each.task and each.task.title != each.title else ""
    parts = [f"{each.item}  {each.title}", named, each.task.url if each.task else each.link.task]
    told = "  ".join(filter(None, parts))
    return f"{told}  ({_STATES.get(each.state, each.state)})" if each.state else told


def suggestion_lines(one: Suggestion, indent: str, *, numbered: bool = False) -> Iterator[str]:
    """A suggestion: the item, the task, why, and what else would fit."""
    yield f"{indent}{one.item}  {one.title}"
    yield f"{indent}    {one.score:3d}  {_task(one.task)}"
    yield f"{indent}         {', '.join(one.reasons)}"
    for at, task in enumerate(one.others, 2):
        yield f"{indent}         fits as well{f' ({at})' if numbered else ''}: {_task(task)}"
    if one.rivals:
        yield f"{indent}         the task fits as well: {', '.join(one.rivals)}"


def answer_lines(answers: Sequence[tuple[str, Answer]], did: str) -> Iterator[str]:
    """What came of what was chosen, and why some of it was left."""
    done = [each for _, each in answers if not each.why]
    left = [each for _, each in answers if each.why]
    if not answers:
        yield "Nothing was chosen."
    if done:
        yield f"{did}: {count(len(done), 'task')}"
    for each in done:
        yield "  " + "  ".join(filter(None, (each.item, each.title, each.url or each.task)))
        if each.renamed:
            yield f"      the plan's title takes the place of {said(each.renamed)}"
    if left:
        yield f"Left as it is: {count(len(left), 'item')}"
    for each in left:
        yield "  " + "  ".join(filter(None, (each.item, each.title)))
        yield f"      {copyable(each.why)}"


def duplicate_lines(each: Copies, tasks: Sequence[Task]) -> Iterator[str]:
    """The tasks that carry one marker, and how to say which is right."""
    yield f"{each.item}  {each.title}: {count(len(tasks), 'task')}"
    for task in tasks:
        yield f"    {task.id}  {_task(task)}{'  (linked)' if task.id == each.linked else ''}"
    yield f"  To say which one is right: {command_line(f'links keep {each.item} TASK')}"


def repaired_lines(each: Repaired) -> Iterator[str]:
    """What was mended in a mapping, and what only a person can mend."""
    if not (each.marked or each.losses or each.copies):
        yield f"{each.mapping}: every link is sound"
        return
    yield f"{each.mapping}:"
    if each.marked:
        answers = [(each.mapping, one) for one in each.marked]
        yield from (f"  {line}" for line in answer_lines(answers, "Marker written again"))
    for loss in each.losses:
        yield from (f"  {line}" for line in _loss_lines(loss))
    for one, tasks in each.copies:
        yield from (f"  {line}" for line in duplicate_lines(one, tasks))


def _loss_lines(loss: Loss) -> Iterator[str]:
    yield f"{loss.item}  {loss.title}: {_STATES.get(loss.loss, loss.loss)} ({loss.url or loss.task})"
    if loss.loss == "unseen":
        yield f"  → {command_line('sync')} reads it"
        return
    again = "undo that in the tool" if loss.loss in ("moved", "archived", "no_access") else "bring it back in the tool"
    yield f"  → {again}; or link another task: {command_line(f'links adopt {loss.item} --task TASK')}"
    yield f"  → or have one made anew: {command_line(f'links drop {loss.item}')}; or cancel the item in the plan"


def _task(task: Task) -> str:
    return "  ".join(filter(None, (said(task.title), task.url or task.id)))
