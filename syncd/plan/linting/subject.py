"""A plan as the rules look at it: its items in order, what of it is in force, and how much is too much. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from syncd.plan.checks import Fault, check_plan
from syncd.plan.model import Action, Goal, Item, Kpi, KpiState, Outcome, Placed, Plan, Project, State, Tier, Work
from syncd.plan.screen import Found, screened
from syncd.progress.leaf import stricter


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is too much: goals, KPIs under a goal, items from goals to actions, open projects of an owner, words."""

    goals: int = 6
    kpis: int = 7
    elements: int = 60
    projects: int = 10
    words: int = 25


@dataclass(frozen=True)
class Subject:
    """A plan on a day; `pushed` are the ids of items that some mapping makes tasks of."""

    plan: Plan
    today: date
    bounds: Bounds = Bounds()
    pushed: frozenset[str] = frozenset()

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """All items in the order of the file; an id that stands twice comes twice."""
        return tuple(self.plan.walk())

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What keeps a plan's file from being loaded: a plan that was put together otherwise may still hold it."""
        return tuple(check_plan(self.plan))

    @cached_property
    def private(self) -> dict[str, Found]:
        """By item, the text that may name somebody: it is not repeated anywhere."""
        return screened(self.plan)

    def name(self, item: Item) -> str:
        """How messages call an item: by its title, in quotes, unless that may name somebody."""
        found = self.private.get(item.id)
        return item.id if found is not None and found.text == "title" else f"“{item.title}”"

    def goals(self) -> Iterator[tuple[Placed, Goal]]:
        """All goals."""
        yield from ((each, each.item) for each in self.placed if isinstance(each.item, Goal))

    def outcomes(self) -> Iterator[tuple[Placed, Outcome]]:
        """All outcomes."""
        yield from ((each, each.item) for each in self.placed if isinstance(each.item, Outcome))

    def kpis(self) -> Iterator[tuple[Placed, Kpi]]:
        """KPIs that are followed; no guardrails."""
        yield from ((each, kpi) for each, kpi in self.measures() if each.tier is Tier.KPI)

    def measures(self) -> Iterator[tuple[Placed, Kpi]]:
        """KPIs and guardrails that are followed."""
        for each in self.placed:
            if isinstance(each.item, Kpi) and each.item.state is not KpiState.RETIRED:
                yield each, each.item

    def works(self) -> Iterator[tuple[Placed, Work]]:
        """Actions and projects that are under way or to come: neither cancelled nor put off, and not on hold."""
        for each in self.placed:
            if isinstance(each.item, Action | Project) and self._state(each) is State.ACTIVE:
                yield each, each.item

    @cached_property
    def underway(self) -> frozenset[str]:
        """The ids of these actions and projects."""
        return frozenset(work.id for _, work in self.works())

    def _state(self, placed: Placed) -> State:
        """Its own state, or that of the action above where that is stricter."""
        own = placed.item.state if isinstance(placed.item, Work) else State.ACTIVE
        above = self.plan.items[placed.path[-1]].item if placed.path else None
        return stricter(own, above.state) if isinstance(above, Action) else own
