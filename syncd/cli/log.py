"""`syncd log [ID]`: what happened, the newest last."""

from __future__ import annotations

from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any, Final

import click

from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json
from syncd.cli.output import show, show_json, tell
from syncd.cli.values import at, differing, iso, long, plain, said, some
from syncd.records import Entry
from syncd.scorecard.words import count

_MOMENTS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
_KINDS: Final = {
    "adopt": "task adopted",
    "archive": "let go of",
    "create": "task made",
    "fail": "failed",
    "hold": "waits for a person",
    "lost": "did not arrive",
    "move": "moved:",
    "release": "let go of",
    "remark": "remark",
    "team": "team changed",
    "update": "written",
}
_CHANGES: Final = frozenset({"update", "move", "team"})


@click.command(cls=Command)
@click.argument("item", metavar="[ID]", required=False)
@click.option("--mapping", metavar="MAPPING", help="Only what this mapping did.")
@click.option("--pass", "number", type=click.IntRange(min=1), metavar="N", help="Only what happened in this pass.")
@click.option("--since", type=click.DateTime(_MOMENTS), metavar="DATE", help="Only since then (the district's clock).")
@click.option("--limit", type=click.IntRange(min=1), default=200, show_default=True, help="So many lines at most.")
@as_json
def command(
    *, item: str | None, mapping: str | None, number: int | None, since: datetime | None, limit: int, as_json: bool
) -> None:
    """Show what happened to an item, or to all of them: what syncd wrote, what teams changed, what failed."""
    with opened() as app, app.known_store().reading() as reader:
        zone = app.config.zone
        moment = since.replace(tzinfo=zone) if since else None
        newest = reader.log(item=item, mapping=mapping, pass_id=number, since=moment, limit=limit)
    entries = newest[::-1]
    if as_json:
        show_json({"entries": [for_programs(entry) for entry in entries]})
        return
    for _, group in groupby(entries, key=_alike):
        first, *others = group
        show(line(first, zone))
        if others:
            show(f"      the same in {count(len(others), 'more item')}: {some([other.item for other in others])}")
    if not entries:
        tell("Nothing that fits is in the log.")


def line(entry: Entry, zone: tzinfo) -> str:
    """One line of the log, for people; below it how a long text changed."""
    what = _KINDS.get(entry.kind, entry.kind)
    where = f"{at(entry.at, zone)}  #{entry.pass_id}  {entry.mapping}  {entry.item}  {what}"
    name = entry.field.removeprefix("field:")
    if entry.kind in _CHANGES and long(entry.before, entry.after):
        why = f" ({entry.cause})" if entry.cause and entry.kind != "team" else ""
        return "\n      ".join([f"{where} {name}{why}:", *differing(entry.before, entry.after)])
    if entry.kind == "team":
        return f"{where} {name}: {said(entry.before)} → {said(entry.after)}"
    if entry.kind in _CHANGES:
        return f"{where} {name}: {said(entry.before)} → {said(entry.after)} ({entry.cause})"
    return f"{where}: {entry.cause}"


def _alike(entry: Entry) -> tuple[object, ...]:
    """Equal for entries in a row that tell the same of a long text."""
    if entry.kind not in _CHANGES or not long(entry.before, entry.after):
        return (id(entry),)
    return entry.pass_id, entry.mapping, entry.kind, entry.field, entry.cause, differing(entry.before, entry.after)


def for_programs(entry: Entry) -> dict[str, Any]:
    """One line of the log, for other programs."""
    return {
        "at": iso(entry.at),
        "pass": entry.pass_id,
        "mapping": entry.mapping,
        "item": entry.item,
        "task": entry.task,
        "kind": entry.kind,
        "field": entry.field or None,
        "before": plain(entry.before),
        "after": plain(entry.after),
        "cause": entry.cause,
    }
