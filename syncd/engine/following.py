"""Following: brings tasks into the plan's order, where the plan changed it since they last followed."""

from __future__ import annotations

from collections.abc import Callable

from connectors.vocabulary import Update
from syncd.engine.agreement import BEHIND
from syncd.engine.applier import Applier
from syncd.engine.ordering import linked, moves


def follow(applier: Applier, expect: Callable[[int], None]) -> None:
    """Bring tasks into the plan's order, as far as the plan changed it since they last followed.

    One after the other, because each stands behind the one before. What the tool does not take is told and not tried
    again: an order is no work.
    """
    recorder, books = applier.recorder, applier.recorder.books
    order = linked(recorder.desired, books.links)
    if books.order == order and not any(BEHIND in link.agreed for link in books.links.values()):
        return
    due = moves(recorder.desired, books.observed(), books.agreed(()), books.order, foreseen=False)
    if due:
        expect(len(due))
    for move in due:
        if applier.stopping():
            return
        after = str(move.edits[0].after or "")
        behind = books.links[after].task if after else ""
        [answer] = applier.connector.write([Update(applier.new_key(), books.container, move.task, after=behind)])
        recorder.placed(move, answer)
        applier.progress(1)
        if recorder.tally.halted:
            return
    recorder.keep_order(order)
