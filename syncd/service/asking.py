"""Asks the daemon that works on a store for passes, and hands on what it reports, as if they were one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from syncd.app import App
from syncd.engine.tally import PassReport
from syncd.records import Order
from syncd.service.reports import SYNC, to_error, to_report
from syncd.store.errors import StoreError

LOOK_EVERY: Final = 0.25
"""Seconds between two looks at what became of an order."""
PATIENCE: Final = 60.0
"""Seconds after which a daemon that has not even taken an order is given up."""
ALONE: Final = "The daemon that was at it has ended; this command does itself what is left."


@dataclass(slots=True)
class Asking:
    """Passes of these mappings, by the daemon if one works on the store and by this process else.

    `stopping`, `expect` and `progress` are those of `App.sync`; `say` hears what people should know meanwhile.
    """

    app: App
    who: str
    stopping: Callable[[], bool]
    expect: Callable[[str, int], None]
    progress: Callable[[int], None]
    say: Callable[[str], None]

    def passes(self, mappings: Sequence[str], how: Mapping[str, Any]) -> Iterator[PassReport]:
        """Each report as soon as it is there; raises what `App.sync` does."""
        left = list(mappings)
        self.app.routes(left)
        if self._daemon():
            for report in self._ordered(left, how):
                left.remove(report.mapping)
                yield report
        if left and not self.stopping():
            yield from self.app.sync(
                left, **how, who=self.who, stopping=self.stopping, expect=self.expect, progress=self.progress
            )

    def _daemon(self) -> bool:
        """Whether a daemon works on the store."""
        return self.app.store.current() is not None and self.app.store.lead().taken()

    def _ordered(self, mappings: Sequence[str], how: Mapping[str, Any]) -> Iterator[PassReport]:
        """What the daemon reports, until it has done everything, or has ended."""
        clock, store = self.app.clock, self.app.store
        with store.writing() as writer:
            number = writer.place_order(clock.now(), self.who, SYNC, {**how, "mappings": list(mappings)})
        placed, shown = clock.monotonic(), _Shown(self.expect, self.progress)
        told: set[str] = set()
        try:
            while not self.stopping():
                with store.reading() as reader:
                    order = reader.order(number)
                if order is not None:
                    for kept in order.result.get("reports", []):
                        if kept["mapping"] not in told:
                            told.add(kept["mapping"])
                            yield to_report(kept)
                    shown.show(order)
                if order is not None and order.ended_at is not None:
                    if order.result["error"]:
                        raise to_error(order.result["error"])
                    return
                if order is None or not self._daemon():
                    self.say(ALONE)
                    return
                if order.taken_at is None and clock.monotonic() - placed > PATIENCE:
                    raise StoreError(
                        "the daemon that works on this store does not take up what it is asked for",
                        "See its log; start it anew if it hangs, then try again.",
                    )
                clock.sleep(LOOK_EVERY)
        finally:
            with store.writing() as writer:
                writer.drop_order(number)


@dataclass(slots=True)
class _Shown:
    """How far the daemon is, as its bars show it."""

    expect: Callable[[str, int], None]
    progress: Callable[[int], None]
    due: tuple[str, int] = ("", 0)
    done: int = 0

    def show(self, order: Order) -> None:
        due, done = tuple(order.result.get("due", ("", 0))), order.result.get("done", 0)
        if due != self.due:
            self.due, self.done = due, 0
            if due[1]:
                self.expect(*due)
        if self.due[1]:
            self.progress(done - self.done)
        self.done = done
