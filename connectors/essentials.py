"""The questions that every tool is asked in the words of the contract: what the shared suite proves of a connector.

The suite itself needs hands for what people do, and faults on demand; here all is done through the connector.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from connectors.clock import Clock
from connectors.contract import FOUND, SWEPT, TOLD, Connector
from connectors.errors import ToolError, UnknownOutcome
from connectors.probing import Answer, Question
from connectors.vocabulary import Container, Create, Depth, Fate, Task, Update, Values, Write

PATIENCE: Final = 120.0
"""Seconds that a tool is given to show or tell what was done in it."""
FIRST_LOOK: Final = 2.0
"""Seconds after which it is looked for again; doubled each time."""
FIRST, SECOND = "Probe: first", "Probe: second"
"""The groups that the questions need."""


class Essentials:
    """Asks one connector, which must know no earlier answers. `delete` deletes a task of a scratch container."""

    def __init__(self, connector: Connector, clock: Clock, delete: Callable[[str], None]) -> None:
        self._connector = connector
        self._clock = clock
        self._delete = delete

    def questions(self) -> list[Question]:
        """They leave tasks behind, which go with the container."""
        return [*self._of_writing(), *self._of_reading()]

    def _of_writing(self) -> list[Question]:
        """What becomes of what is written."""
        return [
            Question(
                "groups",
                "Groups are made once, stand in the order asked for, and can be called anew.",
                "Nothing rests on it: tasks come into the right group, wherever it stands and whatever it is called.",
                self.groups,
            ),
            Question(
                "values",
                "A task keeps what is written: title, notes, start, due, done; and what is emptied, or opened again.",
                "What is not kept differs from the plan for good: let the team own that field in the mapping.",
                self.values,
            ),
            Question(
                "listed",
                "A new task, and one below it with its plan id, stand in the next listing.",
                "Nothing rests on it: what a listing lacks is asked for by its id before anybody calls it gone.",
                self.listed,
            ),
            Question(
                "placed",
                "A task that is moved stands in the other group, behind the task that was named.",
                "The order is tried once and then left as it is; a group is tried again by every pass.",
                self.placed,
            ),
        ]

    def _of_reading(self) -> list[Question]:
        """What is told of it afterwards."""
        return [
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
                SWEPT,
                "The tool names all that was changed since a moment, which covers what it did not tell.",
                "Once an hour the whole container is read; that takes more requests.",
                self.swept,
            ),
            Question(
                "deleted",
                "The tool tells a task that was deleted from one that is out of sight.",
                "A task that disappears is set aside for you to look at, and never made again.",
                self.deleted,
            ),
        ]

    def groups(self, container: Container) -> Answer:
        """Whether groups come as they are asked for."""
        asked = [FIRST, SECOND, "Probe: third"]
        self._connector.ensure_groups(container, asked)
        third = self._connector.ensure_groups(container, asked)[2]
        self._connector.rename_group(container, third.id, "Probe: last")
        there = [group.title for group in self._connector.open(container.id).groups if group.title.startswith("Probe:")]
        wanted = [FIRST, SECOND, "Probe: last"]
        return Answer(there == wanted, "they do" if there == wanted else f"there are {', '.join(there) or 'none'}")

    def values(self, container: Container) -> Answer:
        """Whether a task comes back as it was written."""
        day = self._clock.now().date()
        given: dict[str, Any] = {"title": "Probe: values", "notes": "Two words\nand a line"}
        given |= {"start": day, "due": day + timedelta(days=7)}
        made = self._make(container, **given)
        self._change(container, made, completed=True)
        lost = self._lacking(container, made, given | {"completed": True})
        emptied: dict[str, Any] = {"title": "Probe: emptied", "notes": "", "start": None, "due": None}
        self._change(container, made, **emptied, completed=False)
        lost |= self._lacking(container, made, emptied | {"completed": False})
        return Answer(not lost, f"not kept: {', '.join(sorted(lost))}" if lost else "all of it is kept")

    def listed(self, container: Container) -> Answer:
        """Whether a listing holds what was just made."""
        made = self._make(container, title="Probe: listed")
        below = self._make(container, parent=made.id, title="Probe: listed below")
        tasks = self._connector.read(container, Depth.SUBTASKS).tasks
        lacking = [name for name, task in (("the task", made), ("the one below it", below)) if task.id not in tasks]
        if lacking:
            return Answer(False, f"{' and '.join(lacking)} did not stand in it")
        seen = tasks[below.id]
        if (seen.parent, seen.marker) != (made.id, below.marker):
            return Answer(False, "the one below it came without its plan id, or stood elsewhere")
        return Answer(True, "they stand in it")

    def placed(self, container: Container) -> Answer:
        """Whether a task comes to where it is moved."""
        first, second = self._connector.ensure_groups(container, [FIRST, SECOND])[:2]
        there = [self._make(container, group=second.id, title=f"Probe: place {number}").id for number in range(2)]
        moved = self._make(container, group=first.id, title="Probe: moved").id
        self._write(Update(_key(), container, moved, group=second.id, after=there[0]))
        tasks: Mapping[str, Task] = {}

        def listed() -> bool:
            nonlocal tasks
            tasks = self._connector.read(container, Depth.TOP).tasks
            return moved in tasks

        if self._waited(listed) is None or tasks[moved].group != second.id:
            return Answer(False, "it stands in another group")
        order = [id_ for id_ in tasks if id_ in (*there, moved)]
        behind = moved in order[1:] and order[order.index(moved) - 1] == there[0]
        return Answer(behind, "it stands there" if behind else "it stands in that group, but elsewhere")

    def found(self, container: Container) -> Answer:
        """How long after they were made a task, and one below it, are found by their markers."""
        since = self._clock.now() - timedelta(minutes=5)
        made = self._make(container, title="Probe: found")
        below = self._make(container, parent=made.id, title="Probe: found below")

        def there() -> bool:
            return all(
                any(self._connector.find(container, str(task.marker), parent=parent, since=since))
                for task, parent in ((made, None), (below, made.id))
            )

        after = self._waited(there)
        if after is None:
            return Answer(False, f"it was not found within {PATIENCE:g} s", PATIENCE)
        in_time = 2 * after <= self._connector.capabilities().settle
        return Answer(in_time, f"it was found after {after:.0f} s" if after >= 1 else "it is found at once", after)

    def told(self, container: Container) -> Answer:
        """How long after a change, a move and a deletion the feed tells of them."""
        first, second = self._connector.ensure_groups(container, [FIRST, SECOND])[:2]
        deeds = ("changed", "moved", "deleted")
        tasks = {deed: self._make(container, group=first.id, title=f"Probe: told, {deed}") for deed in deeds}
        cursor = self._connector.changes({container.id: None})[container.id].cursor
        self._clock.sleep(FIRST_LOOK)
        unheard: dict[str, Task] = {}

        def heard() -> bool:
            nonlocal cursor
            news = self._connector.changes({container.id: cursor})[container.id]
            cursor = news.cursor
            for deed, task in list(unheard.items()):
                moment = news.at.get(task.id)
                told = moment is not None and (task.modified_at is None or moment > task.modified_at)
                if told or news.lost:  # whoever hears that it is lost reads the whole container
                    del unheard[deed]
            return not unheard

        self._change(container, tasks["changed"], title="Probe: told, changed by now")
        self._write(Update(_key(), container, tasks["moved"].id, group=second.id))
        unheard |= {deed: tasks[deed] for deed in ("changed", "moved")}
        waits = [self._waited(heard)]
        if not unheard:  # apart, because a feed that only says that something is lost says it of a deletion alone
            self._delete(tasks["deleted"].id)
            unheard["deleted"] = tasks["deleted"]
            waits.append(self._waited(heard))
        if unheard:
            names = ", ".join(unheard)
            return Answer(False, f"within {PATIENCE:g} s nothing was told of a task that was {names}", False)
        after = max(wait or 0.0 for wait in waits)
        return Answer(True, f"it was told after {after:.0f} s" if after >= 1 else "it is told at once", True)

    def swept(self, container: Container) -> Answer:
        """Whether a task is named among those changed since a moment, and at once."""
        made = self._make(container, title="Probe: swept")
        cursor = self._connector.changes({container.id: None})[container.id].cursor
        self._clock.sleep(FIRST_LOOK)
        since = self._clock.now()
        self._clock.sleep(FIRST_LOOK)
        self._change(container, made, title="Probe: swept, changed")

        def named() -> bool:
            news = self._connector.changes({container.id: cursor}, sweep_since=since)[container.id]
            return made.id in news.touched

        after = self._waited(named)
        return Answer(after is not None, f"it was {'not ' if after is None else ''}named", after is not None)

    def deleted(self, container: Container) -> Answer:
        """What is said of a task that was deleted."""
        made = self._make(container, title="Probe: deleted")
        self._delete(made.id)
        fate = self._connector.look(container, [made.id], Depth.TOP)[made.id]
        if fate is Fate.DELETED:
            return Answer(True, "a deleted task is called deleted")
        what = "out of sight" if fate is Fate.NO_ACCESS else "still there"
        return Answer(False, f"a deleted task looks as if it were {what}")

    def _make(
        self, container: Container, *, group: str | None = None, parent: str | None = None, **given: object
    ) -> Task:
        return self._write(Create(_key(), container, marker(), Values(given), group, parent))

    def _change(self, container: Container, task: Task, **given: object) -> Task:
        return self._write(Update(_key(), container, task.id, Values(given)))

    def _write(self, write: Write) -> Task:
        [done] = self._connector.write([write])
        if isinstance(done, ToolError):
            raise done
        return done.task

    def _lacking(self, container: Container, task: Task, wanted: dict[str, Any]) -> set[str]:
        """The names of what a task does not hold as wanted."""
        seen = self._connector.look(container, [task.id], Depth.TOP)[task.id]
        if isinstance(seen, Fate):
            raise UnknownOutcome(f"the tool calls it {seen.value.replace('_', ' ')}", what="reading a task just made")
        return {name for name, value in wanted.items() if getattr(seen, name) != value}

    def _waited(self, ready: Callable[[], bool]) -> float | None:
        return waited(self._clock, ready)


def waited(clock: Clock, ready: Callable[[], bool]) -> float | None:
    """How many seconds it took to become ready; None where that was not in time."""
    begun, pause = clock.monotonic(), FIRST_LOOK
    while not ready():
        if clock.monotonic() - begun >= PATIENCE:
            return None
        clock.sleep(pause)
        pause *= 2
    return clock.monotonic() - begun


def marker() -> str:
    """A marker that no plan holds."""
    return f"syncd:probe/{uuid.uuid4().hex[:12]}"


def _key() -> str:
    return uuid.uuid4().hex
