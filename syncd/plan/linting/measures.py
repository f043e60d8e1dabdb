"""Rules about KPIs and guardrails as measures: from where, to where, how often, and whether that can be. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

from syncd.plan.linting.finding import Remark, Severity
from syncd.plan.linting.subject import Subject
from syncd.plan.model import Cadence, Direction, Kpi, KpiKind, Mark, Scope, Target, Tier
from syncd.progress.aims import aimed

_PERCENT: Final = (Direction.INCREASE, Direction.DECREASE)
"""What goes a way from a baseline to a target; all else is kept within a limit, and needs no baseline."""
_YEAR: Final = Fraction(1461, 4)
_MANY: Final = Fraction(3, 2)
"""How many times the best past year a target may ask for, before that is worth a thought."""
_WHOLE: Final = Decimal(100)
_LATER: Final = "Enter the last reading with its date, or, while it is still to come, a later day."
"""What to do about a baseline that did not come by its day."""


def no_baseline(subject: Subject) -> Iterator[Remark]:
    """KPIs that go a way of which nobody knows where it begins."""
    for _, kpi in subject.kpis():
        mark = kpi.baseline
        if kpi.direction not in _PERCENT or (mark is not None and mark.value is not None):
            continue
        due = mark.on if mark is not None else None
        if due is None or due < subject.today:
            late = f" (it was due on {due})" if due else ""
            severity = Severity.ERROR if aims(kpi) else Severity.WARNING
            words = f"{subject.name(kpi)} has no baseline{late}: progress cannot be shown."
            yield Remark(kpi.id, words, "baseline", severity, _LATER if due else "")


def no_target(subject: Subject) -> Iterator[Remark]:
    """KPIs that aim at nothing."""
    for _, kpi in subject.kpis():
        if not aims(kpi):
            yield Remark(kpi.id, f"{subject.name(kpi)} has no target.", "target")


def no_limit(subject: Subject) -> Iterator[Remark]:
    """Guardrails that nobody can tell to be kept."""
    for placed, kpi in subject.measures():
        if placed.tier is Tier.GUARDRAIL:
            missing = [] if aims(kpi) else ["limit"]
            missing += [] if kpi.readings or kpi.readings_from else ["reading"]
            if missing:
                words = f"The guardrail {subject.name(kpi)} has no {' and no '.join(missing)}."
                yield Remark(kpi.id, words, "target" if not aims(kpi) else "readings")


def wrong_direction(subject: Subject) -> Iterator[Remark]:
    """Targets on the other side of the baseline than the direction says."""
    for item, key, words in subject.faults:
        if key == "direction":
            yield Remark(item, f"{subject.name(subject.plan.items[item].item)}: {words}.", key)


def not_plausible(subject: Subject) -> Iterator[Remark]:
    """Targets beyond all, ways that a single child makes or undoes, and years better than any before."""
    for _, kpi in subject.measures():
        target = kpi.target or Target()
        for value in (target.value, target.low, target.high, *(mark.value for mark in kpi.interim)):
            if kpi.unit == "%" and value is not None and not 0 <= value <= _WHOLE:
                words = f"{subject.name(kpi)} aims at {value} %: a share is between 0 and 100."
                yield Remark(kpi.id, words, "target", Severity.WARNING)
                break
    for _, kpi in subject.kpis():
        yield from _too_small(subject, aimed(kpi))
        yield from _too_fast(subject, aimed(kpi))


def no_early_signal(subject: Subject) -> Iterator[Remark]:
    """KPIs, and whole goals, of which only the end of a year tells whether they come along."""
    early = {placed.parent for placed, kpi in subject.kpis() if _is_early(kpi)}
    for placed, kpi in subject.kpis():
        if not _is_early(kpi) and kpi.direction in _PERCENT and not kpi.interim and placed.parent not in early:
            words = f"{subject.name(kpi)} is measured once a year and has no interim target or leading measure."
            yield Remark(kpi.id, words, "interim")
    late = {placed.goal for placed, _ in subject.kpis()} - {p.goal for p, kpi in subject.kpis() if _is_early(kpi)}
    for _, goal in subject.goals():
        if goal.id in late:
            words = f"All KPIs of {subject.name(goal)} are measured once a year, when the year is over."
            yield Remark(goal.id, words, fix="Add one leading KPI that shows within the year whether it comes along.")


def no_source(subject: Subject) -> Iterator[Remark]:
    """KPIs of which nobody says where their figures come from."""
    for _, kpi in subject.measures():
        if not kpi.source and not kpi.method:
            yield Remark(kpi.id, f"{subject.name(kpi)} names neither its data source nor its method.", "source")


def aims(kpi: Kpi) -> bool:
    """Whether a KPI has a target, of the kind that its direction asks for."""
    target = kpi.target or Target()
    if kpi.direction is Direction.BETWEEN:
        return target.low is not None and target.high is not None
    return target.value is not None or target.change is not None


def _is_early(kpi: Kpi) -> bool:
    return kpi.kind is KpiKind.LEADING or kpi.cadence is not Cadence.YEARLY


def _way(kpi: Kpi) -> Decimal | None:
    """How far it is from the baseline to the target, 0 or more; None where one of them is not known."""
    start, end = (kpi.baseline or Mark()).value, (kpi.target or Target()).value
    if kpi.direction not in _PERCENT or start is None or end is None:
        return None
    return abs(end - start)


def _too_small(subject: Subject, kpi: Kpi) -> Iterator[Remark]:
    way, sizes = _way(kpi), [each for each in kpi.readings if each.scope is Scope.DISTRICT and each.n]
    if way is None:
        return
    if kpi.tolerance is not None and way <= kpi.tolerance:
        words = f"The whole way of {subject.name(kpi)} ({way}) is within its tolerance ({kpi.tolerance})."
        yield Remark(kpi.id, words, "target")
    elif kpi.unit == "%" and sizes:
        size = max(sizes, key=lambda each: each.on).n or 1
        if way * size < 2 * _WHOLE:
            words = f"The whole way of {subject.name(kpi)} ({way} points) is less than two of the {size} it describes."
            yield Remark(kpi.id, words, "target")


def _too_fast(subject: Subject, kpi: Kpi) -> Iterator[Remark]:
    way, best = _way(kpi), _best_year(kpi)
    start, end = (kpi.baseline or Mark()).on, (kpi.target or Target()).on
    if way is None or best is None or start is None or end is None or end <= start:
        return
    asked = Fraction(way) * _YEAR / (end - start).days
    if asked > _MANY * best:
        past = _short(max(best, Fraction(0)))
        words = f"{subject.name(kpi)} asks for {_short(asked)} a year; the best past year brought {past}."
        yield Remark(kpi.id, words, "target")


def _best_year(kpi: Kpi) -> Fraction | None:
    """The most that a year between two like readings brought; None with fewer than three such readings."""
    best: list[Fraction] = []
    sign = 1 if kpi.direction is Direction.INCREASE else -1
    for window in {each.window for each in kpi.readings}:
        mine = sorted(
            (each.on, each.value)
            for each in kpi.readings
            if each.window is window and each.scope is Scope.DISTRICT and each.value is not None
        )
        for (before, was), (after, now) in pairwise(mine):
            if (days := (after - before).days) >= 300:  # tests are not on the same day
                best.append(sign * Fraction(now - was) * _YEAR / days)
    return max(best) if len(best) > 1 else None


def _short(value: Fraction) -> str:
    return f"{float(value):.1f}".removesuffix(".0")
