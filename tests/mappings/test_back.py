"""The way back of the lens: what a plan holds once it takes over what a task holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import Container, Field, FieldType, FieldValue
from mappings.fields import BOTH_WAYS, back, put, same
from mappings.rules import FieldRule, Owner, Rules
from tests.mappings.values import addresses, days, numbers, texts

STATES = st.sampled_from(["active", "on_hold", "deferred", "cancelled"])
HELD: dict[str, st.SearchStrategy[FieldValue]] = {
    "title": st.text("abc xyz", min_size=1).map(str.strip).filter(bool),
    "notes": st.none() | texts,
    "start": st.none() | days,
    "due": st.none() | days,
    "owner": st.none() | addresses,
    "weight": numbers.map(abs),
    "state": STATES,
}
BUILT_IN = {"owner": "assignee"}
CUSTOM = {"weight": FieldType.NUMBER, "state": FieldType.OPTION}
CONTAINER = Container(
    "B", "Plan", "", fields=tuple(
        Field(name, name, type_, options={state: state for state in ("active", "on_hold", "deferred", "cancelled")})
        for name, type_ in CUSTOM.items()
    ),
)  # fmt: skip


def rule(source: str, target: str = "") -> FieldRule:
    """A shared field that comes from one of the plan's keys."""
    return FieldRule(BUILT_IN.get(source, source), Owner.SHARED, source, target or (source if source in CUSTOM else ""))


@pytest.mark.parametrize("source", BOTH_WAYS)
@given(data=st.data())
def test_what_is_taken_over_is_what_the_plan_then_wants(source: str, data: st.DataObject) -> None:
    """The plan that took a value over wants exactly what the task already holds: nothing is due any more."""
    value = data.draw(HELD[source])
    taken = back(rule(source), value)
    wanted, refused = put(Rules("m", "d", fields=(rule(source),)), {source: taken}, CONTAINER)
    assert not refused
    held = value.lower() if source == "owner" and isinstance(value, str) else value
    assert same(wanted[rule(source).key], held)


@given(texts, texts, texts)
def test_of_notes_only_the_plans_own_words_are_taken(above: str, own: str, below: str) -> None:
    """Whatever stands around them, the plan's own words come back, tidied as every text."""
    taken = back(rule("notes"), f"{above}{own}{below}", (above, below))
    assert same(taken, own)


def test_a_date_may_stand_in_a_field_of_text() -> None:
    """A field of text that holds a day gives the plan a day."""
    assert back(rule("due", "Until"), "2026-06-30") == date(2026, 6, 30)
    assert back(rule("weight", "Load"), "1.50") == Decimal("1.5")


def test_one_of_a_list_is_enough() -> None:
    """A field of people with one of them in it names the owner."""
    assert back(rule("owner", "Lead"), ("ann@example.org",)) == "ann@example.org"


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("title", None, "one line"),
        ("title", "Two\nlines", "one line"),
        ("title", "Two\twords", "one line"),
        ("due", "soon", "“soon” is no day"),
        ("due", "2026-W40-1", "“2026-W40-1” is no day"),
        ("due", "20260630", "“20260630” is no day"),
        ("due", "2026-06-31", "“2026-06-31” is no day"),
        ("start", "２０２６-06-30", "is no day"),
        ("owner", "1201", "does not say the address"),
        ("owner", "a b @ c", "“a b @ c” is no address"),
        ("owner", "ann@example.org, bob@example.org", "is no address"),
        ("owner", ("ann@example.org", "bob@example.org"), "one owner, and the task several: ann@example.org, bob"),
        ("weight", None, "no weight"),
        ("weight", Decimal(-1), "no weight"),
        ("weight", "heavy", "“heavy” is no weight"),
        ("weight", "1_0", "“1_0” is no weight"),
        ("weight", "٣", "“٣” is no weight"),
        ("weight", "1,5", "“1,5” is no weight"),
        ("weight", "1e3", "“1e3” is no weight"),
        ("weight", "Infinity", "“Infinity” is no weight"),
        ("weight", Decimal("NaN"), "“NaN” is no weight"),
        ("state", "late", "“late” is no state of work; there are active, on_hold"),
        ("state", None, "no state"),
        ("goal", "Another goal", "goal follows from where an item stands in the plan"),
    ],
)
def test_what_the_plan_cannot_hold_is_refused(source: str, value: FieldValue, words: str) -> None:
    """In words that say why, so that it can be shown beside the value."""
    with pytest.raises(ValueError, match=words):
        back(rule(source), value)


@pytest.mark.parametrize("block", ["Own words.\nGoal: A", "Above.\nOwn words.", "Above.\nGoal", None, "Above. A"])
def test_a_block_whose_lines_were_changed_is_refused(block: str | None) -> None:
    """Lines that syncd adds are not the plan's: where one of them was changed, nobody knows what is."""
    with pytest.raises(ValueError, match="only the words between"):
        back(rule("notes"), block, ("Above. ", ". A" if block == "Above. A" else "Goal: A"))


def test_notes_that_were_emptied_are_taken_over() -> None:
    """With nothing between the lines that syncd adds, the plan has no notes."""
    assert back(rule("notes"), "Above.\nGoal: A", ("Above.", "Goal: A")) is None
