"""What happened: the lines of the log that fit what was asked for, with the titles of what they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mappings.rules import FieldRule
from syncd.app import App
from syncd.engine.differences import WATCHED
from syncd.errors import FileError
from syncd.records import Entry
from syncd.store.reader import Reader
from syncd.views.near import instead
from syncd.views.titles import Titles, titles
from syncd.views.values import iso, plain

MOST: Final = 200
"""So many lines are told where nobody says how many."""
LARGEST: Final = 2**53
"""No number of a pass, or of lines, is larger."""
_OURS: Final = ("notes", "marker", "order", "gone", "id", "container")
"""What else the log tells of beside what teams change."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: those that fit everything given. `since` and `until` are moments on the district's clock.

    An item is meant whatever id it had at the time (`was` in the plan); a field in whatever case, and a custom one also
    by the title that it has in the tool.
    """

    item: str | None = None
    field: str | None = None
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    mapping: str | None = None
    pass_id: int | None = None
    limit: int = MOST


@dataclass(frozen=True, slots=True)
class Log:
    """Lines of the log, the newest last."""

    entries: tuple[Entry, ...]
    titles: Titles


class Unknown(LookupError):
    """Nobody knows the item, field, mapping or pass that was asked for; the message says what there is instead."""

    retryable = False


def log(app: App, asked: Asked) -> Log:
    """The newest lines that fit. Raises StoreError; Unknown where there are none, of something that nobody knows."""
    zone = app.config.zone
    since, until = (moment.replace(tzinfo=zone) if moment else None for moment in (asked.since, asked.until))
    with app.known_store().reading() as reader:
        entries = reader.log(
            item=called(app, asked.item) if asked.item else None,
            field=_told_as(app, reader, asked.field) if asked.field else None,
            who=asked.person,
            since=since,
            until=until,
            mapping=asked.mapping,
            pass_id=asked.pass_id,
            limit=asked.limit,
        )[::-1]
        if not entries:
            _require_known(app, reader, asked)
        return Log(tuple(entries), titles(app, reader, entries))


def _require_known(app: App, reader: Reader, asked: Asked) -> None:
    ids = [id_ for had in planned(app) for id_ in had]
    if asked.item and asked.item not in ids and not reader.log(item=asked.item, limit=1):
        raise Unknown(f"nobody knows an item {asked.item}; {instead(asked.item, ids)}")
    names = list(app.config.mappings)
    if asked.mapping and asked.mapping not in names and not reader.log(mapping=asked.mapping, limit=1):
        raise Unknown(f"nobody knows a mapping “{asked.mapping}”; {instead(asked.mapping, names)}")
    if asked.field and not _told_as(app, reader, asked.field):
        fields = _fields(app, reader)
        if asked.field.casefold() not in map(str.casefold, fields):
            raise Unknown(f"nobody knows a field “{asked.field}”; {instead(asked.field.casefold(), fields)}")
    newest = max((last.id for name in names if (last := reader.last_pass(name))), default=0)
    if asked.pass_id and asked.pass_id > newest:
        raise Unknown(no_pass(asked.pass_id, newest))


def _told_as(app: App, reader: Reader, field: str) -> set[str]:
    """The names under which the log tells of a field; what teams do in a custom one stands under the tool's title."""
    name = field.casefold()
    custom = [rule for rule in _rules(app) if rule.target and name in (rule.name.casefold(), rule.target.casefold())]
    also = {called for rule in custom for called in (rule.key, rule.target)}
    told = reader.fields_told()
    return {each for each in told if each in also or name in (each.casefold(), _plain(each).casefold())}


def _fields(app: App, reader: Reader) -> list[str]:
    """The fields of which the log tells or may tell, as people call them; those of the mappings first."""
    mapped = [called for rule in _rules(app) for called in (rule.name, rule.target) if called]
    return list(dict.fromkeys([*mapped, *WATCHED, *_OURS, *map(_plain, sorted(reader.fields_told()))]))


def _plain(field: str) -> str:
    return field.removeprefix("field:")


def _rules(app: App) -> Iterator[FieldRule]:
    for name, section in app.config.mappings.items():
        yield from section.rules(name, section.plan).fields


def no_pass(number: int, newest: int) -> str:
    """That there is no pass of a number, and which the newest is; 0: none."""
    return f"there is no pass {number}; {f'the newest is {newest}' if newest else 'there was none yet'}"


def called(app: App, item: str) -> set[str]:
    """An item's id with all others that the plans know it by."""
    return {item}.union(*(ids for ids in planned(app) if item in ids))


def planned(app: App) -> Iterator[tuple[str, ...]]:
    """The ids of each item of the plans, the one it has now first; none of a plan that cannot be read now."""
    for name in app.config.plans:
        try:
            items = app.plan(name).items
        except FileError:
            continue
        yield from ((id_, *placed.item.was) for id_, placed in items.items())


def as_json(found: Log) -> dict[str, Any]:
    """The lines, for other programs."""
    return {"entries": [_line(entry, found.titles) for entry in found.entries]}


def _line(entry: Entry, known: Titles) -> dict[str, Any]:
    return {
        "at": iso(entry.at),
        "pass": entry.pass_id,
        "mapping": entry.mapping,
        "item": entry.item,
        "title": known.get((entry.mapping, entry.item)),
        "task": entry.task,
        "kind": entry.kind,
        "field": entry.field or None,
        "before": plain(entry.before),
        "after": plain(entry.after),
        "cause": entry.cause,
        "who": entry.who or None,
    }
