"""Rewrites a plan's text: the values that change and nothing else, or the text as it was, with the reason. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syncd.documents.document import Unreadable
from syncd.errors import PlanError, Problem
from syncd.plan.edits import NewItem, PlanChange, PlanEdit, Unwritten
from syncd.plan.rewriting.draft import Draft, Task, read
from syncd.plan.rewriting.meaning import Unwritable

_MARK = "\ufeff"
"""What some editors put before a text."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The new text, what of the changes it holds, and what it does not, with the reasons."""

    text: str
    done: tuple[PlanChange, ...]
    unwritten: tuple[Unwritten, ...]


def rewrite(text: str, ending: str, edits: Sequence[PlanEdit], additions: Sequence[NewItem] = ()) -> Rewritten:
    """The text of a plan file (by its ending) with other values and new items, byte for byte the old one elsewhere.

    What holds neither the value before nor the one after was edited meanwhile, and stays. The new text holds a plan
    with exactly the values asked for; what would break that stays unwritten.
    """
    asked: tuple[PlanChange, ...] = (*edits, *additions)
    mark = _MARK if text.startswith(_MARK) else ""
    try:
        draft = read(text.removeprefix(mark), ending)
    except (Unwritable, Unreadable, PlanError) as error:
        return Rewritten(text, (), tuple(Unwritten(each, _why(error)) for each in asked))
    unwritten: list[Unwritten] = []
    for wave in _waves(edits, additions):
        draft = _settled(draft, list(_groups(draft, wave, unwritten)), unwritten)
    left = {id(each.what) for each in unwritten}
    return Rewritten(mark + draft.text, tuple(each for each in asked if id(each) not in left), tuple(unwritten))


def _why(error: Unwritable | Unreadable | PlanError) -> str:
    """Why nothing at all can be written."""
    if isinstance(error, Unwritable):
        return str(error)
    problem: Problem = error.problem if isinstance(error, Unreadable) else error.problems[0]
    place = ", ".join(part for part in (problem.line and f"line {problem.line}", problem.key) if part)
    return f"the plan's file has a mistake, which must be repaired first ({place}: {problem.message})"


def _waves(edits: Sequence[PlanEdit], additions: Sequence[NewItem]) -> Iterator[Sequence[PlanChange]]:
    """The changes in turns that build on each other: all values, then one new item a list, and those below it later."""
    yield edits
    waves: dict[int, list[NewItem]] = {}
    turns: dict[str, int] = {}
    for new in additions:
        turn = turns.get(new.under, 0)
        waves.setdefault(turn, []).append(new)
        turns[new.under] = turn + 1
        turns[new.id] = max(turns.get(new.id, 0), turn + 1)
    yield from (waves[turn] for turn in sorted(waves))


def _groups(draft: Draft, wave: Sequence[PlanChange], unwritten: list[Unwritten]) -> Iterator[list[Task]]:
    """What is to be written, item by item."""
    groups: dict[str, list[Task]] = {}
    first: dict[tuple[str, str], PlanEdit] = {}
    for change in wave:
        if isinstance(change, PlanEdit) and first.setdefault((change.item, change.key), change) != change:
            unwritten.append(Unwritten(change, "another value was set for it at the same moment"))
            continue
        try:
            task = draft.task(change)
        except Unwritable as error:
            unwritten.append(Unwritten(change, str(error)))
        else:
            if task is not None:
                groups.setdefault(task.item, []).append(task)
    yield from groups.values()


def _settled(draft: Draft, groups: Sequence[Sequence[Task]], unwritten: list[Unwritten]) -> Draft:
    """The draft with all that can be written: what fails together is tried in halves, at last one by one."""
    if not groups:
        return draft
    try:
        return draft.stepped([task for group in groups for task in group])
    except Unwritable as error:
        parts = groups if len(groups) > 1 else [[task] for task in groups[0]]
        if len(parts) == 1:
            unwritten.append(Unwritten(parts[0][0].change, str(error)))
            return draft
    half = len(parts) // 2
    return _settled(_settled(draft, parts[:half], unwritten), parts[half:], unwritten)
