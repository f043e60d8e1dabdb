"""`syncd status`: how each mapping and connection stands, from what the store holds; no tool is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any

import click

from connectors.vocabulary import Budget, Container
from syncd.app import App
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, copyable
from syncd.cli.output import show, show_json
from syncd.cli.sync import ENDINGS, did_words
from syncd.cli.values import at, iso
from syncd.cli.waits import Waits, counted, open_waits
from syncd.records import Outcome, PassRecord, SetAside
from syncd.scorecard.words import count
from syncd.store.reader import Reader


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
    """How one connection stands; `reachable` is what its newest pass found, None before the first."""

    connection: str
    reachable: bool | None
    requests_today: int
    budget: Budget | None = None


@click.command(cls=Command)
@as_json
def command(as_json: bool) -> None:
    """Show how each mapping stands: links, the last pass, what is set aside or waits for a person."""
    with opened() as app:
        known = open_waits(app)
        with app.known_store().reading() as reader:
            mappings = [_mapping(app, reader, name, known) for name in app.config.mappings]
            today = app.clock.now().date()
            connections = [
                replace(_connection(reader, name, mappings, today), budget=app.connector(name).budget())
                for name in app.config.connections
            ]
        zone = app.config.zone
    if as_json:
        show_json(for_programs(mappings, connections))
        return
    for standing in mappings:
        show("\n".join(mapping_lines(standing, zone)))
    for connection in connections:
        show(connection_line(connection))


def _mapping(app: App, reader: Reader, name: str, known: Mapping[str, Waits] | None) -> MappingStands:
    state = reader.mapping_state(name)
    connection = app.config.mappings[name].connection
    shelf = reader.shelf(state.connection, state.container) if state else None
    passes = reader.passes(name)
    return MappingStands(
        mapping=name,
        connection=connection,
        container=shelf.container if shelf else None,
        links=len(reader.links(name)),
        newest=next(iter(passes), None),
        ended=reader.last_pass(name, ended=True),
        waits=counted(passes) if known is None else known.get(name, Waits()),
        read_at=shelf.read_at if shelf else None,
        paused=state.paused if state else False,
        aside=tuple(reader.set_aside(name).values()),
    )


def _connection(reader: Reader, name: str, mappings: list[MappingStands], today: date) -> ConnectionStands:
    passes = [standing.ended for standing in mappings if standing.connection == name and standing.ended]
    told = [each for each in passes if each.outcome is not Outcome.ABANDONED]
    newest = max(told, key=lambda each: each.id, default=None)
    reachable = newest.outcome is not Outcome.UNREACHABLE if newest else None
    return ConnectionStands(name, reachable, reader.requests_on(name, today))


def mapping_lines(standing: MappingStands, zone: tzinfo) -> Iterator[str]:
    """One mapping, for people."""
    place = f" → “{standing.container.name}”" if standing.container and standing.container.name else ""
    paused = ", paused" if standing.paused else ""
    yield f"{standing.mapping}{place} ({standing.connection}): {count(standing.links, 'link')}{paused}"
    yield f"  last pass       {_pass_words(standing.newest, zone)}"
    yield f"  last full read  {at(standing.read_at, zone)}"
    yield from standing.waits.lines()
    if standing.aside:
        yield f"  set aside       {count(len(standing.aside), 'item')}"
    for aside in standing.aside:
        yield f"    {aside.item}  {aside.message}"
        tries = f"tried {count(aside.tries, 'time')}; again at {at(aside.retry_at, zone)}"
        yield f"        → {copyable(aside.next_step)} ({tries})"


def _pass_words(newest: PassRecord | None, zone: tzinfo) -> str:
    if newest is None:
        return "never"
    if newest.outcome is Outcome.RUNNING:
        return f"{at(newest.started_at, zone)} (#{newest.id}), {ENDINGS[newest.outcome]}, or it was cut off"
    did = did_words(newest.counts)
    ended = f"{at(newest.ended_at, zone)} (#{newest.id}), {ENDINGS[newest.outcome]}{f': {did}' if did else ''}"
    return f"{ended}\n    {copyable(newest.message)}" if newest.message else ended


def connection_line(standing: ConnectionStands) -> str:
    """One connection, for people."""
    reach = {True: "reachable at its last pass", False: "not reachable at its last pass", None: "not asked yet"}
    requests = count(standing.requests_today, "request")
    return f"{standing.connection}: {reach[standing.reachable]}, {requests} today{_left_words(standing.budget)}"


def _left_words(budget: Budget | None) -> str:
    if budget is None:
        return ""
    others = f", {budget.others} by other programs" if budget.others else ""
    return f" of {budget.limit} that the account has{others}; {budget.left} left for syncd until midnight UTC"


def for_programs(mappings: list[MappingStands], connections: list[ConnectionStands]) -> dict[str, Any]:
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
                **each.waits.for_programs(),
            }
            for each in mappings
        ],
        "connections": [
            {
                "connection": each.connection,
                "reachable": each.reachable,
                "requests_today": each.requests_today,
                "quota": _quota(each.budget),
            }
            for each in connections
        ],
    }


def _quota(budget: Budget | None) -> dict[str, Any] | None:
    return None if budget is None else {**asdict(budget), "resets_at": iso(budget.resets_at)}
