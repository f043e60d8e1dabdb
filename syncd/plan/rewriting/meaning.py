"""What values mean to the plan's model: whether an item can hold one, and whether two are the same to people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from connectors.vocabulary import FieldValue
from mappings.fields import tidy
from syncd.checking import fit
from syncd.documents.document import Document
from syncd.plan.edits import WRITABLE
from syncd.plan.model import Item
from syncd.plan.rewriting.form import Value

_NAMELESS: Final = {"id": "x", "title": "x"}


class Unwritable(Exception):
    """Something cannot be written; its words say why, to people."""


def values_of(kind: type[Item], given: Mapping[str, FieldValue]) -> dict[str, Value | None]:
    """The values as an item of that kind would hold them, in the order in which people write them.

    None stands for a key that is to be taken out. Raises Unwritable where the item cannot hold one.
    """
    for key in given:
        if key not in WRITABLE or key not in kind.model_fields:
            raise Unwritable(f"{kind.__name__.lower()}s have no “{key}” that could be written")
    return {key: _value(kind, key, given[key]) for key in WRITABLE if key in given}


def held(item: Item, key: str) -> Any:
    """What an item holds under a key."""
    value = getattr(item, key)
    return value.value if isinstance(value, Enum) else value


def same(kind: type[Item], key: str, one: FieldValue, other: FieldValue) -> bool:
    """Whether two values say the same: neither blanks count, nor capitals in an owner, nor how nothing is written."""
    try:
        return bool(_canonical(kind, key, one) == _canonical(kind, key, other))
    except Unwritable:
        return False


def shown(value: FieldValue) -> str:
    """A value in words for people, short."""
    words = "" if value is None else str(value).strip()
    return f"“{words if len(words) <= 60 else words[:57] + '…'}”" if words else "nothing"


def _value(kind: type[Item], key: str, given: FieldValue) -> Value | None:
    value: Value | None = None if given is None else held(_item(kind, key, given), key)
    if isinstance(value, str) and not tidy(value):
        value = None
    if value is None and key == "title":
        raise Unwritable("an item must have a title")
    return value


def _canonical(kind: type[Item], key: str, given: FieldValue) -> Any:
    value = held(_item(kind, key, given), key)
    if isinstance(value, str):
        value = tidy(value.casefold() if key == "owner" else value) or None
    return value


def _item(kind: type[Item], key: str, given: FieldValue) -> Item:
    """A nameless item that holds the value. Raises Unwritable."""
    found = fit(kind, Document("", _NAMELESS if given is None else {**_NAMELESS, key: given}))
    if found.model is None:
        raise Unwritable(f"the plan cannot hold it: {key}: {found.problems[0].message}")
    return found.model
