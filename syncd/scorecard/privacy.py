"""The last look at a public scorecard before it leaves: it fails closed. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from syncd.plan.model import Kpi, Plan, Scope
from syncd.plan.screen import has_mail
from syncd.progress.pace import Pace
from syncd.scorecard.cells import Hidden, KeptBack
from syncd.scorecard.suppression import Disclosed
from syncd.scorecard.view import ActionView, KpiView, PartView, ProjectView, Scorecard

UNNAMED: Final = "Strategic plan"
"""How a plan is called in public of which nothing is public and adopted."""


class Leak(Exception):
    """A public scorecard holds what is not public; it must not be shown. `item` is the id of what would leak."""

    retryable = False

    def __init__(self, item: str, what: str) -> None:
        self.item = item
        super().__init__(f"{item}: {what} would be published. Nothing was published; please report this.")


def check_public(card: Scorecard, shown: Disclosed, passed: Container[str] = ()) -> None:
    """Look through a public scorecard once more, from the outside; raises Leak at the first thing found.

    `shown` is the plan with what may be told of its readings, `passed` are the items whose texts somebody lets pass.
    """
    plan = shown.source
    if not card.goals and (card.title, card.organization) != (UNNAMED, ""):
        raise Leak(plan.id, "the name of a plan of which nothing is public")
    for view in _views(card):
        if not _is_public(plan, view.id):
            raise Leak(view.id, "an item that is not marked public")
        if _names_somebody(view):
            raise Leak(view.id, "the name or address of a person")
        if not isinstance(view, KpiView) and view.url:
            raise Leak(view.id, "an address in the tool")
        if isinstance(view, KpiView) and (
            _shows_suppressed(view, shown)
            or _shows_more(view, plan, card.as_of, shown)
            or _gives_baseline_away(view, plan)
        ):
            raise Leak(view.id, "a figure about a group that is too small")
    if goal := next((goal for goal in card.goals if "@" in goal.office), None):
        raise Leak(goal.id, "the name or address of a person")
    if win := next((win for win in card.wins if not _is_public(plan, win.id)), None):
        raise Leak(win.id, "an item that is not marked public")
    if found := next((item for item, text in _texts(card) if has_mail(text) and item not in passed), None):
        raise Leak(found, "an e-mail address")


def _texts(card: Scorecard) -> Iterator[tuple[str, str]]:
    """What people wrote of what the scorecard holds, with the id of what it is about."""
    yield from ((card.plan, text) for text in (card.title, card.organization))
    for goal in card.goals:
        yield goal.id, goal.title
        yield from ((outcome.id, outcome.title) for outcome in goal.outcomes)
    for view in _views(card):
        yield view.id, view.title
        if view.claim is not None:
            yield view.id, view.claim.note
        if isinstance(view, KpiView):
            yield from ((view.id, text) for text in (view.unit, view.why, view.method, view.source))
            yield from ((view.id, part.where) for part in view.parts)


def _views(card: Scorecard) -> Iterator[KpiView | ActionView | ProjectView]:
    for goal in card.goals:
        yield from goal.guardrails
        for outcome in goal.outcomes:
            yield from outcome.kpis
        for action in goal.actions:
            yield action
            yield from action.projects


def _names_somebody(view: KpiView | ActionView | ProjectView) -> bool:
    """Whether an owner is named, or where a title should stand, an address."""
    titles = [view.office] + ([view.claim.by] if view.claim is not None else [])
    return view.owner is not None or any("@" in title for title in titles)


def _is_public(plan: Plan, item: str) -> bool:
    placed = plan.items.get(item)
    return placed is not None and placed.public


def _shows_suppressed(kpi: KpiView, shown: Disclosed) -> bool:
    """Whether a suppressed KPI shows a figure, but for earlier ones where only the newest is kept back."""
    if kpi.pace is not Pace.SUPPRESSED:
        return False
    newest = (kpi.measured, kpi.measured_on, kpi.attainment, kpi.expected)
    earlier = (
        () if any(isinstance(each, KeptBack) for each in shown.readings(kpi.id)) else (kpi.baseline, *kpi.readings)
    )
    return any(figure is not None for figure in (*newest, *earlier))


def _shows_more(view: KpiView, plan: Plan, as_of: date, shown: Disclosed) -> bool:
    """Whether the KPI shows a value that none of its readings has as they may be published."""
    kpi = plan.items[view.id].item
    if not isinstance(kpi, Kpi):
        return True
    known = [each for each in shown.readings(kpi.id) if not isinstance(each, Hidden)]
    whole = {_told(each.value, each.on) for each in known if each.scope is Scope.DISTRICT or _is_alone(kpi, as_of)}
    parts = {(each.scope, each.where, *_told(each.value, each.on)) for each in known}
    return (
        not {_told(point.value, point.on) for point in view.readings} <= whole
        or (view.measured is not None and _told(view.measured, view.measured_on) not in whole)
        or any((*_of(part), *_told(part.value, part.on)) not in parts for part in view.parts if part.value is not None)
    )


def _gives_baseline_away(view: KpiView, plan: Plan) -> bool:
    """Whether a baseline that is not shown follows from a target that the plan tells as a change from it."""
    kpi = plan.items[view.id].item
    if not isinstance(kpi, Kpi) or view.baseline is not None or kpi.baseline is None or kpi.baseline.value is None:
        return False
    by_change = kpi.target is not None and kpi.target.change is not None
    return (by_change and view.target is not None) or len(view.interim) > sum(not mark.change for mark in kpi.interim)


def _is_alone(kpi: Kpi, as_of: date) -> bool:
    """Whether the KPI is about one school or group, as far as anything is known of it on the day."""
    known = [each for each in kpi.readings if each.value is not None and each.on <= as_of]
    return len({(each.scope, each.where) for each in known}) == 1


def _of(part: PartView) -> tuple[Scope, str]:
    return part.scope, part.where


def _told(value: Decimal | None, on: date | None) -> tuple[type, Decimal | None, date | None]:
    """A value with its day, and whether it is a bound."""
    return type(value), value, on
