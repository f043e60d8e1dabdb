"""The demo's story: what teams did before it begins, what they do while one watches, and what of it moved. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, timedelta

from syncd.plan.model import Action, Plan, Project, State
from syncd.progress.leaf import stricter
from syncd.scorecard.view import KpiView, Scorecard
from syncd.scorecard.words import percent

_DONE_IN_TIME = 86
"""So many of a hundred projects that are due were done."""
_DONE_EARLY = 15
_SOON = timedelta(days=90)


def history(plan: Plan, today: date) -> list[tuple[date, str]]:
    """The projects that teams finished before today, with the day, in order; the same on every machine.

    Most of what was due is done, some of it late; a little of what is due soon is done already.
    """
    done = []
    for action, project in _works(plan):
        if project.due is None or stricter(project.state, action.state) is not State.ACTIVE:
            continue
        chance = zlib.crc32(project.id.encode())
        if project.due < today and chance % 100 < _DONE_IN_TIME:
            late = chance % 7 == 0
            day = project.due + timedelta(days=chance % 15 if late else -(chance % 21))
        elif today <= project.due < today + _SOON and chance % 100 < _DONE_EARLY:
            day = today - timedelta(days=chance % 20)
        else:
            continue
        first = project.start or action.start or day
        done.append((min(max(day, first), today - timedelta(days=1)), project.id))
    return sorted(done)


def open_projects(plan: Plan, card: Scorecard) -> list[str]:
    """Projects that are not done yet and go on, those that have been due for longest first."""
    shown = {project.id: project for goal in card.goals for action in goal.actions for project in action.projects}
    going = [
        project
        for action, project in _works(plan)
        if stricter(project.state, action.state) is State.ACTIVE and project.due is not None
    ]
    still = [project for project in going if project.id in shown and not shown[project.id].done]
    return [project.id for project in sorted(still, key=lambda project: (project.due or date.max, project.id))]


def moved(before: Scorecard, after: Scorecard) -> Iterator[str]:
    """A line for each KPI whose work moved: "Grade 3 … : work 61 % → 66 % (9 → 10 of 15 done)"."""
    earlier = {kpi.id: kpi for kpi in _kpis(before)}
    for kpi in _kpis(after):
        old = earlier.get(kpi.id)
        if old is not None and old.implementation != kpi.implementation:
            shares = f"{_share(old)} → {_share(kpi)}"
            counts = f"{old.work.done} → {kpi.work.done} of {kpi.work.total} done"
            yield f"{kpi.title}: work {shares} ({counts}); result unchanged"


def _share(kpi: KpiView) -> str:
    return percent(kpi.implementation, finished=kpi.work.finished)


def _works(plan: Plan) -> Iterator[tuple[Action, Project]]:
    for placed in plan.items.values():
        if isinstance(placed.item, Action):
            yield from ((placed.item, project) for project in placed.item.projects)


def _kpis(card: Scorecard) -> Iterator[KpiView]:
    for goal in card.goals:
        for outcome in goal.outcomes:
            yield from outcome.kpis
