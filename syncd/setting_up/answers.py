"""What a person answered so far, kept in a small file beside the configuration to be; never the token."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, cast

from syncd.errors import ConfigError, Problem
from syncd.filing import put

ENDING: Final = ".init.json"


class Keep(StrEnum):
    """Where the token is kept."""

    SECRETS = "secrets"
    """In a file of its own."""
    ENVIRONMENT = "environment"
    """The person puts it into an environment variable."""
    CONFIG = "config"
    """In the configuration, which only a person who says so wants."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Each answer, None as long as there is none.

    `columns` says what the columns of a spreadsheet mean, where the plan is made of one.
    `container` is the id of one that is there, `new_container` the name of one that the first pass makes.
    """

    tool: str | None = None
    base_url: str | None = None
    workspace: str | None = None
    plan: str | None = None
    columns: str | None = None
    container: str | None = None
    new_container: str | None = None
    select: tuple[str, ...] | None = None
    group_by: str | None = None
    action: str | None = None
    project: str | None = None
    timezone: str | None = None
    keep: Keep | None = None

    @property
    def given(self) -> dict[str, object]:
        """Those that there are."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def file_of(config: Path) -> Path:
    """Where the answers for this configuration are kept."""
    return config.with_name(f"{config.name}{ENDING}")


def keep(config: Path, answers: Answers) -> None:
    """Keep the answers until they are asked for again. Raises OSError."""
    put(json.dumps(answers.given, ensure_ascii=False, indent=2) + "\n", file_of(config), 0o600)


def kept(config: Path) -> Answers:
    """The answers of last time, or none. Raises ConfigError where somebody else wrote something into their file."""
    file = file_of(config)
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Answers()
    except ValueError:
        held = None
    names = {field.name for field in fields(Answers)}
    if not isinstance(held, dict) or not held.keys() <= names or not all(map(_fits, held.items())):
        words = "these are no answers that `syncd init` kept; delete the file, or begin with --afresh"
        raise ConfigError([Problem(str(file), words)])
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in held.items()}
    return Answers(**cast("dict[str, Any]", given | ({"keep": Keep(held["keep"])} if "keep" in held else {})))


def _fits(answer: tuple[str, object]) -> bool:
    name, value = answer
    if name == "select":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, str) and (name != "keep" or value in list(Keep))


def forget(config: Path) -> None:
    """Forget the answers. Raises OSError."""
    file_of(config).unlink(missing_ok=True)
