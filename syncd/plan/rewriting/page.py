"""A plan's text with the tables that stand in it, place by place, and pieces that are put in place of others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from syncd.documents.path import Path

_REMARKS: Final = re.compile(r"(?:\r?\n[ \t]*#[^\n]*)+(?=\r?\n[ \t]*\r?\n|\s*\Z)")
"""Lines of remarks that stand close below something, and apart from what follows."""


class Tangled(Exception):
    """The text is written in a way in which it cannot be changed piece by piece."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a table with its value; `simple` unless that is a list or a table."""

    name: str
    start: int
    key_end: int
    value: int
    end: int
    simple: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table, up to the end of all that belongs to it.

    In braces, its keys are parted by commas; else each begins a line. `head` is its header, where it has one.
    """

    start: int
    end: int
    braces: bool
    entries: tuple[Entry, ...]
    head: str = ""

    def entry(self, name: str) -> Entry | None:
        """The key of that name."""
        return next((entry for entry in self.entries if entry.name == name), None)


@dataclass(frozen=True, slots=True)
class Splice:
    """What stands from `start` to `end` becomes `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Page:
    """A text, and those of its tables that are to be changed."""

    text: str
    tables: Mapping[Path, Table]

    @cached_property
    def newline(self) -> str:
        """How its lines end."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    @cached_property
    def ascii(self) -> bool:
        """Whether all other letters are written as escapes."""
        return self.text.isascii() and "\\u" in self.text

    def table(self, path: Path) -> Table:
        """The table at a place. Raises Tangled where none was found there."""
        if path not in self.tables:
            raise Tangled
        return self.tables[path]

    def line_start(self, at: int) -> int:
        """Where the line begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where the line ends, before what ends it."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def next_line(self, at: int) -> int:
        """Where the next line begins."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def behind(self, at: int) -> int:
        """The end of the line, or of the remarks that stand close below it."""
        end = self.line_end(at)
        remarks = _REMARKS.match(self.text, end)
        return remarks.end() if remarks else end

    def blanks(self, at: int) -> str:
        """The blanks and breaks that stand right before a place."""
        start = at
        while start and self.text[start - 1] in " \t\r\n":
            start -= 1
        return self.text[start:at]

    def indent(self, at: int) -> str:
        """What stands before a place in its line, as blanks."""
        before = self.text[self.line_start(at) : at]
        return before if not before.strip() else " " * len(before)

    def apart(self, at: int) -> bool:
        """Whether a blank line parts this line, or the remarks above it, from what stands before."""
        start = self.line_start(at)
        while start:
            above = self.line_start(start - 1)
            line = self.text[above:start].strip()
            if not line.startswith("#"):
                return not line
            start = above
        return False


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all pieces put in, those for the same place in their order.

    Raises Tangled where something is to be put into what goes.
    """
    parts: list[str] = []
    at = 0
    for splice in sorted(splices, key=lambda each: (each.start, each.end)):
        if splice.start < at and splice.new:
            raise Tangled
        parts += [text[at : max(at, splice.start)], splice.new]
        at = max(at, splice.end)
    return "".join([*parts, text[at:]])
