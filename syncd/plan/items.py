"""A plan's items as mappings see them: values by the plan's own keys, and the text for a task's notes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.vocabulary import FieldValue
from mappings.notes import FOOT, HEAD
from mappings.shape import PlanItem
from syncd.plan.model import Action, Audience, Goal, Kpi, KpiState, Placed, Plan, Project, State, Status, Tier, Work
from syncd.progress.leaf import stricter
from syncd.progress.rollup import drivers

FIGURES: Final = (
    *("unit", "baseline", "target", "measured", "measured_on"),
    *("attainment", "expected", "implementation", "pace"),
)
"""What the task of a KPI may show of its figures; shares are in whole percent, the pace is its word."""
KEYS: Final = (
    *("id", "title", "notes", "start", "due", "owner", "weight", "state"),
    *("goal", "outcome", "action", "kpis", "organization"),
    *FIGURES,
)
"""What a mapping's field may come from: goal, outcome and action are titles, kpis the titles of all it drives."""
_WORK: Final = frozenset({"start", "due", "weight", "state", "kpis"})
"""The keys of actions and projects alone."""

_IN_WORDS: Final = {
    State.ON_HOLD: "In the plan this work is on hold: it can wait until it is taken up again.",
    State.DEFERRED: "In the plan this work was put off to a later year: nothing needs to be done about it now.",
    State.CANCELLED: "In the plan this work was cancelled: nothing more needs to be done. What is done stays as it is.",
}
_NAMED: Final = 3
"""How many KPIs a task's notes name."""


Figures = Mapping[str, Mapping[str, FieldValue]]
"""By KPI, its figures by their keys."""


def plan_items(
    plan: Plan, figures: Figures = MappingProxyType({}), pages: Mapping[str, str] = MappingProxyType({})
) -> tuple[PlanItem, ...]:
    """Every item of the plan, in its order; KPIs with their `figures`, as far as they are given.

    `pages` has the address at which everybody reads of a goal, by its id: what is public there says so in its notes.
    """
    driven = _driven(plan)
    return tuple(
        _item(plan, placed, driven, figures.get(placed.item.id, {}), pages.get(placed.goal, ""))
        for placed in plan.items.values()
    )


def _item(
    plan: Plan, placed: Placed, driven: Mapping[str, tuple[str, ...]], figures: Mapping[str, FieldValue], page: str
) -> PlanItem:
    titles = {plan.items[name].tier: plan.items[name].item.title for name in placed.path}
    named = (title for name in (placed.item.id, *reversed(placed.path)) for title in driven.get(name, ()))
    kpis = tuple(dict.fromkeys(named))
    around = _around(plan, placed, titles, kpis, page if placed.audience is Audience.PUBLIC else "")
    return PlanItem(
        id=placed.item.id,
        tier=placed.tier.value,
        path=placed.path,
        values={**_values(plan, placed, titles, kpis), "notes": _block(_own(placed.item.notes), *around), **figures},
        active=_is_active(plan, placed),
        adopted=placed.status is Status.ADOPTED,
        was=placed.item.was,
        around=around,
        without=_WORK if isinstance(placed.item, Kpi) else frozenset(FIGURES),
    )


def _is_active(plan: Plan, placed: Placed) -> bool:
    if isinstance(placed.item, Kpi):
        return placed.item.state is not KpiState.RETIRED
    return _state(plan, placed) not in (State.CANCELLED, State.DEFERRED)


def _driven(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """By action and project, the titles of the KPIs that are followed and that it drives."""
    found: dict[str, list[str]] = {}
    for placed in plan.items.values():
        kpi = placed.item
        if isinstance(kpi, Kpi) and kpi.state is not KpiState.RETIRED and placed.status is Status.ADOPTED:
            for item in drivers(plan, placed, kpi):
                found.setdefault(item, []).append(kpi.title)
    return {item: tuple(titles) for item, titles in found.items()}


def _state(plan: Plan, placed: Placed) -> State:
    """The item's own state, or that of the action above it where that is stricter."""
    above = plan.items[placed.path[-1]].item if placed.path else None
    state = placed.item.state if isinstance(placed.item, Work) else State.ACTIVE
    return stricter(state, above.state) if isinstance(above, Action) else state


def _values(plan: Plan, placed: Placed, titles: Mapping[Tier, str], kpis: tuple[str, ...]) -> dict[str, FieldValue]:
    """The item's values but for its notes."""
    item = placed.item
    values: dict[str, FieldValue] = {
        "id": item.id,
        "title": item.title,
        "owner": item.owner,
        "goal": item.title if isinstance(item, Goal) else titles.get(Tier.GOAL),
        "outcome": titles.get(Tier.OUTCOME),
        "action": titles.get(Tier.ACTION),
        "kpis": "; ".join(kpis) or None,
        "organization": plan.organization or None,
    }
    if isinstance(item, Work):
        state = _state(plan, placed).value
        values |= {"start": item.start, "due": item.due, "weight": item.weight, "state": state}
    return values


def _block(own: str, above: str, below: str) -> str:
    """The text for a task's notes. The same from day to day."""
    words = "\n\n".join(filter(None, (own, below)))
    return "\n".join(filter(None, (above, words)))


def _around(
    plan: Plan, placed: Placed, titles: Mapping[Tier, str], kpis: tuple[str, ...], page: str
) -> tuple[str, str]:
    """What a team reads on the task above and below the item's own notes: whether to work on it, and what it is for."""
    item, lines = placed.item, []
    above = _IN_WORDS.get(_state(plan, placed), "") if isinstance(item, Action | Project) else ""
    lines += [f"{tier.value.capitalize()}: {titles[tier]}" for tier in (Tier.GOAL, Tier.OUTCOME) if tier in titles]
    if isinstance(item, Project) and Tier.ACTION in titles:
        lines.append(f"Part of: {titles[Tier.ACTION]}")
    if isinstance(item, Kpi) and item.why:
        lines.append(f"Why it matters: {_own(item.why)}")
    if kpis:
        more = f" and {len(kpis) - _NAMED} more" if len(kpis) > _NAMED else ""
        lines.append(f"Moves: {'; '.join(kpis[:_NAMED])}{more}")
    if item.owner and "@" not in item.owner:
        lines.append(f"Responsible: {item.owner}")
    if page:
        lines.append(f"How it stands: {page}")
    return above, "\n".join(lines)


def _own(notes: str) -> str:
    """The item's notes, without lines that would be taken for the frame around syncd's block."""
    return "\n".join(line for line in notes.splitlines() if line.strip() not in (HEAD, FOOT)).strip()
