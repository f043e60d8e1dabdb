"""A day of a district on one of monday's smaller plans: looks, edits of teams, a neighbour, and a day's requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from connectors.monday.sandbox.problems import Stop
from syncd.app import App
from syncd.plan.model import Audience
from syncd.service.passes import Passes, stretched
from syncd.service.watch import Watch
from tests.connectors.clock import START
from tests.monday_loop.place import Place

MIDNIGHT = datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(days=1)
NIGHTLY = timedelta(hours=6)
"""When the district's night has come to the full read, in UTC."""
SCHOOL = (timedelta(hours=12), timedelta(hours=22))
"""From when to when teams work, in UTC."""


@dataclass
class Day:
    """What happens when, and what came of it: how long each edit took to the scorecard, and who was refused."""

    place: Place
    edits: int
    neighbour: int
    every: timedelta
    lags: list[timedelta] = field(default_factory=list)
    promised: timedelta = timedelta(0)
    refused: int = 0
    _waiting: dict[str, datetime] = field(default_factory=dict)

    def live(self, app: App) -> None:
        """Live through the day from midnight to midnight (UTC)."""
        passes, names = Passes(app, Watch(app), threading.Event()), tuple(app.config.mappings)
        clock = self.place.clock
        for moment, what in sorted([*self._work(), *self._looks()]):
            clock.pass_(seconds=max(0.0, (MIDNIGHT + moment - clock.now()).total_seconds()))
            if what == "neighbour":
                self._call()
            elif what in ("look", "night"):
                every = stretched(self.every, app.connector("monday").budget(), clock.now())
                self.promised = max(self.promised, every if every == self.every else every + self.every)
                if what == "look":
                    passes.quiet(names)
                else:
                    passes.some(names, full=True)
                self._see(app)
            else:
                self.place.box.world.complete(what)
                self._waiting[what] = clock.now()

    def _work(self) -> Iterator[tuple[timedelta, str]]:
        """When a team ticks a project, and when the neighbour asks."""
        chance, items = Random(7), self.place.box.world.items.values()
        projects = [item.id for item in items if item.name.startswith("Project")]
        for project in chance.sample(projects, self.edits):
            yield chance.uniform(SCHOOL[0] / _SECOND, SCHOOL[1] / _SECOND) * _SECOND, project
        for _ in range(self.neighbour):
            yield chance.uniform(0, timedelta(days=1) / _SECOND) * _SECOND, "neighbour"

    def _looks(self) -> Iterator[tuple[timedelta, str]]:
        yield NIGHTLY, "night"
        for number in range(timedelta(days=1) // self.every):
            yield number * self.every, "look"

    def _call(self) -> None:
        """The neighbour's request, which has its place in the account's day like ours."""
        try:
            self.place.box.gate.enter()
        except Stop:
            self.refused += 1
        else:
            self.place.box.gate.leave()

    def _see(self, app: App) -> None:
        """Take the time of each edit that is on the scorecard by now."""
        done = set(_done(app)) if self._waiting else set()
        for item in [one for one in self._waiting if self.place.marker(self.place.box.world.items[one]) in done]:
            self.lags.append(self.place.clock.now() - self._waiting.pop(item))

    @property
    def used(self) -> float:
        """How many requests monday counted that day, of all programs."""
        return self.place.box.gate.days()[MIDNIGHT.date()]

    def lines(self) -> Iterator[str]:
        """What the day was like."""
        lags = sorted(self.lags)
        yield f"{len(lags)} of {self.edits} edits on the scorecard, the last of them after {max(lags, default=None)}"
        yield f"promised: within {self.promised}; half of them came within {lags[len(lags) // 2] if lags else None}"
        yield f"{self.used:g} of {self.place.box.gate.limits.daily} requests, {self.neighbour} of them the neighbour's"


_SECOND = timedelta(seconds=1)


def _done(app: App) -> Iterator[str]:
    """The markers of all projects that the scorecards call done."""
    for name in app.config.plans:
        card = app.scorecard(name, audience=Audience.INTERNAL)
        for goal in card.goals:
            for action in goal.actions:
                yield from (f"syncd:{name}/{project.id}" for project in action.projects if project.done)
