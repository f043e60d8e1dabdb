"""The recorder: puts what came of each change in the books and in the log, one transaction each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from connectors.clock import Clock
from connectors.errors import Quota, Refused, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Credit, Fate, FieldValue, Task, Written
from mappings.fields import get, held, same
from mappings.shape import Desired, Wanted
from syncd.engine.agreement import ANSWER, BEHIND, OVER, TAKING, TO_PLAN, agree, without
from syncd.engine.books import Books, digest, order_key
from syncd.engine.delays import delay
from syncd.engine.planner import Change, Edit, Kind, Why, place_of
from syncd.engine.settling import Renaming
from syncd.engine.steps import PLACE, Step, sending
from syncd.engine.tally import Finding, Tally
from syncd.engine.teams import unsaid_by
from syncd.records import Entry, GroupLink, Intent, Link, Seen, SetAside
from syncd.store.reader import Reader
from syncd.store.store import Store
from syncd.store.writer import Writer

_DOWN_AFTER: Final = 5
"""So many requests to write without an answer in a row mean that the tool is down, not that an item is bad."""

Answer = Written | ToolError | Task | Fate
"""What came of a step: done, failed, or not sent because the task (or its fate) is no longer as it was planned for."""


@dataclass(slots=True)
class Recorder:
    """Keeps the books of one pass: what it puts into the store stands in `books` as well, and the other way round."""

    books: Books
    desired: Desired
    store: Store
    clock: Clock
    pass_id: int
    tally: Tally
    _unclear: dict[str, Step] = field(default_factory=dict)
    """Steps on existing tasks that were sent without a clear answer."""

    def adopt(
        self,
        changes: Iterable[Change],
        read: Iterable[Task] = (),
        sent: Mapping[str, FieldValue] = MappingProxyType({}),
        left: Mapping[str, Wanted] = MappingProxyType({}),
    ) -> None:
        """Link the tasks that carry their item's marker; what both sides last agreed on is not known, nor claimed.

        `read` are tasks that were read just now, on the way. What was `sent` to make them is agreed, as far as they
        hold it; and of what a team's own task never said, that it holds nothing. `left` is what was wanted of items
        that have left the plan.
        """
        now = self.clock.now()
        with self.store.writing() as writer:
            for task in read:
                self.books.see(writer, Seen(task, now))
            for change in changes:
                wanted = self.desired.tasks.get(change.item) or left[change.item]
                task = self.books.seen[change.task].task
                known = held(self.desired.rules, task, self.books.container, sent)
                unsaid = unsaid_by(writer, self.books, wanted, task)
                base = place_of(wanted, task, self.books.groups) | unsaid | known
                self.books.link(writer, Link(change.item, change.task, base, now))
                self._settled(writer, change.item)
                writer.add_entries([self.entry(change, "adopt", cause=change.reason)])
                self.tally.counts["adopted"] += 1

    def rename(self, renaming: Renaming) -> None:
        """Keep links, groups and what is under way under the ids that the plan gives them by now."""
        now, mapping = self.desired.renamed, self.books.route.mapping
        intents = [intent for intent in self.books.intents.values() if intent.item in now]
        asides = [aside for aside in self.books.aside.values() if aside.item in now]
        if not (renaming.links or renaming.groups or intents or asides):
            return
        with self.store.writing() as writer:
            for old, link in renaming.links:
                self.books.unlink(writer, old)
                self.books.link(writer, link)
            for old, group in renaming.groups:
                writer.drop_group_link(mapping, old)
                writer.put_group_link(mapping, group)
                del self.books.groups[old]
                self.books.groups[group.item] = group
            for intent in intents:
                renamed = replace(self.books.intents.pop(intent.item), item=now[intent.item])
                writer.put_intent(mapping, renamed)
                self.books.intents[renamed.item] = renamed
            for aside in asides:
                writer.drop_set_aside(mapping, aside.item)
                moved = replace(self.books.aside.pop(aside.item), item=now[aside.item])
                writer.put_set_aside(mapping, moved)
                self.books.aside[moved.item] = moved
            writer.add_entries(self._renamed(old, link) for old, link in renaming.links if link.item != old)

    def _renamed(self, old: str, link: Link) -> Entry:
        change = Change(Kind.UPDATE, link.item, link.item, link.task)
        return self.entry(change, "rename", field="id", before=old, after=link.item, cause="the plan gave it a new id")

    def taking(self, changes: Iterable[Change]) -> None:
        """Note what is to go into the plan, before it does. Raises StoreError if another pass has begun since."""
        with self.store.writing() as writer:
            writer.require_newest(self.books.route.mapping, self.pass_id)
            for change in changes:
                edit = change.edits[0]
                way = {TAKING + edit.field: edit.after, OVER + edit.field: edit.before}
                self.books.agree(writer, change.item, edit.field, (), way)

    def take_over(self, changes: Iterable[Change], left: Iterable[Change] = ()) -> None:
        """What the plan took over from the team is agreed; what is `left` is on its way there no longer."""
        with self.store.writing() as writer:
            for change in left:
                self.books.agree(writer, change.item, change.edits[0].field, TO_PLAN, {})
            for change in changes:
                edit = change.edits[0]
                self.books.agree(writer, change.item, edit.field, (ANSWER, *TO_PLAN), {edit.field: edit.after})
                cause = self._cause(writer, change, edit)
                told = {"field": edit.field, "before": edit.before, "after": edit.after, "cause": cause}
                writer.add_entries([self.entry(change, "write_back", **told)])
                self.tally.take(change.item)
                self.tally.counts["conflicts"] += change.why is Why.CONFLICT

    def let_go(self, change: Change) -> None:
        """Follow the task of an item that left the plan no longer; nothing is sent."""
        with self.store.writing() as writer:
            self.books.unlink(writer, change.item)
            writer.add_entries([self.entry(change, "archive", cause=change.reason)])
        self.tally.counts["archived"] += 1

    def intend(self, steps: Sequence[Step]) -> None:
        """Put on disk what is to be made and what is to be set, before it is sent.

        Raises StoreError if another pass has begun since.
        """
        intents = [step.intent for step in steps if step.intent]
        under_way = [(step.item, sent) for step in steps if (sent := sending(step, self.desired.rules))]
        if not (intents or under_way):
            return
        with self.store.writing() as writer:
            writer.require_newest(self.books.route.mapping, self.pass_id)
            for intent in intents:
                writer.put_intent(self.books.route.mapping, intent)
                self.books.intents[intent.item] = intent
            for item, sent in under_way:
                link = self.books.links[item]
                self.books.link(writer, replace(link, agreed={**link.agreed, **sent}))

    def forget(self, intent: Intent) -> None:
        """Let go of an intent that never took effect, or whose item is wanted no longer."""
        with self.store.writing() as writer:
            writer.drop_intent(self.books.route.mapping, intent.key)
            if wanted := self.desired.tasks.get(intent.item):
                change = Change(Kind.CREATE, intent.item, wanted.title)
                writer.add_entries([self.entry(change, "lost", cause="its create never took effect")])
        del self.books.intents[intent.item]

    def groups(self, links: Iterable[GroupLink], told: Iterable[Entry] = ()) -> None:
        """Keep the container as it is by now, and which of its groups stand for which items."""
        with self.store.writing() as writer:
            writer.put_shelf(self.books.route.connection, self.books.shelf)
            for link in links:
                self.books.groups[link.item] = link
                writer.put_group_link(self.books.route.mapping, link)
            writer.add_entries(told)

    def retitled(self, link: GroupLink, before: str) -> None:
        """Keep what a group is called by now."""
        change = Change(Kind.UPDATE, link.item, link.title)
        told = {"field": "group", "before": before, "after": link.title, "cause": "the plan calls it so by now"}
        self.groups([link], [self.entry(change, "group", **told)])

    def keep_order(self, order: Sequence[str]) -> None:
        """Remember which order of the plan the tasks follow by now."""
        moved = [link for link in self.books.links.values() if BEHIND in link.agreed]
        with self.store.writing() as writer:
            writer.put_facts(self.books.route.connection, order_key(self.books.route.mapping), list(order))
            for link in moved:
                self.books.link(writer, replace(link, agreed=without(link.agreed, BEHIND, [""])))
        self.books.order = tuple(order)

    def placed(self, move: Change, answer: Written | ToolError) -> None:
        """Log that a task was put behind another, or why it was not."""
        told = move.reason
        self.tally.writes += 1
        self.answered([answer])
        if isinstance(answer, ToolError):
            told = f"{told}, but the tool did not: {answer}"
            if isinstance(answer, Refused | Quota):
                self.tally.halted = answer
        else:
            self.tally.count(Kind.MOVE, move.item)
        with self.store.writing() as writer:
            writer.add_entries([self.entry(move, "order", cause=told)])

    def record(self, step: Step, answer: Answer) -> None:
        """Put what came of a step in the books; what failed is set aside."""
        self.tally.writes += 1
        if isinstance(answer, Written):
            self._done(step, answer)
        elif isinstance(answer, ToolError):
            self._failed(step, answer)
        else:
            self._overtaken(step, answer)

    def answered(self, answers: Sequence[Answer]) -> None:
        """Note what became of one request, whatever it held: several in a row without an answer stop the pass."""
        errors = [answer for answer in answers if isinstance(answer, Transient | UnknownOutcome)]
        self.tally.in_a_row = self.tally.in_a_row + 1 if len(errors) == len(answers) else 0
        if self.tally.in_a_row >= _DOWN_AFTER:
            self.tally.halted = errors[-1]

    def entry(self, change: Change, kind: str, **what: Any) -> Entry:
        """A line of the log about a change."""
        mapping = self.books.route.mapping
        return Entry(self.clock.now(), self.pass_id, mapping, change.item, change.task, kind, **what)

    # Done

    def _done(self, step: Step, written: Written) -> None:
        """What the tool answered becomes what was seen and what is agreed, with the log, all at once."""
        self._unclear.pop(step.item, None)
        kinds = {change.kind for change in step.changes}
        seen = self.books.answered(written.task.id, written.task, self.clock.now())
        if Kind.ARCHIVE in kinds and "completed" in step.edits and seen.task.done:
            seen = replace(seen, task=replace(seen.task, credit=Credit.CALLED_OFF))
        with self.store.writing() as writer:
            writer.add_entries(self._lines(writer, step, seen.task, written.remarks))
            writer.add_entries(self._by_team(step.item, seen, step.edits))
            self.books.see(writer, seen)
            self._count_in(writer, step.intent)
            if Kind.ARCHIVE in kinds:
                self.books.unlink(writer, step.item)
            else:
                self.books.link(writer, self._agreed(step, seen.task))
            self._settled(writer, step.item)
        for kind in kinds:
            self.tally.count(kind, step.item)
        title = step.changes[0].title
        self.tally.remarks.extend(Finding(step.item, title, remark) for remark in written.remarks)

    def _agreed(self, step: Step, task: Task) -> Link:
        """The link after a write: what was sent is agreed, with the tool's own form of it where that differs."""
        old, wanted = self.books.links.get(step.item), self.desired.tasks[step.item]
        agreed: dict[str, FieldValue] = dict(old.agreed) if old else {"group": wanted.group, "parent": wanted.parent}
        for key, value in (wanted.values if step.intent else step.edits).items():
            agreed = agree(agreed, key, value, value if key in PLACE else self._holds(task, key))
        agreed |= {} if step.behind is None else {BEHIND: step.behind}
        return Link(step.item, task.id, agreed, old.linked_at if old else self.clock.now())

    def _holds(self, task: Task, key: str) -> FieldValue:
        """What a task holds in the field that an edit names."""
        rule = self.desired.rules.rule(key)
        if key == "completed":
            return task.completed
        return get(rule, task, self.books.container) if rule else task.marker

    def _lines(self, log: Reader, step: Step, task: Task, remarks: Sequence[str]) -> list[Entry]:
        lines: list[Entry] = []
        for change in (replace(change, task=task.id) for change in step.changes):
            if change.kind is Kind.CREATE:
                lines.append(self.entry(change, "create", cause=change.reason, after=task.title))
            for e in change.edits if change.kind is not Kind.CREATE else ():
                told = {"field": e.field, "before": e.before, "after": e.after, "cause": self._cause(log, change, e)}
                lines.append(self.entry(change, change.kind.value, **told))
        lines.extend(self.entry(replace(step.changes[0], task=task.id), "remark", cause=remark) for remark in remarks)
        return lines

    def _cause(self, log: Reader, change: Change, edit: Edit) -> str:
        """Why a field was written; where a person decided whose value stands, that is what the log says of it last."""
        field = edit.field.removeprefix("field:")
        newest = log.log(item=change.item, field=field, mapping=self.books.route.mapping, limit=1)
        decided = (line.cause for line in newest if line.kind == "decide" and same(line.after, edit.after))
        return next(decided, edit.reason)

    # Overtaken

    def _overtaken(self, step: Step, now: Task | Fate) -> None:
        """The task is not as it was planned for: it is seen anew, and the next round plans for it.

        Where an earlier try of the same step was never answered, it may be that which changed the task.
        """
        earlier = self._unclear.pop(step.item, None)
        if earlier and isinstance(now, Task) and self._arrived(earlier, now):
            self._done(earlier, Written(now))
            return
        with self.store.writing() as writer:
            if not earlier:
                self._unsent(writer, step)
            self._look(writer, step.item, now, {})

    def heard(self, link: Link, now: Task | Fate, came: Mapping[str, FieldValue]) -> None:
        """Keep the link, and its task as it is `now`; no team put there what `came` of what an earlier pass sent."""
        with self.store.writing() as writer:
            self._look(writer, link.item, now, came)
            self.books.link(writer, link)

    def _look(self, writer: Writer, item: str, now: Task | Fate, sent: Mapping[str, FieldValue]) -> None:
        seen = self.books.answered(self.books.links[item].task, now, self.clock.now())
        writer.add_entries(self._by_team(item, seen, sent))
        self.books.see(writer, seen)

    def _arrived(self, step: Step, task: Task) -> bool:
        """True if the task holds all that the step would have it hold."""
        edits = step.edits
        group, parent = self.books.place(edits)
        return (
            group in (None, task.group)
            and parent in (None, task.parent or "")
            and all(same(value, self._holds(task, key)) for key, value in edits.items() if key not in PLACE)
        )

    def _by_team(self, item: str, seen: Seen, sent: Iterable[str]) -> Iterable[Entry]:
        """What a team changed on the task at the same moment."""
        return self.books.team_edits(item, seen, self.clock.now(), sent, self.pass_id)

    # Failed

    def _failed(self, step: Step, error: ToolError) -> None:
        """Set the item aside with the tool's words, or stop where going on would be of no use."""
        change, doubtful = step.changes[0], isinstance(error, UnknownOutcome)
        self.tally.failed[step.item] = Finding(step.item, change.title, str(error), error.next_step)
        everywhere = isinstance(error, Refused | Quota)
        if everywhere:
            self.tally.halted = error
        if doubtful:
            self.tally.doubts[step.item] += 1
            if step.task:
                self._unclear[step.item] = step
        with self.store.writing() as writer:
            if not doubtful and step.item not in self._unclear:  # else an earlier try may still have arrived
                self._unsent(writer, step)
            if not everywhere and (not doubtful or self.tally.doubts[step.item] > 1):
                self._set_aside(writer, change, error)
            writer.add_entries([self.entry(change, "fail", field=change.kind.value, cause=str(error))])

    def _unsent(self, writer: Writer, step: Step) -> None:
        """Note that nothing of a step is on its way any more."""
        if step.intent:
            writer.drop_intent(self.books.route.mapping, step.intent.key)
            self.books.intents.pop(step.item, None)
        elif sent := sending(step, self.desired.rules):
            link = self.books.links[step.item]
            left = {key: link.agreed[key] for key in link.agreed.keys() - sent.keys()}
            self.books.link(writer, replace(link, agreed=left))

    def _set_aside(self, writer: Writer, change: Change, error: ToolError) -> None:
        before, wanted = self.books.aside.get(change.item), digest(self.desired, change.item)
        tries = before.tries + 1 if before and before.wanted in ("", wanted) else 1
        retry_at = self.clock.now() + delay(tries, retryable=error.retryable)
        aside = SetAside(change.item, change.kind.value, str(error), error.next_step, tries, retry_at, wanted)
        writer.put_set_aside(self.books.route.mapping, aside)
        self.books.aside[change.item] = aside
        self.tally.refused.add(change.item)

    # Both sides

    def _count_in(self, writer: Writer, intent: Intent | None) -> None:
        """A subtask that was made just now is one more step of its parent."""
        above = self.books.seen.get(intent.parent) if intent and intent.parent else None
        if above and above.task.steps is not None:
            done, steps = above.task.steps
            self.books.see(writer, replace(above, task=replace(above.task, steps=(done, steps + 1))))

    def _settled(self, writer: Writer, item: str) -> None:
        """Nothing is in doubt about the item any more, and nothing set aside."""
        self.tally.failed.pop(item, None)
        if intent := self.books.intents.pop(item, None):
            writer.drop_intent(self.books.route.mapping, intent.key)
        if self.books.aside.pop(item, None):
            writer.drop_set_aside(self.books.route.mapping, item)
