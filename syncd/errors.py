"""What can be wrong with the files that people write, in words for people: which file, line and key, and what to do.

FileError                a file cannot be used as it stands; `problems` are all that were found, not just the first
├── ConfigError          the configuration
│   └── WrongName        not the file is wrong, but the call: a name that is not in it
├── PlanError            a plan, or a readings file that it names
└── FolderError          the folder that is to be published into

Failures of a tool are in `connectors.errors`, those of the store in `syncd.store.errors`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from syncd.characters import in_one_line


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file; `line` counts from 1, None where no line can be named, `key` is its path."""

    file: str
    message: str
    line: int | None = None
    key: str = ""

    def __post_init__(self) -> None:
        """Keep to what can be printed: files and their names may hold broken characters."""
        for name in ("file", "message", "key"):
            object.__setattr__(self, name, getattr(self, name).encode("utf-8", "backslashreplace").decode())

    def __str__(self) -> str:
        """In one line, with the place first, as editors and terminals know how to open it."""
        return in_one_line(": ".join(each for each in (self.place, self.key, self.message) if each))

    @property
    def place(self) -> str:
        """The file, with the line where there is one."""
        return in_one_line(self.file if self.line is None else f"{self.file}:{self.line}")


class FileError(Exception):
    """A file cannot be used as it stands; nothing was read from it or written because of it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ConfigError(FileError):
    """The configuration cannot be used."""


class WrongName(ConfigError):
    """What was called for names what the configuration does not have, or not which of several is meant."""


class PlanError(FileError):
    """A plan cannot be used."""


class FolderError(FileError):
    """Nothing can be published into a folder as it stands; the message says what to do as well."""
