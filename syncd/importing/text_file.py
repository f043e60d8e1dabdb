"""Reads a text of separated values: whatever its encoding, its separator and the breaks within its cells. Pure."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from syncd.errors import PlanError, Problem
from syncd.importing.grid import Cell, Line, Sheet, tidy

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS: Final = (",", ";", "\t", "|")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
"""What stands in no text."""
_PAGE: Final = re.compile(r"\s*<(?:!doctype|html|\?xml|table|meta|head)\b", re.IGNORECASE)
"""How a table begins that a program calls a spreadsheet and that is none."""
_LOOKED_AT: Final = 200
"""Lines by which the separator is found."""
_LONGEST: Final = 1_000_000
"""Characters of one cell."""


def read_text(held: bytes, file: str, encoding: str | None = None) -> tuple[Sheet, list[str]]:
    """The sheet that a text holds, and what people should know of how it was read. Raises PlanError."""
    text, remarks = _decoded(held, file, encoding)
    if _PAGE.match(text):
        words = "this is a page of the web, whatever its name says; open it in Excel and save it as .xlsx or CSV"
        raise PlanError([Problem(file, words)])
    lines = text.splitlines(keepends=True)
    said = _said(lines)
    body = lines[1:] if said else lines
    separator = said or _separator(body)
    rows = _rows(body, separator, file, 2 if said else 1)
    return Sheet(file, "", tuple(_lines(rows))), remarks


def _decoded(held: bytes, file: str, encoding: str | None) -> tuple[str, list[str]]:
    """The text by its mark, else as UTF-8, else as it is said to be, else as Windows writes it here."""
    for mark, name in _MARKS:
        if held.startswith(mark):
            return _as(held, name, file), []
    if _CONTROLS.search(held):
        raise PlanError([Problem(file, "this is no text of separated values; save it as CSV or as .xlsx")])
    try:
        return held.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        remark = (
            f"{file}:{line}: this is not UTF-8; it was read as Windows-1252: look whether accents and dashes are right"
        )
        return _as(held, encoding or "cp1252", file), [] if encoding else [remark]


def _as(held: bytes, encoding: str, file: str) -> str:
    try:
        return held.decode(encoding)
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        otherwise = "name its encoding in a file for --columns"
        words = f"this is not {encoding} text; save it as UTF-8 (in Excel: “CSV UTF-8”), or {otherwise}"
        raise PlanError([Problem(file, words, line)]) from None


def _said(lines: list[str]) -> str:
    """The separator that the first line names, as Excel has it: `sep=;`."""
    first = lines[0].strip().lower() if lines else ""
    return first[4] if len(first) == 5 and first.startswith("sep=") else ""


def _separator(lines: list[str]) -> str:
    """The sign that parts the lines into the most cells, of those that break no quotes."""
    best, found = 0, ","
    for sign in _SEPARATORS:
        reader = csv.reader(lines[:_LOOKED_AT], delimiter=sign, strict=True)
        counts: Counter[int] = Counter()
        try:
            counts.update(len(row) for row in reader if any(row))
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                continue  # else the last line that is looked at ends within quotes
        cells = sum((width - 1) * many for width, many in counts.items())
        if cells > best:
            best, found = cells, sign
    return found


def _rows(lines: list[str], separator: str, file: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its first line."""
    csv.field_size_limit(_LONGEST)
    table = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator, strict=True)
    number = first
    try:
        for row in table:
            yield number, row
            number = table.line_num + first
    except csv.Error as error:
        words = f"from here on this is no valid CSV ({error}); is a quote missing that ends a text?"
        raise PlanError([Problem(file, words, number)]) from None


def _lines(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Line]:
    for number, row in rows:
        texts = [tidy(text) for text in row]
        if any(texts):
            yield Line(number, tuple(Cell(text) for text in texts))
