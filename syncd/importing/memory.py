"""What was imported last, kept beside the plan, so that the next version of a sheet finds its items again. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from syncd.errors import PlanError, Problem
from syncd.importing.tree import Thing
from syncd.importing.values import plain, values

_ITEMS: Final = "items of the sheet when it was imported last"
_ADVICE: Final = "delete it, and then what the sheet and the plan say differently is shown and left as the plan has it"


@dataclass(frozen=True, slots=True)
class Recalled:
    """An item as the sheet had it when it was last imported, its values as `plain` gives them."""

    under: str | None
    tier: str
    number: str
    values: Mapping[str, Any]


def recall(text: str, file: str) -> dict[str, Recalled]:
    """By id, what was imported last. Raises PlanError."""
    try:
        held = json.loads(text)
        return {
            id_: Recalled(each["under"], str(each["tier"]), str(each["number"]), _titled(each["values"]))
            for id_, each in held[_ITEMS].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PlanError([Problem(file, f"this is not what an import left here; {_ADVICE}")]) from None


def _titled(held: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an item, by whose title it is found again. Raises KeyError, TypeError or ValueError."""
    return {**held, "title": str(held["title"])}


def remember(things: Iterable[Thing], before: Mapping[str, Recalled]) -> str:
    """What is to be known next time; items that the sheet holds no more stay known."""
    items = {
        id_: {"under": each.under, "tier": each.tier, "number": each.number, "values": dict(each.values)}
        for id_, each in before.items()
    }
    for thing in things:
        held = values(thing)
        del held["id"]
        under = thing.above.id if thing.above else None
        items[thing.id] = {"under": under, "tier": thing.tier.value, "number": thing.number, "values": plain(held)}
    lines = ",\n".join(f"{json.dumps(id_)}: {json.dumps(each, ensure_ascii=False)}" for id_, each in items.items())
    return f"{{{json.dumps(_ITEMS)}: {{\n{lines}\n}}}}\n"
