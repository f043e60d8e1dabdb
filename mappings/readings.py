"""The newest reading of a KPI, as a number field of its task holds it. Pure."""

from __future__ import annotations

from decimal import Decimal

from connectors.vocabulary import Container, Field, FieldType, Task
from mappings.labels import Misfit


def misfit(mapping: str, title: str, container: Container) -> Misfit | None:
    """Why no reading can be taken from the field of that title (or id), and what to do; None where all is well."""
    field = _field(title, container)
    if field is None:
        words = f"readings are to be taken from a field “{title}”, which is not there"
        return Misfit(words, f"Make it in the tool, as a number field, or correct readings in [mappings.{mapping}].")
    if field.type is not FieldType.NUMBER:
        words = f"readings are to be taken from “{field.title}”, which holds no number ({field.type})"
        return Misfit(words, f"Name a number field with readings in [mappings.{mapping}].")
    return None


def figure(title: str, task: Task, container: Container) -> Decimal | None:
    """What the field of that title (or id) holds; None where it is empty, or holds no number."""
    field = _field(title, container)
    value = task.fields.get(field.id) if field is not None else None
    return value if isinstance(value, Decimal) else None


def _field(title: str, container: Container) -> Field | None:
    return next((field for field in container.fields if title in (field.title, field.id)), None)
