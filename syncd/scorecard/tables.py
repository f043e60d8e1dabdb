"""The scorecard as tables with typed columns, for spreadsheets: the plan's tiers, its KPIs, their readings. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Scope, State
from syncd.scorecard.coding import AtLeast, AtMost
from syncd.scorecard.view import ActionView, KpiView, PartView, Point, ProjectView, Scorecard, WorkCount
from syncd.scorecard.words import DIRECTIONS, WINDOWS, figure, percent, whole_percent, word


class Kind(StrEnum):
    """What a column holds; where a cell cannot, such as "under 1 %", it holds that as text."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    """Shares: 1 is all of it, rounded to whole percent as the scorecard rounds."""
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width` is about how many characters wide it is."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 12


Value = str | Decimal | int | date | None
"""A cell; None is unknown."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


_PLAN: Final = (
    *(Column("Tier"), Column("Id"), Column("Title", width=50), Column("State", width=16)),
    *(Column("Progress", Kind.PERCENT), Column("Expected", Kind.PERCENT)),
    *(Column("Tasks", Kind.NUMBER, 8), Column("Done", Kind.NUMBER, 8), Column("Overdue", Kind.NUMBER, 9)),
    Column("Not counted", Kind.NUMBER, 12),
    *(Column("Start", Kind.DAY), Column("Due", Kind.DAY), Column("Owner", width=28), Column("Office", width=24)),
    *(Column("Task", width=40), Column("In words", width=60)),
)
_KPIS: Final = (
    *(Column("Goal"), Column("Outcome"), Column("Tier"), Column("Id"), Column("Title", width=50)),
    *(Column("Unit", width=8), Column("Direction", width=18)),
    *(Column("Baseline", Kind.NUMBER), Column("Baseline on", Kind.DAY), Column("Target", Kind.NUMBER)),
    *(Column("Target on", Kind.DAY), Column("Low", Kind.NUMBER), Column("High", Kind.NUMBER)),
    *(Column("Measured", Kind.NUMBER), Column("Measured on", Kind.DAY), Column("Attainment", Kind.PERCENT)),
    *(Column("Implementation", Kind.PERCENT, 15), Column("Expected", Kind.PERCENT), Column("State", width=16)),
    *(Column("Next reading", Kind.DAY, 13), Column("Owner", width=28), Column("Office", width=24)),
    *(Column("Source", width=30), Column("In words", width=60)),
)
_READINGS: Final = (
    *(Column("Id"), Column("Title", width=50), Column("What", width=14), Column("Where", width=24)),
    *(Column("On", Kind.DAY), Column("Window", width=18), Column("Value", Kind.NUMBER), Column("Unit", width=8)),
    Column("Note", width=40),
)


def tables(card: Scorecard) -> tuple[Table, Table, Table]:
    """The plan, its KPIs and their readings, as the audience of the scorecard may see them."""
    kpis = tuple(_kpis(card))
    return (
        Table("Plan", _PLAN, tuple(_plan(card))),
        Table("KPIs", _KPIS, tuple(_kpi(goal, outcome, kpi) for goal, outcome, kpi in kpis)),
        Table("Readings", _READINGS, tuple(row for _, _, kpi in kpis for row in _readings(kpi))),
    )


def _kpis(card: Scorecard) -> Iterator[tuple[str, str, KpiView]]:
    for goal in card.goals:
        yield from ((goal.id, outcome.id, kpi) for outcome in goal.outcomes for kpi in outcome.kpis)
        yield from ((goal.id, "", kpi) for kpi in goal.guardrails)


def _plan(card: Scorecard) -> Iterator[tuple[Value, ...]]:
    """Every tier in the plan's order, each below what it belongs to."""
    for goal in card.goals:
        work = _counts(goal.work)
        yield ("Goal", goal.id, goal.title, None, None, None, *work, *_none(3), goal.office, None, goal.spread.sentence)
        for outcome in goal.outcomes:
            if outcome.id:
                yield ("Outcome", outcome.id, outcome.title, *_none(12), outcome.spread.sentence)
            yield from map(_kpi_line, outcome.kpis)
        yield from map(_kpi_line, goal.guardrails)
        for action in goal.actions:
            yield _action(action)
            yield from map(_project, action.projects)


def _none(many: int) -> Sequence[None]:
    return (None,) * many


def _counts(work: WorkCount) -> tuple[Value, Value, Value, Value]:
    """How much work there is, done and overdue, and left out of it; of what nobody read yet, only how much there is."""
    out = work.cancelled + work.deferred
    return (work.total, None, None, out) if work.is_unread else (work.total, work.done, work.overdue, out)


def _kpi_line(kpi: KpiView) -> tuple[Value, ...]:
    shares = (_share(kpi.implementation, finished=kpi.work.finished), _share(kpi.expected))
    work = _counts(kpi.work)
    due = kpi.target.on if kpi.target else None
    named = (_tier(kpi), kpi.id, kpi.title, word(kpi.pace, guardrail=kpi.guardrail))
    return (*named, *shares, *work, None, due, kpi.owner, kpi.office, None, kpi.sentence)


def _action(action: ActionView) -> tuple[Value, ...]:
    shares = (_share(action.progress, finished=action.work.finished), _share(action.expected))
    work = _counts(action.work)
    who = (action.start, action.due, action.owner, action.office, action.url)
    return ("Action", action.id, action.title, _state(action), *shares, *work, *who, action.sentence)


def _project(project: ProjectView) -> tuple[Value, ...]:
    who = (project.start, project.due, project.owner, project.office, project.url)
    shares = (_share(project.progress, finished=project.done), None)
    work = (None, int(project.done), None, None)
    return ("Project", project.id, project.title, _state(project), *shares, *work, *who, project.remark)


def _state(work: ActionView | ProjectView) -> str:
    """How work stands; what its plan says where it is not under way."""
    return word(work.pace, work=True) if work.state is State.ACTIVE else work.state.value.replace("_", " ")


def _tier(kpi: KpiView) -> str:
    return "Guardrail" if kpi.guardrail else "KPI"


def _kpi(goal: str, outcome: str, kpi: KpiView) -> tuple[Value, ...]:
    named = (goal, outcome, _tier(kpi), kpi.id, kpi.title, kpi.unit, DIRECTIONS[kpi.direction])
    aims = (*_point(kpi.baseline), *_point(kpi.target), kpi.low, kpi.high)
    implemented = _share(kpi.implementation, finished=kpi.work.finished)
    shares = (_share(kpi.attainment), implemented, _share(kpi.expected))
    measured = (_exact(kpi.measured), kpi.measured_on)
    standing = (word(kpi.pace, guardrail=kpi.guardrail), kpi.next_reading, kpi.owner, kpi.office)
    return (*named, *aims, *measured, *shares, *standing, kpi.source, kpi.sentence)


def _point(point: Point | None) -> tuple[Value, Value]:
    return (_exact(point.value), point.on) if point else (None, None)


def _readings(kpi: KpiView) -> Iterator[tuple[Value, ...]]:
    """What was aimed at and measured, by day as the plan has it; then what was last measured in schools and groups."""
    told = [("Baseline", kpi.baseline), *(("Interim target", each) for each in kpi.interim)]
    told += [("Target", kpi.target), *(("Reading", each) for each in kpi.readings)]
    for what, point in told:
        if point:
            yield (kpi.id, kpi.title, what, None, point.on, _window(point), _exact(point.value), kpi.unit, point.note)
    for part in kpi.parts:
        what = "School" if part.scope is Scope.SCHOOL else "Group"
        value = "not shown" if part.value is None else _exact(part.value)
        yield (kpi.id, kpi.title, what, part.where, part.on, _window(part), value, kpi.unit, None)


def _window(point: Point | PartView) -> str | None:
    return WINDOWS[point.window] if point.window else None


def _share(share: Fraction | None, *, finished: bool = True) -> Value:
    """A share in whole percent; in words where that would deny a start."""
    if share is None:
        return None
    whole = whole_percent(share, finished=finished)
    return percent(share, finished=finished) if share != 0 and whole == 0 else Decimal(whole) / 100


def _exact(value: Decimal | None) -> Value:
    """A figure; in words where no more is told of it than on which side of it it lies."""
    return figure(value) if isinstance(value, AtLeast | AtMost | Over | Under) else value
