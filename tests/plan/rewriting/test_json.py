"""Values in JSON: in the indentation that is there, every other byte as it was."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.vocabulary import FieldValue
from syncd.plan.edits import NewItem
from tests.plan.rewriting.changes import done, edited

STYLES = pytest.mark.parametrize(
    "style",
    [
        {"indent": 2, "ensure_ascii": False},
        {"indent": "\t", "ensure_ascii": False},
        {"ensure_ascii": True},
        {"separators": (",", ":"), "ensure_ascii": True},
        {"indent": 4, "separators": (",", " : "), "ensure_ascii": False},
    ],
)


def plan(**action: Any) -> dict[str, Any]:
    """A plan with one action, and whatever it holds."""
    return {
        "plan": {"id": "p", "title": "\u00e9"},
        "goals": [{"id": "G", "title": '"id": "A"', "actions": [{"id": "A", "title": "a", **action}], "kpis": []}],
    }


@STYLES
def test_a_json_file_is_as_if_the_values_had_always_stood_there(style: dict[str, Any]) -> None:
    """Values, new keys, keys that go: with the blanks, line breaks and escapes of the file."""
    before = json.dumps(plan(due="2026-01-01", weight=2, state="on_hold", projects=[]), **style)
    wanted = plan(due="2026-06-30", weight=2.5, notes='"\u00fc"\n', owner="o", projects=[])
    new: dict[str, FieldValue] = {
        "due": date(2026, 6, 30),
        "weight": Decimal("2.5"),
        "state": None,
        "notes": '"\u00fc"\n',
        "owner": "o",
    }
    assert edited(before, ".json", "A", **new) == json.dumps(wanted, **style)


@STYLES
def test_new_items_are_as_if_they_had_always_stood_there(style: dict[str, Any]) -> None:
    """The first of a list and those behind it."""
    before = json.dumps(plan(), **style)
    project = {"id": "P", "title": "p", "due": "2026-06-30"}
    wanted = plan(projects=[project, {"id": "Q", "title": "q"}])
    wanted["goals"][0]["actions"].append({"id": "B", "title": "b"})
    new = (
        NewItem("P", "project", "A", {"title": "p", "due": date(2026, 6, 30)}),
        NewItem("Q", "project", "A", {"title": "q"}),
        NewItem("B", "action", "G", {"title": "b"}),
    )
    assert done(before, ".json", *new) == json.dumps(wanted, **style)
