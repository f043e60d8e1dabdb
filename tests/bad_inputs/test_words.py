"""Bad input is refused with clear words and the right code, and nothing is written.

The words stand in words.txt, to be read when they change. `SYNCD_RECORD=1 pytest tests/bad_inputs` writes them anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from syncd.cli.entry import main
from tests.bad_inputs.cases import CONFIG, PLAN, Case, cases

WORDS = Path(__file__).with_name("words.txt")
HEAD = "=== "
CASES = list(cases())
RECORDING = bool(os.environ.get("SYNCD_RECORD"))


def expected() -> dict[str, str]:
    """What is said, by case."""
    text = WORDS.read_text(encoding="utf-8") if WORDS.exists() else ""
    parts = re.split(rf"^{HEAD}", text, flags=re.MULTILINE)[1:]
    return {name: words for name, _, words in (part.partition("\n") for part in parts)}


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
    if RECORDING:
        held = {**expected(), case.name: words}
        order = {each.name: at for at, each in enumerate(CASES)}
        names = sorted((name for name in held if name in order), key=order.__getitem__)
        WORDS.write_text("".join(f"{HEAD}{name}\n{held[name]}" for name in names), encoding="utf-8")
    assert words == expected()[case.name]
    assert not words.startswith(("exit 0", "exit 70")), words
