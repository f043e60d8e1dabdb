"""The history of the figures: what a scorecard says as points to keep, and what earlier points say of a day. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from syncd.progress.evidence import Evidence
from syncd.records import KpiPoint
from syncd.scorecard.view import ActionView, KpiView, Scorecard

_NO_TIME: Final = datetime.min.replace(tzinfo=UTC)


def points(card: Scorecard, at: datetime) -> Iterator[KpiPoint]:
    """One point for each KPI, guardrail, action and project of a scorecard that was computed at that instant."""
    for goal in card.goals:
        for outcome in goal.outcomes:
            yield from (_of_kpi(card, kpi, at) for kpi in outcome.kpis)
        yield from (_of_kpi(card, kpi, at) for kpi in goal.guardrails)
        for action in goal.actions:
            yield from _of_action(card, action, at)


def news(points: Iterator[KpiPoint], last: Mapping[str, KpiPoint]) -> list[KpiPoint]:
    """Those points that say something else than the last of their item."""
    return [point for point in points if point.item not in last or _figures(point) != _figures(last[point.item])]


def evidence_on(points: Mapping[str, KpiPoint], evidence: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """The evidence as it was when these points were the newest; what had no known share then is left out."""
    return {
        item: replace(
            evidence.get(item) or Evidence(item, None, done=False),
            share=point.implementation,
            done=point.done > 0 and point.done == point.total,
        )
        for item, point in points.items()
        if point.implementation is not None
    }


def _of_kpi(card: Scorecard, kpi: KpiView, at: datetime) -> KpiPoint:
    return KpiPoint(
        plan=card.plan,
        item=kpi.id,
        on=card.as_of,
        at=at,
        attainment=kpi.attainment,
        implementation=kpi.implementation,
        measured=None if kpi.measured is None else Decimal(kpi.measured),  # of a bound, its figure
        expected=kpi.expected,
        pace=kpi.pace.value,
        done=kpi.work.done,
        total=kpi.work.total,
    )


def _of_action(card: Scorecard, action: ActionView, at: datetime) -> Iterator[KpiPoint]:
    work, pace = action.work, action.pace.value
    base = KpiPoint(
        card.plan, action.id, card.as_of, at, None, action.progress, None, action.expected, pace, work.done, work.total
    )
    yield base
    for project in action.projects:
        yield replace(
            base,
            item=project.id,
            implementation=project.progress,
            expected=None,
            pace=project.pace.value,
            done=int(project.done),
            total=1,
        )


def _figures(point: KpiPoint) -> KpiPoint:
    """The point without its times."""
    return replace(point, on=date.min, at=_NO_TIME)
