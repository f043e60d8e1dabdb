"""`syncd log [ID]`: what happened, the newest last."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from itertools import groupby
from typing import Any, Final

import click

from syncd.cli.moments import Moment, Until
from syncd.cli.naming import named
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json
from syncd.cli.output import show, show_json, tell
from syncd.cli.values import at, differing, long, said
from syncd.records import Entry
from syncd.scorecard.words import count
from syncd.views import log
from syncd.views.near import some
from syncd.views.titles import Titles

_KINDS: Final = {
    "adopt": "task found by its marker",
    "approve": "approved",
    "archive": "let go of",
    "create": "task made",
    "decide": "decided",
    "fail": "failed",
    "group": "renamed",
    "hold": "waits for a person",
    "link": "linked to a task that was there",
    "lost": "did not arrive",
    "make": "made",
    "move": "moved",
    "order": "put in order",
    "propose": "proposed to the plan",
    "reject": "not its task",
    "release": "let go of",
    "remark": "remark",
    "rename": "has a new id",
    "undo": "undone",
    "unlink": "link taken away",
    "update": "written",
    "write_back": "taken into the plan",
}
_OF_VALUES: Final = frozenset(
    {"archive", "decide", "group", "make", "move", "propose", "rename", "team", "undo", "update", "write_back"}
)
"""Kinds of line that tell what a field held before and after, where they name one."""
_FIELDS: Final = {"group": "group (section)", "parent": "parent task"}
"""Fields by the words for people, where the field's own name would not do."""

_DEEDS: Final = {
    ("completed", "True"): "ticked it off",
    ("completed", "False"): "took the tick away",
    ("gone", "deleted"): "deleted the task",
    ("gone", "no_access"): "hid the task from syncd's account",
    ("gone", "None"): "brought the task back",
}
"""What teams do that has words of its own, by field and the value after it."""
_SOMEBODY: Final = "somebody"
"""Who changed a task, where the tool does not tell: a team, a rule of the tool, or syncd itself before its store was
put back from a backup."""


class _Number(click.IntRange):
    name = "number"


NUMBER: Final = _Number(1, log.LARGEST)
"""A number of a pass, or of lines."""

_EXAMPLES: Final = {
    "log": "the newest of everything",
    "log G1.A1.P2": "one item, from its first day on",
    "log --field due --since 2026-06-01": "each day that was moved since then",
    "log --person garcia": "what one person did",
    "log --pass 1": "what one pass did",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("item", metavar="[ID]", required=False)
@click.option("--field", metavar="FIELD", help="Only this field, such as due, or “% complete”.")
@click.option("--person", metavar="WHO", help="Only what people did whose name or address has this in it.")
@click.option("--since", type=Moment(), metavar="DATE", help="Only since then (the district's clock).")
@click.option("--until", type=Until(), metavar="DATE", help="Only up to then; a day counts to its end.")
@click.option("--mapping", metavar="MAPPING", help="Only what this mapping did.")
@click.option("--pass", "pass_id", type=NUMBER, metavar="N", help="Only what happened in this pass.")
@click.option("--limit", type=NUMBER, default=log.MOST, show_default=True, help="So many lines at most, the newest.")
@as_json
def command(*, as_json: bool, **given: Any) -> None:
    """Show what happened to an item, or to all of them: what syncd wrote, what teams changed, what failed."""
    asked = log.Asked(**given)
    with opened() as app:
        try:
            found, zone = log.log(app, asked), app.config.zone
        except log.Unknown as error:
            raise click.UsageError(str(error)) from None
    if as_json:
        show_json(log.as_json(found))
        return
    for _, group in groupby(found.entries, key=_alike):
        first_of_all, *others = group
        show(line(first_of_all, zone, found.titles))
        if others:
            show(f"      the same in {count(len(others), 'more item')}: {some([other.item for other in others])}")
    if not found.entries:
        tell("Nothing that fits is in the log.")
    if len(found.entries) == asked.limit:
        tell(f"These are the newest {count(asked.limit, 'line')}; --limit shows more, --since or an item's id fewer.")


def line(entry: Entry, zone: tzinfo, known: Titles) -> str:
    """One line of the log, for people; below it how a long text changed."""
    entry = replace(entry, who=" ".join(entry.who.split()))  # a name of several lines would make lines of its own
    number = f"  #{entry.pass_id}" if entry.pass_id else ""
    item = named(known, entry.mapping, entry.item)
    where = "  ".join(filter(None, (f"{at(entry.at, zone)}{number}", entry.mapping, item)))
    if entry.kind == "team" and (deed := _DEEDS.get((entry.field, str(entry.after)))):
        return f"{where}  {entry.who or _SOMEBODY} {deed}"
    if not _of_values(entry):
        return f"{where}  {_what(entry)}: {entry.cause}{f' (by {entry.who})' if entry.who else ''}"
    joint = " " if entry.kind in {"group", "make", "team", "update"} else ": "
    field = _FIELDS.get(entry.field, entry.field.removeprefix("field:"))
    head, why = f"{where}  {_what(entry)}{joint}{field}", _why(entry)
    if long(entry.before, entry.after):
        return "\n      ".join([f"{head}{why}:", *differing(entry.before, entry.after)])
    before, after = (_value(entry, value, known) for value in (entry.before, entry.after))
    return f"{head}: {after}{why}" if entry.kind == "make" else f"{head}: {before} → {after}{why}"


def _value(entry: Entry, value: object, known: Titles) -> str:
    """A value in one line; the group or task in which something stands by its title as well."""
    title = known.get((entry.mapping, str(value))) if entry.field in _FIELDS else None
    if title is None or entry.kind == "team":
        return said(title or value)
    return named(known, entry.mapping, str(value))


def _of_values(entry: Entry) -> bool:
    return entry.kind in _OF_VALUES and bool(entry.field)


def _what(entry: Entry) -> str:
    if entry.kind == "team":
        return f"{entry.who or _SOMEBODY} changed"
    return _KINDS.get(entry.kind, entry.kind)


def _why(entry: Entry) -> str:
    """Why it changed, and by whom; of what a team did nothing but that is known, and it is said already."""
    reasons = [entry.cause, f"by {entry.who}" if entry.who else ""]
    told = ", ".join(filter(None, reasons)) if entry.kind != "team" else ""
    return f" ({told})" if told else ""


def _alike(entry: Entry) -> tuple[object, ...]:
    """Equal for entries in a row that tell the same of a long text."""
    if not _of_values(entry) or not long(entry.before, entry.after):
        return (id(entry),)
    same = (entry.pass_id, entry.mapping, entry.kind, entry.field, entry.cause, entry.who)
    return *same, differing(entry.before, entry.after)
