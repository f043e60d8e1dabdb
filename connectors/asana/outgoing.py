"""Turns the vocabulary's values into Asana's JSON: custom fields by type, dates by Asana's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.asana import shapes
from connectors.asana.answers import Raw
from connectors.vocabulary import Field, FieldType, FieldValue, Write

Find = Callable[[str], str | None]
"""Gives what Asana calls the person with an address, None for a stranger."""


def custom(write: Write, there: Mapping[str, Raw], find: Find) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A write's custom fields as Asana takes them, and a sentence for each that the fields `there` cannot hold."""
    titles = {field.id: field.title for field in write.container.fields}
    data: dict[str, Any] = {}
    remarks: list[str] = []
    for gid, value in write.values.fields.items():
        try:
            data[gid] = _value(there.get(gid), value, find)
        except ValueError as reason:
            remarks.append(f"“{titles.get(gid, gid)}” was left out: {reason}")
    return data, tuple(remarks)


def _value(raw: Raw | None, value: FieldValue, find: Find) -> Any:
    """One value. Raises ValueError, in words for people, where the field cannot hold it."""
    if raw is None:
        raise ValueError("the project has no such custom field any more")
    field = shapes.field(raw)
    if not field.writable:
        raise ValueError("Asana computes this field itself")
    if value is None:
        return None
    data: Any
    match field.type:
        case FieldType.NUMBER if isinstance(value, Decimal):
            data = shapes.fraction(value, percent=shapes.is_percent(raw))
        case FieldType.DATE if isinstance(value, date):
            data = {"date": value.isoformat()}
        case FieldType.TEXT if isinstance(value, str):
            data = value
        case FieldType.OPTION:
            data = _option(field, value)
        case FieldType.OPTIONS if isinstance(value, tuple):
            data = [_option(field, name) for name in value]
        case FieldType.PEOPLE if isinstance(value, tuple):
            data = [_person(address, find) for address in value]
        case _:
            raise ValueError(f"it cannot hold {value!s}")
    return data


def _option(field: Field, name: object) -> str:
    if str(name) not in field.options:
        raise ValueError(f"it has no option “{name}” (any more)")
    return field.options[str(name)]


def _person(address: str, find: Find) -> str:
    found = find(address)
    if found is None:
        raise ValueError(f"nobody in the workspace has the address {address}")
    return found


def dates(given: Mapping[str, object], current: Raw | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Start and due as Asana takes them, and a sentence for a start that it cannot hold.

    Asana sets and clears a start only together with the due in the same request, holds none without a due, and
    none on a milestone; `current` is the task as it is, needed where only one of the two is given.
    """
    now = current or {}
    data: dict[str, Any] = {}
    if "due" in given:
        data["due_on"] = _day(given["due"])
        if data["due_on"] is None and now.get("start_on"):
            data["start_on"] = None
    if "start" not in given:
        return data, ()
    start = _day(given["start"])
    due = data or ({"due_at": now["due_at"]} if now.get("due_at") else {"due_on": now.get("due_on")})
    if start and now.get("resource_subtype") == "milestone":
        return data, ("the start was left out: a milestone has none",)
    if start and not any(due.values()):
        return data, ("the start was left out: Asana keeps one only together with a due date",)
    return {**due, "start_on": start}, ()


def _day(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else None
