"""Creates without a recorded outcome: each is resolved by looking for its marker, never by sending it again blindly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Final

import structlog

from connectors.errors import NotFound, ToolError
from connectors.vocabulary import Depth, Fate, Task
from mappings.shape import Wanted, marker
from syncd.engine.applier import Applier
from syncd.engine.ordering import Home
from syncd.engine.planner import Change, Kind
from syncd.engine.recorder import Recorder
from syncd.engine.tally import Finding
from syncd.records import Intent

_CLOCKS_APART: Final = timedelta(minutes=5)
"""How far the clocks of the tool's own machines may be apart."""
_NAP: Final = 1.0
"""Seconds between two questions whether to stop, while waiting."""
_log = structlog.get_logger(__name__)


class _Look(Enum):
    """What looking for an intent's task led to."""

    OVER = auto()
    """Its task is adopted."""
    ABSENT = auto()
    """There is no such task yet."""
    UNKNOWN = auto()
    """The tool could not be asked."""


@dataclass(slots=True)
class Doubts:
    """Finds out what became of the intents in the books of one pass.

    A task that carries the marker is adopted, also that of an item which left the plan meanwhile: then it is let go of
    like any other, by the mapping's rule. Its absence proves something only once the create can no longer take
    effect: until then the intent stands, its item waits, and with it what is to be made beside it, so that tasks come
    to stand in the plan's order; everything else goes on. Nobody knows when exactly a request was sent, so that time
    counts from the first look. Where the tool cannot be asked, the intent stays, and only its item waits.
    """

    applier: Applier
    _absent: set[str] = field(default_factory=set)
    """The keys of those that were looked for in vain."""
    _since: float = 0.0
    """When the last of these was first looked for: seconds of the clock that never goes back."""

    def look(self) -> bool:
        """Look for each that was not looked for yet; True if there was one. Never waits."""
        recorder = self.applier.recorder
        fresh = [intent for intent in recorder.books.intents.values() if intent.key not in self._absent]
        for intent in fresh:
            if _look(self.applier, intent) is _Look.ABSENT:
                self._absent.add(intent.key)
                self._since = recorder.clock.monotonic()
        return bool(fresh)

    def homes(self) -> set[Home]:
        """Where a task may still appear, and so nothing else is to be made yet."""
        wanted = self.applier.recorder.desired.tasks
        absent = (wanted[intent.item] for intent in self._those() if intent.item in wanted)
        return {(each.group, each.parent) for each in absent}

    def wait(self) -> bool:
        """Wait until none of the absent can arrive any more, and let go of those that did not.

        False if there are none, or if the pass was asked to stop meanwhile; after True there may be more to do.
        """
        absent = self._those()
        if not absent or not _waited(self.applier, len(absent), self._since):
            return False
        self._absent.clear()
        for intent in absent:
            if _look(self.applier, intent) is _Look.ABSENT:
                self.applier.recorder.forget(intent)
        return True

    def _those(self) -> list[Intent]:
        return [intent for intent in self.applier.recorder.books.intents.values() if intent.key in self._absent]


def _waited(applier: Applier, doubtful: int, since: float) -> bool:
    """Wait until no request of before then can take effect; False if the pass was asked to stop meanwhile."""
    clock = applier.recorder.clock
    until = since + applier.connector.capabilities().settle
    if (left := until - clock.monotonic()) > 0:
        message = f"{doubtful} creates have no clear answer; looking whether they arrived"
        _log.warning("waiting", seconds=round(left), message=message)
    while not applier.stopping():
        left = until - clock.monotonic()
        if left <= 0:
            return True
        clock.sleep(min(left, _NAP))
    return False


def _look(applier: Applier, intent: Intent) -> _Look:
    recorder, connector = applier.recorder, applier.connector
    wanted = recorder.desired.tasks.get(intent.item) or _as_sent(recorder, intent)
    since = intent.sent_at - _CLOCKS_APART
    try:
        tasks = [
            task
            for marker in (wanted.marker, *wanted.was)
            for task in connector.find(recorder.books.container, marker, parent=intent.parent, since=since)
        ]
    except ToolError as error:
        if isinstance(error, NotFound) and intent.parent and _is_gone(applier, intent.parent):
            return _Look.ABSENT
        message = f"it is not known whether its task was made, and the tool could not be asked: {error}"
        recorder.tally.failed[intent.item] = Finding(intent.item, wanted.title, message, error.next_step)
        return _Look.UNKNOWN
    linked = {link.task for link in recorder.books.links.values()}
    unlinked = [task for task in tasks if task.id not in linked]
    if not unlinked:
        return _Look.ABSENT
    _adopt(recorder, intent, wanted, unlinked)
    return _Look.OVER


def _is_gone(applier: Applier, task: str) -> bool:
    """Whether a look at the task itself says that it was deleted: that nothing is found below it may be a slip."""
    container = applier.recorder.books.container
    try:
        return applier.connector.look(container, [task], Depth.TOP)[task] is Fate.DELETED
    except ToolError:
        return False


def _as_sent(recorder: Recorder, intent: Intent) -> Wanted:
    """What was wanted of a task whose item is wanted no longer, as far as its intent tells."""
    parent = next((item for item, link in recorder.books.links.items() if link.task == intent.parent), None)
    return Wanted(intent.item, marker(recorder.desired.rules.plan, intent.item), None, parent, intent.sent)


def _adopt(recorder: Recorder, intent: Intent, wanted: Wanted, tasks: Iterable[Task]) -> None:
    now = recorder.clock.now()
    found = sorted(tasks, key=lambda task: (task.created_at or now, task.id))
    reason = "made by a request whose answer was lost"
    change = Change(Kind.ADOPT, intent.item, wanted.title, found[0].id, reason=reason)
    recorder.adopt([change], found, intent.sent, {intent.item: wanted})
