"""Reads the lines of boards' activity logs: which items they are about, whose doing they are, and what became of them.

The vendor promises no list of events, so an event counts by the words in its name, and unknown ones only point.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from connectors.monday.answers import Raw, text, understood

TICKS: Final = 10_000_000
"""The log's time goes by 100 nanoseconds: so many make a second."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_IDLE_TALK: Final = frozenset({"create_update", "edit_update", "delete_update"})
"""What is told about an item without changing it."""
_IDS: Final = (
    "pulse_id",
    "pulseId",
    "item_id",
    "itemId",
    "pulse_ids",
    "pulseIds",
    "item_ids",
    "itemIds",
    "pulse",
    "subitem",
)
_BORN: Final = frozenset(
    {"create_pulse", "batch_create_pulses", "duplicate_pulse", "restore_pulse", "move_pulse_into_board"}
)
_GONE: Final = frozenset(
    {
        "delete_pulse",
        "batch_delete_pulses",
        "delete_group_pulse",
        "archive_pulse",
        "archive_group_pulse",
        "move_pulse_from_board",
    }
)
_DELETED: Final = frozenset({"delete_pulse", "batch_delete_pulses", "delete_group_pulse"})
_BACK: Final = frozenset({"restore_pulse"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log: `at` in 100 nanoseconds since 1970, and the ids of the items it is about."""

    id: str
    at: int
    event: str
    user: str
    items: tuple[str, ...]

    @property
    def moment(self) -> datetime:
        """When it happened."""
        return _EPOCH + timedelta(microseconds=self.at // 10)

    @property
    def births(self) -> int:
        """How many more items the board has since."""
        return len(self.items) * ((self.event in _BORN) - (self.event in _GONE))


@understood("log entry")
def entry(raw: Raw) -> Entry:
    """A log's line; it is about no item where it is only talk, or a matter of the board."""
    data = json.loads(text(raw.get("data")) or "{}")
    event = text(raw["event"])
    items = () if event in _IDLE_TALK else tuple(dict.fromkeys(_items(data)))
    made = Entry(text(raw["id"]), int(raw["created_at"]), event, text(raw.get("user_id")), items)
    made.moment.timestamp()  # a time that no calendar has is found out here
    return made


def gone(raws: Iterable[Raw]) -> frozenset[str]:
    """The items of which these lines say that they were deleted, and not brought back since."""
    last: dict[str, str] = {}
    for line in sorted(map(entry, raws), key=lambda line: line.at):
        if line.event in _DELETED or line.event in _BACK:
            last |= dict.fromkeys(line.items, line.event)
    return frozenset(item for item, event in last.items() if event in _DELETED)


def _items(data: Mapping[str, Any]) -> Iterable[str]:
    for name in _IDS:
        held = data.get(name)
        for one in held if isinstance(held, list) else [held]:
            found = one.get("id") if isinstance(one, dict) else one
            if isinstance(found, (int, str)) and str(found).isdecimal():
                yield str(found)
