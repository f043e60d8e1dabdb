"""Every command shows examples in its help, and each of them is a right call that does what it says."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from openpyxl import Workbook

from syncd.cli.entry import COMMANDS, cli
from syncd.cli.options import Command, Group
from tests.cli.district import PLAN, District, run

COLUMNS = (("Goal", "Action", "Project"), ("Every child reads", "Adopt a curriculum", "Train teachers"))
ELSEWHERE = {
    "run": "goes on until it is stopped: tests/service",
    "worker": "goes on until it is stopped: tests/cluster",
    "--config /etc/syncd/config.toml run": "so does this",
    "demo": "goes on until it is stopped: tests/demo",
    "init": "asks: tests/cli/test_init.py",
    "authorize": "opens a browser: tests/cli/test_authorize.py",
    "probe": "its answers are those of tests/probing",
    "links adopt": "asks, at a terminal: tests/links",
    "db move": "needs a server: tests/store",
}
"""How those begin that are only parsed here, and where they are run."""
EARLY, ASKS, ALIKE = "Nothing was known yet", "there is no terminal to ask at", "of G1.A1.P2 or of any other item"
REFUSED = {
    "import plan.xlsx --out plan.toml": ASKS,
    "import plan.xlsx --out plan.toml --columns columns.toml": ASKS,
    "scorecard --as-of 2026-06-30 --json": EARLY,
    "changes --since 2026-06-10": EARLY,
    "changes --since 2026-01-01 --until 2026-06-30 --audience public": EARLY,
    "explain G1.A1 --as-of 2026-06-30": EARLY,
    "proposals apply G1.A1.P2": "of G1.A1.P2 nothing is proposed",
    "retry G1.A1.P2": "G1.A1.P2 is not set aside",
    "decide G1.A1.P2 due tool": ALIKE,
    "decide G1.A1.P2 due plan": ALIKE,
    "decide G1.A1.P2 task plan": ALIKE,
}
"""What asks, is about days before the first pass, or about what waits where nothing does: that is said, with exit 2."""
NEXT = '[plans.next]\nsource = "next.toml"\n'


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """All of them, with the words that call them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield " ".join((*path, name)), found
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))


ALL = dict(commands())
EXAMPLES = list(
    dict.fromkeys(words for each in ALL.values() if isinstance(each, Command | Group) for words in each.examples)
)


def split(words: str) -> list[str]:
    """An example as the shell hands it on."""
    return shlex.split(words.partition(" > ")[0])


def parse(words: list[str]) -> str:
    """Have click read a call without doing it; the words that call the command. Raises UsageError."""
    known: click.Command = cli
    context = cli.make_context("syncd", list(words))
    while isinstance(known, click.Group) and (rest := [*context._protected_args, *context.args]):
        name, below, rest = known.resolve_command(context, rest)
        assert name is not None
        assert below is not None
        known, context = below, below.make_context(name, rest, parent=context)
    with context:
        return context.command_path.removeprefix("syncd ")


@pytest.fixture
def office(pushed: District, monkeypatch: pytest.MonkeyPatch) -> District:
    """A district with all that the examples name, and where they are typed."""
    monkeypatch.chdir(pushed.folder)
    book = Workbook()
    for line in COLUMNS:
        book.active.append(line)
    book.save(pushed.folder / "plan.xlsx")
    (pushed.folder / "next.toml").write_text(
        PLAN.replace('"district"', '"next"\nstatus = "draft"', 1), encoding="utf-8"
    )
    for name in ("srv/www", "srv/copies"):
        (pushed.folder / name).mkdir(parents=True)
    return pushed


@pytest.mark.parametrize("name", ALL)
def test_every_command_shows_one(name: str) -> None:
    """At least one, of itself, in its help; the first answers a wrong call where none fits better."""
    known = ALL[name]
    assert isinstance(known, Command | Group)
    assert known.examples
    assert known.example("--no-such-option") == next(iter(known.examples))
    said = " ".join(run(*name.split(), "--help").out.split())
    for words, told in known.examples.items():
        assert " ".join(f"syncd {words} {told}".split()) in said
        assert name in words


def test_all_of_them_are_looked_at() -> None:
    """Those of the commands below others too."""
    assert {name.split()[0] for name in ALL} == set(COMMANDS)
    assert {"db backup", "links adopt", "proposals apply"} <= set(ALL)


@pytest.mark.parametrize("words", EXAMPLES)
def test_each_is_a_right_call(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the command in whose help it stands, with options and values that it takes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.txt").write_text("token\n", encoding="utf-8")
    assert words.partition(" --config ")[0].startswith(parse(split(words))) or words.startswith("--config")


def test_each_does_what_it_is_for(office: District) -> None:
    """One after the other, in a district that is in step."""
    wrong = []
    for words in (each for each in EXAMPLES if not f"{each} ".startswith(tuple(f"{begun} " for begun in ELSEWHERE))):
        office.write_config(more=NEXT if "next" in words else "")
        said = office.run(*split(words.replace("/srv/", f"{office.folder}/srv/")))
        refused = REFUSED.get(words)
        if said.code not in (0, 1) if refused is None else (said.code != 2 or refused not in said.err):
            wrong.append((words, said.code, (said.out + said.err)[-300:]))
    assert wrong == [], "\n".join(map(str, wrong))
    assert set(REFUSED) <= set(EXAMPLES)
