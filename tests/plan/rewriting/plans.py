"""Random plans as data, written in random styles; random edits of them; and what a text means as a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from syncd.characters import unseen
from syncd.documents.document import parse
from syncd.plan.edits import NewItem, PlanEdit
from syncd.plan.fitting import fitted
from syncd.plan.model import Plan, Tier, Work
from tests.plan.writers import Json, Path, Toml, Yaml

WRITERS: Final[Mapping[str, type[Toml | Yaml | Json]]] = {".toml": Toml, ".yaml": Yaml, ".json": Json}
LETTERS: Final = st.characters(categories=("L", "N", "P", "S"), include_characters=" ")
TRAPS: Final = [
    *(
        "no",
        "2026",
        "~",
        "1e5",
        "null",
        "0x1f",
        "2026-06-30",
        "TBD",
        "G1",
        "a: b",
        "#",
        "a #b",
        "- x",
        "? a",
        "@a",
        "%",
    ),
    *(
        "'",
        '"',
        '"""',
        "'''",
        "\\",
        "\\n",
        "{x}",
        "[x]",
        "x,",
        "id = 1",
        "é",
        "\U0001f600",
        "\u2028",
        "\ufeff",
        "a\u00a0b",
    ),
]
"""What means something else, somewhere, if it is not written with care."""
LINE: Final = st.sampled_from(TRAPS) | st.text(LETTERS, min_size=1, max_size=12)
CALM: Final = st.text("abcxyz", min_size=1, max_size=8).map(lambda text: f"Calm {text}")
TITLES: Final = LINE.filter(lambda text: not all(map(unseen, text)))
LINES: Final = st.lists(LINE | st.sampled_from(["", "  in", "\t"]), min_size=2, max_size=5).map("\n".join)
NOTES: Final = (LINE | LINES).filter(str.strip)
STARTS: Final = st.dates(date(2025, 1, 1), date(2026, 12, 31))
DUES: Final = st.dates(date(2027, 1, 1), date(2029, 12, 31))
WEIGHTS: Final = st.integers(0, 9).map(Decimal) | st.decimals(0, 99, places=2)
STATES: Final = st.sampled_from(["active", "on_hold", "deferred", "cancelled"])
VALUES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "title": TITLES,
    "notes": NOTES,
    "owner": TITLES,
    "start": STARTS,
    "due": DUES,
    "weight": WEIGHTS,
    "state": STATES,
}
OF_WORK: Final = tuple(VALUES)
OF_GOALS: Final = ("title", "notes", "owner")


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """A plan of a few goals, some with outcomes, actions and projects, as a file holds it."""
    names = (f"I{number}" for number in count())
    goals = [_item(draw, names, ("goals", "outcomes", "actions", "projects")) for _ in range(draw(st.integers(1, 2)))]
    return {"plan": {"id": "p", "title": draw(TITLES)}, "goals": goals}


def _item(draw: st.DrawFn, names: Iterator[str], tiers: tuple[str, ...]) -> dict[str, Any]:
    keys = draw(st.lists(st.sampled_from(OF_WORK if tiers[0] in ("actions", "projects") else OF_GOALS), unique=True))
    item: dict[str, Any] = {key: draw(VALUES[key]) for key in {"title": "", **dict.fromkeys(keys)}}
    item["id"] = next(names)
    for place, key in enumerate(tiers[1:], 1):
        if (place == 1 or tiers[place] == "actions") and (below := draw(st.integers(-1, 2))) >= 0:
            item[key] = [_item(draw, names, tiers[place:]) for _ in range(below)]
    order = draw(st.permutations(list(item)))
    return {key: item[key] for key in order}


@st.composite
def edits(draw: st.DrawFn, plan: Plan, *, calm: bool = False) -> list[PlanEdit]:
    """Edits of different values; calm ones are of values that are there, by others that need no special marks."""
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(plan.items)), unique=True, min_size=1, max_size=6)):
        item = plan.items[name].item
        keys = [
            key for key in (OF_WORK if isinstance(item, Work) else OF_GOALS) if not calm or key in item.model_fields_set
        ]
        for key in draw(st.lists(st.sampled_from(keys), unique=True, min_size=1, max_size=4)):
            after = CALM if calm and key in OF_GOALS else VALUES[key]
            wanted = draw(after | st.none() if not calm and key != "title" else after)
            found.append(PlanEdit(name, key, getattr(item, key), wanted))
    return found


@st.composite
def additions(draw: st.DrawFn, plan: Plan) -> list[NewItem]:
    """New actions and projects below items that are there, or below each other, also several in a list."""
    places = {name: placed.tier for name, placed in plan.items.items()}
    found = []
    for number in range(draw(st.integers(1, 4))):
        under = draw(st.sampled_from(sorted(places)).filter(lambda name: places[name] is not Tier.PROJECT))
        tier = Tier.PROJECT if places[under] is Tier.ACTION else Tier.ACTION
        keys = draw(st.lists(st.sampled_from(OF_WORK), unique=True))
        values = {key: draw(VALUES[key]) for key in {"title": "", **dict.fromkeys(keys)}}
        found.append(NewItem(f"N{number}", tier.value, under, values))
        places[f"N{number}"] = tier
    return found


def written(data: Mapping[str, Any], ending: str, random: Random) -> tuple[str, Mapping[Path, int]]:
    """The plan as text in some style, and the line of each of its keys."""
    writer = WRITERS[ending](random)
    writer.document(data)
    return writer.text, writer.lines


def meant(text: str, ending: str) -> Plan:
    """The plan that a text holds."""
    found = fitted(parse(text.removeprefix("\ufeff"), file="f", ending=ending))
    assert found.plan is not None, found.problems
    assert not found.problems, text
    return found.plan


def values(plan: Plan) -> dict[str, dict[str, Any]]:
    """What all items of a plan hold and stand under, whatever the order of their keys."""
    below = {"goals", "outcomes", "actions", "projects", "kpis", "guardrails"}
    return {
        name: placed.item.model_dump(exclude=below) | {"parent": placed.parent, "tier": placed.tier}
        for name, placed in plan.items.items()
    }
