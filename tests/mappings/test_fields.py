"""The laws of the lens for fields, and an example of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import Container, Field, FieldType, FieldValue, Values
from mappings.fields import field_of, get, missing_fields, put, same, tidy, values_for
from mappings.notes import FOOT, HEAD
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules
from tests.mappings.values import (
    BLANK,
    CONTAINER,
    CUSTOM,
    FIELDS,
    RULES,
    VALUES,
    days,
    numbers,
    plans,
    several,
    store,
    texts,
)  # fmt: skip

salts = st.integers(0, 3)
held = st.fixed_dictionaries(
    {
        "F1": st.none() | texts, "F2": st.none() | numbers, "F3": st.none() | days,
        "F4": st.none() | VALUES["pace"], "F5": several, "F6": st.none() | VALUES["team"].filter(lambda v: v != ()),
    }
)  # fmt: skip


@given(plans, salts, texts)
def test_what_is_put_comes_back_the_same(plan: dict[str, FieldValue], salt: int, words: str) -> None:
    """For every type of field, whatever the tool does to blanks, line ends, orders and the team's notes around."""
    wanted, refused = put(RULES, plan, CONTAINER)
    task = store(replace(BLANK, notes=words), values_for(RULES, wanted, CONTAINER, replace(BLANK, notes=words)), salt)

    assert not refused
    assert set(wanted) == {rule.key for rule in RULES.fields}
    for rule in RULES.fields:
        assert same(get(rule, task, CONTAINER), wanted[rule.key]), rule.name


@given(plans, salts, texts)
def test_what_is_got_and_put_again_changes_nothing(plan: dict[str, FieldValue], salt: int, words: str) -> None:
    """A plan that takes a task's values over wants exactly what the task already holds."""
    wanted, _ = put(RULES, plan, CONTAINER)
    task = store(BLANK, values_for(RULES, wanted, CONTAINER, replace(BLANK, notes=words)), salt)
    taken = {rule.source: get(rule, task, CONTAINER) for rule in RULES.fields}
    again, refused = put(RULES, taken, CONTAINER)

    assert not refused
    assert all(same(again[rule.key], taken[rule.source]) for rule in RULES.fields)
    after = store(task, values_for(RULES, again, CONTAINER, task), salt)
    assert all(same(get(rule, after, CONTAINER), taken[rule.source]) for rule in RULES.fields)


@given(plans)
def test_putting_twice_is_putting_once(plan: dict[str, FieldValue]) -> None:
    """What is sent the second time is what was sent the first time: nothing creeps."""
    wanted, _ = put(RULES, plan, CONTAINER)
    first = values_for(RULES, wanted, CONTAINER, None)
    assert values_for(RULES, wanted, CONTAINER, store(BLANK, first)) == first


@given(plans, held, st.sets(st.sampled_from([rule.name for rule in RULES.fields])))
def test_fields_that_no_rule_names_are_untouched(
    plan: dict[str, FieldValue], holds: dict[str, FieldValue], named: set[str]
) -> None:
    """What is sent names only mapped fields, so that all others keep what they hold."""
    rules = replace(RULES, fields=tuple(rule for rule in RULES.fields if rule.name in named))
    task = replace(BLANK, title="theirs", notes="theirs", due=date(2030, 1, 1), fields=holds)
    wanted, _ = put(rules, plan, CONTAINER)
    values = values_for(rules, wanted, CONTAINER, task)

    assert set(values.given) == {rule.key for rule in rules.fields if not rule.target}
    assert set(values.fields) == {field_of(rule, CONTAINER).id for rule in rules.fields if rule.target}


@given(texts)
def test_tidy_text_stays_as_it_is(text: str) -> None:
    """Tidying twice is tidying once, and leaves none of what tools change."""
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    assert not set("\r\u00a0") & set(tidied)
    assert same(text, tidied)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("", None, True),
        (" \r\n", None, True),
        ((), None, True),
        ("a\u00a0b ", "a b", True),
        ("a\r\nb", "a \nb", True),
        (("b", "a"), ("a", "b", "b"), True),
        (Decimal("3.50"), Decimal("3.5"), True),
        (Decimal(0), None, False),
        ("a", "A", False),
        (date(2026, 5, 1), date(2026, 5, 2), False),
    ],
)
def test_the_same_to_a_person(one: FieldValue, other: FieldValue, alike: bool) -> None:
    """Blanks, line ends and orders do not count; everything else does."""
    assert same(one, other) is alike
    assert same(other, one) is alike


WRONG: list[tuple[str, FieldValue, str]] = [
    ("cost", "a lot", 'the field "Cost" (number) cannot hold a lot'),
    ("cost", "NaN", 'the field "Cost" (number) cannot hold NaN'),
    ("cost", Decimal("Infinity"), 'the field "Cost" (number) cannot hold Infinity'),
    ("review", "soon", 'the field "Review" (date) cannot hold soon'),
    ("pace", "Late", 'the field "Pace" (option) cannot hold Late; it offers Ahead, Behind, Not started'),
    ("pace", ("Ahead", "x"), 'the field "Pace" (option) cannot hold Ahead, x; it offers Ahead, Behind, Not started'),
    ("areas", ("Ahead", "x"), 'the field "Areas" (options) cannot hold Ahead, x; it offers Ahead, Behind, Not started'),
    ("team", "Office of Academics", 'the field "Team" (people) cannot hold Office of Academics'),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "sentence"), WRONG)
def test_what_a_field_cannot_hold_is_left_out_and_told(key: str, value: FieldValue, sentence: str) -> None:
    """A value that does not fit is never forced in: the field keeps what it holds, and a sentence says why."""
    wanted, refused = put(RULES, {"title": "T", key: value}, CONTAINER)
    assert refused == (sentence,)
    assert f"field:{key}" not in wanted
    assert wanted["title"] == "T"


def test_each_type_of_field() -> None:
    """An example of each: values arrive in the type of the tool's field."""
    plan: dict[str, FieldValue] = {
        "title": " Tutoring\u00a0hubs ", "notes": "Why\r\n", "start": date(2026, 1, 5), "due": None,
        "owner": " Ann@Example.org", "words": Decimal("3.50"), "cost": "12.5", "review": date(2026, 2, 1),
        "pace": "Ahead", "areas": "Behind", "team": ("Bob@example.org ",),
    }  # fmt: skip
    assert put(RULES, plan, CONTAINER) == (
        {
            "title": "Tutoring hubs", "notes": "Why", "start": date(2026, 1, 5), "due": None,
            "assignee": "ann@example.org", "field:words": "3.50", "field:cost": Decimal("12.5"),
            "field:review": date(2026, 2, 1), "field:pace": "Ahead", "field:areas": ("Behind",),
            "field:team": ("bob@example.org",),
        },
        (),
    )  # fmt: skip


def test_an_office_is_nobodys_account() -> None:
    """An owner without an address says nothing about the assignee: whoever the team chose stays."""
    assert "assignee" not in put(RULES, {"owner": "Office of Academics"}, CONTAINER)[0]
    assert put(RULES, {"owner": " "}, CONTAINER)[0]["assignee"] is None


def test_the_notes_sent_are_the_teams_words_with_our_block() -> None:
    """The block goes in below the words of the team; a new task has the block alone."""
    task = replace(BLANK, notes="Theirs")
    block = f"{HEAD}\nOurs\n{FOOT}"
    assert values_for(RULES, {"notes": "Ours"}, CONTAINER, task) == Values({"notes": f"Theirs\n\n{block}"})
    assert values_for(RULES, {"notes": "Ours"}, CONTAINER, None) == Values({"notes": block})
    assert values_for(RULES, {"notes": None}, CONTAINER, task) == Values({"notes": "Theirs"})


def test_what_is_no_field_of_a_rule_is_sent_by_its_name() -> None:
    """The marker is sent although no rule names it; a custom field goes by its id."""
    assert values_for(RULES, {"marker": "syncd:d/A", "field:cost": Decimal(1)}, CONTAINER, None) == Values(
        {"marker": "syncd:d/A"}, {"F2": Decimal(1)}
    )


def test_fields_are_found_by_title_or_id() -> None:
    """A rule may name a field as people see it or by the tool's id; a missing one is told with those there are."""
    assert field_of(FieldRule("x", Owner.PLAN, "x", "Cost"), CONTAINER) is FIELDS[1]
    assert field_of(FieldRule("x", Owner.PLAN, "x", "F2"), CONTAINER) is FIELDS[1]
    with pytest.raises(LookupError, match=r'"Plan 2030" has no field "Costs" .for x.; it has "Words", "Cost"'):
        field_of(FieldRule("x", Owner.PLAN, "x", "Costs"), CONTAINER)
    bare = Container("B", "Bare", "")
    assert put(Rules("m", "d", fields=CUSTOM[:1]), {"words": "x"}, bare) == (
        {},
        ('"Bare" has no field "Words" (for words); it has none at all',),
    )


def test_fields_that_cannot_be_written_are_told_beforehand() -> None:
    """A missing field, one that the tool computes itself and one of an unknown type; the others are fine."""
    fields = (
        FIELDS[0],
        replace(FIELDS[1], writable=False),
        Field("F3", "Review", FieldType.OTHER),
    )
    container = replace(CONTAINER, fields=fields)
    rules = Rules("m", "d", fields=(*DEFAULT_FIELDS, *CUSTOM[:4]))
    assert list(missing_fields(rules, container)) == [
        'the field "Cost" of "Plan 2030" cannot be written (number)',
        'the field "Review" of "Plan 2030" cannot be written (other)',
        '"Plan 2030" has no field "Pace" (for pace); it has "Words", "Cost", "Review"',
    ]


def test_a_field_that_progress_is_read_from_must_be_there() -> None:
    """By title or by id; a rule of another kind asks for none."""
    assert list(missing_fields(Rules("m", "d", progress="field:Share"), CONTAINER)) == [
        '"Plan 2030" has no field "Share", from which progress is to be read'
    ]
    for progress in ("field:Cost", f"field:{CONTAINER.fields[1].id}", "completed"):
        assert list(missing_fields(Rules("m", "d", progress=progress), CONTAINER)) == []
