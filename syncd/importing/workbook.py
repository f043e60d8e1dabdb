"""Reads a workbook of Excel: every sheet, what its cells show, and which of them are merged."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from syncd.documents import sheets
from syncd.errors import PlanError, Problem
from syncd.importing.grid import Cell, Line, Sheet, letters, tidy

_MOST_LINES: Final = 100_000
_LAST_LINE: Final = 2**20
"""Excel has no more; a broken file can name one that nobody ever gets to."""
_MOST_COLUMNS: Final = 200
_FAR: Final = re.compile(rb'<c r="(G[S-Z]|[H-Z][A-Z]|[A-Z]{3})(\d{1,7})"[^>]*>\s*<(?:v|is|f)\b')
"""A cell beyond the last column that is read, which is GR."""
_MOST_MERGED: Final = 2_000_000
"""Cells that merged ranges may cover."""
_TAG: Final = re.compile(rb"<(?:\w+:)?(sheet|Relationship|mergeCell)\s([^>]*)>")
_ATTRIBUTE: Final = re.compile(rb'([\w:]+)="([^"]*)"')
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")

_UNWORKED: Final = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
"""A cell with a formula whose result does not stand in the file."""
_LISTED: Final = 5

Ranges = Mapping[tuple[int, int], tuple[int, int]]
"""By the line (from 1) and column (from 0) where a merged range begins, those where it ends."""


def read_workbook(held: bytes, file: str) -> tuple[list[Sheet], list[str], list[Problem]]:
    """The sheets of a workbook that hold anything, what people should know of it, and what stands too far out.

    Raises PlanError.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            book = sheets.opened(held)
            far = dict(_too_far(held, file))
            found, remarks = list(_read(book, held, file, far)), list(_remarks(held, file))
    except sheets.Malformed as error:
        raise PlanError([Problem(file, str(error))]) from None
    except PlanError:
        raise
    except Exception as error:  # the library lets through whatever a broken file makes it stumble over
        words = f"it cannot be read as a workbook ({error}); open it in Excel and save it once more as .xlsx"
        raise PlanError([Problem(file, words)]) from error
    filled = [each for each in found if each.lines]
    return [Sheet(file, "", filled[0].lines)] if len(found) == 1 and filled else filled, remarks, list(far.values())


def _read(book: Any, held: bytes, file: str, wide: Container[str]) -> Iterator[Sheet]:
    merged = _merged(held)
    for page in book.worksheets:
        lines = _spread(list(_lines(page, file, wide=page.title in wide)), merged.get(page.title, {}))
        yield Sheet(file, page.title, tuple(lines))


def _remarks(held: bytes, file: str) -> Iterator[str]:
    """The cells that show nothing though they hold a formula: a program wrote them, and nobody worked them out yet."""
    with zipfile.ZipFile(BytesIO(held)) as packed:
        for title, part in _parts(packed):
            cells = [each.decode() for each in _UNWORKED.findall(packed.read(part))]
            if cells:
                more = f" and {len(cells) - _LISTED} more" if len(cells) > _LISTED else ""
                yield (
                    f"{file} [{title}]: the formulas in {', '.join(cells[:_LISTED])}{more} have no result in this "
                    "file, so these cells count as blank; open it in Excel, save it, and import it again"
                )


def _too_far(held: bytes, file: str) -> Iterator[tuple[str, Problem]]:
    """By the name of a sheet, the cells that hold something beyond the columns that are read."""
    with zipfile.ZipFile(BytesIO(held)) as packed:
        for title, part in _parts(packed):
            cells = [(column.decode(), int(line)) for column, line in _FAR.findall(packed.read(part))]
            if cells:
                column, line = cells[0]
                more = f" and {len(cells) - 1:,} more stand" if len(cells) > 1 else " stands"
                words = (
                    f"{column}{line}{more} beyond column {letters(_MOST_COLUMNS - 1)}, the last that is read; "
                    "move what belongs to the plan to the left, and delete the rest"
                )
                yield title, Problem(f"{file} [{title}]", words, line, column)


def _lines(page: Any, file: str, *, wide: bool) -> Iterator[Line]:
    page.reset_dimensions()  # what a file says of its own size may be far too much
    blank = None  # one and the same row stands for all of a gap, which may be a million lines
    for number, row in enumerate(page.iter_rows(max_col=_MOST_COLUMNS if wide else None), 1):
        if row is blank and number <= _LAST_LINE:
            continue
        blank = None if any(cell.value is not None for cell in row) else row
        if number > _MOST_LINES:
            if number > _LAST_LINE or blank is None:
                words = f"the sheet “{page.title}” has more than {_MOST_LINES:,} lines"
                raise PlanError([Problem(file, words, number)])
            continue
        size = next((at for at in range(len(row), 0, -1) if row[at - 1].value is not None), 0)
        cells = tuple(map(_cell, row[: min(size, _MOST_COLUMNS)]))
        if any(cell.text for cell in cells):
            yield Line(number, cells)


def _cell(cell: Any) -> Cell:
    """What a cell shows, without rounding."""
    value = cell.value
    if value is None or isinstance(value, str):
        return Cell(tidy(value or ""))
    text = sheets.shown(cell) or str(value)
    if isinstance(value, date) and sheets.shows_month_only(cell):
        return Cell(f"{value:%B %Y}")
    if isinstance(value, datetime):
        return Cell(text, day=value.date() if value.time() == time() else None)
    if isinstance(value, date):
        return Cell(text, day=value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        percent = sheets.in_percent(cell)
        return Cell(f"{text}%" if percent else text, number=Decimal(text), percent=percent)
    return Cell(tidy(text))


def _merged(held: bytes) -> dict[str, Ranges]:
    """By the name of a sheet, its merged ranges."""
    with zipfile.ZipFile(BytesIO(held)) as packed:
        return {
            title: dict(found for tag in _tags(packed, part, "mergeCell") if (found := _range(tag.get("ref", ""))))
            for title, part in _parts(packed)
        }


def _parts(packed: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The names of all sheets, each with that of its part."""
    names = set(packed.namelist())
    relations = {found["Id"]: found["Target"] for found in _tags(packed, "xl/_rels/workbook.xml.rels", "Relationship")}
    for sheet in _tags(packed, "xl/workbook.xml", "sheet"):
        target = relations.get(sheet.get("r:id", ""), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            yield sheet.get("name", ""), part


def _tags(packed: zipfile.ZipFile, part: str, wanted: str) -> Iterator[dict[str, str]]:
    from xml.sax.saxutils import unescape  # noqa: PLC0415 - only workbooks need it

    for name, attributes in _TAG.findall(packed.read(part)):
        if name == wanted.encode():
            found = _ATTRIBUTE.findall(attributes)
            yield {key.decode(): unescape(value.decode("utf-8", "replace"), {"&quot;": '"'}) for key, value in found}


def _range(text: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    return (int(found[2]), _column(found[1])), (int(found[4]), _column(found[3]))


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _spread(lines: list[Line], ranges: Ranges) -> Iterator[Line]:
    """The lines with what merged cells show in all that they cover; a line that holds nothing else stays away."""
    if not ranges:
        yield from lines
        return
    held = {line.number: line for line in lines}
    changed: dict[int, dict[int, Cell]] = {}
    left = _MOST_MERGED
    for (top, first), (bottom, last) in ranges.items():
        cell = held[top].cell(first) if top in held else Cell()
        left -= (bottom - top + 1) * (last - first + 1)
        if not cell.text or left < 0:
            continue
        width = min(last, _MOST_COLUMNS) - first + 1
        for number in range(top, bottom + 1):
            if number in held:
                copies = changed.setdefault(number, {})
                for at in range(first, first + width):
                    own = number == top and at == first
                    copies[at] = _copy(cell, width, own=own)
    for line in lines:
        copies = changed.get(line.number, {})
        size = max([len(line.cells), *(at + 1 for at in copies)])
        yield Line(line.number, tuple(copies.get(at, line.cell(at)) for at in range(size)))


def _copy(cell: Cell, width: int, *, own: bool) -> Cell:
    return Cell(cell.text, cell.number, cell.day, cell.percent, spread=not own, width=width)
