"""What plans amount to, from what the store holds: for scorecards, explanations, the history and what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from connectors.clock import Clock
from syncd.chronicle import Chronicle, Known, StillToCome
from syncd.config import Config
from syncd.engine.books import Route
from syncd.engine.harvest import harvest
from syncd.ground import Ground
from syncd.plan.model import Audience, Plan
from syncd.plan.screen import unpublished
from syncd.public_record import PublicRecord
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.burnup import with_trends
from syncd.scorecard.changes import Changes, Snapshot, changes
from syncd.scorecard.edits import lines, readable
from syncd.scorecard.explain import Explanation, explain
from syncd.scorecard.history import points
from syncd.scorecard.suppression import Disclosed
from syncd.scorecard.view import Scorecard
from syncd.store.store import Store
from syncd.withholding import Withholding

_LINES: Final = 30
"""Sentences of the plan's log on a scorecard."""
_EDITS: Final = 1000
"""Edits among which these are found."""
_AT_ONCE: Final = 5000
"""Names in one question to the store; databases bound how many they take."""


class Figures:
    """The figures of plans by their name in the configuration; `plan`, `route` and `store` give what holds now.

    Every method raises ConfigError, PlanError, StoreError and Leak; with a day that is past, NothingKnown.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        plan: Callable[[str], Plan],
        route: Callable[[str], Route],
        store: Callable[[], Store],
        *,
        withholding: Withholding,
        record: PublicRecord,
    ) -> None:
        self._config, self._clock = config, clock
        self._plan, self._route, self._store = plan, route, store
        self._withholding, self._record = withholding, record
        self._chronicle = Chronicle(store, config.zone)
        self._kept: dict[str, Ground] = {}
        """What each plan's history rested on when it was last kept."""
        self._mappings: defaultdict[str, list[str]] = defaultdict(list)
        for mapping, section in config.mappings.items():
            self._mappings[section.plan].append(mapping)

    def scorecard(self, plan: str, *, audience: Audience, as_of: date | None = None) -> Scorecard:
        """The scorecard of a plan for an audience, today or as things were known at the end of an earlier day."""
        day = as_of or self.today()
        known = self._known(plan, day, audience)
        card = self._card(plan, known, audience, day)
        edits = readable(self._chronicle.edits(card.plan, until=day, most=_EDITS), known.plan, card)
        return replace(self._with_trends(card), history=lines(edits, _LINES))

    def explain(self, plan: str, item: str, *, as_of: date | None = None) -> Explanation:
        """Where the figures of an item come from. Raises UnknownItem too."""
        day = as_of or self.today()
        held, evidence = self._known(plan, day).whole()
        return explain(held, evidence, item, as_of=day)

    def changes(
        self, plan: str, *, audience: Audience, since: date | None = None, until: date | None = None
    ) -> Changes:
        """What changed between what was known at the end of two days: of the first that is known, if left out, and now.

        Raises NothingKnown.
        """
        last = until or self.today()
        after = self._snapshot(plan, audience, last)
        first = since or self._chronicle.begins(after.card.plan) or last
        before = self._snapshot(plan, audience, first)
        # The newest edits say what is public by now, also of what was edited earlier.
        edits = readable(self._chronicle.edits(after.card.plan, since=first), after.plan, after.card)
        return changes(before, after, [edit for edit in edits if edit.on <= last])

    def record(self, plans: Iterable[str]) -> None:
        """Add to the history what is known of these plans now, and what their scorecards say, where it is new."""
        for name in plans:
            # Taken first: what changes after that is told from it the next time.
            ground, before = self._ground(name), self._kept.get(name)
            if before is None or not before.bears(ground):
                now, known = self._clock.now(), self._known(name, self.today())
                card = self._card(name, known, Audience.INTERNAL, self.today())
                ground = replace(ground, history=self._chronicle.note(known, points(card, now), now))
            elif ground.read_at is not None and ground.read_at != before.read_at:
                self._chronicle.look(ground.plan.id, ground.day, ground.read_at)
            self._kept[name] = ground

    def today(self) -> date:
        """The district's day."""
        return self._clock.now().astimezone(self._config.zone).date()

    def _with_trends(self, card: Scorecard) -> Scorecard:
        """The scorecard with how the work of its goals went on."""
        actions = [action.id for goal in card.goals for action in goal.actions]
        parts = [actions[first : first + _AT_ONCE] for first in range(0, len(actions), _AT_ONCE)]
        with self._store().reading() as reader:
            return with_trends(card, [point for part in parts for point in reader.points(card.plan, part)])

    def _snapshot(self, plan: str, audience: Audience, day: date) -> Snapshot:
        known = self._known(plan, day, audience)
        held, evidence = known.whole()
        return Snapshot(held, evidence, self._card(plan, known, audience, day))

    def _card(self, name: str, known: Known, audience: Audience, day: date) -> Scorecard:
        held, evidence = known.whole()
        build = partial(build_scorecard, held, evidence, audience=audience, as_of=day, tool_read_at=known.read_at)
        if audience is Audience.PUBLIC:
            card = self._told(held, day, partial(build, passed=self._withholding.passed(name)))
        else:
            card = build()
        return replace(card, caveat=known.caveat)

    def _told(self, held: Plan, day: date, build: Callable[..., Scorecard]) -> Scorecard:
        """A public scorecard; what it tells of schools and groups is on record before anybody sees it."""
        while True:
            told, mark = self._record.of(held.id)
            shown = Disclosed(held, told)
            card, news = build(shown=shown), shown.tellings(day)
            if not news or self._record.add(held.id, news, mark, self._clock.now()):
                return card

    def _known(self, name: str, day: date, audience: Audience = Audience.INTERNAL) -> Known:
        """A plan with what was known of its work by the end of that day; in public without what is withheld."""
        held, today = self._plan(name), self.today()
        if day > today:
            raise StillToCome(day)
        known = self._chronicle.recall(held, day) if day < today else self._now(name, held)
        if audience is Audience.PUBLIC:
            known = replace(known, plan=unpublished(known.plan, self._withholding.within(name, known.plan)))
        return known.in_zone(self._config.zone)

    def _now(self, name: str, held: Plan) -> Known:
        with self._store().reading() as reader:
            found = harvest(reader, self._routes(name))
        return Known(held, found.evidence, tuple(found.team), found.read_at)

    def _ground(self, name: str) -> Ground:
        plan, routes = self._plan(name), self._routes(name)
        with self._store().reading() as reader:
            return Ground.of(reader, plan, self.today(), routes)

    def _routes(self, name: str) -> list[Route]:
        """The mappings of a plan."""
        return [self._route(mapping) for mapping in self._mappings[name]]
