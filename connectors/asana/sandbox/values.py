"""Custom fields: their definitions and values as JSON, and what may be written to each type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors.asana.sandbox.problems import Problem, not_in_this_plan, unknown, wrong
from connectors.asana.sandbox.records import ABSENT, Field, Part, Ref, Task, day_of, instant_of
from connectors.asana.sandbox.state import State

PAID = "Custom Fields are not available for free users or guests."
TEXT_LIMIT = 1024
TYPES = ("text", "number", "enum", "multi_enum", "date", "people")

Getter = Callable[[State, Any], Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A custom field as one task holds it; not `enabled` when it stands on none of the task's projects any more."""

    field: Field
    value: Any
    enabled: bool


def held(state: State, task: Task) -> list[Held]:
    """Every custom field on a task's projects, and values left over from others. Empty on the free plan."""
    if not state.premium:
        return []
    homes = (state.projects[home] for home in task.homes)
    attached = list(dict.fromkeys(setting.field for home in homes for setting in home.settings))
    left = [gid for gid, value in task.values.items() if value is not None and gid not in attached]
    return [
        *(Held(state.fields[gid], task.values.get(gid), True) for gid in attached),
        *(Held(state.fields[gid], task.values[gid], False) for gid in left),
    ]


def paid(state: State) -> None:
    """Raise 402 where the workspace's plan has no custom fields."""
    if not state.premium:
        raise not_in_this_plan(PAID)


def accepted(state: State, field: Field, value: Any, me: str) -> Any:
    """A value sent for `field`, checked and as it is kept. Raises Problem 400 for what Asana refuses, 403 if locked."""
    if field.locked:
        raise Problem(403, f"You do not have access to edit custom field {field.gid}.")
    return None if value is None else _ACCEPT[field.subtype](state, field, value, me)


def _text(_: State, field: Field, value: Any, __: str) -> str | None:
    if not isinstance(value, str):
        raise wrong(f"custom_field {field.gid}", "Not a string")
    if len(value) > TEXT_LIMIT:
        raise wrong(f"custom_field {field.gid}", f"Text longer than {TEXT_LIMIT} characters")
    return value or None


def _number(_: State, field: Field, value: Any, __: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong(f"custom_field {field.gid}", "Not a number")
    try:
        return float(round(Decimal(str(value)), 6))
    except ArithmeticError:
        raise wrong(f"custom_field {field.gid}", f"Not a number: {value}") from None


def _option(_: State, field: Field, value: Any, __: str) -> str:
    option = field.option(str(value))
    if option is None:
        raise unknown(f"custom_field {field.gid}", value)
    if not option.enabled:
        raise wrong(f"custom_field {field.gid}", f"Enum option {value} is not enabled")
    return option.gid


def _options(state: State, field: Field, value: Any, me: str) -> list[str]:
    if not isinstance(value, list):
        raise wrong(f"custom_field {field.gid}", "Not an array")
    return [_option(state, field, item, me) for item in value]


def _date(_: State, field: Field, value: Any, __: str) -> dict[str, str]:
    given = value if isinstance(value, Mapping) else {"date": value}
    try:
        if given.get("date_time"):
            moment = instant_of(given["date_time"])
            return {"date": moment[:10], "date_time": moment}
        return {"date": day_of(given["date"])}
    except (KeyError, TypeError, ValueError):
        raise wrong(f"custom_field {field.gid}", f"Not a date: {value}") from None


def _people(state: State, field: Field, value: Any, me: str) -> list[str]:
    if not isinstance(value, list):
        raise wrong(f"custom_field {field.gid}", "Not an array")
    found = [(item, state.user_by(str(item), me)) for item in value]
    stranger = next((item for item, user in found if user is None), None)
    if stranger is not None:
        raise Problem(400, f"custom_field {field.gid}: Not a user in Organization: {stranger}")
    return [user.gid for _, user in found if user]


_ACCEPT: dict[str, Callable[[State, Field, Any, str], Any]] = {
    "text": _text,
    "number": _number,
    "enum": _option,
    "multi_enum": _options,
    "date": _date,
    "people": _people,
}


def display(state: State, holding: Held) -> str | None:
    """The value as text for people, as Asana writes it in `display_value`."""
    field, value = holding.field, holding.value
    if value is None:
        return None
    if field.subtype == "number":
        return _shown_number(field, value)
    if field.subtype in ("enum", "multi_enum"):
        options = [field.option(gid) for gid in ([value] if isinstance(value, str) else value)]
        return ", ".join(option.name for option in options if option)
    if field.subtype == "people":
        return ", ".join(state.users[gid].name for gid in value)
    if field.subtype == "date":
        return str(value.get("date_time", f"{value['date']}T00:00:00.000Z"))
    return str(value)


def _shown_number(field: Field, value: float) -> str:
    if field.format == "percentage":
        return f"{value * 100:.{field.precision}f}%"
    return f"{value:.{field.precision}f}"


def _only(*subtypes: str, shown: Getter) -> Getter:
    """A getter of values for fields of some types; others do not have that property."""
    return lambda state, it: shown(state, it) if it.field.subtype in subtypes else ABSENT


def _parts(field: Field, gids: list[str] | None) -> list[Part]:
    options = [field.option(gid) for gid in gids or []]
    return [Part("option", option) for option in options if option]


def _chosen(_: State, it: Held) -> Part | None:
    option = it.field.option(it.value)
    return Part("option", option) if option else None


def _value(_: State, it: Held) -> Any:
    return it.value


DEFINITION: dict[str, Getter] = {
    "gid": lambda _, field: field.gid,
    "resource_type": lambda *_: "custom_field",
    "name": lambda _, field: field.name,
    "resource_subtype": lambda _, field: field.subtype,
    "type": lambda _, field: field.subtype,
    "representation_type": lambda _, field: field.subtype,
    "is_formula_field": lambda *_: False,
    "description": lambda _, field: field.description,
    "is_global_to_workspace": lambda _, field: field.everywhere,
    "has_notifications_enabled": lambda *_: False,
    "is_value_read_only": lambda _, field: field.locked,
    "created_by": lambda _, field: Ref("user", field.created_by) if field.created_by else None,
    "precision": lambda _, field: field.precision if field.subtype == "number" else ABSENT,
    "format": lambda _, field: field.format,
    "enum_options": lambda _, field: (
        [Part("option", option) for option in field.options] if field.subtype in ("enum", "multi_enum") else ABSENT
    ),
}
"""The properties of a custom field itself."""

DEFINITION_COMPACT = ("gid", "resource_type", "name", "resource_subtype", "type")


def _of_definition(getter: Getter) -> Getter:
    return lambda state, it: getter(state, it.field)


VALUE: dict[str, Getter] = {
    **{name: _of_definition(getter) for name, getter in DEFINITION.items() if name != "has_notifications_enabled"},
    "enabled": lambda _, it: it.enabled,
    "display_value": display,
    "text_value": _only("text", shown=_value),
    "number_value": _only("number", shown=_value),
    "date_value": _only("date", shown=_value),
    "enum_value": _only("enum", shown=_chosen),
    "multi_enum_values": _only("multi_enum", shown=lambda _, it: _parts(it.field, it.value)),
    "people_value": _only("people", shown=lambda _, it: [Ref("user", gid) for gid in it.value or []]),
}
"""The properties of a custom field as a task holds it."""
