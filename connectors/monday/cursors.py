"""What the change feed remembers of each board between two looks, and what a look tells beyond it: arithmetic only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from connectors.monday.logs import TICKS, Entry

OVERLAP: Final = timedelta(minutes=5)
"""What happened may be shown that much later: so far back a look compares with what the one before had seen."""
KEPT: Final = timedelta(days=6)
"""The smaller plans keep a week of activity: a cursor that is older says nothing about what was deleted since."""
_SHORT: Final = 8
"""Characters of a log line's id that tell it from the others of the same few minutes."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One board at one look: its number of items, when the latest ones changed, and the last log lines."""

    count: int
    recent: Mapping[str, str] = field(default_factory=dict)
    log: int = 0
    lines: tuple[str, ...] = ()

    @property
    def newest(self) -> str:
        """When the last change was made, "" where the board had no items."""
        return max(self.recent.values(), default="")

    @property
    def since(self) -> int:
        """How far back the log is to be read (100 nanoseconds since 1970)."""
        return max(0, self.log - int(OVERLAP.total_seconds()) * TICKS)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The boards of one container, its own one first, as they were seen on a `day`; `archived` tells of its own one."""

    day: date
    marks: Mapping[str, Mark]
    archived: bool = False

    def text(self) -> str:
        """The cursor as it is kept."""
        boards = {id_: [mark.count, mark.recent, mark.log, mark.lines] for id_, mark in self.marks.items()}
        told = {"day": self.day.isoformat(), "boards": boards, "archived": self.archived}
        return json.dumps(told, separators=(",", ":"))

    def stale(self, today: date) -> bool:
        """Whether it is too old to tell everything."""
        return today - self.day > KEPT


def read(text: str | None) -> Cursor | None:
    """The cursor that was kept; None where there is none, or none of ours."""
    try:
        told = json.loads(text or "")
        marks = {str(id_): _mark(*held) for id_, held in told["boards"].items()}
        return Cursor(date.fromisoformat(told["day"]), marks, told.get("archived") is True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _mark(count: Any, recent: Any, log: Any, lines: Any) -> Mark:
    return Mark(int(count), {str(id_): str(at) for id_, at in recent.items()}, int(log), tuple(map(str, lines)))


@dataclass(frozen=True, slots=True)
class Sight:
    """One board as a look shows it: its newest changes as (item, made, changed), and its newest log lines.

    `whole` says that there are no more items than those.
    """

    count: int
    items: Sequence[tuple[str, str, str]]
    entries: Sequence[Entry]
    whole: bool

    def reaches(self, mark: Mark) -> bool:
        """Whether the changes shown go back to what was known: then none is missing between."""
        return self.whole or any(mark.recent.get(id_) == at or at < mark.newest for id_, _, at in self.items)

    def changed(self, mark: Mark) -> dict[str, str]:
        """When the items changed that did so since, some minutes of overlap included."""
        edge = _earlier(mark.newest)
        return {id_: at for id_, _, at in self.items if at >= edge and mark.recent.get(id_) != at}

    def told(self, mark: Mark) -> list[Entry]:
        """The log lines that were not told yet."""
        return [entry for entry in self.entries if entry.at >= mark.since and entry.id[:_SHORT] not in mark.lines]

    def explained(self, mark: Mark) -> bool:
        """Whether the number of items is what it was, with what is known to have come and gone."""
        born = {id_ for id_, made, _ in self.items if made > mark.newest and id_ not in mark.recent}
        told = self.told(mark)
        by_log = sum(entry.births for entry in told)
        unlogged = born - {item for entry in told if entry.births > 0 for item in entry.items}
        return self.count == mark.count + by_log + len(unlogged)

    def mark(self, before: Mark | None) -> Mark:
        """What is to be remembered of it."""
        newest = max((at for _, _, at in self.items), default="")
        edge = _earlier(newest)
        recent = {id_: at for id_, _, at in self.items if at >= edge}
        log = max((entry.at for entry in self.entries), default=before.log if before else 0)
        known = Mark(self.count, recent, log)
        lines = [entry.id[:_SHORT] for entry in self.entries if entry.at >= known.since]
        older = before.lines if before and before.log == log else ()
        return Mark(self.count, recent, log, tuple(dict.fromkeys((*lines, *older))))


def _earlier(moment: str) -> str:
    """That moment less the overlap, in the same form; they are all of one form, so text compares like time."""
    if not moment:
        return ""
    return (datetime.fromisoformat(moment) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def newest(marks: Iterable[Mark]) -> int:
    """From when on the logs of several boards are to be read."""
    return min((mark.since for mark in marks), default=0)
