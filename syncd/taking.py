"""After a pass, takes readings of KPIs from a field of their tasks that the mapping names; asks nothing of the tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from connectors.clock import Clock
from mappings.readings import figure, misfit
from mappings.shape import renamed
from syncd.config import Config
from syncd.engine.books import Books, Route
from syncd.engine.tally import Finding, PassReport
from syncd.engine.waiting import known_books
from syncd.plan.model import Plan
from syncd.plan.taken import Taken, news, with_taken
from syncd.records import Outcome
from syncd.store.errors import StoreError
from syncd.store.store import Store
from syncd.store.trouble import RESTORE


class Taking:
    """The readings that stand in the tools. `plan` gives a plan as its files hold it, `known` the store."""

    def __init__(self, config: Config, clock: Clock, known: Callable[[], Store], plan: Callable[[str], Plan]) -> None:
        self._config, self._clock, self._known, self._plan = config, clock, known, plan
        self._joined: dict[str, tuple[Plan, int, Plan]] = {}

    def plan(self, name: str) -> Plan:
        """The plan with what was taken for it, the same as long as neither changed. Raises PlanError, StoreError."""
        plan = self._plan(name)
        with self._known().reading() as reader:
            end = reader.taken_end(plan.id)
            if not end:
                return plan
            before, mark, joined = self._joined.get(name, (None, 0, plan))
            if before is not plan or mark != end:
                joined = with_taken(plan, [_taken(each) for each in reader.taken(plan.id)])
                self._joined[name] = (plan, end, joined)
        return joined

    def after(self, report: PassReport, route: Route) -> PassReport:
        """The report of a pass; among its findings is why nothing could be taken. Raises StoreError."""
        title = self._config.mappings[route.mapping].readings
        if title is None:
            return report
        with self._known().reading() as reader:
            books = known_books(reader, route)
            before = [_taken(each) for each in reader.taken(route.rules.plan)]
        if books is None:
            return report
        if wrong := misfit(route.mapping, title, books.container):
            outcome = Outcome.FINDINGS if report.outcome is Outcome.DONE else report.outcome
            finding = Finding(route.mapping, route.mapping, wrong.words, wrong.fix)
            return replace(report, outcome=outcome, findings=(*report.findings, finding))
        now = self._clock.now()
        seen = _seen(books, title, now.astimezone(self._config.zone).date())
        if fresh := news(before, seen):
            with self._known().writing(plan=route.rules.plan) as writer:
                writer.add_taken(route.rules.plan, now, [(each.item, asdict(each)) for each in fresh])
        return report


def _seen(books: Books, title: str, today: date) -> Iterator[Taken]:
    """What the tasks of KPIs hold; of those that are gone nobody knows anything new."""
    route, observed = books.route, books.observed()
    items = {item.id: item for item in route.items}
    now = renamed(items)
    for known, link in books.links.items():
        item = items.get(now.get(known, known))
        if item is None or item.tier not in ("kpi", "guardrail") or link.task not in books.seen:
            continue
        if not observed.loss(link.task):
            value = figure(title, books.seen[link.task].task, books.container)
            yield Taken(item.id, route.mapping, title, route.connection, link.task, today, value)


def _taken(line: dict[str, Any]) -> Taken:
    """What is kept. Nothing unreadable is taken for nothing."""
    try:
        return Taken(**line)
    except TypeError as error:
        raise StoreError(f"a reading that was taken from a tool cannot be read ({error})", RESTORE) from error
