"""What stands beside a KPI's newest figure: those of single schools and groups, and when the next is due. Pure."""

from __future__ import annotations

from datetime import date

from syncd.plan.model import Kpi, Reading, Scope
from syncd.progress.attainment import comparable, is_small
from syncd.progress.calendar import next_due
from syncd.progress.pace import Frame, Pace, Verdict
from syncd.scorecard.cells import Hidden
from syncd.scorecard.suppression import published
from syncd.scorecard.view import PartView

_OVER = frozenset({Pace.ACHIEVED, Pace.MISSED, Pace.PAUSED, Pace.RETIRED, Pace.SUPPRESSED})


def next_reading(kpi: Kpi, verdict: Verdict, frame: Frame) -> date | None:
    """The day on which the next reading that may meet the target is due, past or to come; None where none is awaited.

    It is one period after the newest one, or after what comes instead of it: the day of the baseline, the plan's first.
    """
    if verdict.pace in _OVER:
        return None
    newest = verdict.measured.reading.on if verdict.measured.reading else None
    since = newest or (kpi.baseline.on if kpi.baseline else None) or frame.start
    return next_due(since, kpi.cadence) if since else None


def parts_of(kpi: Kpi, as_of: date, frame: Frame) -> tuple[PartView, ...]:
    """The newest reading of each school and group, by name; without its value where it must not be shown.

    That is decided by what may be published (`suppression`): in public the KPI holds only that. Those inside see all,
    unless a group is too small: then what could tell its figure is not shown to them either.
    """
    hidden = _hidden(kpi, frame)
    newest: dict[tuple[Scope, str], tuple[Reading, bool]] = {}
    for reading, secret in sorted(zip(kpi.readings, hidden, strict=True), key=lambda each: each[0].on):
        known = reading.scope is not Scope.DISTRICT and reading.value is not None and reading.on <= as_of
        if known and reading.where and comparable(kpi, reading):
            newest[reading.scope, reading.where] = reading, secret
    return tuple(
        PartView(scope, where, reading.on, None if secret else reading.value, reading.window)
        for (scope, where), (reading, secret) in sorted(newest.items(), key=lambda each: each[0])
    )


def _hidden(kpi: Kpi, frame: Frame) -> list[bool]:
    """Of each reading of the KPI, whether it must not be shown."""
    if not frame.strict and any(is_small(each, frame.minimum_group, strict=False) for each in kpi.readings):
        return [isinstance(each, Hidden) for each in published(kpi, frame.minimum_group)]
    return [isinstance(each, Hidden) for each in kpi.readings]
