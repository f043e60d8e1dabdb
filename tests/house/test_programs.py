"""The programs beside the tests say what they do when they are asked, in place of doing it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["bench", "monday_loop", "planner_runs", "soak"])
def test_help_is_printed(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A whole day, or a million runs, is nothing to begin by a question."""
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(TESTS / name), run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m tests.{name} ")


def test_nothing_is_measured_by_a_name_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in a name must not look like budgets that hold."""
    monkeypatch.setattr(sys, "argv", ["bench", "idel"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(TESTS / "bench"), run_name="__main__")
    assert ended.value.code == 2
    assert "nothing is measured by the name of idel" in capsys.readouterr().err
