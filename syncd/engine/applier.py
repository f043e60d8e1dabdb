"""The applier: carries changes out in the tool, a create only once its intent is on disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from connectors.contract import Connector
from connectors.errors import ToolError
from connectors.vocabulary import Create, Depth, Fate, FieldValue, Task, Update, Write
from mappings.fields import values_for
from mappings.shape import Wanted
from syncd.engine.groups import ready
from syncd.engine.ordering import Home, behind, predecessors
from syncd.engine.planner import Change, Kind
from syncd.engine.pool import Pool
from syncd.engine.recorder import Answer, Recorder
from syncd.engine.steps import PLACE, Step, steps_of
from syncd.records import Intent, Seen

Family = tuple[str | None, str | None, str]
"""Tasks that come to stand together: their group and parent, by plan ids. Or a task that stays, by its item."""


@dataclass(slots=True)
class Applier:
    """Carries out the changes of one pass of one mapping. `stopping` is asked before each further request."""

    recorder: Recorder
    connector: Connector
    pool: Pool
    new_key: Callable[[], str]
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[int], None] = lambda _done: None

    def apply(self, changes: Sequence[Change]) -> None:
        """Carry out everything in `changes` that writes; what fails is set aside, and the others go on."""
        steps = [step for step in steps_of(changes) if not self._let_go(step)]
        refused = ready(self.recorder, self.connector, {self._group(step) for step in steps})
        if self.recorder.tally.halted:
            return
        for step in steps:
            if error := refused.get(self._group(step)):
                self.recorder.record(step, error)
        going = [step for step in steps if self._group(step) not in refused]
        making: set[Family] = set()
        for batch, answers in self.pool.run(self._batches(going, making), self._send):
            making.difference_update(map(self._family, batch))
            for step, answer in zip(batch, answers, strict=True):
                self.recorder.record(step, answer)
                self.progress(1)
            self.recorder.answered(answers)

    def free(self, changes: Sequence[Change], homes: Collection[Home]) -> list[Change]:
        """The changes without the creates that are to stand in one of these homes."""
        return [change for change in changes if change.kind is not Kind.CREATE or self._home(change.item) not in homes]

    def _group(self, step: Step) -> FieldValue:
        """The plan id of the group that a step puts its task into, None for none."""
        return self.recorder.desired.tasks[step.item].group if step.kind is Kind.CREATE else step.edits.get("group")

    def _let_go(self, step: Step) -> bool:
        """True if the item left the plan and there is no task to be told, or nothing to tell it."""
        nothing = step.kind is Kind.ARCHIVE and not step.edits
        if nothing:
            self.recorder.let_go(step.changes[0])
        return nothing

    def _batches(self, steps: Sequence[Step], making: set[Family]) -> Iterator[tuple[Step, ...] | None]:
        """The steps in batches, each taken only when it is about to be sent: by then its intents are on disk.

        Tasks of one family are made one after the other, in the plan's order: so they come to stand in it. What comes
        to them from elsewhere is put behind one that is there already. What is under way is `making`; None where all
        that is left waits for that.
        """
        before = predecessors(self.recorder.desired, {self._home(step.item) for step in steps if step.moves})
        queues: dict[Family, deque[Step]] = {}
        for step in steps:
            queues.setdefault(self._family(step), deque()).append(step)
        since, size = self._newest(), self.connector.capabilities().batch
        while queues and not (self.recorder.tally.halted or self.stopping()):
            batch = tuple(self._intended(step, since, before) for step in _taken(queues, making, size))
            if batch:
                making.update(map(self._family, batch))
                self.recorder.intend(batch)
            yield batch or None

    def _family(self, step: Step) -> Family:
        """What a task is to stand beside; whatever stays where it is has a place, and is a family of its own."""
        return (*self._home(step.item), "") if step.kind is Kind.CREATE or step.moves else (None, None, step.item)

    def _home(self, item: str) -> Home:
        wanted = self.recorder.desired.tasks[item]
        return wanted.group, wanted.parent

    def _newest(self) -> datetime:
        """The last change that was seen, by the tool's clock (ours may be hours wrong): what is made now is newer."""
        changes = (seen.task.modified_at for seen in self.recorder.books.seen.values())
        return max((at for at in changes if at), default=datetime.fromtimestamp(0, UTC))

    def _intended(self, step: Step, since: datetime, before: Mapping[str, str]) -> Step:
        books, desired = self.recorder.books, self.recorder.desired
        if step.moves:
            other = behind(step.item, before, desired, books.observed(), books.agreed(()))
            return replace(step, behind=other, after=books.links[other].task if other else "")
        if step.kind is not Kind.CREATE:
            return step
        wanted = desired.tasks[step.item]
        parent = books.task(wanted.parent)
        home = parent.id if parent else None
        intent = Intent(self.new_key(), step.item, books.container.id, home, since, sent=_given(wanted))
        return replace(step, intent=intent)

    def _send(self, batch: tuple[Step, ...]) -> list[Answer]:
        """Send one batch; runs on a thread of the pool and touches neither store nor books.

        A task is looked at right before it is changed: if a team changed it since it was planned for, nothing is sent.
        """
        books = self.recorder.books
        answers: dict[int, Answer] = {}
        existing = [step.task for step in batch if step.task]
        try:
            fresh = self.connector.look(books.container, existing, Depth.TOP) if existing else {}
        except ToolError as error:
            return [error] * len(batch)
        writes: list[tuple[int, Write]] = []
        for at, step in enumerate(batch):
            now = fresh.get(step.task)
            if step.task and (not isinstance(now, Task) or not _unchanged(books.seen[step.task], now)):
                answers[at] = now if now is not None else Fate.DELETED
            else:
                writes.append((at, self._write(step)))
        if writes:
            results = self.connector.write([write for _, write in writes])
            answers.update(zip((at for at, _ in writes), results, strict=True))
        return [answers[at] for at in range(len(batch))]

    def _write(self, step: Step) -> Write:
        books, desired = self.recorder.books, self.recorder.desired
        if step.intent is not None:
            wanted = desired.tasks[step.item]
            values = values_for(desired.rules, _given(wanted), books.container, None)
            group = books.groups[wanted.group].group if wanted.group else None
            return Create(step.intent.key, books.container, wanted.marker, values, group, step.intent.parent)
        edits = step.edits
        held = {key: value for key, value in edits.items() if key not in PLACE}
        values = values_for(desired.rules, held, books.container, books.seen[step.task].task)
        return Update(self.new_key(), books.container, step.task, values, *books.place(edits), step.after)


def _taken(queues: dict[Family, deque[Step]], making: Collection[Family], size: int) -> list[Step]:
    """Up to so many steps, out of the queues of families of which none is under way; of moves, one a family."""
    taken: list[Step] = []
    for family in list(islice((family for family in queues if family not in making), size)):
        queue = queues[family]
        while queue and len(taken) < size:
            taken.append(queue.popleft())
            if taken[-1].moves:
                break
        if not queue:
            del queues[family]
    return taken


def _given(wanted: Wanted) -> dict[str, FieldValue]:
    """The values that a new task is to have, by field."""
    return {key: value for key, value in wanted.values.items() if value is not None}


def _unchanged(before: Seen, now: Task) -> bool:
    """True if a task still is as it was planned for; how many steps it has, and when it was touched, do not matter."""
    old, new = (replace(one, steps=None, modified_at=None, url="") for one in (before.task, before.recalled(now)))
    return old == new
