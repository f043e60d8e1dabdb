"""The threat model names tests that exist, and none of its threats goes without one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def threats(page: str) -> Iterator[tuple[str, str]]:
    """The rows of the tables whose last column is "shown by": the threat, and what shows what is done about it."""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 3 and cells[2] != "shown by":
            yield cells[0], cells[2]


@cache
def known(path: str) -> frozenset[str]:
    """The names of the tests in a file; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def missing(page: str) -> list[str]:
    """The tests that a page names and that are not there."""
    return [f"{path}::{name}" for path, name in NAMED.findall(page) if name not in known(path)]


def test_every_test_that_is_named_exists() -> None:
    """A test that is renamed or removed without the page is found."""
    assert missing(PAGE) == []
    assert len(NAMED.findall(PAGE)) > 100
    assert missing("`tests/house/test_threats.py::test_nothing` `tests/no.py::test_x`") == [
        "tests/house/test_threats.py::test_nothing",
        "tests/no.py::test_x",
    ]


def test_every_threat_has_its_test() -> None:
    """No row of a table stands there without something that shows it."""
    rows = list(threats(PAGE))
    assert len(rows) > 50
    assert [threat for threat, shown in rows if not all(NAMED.fullmatch(each) for each in shown.split(", "))] == []
