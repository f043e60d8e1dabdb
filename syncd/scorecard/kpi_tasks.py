"""What stands in the tool of a scorecard's KPIs: field values for their tasks, and measures for goals. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from connectors.goals import Measure
from connectors.vocabulary import FieldValue
from syncd.plan.model import Kpi, Plan, Scope
from syncd.scorecard.slices import kpis_of
from syncd.scorecard.view import KpiView, Scorecard
from syncd.scorecard.words import rounded, whole_percent, word

_MEASURED: Final = frozenset({"baseline", "measured", "measured_on", "attainment", "expected", "pace"})
"""The figures that tell what was measured."""


def kpi_figures(card: Scorecard, plan: Plan) -> dict[str, dict[str, FieldValue]]:
    """By KPI and guardrail, what its task may show (`syncd.plan.items.FIGURES`); None where a figure is not known.

    What is measured of a school or a group alone does not go to a tool: of such a KPI only its aim and its work do.
    """
    parts = _of_a_part(plan)
    return {kpi.id: _figures(kpi) | (_unsaid(kpi) if kpi.id in parts else {}) for kpi in _kpis(card)}


def _unsaid(kpi: KpiView) -> dict[str, None]:
    """What is not told of a school or a group: what was measured, and a target from which its baseline follows."""
    return dict.fromkeys(_MEASURED | {"target"} if kpi.change else _MEASURED)


def measures(card: Scorecard, plan: Plan) -> dict[str, tuple[str, Measure]]:
    """By KPI and guardrail that was measured of the district, its title and its figure on the way to its target."""
    parts = _of_a_part(plan)
    return {
        kpi.id: (kpi.title, _measure(kpi, kpi.measured))
        for kpi in _kpis(card)
        if kpi.measured is not None and kpi.id not in parts
    }


def _of_a_part(plan: Plan) -> set[str]:
    """The KPIs that are measured of schools or groups alone."""
    kpis = [placed.item for placed in plan.items.values() if isinstance(placed.item, Kpi)]
    return {kpi.id for kpi in kpis if kpi.readings and all(one.scope is not Scope.DISTRICT for one in kpi.readings)}


def _measure(kpi: KpiView, value: Decimal) -> Measure:
    return Measure(
        value=rounded(value, kpi.decimals),
        start=_value(kpi, kpi.baseline.value if kpi.baseline else None),
        target=_value(kpi, kpi.target.value if kpi.target else None),
        unit=kpi.unit,
        decimals=kpi.decimals,
    )


def _kpis(card: Scorecard) -> Iterator[KpiView]:
    for goal in card.goals:
        yield from kpis_of(goal)


def _figures(kpi: KpiView) -> dict[str, FieldValue]:
    """Rounded as the scorecard shows them: so a task changes no more often than what people read."""
    return {
        "unit": kpi.unit or None,
        "baseline": _value(kpi, kpi.baseline.value if kpi.baseline else None),
        "target": _value(kpi, kpi.target.value if kpi.target else None),
        "measured": _value(kpi, kpi.measured),
        "measured_on": kpi.measured_on,
        "attainment": _percent(kpi.attainment),
        "expected": _percent(kpi.expected),
        "implementation": _percent(kpi.implementation, finished=kpi.work.finished),
        "pace": word(kpi.pace),
    }


def _value(kpi: KpiView, value: Decimal | None) -> Decimal | None:
    return None if value is None else rounded(value, kpi.decimals)


def _percent(share: Fraction | None, *, finished: bool = True) -> Decimal | None:
    """In whole percent; work that was begun is at least 1."""
    if share is None:
        return None
    whole = whole_percent(share, finished=finished)
    return Decimal(1 if whole == 0 and share > 0 else whole)
