"""The applier: carries changes out in the tool and puts what came of each in the books, one transaction each.

Before a create is sent its intent is on disk; with its answer come, in one transaction, the task as seen, the link
with what both sides now agree on, and the line in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import NotFound, Quota, Refused, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Create, Depth, Fate, FieldValue, Task, Update, Write, Written
from mappings.fields import get, same, values_for
from mappings.shape import Desired
from syncd.engine.books import Books
from syncd.engine.planner import ANSWER, Change, Kind
from syncd.engine.pool import Pool
from syncd.engine.tally import Finding, Tally
from syncd.engine.trees import Entry, GroupLink, Intent, Link, Seen, SetAside
from syncd.store.store import Store
from syncd.store.writer import Writer

DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360, 1440))
"""How long an item is set aside after its first, second … failure."""
_DOWN_AFTER: Final = 5
"""So many writes without an answer in a row mean that the tool is down, not that an item is bad."""
_PLACE: Final = ("group", "parent")


@dataclass(frozen=True, slots=True)
class Step:
    """Everything that one task needs, to be sent in one write. `intent` is set for creates only."""

    changes: tuple[Change, ...]
    intent: Intent | None = None

    @property
    def item(self) -> str:
        """The plan item."""
        return self.changes[0].item

    @property
    def task(self) -> str:
        """The tool's id, "" for a task still to be made."""
        return self.changes[0].task


Answer = Written | ToolError | Task | Fate
"""What came of a step: done, failed, or not sent because the task (or its fate) is no longer as it was planned for."""


@dataclass(slots=True)
class Applier:
    """Carries out the changes of one pass of one mapping. `stopping` is asked before each further request."""

    books: Books
    desired: Desired
    store: Store
    connector: Connector
    pool: Pool
    clock: Clock
    pass_id: int
    new_key: Callable[[], str]
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[int], None] = lambda _done: None
    tally: Tally = field(default_factory=Tally)

    def adopt(self, changes: Iterable[Change]) -> None:
        """Link the tasks that carry their item's marker; what both sides last agreed on is not known, nor claimed."""
        for change in changes:
            wanted = self.desired.tasks[change.item]
            link = Link(change.item, change.task, {"group": wanted.group, "parent": wanted.parent}, self.clock.now())
            with self.store.writing() as writer:
                self._link(writer, link)
                self._settled(writer, change.item)
                writer.add_entries([self.entry(change, "adopt", cause=change.reason)])
            self.tally.counts["adopted"] += 1

    def apply(self, changes: Sequence[Change]) -> None:
        """Carry out everything in `changes` that writes; what fails is set aside, and the others go on."""
        changes = [change for change in changes if not self._lost(change)]
        steps = self._steps(changes)
        if not steps or not self._groups_ready(changes):
            return
        for batch, answers in self.pool.run(self._batches(steps), self._send):
            for step, answer in zip(batch, answers, strict=True):
                self._record(step, answer)
                self.progress(1)

    def _lost(self, change: Change) -> bool:
        """True if the item left the plan and its task is gone as well: then only the link is let go of."""
        if change.kind is not Kind.ARCHIVE or not self.books.observed().loss(change.task):
            return False
        with self.store.writing() as writer:
            writer.drop_link(self.books.route.mapping, change.item)
            writer.add_entries([self.entry(change, "archive", cause=change.reason)])
        del self.books.links[change.item]
        self.tally.counts["archived"] += 1
        return True

    def entry(self, change: Change, kind: str, **what: object) -> Entry:
        """A line of the log about a change."""
        at, mapping = self.clock.now(), self.books.route.mapping
        return Entry(at, self.pass_id, mapping, change.item, change.task, kind, **what)  # type: ignore[arg-type]

    def _steps(self, changes: Sequence[Change]) -> list[Step]:
        """One step a task, in the order of the changes: an update and a move of the same task go out together."""
        merged: dict[str, tuple[Change, ...]] = {}
        for change in changes:
            if change.kind in (Kind.CREATE, Kind.UPDATE, Kind.MOVE, Kind.ARCHIVE):
                merged[change.item] = (*merged.get(change.item, ()), change)
        return [Step(changes) for changes in merged.values()]

    def _groups_ready(self, changes: Sequence[Change]) -> bool:
        """Make the groups that new and moved tasks need; False if the tool would not."""
        needed = {self.desired.tasks[c.item].group for c in changes if c.kind in (Kind.CREATE, Kind.MOVE)}
        there = {group.id for group in self.books.container.groups}
        linked = {item for item, link in self.books.groups.items() if link.group in there}
        missing = {item: title for item, title in self.desired.groups.items() if item in needed - linked}
        if not missing:
            return True
        try:
            groups = self.connector.ensure_groups(self.books.container, list(self.desired.groups.values()))
        except ToolError as error:
            self.tally.halted = error
            return False
        by_title = {group.title: group.id for group in reversed(groups)}
        self.books.shelf = replace(self.books.shelf, container=replace(self.books.container, groups=groups))
        with self.store.writing() as writer:
            writer.put_shelf(self.books.route.connection, self.books.shelf)
            for item, title in missing.items():
                self.books.groups[item] = GroupLink(item, by_title[title], title)
                writer.put_group_link(self.books.route.mapping, self.books.groups[item])
        return True

    def _batches(self, steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
        """The steps in batches, each taken only when it is about to be sent: by then its intents are on disk."""
        queue = iter(steps)
        while batch := tuple(islice(queue, self.connector.capabilities().batch)):
            if self.tally.halted or self.stopping():
                return
            batch = tuple(self._intended(step) for step in batch)
            intents = [step.intent for step in batch if step.intent]
            if intents:
                with self.store.writing() as writer:
                    for intent in intents:
                        writer.put_intent(self.books.route.mapping, intent)
                        self.books.intents[intent.item] = intent
            yield batch

    def _intended(self, step: Step) -> Step:
        if step.changes[0].kind is not Kind.CREATE:
            return step
        parent = self.books.task(self.desired.tasks[step.item].parent)
        home, now = parent.id if parent else None, self.clock.now()
        return replace(step, intent=Intent(self.new_key(), step.item, self.books.container.id, home, now))

    def _send(self, batch: tuple[Step, ...]) -> list[Answer]:
        """Send one batch; runs on a thread of the pool and touches neither store nor books.

        A task is looked at right before it is changed: if a team changed it since it was planned for, nothing is sent.
        """
        answers: dict[int, Answer] = {}
        existing = [step.task for step in batch if step.task]
        try:
            fresh = self.connector.look(self.books.container, existing, Depth.TOP) if existing else {}
        except ToolError as error:
            return [error] * len(batch)
        writes: list[tuple[int, Write]] = []
        for at, step in enumerate(batch):
            now = fresh.get(step.task)
            if step.task and (not isinstance(now, Task) or not _unchanged(self.books.seen[step.task].task, now)):
                answers[at] = now if now is not None else Fate.DELETED
            else:
                writes.append((at, self._write(step)))
        if writes:
            results = self.connector.write([write for _, write in writes])
            answers.update(zip((at for at, _ in writes), results, strict=True))
        return [answers[at] for at in range(len(batch))]

    def _write(self, step: Step) -> Write:
        books, rules = self.books, self.desired.rules
        if step.intent is not None:
            wanted = self.desired.tasks[step.item]
            given = {key: value for key, value in wanted.values.items() if value is not None}
            values = values_for(rules, given, books.container, None)
            group = books.groups[wanted.group].group if wanted.group else None
            return Create(step.intent.key, books.container, wanted.marker, values, group, step.intent.parent)
        task = books.seen[step.task].task
        edits = {edit.field: edit.after for change in step.changes for edit in change.edits}
        if step.changes[0].kind is Kind.ARCHIVE:
            edits = {"notes": "This work is no longer in the strategic plan."} if rules.rule("notes") else {}
        held = {key: value for key, value in edits.items() if key not in _PLACE}
        values = values_for(rules, held, books.container, task)
        return Update(self.new_key(), books.container, step.task, values, *self._place(edits))

    def _place(self, edits: Mapping[str, FieldValue]) -> tuple[str | None, str | None]:
        """The tool's ids of the new group and parent; None leaves it where it is, "" takes it out from its parent."""
        group, parent = edits.get("group"), edits.get("parent")
        home = self.books.task(str(parent)) if parent else None
        leave = None if "parent" not in edits else ""
        return (self.books.groups[str(group)].group if group else None), (home.id if home else leave)

    def _record(self, step: Step, answer: Answer) -> None:
        self.tally.writes += 1
        if isinstance(answer, Written):
            self.tally.in_a_row = 0
            self._done(step, answer)
        elif isinstance(answer, ToolError):
            self._failed(step, answer)
        else:
            self._overtaken(step, answer)

    def _done(self, step: Step, written: Written) -> None:
        """What the tool answered becomes what was seen and what is agreed, with the log, all at once."""
        task = self._as_seen(written.task)
        kinds = {change.kind for change in step.changes}
        with self.store.writing() as writer:
            self._see(writer, Seen(task, self.clock.now()))
            if Kind.ARCHIVE in kinds:
                writer.drop_link(self.books.route.mapping, step.item)
                del self.books.links[step.item]
            else:
                self._link(writer, self._agreed(step, task))
            self._settled(writer, step.item)
            writer.add_entries(self._lines(step, task, written.remarks))
        for kind in kinds:
            self.tally.counts[f"{kind.value.removesuffix('e')}ed"] += 1
        title = step.changes[0].title
        self.tally.remarks.extend(Finding(step.item, title, remark) for remark in written.remarks)

    def _agreed(self, step: Step, task: Task) -> Link:
        """The link after a write: what was sent is agreed, with the tool's own form of it where that differs."""
        old, wanted = self.books.links.get(step.item), self.desired.tasks[step.item]
        agreed: dict[str, FieldValue] = dict(old.agreed) if old else {"group": wanted.group, "parent": wanted.parent}
        sent = {edit.field: edit.after for change in step.changes for edit in change.edits}
        for key, value in (wanted.values if step.intent else sent).items():
            agreed[key] = value
            rule = self.desired.rules.rule(key)
            answer = get(rule, task, self.books.container) if rule else task.marker
            agreed.pop(ANSWER + key, None)
            if key not in _PLACE and not same(value, answer):
                agreed[ANSWER + key] = answer
        return Link(step.item, task.id, agreed, old.linked_at if old else self.clock.now())

    def _lines(self, step: Step, task: Task, remarks: Sequence[str]) -> list[Entry]:
        lines: list[Entry] = []
        for change in step.changes:
            told = replace(change, task=task.id)
            if change.kind in (Kind.CREATE, Kind.ARCHIVE):
                lines.append(self.entry(told, change.kind.value, cause=change.reason, after=task.title))
                continue
            lines.extend(
                self.entry(told, change.kind.value, field=e.field, before=e.before, after=e.after, cause=e.reason)
                for e in change.edits
            )
        lines.extend(self.entry(replace(step.changes[0], task=task.id), "remark", cause=remark) for remark in remarks)
        return lines

    def _failed(self, step: Step, error: ToolError) -> None:
        """Set the item aside with the tool's words, or stop where going on would be of no use."""
        change = step.changes[0]
        self.tally.failed[step.item] = Finding(step.item, change.title, str(error), error.next_step)
        self.tally.in_a_row = self.tally.in_a_row + 1 if isinstance(error, Transient) else 0
        if isinstance(error, Refused | Quota) or self.tally.in_a_row >= _DOWN_AFTER:
            self.tally.halted = error
        doubtful = isinstance(error, UnknownOutcome)
        if doubtful:
            self.tally.doubts[step.item] += 1
        before = self.books.aside.get(step.item)
        tries = before.tries + 1 if before else 1
        retry_at = self.clock.now() + DELAYS[min(tries, len(DELAYS)) - 1]
        aside = SetAside(step.item, change.kind.value, str(error), error.next_step, tries, retry_at)
        with self.store.writing() as writer:
            if step.intent and not doubtful:
                writer.drop_intent(self.books.route.mapping, step.intent.key)
                self.books.intents.pop(step.item, None)
            if not doubtful or self.tally.doubts[step.item] > 1:
                writer.put_set_aside(self.books.route.mapping, aside)
                self.books.aside[step.item] = aside
                self.tally.refused.add(step.item)
            if isinstance(error, NotFound) and step.task:
                self._see(writer, replace(self.books.seen[step.task], fate=Fate.DELETED))
            writer.add_entries([self.entry(change, "fail", field=change.kind.value, cause=str(error))])

    def _overtaken(self, step: Step, now: Task | Fate) -> None:
        """The task changed between planning and sending: it is seen anew, and the next round plans for it."""
        before = self.books.seen[step.task]
        seen = Seen(self._as_seen(now), self.clock.now()) if isinstance(now, Task) else replace(before, fate=now)
        with self.store.writing() as writer:
            self._see(writer, seen)

    def _as_seen(self, task: Task) -> Task:
        """A write's answer does not count steps: what was counted before stands until they are read again."""
        before = self.books.seen.get(task.id)
        return replace(task, steps=before.task.steps) if before and task.steps is None else task

    def _see(self, writer: Writer, seen: Seen) -> None:
        writer.put_seen(self.books.route.connection, self.books.container.id, [seen])
        self.books.seen[seen.task.id] = seen

    def _link(self, writer: Writer, link: Link) -> None:
        writer.put_link(self.books.route.mapping, link)
        self.books.links[link.item] = link

    def _settled(self, writer: Writer, item: str) -> None:
        """Nothing is in doubt about the item any more, and nothing set aside."""
        self.tally.failed.pop(item, None)
        if intent := self.books.intents.pop(item, None):
            writer.drop_intent(self.books.route.mapping, intent.key)
        if self.books.aside.pop(item, None):
            writer.drop_set_aside(self.books.route.mapping, item)


def _unchanged(before: Task, now: Task) -> bool:
    """True if a task still is as it was planned for; how many steps it has, and when it was touched, do not matter."""
    return replace(before, steps=None, modified_at=None, url="") == replace(now, steps=None, modified_at=None, url="")
