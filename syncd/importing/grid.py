"""A spreadsheet as it was read: sheets, lines and cells, each with its place. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from syncd.characters import unseen
from syncd.errors import Problem

_BLANKS: Final = re.compile(r"[^\S\n]+")
_BULLET: Final = re.compile("[\uf0b7\uf0a7\u25cf\u25aa\u25e6\u2023\u2043\u2219]")
"""What word processors put in for bullets."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, as text, and the number or the day that Excel holds for it, if it says so.

    `percent`: the number was shown in percent (and is told in percent here). `spread`: the cell shows what a merged
    one above or beside it holds. `width`: how many columns it covers.
    """

    text: str = ""
    number: Decimal | None = None
    day: date | None = None
    percent: bool = False
    spread: bool = False
    width: int = 1


NOTHING: Final = Cell()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet that holds anything; the number is that of its first line in the file."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell in a column (from 0); an empty one beyond the last."""
        return self.cells[column] if column < len(self.cells) else NOTHING

    @property
    def filled(self) -> list[int]:
        """The columns that hold anything of their own."""
        return [at for at, cell in enumerate(self.cells) if cell.text and not cell.spread]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with the file it stands in; `name` is "" in a file that has only one."""

    file: str
    name: str
    lines: tuple[Line, ...]

    @property
    def place(self) -> str:
        """The file, and the sheet where there are several."""
        return f"{self.file} [{self.name}]" if self.name else self.file

    def problem(self, words: str, line: int, column: int | None = None, heading: str = "") -> Problem:
        """Something that is wrong in a line, or in one of its cells."""
        where = "" if column is None else f"{letters(column)} ({heading})" if heading else letters(column)
        return Problem(self.place, words, line, where)


def letters(column: int) -> str:
    """The name of a column (from 0) as spreadsheets have it: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def tidy(text: str) -> str:
    """A cell's text without what nobody sees: odd blanks become blanks, and none stand at the ends of its lines."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n"))
    text = _BULLET.sub("•", _BLANKS.sub(" ", text))
    text = "".join(each for each in text if each in " \n" or not unseen(each))
    return "\n".join(line for each in text.split("\n") if (line := _BLANKS.sub(" ", each).strip()))
