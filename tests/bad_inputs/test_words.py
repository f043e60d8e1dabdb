"""Bad input is refused with clear words and the right code, and nothing is written.

The words stand in words.txt, to be read when they change. `SYNCD_RECORD=1 pytest tests/bad_inputs` writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syncd.cli.entry import main
from tests.bad_inputs.cases import CONFIG, PLAN, Case, cases
from tests.bad_inputs.recording import Record

CASES = list(cases())
WORDS = Record(Path(__file__).with_name("words.txt"), [case.name for case in CASES])


def said(case: Case, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The code and the words, without the folder's name."""
    for name, held in (("config.toml", case.config), ("plan.toml", case.plan)):
        if held is not None:
            (folder / name).write_bytes(held)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    capsys.readouterr()
    code = main(["check"])
    shown = capsys.readouterr()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    text = (shown.out + shown.err).replace(f"{folder}/", "").replace(str(folder), ".")
    return f"exit {code}\n" + "".join(f"{line.rstrip()}\n" for line in text.splitlines() if not line.startswith("✓"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SYNCD_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_the_cases_are_many_and_begin_with_what_is_right(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Over two hundred, each with its own name; the files that they are made from are taken."""
    assert len({case.name for case in CASES}) == len(CASES) > 200
    assert said(Case("right", CONFIG.encode(), PLAN.encode()), folder, capsys).startswith("exit 0")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_gets_its_words(case: Case, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused as wrong input, in the words that were looked at."""
    words = said(case, folder, capsys)
    WORDS.require(case.name, words)
    assert not words.startswith(("exit 0", "exit 70")), words
