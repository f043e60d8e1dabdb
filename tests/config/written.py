"""Configurations for tests: a small one, and what reading one said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from syncd.config import Config, load_config
from syncd.errors import ConfigError

SMALL = """\
[connections.asana]
kind = "asana"
token = "sesame"
[plans.district]
source = "plan.toml"
[mappings.academics]
plan = "district"
connection = "asana"
container = "1203"
"""
"""Nine lines; what follows belongs to the mapping."""


def read(folder: Path, text: str = SMALL, environment: Mapping[str, str] | None = None) -> Config:
    """The configuration in that text, by way of a file, in that environment."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, environment or {})


def refused(folder: Path, text: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """What is wrong with it, line by line, with the folder left out."""
    with pytest.raises(ConfigError) as error:
        read(folder, text, environment)
    return str(error.value).replace(f"{folder}/", "").split("\n")
