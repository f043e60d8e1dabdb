"""Including: what teams set or made goes into the plan; a new item's task carries its marker before that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import ToolError
from connectors.vocabulary import Depth, Fate, FieldValue, Task, Update, Values, Written
from mappings.shape import marker
from syncd.engine.agreement import ANSWER, OVER, TAKING, TO_PLAN
from syncd.engine.books import Books
from syncd.engine.proposals import NewValue, NewWork, Proposal, Put, put_in
from syncd.engine.teams import PROPOSE, TAKEN
from syncd.engine.unplanned import values_of
from syncd.records import Entry
from syncd.store.store import Store
from syncd.store.writer import Writer

_CHANGED = "it was changed in the tool meanwhile; run `syncd sync`, then look at it again"

Included = tuple[Proposal, str]
"""A proposal, and why it is not in the plan, "" where it is."""


def include(
    workers: Mapping[str, Includer], found: Sequence[Proposal], put: Put, *, copy: bool = False
) -> list[Included]:
    """Have proposals for one plan put into it, or into a copy; `workers` are those of their mappings, by name.

    A new item's task carries its marker, and the store knows, before the plan holds the item: whenever this ends, no
    pass takes it for an item that has no task yet. What was only begun comes up again as the same proposal. A value
    that the plan took is what both sides agree on. Nobody else may work with the mappings' connections meanwhile.
    Raises StoreError.
    """
    left: list[Included] = []
    for mapping, worker in workers.items():
        left += worker.mark([each for each in found if isinstance(each, NewWork) and each.mapping == mapping])
    if not copy:
        for mapping, worker in workers.items():
            worker.taking([each for each in found if isinstance(each, NewValue) and each.mapping == mapping])
    aside = {id(each) for each, _ in left}
    judged = put_in([each for each in found if id(each) not in aside], put)
    for mapping, worker in workers.items():
        worker.unmark([each for each, why in judged if why and isinstance(each, NewWork) and each.mapping == mapping])
        if not copy:
            worker.tell([(each, why) for each, why in judged if each.mapping == mapping])
    return [*judged, *left]


@dataclass(slots=True)
class Includer:
    """Sees to the tasks, and to the log, of one mapping; `who` asks for it."""

    books: Books
    store: Store
    connector: Connector
    clock: Clock
    new_key: Callable[[], str]
    who: str

    def mark(self, works: Sequence[NewWork]) -> list[Included]:
        """Put the markers of the items that they are to become on the tasks; those that cannot be, and why.

        A task that carries its marker already was told of then, and needs no other one.
        """
        if not works:
            return []
        new = [each for each in works if each.task.marker != self._marker(each)]
        with self.store.writing() as writer:
            writer.add_entries(self._line(each, PROPOSE, f"it is to become {in_words(each)}") for each in new)
        try:
            with self._counted():
                now = self.connector.look(self.books.container, [each.task.id for each in works], Depth.TOP)
        except ToolError as error:
            return [(each, str(error)) for each in works]
        same = [each for each in works if self._is_as_proposed(each, now[each.task.id])]
        changed = [(each, _CHANGED) for each in works if each not in same]
        return [*changed, *self._write([each for each in same if each in new], self._marker)]

    def unmark(self, works: Sequence[NewWork]) -> None:
        """Take the markers away again, as far as the tool lets us: what keeps its own comes up as the same proposal."""
        self._write(works, lambda _work: None)

    def taking(self, values: Iterable[NewValue]) -> None:
        """Note what is to go into the plan, before it does: after a crash the next pass sees how far it came."""
        with self.store.writing() as writer:
            for each in (each for each in values if each.edit):
                self._agree(writer, each, (), {TAKING + each.key: each.tool, OVER + each.key: each.plan})

    def tell(self, judged: Iterable[Included]) -> None:
        """What is in the plan by now is agreed, with the log; what is not is on its way there no longer."""
        with self.store.writing() as writer:
            for each, why in judged:
                if isinstance(each, NewValue):
                    over, value = (TO_PLAN, {}) if why else ((ANSWER, *TO_PLAN), {each.key: each.tool})
                    self._agree(writer, each, over, value)
                writer.add_entries([] if why else [self._told(each)])

    def _agree(self, writer: Writer, each: NewValue, over: Iterable[str], values: Mapping[str, FieldValue]) -> None:
        """Have the link of a value's task hold these; the plan may call its item by another id by now."""
        for item in [item for item, link in self.books.links.items() if link.task == each.task.id]:
            self.books.agree(writer, item, each.key, over, values)

    def _told(self, each: Proposal) -> Entry:
        if isinstance(each, NewWork):
            return self._line(each, TAKEN, f"a team's own task became {in_words(each)}")
        line = self._line(each, TAKEN, "a person took over what the team set")
        return replace(line, field=each.key, before=each.plan, after=each.tool)

    def _line(self, each: Proposal, kind: str, cause: str) -> Entry:
        mapping = self.books.route.mapping
        return Entry(self.clock.now(), None, mapping, each.item, each.task.id, kind, cause=cause, who=self.who)

    def _marker(self, work: NewWork) -> str:
        return marker(self.books.route.rules.plan, work.item)

    def _is_as_proposed(self, work: NewWork, now: Task | Fate) -> bool:
        """True if nobody changed since what goes into the plan: the pass after that would put it back on the task."""
        if isinstance(now, Fate) or now.marker not in (work.task.marker, self._marker(work)):
            return False
        values = values_of(self.books.route.rules, now, self.books.container)
        return (now.parent, now.group, values) == (work.task.parent, work.task.group, work.edit.values)

    def _write(self, works: Sequence[NewWork], mark: Callable[[NewWork], str | None]) -> list[Included]:
        """Write markers, and keep what the tool answers; those where it failed, and why."""
        left: list[Included] = []
        size = self.connector.capabilities().batch
        with self._counted():
            for batch in (works[at : at + size] for at in range(0, len(works), size)):
                answers = self.connector.write([self._update(each, mark(each)) for each in batch])
                self._keep(answer.task for answer in answers if isinstance(answer, Written))
                pairs = zip(batch, answers, strict=True)
                left += [(each, str(answer)) for each, answer in pairs if isinstance(answer, ToolError)]
        return left

    def _update(self, work: NewWork, mark: str | None) -> Update:
        return Update(self.new_key(), self.books.container, work.task.id, Values({"marker": mark}))

    def _keep(self, tasks: Iterable[Task]) -> None:
        """Keep what is on the tasks by now, so that the next pass knows whose they are."""
        now = self.clock.now()
        with self.store.writing() as writer:
            for task in tasks:
                self.books.see(writer, self.books.answered(task.id, task, now))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Count the requests that are sent in the block."""
        before = self.connector.requests()
        try:
            yield
        finally:
            sent = self.connector.requests() - before
            with self.store.writing() as writer:
                writer.count_requests(self.books.route.connection, self.clock.now().date(), sent)


def in_words(work: NewWork) -> str:
    """Where new work would hang, in words: "a project of G1.A1 “Adopt the curriculum”"."""
    article = "an" if work.edit.tier == "action" else "a"
    return f"{article} {work.edit.tier} of {work.edit.under} “{work.above}”"
