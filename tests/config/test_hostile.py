"""Configurations with characters that no file and no variable should hold are refused in words."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.district import run
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


@pytest.mark.skipif(os.name == "nt", reason="no file has such a name there")
def test_a_name_makes_no_line_of_its_own(tmp_path: Path) -> None:
    """Who may put a file into the folder could have it say anything: each command tells the name in one line."""
    forged = "a\n2026-11-28 all is well\x1b[31m\r\u2028.toml"
    (tmp_path / "config.toml").write_text('timezone = "America/New_York"\n')
    (tmp_path / forged).write_text(f'[mappings.a]\nplan = "p"\n[plans.p]\nsource = {json.dumps(forged[:-5])}\n')
    for command in ("check", "status", "sync"):
        said = run("--config", str(tmp_path), command)
        told = said.out + said.err
        assert "a\\n2026-11-28 all is well\\x1b[31m\\r\\u2028.toml" in told
        assert not any(line.startswith("2026") for line in told.splitlines()), told
