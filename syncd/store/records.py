"""The record that only the store's readers need: one point in the history of a KPI, an action or a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class KpiPoint:
    """What was known of a plan item on a day. Points are only ever added: a published figure is never recomputed.

    `on` is the district's day the figures speak of, `at` when they were computed. `attainment`, `implementation` and
    `expected` are shares (1 = all of the way, unclamped), `measured` is in the KPI's own unit; None is unknown.
    `done` of `total` is the pooled count of linked tasks.
    """

    plan: str
    item: str
    on: date
    at: datetime
    attainment: Fraction | None
    implementation: Fraction | None
    measured: Decimal | None
    expected: Fraction | None
    pace: str
    done: int
    total: int
