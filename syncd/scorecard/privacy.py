"""The last look at a public scorecard before it leaves: it fails closed. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.plan.model import Audience, Plan, Status
from syncd.progress.pace import Pace
from syncd.scorecard.view import ActionView, KpiView, ProjectView, Scorecard


class Leak(Exception):
    """A public scorecard holds what is not public; it must not be shown. `item` is the id of what would leak."""

    retryable = False

    def __init__(self, item: str, what: str) -> None:
        self.item = item
        super().__init__(f"{item}: {what} would be published. Nothing was published; please report this.")


def check_public(card: Scorecard, plan: Plan) -> None:
    """Look through a public scorecard once more, from the outside; raises Leak at the first thing found."""
    for view in _views(card):
        if not _is_public(plan, view.id):
            raise Leak(view.id, "an item that is not marked public")
        if view.owner is not None:
            raise Leak(view.id, "the name of a person")
        if not isinstance(view, KpiView) and view.url:
            raise Leak(view.id, "an address in the tool")
        if isinstance(view, KpiView) and _shows_suppressed(view):
            raise Leak(view.id, "a figure about a group that is too small")
    for win in card.wins:
        if not _is_public(plan, win.id):
            raise Leak(win.id, "an item that is not marked public")


def _views(card: Scorecard) -> Iterator[KpiView | ActionView | ProjectView]:
    for goal in card.goals:
        yield from goal.guardrails
        for outcome in goal.outcomes:
            yield from outcome.kpis
        for action in goal.actions:
            yield action
            yield from action.projects


def _is_public(plan: Plan, item: str) -> bool:
    placed = plan.items.get(item)
    return placed is not None and placed.audience is Audience.PUBLIC and placed.status is Status.ADOPTED


def _shows_suppressed(kpi: KpiView) -> bool:
    if kpi.pace is not Pace.SUPPRESSED:
        return False
    figures = (kpi.measured, kpi.measured_on, kpi.attainment, kpi.expected, kpi.baseline)
    return bool(kpi.readings) or any(figure is not None for figure in figures)
