"""How each mapping and connection stands, from what the store holds; no tool is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from connectors.contract import WARNING, Connector
from connectors.vocabulary import Budget, Container
from syncd.app import App
from syncd.config_files import LeftOut
from syncd.errors import FileError
from syncd.records import Outcome, PassRecord, SetAside
from syncd.store.reader import Reader
from syncd.views import parts, waits
from syncd.views.stand_ins import copies
from syncd.views.values import iso
from syncd.views.waits import Waits, counted, open_waits


@dataclass(frozen=True, slots=True)
class MappingStands:
    """How one mapping stands."""

    mapping: str
    connection: str
    container: Container | None
    links: int
    newest: PassRecord | None
    ended: PassRecord | None
    waits: Waits
    read_at: datetime | None
    paused: bool
    aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class ConnectionStands:
    """How one connection stands; `reachable` is what its newest pass found, None before the first.

    `warning` is what its connector wants people to know, with what to do.
    """

    connection: str
    reachable: bool | None
    requests_today: int
    budget: Budget | None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How everything stands; `unread` says why what waits is told as of the last pass, where a plan cannot be read.

    `stand_ins` says of which plans and readings a copy is in use, since they cannot be had right now; `left_out`, which
    files of a folder are not in force for their mistakes.
    """

    mappings: tuple[MappingStands, ...]
    connections: tuple[ConnectionStands, ...]
    unread: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def status(app: App) -> Status:
    """How everything stands now. Raises StoreError."""
    known: dict[str, Waits] | None = None
    unread: tuple[str, ...] = ()
    try:
        known = open_waits(app)
    except FileError as error:
        unread = tuple(map(str, error.problems))
    with app.known_store().reading() as reader:
        mappings = tuple(_mapping(app, reader, name, known) for name in app.config.mappings)
        today = app.clock.now().date()
        made = {name: app.connector(name) for name in app.config.connections}
        connections = tuple(_connection(reader, name, mappings, today, connector) for name, connector in made.items())
    copied = tuple(f"{name}: {note}" for name in app.config.plans for note in copies(app, name))
    return Status(mappings, connections, unread, copied, app.parts.left_out())


def _mapping(app: App, reader: Reader, name: str, known: Mapping[str, Waits] | None) -> MappingStands:
    state = reader.mapping_state(name)
    connection = app.config.mappings[name].connection
    shelf = reader.shelf(state.connection, state.container) if state else None
    passes = reader.passes(name)
    return MappingStands(
        mapping=name,
        connection=connection,
        container=shelf.container if shelf else None,
        links=reader.links_made(name),
        newest=next(iter(passes), None),
        ended=reader.last_pass(name, ended=True),
        waits=counted(passes) if known is None else known.get(name, Waits()),
        read_at=shelf.read_at if shelf else None,
        paused=state.paused if state else False,
        aside=tuple(reader.set_aside(name).values()),
    )


def _connection(
    reader: Reader, name: str, mappings: Sequence[MappingStands], today: date, connector: Connector
) -> ConnectionStands:
    passes = [standing.ended for standing in mappings if standing.connection == name and standing.ended]
    told = [each for each in passes if each.outcome is not Outcome.ABANDONED]
    newest = max(told, key=lambda each: each.id, default=None)
    reachable = newest.outcome is not Outcome.UNREACHABLE if newest else None
    warning = str(connector.learnt().get(WARNING, ""))
    return ConnectionStands(name, reachable, reader.requests_on(name, today), connector.budget(), warning)


def as_json(standing: Status) -> dict[str, Any]:
    """Everything, for other programs; the quota is the day's, and null in a tool that has none."""
    return {
        "mappings": [
            {
                "mapping": each.mapping,
                "links": each.links,
                "last_pass": iso(each.ended.ended_at) if each.ended else None,
                "last_full_read": iso(each.read_at),
                "paused": each.paused,
                "set_aside": [
                    {"item": aside.item, "message": aside.message, "next_step": aside.next_step} for aside in each.aside
                ],
                **waits.as_json(each.waits),
            }
            for each in standing.mappings
        ],
        "connections": [
            {
                "connection": each.connection,
                "reachable": each.reachable,
                "requests_today": each.requests_today,
                "quota": _quota(each.budget),
            }
            for each in standing.connections
        ],
        "stand_ins": list(standing.stand_ins),
        "left_out": [parts.as_json(each) for each in standing.left_out],
    }


def _quota(budget: Budget | None) -> dict[str, Any] | None:
    return None if budget is None else {**asdict(budget), "resets_at": iso(budget.resets_at)}
