"""Whatever goes wrong, it is said what to do next."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

import connectors
import mappings
import syncd
from connectors.errors import ToolError
from connectors.registry import UnknownKind
from syncd.chronicle import NothingKnown, StillToCome
from syncd.cli.failures import explained
from syncd.engine.deciding import NoChoice
from syncd.engine.retrying import NotAside
from syncd.engine.undo import NoPass
from syncd.errors import ConfigError, FileError, FolderError, PlanError, Problem, WrongName
from syncd.plan.model import Plan
from syncd.scorecard.explain import UnknownItem
from syncd.scorecard.privacy import Leak
from syncd.service.server import PortTaken, ServerFailed
from syncd.store import trouble
from syncd.store.errors import StoreError

ROOT: Final = Path(__file__).parents[2]
STEP: Final = re.compile(
    r"(^|[.,;:→] |\band |\bor |`)(to |then |please |most often )*"
    r"(add|ask|bring|change|check|choose|copy|correct|create|did you mean|give|have|install|keep|leave|let|look|lower"
    r"|make|move|name|nothing to do|open|pip|put|raise|read|remove|repeat|report|restore|run|say|see|select|set|show"
    r"|sign|start|stop|syncd|take|try|use|wait|write)\b",
    re.IGNORECASE,
)
"""What a person is told to do: a verb where a clause begins, or a command."""

TOLD: Final = (
    ConfigError([Problem("config.toml", "no such key", 3)]),
    WrongName([Problem("config.toml", "there is no plan “x”")]),
    PlanError([Problem("https://plans.example.org/plan.toml", "there is nothing at this address")]),
    FileError([Problem("missing.toml", "there is no such file")]),
    FolderError([Problem("site", "another syncd is publishing there just now; try again in a minute")]),
    UnknownItem("X", Plan(id="p", title="P")),
    UnknownKind("asna", ("asana",)),
    NothingKnown("p", date(2026, 1, 1), date(2026, 2, 1)),
    NothingKnown("p", date(2026, 1, 1), None),
    StillToCome(date(2199, 1, 1)),
    Leak("K1", "a name"),
    ServerFailed("The web server stopped while it was starting."),
    FileNotFoundError(2, "No such file or directory", "missing/card.html"),
    RuntimeError("never thought of"),
    KeyboardInterrupt(),
)
"""What ends a command, other than what comes from a tool or the store; how PortTaken reads is in tests/service."""
WITHIN: Final = {
    *("NoText", "Unreadable", "Malformed", "Tangled", "Unwritable", "_Broken", "NoPlan", "NoFigure"),
    *("TooLarge", "_Taken", "NoPage", "Refusal", "Unknown", "Doubt", "ByHand", "_Twice", "Full"),
}
"""What never comes out of the part that throws it: it becomes a finding, a note, a status or one of the above."""
BY_COMMAND: Final = (NoChoice, NoPass, NotAside)
"""What one command makes a wrong call of, which is answered with a right one."""


def classes() -> Iterator[type[BaseException]]:
    """Every kind of error that is defined in the house, but for those of the local tools."""
    for package in (syncd, mappings, connectors):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "sandbox" not in found.name and not found.name.endswith("env"):
                module = import_module(found.name)
                for each in vars(module).values():
                    if isinstance(each, type) and issubclass(each, BaseException) and each.__module__ == found.name:
                        yield each


CLASSES: Final = sorted(set(classes()), key=lambda each: each.__qualname__)
TOOLS: Final = [each for each in CLASSES if issubclass(each, ToolError)]


def written(name: str) -> Iterator[tuple[str, str]]:
    """Where an argument of that name, or the second of StoreError, stands as a text, and the text."""
    for path in [*ROOT.glob("syncd/**/*.py"), *ROOT.glob("connectors/**/*.py")]:
        if "sandbox" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                second = call.args[1:2] if isinstance(call.func, ast.Name) and call.func.id == name else []
                given = [each.value for each in call.keywords if each.arg == name]
                yield from ((f"{path.name}:{call.lineno}", text) for each in [*second, *given] if (text := plain(each)))


def plain(node: ast.expr) -> str:
    """A text as it stands in the code, with … for what is filled in; "" for a name."""
    if isinstance(node, ast.JoinedStr):
        return "".join(plain(each) or "…" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_kind_of_error_has_its_place() -> None:
    """A new one is either told to people, with what to do, or it stays within."""
    placed = {*map(type, TOLD), *BY_COMMAND, PortTaken}
    strangers = [
        each.__qualname__
        for each in CLASSES
        if not issubclass(each, ToolError | StoreError) and each not in placed and each.__name__ not in WITHIN
    ]
    assert strangers == []
    assert {each.__name__ for each in CLASSES} >= WITHIN


@pytest.mark.parametrize("error", TOLD, ids=lambda error: type(error).__name__)
def test_what_ends_a_command_says_what_to_do(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    """In the last of its sentences."""
    explained(error)
    assert STEP.search(capsys.readouterr().err.rstrip().splitlines()[-1])


@pytest.mark.parametrize("kind", TOOLS, ids=lambda kind: kind.__name__)
def test_what_comes_from_a_tool_says_what_to_do(kind: type[ToolError]) -> None:
    """Each kind, also where nothing particular is known."""
    assert STEP.search(kind.next_step)
    assert kind.next_step.endswith(".")


def test_every_next_step_that_is_written_is_one() -> None:
    """In all that is thrown for tools and the store."""
    found = [*written("next_step"), *written("StoreError")]
    assert len(found) > 20
    assert [(where, text) for where, text in found if not STEP.search(text)] == []
    assert all(map(STEP.search, (trouble.RESTORE, trouble.LOCKED[1])))


def test_every_finding_of_bad_input_says_what_to_do() -> None:
    """Below the findings of each case, once for those in a row that have the same remedy."""
    cases = (ROOT / "tests" / "bad_inputs" / "words.txt").read_text(encoding="utf-8").split("\n=== ")
    assert len(cases) > 200
    for case in cases:
        name, *lines = case.splitlines()
        findings = [at for at, line in enumerate(lines) if line.startswith("! ")]
        assert findings, name
        steps = [line for line in lines[findings[-1] :] if line.startswith("    → ")]
        assert steps, name
        assert all(map(STEP.search, steps)), steps


@pytest.mark.parametrize("words", ["It stopped.", "the store is locked", "There is no such file."])
def test_what_is_no_next_step(words: str) -> None:
    """What only says what happened."""
    assert not STEP.search(words)
