"""What an item of a sheet comes to as a table of a plan, and how such values are written in TOML and in JSON. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from syncd.importing.tree import Figure, Thing
from syncd.plan.model import State, Tier

_UNKNOWN: Final = "TBD"
_STRICT: Final = re.compile(r"[<>]\s*[\d.,]+\s*%?")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_CLOSING: Final = re.compile(r'"(?=""|\Z)')
"""A quote that would end a text of several lines, with those behind it."""
_KPI_STATES: Final = {State.CANCELLED: "retired", State.ON_HOLD: "paused", State.DEFERRED: "paused"}
LISTS: Final[Mapping[Tier, str]] = {
    Tier.GOAL: "goals", Tier.OUTCOME: "outcomes", Tier.KPI: "kpis", Tier.GUARDRAIL: "guardrails",
    Tier.ACTION: "actions", Tier.PROJECT: "projects",
}  # fmt: skip
"""The list that items of a tier stand in."""
_ORDER: Final = tuple(LISTS)


def values(thing: Thing) -> dict[str, Any]:
    """The keys of an item with their values, as a plan's file holds them; none that is not known."""
    found: dict[str, Any] = {"id": thing.id, "title": thing.title}
    if thing.owner:
        found["owner"] = thing.owner
    if thing.works:
        days = {"start": thing.start, "due": thing.due, "weight": thing.weight}
        found |= {name: value for name, value in days.items() if value is not None}
        if thing.state is not None and thing.state is not State.ACTIVE:
            found["state"] = thing.state.value
    if thing.measured:
        found |= _measures(thing)
    if thing.remarks:
        found["notes"] = "\n".join(thing.remarks)
    return found


def _measures(kpi: Thing) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if kpi.unit:
        found["unit"] = kpi.unit
    if kpi.direction:
        found["direction"] = kpi.direction
    if kpi.baseline is not None:
        found["baseline"] = _mark(kpi.baseline)
    if kpi.target is not None:
        found["target"] = _mark(kpi.target)
    if kpi.interim:
        found["interim"] = [_mark(each) for each in sorted(kpi.interim, key=lambda each: each.on or date.min)]
    if kpi.readings:
        found["readings"] = [_reading(each) for each in sorted(kpi.readings, key=lambda each: each.on or date.min)]
    if kpi.source:
        found["source"] = kpi.source
    if kpi.state in _KPI_STATES:
        found["state"] = _KPI_STATES[kpi.state]
    return found


def _mark(figure: Figure) -> dict[str, Any]:
    named = (
        {"change": figure.change} if figure.change else {"value": _UNKNOWN if figure.value is None else figure.value}
    )
    return named | ({"on": figure.on} if figure.on else {})


def _reading(figure: Figure) -> dict[str, Any]:
    value: Any = figure.value
    if figure.bound and _STRICT.fullmatch(figure.text):
        value = f"{'>' if figure.bound == 'at_least' else '<'}{figure.value:f}"
    more = {"window": figure.window.value if figure.window else None, "n": figure.n}
    return {"value": value, "on": figure.on} | {name: each for name, each in more.items() if each is not None}


def toml(value: Any, *, block: bool = False) -> str:
    """A value as TOML has it; as a `block` a text of several lines may stand on several."""
    if isinstance(value, str):
        return (
            _block(value)
            if block and "\n" in value
            else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {toml(each)}' for name, each in value.items())} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(toml, value))}]"
    return str(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _block(text: str) -> str:
    escaped = _CLOSING.sub(r'\\"', text.replace("\\", "\\\\"))
    return f'"""\n{escaped}"""'


def table(path: Sequence[str], held: Mapping[str, Any]) -> str:
    """An item as a table with its header."""
    lines = [f"[[{'.'.join(path)}]]", *(f"{name} = {toml(value, block=True)}" for name, value in held.items())]
    return "\n".join(lines)


def tree(thing: Thing, above: Sequence[str], without: Container[str] = ()) -> str:
    """An item with all below it, each a table with its header; ids that are `without` stay away."""
    path = (*above, LISTS[thing.tier])
    below = sorted((each for each in thing.below if each.id not in without), key=lambda each: _ORDER.index(each.tier))
    return "\n\n".join([table(path, values(thing)), *(tree(each, path, without) for each in below)])


def plain(value: Any) -> Any:
    """A value as JSON can hold it; alike for all ways in which a figure or a day may be written."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return f"{Decimal(str(value)).normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
