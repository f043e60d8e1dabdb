"""Reads a sheet of an Excel workbook as rows of text, the way people see it: a cell that shows 57.1 % gives 57.1."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

MAGIC: Final = b"PK\x03\x04"
"""What every workbook of the newer kind (.xlsx) begins with."""
OLD: Final = b"\xd0\xcf\x11\xe0"
"""What those of the older kind (.xls) begin with, and all that are locked by a password."""
_UNPACKED: Final = 200_000_000
"""Bytes that a workbook may hold when it is unpacked."""
_ROWS: Final = 200_000
_COLUMNS: Final = 100
_DIGITS: Final = 15
"""Digits of a number that Excel itself keeps and shows."""
_NAME: Final = "readings"
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
"""Colours, conditions and languages in a number's format."""
_LITERAL: Final = re.compile(r'"[^"]*"|\\.')
"""What a number's format shows as it stands: a percent sign in it multiplies nothing."""


class Malformed(Exception):
    """The bytes are no workbook that can be read; the words say why, to people."""


def rows(held: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a workbook that hold anything, each with its number: of the sheet “readings”, else of the first.

    Raises Malformed.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            yield from list(_rows(held))
    except Malformed:
        raise
    except Exception as error:  # the library lets through whatever a broken file makes it stumble over
        raise Malformed(f"this workbook cannot be read ({type(error).__name__}: {error})") from error


def opened(held: bytes) -> Any:
    """The workbook, to be read sheet by sheet. Raises Malformed, and whatever a broken file makes the library raise."""
    from openpyxl import load_workbook  # noqa: PLC0415 - it takes a third of a second, and few districts need it

    if held.startswith(OLD):
        raise Malformed("this workbook is of the old kind or has a password; save it as .xlsx without one, or as CSV")
    with zipfile.ZipFile(BytesIO(held)) as packed:
        unpacked = sum(each.file_size for each in packed.infolist())
    if unpacked > _UNPACKED:
        raise Malformed(f"this workbook is larger than {_UNPACKED // 10**6} MB when it is unpacked")
    return load_workbook(BytesIO(held), read_only=True, data_only=True)


def _rows(held: bytes) -> Iterator[tuple[int, list[str]]]:
    book = opened(held)
    sheets = [each for each in book.worksheets if each.title.strip().lower() == _NAME] or book.worksheets
    for number, cells in enumerate(sheets[0].iter_rows(max_col=_COLUMNS), 1):
        if number > _ROWS:
            raise Malformed(f"this sheet has more than {_ROWS:,} rows")
        texts = [shown(cell) for cell in cells]
        if any(texts):
            yield number, texts


def shown(cell: Any) -> str:
    """What a cell shows, without rounding; an error such as #N/A is not known."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        exact = Decimal(f"{value:.{_DIGITS}g}")
        return f"{(exact * 100 if in_percent(cell) else exact).normalize():f}"
    return str(value).strip()


def in_percent(cell: Any) -> bool:
    """Whether a cell shows its number in percent."""
    return "%" in _LITERAL.sub("", cell.number_format)


def shows_month_only(cell: Any) -> bool:
    """Whether a cell shows a day as its month and year alone: Excel makes the first of June 2027 of “June 2027”."""
    form = _BRACKETS.sub("", _LITERAL.sub("", cell.number_format)).lower()
    return "m" in form and "y" in form and "d" not in form and "h" not in form
