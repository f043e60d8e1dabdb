"""The lens for fields: plan values put as task values, task values got back as plan values. Pure.

Laws (tests/mappings): what is put comes back the same; what is got and put again changes nothing; a field that no
rule names is never read and never written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Final

from connectors.vocabulary import Container, Field, FieldType, FieldValue, Task, Values
from mappings.notes import embed, extract, unframed
from mappings.rules import FieldRule, Rules

_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS: Final = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
"""Text that a person typed is taken for a number, a day or an address only where it can be nothing else."""


def put(
    rules: Rules, values: Mapping[str, FieldValue], container: Container
) -> tuple[dict[str, FieldValue], tuple[str, ...]]:
    """The task values that the plan values ask for, by field key, and a sentence for each that cannot be held.

    Only fields that a rule names; a custom field's value comes in the type of the tool's field, as `get` gives it.
    An assignee without an address (an office, say) is nobody's account: of that field the plan then wants nothing.
    """
    wanted: dict[str, FieldValue] = {}
    refused: list[str] = []
    for rule in rules.fields:
        value = _plain(rule.key, values.get(rule.source))
        if rule.key == "assignee" and value is not None and "@" not in str(value):
            continue
        if rule.target:
            try:
                field = field_of(rule, container)
                value = None if value is None else _shaped(field, value)
            except (LookupError, ValueError) as reason:
                refused.append(str(reason))
                continue
        wanted[rule.key] = value
    return wanted, tuple(refused)


def _plain(key: str, value: FieldValue) -> FieldValue:
    """A value as every tool would hold it: text tidied, addresses in lower case, nothing that looks like our frame."""
    if isinstance(value, str):
        value = unframed(value) if key == "notes" else value.lower() if key == "assignee" else value
    return _filled(value)


def _filled(value: FieldValue) -> FieldValue:
    """The value tidied; None where it is blank."""
    if isinstance(value, str):
        value = tidy(value)
    return value if value or not isinstance(value, str | tuple) else None


def back(rule: FieldRule, value: FieldValue, around: tuple[str, str] = ("", "")) -> FieldValue:
    """What the plan holds, by its own key, once it takes over what a task holds: the way back of `put`.

    `around` is what stands above and below the plan's own notes in a block. Raises ValueError, in words for people.
    """
    if isinstance(value, tuple):
        if len(value) > 1:
            raise ValueError(f"the plan holds one {rule.source}, and the task several: {', '.join(value)}")
        value = value[0]
    make = _BACK.get(rule.source)
    if make is None:
        raise ValueError(f"{rule.source} follows from where an item stands in the plan")
    return _unframed(value, around) if rule.source == "notes" else make(value)


def _unframed(block: FieldValue, around: tuple[str, str]) -> FieldValue:
    """The plan's own notes out of a block, whose first and last lines are not the team's to change."""
    text, (above, below) = str(block or ""), around
    if not text.startswith(above) or not text.endswith(below) or len(text) < len(above) + len(below):
        raise ValueError("the lines that syncd adds to the notes were changed; only the words between them can be kept")
    return _filled(text[len(above) : len(text) - len(below)])


def _title(value: FieldValue) -> FieldValue:
    if not value or "\n" in str(value) or "\t" in str(value):
        raise ValueError("a title is one line of text")
    return str(value)


def _day(value: FieldValue) -> FieldValue:
    if value is None or isinstance(value, date):
        return value
    with suppress(ValueError):
        if _DAY.fullmatch(str(value)):
            return date.fromisoformat(str(value))
    raise ValueError(f"“{value}” is no day, such as 2026-06-30")


def _address(value: FieldValue) -> FieldValue:
    if value is not None and "@" not in str(value):
        raise ValueError("the tool does not say the address of this person")
    if value is not None and not _ADDRESS.fullmatch(str(value)):
        raise ValueError(f"“{value}” is no address, such as ann@example.org")
    return value


def _weight(value: FieldValue) -> FieldValue:
    number = _number(value)
    if number is None or number < 0:
        raise ValueError(f"“{value}” is no weight; a weight is a number from 0 on")
    return number


_STATES: Final = ("active", "on_hold", "deferred", "cancelled")


def _state(value: FieldValue) -> FieldValue:
    if value not in _STATES:
        raise ValueError(f"“{value}” is no state of work; there are {', '.join(_STATES)}")
    return value


_BACK: Final[Mapping[str, Callable[[FieldValue], FieldValue]]] = {
    "title": _title,
    "notes": _filled,
    "start": _day,
    "due": _day,
    "owner": _address,
    "weight": _weight,
    "state": _state,
}
BOTH_WAYS: Final = tuple(_BACK)
"""The plan's keys that can be taken over from a task; the others follow from where an item stands."""


def get(rule: FieldRule, task: Task, container: Container) -> FieldValue:
    """What a task holds in the field, in the form in which `put` would ask for it."""
    return _filled(_held(rule, task, container))


def holds(rule: FieldRule, task: Task, container: Container, value: FieldValue) -> bool:
    """True if a task holds the value in the field; the same as asking `get`, but quick where nothing differs."""
    return same(value, _held(rule, task, container))


def held(rules: Rules, task: Task, container: Container, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """Those of the values, by field key, that a task holds."""
    return {
        rule.key: values[rule.key]
        for rule in rules.fields
        if rule.key in values and holds(rule, task, container, values[rule.key])
    }


def differing(
    rules: Rules, task: Task, container: Container, values: Mapping[str, FieldValue]
) -> Iterator[tuple[FieldRule, FieldValue]]:
    """Each field that does not hold its value among these, with what the task holds in it instead."""
    for rule in rules.fields:
        key = rule.key
        if key in values:
            held = _held(rule, task, container)
            if held != values[key] and not same(held, values[key]):
                yield rule, _filled(held)


def _held(rule: FieldRule, task: Task, container: Container) -> FieldValue:
    if rule.target:
        return task.fields.get(field_of(rule, container).id)
    value: FieldValue = extract(task.notes) if rule.name == "notes" else getattr(task, rule.name)
    return value


def same(one: FieldValue, other: FieldValue) -> bool:
    """True if two values mean the same to a person: neither blanks, nor line ends, nor the order of names count."""
    return one == other or canonical(one) == canonical(other)


def canonical(value: FieldValue) -> FieldValue:
    """The one form of all values that mean the same to a person."""
    if isinstance(value, Decimal):
        return value.normalize()
    return _filled(tuple(sorted(set(value))) if isinstance(value, tuple) else value)


def tidy(text: str) -> str:
    """Text without what tools change on the way: no-break spaces, carriage returns, blanks at line ends."""
    text = text.replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join([line.rstrip() for line in text.split("\n")]).strip() if "\n" in text else text.strip()


def values_for(rules: Rules, wanted: Mapping[str, FieldValue], container: Container, task: Task | None) -> Values:
    """What to send so that the named fields hold what is wanted; `task` is None for a task still to be made.

    The notes are the team's words with our block inside.
    """
    given: dict[str, object] = {}
    fields: dict[str, FieldValue] = {}
    for key, value in wanted.items():
        rule = rules.rule(key)
        if key == "notes":
            given["notes"] = embed(task.notes if task else "", str(value or ""))
        elif rule is not None and rule.target:
            fields[field_of(rule, container).id] = value
        else:
            given[key] = value
    return Values(given, fields)


def field_of(rule: FieldRule, container: Container) -> Field:
    """The container's custom field that the rule writes to. Raises LookupError with the titles there are."""
    for field in container.fields:
        if rule.target in (field.title, field.id):
            return field
    there = ", ".join(f'"{field.title}"' for field in container.fields) or "none at all"
    raise LookupError(f'"{container.name}" has no field "{rule.target}" (for {rule.name}); it has {there}')


def missing_fields(rules: Rules, container: Container) -> Iterator[str]:
    """A sentence for each field that the mapping names and the container lacks or cannot be written to."""
    for rule in rules.fields:
        if rule.target:
            try:
                field = field_of(rule, container)
            except LookupError as missing:
                yield str(missing)
            else:
                if not field.writable or field.type is FieldType.OTHER:
                    yield f'the field "{field.title}" of "{container.name}" cannot be written ({field.type})'
    kind, _, title = rules.progress.partition(":")
    if kind == "field" and not any(title in (field.title, field.id) for field in container.fields):
        yield f'"{container.name}" has no field "{title}", from which progress is to be read'


def _shaped(field: Field, value: FieldValue) -> FieldValue:
    """The value in the type of the tool's field. Raises ValueError, in words for people, where it cannot be."""
    names = value if isinstance(value, tuple) else (str(value),)
    words = ", ".join(names)
    match field.type:
        case FieldType.TEXT:
            return tidy(words) or None
        case FieldType.NUMBER if (number := _number(value)) is not None:
            return number
        case FieldType.DATE if isinstance(value, date):
            return value
        case FieldType.OPTION if value in field.options:
            return value
        case FieldType.OPTIONS if set(names) <= field.options.keys():
            return names
        case FieldType.PEOPLE if all("@" in name for name in names):
            return tuple(name.strip().lower() for name in names)
    offered = f"; it offers {', '.join(field.options)}" if field.options else ""
    raise ValueError(f'the field "{field.title}" ({field.type}) cannot hold {words}{offered}')


def _number(value: FieldValue) -> Decimal | None:
    """The number that a value is or that its text spells; None where a person could read another one in it, or none."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None
