"""The page about importing: its commands, in its order, and all that it says comes of them."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from syncd.importing.headings import Role
from tests.cli.district import run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|text|toml)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_its_commands_say_and_write_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that stands below a command; “…” stands for lines that are left out."""
    shutil.copytree(ROOT / "examples" / "spreadsheet", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    there, shown = "", 0
    for kind, block in BLOCKS:
        if kind == "sh":
            said = run(*shlex.split(block)[1:])
            assert said.code == 1, said.err
            files = [each.read_text(encoding="utf-8") for each in tmp_path.glob("*.toml")]
            there = "\n".join([said.err, said.out, *files])
        else:
            for part in block.split("…\n"):
                assert part.strip("\n") in there
                shown += 1
    assert shown >= 9
    assert (tmp_path / "plan.toml.syncd-1.bak").exists()


def test_every_word_for_a_column_stands_there() -> None:
    """And none that is not one."""
    rows = re.findall(r"^\| (`.*`) \|", PAGE.partition("| word |")[2].partition("\n\n")[0], re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(Role)
