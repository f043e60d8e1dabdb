"""Keeps back what the screen over texts found, from tools and from the public, until somebody corrects or waives it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from connectors.clock import Clock
from mappings.shape import PlanItem, selected
from syncd.config import Config
from syncd.engine.books import Route
from syncd.engine.planner import Change, Kind
from syncd.engine.preview import Preview
from syncd.engine.tally import Finding, PassReport
from syncd.plan.model import Plan
from syncd.plan.screen import Found, screened
from syncd.records import Outcome, SetAside
from syncd.store.store import Store

_TIERS: Final = ("action", "project", "kpi", "guardrail")


class Withholding:
    """What is kept back of each plan, by the plan's name in the configuration; `plan` gives one as it stands."""

    def __init__(self, config: Config, clock: Clock, plan: Callable[[str], Plan]) -> None:
        self._config, self._clock, self._plan = config, clock, plan
        self._known: dict[str, tuple[Plan, dict[str, Found]]] = {}

    def of(self, name: str) -> dict[str, Found]:
        """By item, what was found in it and is not waived today. Raises PlanError."""
        plan = self._plan(name)
        known = self._known.get(name)
        if known is None or known[0] is not plan:
            self._known[name] = known = (plan, screened(plan))
        today = self._clock.now().astimezone(self._config.zone).date()
        waived = {one.item for one in self._config.plans[name].waivers if one.until is None or today <= one.until}
        return {item: found for item, found in known[1].items() if item not in waived}

    def next_step(self, name: str, item: str) -> str:
        """What a person can do about an item of a plan."""
        return (
            "Take out of the plan what names anybody, or use counts of larger groups. If it is harmless, waive it in "
            f'{self._config.path.name}: [[plans.{name}.waivers]] item = "{item}", rule = "PL20", reason = "…".'
        )

    def in_report(self, report: PassReport, route: Route, store: Store) -> PassReport:
        """The report of a pass, with what was kept back in it; that is set aside in the store, for `status`."""
        back = self._back(route)
        if not back:
            return report
        told = {finding.item for finding in report.findings if finding.next_step} - back.keys()
        new = tuple(self._finding(route, found) for found in back.values())
        with store.writing() as writer:
            for finding in new:
                writer.put_set_aside(route.mapping, _aside(finding, self._clock.now()))
        others = tuple(one for one in report.findings if one.item in told or one.item not in back)
        outcome = Outcome.FINDINGS if report.outcome is Outcome.DONE else report.outcome
        return replace(report, outcome=outcome, findings=(*new, *others))

    def in_preview(self, preview: Preview, route: Route) -> Preview:
        """What a pass would do, with what it would keep back."""
        held = {change.item for change in preview.changes if change.kind is Kind.HOLD}
        new = (
            Change(Kind.HOLD, found.item, found.item, reason=_reason(found))
            for item, found in self._back(route).items()
            if item not in held
        )
        return replace(preview, changes=(*preview.changes, *new))

    def _back(self, route: Route) -> Mapping[str, Found]:
        name = self._config.mappings[route.mapping].plan
        found = self.of(name)
        return {item.id: found[item.id] for item in _tasks(route) if item.id in found}

    def _finding(self, route: Route, found: Found) -> Finding:
        step = self.next_step(self._config.mappings[route.mapping].plan, found.item)
        return Finding(found.item, found.item, _reason(found), step)


def withheld(items: Iterable[PlanItem], found: Mapping[str, Found]) -> tuple[PlanItem, ...]:
    """The items, those that something was found in marked with why nothing of them is sent."""
    return tuple(replace(item, withheld=_reason(found[item.id])) if item.id in found else item for item in items)


def _tasks(route: Route) -> Iterable[PlanItem]:
    return (item for item in route.items if item.tier in _TIERS and selected(route.rules, item))


def _reason(found: Found) -> str:
    return f"{found.message}: nothing of it is sent, and what hangs below it waits with it"


def _aside(finding: Finding, now: datetime) -> SetAside:
    """As it stands in the store: due at once, so that it is gone as soon as nothing is found any more."""
    return SetAside(finding.item, "withhold", finding.message, finding.next_step, 1, now)
