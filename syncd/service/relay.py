"""What becomes of passes, on its way from the process that made them to the daemon that leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from syncd.engine.tally import PassReport
from syncd.records import Outcome
from syncd.sections import MappingConfig
from syncd.service.reports import as_kept, to_report
from syncd.service.watch import Watch
from syncd.store.errors import StoreError
from syncd.views.values import scrubbed

Message = Sequence[Any]
_log = structlog.get_logger(__name__)


class Relay:
    """Hears what becomes of the passes of one job, as `Watch` does, and has it told whenever a pass has ended.

    What cannot be told, as `tell` raises StoreError, is kept for the next time; after the last one it is lost.
    """

    def __init__(self, tell: Callable[[Sequence[Message]], None]) -> None:
        self._tell = tell
        self._messages: list[Message] = []
        self.over: set[str] = set()
        """The mappings of which nothing is left to be done now."""
        self.cut: list[str] = []
        """Those whose pass was cut short."""
        self.failures: list[str] = []
        """Those of which no pass could be made."""
        self.away = False
        """Whether the tool was out of reach in the last of these passes."""

    def ended(self, report: PassReport) -> None:
        """A pass ended. The changes that wait are left out: nobody asks the watch for them."""
        if report.outcome is Outcome.ABANDONED:
            self.cut.append(report.mapping)
        else:
            self.over.add(report.mapping)
        self.away = report.outcome is Outcome.UNREACHABLE
        self._messages.append(["ended", {**as_kept(report), "changes": []}])
        self.flush()
        _log.debug("pass_made", mapping=report.mapping, outcome=report.outcome.value, requests=report.requests)

    def failed(self, mapping: str, trouble: str, **more: object) -> None:
        """A pass could not even be made."""
        self.over.add(mapping)
        self.failures.append(mapping)
        self._messages.append(["failed", mapping, trouble])
        if more.get("exc_info"):
            _log.error("pass_broke_down", mapping=mapping, message=trouble, **more)

    def spared(self, mapping: str) -> None:
        """No pass was needed."""
        self.over.add(mapping)
        self._messages.append(["spared", mapping])

    def as_before(self, mapping: str, within: timedelta) -> None:
        """It is meant that there is no pass."""
        self._messages.append(["as_before", mapping, within.total_seconds()])

    def say(self, what: str, trouble: str) -> None:
        """Something is wrong, or well again."""
        self._messages.append(["say", what, trouble])

    def flush(self) -> None:
        """Have told what was not told yet, as plain data and without secrets."""
        messages, self._messages = self._messages, []
        if messages:
            try:
                self._tell(scrubbed(messages))
            except StoreError as error:
                self._messages = messages
                _log.warning("queue_lost", message=error.in_full)


def hear(watch: Watch, messages: Sequence[Message], mappings: Mapping[str, MappingConfig]) -> None:
    """Have the watch take in what a relay kept, as far as it is about one of these mappings."""
    for kind, *about in messages:
        name = about[0]["mapping"] if kind == "ended" else about[0]
        if kind == "say":
            watch.say(*about)
        elif name not in mappings:
            continue
        elif kind == "ended":
            watch.ended(to_report(about[0]))
        elif kind == "failed":
            watch.failed(*about)
        elif kind == "spared":
            watch.spared(name)
        elif kind == "as_before":
            watch.as_before(name, timedelta(seconds=about[1]))
