"""Configurations with characters that no file and no variable should hold are refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.written import SMALL, refused


@pytest.mark.parametrize(
    "line",
    [
        'secrets_dir = "BAD"',
        'store = { url = "sqlite:///BAD" }',
        'store = { url = "postgresql://u@h/BAD" }',
        'store = { backups = "BAD" }',
        'schedule = { publish = "BAD" }',
        'network = { ca_file = "BAD" }',
    ],
)
def test_no_file_is_named_with_what_nobody_sees(line: str, tmp_path: Path) -> None:
    """No system has such a file, and looking for one would end in a fault."""
    said = refused(tmp_path, line.replace("BAD", "a\\u0000b") + "\n" + SMALL)
    assert said
    assert all(each.startswith("config.toml:1: ") for each in said)


@pytest.mark.parametrize("name", ["SYNCD_TIMEZONE", "SYNCD_SERVER__LISTEN", "SYNCD_CONNECTIONS__ASANA__TOKEN"])
def test_a_variable_that_is_no_text_is_named(name: str, tmp_path: Path) -> None:
    """Whatever bytes a variable holds: Python gives those that are no text as halves of characters."""
    assert refused(tmp_path, SMALL, {name: "a\udcffb"}) == [f"environment variable {name}: it is not UTF-8 text"]
