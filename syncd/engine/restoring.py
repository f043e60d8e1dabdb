"""Restoring: puts back in the tool and in the plan what a pass changed there, one transaction each, with the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import Refused, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Depth, Fate, FieldValue, Task, Update, Written
from mappings.fields import values_for
from syncd.engine.agreement import REPLACED, RETURNING, TO_TASK, agree
from syncd.engine.books import Books
from syncd.engine.planner import Change, Edit, Kind
from syncd.engine.reversing import Deed, Ground, Left, lost
from syncd.engine.steps import PLACE
from syncd.engine.takeover import Keep, plan_edit
from syncd.plan.edits import PlanEdit
from syncd.records import Entry, PassRecord
from syncd.store.store import Store
from syncd.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Undone:
    """A value that is back in its place: what the pass had written, and what is held again by now.

    `already` says that it was back before, as the log tells: by an earlier undo, or because somebody saw to it.
    """

    item: str
    title: str
    field: str
    before: Any
    after: Any
    in_plan: bool = False
    already: bool = False


@dataclass(slots=True)
class Undoing:
    """What came of undoing a pass. `trouble` is the error of the tool after which nothing more was tried there."""

    record: PassRecord
    undone: list[Undone] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    trouble: ToolError | None = None

    @property
    def fresh(self) -> list[Undone]:
        """What this undo put back, or would put back."""
        return [each for each in self.undone if not each.already]


@dataclass(slots=True)
class Restorer:
    """Puts values back and keeps the books. `pass_id` is the undo's own pass; 0: it only finds out what could be done.

    A value that is back counts as the tool's own answer to what was agreed: so it stays until plan or team change it.
    """

    books: Books
    ground: Ground
    store: Store
    clock: Clock
    who: str
    result: Undoing
    pass_id: int = 0

    def leave(self, deeds: Iterable[Deed], reason: str) -> None:
        """Note that these stay, and why."""
        self.result.left.extend(Left(deed.item, deed.field, reason) for deed in deeds)

    # In the tool

    def in_tool(self, connector: Connector, key: str, deeds: Sequence[Deed]) -> None:
        """Put back what was done to one task, right after a look at it; `key` is for the request."""
        if reason := self.ground.parted(deeds[0]):
            self.leave(deeds, reason)
            return
        back = list(deeds)
        try:
            task = self._look(connector, deeds[0].task)
            if isinstance(task, Fate) or lost(task):
                self.leave(deeds, lost(task))
                return
            judged = self.ground.in_tool(deeds, task)
            for each in judged:
                self.leave([each.deed] if each.reason else [], each.reason)
            told = [each.deed for each in judged if each.told]
            back = [each.deed for each in judged if not each.reason and not each.told]
            due = [each.deed for each in judged if not each.reason and not each.done]
            written = self._written(connector, key, due, task) if due and self.pass_id else Written(task)
            self._restored(back, written)
            self._back(back)
            self._back(told, already=True)
        except ToolError as error:
            self.result.trouble = error if isinstance(error, Refused | Transient) else None
            self.leave(back, _why(error))

    def _look(self, connector: Connector, task: str) -> Task | Fate:
        now = connector.look(self.books.container, [task], Depth.TOP)[task]
        before = self.books.seen.get(task)
        return before.recalled(now) if before and isinstance(now, Task) else now

    def _written(self, connector: Connector, key: str, deeds: Sequence[Deed], task: Task) -> Written:
        """The task after the values were sent; where no answer comes, it is looked at again. Raises ToolError."""
        self._announce(deeds)
        edits = {deed.field: deed.before for deed in deeds}
        values = {field: value for field, value in edits.items() if field not in PLACE}
        sent = values_for(self.books.route.rules, values, self.books.container, task)
        [answer] = connector.write([Update(key, self.books.container, task.id, sent, *self.books.place(edits))])
        if isinstance(answer, UnknownOutcome):
            now = self._look(connector, task.id)
            if isinstance(now, Task) and all(each.done for each in self.ground.in_tool(deeds, now)):
                return Written(now)
        if isinstance(answer, ToolError):
            raise answer
        return answer

    def _announce(self, deeds: Sequence[Deed]) -> None:
        """Have the link say what is about to be sent: after a crash here, no pass takes the value for a team's."""
        with self.store.writing() as writer:
            writer.require_newest(self.books.route.mapping, self.pass_id)
            for deed in deeds:
                link = None if deed.parting else self.books.links.get(deed.item)
                if link is not None and deed.field not in PLACE:
                    way = {RETURNING + deed.field: deed.before, REPLACED + deed.field: deed.after}
                    self.books.link(writer, replace(link, agreed={deed.field: deed.after, **link.agreed, **way}))

    def _restored(self, deeds: Sequence[Deed], written: Written) -> None:
        """What the tool answered becomes what was seen and what is agreed, with the log, all at once."""
        if not deeds or not self.pass_id:
            return
        self.result.remarks.extend(written.remarks)
        with self.store.writing() as writer:
            for deed in deeds:
                self._agree(writer, deed, *self._held(deed, written.task), TO_TASK)
            self._see(writer, deeds, written.task)
            writer.add_entries(self._line(deed) for deed in deeds)

    def _see(self, writer: Writer, deeds: Sequence[Deed], task: Task) -> None:
        """Note the task as it is by now; what a team changed on it that was not seen yet is for the log."""
        if task.id in self.books.seen:
            seen, sent = self.books.answered(task.id, task, self.clock.now()), [deed.field for deed in deeds]
            writer.add_entries(self.books.team_edits(deeds[0].item, seen, seen.at, sent, self.pass_id))
            self.books.see(writer, seen)

    # In the plan

    def in_plan(self, keep: Keep, deeds: Iterable[Deed]) -> None:
        """Put back the plan's own values, where it still holds what it took over."""
        asked: dict[PlanEdit, Deed] = {}
        for judgement in map(self.ground.in_plan, deeds):
            deed, reason = judgement.deed, judgement.reason
            if judgement.done:
                self._back([deed], already=judgement.told)
                self._settled([] if judgement.told else [deed])
            elif not reason:
                try:
                    asked[self._edit(deed)] = deed
                except ValueError as impossible:
                    reason = str(impossible)
            self.leave([deed] if reason else [], reason)
        if self.pass_id:
            self._put_back(keep, asked)
        else:
            self._back(asked.values())

    def _edit(self, deed: Deed) -> PlanEdit:
        """What the plan is to hold again. Raises ValueError, in words, where it cannot."""
        edit = Edit(deed.field, deed.after, deed.before, self.ground.cause)
        return plan_edit(self.books.route, Change(Kind.WRITE_BACK, deed.item, deed.item, deed.task, (edit,)))

    def _put_back(self, keep: Keep, asked: Mapping[PlanEdit, Deed]) -> None:
        """Write the file. The links go first: after a crash in between, a pass finds both sides alike."""
        if not asked:
            return
        with self.store.writing() as writer:
            writer.require_newest(self.books.route.mapping, self.pass_id)
            for deed in asked.values():
                self._agree(writer, deed, deed.before, deed.after)
        kept = keep(self.books.route, list(asked))
        done = [deed for edit, deed in asked.items() if edit in kept.done]
        self._settled(done)
        self._back(done)
        reasons = {each.what: each.reason for each in kept.unwritten}
        with self.store.writing() as writer:
            for edit, deed in asked.items():
                if deed not in done:
                    self._agree(writer, deed, deed.after, deed.after)
                    self.leave([deed], reasons.get(edit, "the plan could not be written"))

    def _settled(self, deeds: Sequence[Deed]) -> None:
        """The plan holds its own values again, and the tool what the team set there; both stay, and the log says so."""
        if not deeds or not self.pass_id:
            return
        with self.store.writing() as writer:
            for deed in deeds:
                self._agree(writer, deed, deed.before, deed.after)
            writer.add_entries(self._line(deed) for deed in deeds)

    # Both

    def _back(self, deeds: Iterable[Deed], *, already: bool = False) -> None:
        for deed in deeds:
            wanted, seen = self.ground.desired.tasks.get(deed.item), self.books.seen.get(deed.task)
            title = wanted.title if wanted else seen.task.title if seen else deed.item
            told = (deed.item, title, deed.field, deed.after, deed.before)
            self.result.undone.append(Undone(*told, in_plan=deed.in_plan, already=already))

    def _line(self, deed: Deed) -> Entry:
        told = (deed.field, deed.after, deed.before, self.ground.cause, self.who)
        mapping = self.books.route.mapping
        return Entry(self.clock.now(), self.pass_id, mapping, deed.item, deed.task, "undo", *told)

    def _held(self, deed: Deed, task: Task) -> tuple[FieldValue, FieldValue]:
        """What is agreed on a value that is back: what the pass had written, and what the task holds instead."""
        link = self.books.links.get(deed.item)
        value = link.agreed.get(deed.field, deed.after) if link else deed.after
        return value, value if deed.field in PLACE else self.ground.held(deed.field, task)

    def _agree(self, writer: Writer, deed: Deed, value: FieldValue, held: FieldValue, over: Iterable[str] = ()) -> None:
        """Have both sides agree on a value, which the task holds in this form; what was on its way there is `over`."""
        link = None if deed.parting else self.books.links.get(deed.item)
        if link is not None:
            self.books.link(writer, replace(link, agreed=agree(link.agreed, deed.field, value, held, over)))


def _why(error: ToolError) -> str:
    if isinstance(error, UnknownOutcome):
        return "it is not known whether the tool took it; undo the pass again"
    return f"the tool said: {error}"
