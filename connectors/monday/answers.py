"""Holds every answer against the form that monday's have: what has another one is an error, never an empty answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.errors import NoAccess, NotFound, ToolError, Transient, UnknownOutcome
from connectors.form import Form

Raw = Mapping[str, Any]
"""One record as monday sends it."""

_NOT_MONDAYS: Final = "the answer is not monday's"
_FORM: Final = Form("id", _NOT_MONDAYS)
record, understood = _FORM.record, _FORM.understood


@dataclass(frozen=True, slots=True)
class Failure:
    """What monday says went wrong, and where: `path` begins with the alias of the part that failed, if it is there."""

    error: ToolError
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for the parts of one request: each is there, or failed, by its alias.

    Where one part that must not be missing fails, the others are taken away with it: nothing is said of them.
    """

    data: Raw
    failures: Sequence[Failure] = field(default=())
    what: str = ""

    def failed(self, alias: str) -> ToolError | None:
        """What went wrong with a part; None where nothing did, or only single rows are kept from us."""
        for failure in self.failures:
            if failure.path[:1] in ((), (alias,)) and not self._hole(failure):
                return failure.error
        return None

    @property
    def vague(self) -> bool:
        """Whether something failed, and it is not said which part it was, nor what came of the others."""
        return not self.data and any(not failure.path for failure in self.failures)

    def silent(self, alias: str) -> bool:
        """Whether nothing is said of a part, because another one failed."""
        return not self.data and bool(self.failures) and self.failed(alias) is None

    def record(self, alias: str) -> Raw:
        """The part's record. Raises what went wrong with it."""
        return record(self._told(alias), what=self.what)

    def made(self, alias: str) -> Raw:
        """The record that a deed led to. UnknownOutcome where what came back is none."""
        told = self._told(alias)
        try:
            return record(told, what=self.what)
        except Transient as error:
            raise UnknownOutcome(error.words, what=self.what) from error

    def records(self, alias: str) -> list[Raw]:
        """The part's records with ids, without those that are kept from us. Raises what went wrong with it."""
        return records([row for row in rows(self._told(alias), what=self.what) if row is not None], what=self.what)

    def page(self, alias: str, *, within: str | None = None) -> tuple[list[Raw], str | None]:
        """A page of records, and the cursor of the next one, None where this was the last."""
        told = self._told(alias) if within is None else self.records(alias)[0].get(within)
        if not isinstance(told, dict) or not isinstance(told.get("cursor"), (str, type(None))):
            raise Transient(f"{_NOT_MONDAYS}: it holds no page of items", what=self.what)
        return records(rows(told.get("items"), what=self.what), what=self.what), told["cursor"] or None

    def _told(self, alias: str) -> object:
        if error := self.failed(alias):
            raise error
        return self.data.get(alias)

    def _hole(self, failure: Failure) -> bool:
        """Whether it is one row of a list that is not for us: it stands there as null."""
        alias, *index = (*failure.path[:2],) or ("",)
        listed = self.data.get(str(alias))
        return (
            isinstance(failure.error, (NoAccess, NotFound))
            and isinstance(listed, list)
            and index[:1] in [[at] for at, row in enumerate(listed) if row is None]
        )


def records(data: Sequence[object], *, what: str) -> list[Raw]:
    """`data` as a list of records with ids. Raises Transient for anything else."""
    return [record(row, what=what) for row in data]


def rows(data: object, *, what: str) -> list[Any]:
    """`data` as a list. Raises Transient for anything else: nothing may look like an empty list."""
    if not isinstance(data, list):
        raise Transient(f"{_NOT_MONDAYS}: it holds no list of records", what=what)
    return data


def many(held: object) -> Sequence[Raw]:
    """A list's records, none where monday has no list. Raises TypeError for anything else."""
    if held is not None and not isinstance(held, list):
        raise TypeError(f"{type(held).__name__} in place of a list")
    return held or ()


def text(held: object) -> str:
    """Text, "" where monday has none. Raises TypeError for anything else."""
    if held is not None and not isinstance(held, str):
        raise TypeError(f"{type(held).__name__} in place of text")
    return held or ""


def flag(held: object) -> bool:
    """Yes or no, no where monday says neither. Raises TypeError for anything else."""
    if held is not None and not isinstance(held, bool):
        raise TypeError(f"{type(held).__name__} in place of yes or no")
    return bool(held)
