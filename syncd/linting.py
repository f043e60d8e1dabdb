"""Looks through the plans of a configuration with the rules of plan writing, by its waivers and bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from connectors.clock import Clock
from mappings.shape import selected
from syncd.config import Config
from syncd.plan.items import plan_items
from syncd.plan.linting.finding import Waiver
from syncd.plan.linting.lint import Linted, lint
from syncd.plan.linting.subject import Subject
from syncd.plan.model import Plan, Tier
from syncd.sections import WaiverConfig


class Linting:
    """The findings about each plan, by its name in the configuration; `plan` gives one as it stands."""

    def __init__(self, config: Config, clock: Clock, plan: Callable[[str], Plan]) -> None:
        self._config, self._clock, self._plan = config, clock, plan

    def plan(self, name: str) -> Plan:
        """A plan as it stands. Raises PlanError."""
        return self._plan(name)

    @property
    def today(self) -> date:
        """The district's day."""
        return self._clock.now().astimezone(self._config.zone).date()

    def subject(self, name: str) -> Subject:
        """A plan as the rules look at it today. Raises PlanError."""
        plan, bounds = self.plan(name), self._config.plans[name].lint.bounds
        return Subject(plan, self.today, bounds, frozenset(self._pushed(name, plan)))

    def of(self, name: str) -> Linted:
        """What the rules find in a plan. Raises PlanError."""
        return lint(self.subject(name), self.waivers(name))

    def waivers(self, name: str) -> tuple[Waiver, ...]:
        """What is waived of the findings about a plan, whether it still holds or not."""
        return tuple(map(_waiver, self._config.plans[name].waivers))

    def _pushed(self, name: str, plan: Plan) -> Iterator[str]:
        """The projects of which a mapping makes tasks."""
        mappings = {key: each for key, each in self._config.mappings.items() if each.plan == name}
        items = plan_items(plan) if mappings else ()
        for key, each in mappings.items():
            rules = each.rules(key, plan.id)
            if rules.project_is_task:
                yield from (item.id for item in items if item.tier == Tier.PROJECT and selected(rules, item))


def _waiver(waiver: WaiverConfig) -> Waiver:
    return Waiver(waiver.item, waiver.rule, waiver.reason, waiver.until)
