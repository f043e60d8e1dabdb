"""Makes routes: each mapping of the configuration with its plan as it stands, ready to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from connectors.vocabulary import FieldValue
from mappings.shape import PlanItem
from syncd.config import Config, check_selection
from syncd.engine.books import Route
from syncd.errors import ConfigError
from syncd.plan.items import plan_items
from syncd.plan.keeping import refusals
from syncd.plan.model import Plan
from syncd.plan.screen import without_texts
from syncd.plan.sources import ending
from syncd.plans import Plans
from syncd.scorecard.addresses import goal_pages
from syncd.scorecard.kpi_tasks import kpi_figures
from syncd.scorecard.view import Scorecard
from syncd.withholding import Held, Withholding, withheld


class Routes:
    """The routes of a configuration; `plan` and `card` give a plan and its internal scorecard as they are now."""

    def __init__(
        self,
        config: Config,
        plans: Plans,
        plan: Callable[[str], Plan],
        card: Callable[[str], Scorecard],
        withholding: Withholding,
    ) -> None:
        self._config, self._plans, self._plan, self._card = config, plans, plan, card
        self._withholding = withholding
        self._known: dict[str, tuple[Plan, Mapping[str, Held], tuple[PlanItem, ...]]] = {}
        """The items of each plan without figures, and what they were made of: many mappings ask for them."""

    def of(self, names: Sequence[str]) -> list[Route]:
        """The mappings of these names; those that show figures last, for these follow from the others.

        Raises ConfigError or PlanError.
        """
        names = sorted(names, key=lambda name: self._config.mappings[name].kpi == "task")
        problems = [
            problem
            for name in names
            for problem in check_selection(self._config, name, self._plan(self._config.mappings[name].plan))
        ]
        if problems:
            raise ConfigError(problems)
        return [self.current(name) for name in names]

    def current(self, name: str) -> Route:
        """A mapping with all that its tasks are to hold by now, the figures of KPIs included."""
        route, source = self.without_figures(name), self._config.mappings[name].plan
        if not route.rules.kpi_is_task:
            return route
        figures = kpi_figures(self._card(source), self._plan(source))
        return replace(route, items=self._with_figures(source, figures))

    def without_figures(self, name: str) -> Route:
        """A mapping as configuration and plan have it, from which figures follow."""
        mapping = self._config.mappings[name]
        plan, place = self._plan(mapping.plan), self._plans.place(mapping.plan)
        reference, by_name = mapping.reference
        return Route(
            mapping=name,
            connection=mapping.connection,
            rules=mapping.rules(name, plan.id),
            items=self._items(mapping.plan),
            reference=reference,
            by_name=by_name,
            limits=mapping.guard,
            unwritable=place.why_not(),
            refused=lambda edits: refusals(place, ending(self._config.plans[mapping.plan].source), edits),
        )

    def _items(self, source: str) -> tuple[PlanItem, ...]:
        plan, found = self._plan(source), self._withholding.of(source)
        known = self._known.get(source)
        if known is None or known[0] is not plan or known[1] is not found:
            self._known[source] = known = (plan, found, self._with_figures(source, {}))
        return known[2]

    def _with_figures(self, source: str, figures: Mapping[str, Mapping[str, FieldValue]]) -> tuple[PlanItem, ...]:
        """The plan's items as they may leave: what the screen over texts found stands in none of them."""
        found = self._withholding.of(source)
        plan = without_texts(self._plan(source), {item: each for item, each in found.items() if each.is_text})
        return withheld(plan_items(plan, figures, self._pages(source)), found)

    def _pages(self, source: str) -> dict[str, str]:
        """The addresses of the public pages, by goal; only the plan of the front page has any."""
        base = self._config.server.public_url
        if base is None or source != self._config.front:
            return {}
        placed = self._plan(source).items
        goals = [goal.id for goal in self._plan(source).goals if placed[goal.id].public]
        return {goal: f"{base}/{path}" for goal, path in goal_pages(goals).items()}
