"""Readings in an Excel workbook: what people see in a cell is what is read, and what is no workbook is said."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from syncd.documents import sheets
from tests.plan.files import HEAD, KPI, kpi, loaded, refused

PLAN = HEAD + KPI + 'readings_from = "r.xlsx"\n'
ON = date(2026, 1, 31)


def workbook(*rows: list[Any], formats: dict[str, str] | None = None, **more: list[list[Any]]) -> bytes:
    """A workbook whose first sheet holds these rows; number formats by cell, further sheets by name."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    for name, held in more.items():
        sheet = book.create_sheet(name)
        for row in held:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def values(folder: Path, held: bytes) -> list[tuple[str | None, str]]:
    """Value and day of the readings that K has with this workbook."""
    (folder / "r.xlsx").write_bytes(held)
    found = kpi(loaded(folder, PLAN)).readings
    return [(None if each.value is None else str(each.value), each.on.isoformat()) for each in found]


@pytest.mark.parametrize(
    ("cell", "form", "value"),
    [
        (57.1, "General", "57.1"),
        (57, "0.00", "57"),
        (0.571, "0.0%", "57.1"),
        (0.08, "0%", "8"),
        (57.1, '0.0"%"', "57.1"),
        (57.1, "0.0\\%", "57.1"),
        (0.1 + 0.2, "0%", "30"),
        (1200.0, "#,##0", "1200"),
        (-0.5, "General", "-0.5"),
        (0.00000012, "General", "1.2E-7"),
        ("57.1 %", "General", "57.1"),
        ("TBD", "General", None),
        (None, "General", None),
    ],
)
def test_a_figure_is_what_people_see(cell: Any, form: str, value: str | None, tmp_path: Path) -> None:
    """Excel keeps 57.1 % as 0.571: it is told by the cell's format; nothing is rounded that Excel itself does not."""
    held = workbook(["value", "on"], [cell, ON], formats={"A2": form})
    assert values(tmp_path, held) == [(value, "2026-01-31")]


@pytest.mark.parametrize("day", [ON, datetime(2026, 1, 31), "2026-01-31"])  # noqa: DTZ001 - Excel's days have no zone
def test_a_day_may_be_a_date_or_text(day: Any, tmp_path: Path) -> None:
    """However the cell holds it."""
    assert values(tmp_path, workbook(["on", "value"], [day, 5])) == [("5", "2026-01-31")]


def test_blank_rows_and_other_sheets_do_not_matter(tmp_path: Path) -> None:
    """The sheet called “readings” is read, else the first one; rows keep their numbers in messages."""
    first = workbook([], ["Value", " ON ", "window"], [], [5, ON, "end"], notes=[["anything"]])
    assert values(tmp_path, first) == [("5", "2026-01-31")]
    named = workbook(["A report for people"], Readings=[["value", "on"], [6, ON]])
    assert values(tmp_path, named) == [("6", "2026-01-31")]
    (tmp_path / "r.xlsx").write_bytes(workbook([], ["value", "on"], [], ["high", ON], [5, "soon"], [True, ON]))
    problems = refused(tmp_path, PLAN)
    assert [(":4: value" in problems[0], ":5: on" in problems[1], ":6: value" in problems[2])] == [(True, True, True)]
    (tmp_path / "r.xlsx").write_bytes(workbook([], ["values", "on"]))
    assert all(":2: " in problem for problem in refused(tmp_path, PLAN))


def test_what_a_cell_holds_otherwise(tmp_path: Path) -> None:
    """A time of day is no day, an error of a formula is not known; a workbook without rows has no columns."""
    (tmp_path / "r.xlsx").write_bytes(workbook(["value", "on"], [5, datetime(2026, 1, 31, 9, 30)], [5, time(9)]))  # noqa: DTZ001
    assert len(refused(tmp_path, PLAN)) == 2
    assert values(tmp_path, workbook(["value", "on"], ["#N/A", ON])) == [(None, "2026-01-31")]
    (tmp_path / "r.xlsx").write_bytes(workbook())
    assert "the column “value” is missing" in refused(tmp_path, PLAN)[0]


def test_what_is_no_workbook_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken, of the old kind, too large when unpacked, with too many rows: each names the file and what to do."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "no workbook")
    good = workbook(["value", "on"], [5, ON], [6, ON])
    cases = [
        (sheets.MAGIC + b"...", "this workbook cannot be read"),
        (packed.getvalue(), "this workbook cannot be read"),
        (sheets.OLD + b"...", "save it as .xlsx without one, or as CSV"),
    ]
    for held, words in cases:
        (tmp_path / "r.xlsx").write_bytes(held)
        (problem,) = refused(tmp_path, PLAN)
        assert problem.startswith("r.xlsx: ")
        assert words in problem
    (tmp_path / "r.xlsx").write_bytes(good)
    monkeypatch.setattr(sheets, "_ROWS", 2)
    assert "this sheet has more than 2 rows" in refused(tmp_path, PLAN)[0]
    monkeypatch.setattr(sheets, "_UNPACKED", 100)
    assert "larger than 0 MB when it is unpacked" in refused(tmp_path, PLAN)[0]


def test_a_far_cell_does_not_fill_the_memory() -> None:
    """A sheet that claims a cell in its last row is given up on the way there."""
    book = Workbook()
    book.active["A1"] = "value"
    book.active.cell(row=1_048_576, column=16_384, value=1)
    out = BytesIO()
    book.save(out)
    with pytest.raises(sheets.Malformed, match="more than 200,000 rows"):
        list(sheets.rows(out.getvalue()))
