"""Reads measured values from a CSV file: one reading a row, with the columns of a plan's readings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from syncd.checking import fit, near
from syncd.documents import Document
from syncd.errors import Problem
from syncd.plan.model import Reading

COLUMNS: Final = ("kpi", *Reading.model_fields)
"""The columns there may be; `kpi` is left out in a file that holds one KPI's readings only."""


def read_readings(text: str, file: str) -> tuple[dict[str, list[Reading]], list[Problem]]:
    """The readings by KPI id ("" where the file has no column `kpi`), and everything that is wrong with the file.

    Columns are separated by commas, semicolons or tabs, as the first line shows; their order does not matter.
    """
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    readings: dict[str, list[Reading]] = {}
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        problems = list(_columns(names, file))
        if problems:
            return {}, problems
        for row in rows:
            if any(cell.strip() for cell in row):
                kpi, reading, found = _row(names, row, file, rows.line_num)
                problems += found
                if reading is not None:
                    readings.setdefault(kpi, []).append(reading)
    except csv.Error as error:
        return {}, [Problem(file, f"this is not valid CSV: {error}", rows.line_num)]
    return readings, problems


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _columns(names: list[str], file: str) -> Iterator[Problem]:
    for name in names:
        if name not in COLUMNS:
            yield Problem(file, f"there is no column “{name}” in a readings file{near(name, COLUMNS)}", 1)
    for name in ("value", "on"):
        if name not in names:
            yield Problem(file, f"the column “{name}” is missing; the first line names the columns", 1)
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Problem(file, f"the column “{name}” stands twice", 1)


def _row(names: list[str], row: list[str], file: str, line: int) -> tuple[str, Reading | None, list[Problem]]:
    if len(row) > len(names):
        return "", None, [Problem(file, f"the row has {len(row)} cells, but there are {len(names)} columns", line)]
    cells: Mapping[str, str] = {name: cell.strip() for name, cell in zip(names, row, strict=False) if cell.strip()}
    given = {name: cell for name, cell in cells.items() if name != "kpi"}
    reading, problems = fit(Reading, given, Document(file, "CSV", "", given))
    return cells.get("kpi", ""), reading, [Problem(file, each.message, line, each.key) for each in problems]
