"""The questions that every tool is asked in the words of the contract: what a connector can do rests on the answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from connectors.clock import Clock
from connectors.contract import FOUND, TOLD, Connector
from connectors.errors import ToolError, UnknownOutcome
from connectors.probing import Answer, Question
from connectors.vocabulary import Container, Create, Depth, Fate, Task, Update, Values, Write

PATIENCE: Final = 120.0
"""Seconds that a tool is given to show or tell what was done in it."""
FIRST_LOOK: Final = 2.0
"""Seconds after which it is looked for again; doubled each time."""


class Essentials:
    """Asks one connector, which must know no earlier answers. `delete` deletes a task of a scratch container."""

    def __init__(self, connector: Connector, clock: Clock, delete: Callable[[str], None]) -> None:
        self._connector = connector
        self._clock = clock
        self._delete = delete

    def questions(self) -> list[Question]:
        """They leave tasks behind, which go with the container."""
        return [
            Question(
                "values",
                "A task keeps what is written: title, notes, start, due, done.",
                "What is not kept differs from the plan for good: let the team own that field in the mapping.",
                self.values,
            ),
            Question(
                FOUND,
                "A new task is found by its plan id at once, so that a lost reply never makes it twice.",
                "Before it makes a task again whose reply was lost, syncd waits twice as long as that.",
                self.found,
            ),
            Question(
                TOLD,
                "The tool tells what changed since the last look.",
                "Every pass reads the whole container; that takes more requests.",
                self.told,
            ),
            Question(
                "deleted",
                "The tool tells a task that was deleted from one that is out of sight.",
                "A task that disappears is set aside for you to look at, and never made again.",
                self.deleted,
            ),
        ]

    def values(self, container: Container) -> Answer:
        """Whether a task comes back as it was written."""
        day = self._clock.now().date()
        title = "Probe: values"
        given = {"notes": "Two words", "start": day, "due": day + timedelta(days=7)}
        made = self._make(container, title, **given)
        self._write(Update(_key(), container, made.id, Values({"completed": True})))
        seen = self._look(container, made.id)
        lost = [
            name
            for name, value in {**given, "title": title, "completed": True}.items()
            if getattr(seen, name, None) != value
        ]
        return Answer(not lost, f"not kept: {', '.join(lost)}" if lost else "all of it is kept", not lost)

    def found(self, container: Container) -> Answer:
        """How long after it was made a task is found by its marker."""
        since = self._clock.now() - timedelta(minutes=5)
        made = self._make(container, "Probe: found")
        marker = str(made.marker)
        after = self._waited(lambda: any(self._connector.find(container, marker, parent=None, since=since)))
        if after is None:
            return Answer(False, f"it was not found within {PATIENCE:g} s", PATIENCE)
        in_time = 2 * after <= self._connector.capabilities().settle
        return Answer(in_time, f"it was found after {after:.0f} s" if after >= 1 else "it is found at once", after)

    def told(self, container: Container) -> Answer:
        """How long after a change the feed tells of it."""
        made = self._make(container, "Probe: told")
        cursor = self._connector.changes({container.id: None})[container.id].cursor
        self._clock.sleep(FIRST_LOOK)
        self._write(Update(_key(), container, made.id, Values({"title": "Probe: told, changed"})))

        def heard() -> bool:
            nonlocal cursor
            news = self._connector.changes({container.id: cursor})[container.id]
            cursor = news.cursor
            moment = news.at.get(made.id)
            return moment is not None and (made.modified_at is None or moment > made.modified_at)

        after = self._waited(heard)
        if after is None:
            return Answer(False, f"nothing was told within {PATIENCE:g} s", False)
        return Answer(True, f"it was told after {after:.0f} s" if after >= 1 else "it is told at once", True)

    def deleted(self, container: Container) -> Answer:
        """What is said of a task that was deleted."""
        made = self._make(container, "Probe: deleted")
        self._delete(made.id)
        fate = self._connector.look(container, [made.id], Depth.TOP)[made.id]
        if fate is Fate.DELETED:
            return Answer(True, "a deleted task is called deleted", True)
        what = "out of sight" if fate is Fate.NO_ACCESS else "still there"
        return Answer(False, f"a deleted task looks as if it were {what}", False)

    def _make(self, container: Container, title: str, **given: object) -> Task:
        return self._write(Create(_key(), container, marker(), Values({"title": title, **given})))

    def _write(self, write: Write) -> Task:
        [done] = self._connector.write([write])
        if isinstance(done, ToolError):
            raise done
        return done.task

    def _look(self, container: Container, task: str) -> Task:
        seen = self._connector.look(container, [task], Depth.TOP)[task]
        if isinstance(seen, Fate):
            raise UnknownOutcome(f"the tool calls it {seen.value.replace('_', ' ')}", what="reading a task just made")
        return seen

    def _waited(self, ready: Callable[[], bool]) -> float | None:
        """How many seconds it took to become ready; None where that was not in time."""
        begun, pause = self._clock.monotonic(), FIRST_LOOK
        while not ready():
            if self._clock.monotonic() - begun >= PATIENCE:
                return None
            self._clock.sleep(pause)
            pause *= 2
        return self._clock.monotonic() - begun


def marker() -> str:
    """A marker that no plan holds."""
    return f"syncd:probe/{uuid.uuid4().hex[:12]}"


def _key() -> str:
    return uuid.uuid4().hex
