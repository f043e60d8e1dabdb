"""Pace: where something should stand today against where it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from syncd.plan.bounds import Over
from syncd.plan.model import Audience, Kpi, KpiKind, KpiState, PaceRule, Plan, Reading, State
from syncd.progress.attainment import (
    Band,
    Measured,
    attainment,
    baseline_of,
    has_way,
    is_bound,
    limits,
    measure,
    target_of,
)
from syncd.progress.calendar import final_from, fresh_until
from syncd.progress.expected import Course, Expected, course, deadline
from syncd.progress.leaf import Leaf, WorkState
from syncd.progress.rollup import Line


class Pace(StrEnum):
    """The states of design and scorecard; each has a word, a shape and a colour, never a colour alone."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    MISSED = "missed"
    NOT_STARTED = "not_started"
    NOT_MEASURED = "not_measured"
    BASELINE_PENDING = "baseline_pending"
    NO_TARGET = "no_target"
    STALE = "stale"
    PAUSED = "paused"
    RETIRED = "retired"
    SUPPRESSED = "suppressed"


_RULE, _NOTHING = PaceRule(), Measured()


@dataclass(frozen=True, slots=True)
class Frame:
    """What a plan lays down for all its KPIs: its days, its pace rule, and whose groups are too small to show.

    `strict` holds for what is published: there, a part of the district whose size is not known counts as small.
    """

    start: date | None = None
    end: date | None = None
    rule: PaceRule = _RULE
    minimum_group: int = 10
    strict: bool = False

    @classmethod
    def of(cls, plan: Plan, audience: Audience = Audience.INTERNAL) -> Frame:
        """The frame of a plan for an audience."""
        return cls(plan.start, plan.end, plan.pace, plan.minimum_group, audience is Audience.PUBLIC)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A KPI's pace with all it comes from.

    `expected` is where it should stand on the day; `against` what its newest reading is held against (an earlier
    milestone while the reading for the next one is awaited); `gap` how many points of the way (0 to 100) it is behind,
    negative = ahead. A stale KPI keeps what it `was`, and since when (`overdue`) its reading is missing.
    """

    pace: Pace
    rule: PaceRule
    measured: Measured = _NOTHING
    expected: Expected | None = None
    against: Expected | None = None
    gap: Fraction | None = None
    deadline: date | None = None
    was: Pace | None = None
    overdue: date | None = None


def by_gap(gap: Fraction, rule: PaceRule) -> Pace:
    """On track, at risk or off track by how many points something is behind; the limits themselves still pass."""
    if gap <= _exact(rule.on_track):
        return Pace.ON_TRACK
    return Pace.AT_RISK if gap <= _exact(rule.at_risk) else Pace.OFF_TRACK


@lru_cache
def _exact(limit: Decimal) -> Fraction:
    """A limit as a fraction: there are few, and each is asked for once for every piece of work."""
    return Fraction(limit)


def pace(kpi: Kpi, as_of: date, frame: Frame, work: Line | None = None) -> Verdict:
    """A KPI's pace on a day; readings of later days are not known yet.

    Before the plan's first day nothing has a pace yet. A KPI that is work-based and has no target of its own goes by
    the `work` behind it.
    """
    rule = kpi.pace or frame.rule
    by = deadline(kpi, frame.end)
    if kpi.state is not KpiState.ACTIVE:
        return Verdict(Pace(kpi.state.value), rule, _seen(kpi, as_of, frame), deadline=by)
    measured = _seen(kpi, as_of, frame)
    if measured.suppressed:
        return Verdict(Pace.SUPPRESSED, rule, measured, deadline=by)
    if frame.start is not None and as_of < frame.start:
        return Verdict(Pace.NOT_STARTED, rule, measured, deadline=by)
    if limits(kpi) is None:
        return Verdict(_aimless(kpi, work, rule), rule, measured, deadline=by)
    way = course(kpi, start=frame.start, end=frame.end)
    wanted = way.at(as_of) if way is not None else None
    if measured.reading is None:
        return Verdict(_unmeasured(kpi, as_of, frame), rule, measured, wanted, deadline=by)
    so_far = Verdict(Pace.NOT_MEASURED, rule, measured, wanted, deadline=by)
    return _measured(kpi, as_of, measured.reading, so_far, way)


def _seen(kpi: Kpi, as_of: date, frame: Frame) -> Measured:
    return measure(kpi, as_of, minimum_group=frame.minimum_group, strict=frame.strict)


def _aimless(kpi: Kpi, work: Line | None, rule: PaceRule) -> Pace:
    """The pace of a KPI whose target is not known: it may hang on a baseline that is not, or be the work itself."""
    if kpi.target is not None and kpi.target.change is not None:
        return Pace.BASELINE_PENDING
    if kpi.kind is not KpiKind.IMPLEMENTATION or work is None:
        return Pace.NO_TARGET
    if work.share is None:
        return Pace.NOT_MEASURED
    return Pace.ACHIEVED if work.complete else line_pace(work, rule) or Pace.NO_TARGET


def _unmeasured(kpi: Kpi, as_of: date, frame: Frame) -> Pace:
    start = frame.start or (kpi.baseline.on if kpi.baseline is not None else None)
    if start is not None and as_of < start:
        return Pace.NOT_STARTED
    return Pace.BASELINE_PENDING if has_way(kpi) and baseline_of(kpi) is None else Pace.NOT_MEASURED


def _measured(kpi: Kpi, as_of: date, reading: Reading, so_far: Verdict, way: Course | None) -> Verdict:
    """The pace of a KPI with a target and a reading: settled, stale or held against its course."""
    by, met = so_far.deadline, so_far.measured.met
    against = way.due(as_of, reading.on) if way is not None else None
    state, gap = _running(kpi, so_far, against)
    if by is not None and reading.on >= final_from(by, kpi.cadence) and (met or as_of > by or reading.on >= by):
        state = state if met is None else _settled(kpi, as_of, by, met=met, otherwise=state)
    elif as_of > (fresh := fresh_until(reading.on, kpi.cadence)):
        against = way.due(fresh, reading.on) if way is not None else None
        was, gap = _running(kpi, so_far, against)
        return _with(so_far, Pace.STALE, against, gap, was=was, overdue=fresh)
    return _with(so_far, state, against, gap)


def _settled(kpi: Kpi, as_of: date, by: date, *, met: bool, otherwise: Pace) -> Pace:
    """Achieved or missed by the reading of the last period; a band can only be kept once the deadline is there."""
    if met:
        return Pace.ACHIEVED if has_way(kpi) or as_of >= by else otherwise
    return Pace.MISSED


def _running(kpi: Kpi, so_far: Verdict, against: Expected | None) -> tuple[Pace, Fraction | None]:
    measured = so_far.measured
    if measured.band is not None:
        bands = {Band.INSIDE: Pace.ON_TRACK, Band.NEAR: Pace.AT_RISK, Band.OUTSIDE: Pace.OFF_TRACK}
        return bands[measured.band], None
    if not has_way(kpi):
        return Pace.NOT_MEASURED, None  # a bound that does not tell on which side of its limit the value is
    if baseline_of(kpi) is None:
        return Pace.BASELINE_PENDING, None
    if measured.reading is not None and is_bound(measured.reading.value):
        return _by_bound(kpi, measured, against, so_far.rule), None
    if against is None or measured.raw is None:
        return (Pace.ON_TRACK if measured.met else Pace.NO_TARGET), None
    gap = (against.share - measured.raw) * 100
    return by_gap(gap, so_far.rule), gap


def _by_bound(kpi: Kpi, measured: Measured, against: Expected | None, rule: PaceRule) -> Pace:
    """What the bound of a value proves: that it is not far behind, or that it is; else it cannot be compared."""
    baseline, target, value = baseline_of(kpi), target_of(kpi), measured.reading.value if measured.reading else None
    raw = attainment(baseline, target, value)
    if measured.met or against is None or raw is None or baseline is None or target is None:
        return Pace.ON_TRACK if measured.met else Pace.NOT_MEASURED
    gap = (against.share - raw) * 100
    if isinstance(value, Over) == (target > baseline):
        return Pace.ON_TRACK if gap <= Fraction(rule.on_track) else Pace.NOT_MEASURED
    return Pace.OFF_TRACK if gap >= Fraction(rule.at_risk) else Pace.NOT_MEASURED


def _with(
    so_far: Verdict,
    state: Pace,
    against: Expected | None,
    gap: Fraction | None,
    *,
    was: Pace | None = None,
    overdue: date | None = None,
) -> Verdict:
    return Verdict(
        state, so_far.rule, so_far.measured, so_far.expected, against, gap, so_far.deadline, was=was, overdue=overdue
    )


def work_pace(leaf: Leaf, today: date, start: date | None, rule: PaceRule) -> Pace:
    """The pace of one piece of work, by its dates.

    Cancelled work is retired; deferred work and work on hold are paused; without a due day there is nothing to hold
    started work against (no target); a share that is not known is not measured.
    """
    if leaf.state in _AT_REST:
        return _AT_REST[leaf.state]
    if leaf.overdue:
        return Pace.NOT_MEASURED if leaf.share is None else Pace.OFF_TRACK
    begun = start is not None and today >= start
    return _by_dates(leaf.share, leaf.expected, rule, begun=begun, complete=leaf.share == 1)


def action_pace(line: Line, state: State, today: date, start: date | None, rule: PaceRule) -> Pace:
    """The pace of an action: the share of its work that is done against the share due by the work's own dates."""
    if state is not State.ACTIVE:
        return _AT_REST[WorkState(state.value)]
    begun = start is not None and today >= start
    return _by_dates(line.share, line.expected, rule, begun=begun, complete=line.complete)


def line_pace(line: Line, rule: PaceRule) -> Pace | None:
    """Rolled-up work held against its dates; None where its share is not known or none of it has a date."""
    if line.share is None or line.expected is None:
        return None
    return by_gap((line.expected - line.share) * 100, rule)


_AT_REST = {
    WorkState.CANCELLED: Pace.RETIRED,
    WorkState.EXCLUDED: Pace.RETIRED,
    WorkState.DEFERRED: Pace.PAUSED,
    WorkState.ON_HOLD: Pace.PAUSED,
}


def _by_dates(
    share: Fraction | None, expected: Fraction | None, rule: PaceRule, *, begun: bool, complete: bool
) -> Pace:
    if share is None:
        return Pace.NOT_MEASURED
    if complete:
        return Pace.ACHIEVED
    if share == 0 and not expected and not begun:
        return Pace.NOT_STARTED
    return Pace.NO_TARGET if expected is None else by_gap((expected - share) * 100, rule)
