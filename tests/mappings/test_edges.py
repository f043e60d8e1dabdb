"""What the laws of the lens leave open: ids of before, words around a block, and what a person is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.vocabulary import FieldValue
from mappings.fields import back, missing_fields, put, tidy
from mappings.notes import FOOT, HEAD, embed, split
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from mappings.shape import PlanItem, desire
from tests.mappings.values import CONTAINER

RULES = Rules("m", "district")
DUE = date(2026, 6, 1)


def test_earlier_ids_are_known() -> None:
    """An item brings the markers it had before; an id that is no longer in the plan leads to the item it became."""
    was = [
        PlanItem("G1", "goal", (), {"title": "Goal"}, was=("G0",)),
        PlanItem("A1", "action", ("G1",), {"title": "Action"}, was=("A8", "A9", "A2")),
        PlanItem("A2", "action", ("G1",), {"title": "Another"}),
    ]
    found = desire(RULES, was, CONTAINER)
    assert found.renamed == {"G0": "G1", "A8": "A1", "A9": "A1"}
    assert found.tasks["A1"].was == ("syncd:district/A8", "syncd:district/A9", "syncd:district/A2")
    assert found.tasks["A2"].was == ()


def test_what_cannot_be_held_keeps_no_other_field_back() -> None:
    """Fields after an office that has no account, and after a value that does not fit, are wanted all the same."""
    custom = FieldRule("cost", Owner.PLAN, "cost", "Cost")
    rules = replace(RULES, fields=(DEFAULT_FIELDS[-1], custom, *DEFAULT_FIELDS[:-1]))
    values: dict[str, FieldValue] = {"title": "Hubs", "owner": "Office of Academics", "cost": "a lot", "due": DUE}
    wanted, refused = put(rules, values, CONTAINER)
    assert wanted == {"title": "Hubs", "notes": None, "start": None, "due": DUE}
    assert refused == ('the field "Cost" (number) cannot hold a lot',)


def test_a_plans_notes_hold_no_frame() -> None:
    """Somebody copied a task's notes into the plan: the lines of the frame are left out, and only of notes."""
    words = f"{HEAD}\nAll read\n{FOOT}"
    assert put(RULES, {"title": words, "notes": words}, CONTAINER)[0] == {
        "title": words, "notes": "All read", "start": None, "due": None, "assignee": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("title", "two\nlines", "a title is one line of text"),
        ("title", "a\ttab", "a title is one line of text"),
        ("title", None, "a title is one line of text"),
        ("owner", "1201", "the tool does not say the address of this person"),
        (
            "notes",
            "mine",
            "the lines that syncd adds to the notes were changed; only the words between them can be kept",
        ),
    ],
)
def test_why_the_plan_cannot_take_it(key: str, value: FieldValue, reason: str) -> None:
    """What the plan cannot hold is said in these words."""
    rule = FieldRule(key, Owner.SHARED, key)
    with pytest.raises(ValueError, match=f"^{reason}$"):
        back(rule, value, ("Cancelled.", "For: Goal"))


def test_a_field_may_have_a_colon_in_its_title() -> None:
    """Only the first colon parts the kind of progress from the field's title."""
    (missing,) = missing_fields(replace(RULES, progress="field:Done: share"), CONTAINER)
    assert missing == '"Plan 2030" has no field "Done: share", from which progress is to be read'


def test_tidy_leaves_words_apart() -> None:
    """Only blanks at the ends of lines and of the text go; those between words stay."""
    assert tidy(" two words \r\n  and two more\u00a0\n") == "two words\n  and two more"


@pytest.mark.parametrize("words", ["XX", " a team's words ", "\tX"])
def test_a_teams_words_are_taken_whole(words: str) -> None:
    """Around a block, and without one, only empty lines are left out: letters and blanks are the team's."""
    assert split(f"\n{words}\n") == (words, None, "")
    assert split(f"\n{words}\n\n{HEAD}\nAll read\n{FOOT}\n\n{words}\n") == (words, "All read", words)


def test_no_write_adds_an_empty_line() -> None:
    """In a tool that ends its lines with carriage returns, notes that are written again and again do not grow."""
    notes = embed("ours", "one")
    for block in ("two", "three"):
        notes = embed(notes.replace("\n", "\r\n").replace("\r\r", "\r"), block)
    assert notes.replace("\r", "") == embed("ours", "three")
