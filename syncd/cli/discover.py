"""`syncd discover CONNECTION`: what there is in a tool, each with a line to paste into configuration or plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import click

from connectors.errors import ToolError
from connectors.vocabulary import Choice, Container, Field, Person
from syncd.cli.codes import Code
from syncd.cli.failures import in_words, tool_code
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, command_line
from syncd.cli.output import show, show_json, tell
from syncd.discovering import Discovered, Place
from syncd.scorecard.words import count

_PEOPLE: Final = 20
"""So many people are shown; a district has thousands."""

_EXAMPLES: Final = {
    "discover asana": "everything, by name",
    'discover asana "strategic plan"': "only what is called that, with its groups and fields",
    "discover asana garcia --json": "for other programs",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("connection")
@click.argument("words", nargs=-1)
@as_json
def command(connection: str, words: tuple[str, ...], as_json: bool) -> int:
    """Show what there is in a tool: workspaces, containers, groups, fields with their labels, people.

    With WORDS only what has them in its name. Each line can be pasted: the first two kinds into the configuration's
    connection and mapping, a field into [mappings.NAME.fields], a person into the plan. Only reads.
    """
    with opened() as app:
        found = app.discover(connection, " ".join(words))
    if as_json:
        show_json(for_programs(connection, found))
    else:
        show("\n".join(lines(connection, found)))
    if found.trouble:
        tell(in_words(found.trouble))
        return tool_code(found.trouble)
    unread = any(isinstance(place.inside, ToolError) for place in found.places)
    return Code.FINDINGS if unread else Code.DONE


def lines(connection: str, found: Discovered) -> Iterator[str]:
    """What there is, for people."""
    me = found.me
    yield f"{connection}: signed in as {me.name or me.id}{f' ({me.address})' if me.address else ''}"
    yield f"\n{count(len(found.workspaces), 'workspace')}"
    yield from (f"  workspace = {_quoted(one.id)}   # {one.name}" for one in found.workspaces)
    if found.trouble:
        return
    yield f"\n{count(len(found.places), 'container')}"
    for place in found.places:
        yield from _place(place)
    if found.unopened:
        hint = command_line(f"discover {connection} WORDS")
        yield f"  Groups and fields are shown of a few at a time: `{hint}` narrows by name."
    yield from _people(found.people)


def _place(place: Place) -> Iterator[str]:
    choice, inside = place.choice, place.inside
    yield f"  container = {_quoted(choice.id)}   # {choice.name}{f', {choice.url}' if choice.url else ''}"
    if isinstance(inside, ToolError):
        yield f"    ! {in_words(inside)}"
    elif inside is not None:
        groups = ", ".join(f"{group.title} ({group.id})" for group in inside.groups)
        yield f"    {count(len(inside.groups), 'group')}{f': {groups}' if groups else ''}"
        yield f"    {count(len(inside.fields), 'field')}{'' if inside.fields else ': none a mapping could name'}"
        yield from (f"      to = {_quoted(field.title)}   # {_kind(field)}" for field in inside.fields)


def _kind(field: Field) -> str:
    """What a field can hold, and where it is in the tool."""
    labels = f": {', '.join(field.options)}" if field.options else ""
    use = f"; holds the {field.holds} of every task" if field.holds else ""
    return f"{field.type}{labels}{'' if field.writable else '; cannot be written'}{use}; id {field.id}"


def _people(people: tuple[Person, ...] | None) -> Iterator[str]:
    if people is None:
        yield "\nThis account may not list people."
        return
    yield f"\n{count(len(people), 'person', 'people')}"
    yield from (f"  owner = {_quoted(person.address)}   # {person.name}" for person in people[:_PEOPLE])
    if len(people) > _PEOPLE:
        yield f"  and {len(people) - _PEOPLE:,} more: name some, or see all with --json"


def _quoted(text: str) -> str:
    """Text as TOML has it."""
    return json.dumps(text, ensure_ascii=False)


def for_programs(connection: str, found: Discovered) -> dict[str, Any]:
    """What there is, for other programs."""
    people = found.people
    return {
        "connection": connection,
        "account": _person(found.me),
        "workspaces": [{"id": one.id, "name": one.name} for one in found.workspaces],
        "containers": [_container(place) for place in found.places],
        "people": None if people is None else [_person(person) for person in people],
        "problem": str(found.trouble) if found.trouble else None,
        "ok": found.trouble is None,
    }


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "address": person.address or None}


def _container(place: Place) -> dict[str, Any]:
    choice: Choice = place.choice
    row: dict[str, Any] = {"id": choice.id, "name": choice.name, "url": choice.url or None}
    if not isinstance(place.inside, Container):
        return {**row, "groups": None, "fields": None, "problem": str(place.inside) if place.inside else None}
    groups = [{"id": group.id, "title": group.title} for group in place.inside.groups]
    return {**row, "groups": groups, "fields": [_field(field) for field in place.inside.fields], "problem": None}


def _field(field: Field) -> dict[str, Any]:
    return {
        "id": field.id,
        "title": field.title,
        "type": field.type.value,
        "writable": field.writable,
        "holds": field.holds,
        "labels": dict(field.options),
    }
