"""`syncd status`: how each mapping and connection stands, from what the store holds; no tool is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from typing import Final

import click

from connectors.vocabulary import Budget
from syncd.app import App
from syncd.cli import parts
from syncd.cli.codes import Code
from syncd.cli.moments import Day
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, copyable
from syncd.cli.output import show, show_json, tell
from syncd.cli.sync import ENDINGS, did_words
from syncd.cli.values import at
from syncd.cli.waits import lines
from syncd.records import Outcome, PassRecord
from syncd.scorecard.words import count
from syncd.scorecard.words import day as in_words
from syncd.views import past_status, status
from syncd.views.past_status import PastStatus
from syncd.views.status import ConnectionStands, MappingStands

_NO_STORE: Final = (
    "There is no store yet: the first `syncd sync` or `syncd run` makes it. If there was one, look at url below "
    "[store] in the configuration."
)

_REACH: Final = {True: "reachable at its last pass", False: "not reachable at its last pass", None: "not asked yet"}

_EXAMPLES: Final = {
    "status": "how everything stands",
    "status --as-of 2026-06-30": "how it stood then",
    "status --json": "for other programs",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--as-of", type=Day(), metavar="DATE", help="As things stood at the end of that day.")
@as_json
def command(as_of: datetime | None, as_json: bool) -> int:
    """Show how each mapping stands: links, the last pass, what is set aside or waits for a person."""
    with opened() as app:
        if as_of is not None:
            then(app, as_of.date(), for_programs=as_json)
            return Code.DONE
        standing, zone = status.status(app), app.config.zone
        made = app.store.current() is not None
    if not made:
        tell(copyable(_NO_STORE))
    for note in standing.stand_ins:
        tell(note)
    if standing.unread:
        tell("\n".join([*standing.unread, "What waits for a person is told as of the last pass."]))
    code = parts.told(standing.left_out)
    if as_json:
        show_json(status.as_json(standing))
        return code
    for mapping in standing.mappings:
        show("\n".join(mapping_lines(mapping, zone)))
    for connection in standing.connections:
        show(connection_line(connection))
    return code


def then(app: App, day: date, *, for_programs: bool) -> None:
    """Show how each mapping stood at the end of a day."""
    if day > app.figures.today():
        raise click.UsageError(f"{day} lies in the future; leave --as-of out for how things stand now")
    stood = past_status.past_status(app, day)
    if for_programs:
        show_json(past_status.as_json(stood))
        return
    for line in then_lines(stood, app.config.zone):
        show(line)


def then_lines(stood: PastStatus, zone: tzinfo) -> Iterator[str]:
    """How everything stood, for people."""
    yield f"At the end of {in_words(stood.day)}:"
    for mapping in stood.mappings:
        yield f"{mapping.mapping} ({mapping.connection})"
        yield f"  last pass       {_pass_words(mapping.ended, zone)}"
        yield f"  last full read  {at(mapping.full.ended_at if mapping.full else None, zone)}"
        waits = mapping.waits
        if waits.held_items:
            yield f"  held            {count(waits.held_items, 'item')} for a person"
        if waits.conflicting:
            yield f"  in conflict     {count(waits.conflicting, 'value')} that plan and team both changed"
        if waits.proposals:
            yield f"  proposed        {count(waits.proposals, 'change')} to the plan, by its teams"
        if mapping.failed:
            yield f"  set aside       {count(mapping.failed, 'item')}"
    for connection in stood.connections:
        reach = _REACH[connection.reachable]
        yield f"{connection.connection}: {reach}, {count(connection.requests, 'request')} on that day"


def mapping_lines(standing: MappingStands, zone: tzinfo) -> Iterator[str]:
    """One mapping, for people."""
    place = f" → “{standing.container.name}”" if standing.container and standing.container.name else ""
    paused = ", paused" if standing.paused else ""
    yield f"{standing.mapping}{place} ({standing.connection}): {count(standing.links, 'link')}{paused}"
    yield f"  last pass       {_pass_words(standing.newest, zone)}"
    yield f"  last full read  {at(standing.read_at, zone)}"
    yield from lines(standing.waits)
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
    requests = count(standing.requests_today, "request")
    line = f"{standing.connection}: {_REACH[standing.reachable]}, {requests} today{_left_words(standing.budget)}"
    return f"{line}\n  ! {standing.warning}" if standing.warning else line


def _left_words(budget: Budget | None) -> str:
    if budget is None:
        return ""
    others = f", {budget.others} by other programs" if budget.others else ""
    return f" of {budget.limit} that the account has{others}; {budget.left} left for syncd until midnight UTC"
