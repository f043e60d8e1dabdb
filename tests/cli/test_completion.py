"""Shells complete commands, mapping names and item ids, and what they need for it is printed."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest

from syncd.cli.completing import EACH, FIRST
from syncd.cli.completion import SHELLS
from syncd.cli.options import COMPLETED
from tests.bad_inputs.cases import CONFIG, PLAN
from tests.cli.test_examples import commands
from tests.cli.test_frame import HEAVY

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
    other = '[plans.x]\nsource = "x.yaml"\n[plans.y]\nsource = "gone.toml"\n[mappings.others]\nplan = "x"\n'
    (tmp_path / "other.toml").write_text(other)
    (tmp_path / "x.yaml").write_text('plan: {id: x, title: x}\ngoals: [{id: X1, title: "a goal"}]\n')
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "north.toml").write_text(other.replace("x.yaml", "../x.yaml"))
    return tmp_path


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("syncd", "sc"), ["scorecard", "schema"]),
        (("syncd", "pause", "a"), ["academics"]),
        (("syncd", "sync", "--mapping", "a"), ["academics"]),
        (("syncd", "explain", "G1.A"), ["G1.A1", "G1.A1.P1"]),
        (("syncd", "explain", "--json", "G1.O"), ["G1.O1", "G1.O1.K1"]),
        (("syncd", "retry", "G1.A1", "G1.A1."), ["G1.A1.P1"]),
        (("syncd", "links", "drop", "G1.A1."), ["G1.A1.P1"]),
        (("syncd", "--config", "other.toml", "pause", ""), ["others"]),
        (("syncd", "explain", "--config", "other.toml", "X"), ["X1"]),
        (("syncd", "explain", "--as-of", "2026-06-30", "G1.A1."), ["G1.A1.P1"]),
        (("syncd", "explain", "--as"), ["--as-of"]),
        (("syncd", "explain", "G1", "G1"), []),
        (("syncd", "discover", "a"), ["asana"]),
        (("syncd", "--config", "all", "explain", "X"), ["X1"]),
        (("syncd", "--config", "all", "pause", ""), ["others"]),
    ],
    ids=str,
)
def test_words_are_completed(folder: Path, words: tuple[str, ...], expected: list[str]) -> None:
    """From the commands, the configuration and the plan."""
    assert sorted(completed(folder, *words)) == sorted(expected)


@pytest.mark.process
@pytest.mark.parametrize("words", ["explain G1", "sync --mapping a", "links adopt G1.A1 G1"])
def test_names_are_there_at_once(folder: Path, words: str) -> None:
    """Within 0.3 s of the processor, for nothing heavy is imported; before, everything that commands work with was."""
    code = "import sys; from syncd.cli import main; main(); print('\\n'.join(sys.modules), file=sys.stderr)"
    asked = {
        "_SYNCD_COMPLETE": "bash_complete",
        "COMP_WORDS": f"syncd {words}",
        "COMP_CWORD": str(len(words.split())),
        **{name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=asked, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout
    modules = {name.partition(".")[0] for name in done.stderr.splitlines()}
    assert "click" in modules
    assert modules.isdisjoint(HEAVY)
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < 0.3


def test_what_is_completed_at_once_is_what_commands_take() -> None:
    """Each argument that is a name or an id stands in the tables, and nothing else does."""
    taken: dict[str, tuple[str, bool]] = {}
    for name, command in commands():
        first = next((each for each in command.params if isinstance(each, click.Argument)), None)
        if first is not None and (kind := COMPLETED.get(first.name or "")):
            taken[name] = (kind, first.nargs == -1)
    once, each = ({name: (kind, many) for name, kind in held.items()} for many, held in enumerate((FIRST, EACH)))
    assert taken == {**once, **each}


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
