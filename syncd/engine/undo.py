"""Undo: takes back what one pass did, where nobody touched it since, as a pass of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.vocabulary import Container
from syncd.engine.books import Books, Route
from syncd.engine.bounds import begin, end
from syncd.engine.recorder import Recorder
from syncd.engine.restoring import Restorer, Undoing
from syncd.engine.reversing import Deed, Ground, included, staying
from syncd.engine.settling import rename
from syncd.engine.takeover import Keep
from syncd.engine.tally import Tally
from syncd.engine.waiting import known_books
from syncd.plan.edits import Kept
from syncd.records import Entry, Outcome, PassRecord, Shelf
from syncd.store.store import Store

_NOWHERE: Final = Shelf(Container("", "", ""))
"""Stands for a container that was never read: nothing is linked in it."""


class NoPass(Exception):
    """There never was a pass of that number; `newest` is the highest there is, 0 for none."""

    def __init__(self, number: int, newest: int) -> None:
        super().__init__(f"there is no pass {number}")
        self.newest = newest


@dataclass(slots=True)
class Undo:
    """Undoes passes of one mapping. `who` asks for it; `keep` puts values back into the plan.

    It may end at any moment and be asked again. `stopping` is asked before each task; `expect` and `progress` hear
    how many tasks there are and are done.
    """

    route: Route
    store: Store
    connector: Connector
    clock: Clock
    new_key: Callable[[], str]
    keep: Keep = lambda _route, _edits: Kept()
    who: str = ""
    stopping: Callable[[], bool] = lambda: False
    expect: Callable[[int], None] = lambda _tasks: None
    progress: Callable[[int], None] = lambda _done: None

    def run(self, record: PassRecord, *, dry_run: bool = False) -> Undoing:
        """Take back what a pass of the mapping did; with `dry_run` only find out what could be.

        Nobody else may work with the mapping's connection meanwhile. Raises StoreError.
        """
        with self.store.reading() as reader:
            books = known_books(reader, self.route) or Books.load(reader, self.route, _NOWHERE)
            lines = reader.log_from(record.id)
        trees = books.trees()
        ground = Ground(trees.desired, trees.agreed, books.container, f"undo of pass {record.id}")
        restorer = Restorer(books, ground, self.store, self.clock, self.who, Undoing(record))
        if dry_run:
            self._go(restorer, lines)
        else:
            self._as_a_pass(restorer, lines)
        return restorer.result

    def _go(self, restorer: Restorer, lines: Sequence[Entry]) -> None:
        """Take back everything that can be, the plan's values first."""
        number = restorer.result.record.id
        restorer.result.left.extend(staying(lines, number))
        restorer.result.remarks.extend(included(lines))
        deeds = list(restorer.ground.deeds(lines, number))
        restorer.in_plan(self.keep, [deed for deed in deeds if deed.in_plan])
        tasks: dict[tuple[str, bool], list[Deed]] = {}
        for deed in deeds:
            if not deed.in_plan:
                tasks.setdefault((deed.task, deed.parting), []).append(deed)
        self.expect(len(tasks))
        for on_task in tasks.values():
            if restorer.result.trouble:
                restorer.leave(on_task, "the tool could not be asked any more; undo the pass again later")
            elif self.stopping():
                restorer.leave(on_task, "it was asked to stop before; undo the pass again")
            else:
                restorer.in_tool(self.connector, self.new_key(), on_task)
            self.progress(1)

    def _as_a_pass(self, restorer: Restorer, lines: Sequence[Entry]) -> None:
        with self.store.writing() as writer:
            restorer.pass_id = begin(writer, self.route.mapping, self.clock.now(), full=False)
        outcome, sent = Outcome.ABANDONED, self.connector.requests()
        try:
            self._call_by_now(restorer)
            self._go(restorer, lines)
            outcome = Outcome.UNREACHABLE if restorer.result.trouble else Outcome.UNDONE
        finally:
            self._end(restorer, outcome, self.connector.requests() - sent)

    def _call_by_now(self, restorer: Restorer) -> None:
        """Keep the books under the ids that the plan gives by now, as any pass does first of all."""
        books, desired = restorer.books, restorer.ground.desired
        recorder = Recorder(books, desired, self.store, self.clock, restorer.pass_id, Tally())
        recorder.rename(rename(desired, books.agreed(())))

    def _end(self, restorer: Restorer, outcome: Outcome, requests: int) -> None:
        undone, left, now = len(restorer.result.fresh), len(restorer.result.left), self.clock.now()
        message = f"{restorer.ground.cause}: values put back: {undone}; left as they are: {left}"
        with self.store.writing() as writer:
            counts = {"undone": undone, "left": left, "requests": requests}
            end(writer, self.route.mapping, restorer.pass_id, now, outcome=outcome, counts=counts, message=message)
            writer.count_requests(self.route.connection, now.date(), requests)
