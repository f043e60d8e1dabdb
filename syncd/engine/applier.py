"""The applier: carries changes out in the tool, a create only once its intent is on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from connectors.contract import Connector
from connectors.errors import ToolError
from connectors.vocabulary import Create, Depth, Fate, FieldValue, Task, Update, Write
from mappings.fields import values_for
from mappings.shape import Wanted
from syncd.engine.groups import ready
from syncd.engine.planner import Change, Kind
from syncd.engine.pool import Pool
from syncd.engine.recorder import Answer, Recorder
from syncd.engine.steps import PLACE, Step, steps_of
from syncd.records import Intent, Seen


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
        for batch, answers in self.pool.run(self._batches(going), self._send):
            for step, answer in zip(batch, answers, strict=True):
                self.recorder.record(step, answer)
                self.progress(1)
            self.recorder.answered(answers)

    def _group(self, step: Step) -> FieldValue:
        """The plan id of the group that a step puts its task into, None for none."""
        return self.recorder.desired.tasks[step.item].group if step.kind is Kind.CREATE else step.edits.get("group")

    def _let_go(self, step: Step) -> bool:
        """True if the item left the plan and there is no task to be told, or nothing to tell it."""
        nothing = step.kind is Kind.ARCHIVE and not step.edits
        if nothing:
            self.recorder.let_go(step.changes[0])
        return nothing

    def _batches(self, steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
        """The steps in batches, each taken only when it is about to be sent: by then its intents are on disk."""
        queue, since = iter(steps), self._newest()
        while batch := tuple(islice(queue, self.connector.capabilities().batch)):
            if self.recorder.tally.halted or self.stopping():
                return
            batch = tuple(self._intended(step, since) for step in batch)
            self.recorder.intend(batch)
            yield batch

    def _newest(self) -> datetime:
        """The last change that was seen, by the tool's clock (ours may be hours wrong): what is made now is newer."""
        changes = (seen.task.modified_at for seen in self.recorder.books.seen.values())
        return max((at for at in changes if at), default=datetime.fromtimestamp(0, UTC))

    def _intended(self, step: Step, since: datetime) -> Step:
        if step.kind is not Kind.CREATE:
            return step
        books = self.recorder.books
        wanted = self.recorder.desired.tasks[step.item]
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
        return Update(self.new_key(), books.container, step.task, values, *books.place(edits))


def _given(wanted: Wanted) -> dict[str, FieldValue]:
    """The values that a new task is to have, by field."""
    return {key: value for key, value in wanted.values.items() if value is not None}


def _unchanged(before: Seen, now: Task) -> bool:
    """True if a task still is as it was planned for; how many steps it has, and when it was touched, do not matter."""
    old, new = (replace(one, steps=None, modified_at=None, url="") for one in (before.task, before.recalled(now)))
    return old == new
