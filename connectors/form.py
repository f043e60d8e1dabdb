"""Reads single records of a tool, and holds them against the form that its records have: malformed is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from connectors.errors import Transient

_Raw = Mapping[str, Any]

_UNFIT: Final = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What comes of reading a record in which something stands that the tool never puts there."""
_LONGEST: Final = 80

Given = ParamSpec("Given")
Made = TypeVar("Made")


def is_id(text: str) -> bool:
    """Whether this looks like an id: decimal digits."""
    return text.isascii() and text.isdigit()


def id_of(held: object) -> str:
    """An id of digits. Raises TypeError and ValueError for anything else."""
    if not isinstance(held, str):
        raise TypeError(f"{type(held).__name__} in place of an id")
    if not is_id(held):
        raise ValueError(f"{held} is no id")
    return held


@dataclass(frozen=True, slots=True)
class Form:
    """What the records of one tool look like: `id` is where their ids stand, `not_one` says that an answer is none.

    `digits` says that all its ids are such; without it some are words.
    """

    id: str
    not_one: str
    digits: bool = False

    def record(self, data: object, *, what: str) -> _Raw:
        """`data` as one record, which has an id. Raises Transient for anything else.

        What is no id must not be kept for one: it could never be asked for.
        """
        id_ = data.get(self.id) if isinstance(data, dict) else None
        if (
            not isinstance(data, dict)
            or not isinstance(id_, str)
            or not (is_id(id_) if self.digits else id_ and id_.isprintable())
        ):
            raise Transient(f"{self.not_one}: a record is missing, or has no id", what=what)
        return data

    def understood(
        self, kind: str
    ) -> Callable[[Callable[Concatenate[_Raw, Given], Made]], Callable[Concatenate[_Raw, Given], Made]]:
        """Make a function that reads one record of this kind raise Transient, naming it, where it is malformed.

        It is the only place that catches what malformed records lead to, and every record is read through it.
        """

        def careful(read: Callable[Concatenate[_Raw, Given], Made]) -> Callable[Concatenate[_Raw, Given], Made]:
            @wraps(read)
            def reading(raw: _Raw, /, *given: Given.args, **named: Given.kwargs) -> Made:
                try:
                    return read(raw, *given, **named)
                except _UNFIT as error:
                    reason = f"{type(error).__name__}: {error}"[:_LONGEST]
                    raise Transient(f"{self.not_one}: {self._called(kind, raw)} is malformed ({reason})") from error

            return reading

        return careful

    def _called(self, kind: str, raw: object) -> str:
        """A record in words: its kind, id and name, as far as it has them."""
        held = raw if isinstance(raw, dict) else {}
        id_, name = held.get(self.id), held.get("name") or held.get("title")
        return " ".join(
            [
                kind,
                *([id_[:_LONGEST]] if isinstance(id_, str) else []),
                *([f"“{name[:_LONGEST]}”"] if isinstance(name, str) else []),
            ]
        )
