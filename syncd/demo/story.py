"""The demo's story: what teams did before it begins, what they do while one watches, and what of it moved. Pure."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from syncd.plan.model import Action, Plan, Project, State
from syncd.progress.leaf import stricter
from syncd.scorecard.view import ActionView, KpiView, Scorecard
from syncd.scorecard.words import percent

_SLIPPED = 35
"""In so many of a hundred actions the project that was due last is not done yet."""
_EARLY = 40
"""So many of a hundred projects that are due soon are done already."""
_SOON = timedelta(days=90)
View = TypeVar("View", KpiView, ActionView)


def history(plan: Plan, today: date) -> list[tuple[date, str]]:
    """The projects that teams finished before today, with the day, in order; the same on every machine.

    Within an action they were done one after the other, most in time, some a little late. What was due last may have
    slipped; where it did not, what is due soon may be done already.
    """
    done = []
    for action in _actions(plan):
        going = _going(action)
        due = [(day, project) for day, project in going if day < today]
        if due and _chance(due[-1][1], "left") < _SLIPPED:
            due.pop()
        else:
            soon = (each for each in going[len(due) :][:1] if each[0] < today + _SOON)
            due += [(today, project) for _, project in soon if _chance(project, "early") < _EARLY]
        done += [(_finished(action, project, day, today), project.id) for day, project in due]
    return sorted(done)


def open_projects(plan: Plan, card: Scorecard) -> list[str]:
    """Projects that go on and are not done yet, those that have been due for longest first."""
    done = {project.id for goal in card.goals for action in goal.actions for project in action.projects if project.done}
    going = sorted((day, project.id) for action in _actions(plan) for day, project in _going(action))
    return [item for _, item in going if item not in done]


def in_turn(items: Sequence[str], place: Callable[[str], Hashable]) -> list[str]:
    """The items in their order, but one from each place in turn as long as there are any."""
    seen: Counter[Hashable] = Counter()
    rounds = []
    for item in items:
        rounds.append(seen[place(item)])
        seen[place(item)] += 1
    return [item for _, item in sorted(zip(rounds, items, strict=True), key=lambda each: each[0])]


def moved(before: Scorecard, after: Scorecard) -> Iterator[str]:
    """A line for the work as a whole and for each KPI whose work moved: "work 61 % → 66 % (9 → 10 of 15 done)"."""
    if before.work.done != after.work.done:
        yield f"The plan: {before.work.done} → {after.work.done} of {after.work.total} projects done"
    earlier = {kpi.id: kpi for kpi in _kpis(before)}
    for kpi in _kpis(after):
        old = earlier[kpi.id]
        if old.implementation != kpi.implementation:
            counts = f"{old.work.done} → {kpi.work.done} of {kpi.work.total} done"
            result = "; result unchanged" if old.attainment == kpi.attainment else ""
            yield f"{kpi.title}: work {_share(old)} → {_share(kpi)} ({counts}){result}"


def touched(card: Scorecard, other: Scorecard) -> Scorecard:
    """The scorecard with only what differs in the other one: KPIs, guardrails, actions, and where they belong."""
    goals = []
    for goal, twin in zip(card.goals, other.goals, strict=True):
        outcomes = tuple(
            replace(outcome, kpis=_differing(outcome.kpis, then.kpis))
            for outcome, then in zip(goal.outcomes, twin.outcomes, strict=True)
            if outcome != then
        )
        rails = _differing(goal.guardrails, twin.guardrails)
        actions = _differing(goal.actions, twin.actions)
        if outcomes or rails or actions:
            goals.append(replace(goal, outcomes=outcomes, guardrails=rails, actions=actions))
    return replace(card, goals=tuple(goals))


def _differing(these: Sequence[View], those: Sequence[View]) -> tuple[View, ...]:
    return tuple(this for this, that in zip(these, those, strict=True) if this != that)


def _share(kpi: KpiView) -> str:
    return percent(kpi.implementation, finished=kpi.work.finished)


def _finished(action: Action, project: Project, due: date, today: date) -> date:
    """The day on which it was done: up to three weeks before it was due, or one time in seven some days after."""
    chance = _chance(project, "day")
    day = due + timedelta(days=chance % 12 if chance % 7 == 0 else -(chance % 21))
    return min(max(day, project.start or action.start or day), today - timedelta(days=1))


def _chance(project: Project, of: str) -> int:
    """A number below a hundred that looks like chance, and is the same each time."""
    return zlib.crc32(f"{project.id} {of}".encode()) % 100


def _going(action: Action) -> list[tuple[date, Project]]:
    """The action's projects that go on, with the day they are due, in that order."""
    going = [project for project in action.projects if stricter(project.state, action.state) is State.ACTIVE]
    dated = [(project.due, project) for project in going if project.due is not None]
    return sorted(dated, key=lambda each: (each[0], each[1].id))


def _actions(plan: Plan) -> Iterator[Action]:
    return (placed.item for placed in plan.items.values() if isinstance(placed.item, Action))


def _kpis(card: Scorecard) -> Iterator[KpiView]:
    for goal in card.goals:
        for outcome in goal.outcomes:
            yield from outcome.kpis
