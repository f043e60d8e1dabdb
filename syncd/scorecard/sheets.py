"""Tables as files that open well in a spreadsheet: an Excel workbook, and CSV. Nothing in them runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from syncd.scorecard.data import cell
from syncd.scorecard.tables import Kind, Table, Value

MARK: Final = "\ufeff"
"""What tells Excel that a CSV is UTF-8."""
_FORMS: Final = {Kind.PERCENT: "0%", Kind.DAY: "yyyy-mm-dd"}
_WRAPPED: Final = 40
"""Columns from this width on break their lines."""


def as_csv(table: Table) -> str:
    """One table as RFC 4180 asks: days as ISO 8601, shares as "45%", unknown empty, and the mark that Excel needs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title for column in table.columns])
    for row in table.rows:
        writer.writerow([_written(value, column.kind) for value, column in zip(row, table.columns, strict=True)])
    return f"{MARK}{out.getvalue()}"


def _written(value: Value, kind: Kind) -> object:
    if kind is Kind.PERCENT and isinstance(value, Decimal):
        return f"{value:.0%}"
    return value.isoformat() if isinstance(value, date) else cell(value)


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """A workbook with a sheet for each table: typed cells, a frozen header with filters, and widths that read well."""
    from openpyxl import Workbook  # noqa: PLC0415 - it takes a third of a second, and few commands need it

    book = Workbook(write_only=True)
    for table in tables:
        _fill(book.create_sheet(table.title), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: Table) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet.freeze_panes = "D2" if len(table.columns) > 3 else "A2"
    last = get_column_letter(len(table.columns))
    sheet.auto_filter.ref = f"A1:{last}{len(table.rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    head = []
    for column in table.columns:
        made = WriteOnlyCell(sheet, column.title)
        made.font = Font(bold=True)
        head.append(made)
    sheet.append(head)
    top = Alignment(vertical="top")
    wrapped = Alignment(vertical="top", wrap_text=True)
    for row in table.rows:
        cells = []
        for value, column in zip(row, table.columns, strict=True):
            made = WriteOnlyCell(sheet, _held(value))
            if isinstance(value, str):
                _as_text(made, value)
            elif column.kind in _FORMS:
                made.number_format = _FORMS[column.kind]
            made.alignment = wrapped if column.width >= _WRAPPED else top
            cells.append(made)
        sheet.append(cells)


def _held(value: Value) -> Value:
    """A value without the characters that no workbook can hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _as_text(made: Any, value: str) -> None:
    """Have a cell be text whatever it begins with, also once somebody has edited it."""
    made.data_type = "s"
    if cell(value) != value:
        made.quotePrefix = True
