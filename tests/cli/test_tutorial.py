"""The tutorial's commands, in its order, in processes of their own: every one ends as the page says it does."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
PROGRAM = [sys.executable, "-c", "import sys; from syncd.cli import main; sys.exit(main())"]
BY_HAND = "syncd init --tool asana --base-url http://127.0.0.1:8090/api/1.0"
"""Asks at a terminal, which tests/cli/test_init.py does; the next command answers the same by options."""


def commands() -> list[str]:
    """Every line that a reader types, but for those that install."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1:]
    return [line for block in blocks for line in block.splitlines() if not line.startswith(". ")]


@contextmanager
def sandbox(kind: str, folder: Path) -> Iterator[str]:
    """The local tool of the page, at a free port; the address that it prints."""
    arguments = [*PROGRAM, "demo", "--sandbox", kind, "--port", "0"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stdout
        try:
            told = [process.stdout.readline() for _ in range(6)]
            assert "  Token     sandbox\n" in told
            yield next(line.split()[1] for line in told if line.startswith("  Address"))
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


@pytest.mark.process
@pytest.mark.parametrize(("kind", "port", "tasks"), [("asana", "8090", 6), ("monday", "8091", 4)])
def test_the_commands_of_the_tutorial(tmp_path: Path, kind: str, port: str, tasks: int) -> None:
    """Against both tools, up to the first sync and the scorecard after it."""
    (tmp_path / "plan.toml").write_bytes((Path(__file__).parents[2] / "examples/small/plan.toml").read_bytes())
    mine = [line for line in commands() if ("monday" in line) == (kind == "monday") or line.startswith("echo")]
    mine = [line for line in mine if "--sandbox" not in line and line != BY_HAND]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNCD_")}
    said = ""
    with sandbox(kind, tmp_path) as address:
        for line in mine:
            if line.startswith("echo"):
                subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True)
                continue
            there = re.sub(rf"http://127\.0\.0\.1:{port}/\S+", address, line)
            command = [*PROGRAM, *shlex.split(there)[1:]]
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (line, done.stdout, done.stderr)
            said += done.stdout
    assert len(mine) == (8 if kind == "asana" else 5)
    assert f"district: {tasks} to create" in said
    assert f"district: {tasks} created" in said


def test_the_answers_that_it_promises() -> None:
    """What a reader types by hand is what the command asks for first."""
    assert BY_HAND in commands()
    assert re.findall(r"^\| (.*?) \| ", PAGE, re.MULTILINE)[1:4] == [
        "the token",
        "the plan",
        "which project is to hold the tasks",
    ]
