"""How the work of each goal went on, from what was kept of it day by day. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from syncd.records import KpiPoint
from syncd.scorecard.view import GoalView, Scorecard, WorkPoint

_FEW: Final = 4
"""On fewer days than this nothing can be seen: then the days on which projects were done say it."""


def with_trends(card: Scorecard, points: Iterable[KpiPoint]) -> Scorecard:
    """The scorecard with the trend of each goal; `points` are those of its actions, in any order."""
    goals = {action.id: goal.id for goal in card.goals for action in goal.actions}
    known: dict[str, list[KpiPoint]] = defaultdict(list)
    for point in sorted(points, key=lambda each: each.at):
        if point.item in goals and point.on <= card.as_of:
            known[goals[point.item]].append(point)
    return replace(card, goals=tuple(replace(goal, trend=_trend(goal, known[goal.id], card)) for goal in card.goals))


def _trend(goal: GoalView, points: list[KpiPoint], card: Scorecard) -> tuple[WorkPoint, ...]:
    """What was kept, and the count of today at its end."""
    kept = _kept(points)
    days = kept if len(kept) >= _FEW else _finished(goal, card.start)
    days[card.as_of] = (goal.work.done, goal.work.total)
    return tuple(WorkPoint(on, done, total) for on, (done, total) in sorted(days.items()))


def _kept(points: list[KpiPoint]) -> dict[date, tuple[int, int]]:
    """The sums over the newest point of each action, by day."""
    newest: dict[str, KpiPoint] = {}
    days: dict[date, tuple[int, int]] = {}
    done = total = 0
    for point in points:
        before = newest.get(point.item)
        done += point.done - (before.done if before else 0)
        total += point.total - (before.total if before else 0)
        newest[point.item] = point
        days[point.on] = (done, total)
    return days


def _finished(goal: GoalView, start: date | None) -> dict[date, tuple[int, int]]:
    """How many of today's projects were done, by the days on which they were finished; from nothing on."""
    ends = sorted(
        project.completed_at.date()
        for action in goal.actions
        for project in action.projects
        if project.done and project.completed_at
    )
    if not ends:
        return {}
    days = {min(start or ends[0], ends[0]): (0, goal.work.total)}
    days |= {on: (number, goal.work.total) for number, on in enumerate(ends, 1)}
    return days
