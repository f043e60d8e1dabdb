"""Keeps back from tools and from the public what must be corrected first, until somebody does that or waives it.

Always: a text that may name a student or a small group (PL20). Where a plan asks for it (`strict`): every error that
the rules of plan writing find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from connectors.clock import Clock
from mappings.shape import PlanItem, selected
from syncd.config import Config
from syncd.engine.books import Route
from syncd.engine.planner import Change, Kind
from syncd.engine.preview import Preview
from syncd.engine.tally import Finding, PassReport
from syncd.linting import Linting
from syncd.plan.linting.finding import Severity
from syncd.plan.linting.rules import BY_ID
from syncd.plan.model import Plan
from syncd.plan.screen import RULE, screened
from syncd.records import Outcome, SetAside
from syncd.store.store import Store

_TIERS: Final = ("action", "project", "kpi", "guardrail")


@dataclass(frozen=True, slots=True)
class Held:
    """An item that is kept back: the rule that says so, and what it found, in a sentence without its full stop."""

    item: str
    rule: str
    message: str

    @property
    def is_text(self) -> bool:
        """Whether its own words are what must not leave."""
        return self.rule == RULE


class Withholding:
    """What is kept back of each plan, by the plan's name in the configuration; `linting` gives it as it stands."""

    def __init__(self, config: Config, clock: Clock, linting: Linting) -> None:
        self._config, self._clock, self._linting = config, clock, linting
        self._known: dict[str, tuple[Plan, date, dict[str, Held]]] = {}

    def of(self, name: str) -> dict[str, Held]:
        """By item, what was found in it and is not waived today. Raises PlanError."""
        plan, today = self._linting.plan(name), self._linting.today
        known = self._known.get(name)
        if known is None or known[0] is not plan or known[1] != today:
            self._known[name] = known = (plan, today, self._held(name, plan))
        return known[2]

    def within(self, name: str, version: Plan) -> dict[str, Held]:
        """By item, what is found in a plan as it stands, and in this version of it. Raises PlanError."""
        now = self.of(name)
        return now if version is self._linting.plan(name) else self._texts(name, version) | now

    def passed(self, name: str) -> frozenset[str]:
        """The items of a plan whose texts somebody lets pass today."""
        today = self._linting.today
        return frozenset(one.item for one in self._linting.waivers(name) if one.rule == RULE and one.holds(today))

    def _texts(self, name: str, plan: Plan) -> dict[str, Held]:
        waived = self.passed(name)
        return {item: Held(item, RULE, one.message) for item, one in screened(plan).items() if item not in waived}

    def _held(self, name: str, plan: Plan) -> dict[str, Held]:
        held = self._texts(name, plan)
        if self._config.plans[name].lint.strict:
            for one in self._linting.of(name).open:
                if one.severity is Severity.ERROR and one.item in plan.items:
                    held.setdefault(one.item, Held(one.item, one.rule, one.message.rstrip(".")))
        return held

    def next_step(self, name: str, item: str) -> str:
        """What a person can do about an item of a plan that is kept back."""
        rule = self.of(name)[item].rule
        fix = BY_ID[rule].fix.removesuffix(" If it is harmless, waive it.")
        why = "it is harmless" if rule == RULE else "it may pass as it is"
        file = self._config.district("plans", name) or self._config.path
        place = f"{file.name}: [[plans.{name}.waivers]]"
        return f'{fix} If {why}, waive it in {place} item = "{item}", rule = "{rule}", reason = "…".'

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

    def _back(self, route: Route) -> Mapping[str, Held]:
        name = self._config.mappings[route.mapping].plan
        found = self.of(name)
        return {item.id: found[item.id] for item in _tasks(route) if item.id in found}

    def _finding(self, route: Route, found: Held) -> Finding:
        step = self.next_step(self._config.mappings[route.mapping].plan, found.item)
        return Finding(found.item, found.item, _reason(found), step)


def withheld(items: Iterable[PlanItem], found: Mapping[str, Held]) -> tuple[PlanItem, ...]:
    """The items, those that something was found in marked with why nothing of them is sent."""
    return tuple(replace(item, withheld=_reason(found[item.id])) if item.id in found else item for item in items)


def _tasks(route: Route) -> Iterable[PlanItem]:
    return (item for item in route.items if item.tier in _TIERS and selected(route.rules, item))


def _reason(found: Held) -> str:
    return f"{found.message}: nothing of it is sent, and what hangs below it waits with it"


def _aside(finding: Finding, now: datetime) -> SetAside:
    """As it stands in the store: due at once, so that it is gone as soon as nothing is found any more."""
    return SetAside(finding.item, "withhold", finding.message, finding.next_step, 1, now)
