"""Turns Asana's JSON into the connectors' vocabulary: tasks, fields, groups, dates, plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from connectors import marks
from connectors.asana.answers import Raw, understood
from connectors.form import id_of
from connectors.text import line, plain
from connectors.vocabulary import Choice, Credit, Field, FieldType, FieldValue, Group, Person, Task

Addresses = Callable[[Raw], str]
"""Gives the address of a user record, or its id where no address is known."""

MARKER_FIELD: Final = "Plan ID"

TASK_FIELDS: Final = (
    "name,resource_subtype,approval_status,is_rendered_as_separator,completed,completed_at,created_at,modified_at,"
    "start_on,due_on,due_at,notes,permalink_url,num_subtasks,parent,assignee.email,memberships.project,"
    "memberships.section,custom_fields.type,custom_fields.resource_subtype,custom_fields.format,"
    "custom_fields.is_formula_field,custom_fields.representation_type,custom_fields.text_value,"
    "custom_fields.number_value,custom_fields.date_value,custom_fields.enum_value.name,"
    "custom_fields.multi_enum_values.name,custom_fields.people_value.email"
)
"""Everything a task is read with, in one request; nothing of it comes without being asked for."""

FIELD_FIELDS: Final = (
    "name,type,resource_subtype,format,is_formula_field,representation_type,enum_options.name,enum_options.enabled"
)
"""Everything a custom field is read with."""

SETTING_FIELDS: Final = ",".join(f"custom_field.{name}" for name in FIELD_FIELDS.split(","))
"""The same, by way of a project's settings."""

_TYPES: Final = {
    "text": FieldType.TEXT,
    "number": FieldType.NUMBER,
    "date": FieldType.DATE,
    "enum": FieldType.OPTION,
    "multi_enum": FieldType.OPTIONS,
    "people": FieldType.PEOPLE,
}
_COMPUTED: Final = frozenset({"formula", "custom_id"})
_TURNED_DOWN: Final = frozenset({"rejected", "changes_requested"})
_HUNDRED: Final = Decimal(100)


@understood("task")
def task(
    raw: Raw, container: str, address: Addresses, *, marker_field: str | None = None, merged: bool = False
) -> Task:
    """The task as seen from `container`; its `container` is "" where it has no place of its own in there.

    `merged` tells that it was closed as a duplicate, which the record itself does not.
    """
    home = home_of(raw, container)
    values = {_text(field["gid"]): value(field, address) for field in _many(raw.get("custom_fields"))}
    marked = marks.read(values.get(marker_field)) if marker_field else None
    notes, written = marks.split(plain(_text(raw.get("notes"))), marked)
    assignee = raw.get("assignee")
    return Task(
        id=str(raw["gid"]),
        container=container if home else "",
        title=line(_text(raw.get("name"))),
        url=_text(raw.get("permalink_url")),
        group=_gid(home.get("section")) if home else None,
        parent=_gid(raw.get("parent")),
        marker=marked or written,
        notes=notes,
        start=day(raw.get("start_on")),
        due=day(raw.get("due_on")),
        assignee=address(assignee) if assignee else None,
        completed=_flag(raw.get("completed")),
        completed_at=instant(raw.get("completed_at")),
        created_at=instant(raw.get("created_at")),
        modified_at=instant(raw.get("modified_at")),
        credit=_credit(raw, merged=merged),
        fields=values,
        steps=(0, 0) if raw.get("num_subtasks") == 0 else None,
    )


def home_of(raw: Raw, container: str) -> Raw | None:
    """Where the task stands in this project: its membership, None where it does not stand in there itself."""
    return next((home for home in _many(raw.get("memberships")) if _gid(home.get("project")) == container), None)


@understood("task")
def html_of(raw: Raw) -> str:
    """The formatted form of a task's notes."""
    return _text(raw.get("html_notes"))


@understood("custom field")
def field(raw: Raw) -> Field:
    """A custom field's definition; one that Asana computes itself is of the type OTHER and cannot be written."""
    computed = bool(raw.get("is_formula_field")) or raw.get("representation_type") in _COMPUTED
    options = _many(raw.get("enum_options"))
    return Field(
        id=str(raw["gid"]),
        title=line(_text(raw.get("name"))),
        type=FieldType.OTHER if computed else _type(raw),
        writable=not computed and _type(raw) is not FieldType.OTHER,
        options={line(option["name"]): str(option["gid"]) for option in options if option.get("enabled", True)},
    )


def marker_field(fields: Iterable[Field]) -> str | None:
    """The id of the text field "Plan ID" among these, if it is there."""
    return next((held.id for held in fields if held.title == MARKER_FIELD and held.type is FieldType.TEXT), None)


def value(raw: Raw, address: Addresses) -> FieldValue:
    """What a task's custom field holds; percentages, which Asana keeps as 0 to 1, come out as 0 to 100."""
    match _type(raw):
        case FieldType.TEXT:
            held: FieldValue = plain(_text(raw.get("text_value"))) or None
        case FieldType.NUMBER:
            held = number(raw.get("number_value"), percent=is_percent(raw))
        case FieldType.DATE:
            moment = raw.get("date_value") or {}
            held = day(moment.get("date") or (moment.get("date_time") or "")[:10] or None)
        case FieldType.OPTION:
            held = line(_text((raw.get("enum_value") or {}).get("name"))) or None
        case FieldType.OPTIONS:
            held = tuple(line(_text(option.get("name"))) for option in _many(raw.get("multi_enum_values"))) or None
        case FieldType.PEOPLE:
            held = tuple(address(person) for person in _many(raw.get("people_value"))) or None
        case _:
            held = None
    return held


def is_percent(raw: Raw) -> bool:
    """Whether a custom field shows a share as a percentage."""
    return raw.get("format") == "percentage"


def number(held: float | str | None, *, percent: bool) -> Decimal | None:
    """An exact number from JSON's, without trailing noughts."""
    if held is None:
        return None
    exact = Decimal(str(held)) * (_HUNDRED if percent else 1)
    if not exact.is_finite():
        raise ValueError(f"{held} is no number")
    return exact.to_integral_value() if exact == exact.to_integral_value() else exact.normalize()


def fraction(held: Decimal, *, percent: bool) -> int | float:
    """A number as JSON takes it; a percentage as the share from 0 to 1 that Asana keeps."""
    exact = held / _HUNDRED if percent else held
    return int(exact) if exact == exact.to_integral_value() else float(exact)


@understood("person")
def person(raw: Raw) -> Person:
    """A user record."""
    return Person(id=str(raw["gid"]), name=line(_text(raw.get("name"))), address=_text(raw.get("email")).lower())


@understood("section")
def group(raw: Raw) -> Group:
    """A section record."""
    return Group(id=str(raw["gid"]), title=line(_text(raw.get("name"))))


@understood("project")
def choice(raw: Raw) -> Choice:
    """A project record, as one of several."""
    return Choice(id=str(raw["gid"]), name=line(_text(raw.get("name"))), url=_text(raw.get("permalink_url")))


@understood("project")
def workspace_of(raw: Raw) -> str | None:
    """The workspace that a project record stands in, if it says so."""
    return _gid(raw.get("workspace"))


def day(text: str | None) -> date | None:
    """A calendar day. Raises ValueError for one that no calendar has."""
    return None if text is None else date.fromisoformat(text)


def instant(text: str | None) -> datetime | None:
    """A moment. Raises ValueError for one that does not say in which time zone."""
    moment = None if text is None else datetime.fromisoformat(text)
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def steps(tasks: Iterable[Task]) -> tuple[int, int]:
    """(done, all) of some subtasks; headings and tasks merged into others are no work of their own."""
    work = [step for step in tasks if step.credit not in (Credit.SEPARATOR, Credit.DUPLICATE)]
    return sum(step.done for step in work), len(work)


def _credit(raw: Raw, *, merged: bool) -> Credit:
    """What `completed` is worth: a rejected approval is completed too (Asana API reference, Tasks)."""
    if raw.get("is_rendered_as_separator"):
        return Credit.SEPARATOR
    if merged:
        return Credit.DUPLICATE
    if raw.get("resource_subtype") == "approval" and raw.get("approval_status") in _TURNED_DOWN:
        return Credit.REJECTED
    return Credit.COUNTS


def _type(raw: Raw) -> FieldType:
    return _TYPES.get(raw.get("resource_subtype") or raw.get("type") or "", FieldType.OTHER)


def _gid(raw: Raw | None) -> str | None:
    return None if raw is None else id_of(raw["gid"])


def _many(held: object) -> Sequence[Raw]:
    """A list's records, none where Asana has no list. Raises TypeError for anything else."""
    if held is not None and not isinstance(held, list):
        raise TypeError(f"{type(held).__name__} in place of a list")
    return held or ()


def _flag(held: object) -> bool:
    """Yes or no, no where Asana says neither. Raises TypeError for anything else."""
    if held is not None and not isinstance(held, bool):
        raise TypeError(f"{type(held).__name__} in place of yes or no")
    return bool(held)


def _text(held: object) -> str:
    """Text, "" where Asana has none. Raises TypeError for anything else."""
    if held is not None and not isinstance(held, str):
        raise TypeError(f"{type(held).__name__} in place of text")
    return held or ""
