"""The lens for fields: plan values put as task values, task values got back as plan values. Pure.

Laws (tests/mappings): what is put comes back the same; what is got and put again changes nothing; a field that no
rule names is never read and never written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from connectors.vocabulary import Container, Field, FieldType, FieldValue, Task, Values
from mappings.notes import embed, extract
from mappings.rules import FieldRule, Rules


def put(rules: Rules, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """The task values that the plan values ask for, by field key; only of fields that a rule names."""
    return {rule.key: _put_one(rule, values.get(rule.source)) for rule in rules.fields}


def _put_one(rule: FieldRule, value: FieldValue) -> FieldValue:
    if rule.key == "assignee":
        return value.strip().lower() if isinstance(value, str) and "@" in value else None
    if rule.key in ("title", "notes") and isinstance(value, str):
        return tidy(value)
    return value


def get(rule: FieldRule, task: Task, container: Container) -> FieldValue:
    """What a task holds in the field, in the form in which `put` would ask for it."""
    match rule.key:
        case "title":
            return tidy(task.title)
        case "notes":
            return extract(task.notes)
        case "start":
            return task.start
        case "due":
            return task.due
        case "assignee":
            return task.assignee
        case _:
            return _got(task.fields.get(field_of(rule, container).id))


def _got(value: FieldValue) -> FieldValue:
    """An empty text or list is no value."""
    return None if value in ("", ()) else value


def same(one: FieldValue, other: FieldValue) -> bool:
    """True if two values mean the same to a person: blank is none, and line ends and outer blanks do not count."""
    return _canonical(one) == _canonical(other)


def _canonical(value: FieldValue) -> FieldValue:
    if isinstance(value, str):
        return tidy(value) or None
    if isinstance(value, tuple):
        return tuple(sorted(value)) or None
    return value


def tidy(text: str) -> str:
    """Text without what tools change on the way: no-break spaces, carriage returns, blanks at line ends."""
    text = text.replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def values_for(rules: Rules, wanted: Mapping[str, FieldValue], container: Container, task: Task | None) -> Values:
    """What to send so that the named fields hold what is wanted; `task` is None for a task still to be made.

    The notes are the team's words with our block inside. Raises ValueError, in words for people, for a value that the
    tool's field cannot hold.
    """
    given: dict[str, object] = {}
    fields: dict[str, FieldValue] = {}
    for key, value in wanted.items():
        rule = rules.rule(key)
        if key == "notes":
            given["notes"] = embed(task.notes if task else "", str(value or ""))
        elif rule is None or not rule.target:
            given[key] = value
        else:
            field = field_of(rule, container)
            fields[field.id] = _shaped(field, value)
    return Values(given, fields)


def field_of(rule: FieldRule, container: Container) -> Field:
    """The container's custom field that the rule writes to. Raises LookupError with the titles there are."""
    for field in container.fields:
        if rule.target in (field.title, field.id):
            return field
    there = ", ".join(f'"{field.title}"' for field in container.fields) or "none at all"
    raise LookupError(f'"{container.name}" has no field "{rule.target}" (for {rule.name}); it has {there}')


def missing_fields(rules: Rules, container: Container) -> Iterable[str]:
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


def _shaped(field: Field, value: FieldValue) -> FieldValue:
    """The value in the type of the tool's field; ValueError where it cannot be."""
    if value is None:
        return None
    match field.type:
        case FieldType.TEXT:
            return ", ".join(value) if isinstance(value, tuple) else str(value)
        case FieldType.NUMBER:
            return _number(field, value)
        case FieldType.DATE if isinstance(value, date):
            return value
        case FieldType.OPTION if isinstance(value, str) and value in field.options:
            return value
        case FieldType.OPTIONS:
            names = value if isinstance(value, tuple) else (str(value),)
            if all(name in field.options for name in names):
                return names
        case FieldType.PEOPLE:
            return value if isinstance(value, tuple) else (str(value),)
        case _:
            pass
    offered = f"; it offers {', '.join(field.options)}" if field.options else ""
    raise ValueError(f'the field "{field.title}" ({field.type}) cannot hold {value!s}{offered}')


def _number(field: Field, value: FieldValue) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f'the field "{field.title}" holds numbers, and {value!s} is none') from None
