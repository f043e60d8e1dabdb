"""What plans amount to, from what the store holds: for scorecards, explanations and the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

from connectors.clock import Clock
from syncd.config import Config
from syncd.engine.books import Route
from syncd.engine.harvest import harvest
from syncd.plan.model import Audience, Plan
from syncd.progress.evidence import Evidence
from syncd.progress.team import with_team_work
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.explain import Explanation, explain
from syncd.scorecard.history import evidence_on, news, points
from syncd.scorecard.view import Scorecard
from syncd.store.store import Store


class Figures:
    """The figures of plans by their name in the configuration; `plan`, `route` and `store` give what holds now.

    Every method raises ConfigError, PlanError, StoreError and Leak.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        plan: Callable[[str], Plan],
        route: Callable[[str], Route],
        store: Callable[[], Store],
    ) -> None:
        self._config, self._clock = config, clock
        self._plan, self._route, self._store = plan, route, store

    def scorecard(self, plan: str, *, audience: Audience, as_of: date | None = None) -> Scorecard:
        """The scorecard of a plan for an audience, today or as things were known on an earlier day."""
        day = as_of or self.today()
        held, evidence, read_at = self._known(plan, day)
        local = read_at.astimezone(self._config.zone) if read_at else None
        return build_scorecard(held, evidence, audience=audience, as_of=day, tool_read_at=local)

    def explain(self, plan: str, item: str, *, as_of: date | None = None) -> Explanation:
        """Where the figures of an item come from. Raises UnknownItem too."""
        day = as_of or self.today()
        held, evidence, _ = self._known(plan, day)
        return explain(held, evidence, item, as_of=day)

    def record(self, plans: Iterable[str]) -> None:
        """Add to the history what the scorecards of these plans now say, where it is new."""
        for name in plans:
            card = self.scorecard(name, audience=Audience.INTERNAL)
            with self._store().writing() as writer:
                for point in news(points(card, self._clock.now()), writer.newest_points(card.plan, card.as_of)):
                    writer.add_point(point)

    def today(self) -> date:
        """The district's day."""
        return self._clock.now().astimezone(self._config.zone).date()

    def _known(self, name: str, day: date) -> tuple[Plan, dict[str, Evidence], datetime | None]:
        """A plan with what else counts, what the tools said by that day, and when they were last read."""
        held = self._plan(name)
        routes = [self._route(mapping) for mapping, section in self._config.mappings.items() if section.plan == name]
        with self._store().reading() as reader:
            known = harvest(reader, routes)
            earlier = reader.newest_points(held.id, day) if day < self.today() else None
        team, read_at = known.team, known.read_at
        found = known.evidence | {work.evidence.item: work.evidence for work in team}
        if earlier is not None:
            read_at = max((point.at for point in earlier.values()), default=None)
            found = evidence_on(earlier, found)
        zone = self._config.zone
        found = {
            item: replace(each, completed_at=each.completed_at.astimezone(zone)) if each.completed_at else each
            for item, each in found.items()
        }
        return with_team_work(held, (work for work in team if work.evidence.item in found), found), found, read_at
