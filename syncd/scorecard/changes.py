"""What changed between two days, as far as an audience may know it: wins, states, figures, readings, edits. Pure.

It compares what was known at the end of either day, and recomputes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from syncd.plan.model import Plan, Tier, Window
from syncd.progress.evidence import Evidence
from syncd.progress.pace import Pace
from syncd.scorecard.edits import Edit, lines
from syncd.scorecard.events import Kind
from syncd.scorecard.scope import Scopes
from syncd.scorecard.telling import deed
from syncd.scorecard.view import ActionView, GoalView, HistoryLine, KpiView, Point, Scorecard, Win
from syncd.scorecard.words import day, figure, percent

_MOST_LINES = 10_000
_TURNS = frozenset(
    {Kind.REBASED, Kind.RETARGETED, Kind.REDATED, Kind.INVERTED, Kind.JUDGED, Kind.MEASURED}
    | {Kind.PAUSED, Kind.RETIRED, Kind.RESUMED, Kind.HELD, Kind.DEFERRED, Kind.CANCELLED}
)
"""Edits after which an item may stand otherwise although nothing was measured or done."""
_AIMS = frozenset({Kind.REBASED, Kind.RETARGETED, Kind.INVERTED, Kind.JUDGED, Kind.MEASURED})
"""Those of them after which a result may be another share of the way."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was known at the end of a day: the plan with teams' own work in it, the evidence, the scorecard."""

    plan: Plan
    evidence: Mapping[str, Evidence]
    card: Scorecard


@dataclass(frozen=True, slots=True)
class StateChange:
    """An item that stands otherwise than before. `why` holds reasons, `sentence` how it stands now."""

    id: str
    title: str
    tier: Tier
    before: Pace
    after: Pace
    why: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that moved: a share of work or of the way (0 to 1), or the measured value; `was` and `now` in words."""

    id: str
    title: str
    tier: Tier
    figure: str
    before: Fraction | Decimal | None
    after: Fraction | Decimal | None
    was: str
    now: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingChange:
    """A reading that came in, or was corrected: then `before` is what it was said to be."""

    id: str
    title: str
    on: date | None
    window: Window | None
    value: Decimal
    before: Decimal | None
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed from the end of the day `since` to that of which `card` is the scorecard."""

    card: Scorecard
    since: date
    wins: tuple[Win, ...]
    states: tuple[StateChange, ...]
    figures: tuple[FigureChange, ...]
    readings: tuple[ReadingChange, ...]
    edits: tuple[HistoryLine, ...]
    caveats: tuple[str, ...] = ()

    @property
    def until(self) -> date:
        """The later of the two days."""
        return self.card.as_of

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.wins or self.states or self.figures or self.readings or self.edits)


def changes(before: Snapshot, after: Snapshot, edits: Sequence[Edit]) -> Changes:
    """What changed between two days; `edits` are those in between that the audience may read, the newest first."""
    pairs = _Pairs(before, after, edits)
    caveats = [each.card.caveat for each in (before, after) if each.card.caveat]
    return Changes(
        card=after.card,
        since=before.card.as_of,
        wins=tuple(sorted(pairs.wins(), key=lambda win: win.on, reverse=True)),
        states=tuple(pairs.states()),
        figures=tuple(pairs.figures()),
        readings=tuple(pairs.readings()),
        edits=lines(edits, _MOST_LINES),
        caveats=tuple(dict.fromkeys(caveats)),
    )


class _Pairs:
    """What both scorecards show, side by side; what only one of them shows came or went with an edit."""

    def __init__(self, before: Snapshot, after: Snapshot, edits: Sequence[Edit]) -> None:
        self._card, self._edits = after.card, edits
        self._scopes = Scopes(before, after, edits)
        kpis, actions = _kpis(before.card), _actions(before.card)
        self._kpis = [(kpis.get(self._scopes.earlier(name)), view) for name, view in _kpis(after.card).items()]
        self._actions = [(actions.get(self._scopes.earlier(name)), view) for name, view in _actions(after.card).items()]

    def wins(self) -> Iterator[Win]:
        """What was finished: projects, actions, and KPIs whose target was reached."""
        goals = {name: goal.title for goal in self._card.goals for name in _names(goal)}
        for _, action in self._actions:
            for project in action.projects:
                if project.done and not self._scopes.was_done(project.id):
                    on = project.completed_at.date() if project.completed_at else self._card.as_of
                    yield Win(project.id, project.title, on, goals[action.id])
        for old, action in self._actions:
            if action.pace is Pace.ACHIEVED and old is not None and old.pace is not Pace.ACHIEVED:
                days = [project.completed_at.date() for project in action.projects if project.completed_at]
                yield Win(action.id, action.title, max(days, default=self._card.as_of), goals[action.id])
        for was, kpi in self._kpis:
            if kpi.pace is Pace.ACHIEVED and was is not None and was.pace is not Pace.ACHIEVED:
                on = kpi.measured_on or self._card.as_of
                yield Win(kpi.id, f"{kpi.title}: target reached", on, goals[kpi.id])

    def states(self) -> Iterator[StateChange]:
        """Items that stand otherwise."""
        for was, kpi in self._kpis:
            if was is not None and was.pace is not kpi.pace:
                why = (*self._turns(kpi.id), *_measured(was, kpi))
                yield StateChange(kpi.id, kpi.title, _tier(kpi), was.pace, kpi.pace, why, kpi.sentence)
        for old, action in self._actions:
            if old is not None and old.pace is not action.pace:
                why = (*self._turns(action.id), *self._scopes.reasons(action.id))
                yield StateChange(action.id, action.title, Tier.ACTION, old.pace, action.pace, why, action.sentence)

    def figures(self) -> Iterator[FigureChange]:
        """Measured values, results and shares of work that moved."""
        for was, kpi in self._kpis:
            if was is None:
                continue
            known = kpi.pace is not Pace.SUPPRESSED and None not in (was.measured, kpi.measured)
            if known and was.measured != kpi.measured:
                values = (_figure(was.measured, kpi), _figure(kpi.measured, kpi))
                why = (*self._turns(kpi.id), *_measured(was, kpi))
                yield FigureChange(kpi.id, kpi.title, _tier(kpi), "measured", was.measured, kpi.measured, *values, why)
            yield from self._result(was, kpi)
            yield from self._work(kpi.id, kpi.title, _tier(kpi), was.implementation, kpi.implementation)
        for old, action in self._actions:
            if old is not None:
                yield from self._work(action.id, action.title, Tier.ACTION, old.progress, action.progress)

    def readings(self) -> Iterator[ReadingChange]:
        """Readings that are shown now and were not, or with another value."""
        for was, kpi in self._kpis:
            if was is None:
                continue
            earlier = {_known(point): point.value for point in was.readings}
            for point in kpi.readings:
                before = earlier.get(_known(point))
                if before != point.value:
                    values = (_figure(before, kpi), _figure(point.value, kpi))
                    yield ReadingChange(kpi.id, kpi.title, point.on, point.window, point.value, before, *values)

    def _result(self, was: KpiView, kpi: KpiView) -> Iterator[FigureChange]:
        """How far a KPI has come, where that is known to have moved by what people are shown of it."""
        before, after = was.attainment, kpi.attainment
        said = (percent(before), percent(after))
        if before is not None and after is not None and said[0] != said[1]:
            measured = (was.measured_on, was.measured) != (kpi.measured_on, kpi.measured)
            why = (*self._turns(kpi.id, _AIMS), *(_measured(was, kpi) if measured else ()))
            yield FigureChange(kpi.id, kpi.title, _tier(kpi), "attainment", before, after, *said, why)

    def _work(
        self, item: str, title: str, tier: Tier, before: Fraction | None, after: Fraction | None
    ) -> Iterator[FigureChange]:
        if before != after:
            figure, reasons = "progress" if tier is Tier.ACTION else "implementation", self._scopes.reasons(item)
            was, now = self._scopes.shares(item)
            yield FigureChange(item, title, tier, figure, before, after, was, now, reasons)

    def _turns(self, item: str, kinds: frozenset[Kind] = _TURNS) -> tuple[str, ...]:
        """Edits of the item itself, with their days, the oldest first."""
        mine = [edit for edit in self._edits if edit.event.item == item and edit.event.kind in kinds]
        return tuple(f"{deed(edit.event)} on {day(edit.on)}" for edit in reversed(mine))


def _measured(was: KpiView, now: KpiView) -> tuple[str, ...]:
    """What measurement has to do with it."""
    if now.pace is Pace.SUPPRESSED or now.measured is None or now.measured_on is None:
        return ()
    if now.measured_on != was.measured_on:
        return (f"reading of {day(now.measured_on)}: {_figure(now.measured, now)}",)
    if now.measured != was.measured:
        return (f"the reading of {day(now.measured_on)} was corrected",)
    return (f"no reading since {day(now.measured_on)}",) if now.pace is Pace.STALE else ()


def _known(point: Point) -> tuple[date | None, Window | None]:
    """What a reading is known by."""
    return point.on, point.window


def _figure(value: Decimal | None, kpi: KpiView) -> str:
    return figure(value, kpi.unit, kpi.decimals)


def _tier(kpi: KpiView) -> Tier:
    return Tier.GUARDRAIL if kpi.guardrail else Tier.KPI


def _kpis_of(goal: GoalView) -> list[KpiView]:
    return [*(kpi for outcome in goal.outcomes for kpi in outcome.kpis), *goal.guardrails]


def _names(goal: GoalView) -> list[str]:
    return [*(kpi.id for kpi in _kpis_of(goal)), *(action.id for action in goal.actions)]


def _kpis(card: Scorecard) -> dict[str, KpiView]:
    return {kpi.id: kpi for goal in card.goals for kpi in _kpis_of(goal)}


def _actions(card: Scorecard) -> dict[str, ActionView]:
    return {action.id: action for goal in card.goals for action in goal.actions}
