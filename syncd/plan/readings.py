"""Reads measured values from a CSV file or an Excel workbook: one reading a row, the columns as in a plan."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from syncd.checking import fit, near
from syncd.documents import sheets
from syncd.documents.document import Document
from syncd.errors import Problem
from syncd.plan.model import Reading
from syncd.plan.sources import decoded

COLUMNS: Final = ("kpi", *Reading.model_fields)
"""The columns there may be; `kpi` may be left out in a file that holds one KPI's readings only."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reading, the id of the KPI it belongs to ("" where the row names none), and its line."""

    kpi: str
    reading: Reading
    line: int


def read_readings(held: bytes, file: str) -> tuple[list[Row], list[Problem]]:
    """The rows in their order, and everything that is wrong with the file. Raises NoText.

    What begins as an Excel workbook does is read as one, whatever its name; all else as CSV.
    """
    if held.startswith((sheets.MAGIC, sheets.OLD)):
        return _read(sheets.rows(held), "", file)
    text = decoded(held, file)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    return _read(_lines(text, delimiter), delimiter, file)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV text, each with the number of its last line, the first whatever it holds.

    Columns are separated by commas, semicolons or tabs, as the first line shows; their order does not matter.
    """
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in table:
            if table.line_num == 1 or any(cell.strip() for cell in cells):
                yield table.line_num, cells
    except csv.Error as error:
        raise _Broken(f"this is not valid CSV: {error}", table.line_num) from None


def _read(table: Iterator[tuple[int, list[str]]], delimiter: str, file: str) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        first, head = next(table, (1, []))
        names = [name.strip().lower() for name in head]
        problems += _columns(names, file, first)
        for line, cells in () if problems else table:
            row, wrong = _row(names, cells, delimiter, file, line)
            rows += [row] if row else []
            problems += wrong
    except _Broken as error:
        problems.append(Problem(file, str(error.args[0]), error.args[1]))
    except sheets.Malformed as error:
        problems.append(Problem(file, str(error)))
    return rows, problems


class _Broken(Exception):
    """The text is no CSV; the words say why, the number says in which line."""


def _columns(names: list[str], file: str, line: int) -> Iterator[Problem]:
    for number, name in enumerate(names, 1):
        if name and names.index(name) + 1 < number:
            yield Problem(file, f"the column “{name}” stands twice", line)
        elif name not in (*COLUMNS, ""):
            yield Problem(file, f"there is no column “{name}” in a readings file{near(name, COLUMNS)}", line)
    for name in ("value", "on"):
        if name not in names:
            yield Problem(file, f"the column “{name}” is missing; the first line names the columns", line)


def _row(names: list[str], cells: list[str], delimiter: str, file: str, line: int) -> tuple[Row | None, list[Problem]]:
    """The reading in a row, or what is wrong with it, by column."""
    if any(cell.strip() for cell in cells[len(names) :]) or any(
        cell.strip() for name, cell in zip(names, cells, strict=False) if not name
    ):
        words = "a cell stands outside the named columns; a text that holds the separator stands in quotes"
        return None, [Problem(file, words, line)]
    given = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
    if delimiter == ";" and "," in given.get("value", ""):
        words = f"“{given['value']}” may mean two things; write the figure with a decimal point and no commas"
        return None, [Problem(file, words, line, "value")]
    kpi = given.pop("kpi", "")
    found = fit(Reading, Document(file, given))
    problems = [Problem(file, each.message, line, each.key) for each in found.problems]
    return (Row(kpi, found.model, line) if found.model else None), problems
