"""What the readers of all forms share: the way to a value, the lines of all values, what is said of a broken file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Final

Path = tuple[str | int, ...]
"""The way to a value: names of keys, and numbers of the elements of lists, counted from 0."""

Lines = Mapping[Path, int]
"""The line of each key and of each element of a list, counted from 1."""


class LaterLines(Mapping[Path, int]):
    """Lines that are found by `find` once somebody asks, for most files are right."""

    def __init__(self, find: Callable[[], Lines]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> Lines:
        try:
            return self._find()
        except RecursionError:  # so deep that it can be no plan: what is wrong with it is told without its line
            return {}

    def __getitem__(self, path: Path) -> int:
        return self._found[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def plain_ends(text: str) -> str:
    """The text with the ends of its lines as one character, whichever they are: by that, lines are counted."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Malformed(Exception):
    """The text breaks the rules of its form, at `line` where that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(message)


_REACH: Final = 1000
"""Powers of ten: more than any measure needs, and little enough to become a whole number and to be printed."""


def exact(word: str) -> Decimal:
    """The figure with every digit as it is written. Raises Malformed where it is beyond all reckoning."""
    try:
        figure = Decimal(word)
    except InvalidOperation:
        raise _beyond(word) from None
    if abs(figure.adjusted()) > _REACH:
        raise _beyond(word)
    return figure


def _beyond(word: str) -> Malformed:
    return Malformed(
        f"the number {word if len(word) <= 40 else word[:39] + '…'} cannot be read; nothing is measured like it"
    )
