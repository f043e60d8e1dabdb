"""Readings that stand in a file of their own: read exactly, joined to their KPIs, and refused row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from syncd.plan.model import Scope, Window
from tests.plan.files import HEAD, KPI, kpi, loaded, refused

ONE = HEAD + KPI + 'readings_from = "r.csv"\n'
TWO = ONE + KPI.replace("K", "L") + 'readings_from = "r.csv"\n'


def of(folder: Path, rows: str | bytes, plan: str = ONE) -> list[tuple[str | None, str]]:
    """Value and day of the readings that K has with this readings file."""
    (folder / "r.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return [
        (None if reading.value is None else str(reading.value), reading.on.isoformat())
        for reading in kpi(loaded(folder, plan)).readings
    ]


def wrong(folder: Path, rows: str | bytes, plan: str = ONE) -> list[str]:
    """What is wrong with the plan with this readings file."""
    (folder / "r.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return refused(folder, plan)


@pytest.mark.parametrize(
    "rows",
    [
        "value,on\n54.10,2026-01-31\n55,2026-06-30\n",
        "value;on\n54.10;2026-01-31\n55;2026-06-30\n",
        "value\ton\n54.10\t2026-01-31\n55\t2026-06-30\n",
        "\ufeffvalue,on\r\n54.10,2026-01-31\r\n55,2026-06-30\r\n",
        " On , VALUE \n2026-01-31, 54.10 \n\n , \n2026-06-30,55",
        'kpi,value,on\nK,"54.10",2026-01-31\n,55,2026-06-30\n',
        'on,value,note\n2026-01-31,54.10,"two\nlines, and ""quotes"""\n2026-06-30,55,\n',
    ],
)
def test_the_usual_ways_of_writing_a_csv_are_read(rows: str, tmp_path: Path) -> None:
    """Separators, line ends, a byte order mark, blanks, empty lines, the order and case of columns do not matter."""
    assert of(tmp_path, rows) == [("54.10", "2026-01-31"), ("55", "2026-06-30")]


def test_every_column_is_read(tmp_path: Path) -> None:
    """A row may say all that a reading in the plan may say; what it leaves out is as if it were not said."""
    head = "value,on,window,scope,where,n,source,note\n"
    (tmp_path / "r.csv").write_text(f"{head}55.5,2026-01-31,middle,school,Alder Creek,84,Test,x\n1,2026-02-01,,,,,,\n")
    full, bare = kpi(loaded(tmp_path, ONE)).readings
    assert (full.value, full.on, full.window, full.scope) == (
        Decimal("55.5"),
        date(2026, 1, 31),
        Window.MIDDLE,
        Scope.SCHOOL,
    )
    assert (full.where, full.n, full.source, full.note) == ("Alder Creek", 84, "Test", "x")
    assert (bare.window, bare.scope, bare.where, bare.n) == (None, Scope.DISTRICT, "", None)


@pytest.mark.parametrize("word", ["TBD", "N/A", "__%", "", "?"])
def test_an_unknown_value_is_none(word: str, tmp_path: Path) -> None:
    """A row whose value is not known yet is a reading without value, and stops nothing."""
    assert of(tmp_path, f"on,value\n2026-01-31,{word}\n2026-06-30,1\n") == [(None, "2026-01-31"), ("1", "2026-06-30")]


def test_readings_of_plan_and_file_are_joined(tmp_path: Path) -> None:
    """Those in the plan come first, and several KPIs can share a file."""
    rows = "kpi,value,on\nL,1,2026-01-31\nK,2,2026-02-28\nL,3,2026-03-31\n"
    plan = TWO.replace('id = "K"', 'id = "K"\nreadings = [{ value = 9, on = 2025-01-31 }]')
    assert of(tmp_path, rows, plan) == [("9", "2025-01-31"), ("2", "2026-02-28")]
    assert [reading.value for reading in kpi(loaded(tmp_path, plan), "L").readings] == [1, 3]


def test_guardrails_and_kpis_of_outcomes_read_files_too(tmp_path: Path) -> None:
    """Wherever a KPI stands."""
    text = HEAD + KPI.replace("kpis", "guardrails").replace("K", "R") + 'readings_from = "r.csv"\n'
    text += (
        '[[goals.outcomes]]\nid = "O"\ntitle = "o"\n'
        + KPI.replace("goals", "goals.outcomes")
        + 'readings_from = "r.csv"\n'
    )
    assert of(tmp_path, "kpi,value,on\nK,1,2026-01-31\nR,2,2026-01-31\n", text) == [("1", "2026-01-31")]
    assert [reading.value for reading in kpi(loaded(tmp_path, text), "R").readings] == [2]


def test_a_file_beside_the_plan_is_found(tmp_path: Path) -> None:
    """The path is relative to the plan, wherever the plan lies."""
    (tmp_path / "plans" / "data").mkdir(parents=True)
    (tmp_path / "plans" / "data" / "r.csv").write_text("value,on\n1,2026-01-31\n")
    assert len(kpi(loaded(tmp_path, ONE.replace("r.csv", "data/r.csv"), "plans/plan.toml")).readings) == 1


def test_a_missing_file_is_a_problem_of_the_plan(tmp_path: Path) -> None:
    """The line is that of readings_from; each KPI that names the file is told."""
    problems = refused(tmp_path, TWO)
    assert len(problems) == 2
    assert problems[0].startswith("plan.toml:10: K.readings_from: ")
    assert problems[1].startswith("plan.toml:14: L.readings_from: ")
    assert all("there is no such file" in problem for problem in problems)


def test_every_bad_cell_is_said_with_its_line(tmp_path: Path) -> None:
    """A mistake in one row hides none in another; lines are those that an editor shows."""
    rows = (
        "kpi,value,on,window,n,note\n"
        'K,1,2026-01-31,,,"two\nlines"\n'
        "K,about 5,2026-01-31,,,\n"
        "K,1,31.1.2026,,,\n"
        "K,1,,,,\n"
        "K,1,2026-03-31,midle,,\n"
        "K,1,2026-04-30,,many,\n"
        "K,1,2026-05-31,,,x,y\n"
        'K,"54,5",2026-06-30,,,\n'
        "K1,1,2026-07-31,,,\n"
    )
    assert wrong(tmp_path, rows) == [
        "r.csv:4: value: “about 5” is not a figure; write a number, or TBD if it is not known",
        "r.csv:5: on: must be a day such as 2026-06-30, not “31.1.2026”",
        "r.csv:6: on: is missing",
        ("r.csv:7: window: “midle” is not one of beginning, middle, end, annual, point; did you mean “middle”?"),
        "r.csv:8: n: must be a whole number, not “many”",
        "r.csv:9: a cell stands outside the named columns; a text that holds the separator stands in quotes",
        "r.csv:10: value: “54,5” is not a figure; write it with a decimal point, such as 54.5",
        "r.csv:11: kpi: there is no KPI “K1” that names this file; did you mean “K”?",
    ]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ("", ["value", "on"]),
        ("kpi,on\n", ["value"]),
        ("value\n1\n", ["on"]),
    ],
)
def test_missing_columns_are_named(rows: str, problems: list[str], tmp_path: Path) -> None:
    """Without value and day there is no reading; the first line names the columns."""
    assert wrong(tmp_path, rows) == [
        f"r.csv:1: the column “{name}” is missing; the first line names the columns" for name in problems
    ]


def test_unknown_and_double_columns_are_named(tmp_path: Path) -> None:
    """A misspelt column is not ignored, and of two alike none is guessed."""
    assert wrong(tmp_path, "valu,on,value,on\n1,2026-01-31,1,2026-01-31\n") == [
        "r.csv:1: there is no column “valu” in a readings file; did you mean “value”?",
        "r.csv:1: the column “on” stands twice",
    ]


def test_a_decimal_comma_is_never_guessed(tmp_path: Path) -> None:
    """In a file with semicolons 1,200 may be twelve hundred or one and a fifth: people decide."""
    (problem,) = wrong(tmp_path, "value;on\n1,200;2026-01-31\n")
    assert problem.startswith("r.csv:2: value: “1,200” may mean two things")


def test_rows_without_kpi_are_refused_where_several_read(tmp_path: Path) -> None:
    """No row is given to the wrong KPI or to all."""
    problems = wrong(tmp_path, "value,on\n1,2026-01-31\n2,2026-02-28\n", TWO)
    assert problems == [f"r.csv:{line}: kpi: which KPI is it? K, L name this file" for line in (2, 3)]


def test_rows_of_a_kpi_that_names_no_file_are_refused(tmp_path: Path) -> None:
    """Nothing that someone measured is lost in silence."""
    rows = "kpi,value,on\nK,1,2026-01-31\nL,1,2026-01-31\n"
    plan = ONE + KPI.replace("K", "L")
    assert wrong(tmp_path, rows, plan) == ["r.csv:3: kpi: “L” does not name this file; add readings_from to it"]


@pytest.mark.parametrize("rows", ["value,on\n1,2026-01-31\n", "value,on\n2,2026-01-31\n1,2026-01-31\n"])
def test_readings_that_differ_are_refused_across_plan_and_file(rows: str, tmp_path: Path) -> None:
    """One measure of one day has one value, wherever it stands."""
    plan = ONE + "readings = [{ value = 2, on = 2026-01-31 }]\n"
    (problem,) = wrong(tmp_path, rows, plan)
    assert "two readings of 2026-01-31 differ: 2 and 1" in problem


def test_a_file_in_an_old_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    """Excel's plain CSV is no UTF-8: the problem says how to save it."""
    (problem,) = wrong(tmp_path, "value,on,note\n1,2026-01-31,\n2,2026-02-28,José\n".encode("cp1252"))
    assert "plan.toml:10: K.readings_from: " in problem
    assert "r.csv:3: this is not UTF-8 text" in problem
    assert "CSV UTF-8" in problem


@pytest.mark.parametrize(
    "rows", ['value,on\n"1,2026-01-31\n', 'value,on\n"1"x,2026-01-31\n', f"value,on\n{'9' * 200_000},x\n"]
)
def test_broken_csv_is_refused(rows: str, tmp_path: Path) -> None:
    """A quote that never ends, or a cell without end, is an error with its line."""
    (problem, *_) = wrong(tmp_path, rows)
    assert problem.startswith("r.csv:2: this is not valid CSV: ")
