"""What may be proposed where a KPI asks for less than it did, or for nothing more: a target further out. Pure.

Nothing follows from a proposal, no state and no figure: whoever decides on the plan reads it in the review.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from syncd.plan.model import Kpi
from syncd.plan.units import is_percentage
from syncd.progress.attainment import Measured, baseline_of, has_way, is_bound, measure, target_of
from syncd.scorecard.sentences import decimals_of
from syncd.scorecard.words import day, figure, rounded

_A_YEAR: Final = 365
"""Days before its day from which a target was reached early: later, the next plan asks for more anyway."""


def proposals(kpi: Kpi, before: Kpi | None, as_of: date, minimum_group: int) -> tuple[str, ...]:
    """Targets further out, in sentences without a full stop; `before` is the KPI as it is adopted."""
    target = target_of(kpi)
    if target is None or not has_way(kpi):
        return ()
    corrected = () if before is None else _after_a_correction(kpi, before, target)
    return (*corrected, *_reached_early(kpi, target, measure(kpi, as_of, minimum_group=minimum_group), as_of))


def _after_a_correction(kpi: Kpi, before: Kpi, target: Decimal) -> Iterator[str]:
    """A baseline that turns out better leaves less to be gained; one that turns out worse leaves the target alone."""
    old, new = baseline_of(before), baseline_of(kpi)
    if old is None or new is None or not _is_correction(before, kpi):
        return
    wanted = _bounded(kpi, target + new - old)
    if (new - old) * (target - old) > 0 and wanted != target:
        was, now = (_said(kpi, value) for value in (old, new))
        along = ", and the targets on the way by as much" if kpi.interim else ""
        yield (
            f"the baseline was better than it was thought to be ({was} → {now}), and the target stands: to ask for as "
            f"much as before, set it to {_said(kpi, wanted)} instead of {_said(kpi, target)}{along}"
        )


def _is_correction(before: Kpi, now: Kpi) -> bool:
    """Whether the same baseline is known better now, and nothing else was decided about the target."""
    days = [kpi.baseline.on if kpi.baseline else None for kpi in (before, now)]
    return days[0] == days[1] and before.unit == now.unit and before.target == now.target


def _reached_early(kpi: Kpi, target: Decimal, found: Measured, as_of: date) -> Iterator[str]:
    """A target that was met long before its day asks for nothing any more."""
    by, reading = kpi.target.on if kpi.target else None, found.reading
    if by is None or reading is None or reading.value is None or not found.met or is_bound(reading.value):
        return
    if (by - as_of).days < _A_YEAR:
        return
    met = f"the target for {day(by)}, {_said(kpi, target)}, was met on {day(reading.on)} ({_said(kpi, reading.value)})"
    start = kpi.baseline
    if start is None or start.value is None or start.on is None:
        yield f"{met}: set one further out"
        return
    planned = (target - start.value) / (by - start.on).days
    wanted = _bounded(kpi, reading.value + planned * (by - reading.on).days)
    if wanted != _bounded(kpi, reading.value):
        yield f"{met}: at the pace that was planned, one further out would be {_said(kpi, wanted)}"


def _bounded(kpi: Kpi, value: Decimal) -> Decimal:
    """A value to the KPI's digits; no share is less than none or more than all."""
    wanted = rounded(value, decimals_of(kpi))
    return min(max(wanted, Decimal(0)), Decimal(100)) if is_percentage(kpi.unit) else wanted


def _said(kpi: Kpi, value: Decimal) -> str:
    return figure(value, kpi.unit, decimals_of(kpi))
