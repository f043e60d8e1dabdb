"""How mappings and connections stood at the end of a past day, as far as the store kept it; no tool is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from syncd.app import App
from syncd.records import Outcome, PassRecord
from syncd.store.reader import Reader
from syncd.views.values import iso
from syncd.views.waits import LOOKED, Waits, counted


@dataclass(frozen=True, slots=True)
class MappingStood:
    """How one mapping stood: its newest pass by then, the newest that read everything, and how much waited."""

    mapping: str
    connection: str
    ended: PassRecord | None
    full: PassRecord | None
    waits: Waits

    @property
    def failed(self) -> int:
        """How many items failed in the newest pass."""
        return self.ended.counts.get("failed", 0) if self.ended else 0


@dataclass(frozen=True, slots=True)
class ConnectionStood:
    """How one connection stood; `reachable` is what its newest pass by then found, `requests` those of the UTC day."""

    connection: str
    reachable: bool | None
    requests: int


@dataclass(frozen=True, slots=True)
class PastStatus:
    """How everything stood at the end of `day`."""

    day: date
    mappings: tuple[MappingStood, ...]
    connections: tuple[ConnectionStood, ...]


def past_status(app: App, day: date) -> PastStatus:
    """How what is configured now stood at the end of that day on the district's clock. Raises StoreError."""
    until = datetime.combine(day + timedelta(days=1), time.min, app.config.zone)
    with app.known_store().reading() as reader:
        mappings = tuple(_mapping(app, reader, name, until) for name in app.config.mappings)
        connections = tuple(_connection(reader, name, mappings, day) for name in app.config.connections)
    return PastStatus(day, mappings, connections)


def _mapping(app: App, reader: Reader, name: str, until: datetime) -> MappingStood:
    passes = reader.passes_until(name, until)
    full = reader.passes_until(name, until, full=True)
    return MappingStood(
        mapping=name,
        connection=app.config.mappings[name].connection,
        ended=next(iter(passes), None),
        full=next((each for each in full if each.outcome in LOOKED), None),
        waits=counted(passes),
    )


def _connection(reader: Reader, name: str, mappings: tuple[MappingStood, ...], day: date) -> ConnectionStood:
    passes = [each.ended for each in mappings if each.connection == name and each.ended]
    told = [each for each in passes if each.outcome is not Outcome.ABANDONED]
    newest = max(told, key=lambda each: each.id, default=None)
    reachable = newest.outcome is not Outcome.UNREACHABLE if newest else None
    return ConnectionStood(name, reachable, reader.requests_on(name, day))


def as_json(stood: PastStatus) -> dict[str, Any]:
    """Everything that was kept, for other programs, by the names that it has in the status of today."""
    return {
        "as_of": stood.day.isoformat(),
        "mappings": [
            {
                "mapping": each.mapping,
                "last_pass": iso(each.ended.ended_at) if each.ended else None,
                "last_full_read": iso(each.full.ended_at) if each.full else None,
                "failed": each.failed,
                "held": each.waits.held_items,
                "conflicts": each.waits.conflicting,
                "proposals": each.waits.proposals,
            }
            for each in stood.mappings
        ],
        "connections": [
            {"connection": each.connection, "reachable": each.reachable, "requests": each.requests}
            for each in stood.connections
        ],
    }
