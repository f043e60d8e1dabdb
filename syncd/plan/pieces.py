"""A plan in pieces that can be kept one by one: of the next version only those that differ need keeping. Pure.

There is a piece for the plan itself, one an item, and one a reading. Each holds its own values and names what stands
below it. Put together again, readings are in the order of their days; all else is as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Action, AnyItem, Goal, Kpi, Outcome, Plan, Reading

HEAD: Final = ""
"""The name of the plan's own piece; an item's is its id."""
_ANY: Final = TypeAdapter[Any](Any)
_SEPARATOR: Final = "/"
"""Stands in a reading's name after its KPI's id, which cannot hold one."""
_BELOW: Final[Mapping[type, tuple[str, ...]]] = {
    Plan: ("goals",),
    Goal: ("outcomes", "kpis", "guardrails", "actions"),
    Outcome: ("kpis", "actions"),
    Action: ("projects",),
}


class NoPlan(ValueError):
    """Pieces that do not make a plan."""


def pieces(plan: Plan) -> dict[str, str]:
    """The pieces of a plan by name, each as JSON text; equal plans have equal ones."""
    found = {HEAD: _text(plan)}
    for placed in plan.walk():
        found[placed.item.id] = _text(placed.item)
        if isinstance(placed.item, Kpi):
            found.update(_readings(placed.item))
    return found


def digest(held: Mapping[str, str]) -> str:
    """What tells versions of a plan apart."""
    found = hashlib.sha256()
    for name in sorted(held):
        found.update(f"{name}\0{held[name]}\0".encode())
    return found.hexdigest()


def assemble(held: Mapping[str, str]) -> Plan:
    """The plan that the pieces make. Raises NoPlan."""
    readings: dict[str, list[tuple[str, int, Any]]] = defaultdict(list)
    values: dict[str, dict[str, Any]] = {}
    try:
        for name, text in held.items():
            owner, separator, rest = name.partition(_SEPARATOR)
            if separator:
                day, _, number = rest.partition(_SEPARATOR)
                readings[owner].append((day, int(number), json.loads(text)))
            else:
                values[name] = json.loads(text)
        for name, found in readings.items():
            values[name]["readings"] = [value for _, _, value in sorted(found, key=lambda each: each[:2])]
        return Plan.model_validate(_whole(values, HEAD))
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoPlan(f"the pieces of a plan do not fit together ({type(error).__name__}: {error})") from error


def _whole(values: Mapping[str, dict[str, Any]], name: str) -> dict[str, Any]:
    """A piece with what stands below it; without blanks, which plans could once hold where they say nothing."""
    found = {key: value for key, value in values[name].items() if value != ""}
    for below, names in found.pop("below", {}).items():
        found[below] = [_whole(values, each) for each in names]
    return found


def _text(part: Plan | AnyItem) -> str:
    below = _BELOW.get(type(part), ())
    given = _given(part, frozenset({*below, "readings"}))
    names = {name: [item.id for item in getattr(part, name)] for name in below if getattr(part, name)}
    return _json(given | ({"below": names} if names else {}))


def _given(part: BaseModel, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a part that are not at their default. A tenth of the time that pydantic takes, item by item."""
    found = {}
    for name, default in _defaults(type(part)).items():
        value = getattr(part, name)
        if name not in without and value != default:
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    """A value in JSON's own kinds."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, BaseModel):
        return _given(value)
    if isinstance(value, Over | Under):
        return value.written
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return _ANY.dump_python(value, mode="json")


@cache
def _defaults(kind: type[BaseModel]) -> dict[str, Any]:
    return {name: field.get_default() for name, field in kind.model_fields.items()}


def _readings(kpi: Kpi) -> Iterator[tuple[str, str]]:
    """The readings by KPI, day, and which of that day's it is."""
    many: Counter[str] = Counter()
    for reading in kpi.readings:
        day = reading.on.isoformat()
        yield f"{kpi.id}{_SEPARATOR}{day}{_SEPARATOR}{many[day]}", _reading(reading)
        many[day] += 1


def _reading(reading: Reading) -> str:
    return _json(_given(reading))


def _json(given: Mapping[str, Any]) -> str:
    return json.dumps(given, separators=(",", ":"), sort_keys=True)
