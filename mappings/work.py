"""How much of a task's work is done, by the mapping's rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from connectors.vocabulary import Container, Credit, Task
from mappings.rules import Counted, Rules


class Standing(StrEnum):
    """Whether a task counts."""

    COUNTS = "counts"
    EXCLUDED = "excluded"
    """No work by nature: a separator or a task that recurs for ever."""
    CANCELLED = "cancelled"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Done:
    """What a task is worth: its share (0 to 1, None = cannot be known), and a remark where that may surprise."""

    share: Fraction | None
    done: bool
    standing: Standing = Standing.COUNTS
    remark: str = ""


_REMARKS = {
    Credit.REJECTED: "closed as rejected or sent back: that is not done work",
    Credit.DUPLICATE: "closed as a duplicate of another task: that is not done work",
    Credit.SEPARATOR: "a heading, not a task",
    Credit.CALLED_OFF: "closed by syncd when it left the plan: that is not done work",
    Credit.RECURRING: "a recurring task never ends: it is left out of the share",
}


def done(rules: Rules, task: Task, container: Container) -> Done:
    """What the task is worth under the rules; the tool's own done flag overrides them where it counts."""
    remark = _REMARKS.get(task.credit, "")
    if task.credit in (Credit.SEPARATOR, Credit.RECURRING):
        return Done(None, done=False, standing=Standing.EXCLUDED, remark=remark)
    label = rules.status.get(task.status) if task.status is not None else None
    if isinstance(label, Counted):
        standing = Standing.CANCELLED if label is Counted.CANCELLED else Standing.DEFERRED
        return Done(Fraction(0), done=False, standing=standing, remark=f'its status is "{task.status}"')
    if task.done:
        return Done(Fraction(1), done=True)
    if remark:
        return Done(Fraction(0), done=False, remark=remark)
    share, remark = _share(rules, task, container, label)
    return Done(share, done=False, remark=remark)


def _share(rules: Rules, task: Task, container: Container, label: Decimal | None) -> tuple[Fraction | None, str]:
    if rules.progress == "subtasks":
        return _steps(task)
    if rules.progress == "status":
        return Fraction(label) if label is not None else Fraction(0), ""
    if rules.progress.startswith("field:"):
        return _percent(task, container, rules.progress.removeprefix("field:"))
    return Fraction(0), ""


def _steps(task: Task) -> tuple[Fraction | None, str]:
    if task.steps is None:
        return None, "its subtasks have not been read yet"
    finished, all_steps = task.steps
    return (Fraction(finished, all_steps) if all_steps else Fraction(0)), ""


def _percent(task: Task, container: Container, title: str) -> tuple[Fraction | None, str]:
    """The share from a number field that holds percent, 0 to 100; empty is nothing done yet."""
    field = next((field for field in container.fields if title in (field.title, field.id)), None)
    if field is None:
        return None, f'the container has no field "{title}"'
    value = task.fields.get(field.id)
    if value is None:
        return Fraction(0), ""
    if not isinstance(value, Decimal):
        return None, f'the field "{title}" does not hold a number'
    return min(Fraction(1), max(Fraction(0), Fraction(value) / 100)), ""
