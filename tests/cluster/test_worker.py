"""`syncd worker` where there is nothing for it to do, and what several versions side by side rely on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from syncd.cluster import opening
from syncd.store import migrations
from tests.cli.district import District, Said, run
from tests.cluster.shared import Shared

ADDING = {"create_table", "add_column", "create_index", "execute", "get_bind"}
"""What a migration may do, so that an older syncd goes on beside it; what it executes are triggers of new tables."""
FIRST = 5
"""The first migration since several processes may share a store."""


def test_a_store_in_a_file(tmp_path: Path) -> None:
    """There is nobody to work with: it says what to set, with the line, and makes no store."""
    district = District(tmp_path, box=None, base_url="http://127.0.0.1:1")  # type: ignore[arg-type]
    said = _run(district)
    assert said.code == 2
    assert "config.toml:3: store.url: several workers need a store in PostgreSQL" in said.err
    assert "postgresql://user@host/database" in said.err
    assert not district.store.exists()


def test_without_the_extra(district: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install; and a daemon makes its passes alone."""
    monkeypatch.setattr(opening, "installed", lambda: False)
    said = _run(district)
    assert said.code == 2
    assert "pip install 'syncd[cluster]'" in said.err
    assert opening.queue_of(district.url) is None


def _run(district: District) -> Said:
    return run("--config", str(district.config), "worker")


@pytest.mark.parametrize(
    "file", sorted(Path(migrations.__file__).parent.glob("versions/0*.py"))[FIRST - 1 :], ids=lambda file: file.stem
)
def test_migrations_only_add(file: Path) -> None:
    """An older syncd goes on beside a newer one: nothing goes away, and what is added to a table may be left out."""
    [upgrade] = [
        node
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    ]
    for call in (node for node in ast.walk(upgrade) if isinstance(node, ast.Call)):
        if (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "op"
        ):
            assert call.func.attr in ADDING, f"{file.name}, line {call.lineno}"
            if call.func.attr == "add_column":
                added = ast.unparse(call.args[1])
                assert "server_default" in added or "nullable=False" not in added, f"{file.name}, line {call.lineno}"
