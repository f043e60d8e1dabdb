"""Holds every answer against the form that Asana's have: what has another one is an error, never an empty answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from connectors.errors import Transient

Raw = Mapping[str, Any]
"""One record as Asana sends it."""

_NOT_ASANAS: Final = "the answer is not Asana's"
_UNFIT: Final = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What comes of reading a record in which something stands that Asana never puts there."""
_LONGEST: Final = 80

Given = ParamSpec("Given")
Made = TypeVar("Made")


def record(data: object, *, what: str) -> Raw:
    """`data` as one record, which has an id. Raises Transient for anything else."""
    if not isinstance(data, dict) or not isinstance(data.get("gid"), str) or not data["gid"]:
        raise Transient(f"{_NOT_ASANAS}: a record is missing, or has no id", what=what)
    return data


def records(data: object, *, what: str) -> list[Raw]:
    """`data` as a list of records with ids. Raises Transient for anything else: nothing may look like an empty list."""
    return [record(row, what=what) for row in rows(data, what=what)]


def rows(data: object, *, what: str) -> list[Raw]:
    """`data` as a list of objects. Raises Transient for anything else."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise Transient(f"{_NOT_ASANAS}: it holds no list of records", what=what)
    return data


def next_offset(reply: Raw, *, what: str) -> str | None:
    """The token of a listing's next page, None where this was the last. Raises Transient for anything else."""
    following = reply.get("next_page")
    if following is None:
        return None
    return text(following.get("offset") if isinstance(following, dict) else None, what=what)


def text(held: object, *, what: str) -> str:
    """`held` as a token to go on with. Raises Transient for anything else."""
    if not isinstance(held, str) or not held:
        raise Transient(f"{_NOT_ASANAS}: it does not say where it goes on", what=what)
    return held


def understood(
    kind: str,
) -> Callable[[Callable[Concatenate[Raw, Given], Made]], Callable[Concatenate[Raw, Given], Made]]:
    """Make a function that reads one record of this kind raise Transient, naming it, where it is malformed.

    It is the only place that catches what malformed records lead to, and every record is read through it.
    """

    def careful(read: Callable[Concatenate[Raw, Given], Made]) -> Callable[Concatenate[Raw, Given], Made]:
        @wraps(read)
        def reading(raw: Raw, /, *given: Given.args, **named: Given.kwargs) -> Made:
            try:
                return read(raw, *given, **named)
            except _UNFIT as error:
                reason = f"{type(error).__name__}: {error}"[:_LONGEST]
                raise Transient(f"{_NOT_ASANAS}: {_called(kind, raw)} is malformed ({reason})") from error

        return reading

    return careful


def _called(kind: str, raw: object) -> str:
    """A record in words: its kind, id and name, as far as it has them."""
    held = raw if isinstance(raw, dict) else {}
    gid, name = held.get("gid"), held.get("name")
    return " ".join(
        [
            kind,
            *([gid[:_LONGEST]] if isinstance(gid, str) else []),
            *([f"“{name[:_LONGEST]}”"] if isinstance(name, str) else []),
        ]
    )
