"""Holds every answer against the form that Asana's have: what has another one is an error, never an empty answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.errors import Transient
from connectors.form import Form

Raw = Mapping[str, Any]
"""One record as Asana sends it."""

_NOT_ASANAS: Final = "the answer is not Asana's"
_FORM: Final = Form("gid", _NOT_ASANAS, digits=True)
record, understood = _FORM.record, _FORM.understood


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
