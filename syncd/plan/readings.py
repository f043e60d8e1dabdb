"""Reads measured values from a CSV file: one reading a row, with the columns of a plan's readings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from syncd.checking import fit, near
from syncd.documents.document import Document
from syncd.errors import Problem
from syncd.plan.model import Reading

COLUMNS: Final = ("kpi", *Reading.model_fields)
"""The columns there may be; `kpi` may be left out in a file that holds one KPI's readings only."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reading, the id of the KPI it belongs to ("" where the row names none), and its line."""

    kpi: str
    reading: Reading
    line: int


def read_readings(text: str, file: str) -> tuple[list[Row], list[Problem]]:
    """The rows in their order, and everything that is wrong with the file.

    Columns are separated by commas, semicolons or tabs, as the first line shows; their order does not matter.
    """
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        names = [name.strip().lower() for name in next(table, [])]
        problems += _columns(names, file)
        for cells in () if problems else table:
            if any(cell.strip() for cell in cells):
                row, wrong = _row(names, cells, delimiter, file, table.line_num)
                rows += [row] if row else []
                problems += wrong
    except csv.Error as error:
        problems.append(Problem(file, f"this is not valid CSV: {error}", table.line_num))
    return rows, problems


def _columns(names: list[str], file: str) -> Iterator[Problem]:
    for number, name in enumerate(names, 1):
        if name and names.index(name) + 1 < number:
            yield Problem(file, f"the column “{name}” stands twice", 1)
        elif name not in (*COLUMNS, ""):
            yield Problem(file, f"there is no column “{name}” in a readings file{near(name, COLUMNS)}", 1)
    for name in ("value", "on"):
        if name not in names:
            yield Problem(file, f"the column “{name}” is missing; the first line names the columns", 1)


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
