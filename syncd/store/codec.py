"""Exact JSON text for what the store keeps whole: a task, a container, field values, facts.

JSON's own kinds (text, bool, int, float, list, object, null) stand as they are. The others are objects with one key
that begins with "$": `{"$decimal": "1.50"}`, `$fraction`, `$date`, `$at` (an instant in UTC), `$tuple`, and `$map` for
an object that has such a key itself. What is read back equals what was written; text that is not of this form is an
`Unreadable`, never a default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType, NoneType
from typing import Any, Final, NoReturn

from connectors.vocabulary import Container, Credit, FieldType, FieldValue, Group, Task
from connectors.vocabulary import Field as ToolField
from syncd.plan.bounds import Over, Under, bound_in

ONCE: Final = 4096
"""Texts that are understood once, though one pass asks for each several times: some 10 MB."""


class Unreadable(ValueError):
    """Stored text that is not what the store writes."""


def encode(value: object) -> str:
    """`value` as JSON text in ASCII, from which `decode` makes an equal value; TypeError for what has no such text."""
    return json.dumps(_plain(value), separators=(",", ":"), allow_nan=False)


def decode(text: str) -> Any:
    """The value that `encode` turned into `text`; Unreadable if there is none."""
    try:
        return (_TAGGED if "$" in text or _ESCAPED in text else _PLAIN).decode(text)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from error


def encode_task(task: Task) -> str:
    """The task as JSON text, without what is at its default."""
    return encode(_given(task, _TASK))


@lru_cache(maxsize=ONCE)
def decode_task(text: str) -> Task:
    """The task that `encode_task` wrote."""
    held = _checked(decode(text), _TASK, _TASK_KINDS)
    if "credit" in held:
        held["credit"] = Credit(held["credit"])
    return Task(**held)


def encode_container(container: Container) -> str:
    """The container as JSON text, with its groups and fields."""
    held = _given(container, _CONTAINER)
    held["groups"] = [_given(group, _GROUP) for group in container.groups]
    held["fields"] = [_given(field, _FIELD) for field in container.fields]
    return encode(held)


def decode_container(text: str) -> Container:
    """The container that `encode_container` wrote."""
    held = _checked(decode(text), _CONTAINER, _CONTAINER_KINDS)
    held["groups"] = tuple(Group(**_checked(group, _GROUP, _GROUP_KINDS)) for group in held["groups"])
    held["fields"] = tuple(_tool_field(field) for field in held["fields"])
    return Container(**held)


@lru_cache(maxsize=ONCE)
def decode_agreed(text: str) -> Mapping[str, FieldValue]:
    """What both sides of a link agreed on, as `encode` wrote it; the same for all who ask, and nobody's to change."""
    return MappingProxyType(decode_values(text))


def decode_values(text: str) -> dict[str, FieldValue]:
    """Field values by name, as `encode` wrote them."""
    return _object(decode(text))


def decode_counts(text: str) -> dict[str, int]:
    """Counts by name, as `encode` wrote them."""
    counts = _object(decode(text))
    if not all(isinstance(count, int) for count in counts.values()):
        raise Unreadable("a count is not a whole number")
    return counts


_EXACT: tuple[tuple[Any, str, Callable[[Any], str]], ...] = (
    (date, "$date", str),
    (Over | Under, "$bound", lambda value: value.written),
    (Decimal, "$decimal", str),
    (Fraction, "$fraction", str),
)


def _plain(value: object) -> object:
    """`value` in JSON's own kinds."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return _plain_object(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, tuple):
        return {"$tuple": [_plain(each) for each in value]}
    if isinstance(value, datetime):
        return {"$at": _instant(value)}
    for kind, tag, text in _EXACT:
        if isinstance(value, kind):
            return {tag: text(value)}
    raise TypeError(f"the store cannot keep a {type(value).__name__} exactly")


def _plain_object(value: Mapping[Any, object]) -> object:
    if not all(isinstance(key, str) for key in value):
        raise TypeError("the store keeps objects whose keys are text, and no others")
    if any(key.startswith("$") for key in value):
        return {"$map": [[key, _plain(each)] for key, each in value.items()]}
    return {key: _plain(each) for key, each in value.items()}


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise TypeError("the store keeps instants with a time zone, and no others")
    return value.astimezone(UTC).isoformat()


def _aware(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise Unreadable("an instant without a time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _bound(text: str) -> Decimal:
    found = bound_in(text)
    if found is None:
        raise Unreadable("a bound without a sign")
    kind, figure = found
    return kind(figure)


_TAGS: dict[str, tuple[type, Callable[[Any], object]]] = {
    "$tuple": (list, tuple),
    "$date": (str, date.fromisoformat),
    "$at": (str, _aware),
    "$decimal": (str, Decimal),
    "$bound": (str, _bound),
    "$fraction": (str, Fraction),
    "$map": (list, dict),
}


def _from_object(held: dict[str, Any]) -> object:
    """What a JSON object stands for; called by the parser, from the inside outwards."""
    if len(held) != 1:
        for key in held:
            if key[:1] == "$":
                raise Unreadable("an object with a tag and something else")
        return held
    [(tag, inner)] = held.items()
    if tag[:1] != "$":
        return held
    kind, make = _TAGS.get(tag, (NoneType, None))
    if make is None or not isinstance(inner, kind):
        raise Unreadable(f"an unknown or ill-formed {tag}")
    try:
        return make(inner)
    except (ValueError, TypeError, InvalidOperation, ZeroDivisionError) as error:
        raise Unreadable(f"an ill-formed {tag}") from error


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(f"{name} is not a value")


_ESCAPED = "\\u0024"
"""A tag's sign as JSON may write it too."""
_TAGGED = json.JSONDecoder(object_hook=_from_object, parse_constant=_no_constant)
_PLAIN = json.JSONDecoder(parse_constant=_no_constant)
"""For text in which there is no tag: the parser calls nobody for its objects, and takes a third of the time."""


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("not an object")
    return value


def _given(record: Any, defaults: Mapping[str, object]) -> dict[str, object]:
    """The fields of a record that are not at their default."""
    return {name: value for name, default in defaults.items() if (value := getattr(record, name)) != default}


def _checked(value: Any, defaults: Mapping[str, object], kinds: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    """The fields of a stored record; Unreadable if one is unknown, missing or of another kind than it must be."""
    held = _object(value)
    for name, each in held.items():
        kind = kinds.get(name)
        if kind is None:
            raise Unreadable(f"an unknown field {name}")
        if not isinstance(each, kind):
            raise Unreadable(f"{name} is of the wrong kind")
    for name, default in defaults.items():
        if default is MISSING and name not in held:
            raise Unreadable(f"{name} is missing")
    return held


def _tool_field(value: Any) -> ToolField:
    held = _checked(value, _FIELD, _FIELD_KINDS)
    return ToolField(**{**held, "type": FieldType(held["type"])})


def _default(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default


_TASK = {field.name: _default(field) for field in fields(Task)}
_CONTAINER = {field.name: _default(field) for field in fields(Container)} | {"groups": MISSING, "fields": MISSING}
_GROUP = {field.name: _default(field) for field in fields(Group)}
_FIELD = {field.name: _default(field) for field in fields(ToolField)}

_TEXT, _MAYBE_TEXT, _MAYBE_DAY, _MAYBE_AT = (str,), (str, NoneType), (date, NoneType), (datetime, NoneType)
_TASK_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "container", "title", "url", "notes", "credit"), _TEXT),
    **dict.fromkeys(("group", "parent", "marker", "assignee", "status"), _MAYBE_TEXT),
    **dict.fromkeys(("start", "due"), _MAYBE_DAY),
    **dict.fromkeys(("completed_at", "created_at", "modified_at"), _MAYBE_AT),
    **dict.fromkeys(("completed", "archived"), (bool,)),
    "fields": (dict,),
    "steps": (tuple, NoneType),
}
_CONTAINER_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "name", "url"), _TEXT),
    "groups": (list,),
    "fields": (list,),
    "marker_field": _MAYBE_TEXT,
    **dict.fromkeys(("archived", "marks_below"), (bool,)),
}
_GROUP_KINDS: dict[str, tuple[type, ...]] = {"id": _TEXT, "title": _TEXT}
_FIELD_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "title", "type"), _TEXT),
    "writable": (bool,),
    "holds": _MAYBE_TEXT,
    "options": (dict,),
}
