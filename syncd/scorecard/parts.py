"""What stands beside a KPI's newest figure: those of single schools and groups, and when the next is due. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from syncd.plan.model import Kpi, Reading, Scope
from syncd.progress.attainment import comparable, is_small
from syncd.progress.calendar import next_due
from syncd.progress.pace import Frame, Pace, Verdict
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
    """The newest reading of each school and group, by name; without its value where the group is too small to show.

    Where one of several must not be shown, the smallest of the others is not shown either: from the figure of the whole
    the one could be worked out.
    """
    newest: dict[tuple[Scope, str], Reading] = {}
    for reading in sorted(kpi.readings, key=lambda each: each.on):
        known = reading.scope is not Scope.DISTRICT and reading.value is not None and reading.on <= as_of
        if known and reading.where and comparable(kpi, reading):
            newest[reading.scope, reading.where] = reading
    hidden = _hidden(list(newest.values()), frame)
    return tuple(
        PartView(scope, where, reading.on, None if (scope, where) in hidden else reading.value, reading.window)
        for (scope, where), reading in sorted(newest.items())
    )


def _hidden(readings: list[Reading], frame: Frame) -> set[tuple[Scope, str]]:
    """Which schools and groups must not be shown: those that are too small, and one more where it is only one."""
    hidden = set()
    kinds: dict[Scope, list[Reading]] = defaultdict(list)
    for reading in readings:
        kinds[reading.scope].append(reading)
    for scope, several in kinds.items():
        small = [each for each in several if is_small(each, frame.minimum_group, strict=frame.strict)]
        others = [each for each in several if each not in small]
        if len(small) == 1 and others:
            small.append(min(others, key=lambda each: each.n or 0))
        hidden |= {(scope, each.where) for each in small}
    return hidden
