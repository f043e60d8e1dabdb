"""A tool's container with a field of every type, what plans may say, and what tools do to values on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from connectors.vocabulary import Container, Field, FieldType, FieldValue, Task, Values
from mappings.rules import DEFAULT_FIELDS, FieldRule, Owner, Rules

NAMES = ("Ahead", "Behind", "Not started")
OPTIONS = {name: f"o{at}" for at, name in enumerate(NAMES)}
FIELDS = (
    Field("F1", "Words", FieldType.TEXT),
    Field("F2", "Cost", FieldType.NUMBER),
    Field("F3", "Review", FieldType.DATE),
    Field("F4", "Pace", FieldType.OPTION, options=OPTIONS),
    Field("F5", "Areas", FieldType.OPTIONS, options=OPTIONS),
    Field("F6", "Team", FieldType.PEOPLE),
)
CONTAINER = Container("B", "Plan 2030", "https://tool/B", fields=FIELDS)
CUSTOM = tuple(FieldRule(field.title.lower(), Owner.PLAN, field.title.lower(), field.title) for field in FIELDS)
RULES = Rules("m", "district", fields=(*DEFAULT_FIELDS, *CUSTOM))
BLANK = Task("T", "B", "", "")

letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
texts = st.lists(
    st.text(letters, max_size=12) | st.sampled_from([" ", "\u00a0", "\n", "\r\n", "\r", " \n", "\n\n"]), max_size=6
).map("".join)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
numbers = st.decimals(-(10**9), 10**9, places=2)
addresses = st.sampled_from(["ann@example.org", "Bob@Example.org", "cy.dee@example.org"])
several = st.lists(st.sampled_from(NAMES), max_size=4).map(tuple)
VALUES: dict[str, st.SearchStrategy[FieldValue]] = {
    "title": texts,
    "notes": texts,
    "start": days,
    "due": days,
    "owner": addresses,
    "words": texts | days | numbers | several,
    "cost": numbers | numbers.map(str),
    "review": days,
    "pace": st.sampled_from(NAMES),
    "areas": several | st.sampled_from(NAMES),
    "team": addresses | st.lists(addresses, max_size=3).map(tuple),
}
plans = st.fixed_dictionaries({key: st.none() | values for key, values in VALUES.items()})


def kept(value: object, salt: int) -> object:
    """A value as some tool would keep it: other blanks and line ends, names once and in an order of its own."""
    if isinstance(value, str):
        return value.replace("\n", (" \n", "\r\n", "\n", "\u00a0\n")[salt % 4]).replace(" ", (" ", "\u00a0")[salt % 2])
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(value if salt % 2 else reversed(value)))
    if isinstance(value, Decimal):
        return value.normalize()
    return value


def store(task: Task, values: Values, salt: int = 2) -> Task:
    """The task after a tool took the values in, in its own way."""
    given = {
        key: kept(value, salt) or ("" if key in ("title", "notes") else None) for key, value in values.given.items()
    }
    fields = {**task.fields, **{key: kept(value, salt) for key, value in values.fields.items()}}
    return replace(task, fields=fields, **given)  # type: ignore[arg-type]
