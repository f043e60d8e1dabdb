"""Bad spreadsheets are refused, or it is named what is wrong in them, in clear words; and nothing is written.

The words stand in sheets.txt, to be read when they change. `SYNCD_RECORD=1 pytest tests/bad_inputs` writes them anew.
"""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import pytest

from syncd.cli.entry import main
from tests.bad_inputs.recording import Record
from tests.bad_inputs.sheets import COLUMNS, MEASURES, PLAN, SHEET, Sheet, cases

CASES = list(cases())
WORDS = Record(Path(__file__).with_name("sheets.txt"), [case.name for case in CASES])


def said(case: Sheet, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The code and the words; of what could be read, only what is wrong with it."""
    if case.held is not None:
        (folder / case.file).write_bytes(case.held)
    for name, text in case.others:
        (folder / name).write_text(text, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code = main(["import", case.file, *(case.options if case.refused else ("--dry-run",))])
    shown = capsys.readouterr()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    if case.refused:
        assert (code, shown.out) == (2, "")
        words = shown.err
    else:
        words = "".join(f"{line}\n" for line in shown.out.splitlines() if line.startswith("!"))
    return f"exit {code}\n{words}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs, with nobody at a terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", StringIO())
    return tmp_path


@pytest.mark.parametrize(("sheet", "items"), [(SHEET, 3), (MEASURES, 2)])
def test_the_cases_are_many_and_begin_with_what_is_right(folder: Path, sheet: str, items: int) -> None:
    """The files that they are made from are taken, with their columns and into their plan."""
    assert len({case.name for case in CASES}) == len(CASES) > 60
    for name, text in (("sheet.csv", sheet), ("columns.toml", COLUMNS), ("plan.toml", PLAN)):
        (folder / name).write_text(text, encoding="utf-8")
    assert main(["import", "sheet.csv", "--columns", "columns.toml", "--yes"]) == 0
    assert (folder / "plan.toml").read_text(encoding="utf-8").count("\nid = ") == items + 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_sheet_gets_its_words(case: Sheet, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the words that were looked at."""
    words = said(case, folder, capsys)
    WORDS.require(case.name, words)
    assert words.startswith("exit 2\n" if case.refused else "exit 1\n!"), words
