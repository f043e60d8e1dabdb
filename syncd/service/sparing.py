"""Whether a quiet pass would find nothing: then it is not made, and costs no request."""

from __future__ import annotations

from syncd.app import App
from syncd.engine.delays import waits
from syncd.engine.observer import FULL_EVERY, SWEEP_EVERY, due
from syncd.plan.model import Plan
from syncd.records import MappingState
from syncd.service.watch import WELL


class Sparing:
    """Remembers with which plan passes were made. It is asked only where the tool itself tells what happens."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._plans: dict[str, Plan] = {}

    def made(self, mapping: str) -> None:
        """A pass of the mapping is about to be made, with its plan as that is now."""
        plan = self._app.plans.last(self._app.config.mappings[mapping].plan)
        if plan is not None:
            self._plans[mapping] = plan

    def spares(self, mapping: str, state: MappingState) -> bool:
        """Whether nothing is due: plan and scope are those of the last pass, which ended well and left nothing over.

        The sweep of each hour and the nightly reading stay. Raises PlanError, StoreError.
        """
        section, now = self._app.config.mappings[mapping], self._app.clock.now()
        known = self._plans.get(mapping)
        if known is None or self._app.plan(section.plan) != known:
            return False
        with self._app.store.reading() as reader:
            last, shelf = reader.last_pass(mapping), reader.shelf(state.connection, state.container)
            asides, intents = reader.set_aside(mapping), reader.intents(mapping)
            since = reader.log(mapping=mapping, since=last.ended_at) if last else []
        if last is None or last.outcome not in WELL or last.message or any(line.pass_id != last.id for line in since):
            return False
        if last.ended_at is None or last.ended_at > now:
            return False  # the clock was wrong then, and what people decided since cannot be told by its time
        # The plan is that of the last pass, so of what was set aside nothing else is wanted than was then.
        if intents or not all(waits(one, now, one.wanted) for one in asides.values()):
            return False
        if shelf is None or shelf.trouble or shelf.swept_at is None or shelf.read_at is None:
            return False
        # A sweep leaves what the feed has to tell to the next look, and it alone tells of subtasks.
        fed = shelf.looked_at is not None and shelf.looked_at > shelf.swept_at
        return fed and not due(shelf.swept_at, SWEEP_EVERY, now) and not due(shelf.read_at, FULL_EVERY, now)
