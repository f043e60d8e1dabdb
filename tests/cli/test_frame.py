"""The frame that all commands share: help, usage, codes, what is imported when, and who hears what."""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from syncd.cli.entry import COMMANDS, cli
from tests.cli.district import District, run

HEAVY = ("alembic", "asana", "connectors", "httpx", "jinja2", "pydantic", "sqlalchemy", "starlette", "structlog")


@pytest.mark.process
def test_help_imports_nothing_heavy() -> None:
    """The help needs click and nothing of what commands work with."""
    code = "import sys; from syncd.cli import main; main(['--help']); print('\\n'.join(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = {name.partition(".")[0] for name in found.stdout.splitlines()}
    assert "click" in modules
    assert modules.isdisjoint(HEAVY)


@pytest.mark.process
def test_help_is_there_at_once() -> None:
    """`syncd --help` takes less than 0.3 s as a whole process: of the processor, because other tests run beside it."""
    command = [sys.executable, "-c", "import sys; from syncd.cli import main; sys.exit(main())", "--help"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(taken) < 0.3


@pytest.mark.process
def test_a_command_imports_no_more_than_it_needs(pushed: District) -> None:
    """A store that is up to date needs no Alembic; garbage is looked for only in what comes later."""
    code = (
        "import gc, sys; from syncd.cli import main; main(); print(gc.isenabled(), gc.get_freeze_count(), *sys.modules)"
    )
    command = [sys.executable, "-c", code, "--config", str(pushed.config), "db", "check"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    collects, frozen, *modules = told.stdout.splitlines()[-1].split()
    assert (collects, int(frozen) > 10_000) == ("True", True)
    assert "sqlalchemy" in modules
    assert "alembic" not in modules


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_every_command(flag: str) -> None:
    """Each command stands in the help with its short help, and the exit codes below."""
    said = run(flag)
    assert (said.code, said.err) == (0, "")
    listed = " ".join(said.out.split())
    for name, words in COMMANDS.items():
        assert f"{name} {words}" in listed
    assert "3 stopped by the guard" in listed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_own_help(name: str) -> None:
    """Each command explains itself and takes the common options too."""
    said = run(name, "-h")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: syncd {name} ")
    command = import_module(f"syncd.cli.{name}").command
    assert command.help
    for option in (option for option in command.params if isinstance(option, click.Option)):
        assert option.help or isinstance(option.type, click.Choice), option.name


def test_what_stands_below_a_command_is_listed_in_full() -> None:
    """No line in the list of the commands below `db` and `proposals` is cut off."""
    for name in ("db", "proposals"):
        assert "..." not in run(name, "-h").out.split("Commands:")[1]


def test_version() -> None:
    """The version is that of the installed package."""
    said = run("--version")
    assert (said.code, said.out) == (0, "syncd 0.1.0\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc"], "Did you mean 'check'"),
        (["sync", "--aprove"], "--approve"),
        (["scorecard", "--format", "pdf"], "'text', 'html', 'json', 'csv'"),
        (["scorecard", "--as-of", "June"], "“June” is no day that syncd can read; write it like 2026-06-10\n"),
        (["explain"], "ID"),
        (["log", "--pass", "first"], "first"),
        (["db", "mend"], "mend"),
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str], words: str) -> None:
    """What was typed wrongly is named on stderr, with what would be right; stdout stays empty."""
    said = run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err


@pytest.mark.parametrize(
    ("arguments", "level"),
    [
        (["status"], logging.WARNING),
        (["status", "--verbose"], logging.DEBUG),
        (["--quiet", "status"], logging.ERROR),
    ],
)
def test_the_log_is_as_loud_as_asked(district: District, arguments: list[str], level: int) -> None:
    """`--verbose` and `--quiet` count before the command and after it."""
    assert district.run(*arguments).code == 0
    assert logging.getLogger().level == level


@pytest.mark.parametrize(
    ("called", "found", "typed"),
    [
        (".venv/bin/syncd", False, ".venv/bin/syncd"),
        ("syncd", False, "./syncd"),
        ("/opt/its own/bin/syncd", False, '"/opt/its own/bin/syncd"'),
        ("/opt/bin/syncd", True, "syncd"),
        (".venv/bin/syncd", True, ".venv/bin/syncd"),
        ("-c", False, "syncd"),
    ],
)
def test_commands_can_be_copied(
    district: District, monkeypatch: pytest.MonkeyPatch, called: str, found: bool, typed: str
) -> None:
    """A command in a message begins as this one did, wherever --config stood, unless the shell found it by its name."""
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setattr("shutil.which", lambda _name: "/opt/bin/syncd" if found else None)
    district.token = "2/1200/wrong-token-of-somebody"
    district.write_config()
    said = run("check", "--online", "--config", str(district.config))
    assert f"`{typed} --config {district.config} check --online`" in said.out


def test_only_the_commands_of_the_design() -> None:
    """There is no command that does nothing yet."""
    context = click.Context(cli)
    assert [cli.get_command(context, name) is not None for name in cli.list_commands(context)] == [True] * len(COMMANDS)
    assert run("undo", "1").code == 2


@pytest.mark.parametrize(
    ("arguments", "example"),
    [
        (["decide", "G1.A1"], "decide G1.A1.P2 due tool"),
        (["proposals", "apply"], "proposals apply --all"),
        (["undo", "twelve"], "undo 1 --dry-run"),
        (["explain"], "explain G1.O1.K1"),
        (["log", "--since", "11/01/2026"], "log --field due --since 2026-06-01"),
        (["scorecard", "--as-of", "June 2026"], "scorecard --as-of 2026-06-30 --json"),
    ],
)
def test_a_wrong_call_is_answered_with_a_right_one(arguments: list[str], example: str) -> None:
    """It ends with code 2, and below the mistake stands a call to copy that has the option in question."""
    said = run("--config", "my.toml", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith(f"For example: syncd --config my.toml {example}\n")


def test_an_import_that_does_not_say_into_what(tmp_path: Path) -> None:
    """The same where only the option is missing: a file that is not there is told before that."""
    (tmp_path / "plan.csv").write_text("Goal,Action\nRead,Adopt\n")
    said = run("--config", "my.toml", "import", str(tmp_path / "plan.csv"))
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("For example: syncd --config my.toml import plan.xlsx --out plan.toml --dry-run\n")
