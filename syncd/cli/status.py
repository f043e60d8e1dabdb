"""`syncd status`: how each mapping and connection stands, from what the store holds; no tool is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

import click

from connectors.vocabulary import Budget
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, copyable
from syncd.cli.output import show, show_json, tell
from syncd.cli.sync import ENDINGS, did_words
from syncd.cli.values import at
from syncd.cli.waits import lines
from syncd.records import Outcome, PassRecord
from syncd.scorecard.words import count
from syncd.views import status
from syncd.views.status import ConnectionStands, MappingStands

_NO_STORE: Final = (
    "There is no store yet: the first `syncd sync` or `syncd run` makes it. If there was one, look at url below "
    "[store] in the configuration."
)


@click.command(cls=Command)
@as_json
def command(as_json: bool) -> None:
    """Show how each mapping stands: links, the last pass, what is set aside or waits for a person."""
    with opened() as app:
        standing, zone = status.status(app), app.config.zone
        made = app.store.current() is not None
    if not made:
        tell(copyable(_NO_STORE))
    if standing.unread:
        tell("\n".join([*standing.unread, "What waits for a person is told as of the last pass."]))
    if as_json:
        show_json(status.as_json(standing))
        return
    for mapping in standing.mappings:
        show("\n".join(mapping_lines(mapping, zone)))
    for connection in standing.connections:
        show(connection_line(connection))


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
    reach = {True: "reachable at its last pass", False: "not reachable at its last pass", None: "not asked yet"}
    requests = count(standing.requests_today, "request")
    line = f"{standing.connection}: {reach[standing.reachable]}, {requests} today{_left_words(standing.budget)}"
    return f"{line}\n  ! {standing.warning}" if standing.warning else line


def _left_words(budget: Budget | None) -> str:
    if budget is None:
        return ""
    others = f", {budget.others} by other programs" if budget.others else ""
    return f" of {budget.limit} that the account has{others}; {budget.left} left for syncd until midnight UTC"
