"""A plan's items as mappings see them: values by the plan's own keys, and the text for a task's notes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from connectors.vocabulary import FieldValue
from mappings.notes import FOOT, HEAD
from mappings.shape import PlanItem
from syncd.plan.model import Action, Goal, Kpi, KpiState, Placed, Plan, Project, State, Status, Tier, Work
from syncd.progress.leaf import stricter
from syncd.progress.rollup import drivers

KEYS: Final = (
    *("id", "title", "notes", "start", "due", "owner", "weight", "state"),
    *("goal", "outcome", "action", "kpis", "organization"),
)
"""What a mapping's field may come from: goal, outcome and action are titles, kpis the titles of all it drives."""

_IN_WORDS: Final = {
    State.ON_HOLD: "In the plan this work is on hold: it can wait until it is taken up again.",
    State.DEFERRED: "In the plan this work was put off to a later year: nothing needs to be done about it now.",
    State.CANCELLED: "In the plan this work was cancelled: nothing more needs to be done. What is done stays as it is.",
}
_NAMED: Final = 3
"""How many KPIs a task's notes name."""


def plan_items(plan: Plan) -> tuple[PlanItem, ...]:
    """Every goal, outcome, action and project of the plan, in its order; KPIs are no work and are not pushed."""
    driven = _driven(plan)
    return tuple(
        PlanItem(
            id=placed.item.id,
            tier=placed.tier.value,
            path=placed.path,
            values=dict(_values(plan, placed, driven)),
            active=_state(plan, placed) not in (State.CANCELLED, State.DEFERRED),
            adopted=placed.status is Status.ADOPTED,
        )
        for placed in plan.items.values()
        if placed.tier not in (Tier.KPI, Tier.GUARDRAIL)
    )


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


def _values(plan: Plan, placed: Placed, driven: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, FieldValue]]:
    item = placed.item
    titles = {plan.items[name].tier: plan.items[name].item.title for name in placed.path}
    kpis = tuple(title for name in (item.id, *reversed(placed.path)) for title in driven.get(name, ()))
    yield "id", item.id
    yield "title", item.title
    yield "owner", item.owner
    yield "goal", item.title if isinstance(item, Goal) else titles.get(Tier.GOAL)
    yield "outcome", titles.get(Tier.OUTCOME)
    yield "action", titles.get(Tier.ACTION)
    yield "kpis", "; ".join(dict.fromkeys(kpis)) or None
    yield "organization", plan.organization or None
    if isinstance(item, Work):
        yield "start", item.start
        yield "due", item.due
        yield "weight", item.weight
        yield "state", _state(plan, placed).value
    yield "notes", _block(plan, placed, titles, tuple(dict.fromkeys(kpis)))


def _block(plan: Plan, placed: Placed, titles: Mapping[Tier, str], kpis: tuple[str, ...]) -> str:
    """What a team reads on the task: the item's notes, then what it is for. The same from day to day."""
    item, lines = placed.item, []
    if isinstance(item, Action | Project) and (words := _IN_WORDS.get(_state(plan, placed))):
        lines.append(words)
    if notes := _own(item.notes):
        lines += [notes, ""]
    lines += [f"{tier.value.capitalize()}: {titles[tier]}" for tier in (Tier.GOAL, Tier.OUTCOME) if tier in titles]
    if isinstance(item, Project) and Tier.ACTION in titles:
        lines.append(f"Part of: {titles[Tier.ACTION]}")
    if kpis:
        more = f" and {len(kpis) - _NAMED} more" if len(kpis) > _NAMED else ""
        lines.append(f"Moves: {'; '.join(kpis[:_NAMED])}{more}")
    if item.owner and "@" not in item.owner:
        lines.append(f"Responsible: {item.owner}")
    return "\n".join(lines).strip()


def _own(notes: str) -> str:
    """The item's notes, without lines that would be taken for the frame around syncd's block."""
    return "\n".join(line for line in notes.splitlines() if line.strip() not in (HEAD, FOOT)).strip()
