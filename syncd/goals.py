"""After a pass, shows the figures of KPIs on the tool's goals that the mapping names; only what changed is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, replace

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import Invalid, NoAccess, NotFound, PlanTier, ToolError
from connectors.goals import Goals, Measure
from syncd.config import Config
from syncd.engine.tally import Finding, PassReport
from syncd.plan.model import Plan
from syncd.records import Entry, Outcome
from syncd.scorecard.kpi_tasks import measures
from syncd.scorecard.view import Scorecard
from syncd.store.store import Store

Shown = list[str]
"""What is kept of one goal: which one, the measure in words, and what was wrong with it, with what to do."""
_NONE = "this tool has no goals whose figures can be set"
_NO_GOALS_STEP = 'Take the section out of the mapping; a board of KPIs (kpi = "task") shows figures in any tool.'


class GoalFigures:
    """Keeps the goals of a configuration's mappings; `plan` and `card` give a plan and its internal scorecard now."""

    def __init__(
        self, config: Config, store: Store, clock: Clock, plan: Callable[[str], Plan], card: Callable[[str], Scorecard]
    ) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._plan, self._card = plan, card

    def after(self, report: PassReport, connector: Connector) -> PassReport:
        """The report of a pass with what went wrong with its mapping's goals among its findings.

        A goal that was refused is tried again once its figure changes, and after each full read; the latter puts
        back what people set there. Raises PlanError, StoreError.
        """
        mapping = self._config.mappings[report.mapping]
        if not mapping.goals or report.halted or report.stop:
            return report
        goals = connector.goals()
        if goals is None:
            found = [Finding(report.mapping, report.mapping, _NONE, _NO_GOALS_STEP)]
        else:
            found = list(self._show(report, mapping.connection, mapping.goals, goals))
        outcome = Outcome.FINDINGS if found and report.outcome is Outcome.DONE else report.outcome
        return replace(report, outcome=outcome, findings=(*report.findings, *found))

    def _show(self, report: PassReport, connection: str, named: Mapping[str, str], goals: Goals) -> Iterator[Finding]:
        key = f"goals of {report.mapping}"
        with self._store.reading() as reader:
            known: dict[str, Shown] = reader.facts(connection, key) or {}
        plan = self._config.mappings[report.mapping].plan
        wanted = measures(self._card(plan), self._plan(plan))
        for item in (item for item in named if item in wanted):
            title, measure = wanted[item]
            before, now = known.get(item, ["", "", "", ""]), [named[item], _words(measure)]
            if before[:2] == now and not report.full:
                trouble, step = before[2:]
            else:
                try:
                    goals.show(named[item], measure)
                    trouble = step = ""
                except (Invalid, NotFound, NoAccess, PlanTier) as error:
                    trouble, step = str(error), error.next_step
                except ToolError as error:
                    yield Finding(item, title, str(error), error.next_step)
                    return
                known[item] = [*now, trouble, step]
                with self._store.writing() as writer:
                    writer.put_facts(connection, key, known)
                    if known[item] != before:
                        writer.add_entries([self._line(report.mapping, item, before, known[item])])
            if trouble:
                yield Finding(item, title, trouble, step)

    def _line(self, mapping: str, item: str, before: Shown, now: Shown) -> Entry:
        kind, cause = ("fail", now[2]) if now[2] else ("update", "the KPI's newest figure")
        told = ("goal", before[1] or None, now[1], cause)
        return Entry(self._clock.now(), None, mapping, item, now[0], kind, *told)


def _words(measure: Measure) -> str:
    """A measure as it is kept, and as the log tells it."""
    value, start, target, unit, _ = astuple(measure)
    return f"{value}{unit and f' {unit}'} (from {start} to {target})"
