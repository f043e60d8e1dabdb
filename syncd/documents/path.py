"""What the readers of all forms share: the way to a value, the lines of all values, what is said of a broken file."""

from __future__ import annotations

from collections.abc import Mapping

Path = tuple[str | int, ...]
"""The way to a value: names of keys, and numbers of the elements of lists, counted from 0."""

Lines = Mapping[Path, int]
"""The line of each key and of each element of a list, counted from 1."""


class Malformed(Exception):
    """The text breaks the rules of its form, at `line` where that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(message)
