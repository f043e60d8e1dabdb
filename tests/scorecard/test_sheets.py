"""The plan and its progress as a workbook and as CSV: typed, and running nothing."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from syncd.plan.model import Audience
from syncd.scorecard.sheets import MARK, as_csv, as_xlsx
from syncd.scorecard.tables import Column, Kind, Table, Value, tables
from tests.cli.conftest import pushed, snapshot
from tests.cli.district import District
from tests.scorecard.cards import SECRETS, card

__all__ = ["pushed", "snapshot"]
STARTS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x","y")')


def rows(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by its header."""
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def read(content: bytes) -> Any:
    """A workbook."""
    return load_workbook(io.BytesIO(content))


def test_the_workbook_holds_typed_cells() -> None:
    """Days are days, figures numbers and shares percentages; the header is frozen and has filters."""
    book = read(as_xlsx(tables(card())))
    assert book.sheetnames == ["Plan", "KPIs", "Readings"]
    for sheet in book:
        assert sheet.freeze_panes == "D2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet["A1"].font.bold
    plan = rows(book["Plan"])
    assert [each["Tier"] for each in plan][:3] == ["Goal", "KPI", "Outcome"]
    work = [(each["Tasks"], each["Done"], each["Not counted"]) for each in plan if each["Id"] == "G1.O1.K1"]
    assert work == [(4, 3, 1)]
    kpi = next(each for each in rows(book["KPIs"]) if each["Id"] == "G1.O1.K1")
    assert (kpi["Baseline"], kpi["Baseline on"], kpi["Measured"]) == (54, datetime(2025, 6, 30), 60.4)  # noqa: DTZ001
    assert kpi["Attainment"] == 0.4
    readings = [each for each in rows(book["Readings"]) if each["Id"] == "G1.O1.K1" and each["What"] == "Reading"]
    assert [each["Value"] for each in readings][:2] == [50, 60.4]
    head = [cell.value for cell in book["KPIs"][1]]
    at = next(row for row in book["KPIs"].iter_rows(min_row=2) if row[head.index("Id")].value == "G1.O1.K1")
    assert at[head.index("Attainment")].number_format == "0%"
    assert at[head.index("Measured on")].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("form", [as_xlsx, lambda each: "".join(map(as_csv, each)).encode()])
def test_the_public_sees_no_more_than_on_the_scorecard(form: Any) -> None:
    """Neither names nor what is internal, nor a figure of a small group, in any cell of either form."""
    made = form(tables(card(Audience.PUBLIC)))
    text = made.decode() if made.startswith(MARK.encode()) else str([rows(sheet) for sheet in read(made)])
    assert "Grade 3 ELA proficiency" in text
    assert [secret for secret in SECRETS if secret in text] == []
    small = [each for each in tables(card(Audience.PUBLIC))[2].rows if each[0] == "G1.K1"]
    assert 44 not in [each[6] for each in small]


def hostile(*values: Value) -> Table:
    """A table of one column with such values."""
    return Table("Plan", (Column("Title"),), tuple((value,) for value in values))


def test_nothing_runs_as_a_formula() -> None:
    """In a workbook it is text, also once somebody edits the cell; in CSV an apostrophe leads it."""
    sheet = read(as_xlsx([hostile(*STARTS)]))["Plan"]
    for cell, start in zip(sheet["A"][1:], STARTS, strict=True):
        assert (cell.data_type, cell.value.strip(), cell.quotePrefix) == ("s", start.strip(), True)
    table = as_csv(hostile(*STARTS)).removeprefix(MARK)
    assert [row[0] for row in csv.reader(io.StringIO(table, newline=""))][1:] == [f"'{start}" for start in STARTS]


def test_characters_that_no_workbook_holds_are_left_out() -> None:
    """The rest of the text stays."""
    assert read(as_xlsx([hostile("a\x00b\x0bc")]))["Plan"]["A2"].value == "abc"


def test_csv_is_as_excel_reads_it() -> None:
    """It begins with the mark; days are ISO 8601, shares percentages, what is unknown is empty."""
    text = as_csv(tables(card())[1])
    assert text.startswith(MARK)
    [found] = [row for row in csv.DictReader(io.StringIO(text.removeprefix(MARK))) if row["Id"] == "G1.O1.K1"]
    assert (found["Baseline on"], found["Attainment"], found["Measured"]) == ("2025-06-30", "40%", "60.4")
    assert found["Low"] == ""


def test_every_row_fits_its_columns() -> None:
    """Each cell of a typed column is of that type, or says in words why it is not."""
    kinds: dict[Kind, tuple[type, ...]] = {
        Kind.DAY: (date, str),
        Kind.TEXT: (str,),
        Kind.NUMBER: (int, Decimal, str),
        Kind.PERCENT: (Decimal, str),
    }
    for table in tables(card()):
        for row in table.rows:
            for value, column in zip(row, table.columns, strict=True):
                assert value is None or isinstance(value, kinds[column.kind])


def test_the_command_writes_files(pushed: District) -> None:
    """By the name's ending, or as asked for."""
    book, table = pushed.folder / "plan.xlsx", pushed.folder / "readings.csv"
    assert pushed.run("export", "--out", str(book)).code == 0
    plan = rows(load_workbook(book)["Plan"])
    assert [each["Id"] for each in plan if each["Tier"] == "Project"] == ["G1.A1.P1", "G1.A1.P2", "G2.A1.P1"]
    assert next(each["Due"] for each in plan if each["Id"] == "G1.A1.P1") == datetime(2027, 1, 15)  # noqa: DTZ001
    assert pushed.run("export", "--table", "readings", "--out", str(table)).code == 0
    assert "2026-01-31" in table.read_text(encoding="utf-8-sig")
    wrong = pushed.run("export", "--format", "xlsx", "--table", "kpis")
    assert (wrong.code, "--table is for --format csv" in wrong.err) == (2, True)
