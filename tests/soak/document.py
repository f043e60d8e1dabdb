"""The plan's text, as people's editors hold it: read, changed and saved as a whole, with a remark on every item."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from mappings.shape import PlanItem
from syncd.documents.document import Unreadable, parse
from syncd.plan.fitting import fitted
from syncd.plan.items import plan_items
from syncd.plan.keeping import FilePlace
from tests.engine.world import Killed

Table = dict[str, Any]
"""A plan, or an item in it, by the keys of its text."""
_LISTS = ("goals", "actions", "projects")

PLAN: Table = {
    "plan": {"id": "district", "title": "Every student ready"},
    "goals": [
        {
            "id": "G1",
            "title": "Reading",
            "actions": [
                {
                    "id": "G1.A1",
                    "title": "Title of G1.A1",
                    "owner": "ann@example.org",
                    "notes": "Why we do it.",
                    "due": date(2026, 6, 15),
                    "projects": [
                        {"id": "G1.A1.P1", "title": "Title of G1.A1.P1", "due": date(2026, 6, 15)},
                        {
                            "id": "G1.A1.P2",
                            "title": "Title of G1.A1.P2",
                            "start": date(2026, 1, 5),
                            "due": date(2026, 6, 15),
                        },
                    ],
                },
                {"id": "G1.A2", "title": "Title of G1.A2"},
            ],
        },
        {
            "id": "G2",
            "title": "Attendance",
            "actions": [
                {
                    "id": "G2.A1",
                    "title": "Title of G2.A1",
                    "owner": "nobody@example.org",
                    "projects": [{"id": "G2.A1.P1", "title": "Title of G2.A1.P1"}],
                },
            ],
        },
        {"id": "G3", "title": "Health"},
    ],
}


@lru_cache(maxsize=4096)
def items_of(text: str) -> tuple[PlanItem, ...] | None:
    """What syncd reads out of a text; None where it is no plan."""
    try:
        found = fitted(parse(text, file="plan.toml", ending=".toml"))
    except Unreadable:
        return None
    return plan_items(found.plan) if found.plan is not None and not found.problems else None


def table_of(text: str) -> Table:
    """What people read out of a text."""
    return tomllib.loads(text, parse_float=Decimal)


def text_of(plan: Table) -> str:
    """The text that people write: values in their order, and above each item a remark."""
    return "\n".join(("# The plan of the district.", *_lines("plan", plan["plan"], "[plan]"), *_below(plan, "")))


def _below(table: Table, above: str) -> Iterator[str]:
    for name in _LISTS:
        for each in table.get(name, ()):
            place = f"{above}{name}"
            yield from _lines(each["id"], each, f"[[{place}]]")
            yield from _below(each, f"{place}.")


def _lines(name: str, table: Table, head: str) -> Iterator[str]:
    yield from ("", f"# About {name}: ask us.", head)
    yield from (f"{key} = {_shown(value)}" for key, value in table.items() if key not in _LISTS)


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | int) else json.dumps(value, ensure_ascii=False)


def remarks(text: str) -> list[str]:
    """What people remark in a text, in its order."""
    return [line for line in text.splitlines() if line.startswith("#")]


def walk(table: Table) -> Iterator[tuple[Table, list[Table], str]]:
    """Every item below one (or the plan): with the list that it stands in, and the id of the item above it."""
    for name in _LISTS:
        for each in table.get(name, ()):
            yield each, table[name], table.get("id", "")
            yield from walk(each)


def find(plan: Table, item: str) -> tuple[Table, list[Table], str] | None:
    """An item of the plan: its values, the list that it stands in, and the id of the item above it."""
    return next((found for found in walk(plan) if found[0]["id"] == item), None)


class Desk(FilePlace):
    """The plan's own file, as syncd writes it. `moment` is called wherever the process may die on the way.

    `busy` is called between the reading and the writing: somebody else may save the file right then. `saved` hears of
    every text that was put in the place of another.
    """

    def __init__(
        self, path: Path, moment: Callable[[str], None], busy: Callable[[], None], saved: Callable[[str, str], None]
    ) -> None:
        super().__init__(path)
        self._file, self._moment, self._busy, self._saved = path, moment, busy, saved

    def read(self) -> str:
        """As it stands."""
        text = super().read()
        self._moment("plan read")
        return text

    def swap(self, expected: str, new: str) -> bool:
        """As the place itself does it; a process that dies meanwhile leaves its own files lying about."""
        self._busy()
        before = self._file.read_text()
        try:
            done = super().swap(expected, new)
        except Killed:
            for name in ("new", "old"):
                self._file.with_name(f".{self._file.name}.{name}").write_text("half a pl")
            raise
        finally:
            if (now := self._file.read_text()) != before:
                self._saved(before, now)
        self._moment("plan written")
        return done
