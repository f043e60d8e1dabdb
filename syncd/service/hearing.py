"""What tools told us waits here for a moment, so that many signs make one pass."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from connectors.hooks import Touched
from connectors.vocabulary import Budget
from syncd.app import App
from syncd.records import MappingState
from syncd.service.passes import MakePasses, stretched
from syncd.service.schedule import Later
from syncd.store.errors import StoreError

DEBOUNCE: Final = 0.3
"""Seconds after the first sign in which more of them may come before a pass is made."""
AGAIN: Final = 5.0
"""Seconds until it is tried again where the store was away."""
QUICK: Final = 4
"""As long as one part in so many of the day's requests is left, passes are made that soon."""
MOST: Final = 500
"""Tasks of one container that are remembered until its pass; of any more, the feed tells."""

Place = tuple[str, str]
"""A connection and a container."""


@dataclass(slots=True)
class Waiting:
    """The tasks that were pointed at, each with its latest moment; None where one was not known."""

    tasks: dict[str, datetime | None] = field(default_factory=dict)

    def add(self, touched: Touched) -> None:
        """Remember these as well, each with its latest moment."""
        for task, moment in touched.items():
            if task in self.tasks or len(self.tasks) < MOST:
                known = self.tasks.get(task, moment)
                self.tasks[task] = max(known, moment) if known and moment else None


class Hearing:
    """Has a pass made of the mappings on a container soon after something was heard of it; thread-safe."""

    def __init__(self, app: App, later: Later, passes: MakePasses) -> None:
        self._app, self._later, self._passes = app, later, passes
        self._lock = threading.Lock()
        self._waiting: dict[Place, Waiting] = {}
        self._heirs: dict[Place, Hearing] = {}
        """Who hears of a container in place of this one."""
        self._ended = False

    def hear(self, place: Place, touched: Touched) -> None:
        """Something happened in a container, with these tasks if they are known; what comes until its pass goes along.

        While a pass runs, the next one waits for it on the same thread.
        """
        # The tool waits for its answer: the store is not asked here, which may be slow, or away.
        connector = self._app.connections.made().get(place[0])
        budget = connector.budget() if connector else None
        self._wait(place, touched, pause(budget, self._app.clock.now()))

    def waits(self, place: Place) -> bool:
        """Whether something was heard of a container of which no pass was made yet."""
        with self._lock:
            return place in self._waiting

    def close(self) -> None:
        """Have no more passes made; what waits, or is still heard, waits for a successor."""
        with self._lock:
            self._ended = True

    def take_over(self, before: Hearing, place: Place) -> None:
        """Hear what another one heard of a container, of which it made no pass before it was closed."""
        with before._lock:
            before._heirs[place] = self  # who came in by its door a moment ago may still be speaking
            waiting = before._waiting.pop(place, None)
        if waiting is not None:
            self.hear(place, waiting.tasks)

    def _wait(self, place: Place, touched: Touched, seconds: float) -> None:
        with self._lock:
            heir = self._heirs.get(place)
            first = place not in self._waiting and not self._ended
            if heir is None:
                self._waiting.setdefault(place, Waiting()).add(touched)
        if heir is not None:
            heir.hear(place, touched)
        elif first:
            self._later(place[0], seconds, partial(self._look, place))

    def _look(self, place: Place) -> None:
        """Have the passes made; what was heard waits as long as the store is away, and where a stop came first."""
        try:
            mappings = self._mappings_on(place)
        except StoreError:
            self._later(place[0], AGAIN, partial(self._look, place))
            return
        with self._lock:
            waiting = None if self._ended else self._waiting.pop(place, None)
        if mappings and waiting is not None and not self._passes(mappings, {place: waiting.tasks}):
            self._wait(place, waiting.tasks, AGAIN)

    def _mappings_on(self, place: Place) -> list[str]:
        """The mappings on a container that are not paused. Raises StoreError."""
        with self._app.store.reading() as reader:
            states = reader.mapping_states()
        return [
            name
            for name in self._app.config.mappings
            if (state := states.get(name)) and place_of(state) == place and not state.paused
        ]


def place_of(state: MappingState) -> Place | None:
    """Where a mapping writes; None as long as that is not known."""
    return (state.connection, state.container) if state.container else None


def pause(budget: Budget | None, now: datetime) -> float:
    """How many seconds to wait before a pass: a moment, or longer where the day's requests would not last."""
    if budget is None or budget.left * QUICK >= budget.limit:
        return DEBOUNCE
    return stretched(timedelta(seconds=DEBOUNCE), budget, now).total_seconds()
