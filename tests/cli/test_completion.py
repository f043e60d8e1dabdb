"""Shells complete commands, mapping names and item ids, and what they need for it is printed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.cli.completion import SHELLS
from tests.bad_inputs.cases import CONFIG, PLAN

SYNCD = Path(sys.executable).with_name("syncd")


def completed(folder: Path, *words: str) -> list[str]:
    """What bash is told for the last of these words."""
    asked = {"_SYNCD_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    environment = {**os.environ, **asked}
    done = subprocess.run([SYNCD], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration and its plan."""
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("syncd", "sc"), ["scorecard", "schema"]),
        (("syncd", "pause", "a"), ["academics"]),
        (("syncd", "sync", "--mapping", "a"), ["academics"]),
        (("syncd", "explain", "G1.A"), ["G1.A1", "G1.A1.P1"]),
    ],
    ids=str,
)
def test_words_are_completed(folder: Path, words: tuple[str, ...], expected: list[str]) -> None:
    """From the commands, the configuration and the plan."""
    assert sorted(completed(folder, *words)) == sorted(expected)


@pytest.mark.process
def test_nothing_is_completed_without_a_configuration(tmp_path: Path) -> None:
    """And nothing is complained of in the middle of a line."""
    assert completed(tmp_path, "syncd", "pause", "a") == []


@pytest.mark.process
@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(shell: str) -> None:
    """It names the variable by which syncd is asked."""
    done = subprocess.run([SYNCD, "completion", shell], capture_output=True, text=True, check=True)
    assert "_SYNCD_COMPLETE" in done.stdout
