"""Rules about days: work and targets without any, and days that do not go together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

from syncd.plan.linting.finding import Remark, Severity
from syncd.plan.linting.measures import aims
from syncd.plan.linting.subject import Subject
from syncd.plan.model import Action, Project

_CROWD: Final = 12
"""Projects that may be due on one day."""


def no_date(subject: Subject) -> Iterator[Remark]:
    """Targets and work that nobody knows when to expect."""
    for _, kpi in subject.kpis():
        if kpi.target is not None and aims(kpi) and kpi.target.on is None:
            yield Remark(kpi.id, f"The target of {subject.name(kpi)} has no date.", "target")
    for _, work in subject.works():
        if work.due is None:
            yield Remark(work.id, f"{subject.name(work)} has no date.", "due")


def date_logic(subject: Subject) -> Iterator[Remark]:
    """Days before others that must come first, after what they belong to, outside the plan; and many on one day."""
    yield from _impossible(subject)
    yield from _beyond_action(subject)
    yield from _beyond_plan(subject)
    yield from _crowded(subject)


def _impossible(subject: Subject) -> Iterator[Remark]:
    for item, key, words in subject.faults:
        if key == "due":
            name = subject.name(subject.plan.items[item].item)
            yield Remark(item, f"{name}: {words}.", key, Severity.ERROR)
        elif key == "end":
            yield Remark(subject.plan.id, f"{words[:1].upper()}{words[1:]}.", key, Severity.ERROR)


def _beyond_action(subject: Subject) -> Iterator[Remark]:
    for placed, work in subject.works():
        action = subject.plan.items[placed.path[-1]].item if placed.path else None
        if not isinstance(work, Project) or not isinstance(action, Action):
            continue
        if work.due and action.due and work.due > action.due:
            words = f"{subject.name(work)} is due on {work.due}, after its action ({action.due})."
            yield Remark(work.id, words, "due")
        if work.start and action.start and work.start < action.start:
            words = f"{subject.name(work)} starts on {work.start}, before its action ({action.start})."
            yield Remark(work.id, words, "start")


def _beyond_plan(subject: Subject) -> Iterator[Remark]:
    start, end = subject.plan.start, subject.plan.end
    days: list[tuple[str, str, str, date | None]] = [
        (kpi.id, f"The target of {subject.name(kpi)} is", "target", kpi.target.on)
        for _, kpi in subject.measures()
        if kpi.target is not None
    ]
    days += [(work.id, f"{subject.name(work)} is due", "due", work.due) for _, work in subject.works()]
    for item, words, key, on in days:
        if on and end and on > end:
            yield Remark(item, f"{words} on {on}, after the plan ends ({end}).", key)
        elif on and start and on < start:
            yield Remark(item, f"{words} on {on}, before the plan starts ({start}).", key)


def _crowded(subject: Subject) -> Iterator[Remark]:
    due = Counter(work.due for _, work in subject.works() if isinstance(work, Project) and work.due)
    for on, many in sorted(due.items()):
        if many > _CROWD:
            fix = "Spread the work over the year: who looks after it sees it all at once."
            yield Remark(subject.plan.id, f"{many} projects are due on {on}.", fix=fix)
